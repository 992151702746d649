//! Batched matrix products.

use std::fmt::Write;

use super::gather::pairs;
use super::tile::{Cost, cheapest};
use super::{Kernel, buffers};
use crate::kernels::shape::Product;

const WORKGROUP: usize = 64;

/// Invocations below which the inner dimension is split.
const INVOCATIONS: usize = 2048;

/// Rows and columns that one invocation sums up, over one of several slices of the inner dimension.
#[derive(Clone, Copy, Debug)]
struct Tile {
    rows: usize,
    columns: usize,
    slices: usize,
}

/// Binds left `[B, M, K]` or `[B, K, M]`, right `[B, K, N]` or `[B, N, K]`, then writes `[B, M, N]`.
pub fn product(shape: &Product) -> Kernel {
    let tile = tile(shape);
    let Product { batch, rows, columns, .. } = *shape;
    let blocks = [rows.div_ceil(tile.rows), columns.div_ceil(tile.columns)];
    let tiles = batch * blocks[0] * blocks[1];
    let bindings = buffers(&["left", "right", "result*"]);
    let sums = sums(shape, tile, blocks);
    let store = store(shape, tile, blocks[1]);
    if tile.slices == 1 {
        return Kernel::flat(&bindings, tiles, WORKGROUP, &format!("let slice = 0u;\n{sums}{store}"));
    }
    sliced(&bindings, tiles, tile, &sums, &store)
}

fn tile(shape: &Product) -> Tile {
    let sides = [1, 2, 4, 8];
    let slices = [1, 2, 4, 8, 16].into_iter().filter(|slices| *slices == 1 || shape.inner / slices >= 16);
    let candidates = slices.flat_map(|slices| {
        let sides = pairs(sides.len(), sides.len()).map(move |(row, column)| (sides[row], sides[column]));
        sides.map(move |(rows, columns)| Tile { rows, columns, slices })
    });
    let fits = candidates.filter(|tile| tile.rows < 2 * shape.rows && tile.columns < 2 * shape.columns);
    cheapest(fits, |tile| {
        let tiles = shape.batch * shape.rows.div_ceil(tile.rows) * shape.columns.div_ceil(tile.columns);
        // The sums of the slices meet in workgroup memory.
        let steps = shape.inner / tile.slices;
        let meeting = if tile.slices == 1 { 0 } else { tile.rows * tile.columns * 4 };
        Cost {
            sums: tile.rows * tile.columns * if tile.slices == 1 { 1 } else { 4 },
            loads: (tile.rows + tile.columns) * steps + meeting,
            multiplications: tile.rows * tile.columns,
            invocations: (tiles * tile.slices).max(INVOCATIONS),
        }
    })
    .expect("a tile of one row and column is always there")
}

/// WGSL for the sums of the tile `index` over `slice`.
fn sums(shape: &Product, tile: Tile, [down, across]: [usize; 2]) -> String {
    let Product { rows, inner, columns, left_transposed, right_transposed, .. } = *shape;
    let steps = inner.div_ceil(tile.slices);
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
    let _ = writeln!(text, "let end = min((slice + 1u) * {steps}u, {inner}u);");
    // Loads of several steps may wait for memory together.
    let unrolled = [4, 2].into_iter().find(|many| steps.is_multiple_of(*many) && inner.is_multiple_of(steps));
    let unrolled = unrolled.filter(|many| many * tile.rows * tile.columns <= 256).unwrap_or(1);
    let _ = writeln!(text, "for (var step = slice * {steps}u; step < end; step += {unrolled}u) {{");
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

/// A workgroup takes all slices of a few tiles; their sums meet in its memory.
fn sliced(bindings: &str, tiles: usize, tile: Tile, sums: &str, store: &str) -> Kernel {
    let together = WORKGROUP / tile.slices;
    let count = tile.rows * tile.columns;
    let names: Vec<String> = pairs(tile.rows, tile.columns).map(|(row, column)| format!("sum{row}_{column}")).collect();
    let mut gather = String::new();
    let mut spread = String::new();
    for (at, name) in names.iter().enumerate() {
        let _ = writeln!(spread, "found[{}u + lane] = {name};", at * WORKGROUP);
        let _ = writeln!(gather, "{name} += found[{}u + other];", at * WORKGROUP);
    }
    let groups = tiles.div_ceil(together);
    let across = groups.min(super::MOST_WORKGROUPS);
    let source = format!(
        "{bindings}
var<workgroup> found: array<f32, {memory}>;
@compute @workgroup_size({WORKGROUP})
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {{
let slice = lane / {together}u;
let index = (workgroup.x + workgroup.y * {across}u) * {together}u + lane % {together}u;
{sums}{spread}workgroupBarrier();
if (slice == 0u && index < {tiles}u) {{
for (var other = lane + {together}u; other < {WORKGROUP}u; other += {together}u) {{
{gather}}}
{store}}}
}}
",
        memory = count * WORKGROUP,
    );
    Kernel { source, workgroup: [WORKGROUP as u32, 1, 1], dispatch: [across as u32, groups.div_ceil(across) as u32, 1] }
}
