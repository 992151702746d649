//! What every training subcommand reads before it opens a device.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Instant;

use expandnets::backend::limits;
use expandnets::data::{self, Dataset};
use expandnets::describe::{Description, Limits, describe};
use expandnets::experiment::Experiment;
use expandnets::export::ModelFile;
use expandnets::model::Model;
use expandnets::report::AdapterReport;
use expandnets::series;

use super::{Failure, read, read_dataset};

/// All that [`expandnets::backend::open`] takes.
pub struct Opening {
    pub description: Description,
    pub dataset: Dataset,
    pub adapter: AdapterReport,
    pub teacher: Option<Model>,
}

/// Seconds since the first call.
pub fn clock() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64()
}

/// Describes an experiment and reads its images, and its teacher from a file if there is one.
pub fn prepare(experiment: &Experiment, folder: &Path, teacher: Option<&Path>) -> Result<Opening, Failure> {
    let adapter =
        AdapterReport { usable: cfg!(feature = "gpu"), name: "native GPU".into(), ..AdapterReport::default() };
    let description = describe(experiment, Limits { tensor: limits(experiment, &adapter).tensor, ..Limits::NATIVE })?;
    let files = read_dataset(&data::entry(experiment.dataset).files(), folder);
    let dataset = data::decode(experiment.dataset, &files)?
        .take(experiment.train_images as usize, experiment.test_images as usize);
    let teacher = match teacher {
        Some(path) => {
            let file = ModelFile::read(&read(path)?).map_err(|fault| fault.at("teacher"))?;
            Some(series::teacher(file, &dataset)?)
        }
        None => None,
    };
    Ok(Opening { description, dataset, adapter, teacher })
}
