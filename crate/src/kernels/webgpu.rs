//! The operations on a GPU, by kernels of our own in WGSL.

use burn::backend::Cube;
use burn_wgpu::CubeTensor;

use super::shape::{BiasComposition, Composition, Convolution, Normalization, Product};
use super::wgsl::batch::{self, Batch};
use super::wgsl::{
    bias_composition, convolution, loss, normalization, normalization_gradient, product, weight_gradient,
};
use super::{Bias, Kernels};

mod composed;
mod launch;
mod update;

use launch::{Key, ordered, own, plan, room, single};

/// A batch from images, labels, plan and table on the device, from a place of the plan on: images and targets.
pub(super) fn assemble(shape: &Batch, inputs: &[&CubeTensor], first: usize) -> (CubeTensor, CubeTensor) {
    let table = inputs[inputs.len() - 1];
    let images = room(table, [shape.batch, shape.channels, shape.size[0], shape.size[1]]);
    let targets = room(table, [shape.batch, shape.classes]);
    let source = single(Key::Batch(*shape), || batch::assemble(shape));
    source.launch_with(&[inputs, &[&images, &targets]].concat(), &[first as u32, 0, 0, 0]);
    (images, targets)
}

/// Sums over parts of the images, and their total where there is more than one part.
fn summed<const D: usize>(
    key: Key,
    gradient: impl FnOnce() -> weight_gradient::WeightGradient,
    inputs: &[&CubeTensor],
    dims: [usize; D],
) -> CubeTensor {
    let plan = plan(key, || {
        let gradient = gradient();
        ([Some(gradient.partial), gradient.total].into_iter().flatten().collect(), gradient.parts)
    });
    let total = room(inputs[0], dims);
    match plan.sources.as_slice() {
        [partial, sum] => {
            let parts = room(inputs[0], [plan.parts * dims.iter().product::<usize>()]);
            partial.launch(&[inputs, &[&parts]].concat());
            sum.launch(&[&parts, &total]);
        }
        sources => sources[0].launch(&[inputs, &[&total]].concat()),
    }
    total
}

impl Kernels for Cube {
    fn convolution(x: CubeTensor, weight: CubeTensor, bias: Bias<Self>, shape: Convolution) -> CubeTensor {
        let (x, weight) = (ordered(x), ordered(weight));
        let bias = match bias {
            Bias::None => None,
            Bias::Some(bias) => Some(ordered(bias)),
        };
        let key = Key::Convolution { shape, bias: bias.is_some() };
        let source = single(key, || convolution::forward(&shape, bias.is_some()));
        let [height, width] = shape.output_size();
        let y = room(&x, [shape.batch, shape.outputs, height, width]);
        let buffers: Vec<&CubeTensor> = [&x, &weight].into_iter().chain(&bias).chain([&y]).collect();
        source.launch(&buffers);
        y
    }

    fn transposed_convolution(y: CubeTensor, weight: CubeTensor, shape: Convolution) -> CubeTensor {
        let (y, weight) = (ordered(y), ordered(weight));
        let source = single(Key::TransposedConvolution(shape), || convolution::input_gradient(&shape));
        let x = room(&y, [shape.batch, shape.inputs, shape.size[0], shape.size[1]]);
        source.launch(&[&y, &weight, &x]);
        x
    }

    fn convolution_weight_gradient(
        x: CubeTensor,
        y: CubeTensor,
        shape: Convolution,
        bias: bool,
    ) -> (CubeTensor, Option<CubeTensor>) {
        let (x, y) = (ordered(x), ordered(y));
        let dims = [shape.outputs, shape.inputs / shape.groups, shape.kernel, shape.kernel];
        let weight = summed(Key::WeightGradient(shape), || weight_gradient::weight_gradient(&shape), &[&x, &y], dims);
        let of_bias = || weight_gradient::bias_gradient(&shape);
        let bias = bias.then(|| summed(Key::BiasGradient(shape), of_bias, &[&y], [shape.outputs]));
        (weight, bias)
    }

    fn composition(first: CubeTensor, second: CubeTensor, shape: Composition) -> (CubeTensor, CubeTensor, CubeTensor) {
        composed::compose(&ordered(first), &ordered(second), &shape)
    }

    fn composition_gradient(
        y: CubeTensor,
        first: CubeTensor,
        second: CubeTensor,
        shape: Composition,
    ) -> (CubeTensor, CubeTensor) {
        composed::gradient(&ordered(y), &first, &second, &shape)
    }

    fn bias_composition(
        weight: CubeTensor,
        first: CubeTensor,
        second: CubeTensor,
        shape: BiasComposition,
    ) -> (CubeTensor, CubeTensor) {
        let [weight, first, second] = [weight, first, second].map(ordered);
        let bias = room(&weight, [shape.outputs]);
        let source = single(Key::BiasComposition(shape), || bias_composition::forward(&shape));
        source.launch(&[&weight, &first, &second, &bias]);
        (bias, weight)
    }

