//! Evaluation mode that can be differentiated, for what measures a trained network by its curvature.
//!
//! Every ReLU and every maximum is held at what it lets through for the network as it is. Around there the loss then is
//! smooth, and its second derivatives are those that differentiating twice would give. Without, a difference of gradients
//! also counts the kinks that it steps over, few and heavy: between two networks, or two steps, they differ by themselves.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use burn::tensor::module::max_pool2d;
use burn::tensor::ops::MaxPoolOptions;

use super::pass::Pass;
use super::{Network, Tensors, Values};
use crate::kernels::EPSILON;
use crate::kernels::shape::Normalization;

/// What every ReLU and every pooling lets through, in the order they come: 1 or 0 per input, `[N, C, Y, X]` each.
pub struct Routes(Vec<Tensor<4>>);

impl Network {
    /// The routes that images `[N, C, Y, X]` take through the network as it is, in evaluation mode.
    pub fn routes(&self, images: Tensor<4>) -> Routes {
        let mut finding = Finding { running: &self.running, routes: Vec::new() };
        self.pass(&self.parameters.tensors(), images, &mut finding);
        Routes(finding.routes)
    }

    /// What [`Network::evaluate`] gives, from the given (tracked) parameters, every ReLU and maximum held at the given routes.
    ///
    /// With the routes of the images and the network's own parameters it is the same, and so is its gradient. Norms use their
    /// running statistics, which carry no gradient. Composed of burn's own operations, since our one pass for norm, ReLU and
    /// pooling cannot be differentiated in evaluation mode.
    ///
    /// # Shapes
    /// - `images`: `[N, C, Y, X]`, normalised, within autodiff where the parameters are
    pub fn evaluate_tracked(&self, parameters: &Tensors, images: Tensor<4>, routes: &Routes) -> Tensor<4> {
        self.pass(parameters, images, &mut Holding { running: &self.running, routes: routes.0.iter() })
    }
}

struct Finding<'a> {
    running: &'a Values,
    routes: Vec<Tensor<4>>,
}

impl Finding<'_> {
    /// What `f` lets through of `x` is its gradient.
    fn find(&mut self, x: Tensor<4>, f: impl FnOnce(Tensor<4>) -> Tensor<4>) -> Tensor<4> {
        let x = x.autodiff().require_grad();
        let mut gradients = f(x.clone()).sum().backward();
        let route = x.grad_remove(&mut gradients).expect("the sum depends on what is summed");
        self.routes.push(route.clone());
        x.inner().mul(route)
    }
}

impl Pass for Finding<'_> {
    const FUSED: bool = false;

    fn norm(&mut self, name: &str, x: Tensor<4>, by: [Tensor<1>; 2], _: Normalization) -> Tensor<4> {
        norm(self.running, name, x, by)
    }

    fn relu(&mut self, x: Tensor<4>) -> Tensor<4> {
        self.find(x, relu)
    }

    fn pool(&mut self, x: Tensor<4>, side: usize) -> Tensor<4> {
        sums(self.find(x, |x| max_pool2d(x, MaxPoolOptions::new([side; 2]))), side)
    }
}

struct Holding<'a> {
    running: &'a Values,
    routes: std::slice::Iter<'a, Tensor<4>>,
}

impl Holding<'_> {
    fn hold(&mut self, x: Tensor<4>) -> Tensor<4> {
        x.mul(self.routes.next().expect("one for each ReLU and pooling, see `routes`").clone())
    }
}

impl Pass for Holding<'_> {
    const FUSED: bool = false;

    fn norm(&mut self, name: &str, x: Tensor<4>, by: [Tensor<1>; 2], _: Normalization) -> Tensor<4> {
        norm(self.running, name, x, by)
    }

    fn relu(&mut self, x: Tensor<4>) -> Tensor<4> {
        self.hold(x)
    }

    fn pool(&mut self, x: Tensor<4>, side: usize) -> Tensor<4> {
        sums(self.hold(x), side)
    }
}

/// A norm by its running statistics.
fn norm(running: &Values, name: &str, x: Tensor<4>, [gamma, beta]: [Tensor<1>; 2]) -> Tensor<4> {
    let running = |part: &str| running.get(&format!("{name}.{part}"));
    let scale = gamma.div(running("running_var").add_scalar(EPSILON).sqrt());
    let shift = beta.sub(scale.clone().mul(running("running_mean")));
    let over = [1, x.dims()[1], 1, 1];
    x.mul(scale.reshape(over)).add(shift.reshape(over))
}

/// The sum of each square of this side, of `[N, C, Y, X]`; a ragged edge is dropped, as by pooling.
fn sums(x: Tensor<4>, side: usize) -> Tensor<4> {
    let [n, c, height, width] = x.dims();
    let (down, across) = (height / side, width / side);
    let whole = x.slice([0..n, 0..c, 0..down * side, 0..across * side]);
    whole.reshape([n * c * down, side, across, side]).sum_dim(1).sum_dim(3).reshape([n, c, down, across])
}
