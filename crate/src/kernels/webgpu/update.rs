//! Moving parameters and running statistics on a GPU, in place where nothing else looks at them.

use std::ops::Range;

use burn::backend::{Cube, Shape};
use burn_wgpu::CubeTensor;

use super::launch::{Key, ordered, own, single};
use crate::kernels::update::{BOUNDARY, Moved, Parts, Rule, Step, Updates};
use crate::kernels::wgsl::update::{self, MOST_MIXED, Part};

/// Where the tensors of a launch belong.
fn places(tensors: &[CubeTensor], starts: &[usize]) -> Vec<Part> {
    let lengths = tensors.iter().map(|tensor| tensor.meta.num_elements());
    starts.iter().zip(lengths).map(|(&start, length)| Part { start, length }).collect()
}

/// The rule as the kernels know it, and its numbers for this step.
fn numbers(step: &Step) -> (update::Rule, Vec<u32>) {
    let (rule, numbers) = match step.rule {
        Rule::Sgd { momentum, nesterov } => {
            (update::Rule::Sgd { nesterov }, vec![step.learning_rate, step.weight_decay, momentum, 0.0])
        }
        Rule::Adam { beta1, beta2, epsilon, correction1, correction2 } => {
            let rates = [step.learning_rate / correction1, step.weight_decay, 1.0 / correction2, epsilon];
            let shares = [beta1, 1.0 - beta1, beta2, 1.0 - beta2];
            (update::Rule::Adam, [rates, shares].concat())
        }
    };
    (rule, numbers.into_iter().map(|number| (number as f32).to_bits()).collect())
}

impl Updates for Cube {
    fn part(flat: CubeTensor, range: Range<usize>) -> CubeTensor {
        let size = flat.dtype.size() as u64;
        let after = flat.meta.num_elements() - range.end;
        // The handle ends at the next boundary: where a binding may end, too.
        let handle = flat.handle.clone().offset_start(range.start as u64 * size);
        let handle = handle.offset_end((after / BOUNDARY * BOUNDARY) as u64 * size);
        let shape = Shape::new([range.len()]);
        CubeTensor::new_contiguous(flat.client.clone(), flat.device.clone(), shape, handle, flat.dtype)
    }

    fn update(moved: Moved<CubeTensor>, gradients: Parts<CubeTensor>, step: &Step) -> Moved<CubeTensor> {
        let (values, first, second) = (own(moved.values), own(moved.first), moved.second.map(own));
        let (rule, numbers) = numbers(step);
        let tensors: Vec<CubeTensor> = gradients.tensors.into_iter().map(ordered).collect();
        let most = rule.most_parts();
        for (tensors, starts) in tensors.chunks(most).zip(gradients.starts.chunks(most)) {
            let parts = places(tensors, starts);
            let source = single(Key::Update { rule, parts: parts.clone() }, || update::update(rule, &parts));
            let buffers: Vec<&CubeTensor> = [&values, &first].into_iter().chain(&second).chain(tensors).collect();
            source.launch_with(&buffers, &numbers);
        }
        Moved { values, first, second }
    }

    fn mix(kept: CubeTensor, new: Parts<CubeTensor>, scales: &[f64], share: f64) -> CubeTensor {
        let kept = own(kept);
        let tensors: Vec<CubeTensor> = new.tensors.into_iter().map(ordered).collect();
        let chunks = tensors.chunks(MOST_MIXED).zip(new.starts.chunks(MOST_MIXED)).zip(scales.chunks(MOST_MIXED));
        for ((tensors, starts), scales) in chunks {
            let parts = places(tensors, starts);
            let bits = scales.iter().map(|scale| scale.to_bits()).collect();
            let key = Key::Mix { parts: parts.clone(), scales: bits, share: share.to_bits() };
            let source = single(key, || update::mix(&parts, scales, share));
            let buffers: Vec<&CubeTensor> = [&kept].into_iter().chain(tensors).collect();
            source.launch(&buffers);
        }
        kept
    }
}
