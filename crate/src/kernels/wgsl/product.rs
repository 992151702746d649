//! Batched matrix products.

use std::fmt::Write;

use super::gather::pairs;
use super::tile::{Cost, LOADS, cheapest};
use super::{Kernel, buffers};
use crate::kernels::shape::Product;

const WORKGROUP: usize = 64;

/// Below this many invocations a GPU has idle cores. Products are small beside convolutions: they can leave some idle.
const INVOCATIONS: usize = 256;

/// Sums that one invocation keeps: more than a convolution, since it keeps little else.
const REGISTERS: usize = 128;

/// Invocations whose columns are neighbours: few enough that the columns of each lie in few cache lines.
const LANES: usize = 8;

/// Rows and columns that one invocation sums up.
#[derive(Clone, Copy, Debug)]
struct Tile {
    rows: usize,
    columns: usize,
}

/// Binds left `[B, M, K]` or `[B, K, M]`, right `[B, K, N]` or `[B, N, K]`, then writes `[B, M, N]`.
pub fn product(shape: &Product) -> Kernel {
    let tile = tile(shape);
    let blocks = [shape.rows.div_ceil(tile.rows), shape.columns.div_ceil(tile.columns)];
    let body = sums(shape, tile, blocks) + &store(shape, tile, blocks[1]);
    Kernel::flat(&buffers(&["left", "right", "result*"]), shape.batch * blocks[0] * blocks[1], WORKGROUP, &body)
}

fn tile(shape: &Product) -> Tile {
    let sides = [1, 2, 4, 8, 16];
    let candidates =
        pairs(sides.len(), sides.len()).map(|(row, column)| Tile { rows: sides[row], columns: sides[column] });
    let fits = candidates.filter(|tile| tile.rows < 2 * shape.rows && tile.columns < 2 * shape.columns);
    cheapest(fits, |tile| Cost {
        sums: tile.rows * tile.columns,
        registers: REGISTERS,
        loads: tile.rows + tile.columns,
        multiplications: tile.rows * tile.columns,
        invocations: shape.batch * shape.rows.div_ceil(tile.rows) * shape.columns.div_ceil(tile.columns),
        least: INVOCATIONS,
    })
    .expect("a tile of one row and column is always there")
}

/// WGSL for the sums of the tile `index`.
fn sums(shape: &Product, tile: Tile, [down, across]: [usize; 2]) -> String {
    let Product { rows, inner, columns, left_transposed, right_transposed, .. } = *shape;
    // The columns of a tile lie apart, so that those of neighbouring invocations are neighbours.
    let apart = apart(across);
    let mut text = format!(
        "let column = index / {turn}u % {blocks}u * {block}u + index % {apart}u;
let row = index / {apart}u % {down}u * {tile_rows}u;
let matrix = index / {tiles}u;
let lefts = matrix * {left_size}u + row * {left_row}u;
let rights = matrix * {right_size}u + column * {right_column}u;
",
        turn = apart * down,
        blocks = across / apart,
        block = apart * tile.columns,
        tile_rows = tile.rows,
        tiles = down * across,
        left_size = rows * inner,
        right_size = inner * columns,
        left_row = if left_transposed { 1 } else { inner },
        right_column = if right_transposed { inner } else { 1 },
    );
    for (row, column) in pairs(tile.rows, tile.columns) {
        let _ = writeln!(text, "var sum{row}_{column} = 0.0;");
    }
    // Loads of several steps may wait for memory together, and sums are read and written once for all of them.
    let loads = tile.rows + tile.columns;
    let unrolled = [16, 8, 4, 2].into_iter().find(|many| inner.is_multiple_of(*many) && many * loads <= LOADS);
    let unrolled = unrolled.unwrap_or(1);
    let _ = writeln!(text, "for (var step = 0u; step < {inner}u; step += {unrolled}u) {{");
    for ahead in 0..unrolled {
        for row in 0..tile.rows {
            let place = match left_transposed {
                true => format!("(step + {ahead}u) * {rows}u + {row}u"),
                false => format!("step + {}u", ahead + row * inner),
            };
            let _ = writeln!(text, "let left{row}_{ahead} = left[lefts + {place}];");
        }
        for column in 0..tile.columns {
            let place = match right_transposed {
                true => format!("step + {}u", ahead + column * apart * inner),
                false => format!("(step + {ahead}u) * {columns}u + {}u", column * apart),
            };
            let _ = writeln!(text, "let right{column}_{ahead} = right[rights + {place}];");
        }
    }
    for (row, column) in pairs(tile.rows, tile.columns) {
        let terms = (0..unrolled).map(|ahead| format!("left{row}_{ahead} * right{column}_{ahead}"));
        let terms = terms.collect::<Vec<_>>().join(" + ");
        let _ = writeln!(text, "sum{row}_{column} = sum{row}_{column} + {terms};");
    }
    text + "}\n"
}

/// How far apart the columns of a tile lie, where that many tiles lie side by side.
fn apart(across: usize) -> usize {
    if across.is_multiple_of(LANES) { LANES } else { across }
}

/// WGSL that stores the tile's sums where they are part of the result.
fn store(shape: &Product, tile: Tile, across: usize) -> String {
    let Product { rows, columns, .. } = *shape;
    let mut text = String::new();
    for (row, column) in pairs(tile.rows, tile.columns) {
        let apart = column * apart(across);
        let mut guards = Vec::new();
        if !rows.is_multiple_of(tile.rows) {
            guards.push(format!("(row + {row}u < {rows}u)"));
        }
        if !columns.is_multiple_of(tile.columns) {
            guards.push(format!("(column + {apart}u < {columns}u)"));
        }
        let place = format!("(matrix * {rows}u + row + {row}u) * {columns}u + column + {apart}u");
        let store = format!("result[{place}] = sum{row}_{column};");
        match guards.as_slice() {
            [] => text += &format!("{store}\n"),
            guards => text += &format!("if ({}) {{ {store} }}\n", guards.join(" & ")),
        }
    }
    text
}
