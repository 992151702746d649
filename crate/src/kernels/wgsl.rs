//! WebGPU kernels as text: given a shape, WGSL with every size written into it as a constant.
//!
//! Nothing here knows burn. Each function says which buffers its kernel binds, in order, all of them in group 0. Buffers
//! hold contiguous `f32` unless said otherwise. Two habits decide how fast a kernel runs and how long it takes to compile:
//! no branches (nor `&&` and `||`, which are branches) in unrolled code, and as few loads as possible per multiplication,
//! because software adapters pay for a load what they pay for twenty multiplications.

pub mod batch;
pub mod bias_composition;
pub mod composition;
pub mod convolution;
pub mod copy;
mod gather;
pub mod loss;
pub mod normalization;
pub mod normalization_gradient;
pub mod product;
mod reach;
mod sweep;
mod tile;
pub mod update;
pub mod weight_gradient;

/// Workgroups that one dimension of a dispatch may count.
const MOST_WORKGROUPS: usize = 65535;

/// How inputs are bound. Natively tensors share buffers, and a buffer must not be bound to be read and to be written at once.
const READ: &str = if cfg!(target_family = "wasm") { "read" } else { "read_write" };

/// A compute shader with the entry point `main`, and how to launch it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kernel {
    pub source: String,
    pub workgroup: [u32; 3],
    /// Workgroups per dimension.
    pub dispatch: [u32; 3],
}

impl Kernel {
    /// A kernel of `count` independent invocations: `body` is run for every `index` (u32) below `count`.
    fn flat(bindings: &str, count: usize, workgroup: usize, body: &str) -> Kernel {
        let groups = count.div_ceil(workgroup).max(1);
        let across = groups.min(MOST_WORKGROUPS);
        let row = across * workgroup;
        Kernel {
            source: format!(
                "{bindings}
@compute @workgroup_size({workgroup})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {{
let index = invocation.x + invocation.y * {row}u;
if (index >= {count}u) {{ return; }}
{body}
}}
"
            ),
            workgroup: [workgroup as u32, 1, 1],
            dispatch: [across as u32, groups.div_ceil(across) as u32, 1],
        }
    }
}

/// Declares storage buffers of `f32`: names that end in `*` may be written. They bind in order, from 0.
fn buffers(names: &[&str]) -> String {
    buffers_from(0, names)
}

/// [`buffers`] that bind after others.
fn buffers_from(first: usize, names: &[&str]) -> String {
    let mut text = String::new();
    for (at, name) in names.iter().enumerate() {
        let (name, access) = match name.strip_suffix('*') {
            Some(name) => (name, "read_write"),
            None => (*name, READ),
        };
        text += &format!("@group(0) @binding({}) var<storage, {access}> {name}: array<f32>;\n", first + at);
    }
    text
}

#[cfg(test)]
mod tests;
