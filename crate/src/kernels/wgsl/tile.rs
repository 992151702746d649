//! How much one invocation computes: as much as fits registers, and not so much that too few invocations are left.

/// What one load costs, in multiply-adds; measured on a software adapter, where loads count most.
const LOAD: usize = 16;

/// Sums that one invocation keeps in registers, at most, where it needs registers for much else.
pub(super) const REGISTERS: usize = 64;

/// Multiply-adds written out in a row, at most: compilers take long over more.
const UNROLLED: usize = 1024;

/// Loads written out in one turn of a loop: software adapters make so many instructions of each that more turn slow.
pub(super) const LOADS: usize = 64;

/// Below this many invocations a GPU has idle cores.
pub(super) const INVOCATIONS: usize = 2048;

/// What one way to tile an operation comes to.
pub(super) struct Cost {
    /// Sums kept by each invocation.
    pub sums: usize,
    /// So many at most.
    pub registers: usize,
    /// Loads and multiply-adds in the unrolled part of the loop.
    pub loads: usize,
    pub multiplications: usize,
    pub invocations: usize,
    /// Fewer invocations than this take as long as so many.
    pub least: usize,
}

impl Cost {
    /// The time that all invocations take in proportion, if the tile is allowed at all.
    fn time(&self) -> Option<usize> {
        if self.sums > self.registers || self.multiplications > UNROLLED || self.loads > LOADS {
            return None;
        }
        Some((self.multiplications + LOAD * self.loads) * self.invocations.max(self.least))
    }
}

/// The cheapest of the candidates; among equals the first. A tile of one sum is always taken if nothing else fits.
pub(super) fn cheapest<T: Copy>(candidates: impl Iterator<Item = T>, cost: impl Fn(T) -> Cost) -> Option<T> {
    let mut best: Option<(usize, T)> = None;
    let mut first = None;
    for candidate in candidates {
        first.get_or_insert(candidate);
        let Some(time) = cost(candidate).time() else { continue };
        if best.is_none_or(|(least, _)| time < least) {
            best = Some((time, candidate));
        }
    }
    best.map(|(_, tile)| tile).or(first)
}
