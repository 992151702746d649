//! Vectors of `f32`: the widest that this processor has, chosen when a kernel starts; and moving numbers about.

/// Numbers in a row of a square that [`transpose`] turns.
pub const SIDE: usize = 4;

/// Some `f32` side by side.
pub trait Vector: Copy {
    const LANES: usize;

    fn splat(value: f32) -> Self;

    /// # Safety
    /// `from` must be readable for `LANES` values.
    unsafe fn load(from: *const f32) -> Self;

    /// # Safety
    /// `to` must be writable for `LANES` values.
    unsafe fn store(self, to: *mut f32);

    /// `self · factor + addend`, rounded once where that is what the processor does fastest.
    fn multiply_add(self, factor: Self, addend: Self) -> Self;

    /// The sum over all lanes.
    fn sum(self) -> f32;
}

/// A kernel, written for vectors of any width.
pub trait Kernel {
    fn run<V: Vector>(self);
}

/// Runs a kernel with the widest vectors of this processor.
#[cfg(target_arch = "x86_64")]
pub fn run(kernel: impl Kernel) {
    use std::arch::x86_64::__m256;

    #[target_feature(enable = "avx2,fma")]
    fn wide(kernel: impl Kernel) {
        kernel.run::<__m256>();
    }

    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        // SAFETY: the processor has just been asked.
        unsafe { wide(kernel) }
    } else {
        kernel.run::<[f32; 4]>();
    }
}

/// Runs a kernel with the widest vectors of this processor.
#[cfg(target_arch = "wasm32")]
pub fn run(kernel: impl Kernel) {
    kernel.run::<std::arch::wasm32::v128>();
}

/// Runs a kernel with vectors that the compiler turns into whatever this processor has.
#[cfg(not(any(target_arch = "x86_64", target_arch = "wasm32")))]
pub fn run(kernel: impl Kernel) {
    kernel.run::<[f32; 4]>();
}

/// Rows become columns.
#[cfg(not(target_arch = "wasm32"))]
#[inline(always)]
pub fn transpose(rows: [&[f32; SIDE]; SIDE]) -> [[f32; SIDE]; SIDE] {
    std::array::from_fn(|column| rows.map(|row| row[column]))
}

/// Copies as many numbers as there are.
#[cfg(not(target_arch = "wasm32"))]
#[inline(always)]
pub fn copy(from: &[f32], to: &mut [f32]) {
    to.copy_from_slice(from);
}

#[cfg(target_arch = "wasm32")]
pub use wasm::{copy, transpose};

/// Copies a few numbers, mostly as many as are known here: see [`copy`].
#[inline(always)]
pub fn copy_few<const USUAL: usize>(from: &[f32], to: &mut [f32]) {
    match (from.first_chunk::<USUAL>(), to.first_chunk_mut::<USUAL>()) {
        (Some(from), Some(to)) => *to = *from,
        _ => to.iter_mut().zip(from).for_each(|(to, from)| *to = *from),
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Vector for [f32; 4] {
    const LANES: usize = 4;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        [value; 4]
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        unsafe { from.cast::<Self>().read_unaligned() }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        unsafe { to.cast::<Self>().write_unaligned(self) }
    }

    #[inline(always)]
    fn multiply_add(self, factor: Self, addend: Self) -> Self {
        std::array::from_fn(|lane| self[lane] * factor[lane] + addend[lane])
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        (self[0] + self[2]) + (self[1] + self[3])
    }
}

/// Only ever used behind [`run`], after asking for AVX2 and FMA; that is what every intrinsic below needs.
#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Vector;
    use std::arch::x86_64::*;

    impl Vector for __m256 {
        const LANES: usize = 8;

        #[inline(always)]
        fn splat(value: f32) -> Self {
            unsafe { _mm256_set1_ps(value) }
        }

        #[inline(always)]
        unsafe fn load(from: *const f32) -> Self {
            unsafe { _mm256_loadu_ps(from) }
        }

        #[inline(always)]
        unsafe fn store(self, to: *mut f32) {
            unsafe { _mm256_storeu_ps(to, self) }
        }

        #[inline(always)]
        fn multiply_add(self, factor: Self, addend: Self) -> Self {
            unsafe { _mm256_fmadd_ps(self, factor, addend) }
        }

        #[inline(always)]
        fn sum(self) -> f32 {
            unsafe {
                let four = _mm_add_ps(_mm256_castps256_ps128(self), _mm256_extractf128_ps::<1>(self));
                let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
                _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)))
            }
        }
    }
}

#[cfg(target_arch = "wasm32")]
mod wasm {
    use super::{SIDE, Vector};
    use std::arch::wasm32::*;

    /// Rows become columns.
    #[inline(always)]
    pub fn transpose(rows: [&[f32; SIDE]; SIDE]) -> [[f32; SIDE]; SIDE] {
        // SAFETY: each row has a vector of numbers.
        let [a, b, c, d] = rows.map(|row| unsafe { v128::load(row.as_ptr()) });
        let (ab, cd) = (i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<0, 4, 1, 5>(c, d));
        let (ab_high, cd_high) = (i32x4_shuffle::<2, 6, 3, 7>(a, b), i32x4_shuffle::<2, 6, 3, 7>(c, d));
        let columns = [
            i64x2_shuffle::<0, 2>(ab, cd),
            i64x2_shuffle::<1, 3>(ab, cd),
            i64x2_shuffle::<0, 2>(ab_high, cd_high),
            i64x2_shuffle::<1, 3>(ab_high, cd_high),
        ];
        columns.map(|column| {
            let mut numbers = [0.0; SIDE];
            // SAFETY: there is room for a vector.
            unsafe { column.store(numbers.as_mut_ptr()) };
            numbers
        })
    }

    /// Copies as many numbers as there are, without a call: to copy a line of pixels, that would cost more than the copy.
    #[inline(always)]
    pub fn copy(from: &[f32], to: &mut [f32]) {
        /// Two vectors an iteration: a loop over single ones would be compiled to that call.
        const STEP: usize = 2 * v128::LANES;
        let count = from.len();
        assert_eq!(count, to.len());
        if count < STEP {
            to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
            return;
        }
        let (from, to) = (from.as_ptr(), to.as_mut_ptr());
        let pair = |start: usize| {
            // SAFETY: the numbers from `start` on are below `count`, as the loop and the last call say.
            unsafe {
                let (low, high) = (v128::load(from.add(start)), v128::load(from.add(start + v128::LANES)));
                low.store(to.add(start));
                high.store(to.add(start + v128::LANES));
            }
        };
        for start in (0..=count - STEP).step_by(STEP) {
            pair(start);
        }
        // The last ones, some of them again.
        pair(count - STEP);
    }

    impl Vector for v128 {
        const LANES: usize = 4;

        #[inline(always)]
        fn splat(value: f32) -> Self {
            f32x4_splat(value)
        }

        #[inline(always)]
        unsafe fn load(from: *const f32) -> Self {
            unsafe { v128_load(from.cast()) }
        }

        #[inline(always)]
        unsafe fn store(self, to: *mut f32) {
            unsafe { v128_store(to.cast(), self) }
        }

        #[inline(always)]
        fn multiply_add(self, factor: Self, addend: Self) -> Self {
            f32x4_add(f32x4_mul(self, factor), addend)
        }

        #[inline(always)]
        fn sum(self) -> f32 {
            let two = f32x4_add(self, i32x4_shuffle::<2, 3, 0, 1>(self, self));
            f32x4_extract_lane::<0>(two) + f32x4_extract_lane::<1>(two)
        }
    }
}
