//! Contraction against an oracle of plain loops that convolves map after map.

use proptest::prelude::*;

use super::*;

/// An image `[C, Y, X]`.
#[derive(Clone, Debug)]
struct Image {
    channels: usize,
    height: usize,
    width: usize,
    values: Vec<f64>,
}

fn pad(image: &Image, padding: usize) -> Image {
    let (height, width) = (image.height + 2 * padding, image.width + 2 * padding);
    let mut values = vec![0.0; image.channels * height * width];
    for c in 0..image.channels {
        for y in 0..image.height {
            for x in 0..image.width {
                values[(c * height + y + padding) * width + x + padding] =
                    image.values[(c * image.height + y) * image.width + x];
            }
        }
    }
    Image { channels: image.channels, height, width, values }
}

/// The definition of a convolution, one output at a time.
fn apply(map: &Affine, image: &Image) -> Image {
    let [outputs, inputs, ky, kx] = map.shape;
    assert_eq!(image.channels, map.inputs());
    let size = |n: usize, k: usize| (n - (k - 1) * map.dilation - 1) / map.stride + 1;
    let (height, width) = (size(image.height, ky), size(image.width, kx));
    let mut values = Vec::with_capacity(outputs * height * width);
    for o in 0..outputs {
        let group = o / (outputs / map.groups);
        for y in 0..height {
            for x in 0..width {
                let mut sum = map.bias[o];
                for i in 0..inputs {
                    for a in 0..ky {
                        for b in 0..kx {
                            let (iy, ix) = (y * map.stride + a * map.dilation, x * map.stride + b * map.dilation);
                            sum += map.weight[((o * inputs + i) * ky + a) * kx + b]
                                * image.values[((group * inputs + i) * image.height + iy) * image.width + ix];
                        }
                    }
                }
                values.push(sum);
            }
        }
    }
    Image { channels: outputs, height, width, values }
}

/// Pseudo-random numbers in −1..1 from a seed, good enough to tell two functions apart.
fn numbers(seed: &mut u64, count: usize) -> Vec<f64> {
    (0..count)
        .map(|_| {
            *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (*seed >> 11) as f64 / (1u64 << 52) as f64 - 1.0
        })
        .collect()
}

fn map(seed: &mut u64, shape: [usize; 4], stride: usize, dilation: usize, groups: usize, bias: bool) -> Affine {
    Affine {
        shape,
        weight: numbers(seed, shape.iter().product()),
        bias: if bias { numbers(seed, shape[0]) } else { vec![0.0; shape[0]] },
        stride,
        dilation,
        groups,
    }
}

/// max |a − b| / max |b|.
fn relative_error(a: &Image, b: &Image) -> f64 {
    assert_eq!((a.channels, a.height, a.width), (b.channels, b.height, b.width));
    let worst = a.values.iter().zip(&b.values).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    worst / b.values.iter().fold(1e-12, |most, value| value.abs().max(most))
}

fn check(chain: &Chain, image: &Image) {
    let input = pad(image, chain.padding);
    let expanded = chain.maps.iter().fold(input.clone(), |x, map| apply(map, &x));
    let contracted = apply(&chain.contract().unwrap(), &input);
    let error = relative_error(&contracted, &expanded);
    assert!(error < 1e-12, "relative error {error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// CL with any kernel, stride, padding, groups (depthwise at groups = channels), dilation and bias.
    #[test]
    fn a_cl_chain_contracts_exactly(
        seed in any::<u64>(), k in 1usize..=5, per_group in 1usize..=2, groups in 1usize..=3, rate in 1usize..=3,
        stride in 1usize..=3, dilation in 1usize..=2, padding in 0usize..=3, bias in any::<bool>(),
    ) {
        let mut seed = seed;
        let (m, n) = (per_group * groups, 2 * groups);
        let chain = Chain { padding, maps: vec![
            map(&mut seed, [rate * m, m / groups, 1, 1], 1, 1, groups, bias),
            map(&mut seed, [rate * n, rate * m / groups, k, k], stride, dilation, groups, bias),
            map(&mut seed, [n, rate * n / groups, 1, 1], 1, 1, groups, bias),
        ]};
        let image = Image { channels: m, height: 10, width: 11, values: numbers(&mut seed, m * 110) };
        check(&chain, &image);
    }

    /// CK: chains of two and three 3×3 maps, the stride on the last.
    #[test]
    fn a_ck_chain_contracts_exactly(
        seed in any::<u64>(), length in 2usize..=3, groups in 1usize..=2, rate in 1usize..=2,
        stride in 1usize..=2, dilation in 1usize..=2, padding in 0usize..=3, bias in any::<bool>(),
    ) {
        let mut seed = seed;
        let widths = [2 * groups, rate * 2 * groups, rate * 3 * groups, 3 * groups];
        let maps = (0..length)
            .map(|index| {
                let last = index + 1 == length;
                let (from, to) = (widths[index], if last { widths[3] } else { widths[index + 1] });
                map(&mut seed, [to, from / groups, 3, 3], if last { stride } else { 1 }, dilation, groups, bias)
            })
            .collect();
        let image = Image { channels: widths[0], height: 14, width: 15, values: numbers(&mut seed, widths[0] * 210) };
        check(&Chain { padding, maps }, &image);
    }

    /// Any two maps, strided first maps and rectangular kernels included.
    #[test]
    fn any_two_maps_compose_exactly(
        seed in any::<u64>(), k in prop::array::uniform4(1usize..=3), strides in prop::array::uniform2(1usize..=2),
        dilations in prop::array::uniform2(1usize..=3), groups in 1usize..=2,
    ) {
        let mut seed = seed;
        let first = map(&mut seed, [2 * groups, 1, k[0], k[1]], strides[0], dilations[0], groups, true);
        let second = map(&mut seed, [groups, 2, k[2], k[3]], strides[1], dilations[1], groups, true);
        let image = Image { channels: groups, height: 24, width: 23, values: numbers(&mut seed, groups * 552) };
        check(&Chain { padding: 1, maps: vec![first, second] }, &image);
    }
}

/// Why padding has no place inside a chain: zeros after a biased map are not what the single convolution sees.
#[test]
fn padding_inside_a_chain_is_another_function_at_the_border() {
    let mut seed = 7;
    let first = map(&mut seed, [4, 2, 1, 1], 1, 1, 1, true);
    let second = map(&mut seed, [3, 4, 3, 3], 1, 1, 1, true);
    let image = Image { channels: 2, height: 6, width: 6, values: numbers(&mut seed, 72) };
    let chain = Chain { padding: 1, maps: vec![first.clone(), second.clone()] };
    let contracted = apply(&chain.contract().unwrap(), &pad(&image, 1));
    let padded_inside = apply(&second, &pad(&apply(&first, &image), 1));
    assert!(relative_error(&padded_inside, &contracted) > 0.01);
}

#[test]
fn maps_that_do_not_fit_are_refused() {
    let mut seed = 1;
    let first = map(&mut seed, [4, 2, 1, 1], 1, 1, 1, true);
    let second = map(&mut seed, [3, 5, 3, 3], 1, 1, 1, true);
    assert_eq!(compose(&first, &second).unwrap_err().message, "the first map gives 4 channels, the second takes 5");
    let grouped = map(&mut seed, [4, 2, 3, 3], 1, 1, 2, true);
    assert_eq!(compose(&first, &grouped).unwrap_err().code, "compose_groups");
}
