//! One user seed, many named streams: what is drawn for one purpose never shifts what is drawn for another.
//!
//! GPU generators differ between adapters, so every random number of a race is drawn here, on the CPU, and uploaded.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

/// The generator for one purpose, such as `init/conv1.0.weight` or `shuffle/3`: the same on every machine.
pub fn stream(seed: u32, purpose: &str) -> ChaCha8Rng {
    let digest = Sha256::new().chain_update(seed.to_le_bytes()).chain_update(purpose).finalize();
    ChaCha8Rng::from_seed(digest.into())
}

/// A number in 0..1 with 53 random bits.
pub fn unit(stream: &mut ChaCha8Rng) -> f64 {
    (stream.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_seed_and_purpose_and_repeat() {
        let draw = |seed, purpose| stream(seed, purpose).next_u64();
        assert_eq!(draw(1, "init"), draw(1, "init"));
        assert_ne!(draw(1, "init"), draw(2, "init"));
        assert_ne!(draw(1, "init"), draw(1, "shuffle"));
    }
}
