//! Evaluation mode that can be differentiated, for what measures a trained network by its curvature.
//!
//! Every ReLU and every maximum is held at what it lets through for the network as it is. Around there the loss then is
//! smooth, and its second derivatives are those that differentiating twice would give. Without, a difference of gradients
//! also counts the kinks that it steps over, few and heavy: between two networks, or two steps, they differ by themselves.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use burn::tensor::module::max_pool2d;
use burn::tensor::ops::MaxPoolOptions;

use super::{Network, Tensors, run};
use crate::kernels::EPSILON;
use crate::spec::Layer;

/// What every ReLU and every pooling lets through, in layer order: 1 or 0 per input, `[N, C, Y, X]` each.
pub struct Routes(Vec<Tensor<4>>);

impl Network {
    /// The routes that images `[N, C, Y, X]` take through the network as it is, in evaluation mode.
    pub fn routes(&self, images: Tensor<4>) -> Routes {
        let mut routes = Vec::new();
        self.routed(&self.parameters.tensors(), images, |x, layer| {
            let x = x.autodiff().require_grad();
            let y = match layer {
                Layer::Pool(size) => max_pool2d(x.clone(), MaxPoolOptions::new([*size; 2])),
                _ => relu(x.clone()),
            };
            let mut gradients = y.sum().backward();
            let route = x.grad_remove(&mut gradients).expect("the sum depends on what is summed");
            routes.push(route.clone());
            route
        });
        Routes(routes)
    }

    /// Logits in evaluation mode from the given (tracked) parameters, every ReLU and maximum held at the given routes.
    ///
    /// With the routes of the images and the network's own parameters these are the logits of [`Network::evaluate`], and
    /// their gradient is its gradient. Norms use their running statistics, which carry no gradient. Composed of burn's own
    /// operations, since our one pass for norm, ReLU and pooling cannot be differentiated in evaluation mode.
    ///
    /// # Shapes
    /// - `images`: `[N, C, Y, X]`, normalised, within autodiff where the parameters are
    /// - result: `[N, classes]`
    pub fn evaluate_tracked(&self, parameters: &Tensors, images: Tensor<4>, routes: &Routes) -> Tensor<2> {
        let mut routes = routes.0.iter();
        let route = |_, _: &Layer| routes.next().expect("one for each ReLU and pooling, see `routes`").clone();
        self.routed(parameters, images, route)
    }

    /// A forward pass that asks what each ReLU and pooling lets through of its input.
    fn routed(
        &self,
        parameters: &Tensors,
        images: Tensor<4>,
        mut route: impl FnMut(Tensor<4>, &Layer) -> Tensor<4>,
    ) -> Tensor<2> {
        let mut schedules = self.schedules.iter();
        let mut x = images;
        for layer in &self.plan.layers {
            let name = &layer.placed.name;
            x = match (&layer.placed.layer, &layer.chain) {
                (_, Some(chain)) => {
                    let schedule = schedules.next().expect("one schedule per chain, made in `new`");
                    run(chain, &schedule.folds, parameters, x)
                }
                (Layer::Norm, _) => {
                    let parameter = |part: &str| parameters[&format!("{name}.{part}")].clone();
                    let running = |part: &str| self.running.get(&format!("{name}.{part}"));
                    let scale = parameter("weight").div(running("running_var").add_scalar(EPSILON).sqrt());
                    let shift = parameter("bias").sub(scale.clone().mul(running("running_mean")));
                    let over = [1, layer.placed.input[0], 1, 1];
                    x.mul(scale.reshape(over)).add(shift.reshape(over))
                }
                (Layer::Relu, _) => x.clone().mul(route(x, &Layer::Relu)),
                (Layer::Pool(size), _) => sums(x.clone().mul(route(x, &Layer::Pool(*size))), *size),
                _ => {
                    let [n, c, y, width] = x.dims();
                    x.reshape([n, c * y * width, 1, 1])
                }
            };
        }
        let [n, classes, _, _] = x.dims();
        x.reshape([n, classes])
    }
}

/// The sum of each square of this side, of `[N, C, Y, X]`; a ragged edge is dropped, as by pooling.
fn sums(x: Tensor<4>, side: usize) -> Tensor<4> {
    let [n, c, height, width] = x.dims();
    let (down, across) = (height / side, width / side);
    let whole = x.slice([0..n, 0..c, 0..down * side, 0..across * side]);
    whole.reshape([n * c * down, side, across, side]).sum_dim(1).sum_dim(3).reshape([n, c, down, across])
}
