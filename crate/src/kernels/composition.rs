//! Convolutions of one small kernel with another, as contracted training composes them, by products of values at points.
//!
//! Kernels are polynomials in x and y and convolving them is multiplying those (Toom and Cook): with both known at as many
//! points as the product has coefficients, 25 multiplications do what 81 did for 3×3 with 3×3. At each point there is one
//! matrix product over the channels.

use super::shape::Convolution;

/// Sides of composed kernels for which rounding stays as small as without it.
const SIDES: [usize; 2] = [5, 7];

/// Kernels that are worked on at once.
const LANES: usize = 32;

/// Points; one more lies at infinity.
const POINTS: [f64; 6] = [0.0, 1.0, -1.0, 2.0, -2.0, 0.5];

/// A matrix, row after row.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    pub rows: usize,
    pub columns: usize,
    pub values: Vec<f32>,
}

/// How kernels of two sizes are evaluated and their product's coefficients found. Matrices act along y and along x.
pub struct Composition {
    /// Values of the first kernel at the points.
    pub first: Matrix,
    /// Values of the second kernel at the points.
    pub second: Matrix,
    /// Coefficients of the product from its values.
    pub product: Matrix,
}

/// Values at every point, one after another: `[points, kernels]`.
pub struct Values(pub Vec<f32>);

impl Composition {
    /// The composition that a convolution of such sizes is; none where another way is better.
    ///
    /// The images are the composed kernels `[N, I, K, K]`, the outputs `[N, O, K1, K1]` the first ones, and the weights
    /// `[O, I, K2, K2]` the second ones.
    pub fn of(shape: &Convolution) -> Option<Composition> {
        let [height, width] = shape.size;
        let plain = (shape.stride, shape.padding, shape.dilation, shape.groups) == (1, 0, 1, 1);
        if !plain || height != width || height < shape.kernel || shape.inputs * shape.outputs < 16 {
            return None;
        }
        Composition::new(shape.output_size()[0], shape.kernel)
    }

    /// For kernels of these sides; none where it does not pay or rounding would grow.
    pub fn new(first: usize, second: usize) -> Option<Composition> {
        let side = (first + second).checked_sub(1)?;
        if first < 2 || second < 2 || !SIDES.contains(&side) {
            return None;
        }
        Some(Composition {
            first: Matrix::evaluation(side, first),
            second: Matrix::evaluation(side, second),
            product: Matrix::interpolation(side),
        })
    }

    /// Points in the plane: one matrix product each.
    pub fn points(&self) -> usize {
        self.product.rows * self.product.rows
    }

    /// Values of kernels `[kernels, K, K]` of the first size.
    pub fn first(&self, kernels: &[f32]) -> Values {
        Values(self.first.values(kernels))
    }

    /// Values of kernels `[kernels, K, K]` of the second size.
    pub fn second(&self, kernels: &[f32]) -> Values {
        Values(self.second.values(kernels))
    }

    /// Products `[kernels, K, K]` from their values.
    pub fn product(&self, values: &[f32]) -> Vec<f32> {
        self.product.kernels(values)
    }

    /// The adjoint of [`Composition::first`].
    pub fn first_adjoint(&self, values: &[f32]) -> Vec<f32> {
        self.first.transposed().kernels(values)
    }

    /// The adjoint of [`Composition::second`].
    pub fn second_adjoint(&self, values: &[f32]) -> Vec<f32> {
        self.second.transposed().kernels(values)
    }

    /// The adjoint of [`Composition::product`].
    pub fn product_adjoint(&self, products: &[f32]) -> Values {
        Values(self.product.transposed().values(products))
    }
}

impl Matrix {
    /// Row p: the powers of point p, and for the last row the leading coefficient alone.
    fn evaluation(points: usize, coefficients: usize) -> Matrix {
        let value = |point: usize, power: usize| match point + 1 == points {
            true => f64::from(u8::from(power + 1 == coefficients)),
            false => POINTS[point].powi(power as i32),
        };
        let all = (0..points * coefficients).map(|at| value(at / coefficients, at % coefficients) as f32);
        Matrix { rows: points, columns: coefficients, values: all.collect() }
    }

    /// The inverse of the square [`Matrix::evaluation`], found in double precision.
    fn interpolation(points: usize) -> Matrix {
        let (finite, last) = (&POINTS[..points - 1], points - 1);
        let mut values = vec![0.0; points * points];
        // A polynomial without its leading term has the coefficients that Lagrange's basis gives it …
        for (column, &point) in finite.iter().enumerate() {
            let others = finite.iter().filter(|other| **other != point);
            let (basis, scale) =
                others.fold((vec![1.0], 1.0), |(basis, scale), &other| (times(&basis, other), scale * (point - other)));
            for (power, coefficient) in basis.iter().enumerate() {
                values[power * points + column] = (coefficient / scale) as f32;
            }
        }
        // … and the leading term, times the polynomial that is 0 at all points, adds what it lacks.
        let zero = finite.iter().fold(vec![1.0], |zero, &point| times(&zero, point));
        for (power, coefficient) in zero.iter().enumerate() {
            values[power * points + last] = *coefficient as f32;
        }
        Matrix { rows: points, columns: points, values }
    }

    pub fn transposed(&self) -> Matrix {
        let (rows, columns) = (self.columns, self.rows);
        let values = (0..rows * columns).map(|at| self.values[at % columns * rows + at / columns]).collect();
        Matrix { rows, columns, values }
    }

