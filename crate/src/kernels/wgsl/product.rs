//! Batched matrix products.

use std::fmt::Write;

use super::gather::pairs;
use super::tile::{Cost, cheapest};
use super::{Kernel, buffers};
use crate::kernels::shape::Product;

const WORKGROUP: usize = 64;

/// Below this many invocations a GPU has idle cores. Products are small beside convolutions: they can leave some idle.
const INVOCATIONS: usize = 512;

/// Multiply-adds written out in one turn of the loop.
const UNROLLED: usize = 256;

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
    let sides = [1, 2, 4, 8];
    let candidates =
        pairs(sides.len(), sides.len()).map(|(row, column)| Tile { rows: sides[row], columns: sides[column] });
    let fits = candidates.filter(|tile| tile.rows < 2 * shape.rows && tile.columns < 2 * shape.columns);
    cheapest(fits, |tile| Cost {
        sums: tile.rows * tile.columns,
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
    let mut text = format!(
        "let column = index % {across}u;
let row = index / {across}u % {down}u * {tile_rows}u;
let matrix = index / {tiles}u;
let lefts = matrix * {left_size}u + row * {left_row}u;
let rights = matrix * {right_size}u + column * {right_column}u;
",
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
    // Loads of several steps may wait for memory together.
    let unrolled = [16, 8, 4, 2]
        .into_iter()
        .find(|many| inner.is_multiple_of(*many) && many * tile.rows * tile.columns <= UNROLLED);
    let unrolled = unrolled.unwrap_or(1);
    let _ = writeln!(text, "for (var step = 0u; step < {inner}u; step += {unrolled}u) {{");
    for ahead in 0..unrolled {
        let _ = writeln!(text, "{{ let k = step + {ahead}u;");
        for row in 0..tile.rows {
            let place = if left_transposed { format!("k * {rows}u + {row}u") } else { format!("k + {}u", row * inner) };
            let _ = writeln!(text, "let left{row} = left[lefts + {place}];");
        }
        for column in 0..tile.columns {
            let apart = column * across;
            let place = match right_transposed {
                true => format!("k + {}u", apart * inner),
                false => format!("k * {columns}u + {apart}u"),
            };
            let _ = writeln!(text, "let right{column} = right[rights + {place}];");
        }
        for (row, column) in pairs(tile.rows, tile.columns) {
            let _ = writeln!(text, "sum{row}_{column} += left{row} * right{column};");
        }
        text += "}\n";
    }
    text + "}\n"
}

/// WGSL that stores the tile's sums where they are part of the result.
fn store(shape: &Product, tile: Tile, across: usize) -> String {
    let Product { rows, columns, .. } = *shape;
    let mut text = String::new();
    for (row, column) in pairs(tile.rows, tile.columns) {
        let apart = column * across;
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
