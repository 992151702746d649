//! What the tasks need, gathered: each part is looked for first and fetched only when it is missing.

use crate::home::Home;
use crate::run::{self, Result};
use crate::rust::Wasm;
use crate::{data, npm, tools};

/// All that building the page needs; the answer is how to compile for wasm32.
pub fn page(home: &Home) -> Result<Wasm> {
    println!("Set-up (cache: {})", home.cache.display());
    let wasm = Wasm::find(home)?;
    crates(home)?;
    tools::install(home)?;
    npm::install(home, "www")?;
    data::ensure(home)?;
    Ok(wasm)
}

/// All that `check` needs: no tool of the page is run. A part that cannot be had is said here, and fails its check.
pub fn checks(home: &Home) -> Result<Wasm> {
    println!("Set-up (cache: {})", home.cache.display());
    let wasm = Wasm::find(home);
    let problems = [
        wasm.as_ref().err().cloned(),
        crates(home).err(),
        npm::install(home, "www").err(),
        npm::install(home, "tests").err(),
    ];
    for problem in problems.into_iter().flatten() {
        println!("{problem}");
    }
    wasm
}

/// The sources of every locked crate: the builds after this ask the network for nothing.
fn crates(home: &Home) -> Result {
    let quiet = run::ask(home.command("cargo").args(["fetch", "--quiet", "--offline"]));
    if quiet.is_some() {
        run::found("the crates of Cargo.lock");
        return Ok(());
    }
    run::getting("the crates of Cargo.lock");
    run::run(home.command("cargo").arg("fetch"), "see that the crate registry can be reached, then run this again")
}
