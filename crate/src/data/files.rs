//! The loaded files of a set: found by name, decoded, compared with what is official; all else is refused by name.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::Entry;
use super::picture::Grid;
use crate::error::Fault;

/// The files by their names in the catalogue, and the set they are of.
#[derive(Clone, Copy)]
pub(super) struct Files<'a> {
    pub entry: &'a Entry,
    pub files: &'a BTreeMap<String, Vec<u8>>,
}

impl<'a> Files<'a> {
    /// # Errors
    /// If the file was not loaded.
    pub fn get(&self, name: &str) -> Result<&'a [u8], Fault> {
        self.files.get(name).map(Vec::as_slice).ok_or_else(|| {
            self.refusal("dataset_missing", format!("the file `{name}` of {} was not loaded", self.entry.label))
        })
    }

    /// The tiles of a picture, `[N, H, W, C]`; `shape` is `[C, H, W]`.
    ///
    /// # Errors
    /// If the file was not loaded or is no picture of the expected size.
    pub fn tiles(&self, grid: Grid, shape: [usize; 3]) -> Result<Vec<u8>, Fault> {
        grid.tiles(self.get(grid.file)?, shape).map_err(|text| self.refusal("dataset_image", text))
    }

    /// # Errors
    /// If what was hashed, `what` in the files `names`, is not the official.
    pub fn compare(&self, what: &str, names: &[&str], hash: Sha256, expected: &str) -> Result<(), Fault> {
        let found = hex(&hash.finalize());
        if found == expected {
            return Ok(());
        }
        let names = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let text = format!("the {what} in {names} have SHA-256 {found}, expected {expected}");
        Err(self.refusal("dataset_hash", text))
    }

    /// A refusal that ends in what to do about it.
    pub fn refusal(&self, code: &str, what: String) -> Fault {
        Fault::new(code, format!("{what}; {}", self.entry.remedy())).at("dataset")
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
