//! Moving parameters and running statistics that lie in flat tensors, by tensors that lie apart.

use super::{Kernel, MOST_WORKGROUPS, buffers};

const WORKGROUP: usize = 64;

/// Numbers of one tensor that a workgroup moves: many, because software adapters take long to start one.
const CHUNK: usize = 4096;

/// Numbers moved at once where tensors are made of so many: four to a load.
const VECTOR: usize = 4;

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
    let each = format!(
        "let value = values[at];
let gradient = new_value + numbers[0].y * value;
{step}"
    );
    by_parts(&bindings, parts, &each, |_| 1.0)
}

/// Mixes parts, each times its scale, into a flat tensor in place: (1 − share)·old + share·new.
///
/// Binds the flat tensor, then each part.
pub fn mix(parts: &[Part], scales: &[f64], share: f64) -> Kernel {
    let tensors: Vec<String> = (0..parts.len()).map(|part| format!("part{part}")).collect();
    let mut names = vec!["kept*"];
    names.extend(tensors.iter().map(String::as_str));
    let each = format!("kept[at] = {:?} * kept[at] + new_value;", 1.0 - share);
    by_parts(&buffers(&names), parts, &each, |part| scales[part] * share)
}

/// Runs `each` for every element of every part: `new_value` is that element times the part's factor, `at` its place in the
/// flat tensor, in vectors where all parts are made of whole ones. Every workgroup takes a chunk of one part.
fn by_parts(bindings: &str, parts: &[Part], each: &str, factor: impl Fn(usize) -> f64) -> Kernel {
    let whole = parts.iter().all(|part| part.start.is_multiple_of(VECTOR) && part.length.is_multiple_of(VECTOR));
    let (width, kind) = if whole { (VECTOR, "vec4<f32>") } else { (1, "f32") };
    let bindings = bindings.replace("array<f32>", &format!("array<{kind}>"));
    let chunk = CHUNK / width;
    let mut chunks = 0;
    let mut turns = String::new();
    for (at, part) in parts.iter().enumerate() {
        let first = chunks;
        chunks += part.length.div_ceil(CHUNK);
        turns += &format!(
            "if (chunk >= {first}u && chunk < {chunks}u) {{
let begin = (chunk - {first}u) * {chunk}u;
let end = min(begin + {chunk}u, {length}u);
for (var index = begin + lane; index < end; index += {WORKGROUP}u) {{
move_to(index + {start}u, {factor:?} * part{at}[index]);
}}
}}
",
            length = part.length / width,
            start = part.start / width,
            factor = factor(at),
        );
    }
    let across = chunks.clamp(1, MOST_WORKGROUPS);
    let source = format!(
        "{bindings}
fn move_to(at: u32, new_value: {kind}) {{
{each}
}}
@compute @workgroup_size({WORKGROUP})
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {{
let chunk = workgroup.x + workgroup.y * {across}u;
{turns}}}
"
    );
    let dispatch = [across as u32, chunks.div_ceil(across).max(1) as u32, 1];
    Kernel { source, workgroup: [WORKGROUP as u32, 1, 1], dispatch }
}
