//! Convolving one small kernel with another, as contracted training composes them, by products of values at points.
//!
//! Kernels are polynomials in x and y and convolving them is multiplying those (Toom and Cook): with both known at as many
//! points as the product has coefficients, 25 multiplications do what 81 did for 3×3 with 3×3. At each point there is one
//! matrix product over the channels, of which the gradients take two: the values of both factors are kept for them.

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
pub struct Points {
    /// Values of the first kernel at the points.
    pub first: Matrix,
    /// Values of the second kernel at the points.
    pub second: Matrix,
    /// Coefficients of the product from its values.
    pub product: Matrix,
}

/// Whether points serve kernels of these sides: elsewhere they do not pay, or rounding would grow.
pub fn serves([first, second]: [usize; 2]) -> bool {
    first > 1 && second > 1 && SIDES.contains(&(first + second - 1))
}

impl Points {
    /// For kernels of two sides that [`serves`] approves of.
    pub fn new([first, second]: [usize; 2]) -> Points {
        let side = first + second - 1;
        Points {
            first: Matrix::evaluation(side, first),
            second: Matrix::evaluation(side, second),
            product: Matrix::interpolation(side),
        }
    }

    /// Points in the plane: one matrix product each.
    pub fn count(&self) -> usize {
        self.product.rows * self.product.rows
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

    /// One row of coefficients times another, in double precision but for the matrices.
    #[test]
    fn values_at_points_multiply_polynomials() {
        let apply = |matrix: &Matrix, numbers: &[f64]| -> Vec<f64> {
            let rows = matrix.values.chunks_exact(matrix.columns);
            rows.map(|row| row.iter().zip(numbers).map(|(factor, number)| f64::from(*factor) * number).sum()).collect()
        };
        for kernels in [[3, 3], [2, 4], [3, 5], [5, 3]] {
            let numbers = |count: usize| -> Vec<f64> { (0..count).map(|at| (at * 5 % 7) as f64 - 3.0).collect() };
            let [a, b] = kernels.map(numbers);
            let mut expected = vec![0.0; a.len() + b.len() - 1];
            for (i, a) in a.iter().enumerate() {
                for (j, b) in b.iter().enumerate() {
                    expected[i + j] += a * b;
                }
            }
            let points = Points::new(kernels);
            let (first, second) = (apply(&points.first, &a), apply(&points.second, &b));
            let values: Vec<f64> = first.iter().zip(&second).map(|(a, b)| a * b).collect();
            for (found, expected) in apply(&points.product, &values).iter().zip(&expected) {
                assert!((found - expected).abs() < 1e-4, "{kernels:?}: {found} {expected}");
            }
        }
    }

    #[test]
    fn sizes_that_do_not_pay_are_left_to_others() {
        for kernels in [[1, 5], [7, 1], [5, 5], [0, 0], [0, 6]] {
            assert!(!serves(kernels), "{kernels:?}");
        }
    }
}
