//! Affine maps and their composition: two linear maps in a row are one linear map.
//!
//! Axes: O out, H hidden, I in, G groups, KY×KX kernel, Y×X space. A dense layer is K = 1 on a 1×1 image.
//! Padding belongs to the chain and is applied to the chain's input: split over the maps it is wrong at the borders.

use crate::error::Fault;

/// A convolution without padding, `y[o, p] = bias[o] + Σ weight[o, i, a] · x[i, p·stride + a·dilation]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Affine {
    /// O, I/G, KY, KX.
    pub shape: [usize; 4],
    /// Row-major in `shape`.
    pub weight: Vec<f64>,
    /// `[O]`; zeros where the layer has none, so that no case is without.
    pub bias: Vec<f64>,
    pub stride: usize,
    pub dilation: usize,
    pub groups: usize,
}

/// The linear maps standing in for one layer, applied in order; all padding is applied to the input of the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    pub padding: usize,
    pub maps: Vec<Affine>,
}

impl Affine {
    pub fn outputs(&self) -> usize {
        self.shape[0]
    }

    /// Input channels over all groups.
    pub fn inputs(&self) -> usize {
        self.shape[1] * self.groups
    }
}

/// Composes two maps: `compose(f, g)(x) == g(f(x))`, exactly, in f64 (paper §3, eq. 1–4).
///
/// With strides s and dilations d, the offset of tap b of `second` after tap a of `first` is `b·d2·s1 + a·d1`;
/// the result's dilation is the greatest common divisor of those steps and its stride is `s1·s2`.
///
/// # Shapes
/// - `first.weight`:  `[H, I/G, K1, K1]`
/// - `second.weight`: `[O, H/G, K2, K2]`
/// - result:          `[O, I/G, K, K]`; `K = K1 + K2 − 1` without strides and dilations
///
/// # Errors
/// When the hidden channels or the groups of the two differ.
pub fn compose(first: &Affine, second: &Affine) -> Result<Affine, Fault> {
    if first.outputs() != second.inputs() {
        return Err(Fault::new(
            "compose_channels",
            format!("the first map gives {} channels, the second takes {}", first.outputs(), second.inputs()),
        ));
    }
    if first.groups != second.groups {
        return Err(Fault::new(
            "compose_groups",
            format!(
                "the first map has {} groups, the second {}; a chain keeps one number",
                first.groups, second.groups
            ),
        ));
    }
    let groups = first.groups;
    let [hidden, inputs, ky1, kx1] = first.shape;
    let [outputs, hidden_per_group, ky2, kx2] = second.shape;
    let (step1, step2) = (first.dilation, second.dilation * first.stride);
    let dilation = match (ky1.max(kx1) > 1, ky2.max(kx2) > 1) {
        (true, true) => gcd(step1, step2),
        (false, true) => step2,
        _ => step1,
    };
    let (step1, step2) = (step1 / dilation, step2 / dilation);
    let size = |k1: usize, k2: usize| (k1 - 1) * step1 + (k2 - 1) * step2 + 1;
    let (ky, kx) = (size(ky1, ky2), size(kx1, kx2));
    let outputs_per_group = outputs / groups;
    debug_assert_eq!(hidden / groups, hidden_per_group);

    let mut weight = vec![0.0; outputs * inputs * ky * kx];
    let mut bias = second.bias.clone();
    for (o, bias) in bias.iter_mut().enumerate() {
        let group = o / outputs_per_group;
        for local in 0..hidden_per_group {
            let h = group * hidden_per_group + local;
            for y2 in 0..ky2 {
                for x2 in 0..kx2 {
                    let factor = second.weight[((o * hidden_per_group + local) * ky2 + y2) * kx2 + x2];
                    *bias += factor * first.bias[h];
                    // weight[o, i, y2·step2 + y1·step1, …] += second[o, h, y2, x2] · first[h, i, y1, x1]
                    for i in 0..inputs {
                        for y1 in 0..ky1 {
                            let from = ((h * inputs + i) * ky1 + y1) * kx1;
                            let to = ((o * inputs + i) * ky + y2 * step2 + y1 * step1) * kx + x2 * step2;
                            for x1 in 0..kx1 {
                                weight[to + x1 * step1] += factor * first.weight[from + x1];
                            }
                        }
                    }
                }
            }
        }
    }
    Ok(Affine {
        shape: [outputs, inputs, ky, kx],
        weight,
        bias,
        stride: first.stride * second.stride,
        dilation,
        groups,
    })
}

impl Chain {
    /// Contracts the chain to the one map it is.
    ///
    /// # Errors
    /// As [`compose`]; and when the chain is empty.
    pub fn contract(&self) -> Result<Affine, Fault> {
        let (first, rest) =
            self.maps.split_first().ok_or_else(|| Fault::new("compose_empty", "a chain has at least one map"))?;
        rest.iter().try_fold(first.clone(), |composed, map| compose(&composed, map))
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
#[path = "affine/tests.rs"]
mod tests;
