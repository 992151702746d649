//! The gradient of batch normalisation, ReLU and max pooling, from the input alone: their outputs are computed again.

use std::fmt::Write;

use super::gather::pairs;
use super::normalization::{WORKGROUP, partial_sums, place, run, total_sums};
use super::sweep::Sweep;
use super::{Kernel, buffers};
use crate::kernels::EPSILON;
use crate::kernels::shape::{Activation, Normalization};

/// Three launches. Intermediate results: the sums `[2, parts, C]` and the factors `[5, C]`.
#[derive(Clone, Debug)]
pub struct NormalizationGradient {
    /// Binds dy `[N, C, Y / pool, X / pool]`, x `[N, C, Y, X]`, gamma, beta, mean and variance `[C]` each, then writes sums.
    pub partial: Kernel,
    pub parts: usize,
    /// Binds the sums, gamma, beta, mean and variance, then writes dgamma `[C]`, dbeta `[C]` and the factors.
    pub total: Kernel,
    /// Binds dy, x and the factors, then writes dx `[N, C, Y, X]`.
    pub input: Kernel,
}

/// What the launches need for each channel, one after another: see [`NormalizationGradient`].
pub const FACTORS: usize = 5;

/// The kernels for a shape.
pub fn normalization_gradient(shape: &Normalization) -> NormalizationGradient {
    let [down, across] = shape.output_size();
    let channels = shape.channels;
    let sweep = Sweep::new(shape.batch, channels, down * across);
    let parts = sweep.parts;
    NormalizationGradient { partial: partial(shape, &sweep), parts, total: total(shape, parts), input: input(shape) }
}

/// The sums of the gradient behind ReLU and pooling, and of its product with the normalised input.
fn partial(shape: &Normalization, sweep: &Sweep) -> Kernel {
    let Normalization { channels, size: [height, width], pool, .. } = *shape;
    let [down, across] = shape.output_size();
    let before = format!(
        "let deviation = inverseSqrt(variance[channel] + {EPSILON});
let scale = gamma[channel] * deviation;
let middle = mean[channel];
let base = beta[channel];"
    );
    let mut body = format!(
        "let plane = image * {channels}u + channel;
let corner = plane * {}u + pixel / {across}u * {}u + pixel % {across}u * {pool}u;
",
        height * width,
        pool * width,
    );
    let places: Vec<usize> = pairs(pool, pool).map(|(y, x)| y * width + x).collect();
    for (at, shift) in places.iter().enumerate() {
        let _ = writeln!(body, "let v{at} = x[corner + {shift}u] - middle;");
    }
    body += &winner("", places.len(), shape.activation);
    let _ = write!(
        body,
        "let gradient = dy[plane * {}u + pixel];
let passed = select(0.0, gradient, alive);
sum0 += passed;
sum1 += passed * value * deviation;",
        down * across
    );
    let names = ["dy", "x", "gamma", "beta", "mean", "variance", "partial*"];
    sweep.kernel(&buffers(&names), 2, &before, &body, &partial_sums(2, sweep.parts, channels))
}

/// `value` and `place` of the window's first maximum, and whether a gradient passes it (`alive`), of `v{tag}0`, ….
fn winner(tag: &str, count: usize, activation: Activation) -> String {
    let mut text = format!(
        "var value{tag} = v{tag}0;
var best{tag} = v{tag}0 * scale + base;
var place{tag} = 0u;
"
    );
    for at in 1..count {
        let _ = write!(
            text,
            "let z{tag}{at} = v{tag}{at} * scale + base;
let more{tag}{at} = z{tag}{at} > best{tag};
value{tag} = select(value{tag}, v{tag}{at}, more{tag}{at});
place{tag} = select(place{tag}, {at}u, more{tag}{at});
best{tag} = max(best{tag}, z{tag}{at});
"
        );
    }
    let alive = match activation {
        Activation::None => "true".into(),
        Activation::Relu => format!("best{tag} > 0.0"),
        Activation::Relu6 => format!("(best{tag} > 0.0) & (best{tag} < 6.0)"),
    };
    text + &format!("let alive{tag} = {alive};\n")
}

