//! Which rows and columns of a convolution meet.

/// Which source row (or column) the target row (or column) `y` meets at kernel row `k`.
#[derive(Clone, Copy)]
pub(super) enum Reach {
    /// `y · stride + k · dilation − padding`
    Forward { stride: usize, padding: usize, dilation: usize },
    /// `(y + padding − k · dilation) / stride` where that is whole
    Backward { stride: usize, padding: usize, dilation: usize },
}

impl Reach {
    /// How far the row that target row `row` of a tile meets lies from the tile's base row. None if it meets none.
    pub fn offset(self, row: usize, kernel_row: usize) -> Option<i64> {
        match self {
            Reach::Forward { stride, padding, dilation } => {
                Some((row * stride + kernel_row * dilation) as i64 - padding as i64)
            }
            Reach::Backward { stride, padding, dilation } => {
                let distance = (row + padding) as i64 - (kernel_row * dilation) as i64;
                (distance % stride as i64 == 0).then_some(distance / stride as i64)
            }
        }
    }

    /// The base row, given that the tile begins at target row `first` (a multiple of the stride when going backward).
    pub fn base(self) -> String {
        match self {
            Reach::Forward { stride, .. } => format!("first * {stride}"),
            Reach::Backward { stride, .. } => format!("first / {stride}"),
        }
    }

    /// WGSL for `column` and whether it exists, `across`, from `x` and `kx`.
    pub fn columns(self, width: usize) -> String {
        match self {
            Reach::Forward { stride, padding, dilation } => format!(
                "let column = x * {stride} + kx * {dilation} - {padding};
let across = (column >= 0) & (column < {width});\n"
            ),
            Reach::Backward { stride: 1, padding, dilation } => format!(
                "let column = x + {padding} - kx * {dilation};
let across = (column >= 0) & (column < {width});\n"
            ),
            Reach::Backward { stride, padding, dilation } => format!(
                "let distance = x + {padding} - kx * {dilation};
let column = distance / {stride};
let across = (distance >= 0) & (distance % {stride} == 0) & (column < {width});\n"
            ),
        }
    }

    /// Tiles begin at multiples of this.
    pub fn step(self) -> usize {
        match self {
            Reach::Forward { .. } => 1,
            Reach::Backward { stride, .. } => stride,
        }
    }
}
