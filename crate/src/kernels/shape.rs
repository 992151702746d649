//! Sizes of the operations that training spends its time in: one type for CPU kernels, GPU kernels and their tests.
//!
//! Every tensor is contiguous. Axes: N batch, C channels, I in, O out, G groups, K kernel, Y×X space.

/// A convolution of images `[N, I, Y, X]` with kernels `[O, I/G, K, K]`, zero-padded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Convolution {
    pub batch: usize,
    pub inputs: usize,
    pub outputs: usize,
    /// Y and X of the input.
    pub size: [usize; 2],
    pub kernel: usize,
    pub stride: usize,
    /// Zeros on each side.
    pub padding: usize,
    pub dilation: usize,
    pub groups: usize,
}

impl Convolution {
    /// Y and X of the output.
    pub fn output_size(&self) -> [usize; 2] {
        let reach = self.dilation * (self.kernel - 1) + 1;
        self.size.map(|size| (size + 2 * self.padding - reach) / self.stride + 1)
    }

    /// The same convolution of images that are one line each, if no pixel meets another in it: long lines are quicker.
    pub fn by_lines(self) -> Convolution {
        let pointwise = self.kernel == 1 && self.stride == 1 && self.padding == 0;
        Convolution { size: if pointwise { [1, self.size[0] * self.size[1]] } else { self.size }, ..self }
    }
}

/// The composition of kernels `[H, I, K1, K1]` with those that follow, `[O, H, K2, K2]`: `[O, I, K, K]`, K = K1 + K2 − 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Composition {
    pub inputs: usize,
    pub hidden: usize,
    pub outputs: usize,
    /// K1 and K2.
    pub kernels: [usize; 2],
}

impl Composition {
    /// K.
    pub fn side(&self) -> usize {
        self.kernels[0] + self.kernels[1] - 1
    }

    /// The convolution of which this is the adjoint: the second kernels are its outputs, the first ones its weights.
    pub fn adjoint(&self) -> Convolution {
        Convolution {
            batch: self.outputs,
            inputs: self.inputs,
            outputs: self.hidden,
            size: [self.side(); 2],
            kernel: self.kernels[0],
            stride: 1,
            padding: 0,
            dilation: 1,
            groups: 1,
        }
    }
}

/// The bias that a map with biases `[H]` and the map after it, of kernels `[O, H/G, K, K]`, have together: `[O]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BiasComposition {
    pub hidden: usize,
    pub outputs: usize,
    pub kernel: usize,
    pub groups: usize,
}

impl BiasComposition {
    /// Numbers in the kernels of one output: H/G · K · K.
    pub fn row(&self) -> usize {
        self.hidden / self.groups * self.area()
    }

    /// Numbers in a kernel.
    pub fn area(&self) -> usize {
        self.kernel * self.kernel
    }
}

/// What becomes of normalised values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// They stay.
    None,
    Relu,
    Relu6,
}

impl Activation {
    /// Values are kept between these, and gradients pass between them only.
    pub fn bounds(self) -> [f32; 2] {
        match self {
            Activation::None => [f32::NEG_INFINITY, f32::INFINITY],
            Activation::Relu => [0.0, f32::INFINITY],
            Activation::Relu6 => [0.0, 6.0],
        }
    }
}

/// Batch normalisation of `[N, C, Y, X]` over N, Y and X, then an activation, then maximum pooling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Normalization {
    pub batch: usize,
    pub channels: usize,
    /// Y and X of the input.
    pub size: [usize; 2],
    pub activation: Activation,
    /// Side and stride of the pooling windows; 1 pools nothing. A ragged edge is dropped.
    pub pool: usize,
}

impl Normalization {
    /// Y and X of the output.
    pub fn output_size(&self) -> [usize; 2] {
        self.size.map(|size| size / self.pool)
    }
}

/// Batched matrix products `[B, M, K] × [B, K, N] → [B, M, N]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Product {
    pub batch: usize,
    pub rows: usize,
    pub inner: usize,
    pub columns: usize,
    /// The left factors lie in memory as `[B, K, M]`.
    pub left_transposed: bool,
    /// The right factors lie in memory as `[B, N, K]`.
    pub right_transposed: bool,
}

impl Product {
    /// The gradient in the left factor, laid out as that factor: `gradient × rightᵀ`, or `right × gradientᵀ` if it is transposed.
    pub fn left_gradient(&self) -> Product {
        let Product { batch, rows, inner, columns, left_transposed, right_transposed } = *self;
        match left_transposed {
            false => Product {
                batch,
                rows,
                inner: columns,
                columns: inner,
                left_transposed: false,
                right_transposed: !right_transposed,
            },
            true => Product {
                batch,
                rows: inner,
                inner: columns,
                columns: rows,
                left_transposed: right_transposed,
                right_transposed: true,
            },
        }
    }

    /// The gradient in the right factor, laid out as that factor: `leftᵀ × gradient`, or `gradientᵀ × left` if it is transposed.
    pub fn right_gradient(&self) -> Product {
        let Product { batch, rows, inner, columns, left_transposed, right_transposed } = *self;
        match right_transposed {
            false => Product {
                batch,
                rows: inner,
                inner: rows,
                columns,
                left_transposed: !left_transposed,
                right_transposed: false,
            },
            true => Product {
                batch,
                rows: columns,
                inner: rows,
                columns: inner,
                left_transposed: true,
                right_transposed: left_transposed,
            },
        }
    }
}