/// dx is `scale · g − offset − slope · (x − mean)`, where g is what passes ReLU and pooling.
fn total(shape: &Normalization, parts: usize) -> Kernel {
    let Normalization { batch, channels, size: [height, width], .. } = *shape;
    let body = format!(
        "let channel = index;
{sums}dgamma[channel] = sum1;
dbeta[channel] = sum0;
let deviation = inverseSqrt(variance[channel] + {EPSILON});
let scale = gamma[channel] * deviation;
factors[channel] = scale;
factors[{channels}u + channel] = mean[channel];
factors[{two}u + channel] = beta[channel];
factors[{three}u + channel] = scale * sum0 / {count}.0;
factors[{four}u + channel] = scale * deviation * sum1 / {count}.0;",
        sums = total_sums(2, parts, channels),
        two = 2 * channels,
        three = 3 * channels,
        four = 4 * channels,
        count = batch * height * width,
    );
    let names = ["partial", "gamma", "beta", "mean", "variance", "dgamma*", "dbeta*", "factors*"];
    Kernel::flat(&buffers(&names), channels, WORKGROUP, &body)
}

fn input(shape: &Normalization) -> Kernel {
    let Normalization { batch, channels, size: [height, width], activation, pool } = *shape;
    let [down, across] = shape.output_size();
    // Pixels of a ragged edge belong to windows that have no output.
    let windows = shape.size.map(|size| size.div_ceil(pool));
    let rows = run(windows[0], pool);
    let mut body = place(channels, [windows[0] / rows, windows[1]], rows);
    let _ = write!(
        body,
        "let scale = factors[channel];
let middle = factors[{channels}u + channel];
let base = factors[{two}u + channel];
let offset = factors[{three}u + channel];
let slope = factors[{four}u + channel];
let corner = (plane * {height}u + first * {pool}u) * {width}u + across * {pool}u;
let window = (plane * {down}u + first) * {across}u + across;
",
        two = 2 * channels,
        three = 3 * channels,
        four = 4 * channels,
    );
    let ragged = [!height.is_multiple_of(pool), !width.is_multiple_of(pool)];
    for row in 0..rows {
        let tag = format!("{row}_");
        for (at, (y, x)) in pairs(pool, pool).enumerate() {
            let shift = (row * pool + y) * width + x;
            let _ = writeln!(body, "let v{tag}{at} = x[corner + {shift}u] - middle;");
        }
        body += &winner(&tag, pool * pool, activation);
        let whole = match ragged {
            [false, false] => String::new(),
            _ => format!(" & (first + {row}u < {down}u) & (across < {across}u)"),
        };
        let _ = writeln!(body, "let gradient{tag} = dy[window + {}u];", row * across);
        let _ = writeln!(body, "let passed{tag} = select(0.0, gradient{tag}, alive{tag}{whole}) * scale - offset;");
        for (at, (y, x)) in pairs(pool, pool).enumerate() {
            let shift = (row * pool + y) * width + x;
            let store = format!(
                "dx[corner + {shift}u] = select(-offset, passed{tag}, place{tag} == {at}u) - slope * v{tag}{at};"
            );
            let edges = [
                (ragged[0] && y > 0, format!("(first + {row}u) * {pool}u + {y}u < {height}u")),
                (ragged[1] && x > 0, format!("across * {pool}u + {x}u < {width}u")),
            ];
            let guards: Vec<String> = edges.into_iter().filter_map(|(needed, guard)| needed.then_some(guard)).collect();
            match guards.as_slice() {
                [] => body += &format!("{store}\n"),
                guards => body += &format!("if ({}) {{ {store} }}\n", guards.join(" && ")),
            }
        }
    }
    let count = batch * channels * windows[0] / rows * windows[1];
    Kernel::flat(&buffers(&["dy", "x", "factors", "dx*"]), count, WORKGROUP, &body)
}
