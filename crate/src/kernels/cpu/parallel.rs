//! Threads where there are any, and memory that lives as long as its thread.

use std::cell::RefCell;

#[cfg(not(target_arch = "wasm32"))]
use rayon::prelude::*;

thread_local! {
    static SCRATCH: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// Bytes of a line of the cache: a vector should not lie across two.
const LINE: usize = 64;

/// Lends memory of a length, of any content; fresh memory for every call would cost a page fault per page.
pub fn with_scratch<R>(length: usize, work: impl FnOnce(&mut [f32]) -> R) -> R {
    let mut scratch = SCRATCH.take();
    let room = length + LINE / size_of::<f32>();
    if scratch.len() < room {
        scratch.resize(room, 0.0);
    }
    let start = scratch.as_ptr().align_offset(LINE);
    let result = work(&mut scratch[start..start + length]);
    SCRATCH.set(scratch);
    result
}

/// Calls `work` with the number and the content of each chunk of a slice; the results are in order.
#[cfg(not(target_arch = "wasm32"))]
pub fn map_chunks<R: Send>(
    slice: &mut [f32],
    length: usize,
    work: impl Fn(usize, &mut [f32]) -> R + Sync + Send,
) -> Vec<R> {
    slice.par_chunks_mut(length).enumerate().map(|(index, chunk)| work(index, chunk)).collect()
}

/// Calls `work` with the number and the content of each chunk of a slice; the results are in order.
#[cfg(target_arch = "wasm32")]
pub fn map_chunks<R>(slice: &mut [f32], length: usize, work: impl Fn(usize, &mut [f32]) -> R) -> Vec<R> {
    slice.chunks_mut(length).enumerate().map(|(index, chunk)| work(index, chunk)).collect()
}

/// The results of `work` for each number below `count`, in order.
#[cfg(not(target_arch = "wasm32"))]
pub fn map<R: Send>(count: usize, work: impl Fn(usize) -> R + Sync + Send) -> Vec<R> {
    (0..count).into_par_iter().map(work).collect()
}

/// The results of `work` for each number below `count`, in order.
#[cfg(target_arch = "wasm32")]
pub fn map<R>(count: usize, work: impl Fn(usize) -> R) -> Vec<R> {
    (0..count).map(work).collect()
}
