//! The task `bench`: builds what is timed, gets what it is compared with, and runs the scripts in tests/bench/.

use crate::home::Home;
use crate::run::{self, Result};
use crate::{browser, npm, page, python, setup};

const SCRIPT: &str = "tests/bench/run.mjs";
const READ: &str = "read the message above";

/// Whether the options can be understood: asked before anything is built. The script has told what is wrong.
pub fn understands(home: &Home, options: &[&str]) -> Result<bool> {
    let mut node = home.command("node");
    let status = node.arg("tests/bench/options.mjs").args(options).status();
    status.map(|status| status.success()).map_err(|error| format!("node: {error}\nremedy: install Node 20 or newer"))
}

/// Without a rival the others are still timed; the report says which is missing.
pub fn task(home: &Home, options: &[&str]) -> Result {
    let wasm = setup::page(home)?;
    npm::install(home, "tests")?;
    if let Err(error) = npm::install(home, "tests/bench") {
        println!("{error}\n  no packages to compare with: jax-js and tfjs are left out");
    }
    let browser = browser::find(home)?;
    if !options.contains(&"--dist") {
        page::build(home, &wasm)?;
    }
    let mut cargo = home.command("cargo");
    run::run(cargo.args(["build", "--release", "-p", "expandnets", "--features", "cli"]), READ)?;
    let mut node = home.command("node");
    node.arg(SCRIPT).args(options).env("CHROME", &browser.chrome).env("EXPANDNETS", home.expandnets());
    // The interop tests' packages are those that the PyTorch script reads files with.
    match python::environment(home, "interop", "tests/interop/requirements.txt") {
        Ok(python) if python::torch(home, &python) => drop(node.env("EXPANDNETS_TORCH", python)),
        Ok(_) => {}
        Err(error) => println!("{error}"),
    }
    run::run(&mut node, READ)
}
