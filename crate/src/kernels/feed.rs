//! Training images that stay on the GPU, and batches made of them there.

use burn::backend::Cube;
use burn::tensor::{Device, Int, Tensor, TensorData};
use burn_wgpu::CubeTensor;

use super::webgpu::assemble;
use super::wgsl::batch::{Batch, plan_entry};
use crate::data::{Images, Window};

/// Bytes of a buffer: what every WebGPU device can bind.
const MOST_BYTES: usize = 128 << 20;
/// Buffers of images: with the others of the kernel as many as every WebGPU device can bind.
const MOST_STORES: usize = 3;

/// Images, labels and an epoch's plan on a device.
pub struct Feed {
    shape: Batch,
    stores: Vec<CubeTensor>,
    labels: CubeTensor,
    /// The values of pixels, `[C, 256]`.
    table: CubeTensor,
    plan: CubeTensor,
}

impl Feed {
    /// Uploads the images, for batches of `batch`; none if they are too many for the device's buffers.
    ///
    /// `table` holds the values of pixels, `[C, 256]`; `crop` is how much black is put around.
    pub fn new(
        images: &Images,
        table: &[f32],
        crop: usize,
        batch: usize,
        classes: usize,
        device: &Device,
    ) -> Option<Feed> {
        let [channels, height, width] = images.shape;
        let size = channels * height * width;
        // A multiple of four images begins on a word.
        let images_per_store = (MOST_BYTES / size / 4 * 4).min(images.len().next_multiple_of(4));
        let stores: Vec<CubeTensor> =
            images.pixels.chunks(images_per_store * size).map(|bytes| words(&packed(bytes), device)).collect();
        if stores.is_empty() || stores.len() > MOST_STORES {
            return None;
        }
        let shape =
            Batch { batch, channels, size: [height, width], classes, crop, stores: stores.len(), images_per_store };
        let table = Tensor::<1>::from_data(TensorData::new(table.to_vec(), [table.len()]), device);
        let table = table.try_into_primitive::<Cube>().expect("the device is a GPU outside autodiff");
        let labels = words(&packed(images.labels()), device);
        Some(Feed { shape, stores, labels, table, plan: words(&[0, 0], device) })
    }

    /// Which images come next, and how each is cut out.
    pub fn plan(&mut self, entries: &[(u32, Window)], device: &Device) {
        let entry =
            |&(image, window): &(u32, Window)| plan_entry(image, window.down as u32, window.right as u32, window.flip);
        self.plan = words(&entries.iter().flat_map(entry).collect::<Vec<_>>(), device);
    }

    /// The batch that begins at a place of the plan: images `[N, C, Y, X]`, normalised, and targets `[N, classes]`.
    pub fn batch(&self, first: usize) -> (Tensor<4>, Tensor<2>) {
        let inputs: Vec<&CubeTensor> = self.stores.iter().chain([&self.labels, &self.plan, &self.table]).collect();
        let (images, targets) = assemble(&self.shape, &inputs, first);
        (Tensor::from_primitive::<Cube>(images), Tensor::from_primitive::<Cube>(targets))
    }
}

/// Four bytes to a word, the first lowest.
fn packed(bytes: &[u8]) -> Vec<u32> {
    let word = |bytes: &[u8]| bytes.iter().rev().fold(0, |word, &byte| word << 8 | u32::from(byte));
    bytes.chunks(4).map(word).collect()
}

fn words(words: &[u32], device: &Device) -> CubeTensor {
    let values: Vec<i32> = words.iter().map(|&word| word.cast_signed()).collect();
    let tensor = Tensor::<1, Int>::from_data(TensorData::new(values, [words.len()]), device);
    tensor.try_into_primitive::<Cube>().expect("the device is a GPU")
}
