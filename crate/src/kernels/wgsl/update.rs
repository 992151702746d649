//! Moving parameters and running statistics that lie in flat tensors, by tensors that lie apart.

use super::{Kernel, buffers};

const WORKGROUP: usize = 64;

/// Buffers that any device lets one kernel bind.
const BUFFERS: usize = 8;

/// How an optimiser moves values; its numbers are given to each launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Numbers: learning rate, weight decay, momentum μ, 0.
    Sgd { nesterov: bool },
    /// Numbers: learning rate / correction 1, weight decay, 1 / correction 2, ε, β1, 1 − β1, β2, 1 − β2.
    Adam,
}

/// The place in a flat tensor of a tensor that lies apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    pub start: usize,
    pub length: usize,
}

impl Rule {
    /// Gradients that one launch takes, at most.
    pub fn most_parts(self) -> usize {
        BUFFERS - self.state().len() - 1
    }

    fn state(self) -> &'static [&'static str] {
        match self {
            Rule::Sgd { .. } => &["first*"],
            Rule::Adam => &["first*", "second*"],
        }
    }
}

/// Tensors that one launch of [`mix`] takes, at most.
pub const MOST_MIXED: usize = BUFFERS - 1;

/// Moves values in place, by PyTorch's rules.
///
/// Binds values, first moments (or velocities, 0 at first), for Adam second moments, all flat; then each part's gradient;
/// then, as a uniform buffer, the rule's numbers.
pub fn update(rule: Rule, parts: &[Part]) -> Kernel {
    let gradients: Vec<String> = (0..parts.len()).map(|part| format!("part{part}")).collect();
    let mut names = vec!["values*"];
    names.extend(rule.state());
    names.extend(gradients.iter().map(String::as_str));
    let (vectors, step) = match rule {
        Rule::Sgd { nesterov } => {
            let direction = if nesterov { "gradient + numbers[0].z * velocity" } else { "velocity" };
            (
                1,
                format!(
                    "let velocity = numbers[0].z * first[at] + gradient;
first[at] = velocity;
values[at] = value - numbers[0].x * ({direction});"
                ),
            )
        }
        Rule::Adam => (
            2,
            "let mean = numbers[1].x * first[at] + numbers[1].y * gradient;
let square = numbers[1].z * second[at] + numbers[1].w * gradient * gradient;
first[at] = mean;
second[at] = square;
values[at] = value - numbers[0].x * mean / (sqrt(square * numbers[0].z) + numbers[0].w);"
                .into(),
        ),
    };
    let bindings = format!(
        "{}@group(0) @binding({}) var<uniform> numbers: array<vec4<f32>, {vectors}>;\n",
        buffers(&names),
        names.len()
    );
    let body = format!(
        "{}let value = values[at];
let gradient = found + numbers[0].y * value;
{step}",
        find(parts, |_| String::new())
    );
    Kernel::flat(&bindings, parts.iter().map(|part| part.length).sum(), WORKGROUP, &body)
}

/// Mixes parts, each times its scale, into a flat tensor in place: (1 − share)·old + share·new.
///
/// Binds the flat tensor, then each part.
pub fn mix(parts: &[Part], scales: &[f64], share: f64) -> Kernel {
    let tensors: Vec<String> = (0..parts.len()).map(|part| format!("part{part}")).collect();
    let mut names = vec!["kept*"];
    names.extend(tensors.iter().map(String::as_str));
    let body = format!(
        "{}kept[at] = {:?} * kept[at] + found;",
        find(parts, |part| format!("{:?} * ", scales[part] * share)),
        1.0 - share
    );
    Kernel::flat(&buffers(&names), parts.iter().map(|part| part.length).sum(), WORKGROUP, &body)
}

/// `found`, the element `index` of all parts one after another, times a factor; `at`, its place in the flat tensor.
fn find(parts: &[Part], factor: impl Fn(usize) -> String) -> String {
    let mut text = String::from("var at = 0u;\nvar found = 0.0;\n");
    let mut before = 0;
    for (at, part) in parts.iter().enumerate() {
        let end = before + part.length;
        text += &format!(
            "{}if (index < {end}u) {{ at = index - {before}u + {}u; found = {}part{at}[index - {before}u]; }}\n",
            if at == 0 { "" } else { "else " },
            part.start,
            factor(at),
        );
        before = end;
    }
    text
}
