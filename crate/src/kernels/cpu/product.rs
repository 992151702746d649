//! Batched matrix products by the inner loop of the convolutions: what WebAssembly has no tuned library for.

use super::blocks::{BLOCK, Products, SLACK, Sums};
use super::parallel::with_scratch;
use super::vector::copy_few;
use crate::kernels::shape::Product;

/// Inner indices at a time: a panel of the right factor then stays in the fastest cache.
const INNER: usize = 512;
/// Rows at a time: a block of the left factor then stays in the next one.
const ROWS: usize = 128;
/// Values of the right factor at a time where rows are multiplied by rows: they, too, stay there.
const VALUES: usize = 32 * 1024;

/// Multiplies `left` and `right` into `result` `[B, M, N]`; both lie as the shape says.
pub fn multiply(shape: &Product, left: &[f32], right: &[f32], result: &mut [f32]) {
    let Product { batch, rows, inner, columns, .. } = *shape;
    assert!(left.len() == batch * rows * inner && right.len() == batch * inner * columns);
    assert_eq!(result.len(), batch * rows * columns);
    let factors = left.chunks_exact(rows * inner).zip(right.chunks_exact(inner * columns));
    let whole_rows = !shape.left_transposed && shape.right_transposed && inner.is_multiple_of(SLACK);
    for ((left, right), result) in factors.zip(result.chunks_exact_mut(rows * columns)) {
        if whole_rows {
            multiply_rows(shape, left, right, result);
        } else {
            multiply_panels(shape, left, right, result);
        }
    }
}

/// Rows by rows, as they lie: what there is to sum up is side by side in both factors.
fn multiply_rows(shape: &Product, left: &[f32], right: &[f32], result: &mut [f32]) {
    let Product { rows, inner, columns, .. } = *shape;
    let at_once = (VALUES / inner).clamp(1, columns);
    let offsets: Vec<usize> = (0..at_once).map(|column| column * inner).collect();
    let mut sums = vec![0.0; rows * at_once];
    for first in (0..columns).step_by(at_once) {
        let width = at_once.min(columns - first);
        let sums = &mut sums[..rows * width];
        sums.fill(0.0);
        Products {
            x: &right[first * inner..],
            offsets: &offsets[..width],
            y: left,
            outputs: rows,
            images: 1,
            pixels: inner,
            strides: [0, 0],
            weights: sums,
        }
        .run();
        for (sums, row) in sums.chunks(BLOCK * width).zip((0..rows).step_by(BLOCK)) {
            let height = sums.len() / width;
            for (sums, column) in sums.chunks_exact(height).zip(first..) {
                for (sum, row) in sums.iter().zip(row..) {
                    result[row * columns + column] = *sum;
                }
            }
        }
    }
}

/// Panels of columns of the right factor by blocks of rows of the left one, both laid out anew.
fn multiply_panels(shape: &Product, left: &[f32], right: &[f32], result: &mut [f32]) {
    let Product { rows, inner, columns, .. } = *shape;
    let (deepest, highest) = (INNER.min(inner), ROWS.min(rows));
    let offsets: Vec<usize> = (0..deepest).map(|index| index * SLACK).collect();
    let mut sums = [0.0; ROWS * SLACK];
    let room = columns.div_ceil(SLACK) * deepest * SLACK;
    with_scratch(room + highest * deepest, |scratch| {
        let (panels, block) = scratch.split_at_mut(room);
        for start in (0..inner).step_by(INNER) {
            let depth = INNER.min(inner - start);
            pack_right(shape, right, start, depth, panels);
            for first in (0..rows).step_by(ROWS) {
                let height = ROWS.min(rows - first);
                let block = &mut block[..height * depth];
                pack_left(shape, left, [first, start], depth, block);
                for (panel, column) in panels.chunks_exact(depth * SLACK).zip((0..columns).step_by(SLACK)) {
                    let width = SLACK.min(columns - column);
                    let corner = first * columns + column;
                    // Whole panels are written where they belong; what must be added up or is narrower is not.
                    let inside = start == 0 && width == SLACK;
                    let (y, stride) = if inside { (&mut result[corner..], columns) } else { (&mut sums[..], SLACK) };
                    Sums {
                        x: panel,
                        offsets: &offsets[..depth],
                        weights: block,
                        outputs: height,
                        pixels: SLACK,
                        y,
                        stride,
                    }
                    .run();
                    if inside {
                        continue;
                    }
                    for (row, sums) in sums.chunks_exact(SLACK).take(height).enumerate() {
                        let result = &mut result[corner + row * columns..][..width];
                        if start == 0 {
                            copy_few::<SLACK>(&sums[..width], result);
                        } else {
                            result.iter_mut().zip(sums).for_each(|(result, sum)| *result += sum);
                        }
                    }
                }
            }
        }
    });
}

/// Columns side by side, `[N/SLACK][depth][SLACK]`, anything where there are none: what comes of it is dropped.
fn pack_right(shape: &Product, right: &[f32], start: usize, depth: usize, panels: &mut [f32]) {
    let Product { inner, columns, .. } = *shape;
    for (panel, column) in panels.chunks_exact_mut(depth * SLACK).zip((0..columns).step_by(SLACK)) {
        let width = SLACK.min(columns - column);
        if shape.right_transposed {
            for lane in 0..width {
                let from = &right[(column + lane) * inner + start..][..depth];
                for (to, from) in panel[lane..].iter_mut().step_by(SLACK).zip(from) {
                    *to = *from;
                }
            }
        } else {
            for (to, index) in panel.chunks_exact_mut(SLACK).zip(start..) {
                copy_few::<SLACK>(&right[index * columns + column..][..width], to);
            }
        }
    }
}

/// Rows side by side, `[height/BLOCK][depth][BLOCK]`, a last block being narrower.
fn pack_left(shape: &Product, left: &[f32], [first, start]: [usize; 2], depth: usize, block: &mut [f32]) {
    let Product { rows, inner, .. } = *shape;
    for (at, to) in block.chunks_mut(BLOCK * depth).enumerate() {
        let (row, lanes) = (first + at * BLOCK, to.len() / depth);
        if shape.left_transposed {
            for (to, index) in to.chunks_exact_mut(lanes).zip(start..) {
                copy_few::<BLOCK>(&left[index * rows + row..][..lanes], to);
            }
        } else {
            for lane in 0..lanes {
                let from = &left[(row + lane) * inner + start..][..depth];
                for (to, from) in to[lane..].iter_mut().step_by(lanes).zip(from) {
                    *to = *from;
                }
            }
        }
    }
}
