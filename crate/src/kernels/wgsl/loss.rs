//! Softmax cross-entropy against one-hot or soft targets, one invocation for each row.

use super::{Kernel, buffers};

const WORKGROUP: usize = 64;

/// `most`, and `total`, the sum of the powers of e, of the row `index` of logits.
fn softmax(classes: usize) -> String {
    format!(
        "let first = index * {classes}u;
var most = logits[first];
for (var at = 1u; at < {classes}u; at++) {{ most = max(most, logits[first + at]); }}
var total = 0.0;
for (var at = 0u; at < {classes}u; at++) {{ total += exp(logits[first + at] - most); }}
"
    )
}

/// Binds logits and targets `[N, C]` each, then writes each row's cross-entropy, divided by N: `[N]`.
pub fn cross_entropy([rows, classes]: [usize; 2]) -> Kernel {
    let body = format!(
        "{}let all = log(total) + most;
var loss = 0.0;
for (var at = 0u; at < {classes}u; at++) {{ loss += targets[first + at] * (all - logits[first + at]); }}
losses[index] = loss / {rows}.0;",
        softmax(classes)
    );
    Kernel::flat(&buffers(&["logits", "targets", "losses*"]), rows, WORKGROUP, &body)
}

/// Binds the gradients of the rows `[N]`, logits and targets `[N, C]` each, then writes dlogits `[N, C]`.
pub fn cross_entropy_gradient([rows, classes]: [usize; 2]) -> Kernel {
    let body = format!(
        "{}var weight = 0.0;
for (var at = 0u; at < {classes}u; at++) {{ weight += targets[first + at]; }}
let scale = rows[index] / {rows}.0;
for (var at = 0u; at < {classes}u; at++) {{
let share = exp(logits[first + at] - most) / total;
dlogits[first + at] = scale * (share * weight - targets[first + at]);
}}",
        softmax(classes)
    );
    Kernel::flat(&buffers(&["rows", "logits", "targets", "dlogits*"]), rows, WORKGROUP, &body)
}
