//! Launching generated kernels on burn's device. Each is generated once and compiled once.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use burn::backend::Shape;
use burn::cubecl::prelude::{CubeCount, CubeDim, KernelId};
use burn::cubecl::server::{BufferBinding, KernelArguments, MetadataBindingInfo};
use burn::tensor::DType;
use burn_wgpu::{CubeTensor, KernelSource, SourceKernel, SourceTemplate};

use crate::kernels::composition::Matrix;
use crate::kernels::shape::{BiasComposition, Convolution, Normalization, Product};
use crate::kernels::wgsl::batch::Batch;
use crate::kernels::wgsl::update::{Part, Rule};
use crate::kernels::wgsl::{Kernel, copy};

/// What the kernels of an operation depend on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Convolution {
        shape: Convolution,
        bias: bool,
    },
    TransposedConvolution(Convolution),
    WeightGradient(Convolution),
    BiasGradient(Convolution),
    Statistics(Normalization),
    Normalization(Normalization),
    NormalizationGradient(Normalization),
    Product(Product),
    CrossEntropy([usize; 2]),
    CrossEntropyGradient([usize; 2]),
    Batch(Batch),
    /// Values of kernels at points, or kernels from them.
    Points {
        matrix: Side,
        count: usize,
        values: bool,
    },
    BiasComposition(BiasComposition),
    BiasWeightGradient(BiasComposition),
    BiasFirstGradient(BiasComposition),
    Update {
        rule: Rule,
        parts: Vec<Part>,
    },
    /// Scales and share by their bits.
    Mix {
        parts: Vec<Part>,
        scales: Vec<u64>,
        share: u64,
    },
    Copy {
        dims: Vec<usize>,
        strides: Vec<usize>,
    },
}

/// A matrix by the bits of its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Side {
    columns: usize,
    bits: Vec<u32>,
}

impl Side {
    pub fn new(matrix: &Matrix) -> Side {
        Side { columns: matrix.columns, bits: matrix.values.iter().map(|value| value.to_bits()).collect() }
    }
}

/// A kernel with a number of its own, by which burn finds what it has compiled.
#[derive(Clone)]
pub(super) struct Source {
    number: usize,
    kernel: Arc<Kernel>,
}

impl Source {
    fn cubes(&self) -> CubeDim {
        let [x, y, z] = self.kernel.workgroup;
        CubeDim::new_3d(x, y, z)
    }

    /// Computes what the kernel writes, from buffers in the order in which it binds them.
    pub fn launch(&self, buffers: &[&CubeTensor]) {
        self.launch_with(buffers, &[]);
    }

    /// As [`Source::launch`], with numbers that change from launch to launch, which the kernel binds last.
    pub fn launch_with(&self, buffers: &[&CubeTensor], numbers: &[u32]) {
        let Some(first) = buffers.first() else { return };
        let words = numbers.chunks_exact(2).map(|pair| u64::from(pair[0]) | u64::from(pair[1]) << 32);
        let bindings: Vec<BufferBinding> = buffers.iter().map(|tensor| tensor.handle.clone().binding()).collect();
        let arguments =
            KernelArguments::new().with_buffers(bindings).with_info(MetadataBindingInfo::custom(words.collect()));
        let [x, y, z] = self.kernel.dispatch;
        let kernel = SourceKernel::new(self.clone(), self.cubes());
        first.client.launch(Box::new(kernel), CubeCount::Static(x, y, z), arguments);
    }
}

impl KernelSource for Source {
    fn source(&self) -> SourceTemplate {
        SourceTemplate::new(self.kernel.source.clone())
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Source>().info(self.number).cube_dim(self.cubes().into())
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

/// The kernels of one operation.
#[derive(Clone)]
pub(super) struct Plan {
    pub sources: Vec<Source>,
    /// How many parts the first kernel leaves for the second to add up.
    pub parts: usize,
}

static PLANS: LazyLock<Mutex<HashMap<Key, Plan>>> = LazyLock::new(Mutex::default);

/// The kernels for a key and the number of parts, generated if it is new.
pub(super) fn plan(key: Key, generate: impl FnOnce() -> (Vec<Kernel>, usize)) -> Plan {
    let mut plans = PLANS.lock().expect("generating a kernel does not panic");
    if let Some(plan) = plans.get(&key) {
        return plan.clone();
    }
    let first = plans.values().map(|plan| plan.sources.len()).sum::<usize>();
    let (kernels, parts) = generate();
    let numbered = kernels.into_iter().enumerate();
    let sources = numbered.map(|(at, kernel)| Source { number: first + at, kernel: Arc::new(kernel) }).collect();
    let plan = Plan { sources, parts };
    plans.insert(key, plan.clone());
    plan
}

/// The one kernel for a key.
pub(super) fn single(key: Key, generate: impl FnOnce() -> Kernel) -> Source {
    plan(key, || (vec![generate()], 1)).sources.remove(0)
}

/// Room for a tensor on the device of another.
pub(super) fn room<const D: usize>(model: &CubeTensor, dims: [usize; D]) -> CubeTensor {
    let bytes = dims.iter().product::<usize>() * model.dtype.size();
    let handle = model.client.empty(bytes);
    CubeTensor::new_contiguous(model.client.clone(), model.device.clone(), Shape::new(dims), handle, model.dtype)
}

/// The numbers in order, copied only if they lie otherwise.
pub(super) fn ordered(x: CubeTensor) -> CubeTensor {
    assert_eq!(x.dtype, DType::F32, "the kernels are for single precision");
    if x.is_contiguous() { x } else { copied(&x) }
}

/// A tensor that may be written to: itself, or a copy where others see it too.
pub(super) fn own(x: CubeTensor) -> CubeTensor {
    let x = ordered(x);
    if x.can_mut() { x } else { copied(&x) }
}

/// A copy, in order.
fn copied(x: &CubeTensor) -> CubeTensor {
    let dims: Vec<usize> = x.meta.shape().iter().copied().collect();
    let strides: Vec<usize> = x.meta.strides().iter().copied().collect();
    let flat = room(x, [dims.iter().product()]);
    let source = single(Key::Copy { dims, strides }, || {
        let (dims, strides) = (x.meta.shape(), x.meta.strides());
        copy::copy(dims.as_slice(), strides)
    });
    source.launch(&[x, &flat]);
    CubeTensor::new_contiguous(flat.client, flat.device, x.meta.shape().clone(), flat.handle, flat.dtype)
}