    fn bias_first_gradient(y: CubeTensor, weight: CubeTensor, shape: BiasComposition) -> CubeTensor {
        let [y, weight] = [y, weight].map(ordered);
        let of_first = room(&y, [shape.hidden]);
        let source = single(Key::BiasFirstGradient(shape), || bias_composition::first_gradient(&shape));
        source.launch(&[&y, &weight, &of_first]);
        of_first
    }

    fn add_bias_weight_gradient(
        gradient: CubeTensor,
        y: CubeTensor,
        first: CubeTensor,
        shape: BiasComposition,
    ) -> CubeTensor {
        let (gradient, y, first) = (own(gradient), ordered(y), ordered(first));
        let source = single(Key::BiasWeightGradient(shape), || bias_composition::add_weight_gradient(&shape));
        source.launch(&[&y, &first, &gradient]);
        gradient
    }

    fn normalization(
        x: CubeTensor,
        gamma: CubeTensor,
        beta: CubeTensor,
        shape: Normalization,
    ) -> (CubeTensor, CubeTensor, CubeTensor) {
        let x = ordered(x);
        let plan = plan(Key::Statistics(shape), || {
            let statistics = normalization::statistics(&shape);
            ([Some(statistics.partial), statistics.total].into_iter().flatten().collect(), statistics.parts)
        });
        let (mean, variance) = (room(&x, [shape.channels]), room(&x, [shape.channels]));
        match plan.sources.as_slice() {
            [partial, total] => {
                let parts = room(&x, [2, plan.parts, shape.channels]);
                partial.launch(&[&x, &parts]);
                total.launch(&[&x, &parts, &mean, &variance]);
            }
            sources => sources[0].launch(&[&x, &mean, &variance]),
        }
        let y = Self::normalization_by(x, gamma, beta, mean.clone(), variance.clone(), shape);
        (y, mean, variance)
    }

    fn normalization_by(
        x: CubeTensor,
        gamma: CubeTensor,
        beta: CubeTensor,
        mean: CubeTensor,
        variance: CubeTensor,
        shape: Normalization,
    ) -> CubeTensor {
        let [x, gamma, beta, mean, variance] = [x, gamma, beta, mean, variance].map(ordered);
        let source = single(Key::Normalization(shape), || normalization::normalize(&shape));
        let [height, width] = shape.output_size();
        let y = room(&x, [shape.batch, shape.channels, height, width]);
        source.launch(&[&x, &gamma, &beta, &mean, &variance, &y]);
        y
    }

    fn normalization_gradient(
        y: CubeTensor,
        x: CubeTensor,
        gamma: CubeTensor,
        beta: CubeTensor,
        mean: CubeTensor,
        variance: CubeTensor,
        shape: Normalization,
    ) -> (CubeTensor, CubeTensor, CubeTensor) {
        let [y, x, gamma, beta, mean, variance] = [y, x, gamma, beta, mean, variance].map(ordered);
        let plan = plan(Key::NormalizationGradient(shape), || {
            let gradient = normalization_gradient::normalization_gradient(&shape);
            (vec![gradient.partial, gradient.total, gradient.input], gradient.parts)
        });
        let channels = shape.channels;
        let parts = room(&x, [2, plan.parts, channels]);
        let factors = room(&x, [normalization_gradient::FACTORS, channels]);
        let (dgamma, dbeta) = (room(&x, [channels]), room(&x, [channels]));
        let dx = room(&x, [shape.batch, channels, shape.size[0], shape.size[1]]);
        plan.sources[0].launch(&[&y, &x, &gamma, &beta, &mean, &variance, &parts]);
        plan.sources[1].launch(&[&parts, &gamma, &beta, &mean, &variance, &dgamma, &dbeta, &factors]);
        plan.sources[2].launch(&[&y, &x, &factors, &dx]);
        (dx, dgamma, dbeta)
    }

    fn product(left: CubeTensor, right: CubeTensor, shape: Product) -> CubeTensor {
        let (left, right) = (ordered(left), ordered(right));
        let source = single(Key::Product(shape), || product::product(&shape));
        let y = room(&left, [shape.batch, shape.rows, shape.columns]);
        source.launch(&[&left, &right, &y]);
        y
    }

    fn cross_entropy(logits: CubeTensor, targets: CubeTensor, shape: [usize; 2]) -> CubeTensor {
        let (logits, targets) = (ordered(logits), ordered(targets));
        let losses = room(&logits, [shape[0]]);
        single(Key::CrossEntropy(shape), || loss::cross_entropy(shape)).launch(&[&logits, &targets, &losses]);
        losses
    }

    fn cross_entropy_gradient(
        rows: CubeTensor,
        logits: CubeTensor,
        targets: CubeTensor,
        shape: [usize; 2],
    ) -> CubeTensor {
        let [rows, logits, targets] = [rows, logits, targets].map(ordered);
        let dlogits = room(&logits, shape);
        let source = single(Key::CrossEntropyGradient(shape), || loss::cross_entropy_gradient(shape));
        source.launch(&[&rows, &logits, &targets, &dlogits]);
        dlogits
    }
}
