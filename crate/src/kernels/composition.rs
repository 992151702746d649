//! Convolutions of one small kernel with another, as contracted training composes them, by products of values at points.
//!
//! Kernels are polynomials in x and y and convolving them is multiplying those (Toom and Cook): with both known at as many
//! points as the product has coefficients, 25 multiplications do what 81 did for 3×3 with 3×3. At each point there is one
//! matrix product over the channels.

use super::shape::Convolution;

/// Sides of composed kernels for which rounding stays as small as without it.
const SIDES: [usize; 2] = [5, 7];

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
        Values(self.first.apply(&planes(kernels, self.first.columns)))
    }

    /// Values of kernels `[kernels, K, K]` of the second size.
    pub fn second(&self, kernels: &[f32]) -> Values {
        Values(self.second.apply(&planes(kernels, self.second.columns)))
    }

    /// Products `[kernels, K, K]` from their values.
    pub fn product(&self, values: &[f32]) -> Vec<f32> {
        kernels(&self.product.apply(values), self.product.rows)
    }

    /// The adjoint of [`Composition::first`].
    pub fn first_adjoint(&self, values: &[f32]) -> Vec<f32> {
        kernels(&self.first.transposed().apply(values), self.first.columns)
    }

    /// The adjoint of [`Composition::second`].
    pub fn second_adjoint(&self, values: &[f32]) -> Vec<f32> {
        kernels(&self.second.transposed().apply(values), self.second.columns)
    }

    /// The adjoint of [`Composition::product`].
    pub fn product_adjoint(&self, products: &[f32]) -> Values {
        Values(self.product.transposed().apply(&planes(products, self.product.rows)))
    }
}

/// `[kernels, K, K]` as `[K, K, kernels]`.
fn planes(kernels: &[f32], side: usize) -> Vec<f32> {
    let (area, count) = (side * side, kernels.len() / (side * side));
    let mut planes = vec![0.0; kernels.len()];
    for (index, kernel) in kernels.chunks_exact(area).enumerate() {
        for (at, value) in kernel.iter().enumerate() {
            planes[at * count + index] = *value;
        }
    }
    planes
}

/// The inverse of [`planes`].
fn kernels(planes: &[f32], side: usize) -> Vec<f32> {
    let (area, count) = (side * side, planes.len() / (side * side));
    let mut kernels = vec![0.0; planes.len()];
    for (index, kernel) in kernels.chunks_exact_mut(area).enumerate() {
        for (at, value) in kernel.iter_mut().enumerate() {
            *value = planes[at * count + index];
        }
    }
    kernels
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

    /// Applies the matrix along y and along x: `[columns, columns, count]` to `[rows, rows, count]`.
    fn apply(&self, planes: &[f32]) -> Vec<f32> {
        let count = planes.len() / (self.columns * self.columns);
        let mut half = vec![0.0; self.rows * self.columns * count];
        self.along(planes, &mut half, self.columns * count);
        let mut whole = vec![0.0; self.rows * self.rows * count];
        let (from, to) = (self.columns * count, self.rows * count);
        for (half, whole) in half.chunks_exact(from).zip(whole.chunks_exact_mut(to)) {
            self.along(half, whole, count);
        }
        whole
    }

    /// Multiplies: `[columns, width]` to `[rows, width]`, a stretch that the cache holds at a time.
    fn along(&self, from: &[f32], to: &mut [f32], width: usize) {
        const STRETCH: usize = 512;
        for start in (0..width).step_by(STRETCH) {
            let end = (start + STRETCH).min(width);
            for row in 0..self.rows {
                let to = &mut to[row * width + start..row * width + end];
                for column in 0..self.columns {
                    let factor = self.values[row * self.columns + column];
                    if factor != 0.0 {
                        let from = &from[column * width + start..column * width + end];
                        for (to, from) in to.iter_mut().zip(from) {
                            *to += factor * from;
                        }
                    }
                }
            }
        }
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
