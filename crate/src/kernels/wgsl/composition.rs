//! Values of small kernels at points, and kernels from such values: see [`crate::kernels::composition`].

use std::fmt::Write;

use super::{Kernel, buffers};
use crate::kernels::composition::Matrix;

const WORKGROUP: usize = 64;

/// Binds `count` kernels `[count, C, C]`, then writes their values `[R, R, count]`, for a matrix of R rows and C columns.
pub fn values(matrix: &Matrix, count: usize) -> Kernel {
    let side = matrix.columns;
    let body = applied(
        matrix,
        |y, x| format!("source[index * {}u + {}u]", side * side, y * side + x),
        |y, x| format!("result[{}u + index]", (y * matrix.rows + x) * count),
    );
    Kernel::flat(&buffers(&["source", "result*"]), count, WORKGROUP, &body)
}

/// Binds values `[C, C, count]`, then writes kernels `[count, R, R]`, for a matrix of R rows and C columns.
pub fn kernels(matrix: &Matrix, count: usize) -> Kernel {
    let side = matrix.rows;
    let body = applied(
        matrix,
        |y, x| format!("source[{}u + index]", (y * matrix.columns + x) * count),
        |y, x| format!("result[index * {}u + {}u]", side * side, y * side + x),
    );
    Kernel::flat(&buffers(&["source", "result*"]), count, WORKGROUP, &body)
}

/// The matrix along y, then along x, on numbers read and written at places.
fn applied(
    matrix: &Matrix,
    source: impl Fn(usize, usize) -> String,
    target: impl Fn(usize, usize) -> String,
) -> String {
    let mut text = String::new();
    for y in 0..matrix.columns {
        for x in 0..matrix.columns {
            let _ = writeln!(text, "let a{y}_{x} = {};", source(y, x));
        }
    }
    for row in 0..matrix.rows {
        for x in 0..matrix.columns {
            let _ = writeln!(text, "let b{row}_{x} = {};", sum(matrix, row, |y| format!("a{y}_{x}")));
        }
    }
    for y in 0..matrix.rows {
        for x in 0..matrix.rows {
            let _ = writeln!(text, "{} = {};", target(y, x), sum(matrix, x, |column| format!("b{y}_{column}")));
        }
    }
    text
}

/// A row of the matrix times terms.
fn sum(matrix: &Matrix, row: usize, term: impl Fn(usize) -> String) -> String {
    let factors = &matrix.values[row * matrix.columns..][..matrix.columns];
    let terms: Vec<String> = factors
        .iter()
        .enumerate()
        .filter(|(_, factor)| **factor != 0.0)
        .map(|(column, factor)| match *factor {
            1.0 => term(column),
            factor => format!("({factor:?}) * {}", term(column)),
        })
        .collect();
    if terms.is_empty() { "0.0".into() } else { terms.join(" + ") }
}
