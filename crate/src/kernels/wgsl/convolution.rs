//! Convolution forward and its gradient for the input.

use super::Kernel;
use super::gather::Gather;
use super::reach::Reach;
use crate::kernels::shape::Convolution;

/// Binds x `[N, I, Y, X]`, weight `[O, I/G, K, K]`, bias `[O]` if there is one, then writes `[N, O, Y', X']`.
pub fn forward(shape: &Convolution, bias: bool) -> Kernel {
    let Convolution { batch, inputs, outputs, size, kernel, stride, padding, dilation, groups } = *shape;
    let area = kernel * kernel;
    Gather {
        batch,
        groups,
        sources: inputs / groups,
        targets: outputs / groups,
        source_size: size,
        target_size: shape.output_size(),
        kernel,
        weight_strides: [area, inputs / groups * area],
        bias,
        reach: Reach::Forward { stride, padding, dilation },
    }
    .kernel()
}

/// Binds dy `[N, O, Y', X']`, weight `[O, I/G, K, K]`, then writes dx `[N, I, Y, X]`.
pub fn input_gradient(shape: &Convolution) -> Kernel {
    let Convolution { batch, inputs, outputs, size, kernel, stride, padding, dilation, groups } = *shape;
    let area = kernel * kernel;
    Gather {
        batch,
        groups,
        sources: outputs / groups,
        targets: inputs / groups,
        source_size: shape.output_size(),
        target_size: size,
        kernel,
        weight_strides: [inputs / groups * area, area],
        bias: false,
        reach: Reach::Backward { stride, padding, dilation },
    }
    .kernel()
}
