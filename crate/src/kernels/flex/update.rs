//! Moving parameters and running statistics on the CPU, in place where nothing else looks at them.

use std::ops::Range;

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::{numbers, ordered, single};
use crate::kernels::reference;
use crate::kernels::update::{Moved, Parts, Rule, Step, Updates};

impl Updates for Flex {
    fn part(flat: FlexTensor, range: Range<usize>) -> FlexTensor {
        flat.narrow(0, range.start, range.len())
    }

    fn update(moved: Moved<FlexTensor>, gradients: Parts<FlexTensor>, step: &Step) -> Moved<FlexTensor> {
        if !single(&moved.values) {
            return reference::update::<Self>(moved, gradients, step);
        }
        let Moved { mut values, mut first, mut second } = moved;
        // Written where they lie, unless somebody else holds them too: then they are copied first.
        let (all, moments) = (values.storage_mut::<f32>(), first.storage_mut::<f32>());
        let mut squares = second.as_mut().map(|second| second.storage_mut::<f32>());
        for (gradient, start) in gradients.tensors.into_iter().map(ordered).zip(gradients.starts) {
            let gradient = numbers(&gradient);
            let place = start..start + gradient.len();
            let (values, first) = (&mut all[place.clone()], &mut moments[place.clone()]);
            match (step.rule, squares.as_deref_mut()) {
                (Rule::Sgd { momentum, nesterov }, _) => {
                    sgd(values, first, gradient, step, momentum as f32, nesterov);
                }
                (rule, Some(squares)) => adam(values, first, &mut squares[place], gradient, step, rule),
                (Rule::Adam { .. }, None) => unreachable!("Adam keeps second moments"),
            }
        }
        Moved { values, first, second }
    }

    fn mix(mut kept: FlexTensor, new: Parts<FlexTensor>, scales: &[f64], share: f64) -> FlexTensor {
        if !single(&kept) {
            return reference::mix::<Self>(kept, new, scales, share);
        }
        let all = kept.storage_mut::<f32>();
        for ((new, start), scale) in new.tensors.into_iter().map(ordered).zip(new.starts).zip(scales) {
            let (keep, take) = ((1.0 - share) as f32, (share * scale) as f32);
            for (kept, new) in all[start..].iter_mut().zip(numbers(&new)) {
                *kept = keep * *kept + take * new;
            }
        }
        kept
    }
}

fn sgd(values: &mut [f32], velocity: &mut [f32], gradient: &[f32], step: &Step, momentum: f32, nesterov: bool) {
    let (rate, decay) = (step.learning_rate as f32, step.weight_decay as f32);
    for ((value, velocity), gradient) in values.iter_mut().zip(velocity).zip(gradient) {
        let gradient = gradient + decay * *value;
        *velocity = momentum * *velocity + gradient;
        *value -= rate * if nesterov { gradient + momentum * *velocity } else { *velocity };
    }
}

fn adam(values: &mut [f32], first: &mut [f32], second: &mut [f32], gradient: &[f32], step: &Step, rule: Rule) {
    let Rule::Adam { beta1, beta2, epsilon, correction1, correction2 } = rule else { return };
    let (rate, decay) = (step.learning_rate as f32, step.weight_decay as f32);
    let (kept1, new1, kept2, new2) = (beta1 as f32, (1.0 - beta1) as f32, beta2 as f32, (1.0 - beta2) as f32);
    let (scale1, scale2) = ((1.0 / correction1) as f32, (1.0 / correction2) as f32);
    for (((value, first), second), gradient) in values.iter_mut().zip(first).zip(second).zip(gradient) {
        let gradient = gradient + decay * *value;
        *first = kept1 * *first + new1 * gradient;
        *second = kept2 * *second + new2 * gradient * gradient;
        *value -= rate * (*first * scale1) / ((*second * scale2).sqrt() + epsilon as f32);
    }
}
