//! Putting numbers in order.

use super::{Kernel, buffers};

const WORKGROUP: usize = 64;

/// Binds a tensor of these dimensions whose neighbours along each lie that far apart, then writes it contiguous.
pub fn copy(dims: &[usize], strides: &[usize]) -> Kernel {
    let mut place = String::from("0u");
    let mut inner = 1;
    for (&dim, &stride) in dims.iter().zip(strides).rev() {
        if dim > 1 {
            place += &format!(" + index / {inner}u % {dim}u * {stride}u");
        }
        inner *= dim;
    }
    Kernel::flat(&buffers(&["x", "y*"]), inner, WORKGROUP, &format!("y[index] = x[{place}];"))
}
