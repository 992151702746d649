//! The bias of two maps, and its gradients.

use super::tile::LOADS;
use super::{Kernel, buffers};
use crate::kernels::shape::BiasComposition;

const WORKGROUP: usize = 64;

/// Fewer where an invocation sums up much and there are not many: one core would have them all.
const SMALL_WORKGROUP: usize = 8;

/// Invocations from which on workgroups are whole.
const MANY: usize = 512;

fn workgroup(count: usize) -> usize {
    if count < MANY { SMALL_WORKGROUP } else { WORKGROUP }
}

/// WGSL for `of_kernel`, the sum of the `area` numbers from `kernel` on.
fn sum_kernel(area: usize) -> String {
    if area <= LOADS {
        let terms: Vec<String> = (0..area).map(|at| format!("weight[kernel + {at}u]")).collect();
        return format!("let of_kernel = {};", terms.join(" + "));
    }
    format!(
        "var of_kernel = 0.0;
for (var at = 0u; at < {area}u; at += 1u) {{ of_kernel += weight[kernel + at]; }}"
    )
}

/// Binds kernels `[O, H/G, K, K]`, the first map's biases `[H]` and the second's `[O]`, then writes `[O]`.
pub fn forward(shape: &BiasComposition) -> Kernel {
    let BiasComposition { outputs, groups, .. } = *shape;
    let (row, area, hidden) = (shape.row(), shape.area(), shape.hidden / groups);
    let body = format!(
        "let first_bias = index / {group}u * {hidden}u;
var sum = second[index];
for (var hidden = 0u; hidden < {hidden}u; hidden += 1u) {{
let kernel = index * {row}u + hidden * {area}u;
{sum_kernel}
sum += of_kernel * first[first_bias + hidden];
}}
bias[index] = sum;
",
        group = outputs / groups,
        sum_kernel = sum_kernel(area),
    );
    Kernel::flat(&buffers(&["weight", "first", "second", "bias*"]), outputs, workgroup(outputs), &body)
}

/// Binds the gradient of the result `[O]` and the first map's biases `[H]`, then adds to that of the kernels
/// `[O, H/G, K, K]`.
///
/// Every invocation adds to the same place of the kernels of all outputs of a group: to find places takes divisions.
pub fn add_weight_gradient(shape: &BiasComposition) -> Kernel {
    let BiasComposition { hidden, outputs, groups, .. } = *shape;
    let body = format!(
        "let of_group = index / {row}u;
let place = index % {row}u;
let output = of_group * {group}u;
let factor = first[of_group * {hidden}u + place / {area}u];
for (var step = 0u; step < {group}u; step += 1u) {{
result[(output + step) * {row}u + place] += gradient[output + step] * factor;
}}
",
        row = shape.row(),
        group = outputs / groups,
        hidden = hidden / groups,
        area = shape.area(),
    );
    Kernel::flat(&buffers(&["gradient", "first", "result*"]), groups * shape.row(), WORKGROUP, &body)
}

/// Binds the gradient of the result `[O]` and kernels `[O, H/G, K, K]`, then writes that of the first map's biases `[H]`.
pub fn first_gradient(shape: &BiasComposition) -> Kernel {
    let BiasComposition { hidden, outputs, groups, .. } = *shape;
    let body = format!(
        "let output = index / {hidden}u * {group}u;
let first_kernel = output * {row}u + index % {hidden}u * {area}u;
var sum = 0.0;
for (var step = 0u; step < {group}u; step += 1u) {{
let kernel = first_kernel + step * {row}u;
{sum_kernel}
sum += of_kernel * gradient[output + step];
}}
result[index] = sum;
",
        hidden = hidden / groups,
        group = outputs / groups,
        row = shape.row(),
        area = shape.area(),
        sum_kernel = sum_kernel(shape.area()),
    );
    Kernel::flat(&buffers(&["gradient", "weight", "result*"]), shape.hidden, workgroup(shape.hidden), &body)
}
