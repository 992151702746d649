//! What computes: the CPU (burn-flex) or a GPU (burn-wgpu), opened explicitly and passed on, never by default.

use burn::tensor::Device;

use crate::report::Backend;

#[cfg(target_arch = "wasm32")]
unsafe extern "C" {
    /// Runs what crates want to have run before anything else; the linker writes it.
    ///
    /// A module that nowhere calls it has it called on every entry from JavaScript, every time.
    fn __wasm_call_ctors();
}

/// An opened device, without autodiff.
#[derive(Clone)]
pub struct Compute {
    pub backend: Backend,
    pub device: Device,
}

impl Compute {
    pub fn cpu() -> Compute {
        Compute { backend: Backend::Cpu, device: Device::flex() }
    }

    /// Opens the GPU, once per program: a second call gives the same device.
    ///
    /// # Errors
    /// When no adapter can be opened.
    #[cfg(any(target_arch = "wasm32", feature = "gpu"))]
    pub async fn gpu() -> Result<Compute, crate::error::Fault> {
        use std::sync::OnceLock;
        static OPENED: OnceLock<Device> = OnceLock::new();
        let device = match OPENED.get() {
            Some(device) => device.clone(),
            None => {
                // burn's compiler of kernels is put together this way; nothing else is.
                // SAFETY: made for this, and the parts may be registered more than once.
                #[cfg(target_arch = "wasm32")]
                unsafe {
                    __wasm_call_ctors()
                };
                // More tasks per submit than the default 32: these networks are many small kernels.
                let options = Device::wgpu_options().tasks_max(128);
                let opened = options.init_async().await.map_err(|error| {
                    let message = format!("the GPU could not be opened: {error}; set backend to cpu");
                    crate::error::Fault::new("gpu_failed", message).at("backend")
                })?;
                OPENED.get_or_init(|| opened).clone()
            }
        };
        Ok(Compute { backend: Backend::Webgpu, device })
    }
}
