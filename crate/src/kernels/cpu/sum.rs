//! Sums that round little and that the compiler turns into vectors.

/// Partial sums side by side.
const LANES: usize = 16;

/// `Σ term(value)`: lanes in single, everything above in double precision.
pub fn sum(values: &[f32], term: impl Fn(f32) -> f32) -> f64 {
    sum_pairs(values, values, |value, _| term(value))
}

/// `Σ term(left, right)`.
pub fn sum_pairs(left: &[f32], right: &[f32], term: impl Fn(f32, f32) -> f32) -> f64 {
    let mut lanes = [0.0f32; LANES];
    let (left, right) = (left.chunks_exact(LANES), right.chunks_exact(LANES));
    let rest = left.remainder().iter().zip(right.remainder()).map(|(&left, &right)| f64::from(term(left, right)));
    let rest: f64 = rest.sum();
    for (left, right) in left.zip(right) {
        for lane in 0..LANES {
            lanes[lane] += term(left[lane], right[lane]);
        }
    }
    lanes.iter().map(|&lane| f64::from(lane)).sum::<f64>() + rest
}
