//! What every generated kernel must be: bound in order, dispatched over all of its outputs, within the limits of devices.

use super::batch::{Batch, assemble};
use super::update::{MOST_MIXED, Part, Rule, mix, update};
use super::{
    Kernel, bias_composition, composition, convolution, loss, normalization, normalization_gradient, product,
    weight_gradient,
};
use crate::kernels::composition::Points;
use crate::kernels::shape::{Activation, BiasComposition, Convolution, Normalization, Product};

fn convolutions() -> Vec<Convolution> {
    let plain = Convolution {
        batch: 128,
        inputs: 8,
        outputs: 16,
        size: [16, 16],
        kernel: 7,
        stride: 1,
        padding: 3,
        dilation: 1,
        groups: 1,
    };
    vec![
        plain,
        Convolution { inputs: 3, outputs: 8, size: [32, 32], ..plain },
        Convolution { size: [9, 11], stride: 3, dilation: 2, groups: 4, ..plain },
        Convolution { batch: 1, inputs: 1, outputs: 1, size: [1, 1], kernel: 1, padding: 0, ..plain },
        Convolution { inputs: 512, outputs: 512, size: [64, 64], kernel: 3, padding: 1, groups: 512, ..plain },
        Convolution { kernel: 15, padding: 7, size: [28, 28], ..plain },
    ]
}

/// Every kind of kernel, for ordinary and for odd shapes.
fn all() -> Vec<Kernel> {
    let mut kernels = Vec::new();
    for shape in convolutions() {
        kernels.extend([convolution::forward(&shape, true), convolution::input_gradient(&shape)]);
        for gradient in [weight_gradient::weight_gradient(&shape), weight_gradient::bias_gradient(&shape)] {
            kernels.push(gradient.partial);
            kernels.extend(gradient.total);
        }
    }
    for (batch, size, activation, pool) in
        [(128, [32, 32], Activation::Relu, 2), (3, [7, 9], Activation::None, 3), (2000, [64, 64], Activation::Relu6, 1)]
    {
        let shape = Normalization { batch, channels: 32, size, activation, pool };
        let statistics = normalization::statistics(&shape);
        let gradient = normalization_gradient::normalization_gradient(&shape);
        kernels.extend([statistics.partial, normalization::normalize(&shape)]);
        kernels.extend(statistics.total);
        kernels.extend([gradient.partial, gradient.total, gradient.input]);
    }
    for (batch, rows, inner, columns) in [(1, 128, 512, 64), (3, 5, 7, 9), (1, 4096, 64, 4096)] {
        let shape = Product { batch, rows, inner, columns, left_transposed: true, right_transposed: false };
        kernels.push(product::product(&shape));
    }
    for sides in [[3, 3], [5, 3]] {
        let Points { first, second, product } = Points::new(sides);
        kernels.extend([&first, &second, &product.transposed()].map(|matrix| composition::values(matrix, 8192)));
        kernels.extend([&product, &first.transposed()].map(|matrix| composition::kernels(matrix, 100)));
    }
    let shape = BiasComposition { hidden: 12, outputs: 6, kernel: 3, groups: 2 };
    kernels.push(bias_composition::forward(&shape));
    kernels.extend([bias_composition::add_weight_gradient(&shape), bias_composition::first_gradient(&shape)]);
    for rule in [Rule::Adam, Rule::Sgd { nesterov: true }] {
        kernels.push(update(rule, &vec![Part { start: 64, length: 5 }; rule.most_parts()]));
    }
    kernels.push(mix(&[Part { start: 0, length: 8 }; MOST_MIXED], &[1.0; MOST_MIXED], 0.1));
    kernels.extend([loss::cross_entropy([128, 10]), loss::cross_entropy_gradient([128, 10])]);
    let batch =
        Batch { batch: 128, channels: 3, size: [32, 32], classes: 10, crop: 4, stores: 2, images_per_store: 25_000 };
    kernels.push(assemble(&batch));
    kernels
}

#[test]
fn every_device_can_run_the_kernels() {
    for Kernel { source, workgroup, dispatch } in all() {
        assert!(source.matches("var<storage").count() <= 8, "{source}");
        assert!(workgroup.iter().product::<u32>() <= 256, "{workgroup:?}");
        assert!(dispatch.iter().all(|groups| (1..=65535).contains(groups)), "{dispatch:?}");
        assert!(source.contains(&format!("@workgroup_size({})", workgroup[0])), "{source}");
    }
}

/// The layout of the bindings is derived from what a kernel uses.
#[test]
fn kernels_use_what_they_bind() {
    for Kernel { source, .. } in all() {
        for declared in source.lines().filter(|line| line.starts_with("@group(0)")) {
            let name = declared.split("> ").nth(1).and_then(|rest| rest.split(':').next()).unwrap();
            let uses = source.match_indices(name).filter(|(at, _)| {
                let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
                let around = [source.as_bytes()[at - 1], source.as_bytes()[at + name.len()]];
                !around.into_iter().any(word)
            });
            assert!(uses.count() > 1, "{name} is unused in\n{source}");
        }
    }
}

/// Sources pass through burn's templates, to which two braces in a row mean a place to fill in.
#[test]
fn nothing_looks_like_a_placeholder() {
    for Kernel { source, .. } in all() {
        assert!(!source.contains("{{"), "{source}");
    }
}

#[test]
fn invocations_cover_the_outputs() {
    for count in [1, 64, 65, 5_000_000, 300_000_000] {
        let kernel = Kernel::flat("", count, 64, "");
        let invocations = kernel.workgroup.iter().chain(&kernel.dispatch).map(|&many| many as usize).product::<usize>();
        assert!((count..count + 65535 * 64).contains(&invocations), "{count}: {invocations}");
    }
}

#[test]
fn a_tile_keeps_few_enough_sums_and_many_enough_invocations() {
    for shape in convolutions() {
        for kernel in [convolution::forward(&shape, false), weight_gradient::weight_gradient(&shape).partial] {
            let sums = kernel.source.matches("var sum").count();
            assert!((1..=64).contains(&sums), "{shape:?}: {sums}");
            let updates = kernel.source.matches(" += ").count();
            assert!(updates <= 1024, "{shape:?}: {updates}");
        }
    }
}
