//! Values of many small kernels at points, and kernels from such values: see [`crate::kernels::composition`].

use super::vector::{self, Vector};
use crate::kernels::composition::Matrix;

/// Kernels that are worked on at once: as many numbers as a cache moves together, and a multiple of two of the widest vectors.
const LANES: usize = 16;

/// As many of the narrowest vectors hold as many numbers.
const MOST_VECTORS: usize = LANES / 4;

/// How kernels lie and how their values do: kernel `column · rows + row`, values `[points][rows][stride]`.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    pub rows: usize,
    pub columns: usize,
}

impl Grid {
    /// From one row of values to the next: vectors read whole ones, in which zeros follow the last column.
    pub fn stride(self) -> usize {
        self.columns.next_multiple_of(LANES)
    }

    /// From one point to the next: not a power of two, or the values of a kernel would compete for one place in a cache.
    pub fn page(self) -> usize {
        self.rows * self.stride() + LANES
    }
}

/// Applies a matrix of R rows and C columns along y and along x: kernels `[count, C, C]` to values `[R·R][rows][stride]`.
pub fn evaluate(matrix: &Matrix, grid: Grid, kernels: &[f32], values: &mut [f32]) {
    assert_eq!(kernels.len(), grid.rows * grid.columns * matrix.columns * matrix.columns);
    assert_eq!(values.len(), grid.page() * matrix.rows * matrix.rows);
    vector::run(Evaluation { matrix: Sparse::new(matrix), grid, kernels, values });
}

/// Applies a matrix of R rows and C columns along y and along x: values `[C·C][rows][stride]` to kernels `[count, R, R]`.
pub fn assemble(matrix: &Matrix, grid: Grid, values: &[f32], kernels: &mut [f32]) {
    assert_eq!(kernels.len(), grid.rows * grid.columns * matrix.rows * matrix.rows);
    assert_eq!(values.len(), grid.page() * matrix.columns * matrix.columns);
    vector::run(Assembly { matrix: Sparse::new(matrix), grid, kernels, values });
}

struct Evaluation<'a> {
    matrix: Sparse,
    grid: Grid,
    kernels: &'a [f32],
    values: &'a mut [f32],
}

impl vector::Kernel for Evaluation<'_> {
    #[inline(always)]
    fn run<V: Vector>(self) {
        let Evaluation { matrix, grid, kernels, values } = self;
        let area = matrix.columns * matrix.columns;
        let mut room = Room::new(&matrix);
        for row in 0..grid.rows {
            for start in (0..grid.columns).step_by(LANES) {
                let lanes = LANES.min(grid.columns - start);
                if lanes < LANES {
                    room.from.fill([0.0; LANES]);
                }
                for lane in 0..lanes {
                    let kernel = &kernels[((start + lane) * grid.rows + row) * area..][..area];
                    for (numbers, number) in room.from.iter_mut().zip(kernel) {
                        numbers[lane] = *number;
                    }
                }
                matrix.apply::<V>(&mut room);
                let values = values[row * grid.stride() + start..].chunks_mut(grid.page());
                for (values, numbers) in values.zip(&room.to) {
                    vector::copy(numbers, &mut values[..LANES]);
                }
            }
        }
    }
}

struct Assembly<'a> {
    matrix: Sparse,
    grid: Grid,
    values: &'a [f32],
    kernels: &'a mut [f32],
}

impl vector::Kernel for Assembly<'_> {
    #[inline(always)]
    fn run<V: Vector>(self) {
        let Assembly { matrix, grid, values, kernels } = self;
        let area = matrix.rows.len() * matrix.rows.len();
        let mut room = Room::new(&matrix);
        for row in 0..grid.rows {
            for start in (0..grid.columns).step_by(LANES) {
                let values = values[row * grid.stride() + start..].chunks(grid.page());
                for (numbers, values) in room.from.iter_mut().zip(values) {
                    vector::copy(&values[..LANES], numbers);
                }
                matrix.apply::<V>(&mut room);
                for lane in 0..LANES.min(grid.columns - start) {
                    let kernel = &mut kernels[((start + lane) * grid.rows + row) * area..][..area];
                    for (number, numbers) in kernel.iter_mut().zip(&room.to) {
                        *number = numbers[lane];
                    }
                }
            }
        }
    }
}

/// Numbers of as many kernels as vectors hold, those of one place side by side: small enough for the fastest cache.
struct Room {
    from: Vec<[f32; LANES]>,
    half: Vec<[f32; LANES]>,
    to: Vec<[f32; LANES]>,
}

impl Room {
    fn new(matrix: &Sparse) -> Room {
        let numbers = |count| vec![[0.0; LANES]; count];
        let (rows, columns) = (matrix.rows.len(), matrix.columns);
        Room { from: numbers(columns * columns), half: numbers(rows * columns), to: numbers(rows * rows) }
    }
}

/// A matrix without its zeros.
struct Sparse {
    /// Column and factor of what is not zero in each row.
    rows: Vec<Vec<(usize, f32)>>,
    columns: usize,
}

impl Sparse {
    fn new(matrix: &Matrix) -> Sparse {
        let row = |row: &[f32]| row.iter().copied().enumerate().filter(|(_, factor)| *factor != 0.0).collect();
        Sparse { rows: matrix.values.chunks_exact(matrix.columns).map(row).collect(), columns: matrix.columns }
    }

    /// Along y, then along x.
    #[inline(always)]
    fn apply<V: Vector>(&self, room: &mut Room) {
        let (rows, columns) = (self.rows.len(), self.columns);
        for (terms, half) in self.rows.iter().zip(room.half.chunks_exact_mut(columns)) {
            for (x, half) in half.iter_mut().enumerate() {
                sum::<V>(terms, &room.from[x..], columns, half);
            }
        }
        for (half, to) in room.half.chunks_exact(columns).zip(room.to.chunks_exact_mut(rows)) {
            for (terms, to) in self.rows.iter().zip(to) {
                sum::<V>(terms, half, 1, to);
            }
        }
    }
}

/// Factors times numbers that lie `step` apart.
#[inline(always)]
fn sum<V: Vector>(terms: &[(usize, f32)], numbers: &[[f32; LANES]], step: usize, to: &mut [f32; LANES]) {
    let vectors = LANES / V::LANES;
    let mut sums = [V::splat(0.0); MOST_VECTORS];
    for (column, factor) in terms {
        let (numbers, factor) = (&numbers[column * step], V::splat(*factor));
        for (vector, sum) in sums.iter_mut().take(vectors).enumerate() {
            // SAFETY: so many vectors are as long as the numbers.
            let numbers = unsafe { V::load(numbers.as_ptr().add(vector * V::LANES)) };
            *sum = numbers.multiply_add(factor, *sum);
        }
    }
    for (vector, sum) in sums.iter().take(vectors).enumerate() {
        // SAFETY: as above.
        unsafe { sum.store(to.as_mut_ptr().add(vector * V::LANES)) };
    }
}
