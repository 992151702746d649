//! Vectors of `f32`: the widest that this processor has, chosen when a kernel starts.

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
    use super::Vector;
    use std::arch::wasm32::*;

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
