//! Sums over all pixels of each channel of a batch.

use std::fmt::Write;

use super::Kernel;

const WORKGROUP: usize = 64;

/// Pixels that one workgroup should find worth its while.
const PIXELS: usize = 8192;

/// Parts a channel is split into, at most: what follows adds them up one after another.
const MOST_PARTS: usize = 64;

/// Sums over `[batch, channels, area]`: one workgroup for each channel and part of the images.
pub(super) struct Sweep {
    pub batch: usize,
    pub channels: usize,
    pub area: usize,
    pub parts: usize,
}

impl Sweep {
    pub fn new(batch: usize, channels: usize, area: usize) -> Sweep {
        let parts = (batch * area / PIXELS).clamp(1, batch.min(MOST_PARTS));
        Sweep { batch, channels, area, parts }
    }

    /// `before` is run once; `body` adds to `sum0`, … for every `image` and `pixel` (u32) of a `channel`; `after`, which a
    /// single invocation runs, finds the totals there and stores them for the `part`.
    pub fn kernel(&self, bindings: &str, sums: usize, before: &str, body: &str, after: &str) -> Kernel {
        let Sweep { batch, area, parts, .. } = *self;
        let images = batch.div_ceil(parts);
        // Small maps: the workgroup takes several at once, and what is left of it nothing.
        let together = (WORKGROUP / area).max(1);
        let unrolled = [4, 2].into_iter().find(|many| area.is_multiple_of(many * WORKGROUP)).unwrap_or(1);
        let steps: String =
            (0..unrolled).map(|step| format!("{{ let pixel = place + {}u;\n{body} }}\n", step * WORKGROUP)).collect();
        let mut text = format!(
            "{bindings}
var<workgroup> found: array<f32, {}>;
@compute @workgroup_size({WORKGROUP})
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) lane: u32) {{
let channel = workgroup.x;
let part = workgroup.y;
{before}
",
            WORKGROUP * sums
        );
        for sum in 0..sums {
            let _ = writeln!(text, "var sum{sum} = 0.0;");
        }
        let _ = write!(
            text,
            "let end = select(0u, min((part + 1u) * {images}u, {batch}u), lane < {active}u);
for (var image = part * {images}u + lane / {area}u % {together}u; image < end; image += {together}u) {{
for (var place = {start}; place < {area}u; place += {step}u) {{
{steps}}}
}}
",
            step = WORKGROUP * unrolled,
            active = if area < WORKGROUP { together * area } else { WORKGROUP },
            start = if area < WORKGROUP { format!("lane % {area}u") } else { "lane".into() },
        );
        for sum in 0..sums {
            let _ = writeln!(text, "found[{}u + lane] = sum{sum};", sum * WORKGROUP);
        }
        text += "workgroupBarrier();\nif (lane == 0u) {\n";
        // One invocation adds up: barriers, which a tree of sums needs, are dear where they are emulated.
        let _ = writeln!(text, "for (var other = 1u; other < {WORKGROUP}u; other++) {{");
        for sum in 0..sums {
            let _ = writeln!(text, "sum{sum} += found[{}u + other];", sum * WORKGROUP);
        }
        let _ = write!(text, "}}\n{after}\n}}\n}}\n");
        Kernel { source: text, workgroup: [WORKGROUP as u32, 1, 1], dispatch: [self.channels as u32, parts as u32, 1] }
    }
}