    /// Applies the matrix along y and along x: kernels `[count, columns, columns]` to values `[rows, rows, count]`.
    fn values(&self, kernels: &[f32]) -> Vec<f32> {
        let area = self.columns * self.columns;
        let count = kernels.len() / area;
        let mut values = vec![0.0; self.rows * self.rows * count];
        let mut room = Room::new();
        for start in (0..count).step_by(LANES) {
            let lanes = LANES.min(count - start);
            for (lane, kernel) in kernels[start * area..][..lanes * area].chunks_exact(area).enumerate() {
                for (number, numbers) in kernel.iter().zip(&mut room.from) {
                    numbers[lane] = *number;
                }
            }
            self.apply(&mut room);
            for (numbers, values) in room.to.iter().zip(values.chunks_exact_mut(count)) {
                values[start..start + lanes].copy_from_slice(&numbers[..lanes]);
            }
        }
        values
    }

    /// Applies the matrix along y and along x: values `[columns, columns, count]` to kernels `[count, rows, rows]`.
    fn kernels(&self, values: &[f32]) -> Vec<f32> {
        let (area, count) = (self.rows * self.rows, values.len() / (self.columns * self.columns));
        let mut kernels = vec![0.0; area * count];
        let mut room = Room::new();
        for start in (0..count).step_by(LANES) {
            let lanes = LANES.min(count - start);
            for (numbers, values) in room.from.iter_mut().zip(values.chunks_exact(count)) {
                numbers[..lanes].copy_from_slice(&values[start..start + lanes]);
            }
            self.apply(&mut room);
            for (lane, kernel) in kernels[start * area..][..lanes * area].chunks_exact_mut(area).enumerate() {
                for (number, numbers) in kernel.iter_mut().zip(&room.to) {
                    *number = numbers[lane];
                }
            }
        }
        kernels
    }

    fn apply(&self, room: &mut Room) {
        let (rows, columns) = (self.rows, self.columns);
        for row in 0..rows {
            for x in 0..columns {
                self.sum(row, |y| &room.from[y * columns + x], &mut room.half[row * columns + x]);
            }
        }
        for y in 0..rows {
            for row in 0..rows {
                self.sum(row, |x| &room.half[y * columns + x], &mut room.to[y * rows + row]);
            }
        }
    }

    /// A row of the matrix times numbers of several kernels at once.
    fn sum<'a>(&self, row: usize, numbers: impl Fn(usize) -> &'a [f32; LANES], to: &mut [f32; LANES]) {
        let mut sums = [0.0; LANES];
        for (column, factor) in self.values[row * self.columns..][..self.columns].iter().enumerate() {
            if *factor != 0.0 {
                for (sum, number) in sums.iter_mut().zip(numbers(column)) {
                    *sum += factor * number;
                }
            }
        }
        *to = sums;
    }
}

/// Numbers of a few kernels, those of one place side by side: small enough for the fastest cache.
struct Room {
    from: Vec<[f32; LANES]>,
    half: Vec<[f32; LANES]>,
    to: Vec<[f32; LANES]>,
}

impl Room {
    fn new() -> Room {
        let most = SIDES.into_iter().max().map_or(0, |side| side * side);
        let numbers = || vec![[0.0; LANES]; most];
        Room { from: numbers(), half: numbers(), to: numbers() }
    }
}

/// A polynomial times (x − root).
fn times(polynomial: &[f64], root: f64) -> Vec<f64> {
    let mut product = vec![0.0; polynomial.len() + 1];
    for (power, coefficient) in polynomial.iter().enumerate() {
        product[power + 1] += coefficient;
        product[power] -= root * coefficient;
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One pair of kernels against the sum it stands for, in double precision.
    #[test]
    fn products_are_convolutions() {
        for (k1, k2) in [(3, 3), (2, 4), (3, 5), (5, 3)] {
            let numbers = |count: usize, seed: usize| -> Vec<f32> {
                (0..count).map(|at| ((at * 37 + seed * 11) % 23) as f32 / 11.0 - 1.0).collect()
            };
            let (a, b, k) = (numbers(k1 * k1, 1), numbers(k2 * k2, 2), k1 + k2 - 1);
            let mut expected = vec![0f64; k * k];
            for (i, a) in a.iter().enumerate() {
                for (j, b) in b.iter().enumerate() {
                    let (y, x) = (i / k1 + j / k2, i % k1 + j % k2);
                    expected[y * k + x] += f64::from(*a) * f64::from(*b);
                }
            }
            let composition = Composition::new(k1, k2).unwrap();
            let (first, second) = (composition.first(&a).0, composition.second(&b).0);
            let values: Vec<f32> = first.iter().zip(&second).map(|(a, b)| a * b).collect();
            let most = expected.iter().fold(0f64, |most, value| most.max(value.abs()));
            for (found, expected) in composition.product(&values).iter().zip(&expected) {
                assert!((f64::from(*found) - expected).abs() / most < 3e-6, "{k1} {k2}: {found} {expected}");
            }
        }
    }

    #[test]
    fn sizes_that_do_not_pay_are_left_to_others() {
        for (k1, k2) in [(1, 5), (7, 1), (5, 5), (0, 0)] {
            assert!(Composition::new(k1, k2).is_none());
        }
    }
}
