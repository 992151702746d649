//! What needs no run: formatters, linters for both targets, TypeScript's types, and that generated files are current.

use std::process::Command;

use crate::count::{self, Count};
use crate::home::Home;
use crate::npm;
use crate::run::{self, Result};
use crate::rust::{TARGET, Wasm};
use crate::setup;

const COMPONENTS: &str = "rustup component add rustfmt clippy, where they are missing; else mend what is shown above";

/// The task `check`.
pub fn task(home: &Home) -> Result {
    let wasm = setup::checks(home);
    let mut count = Count::default();
    all(home, wasm.as_ref(), &mut count);
    println!("\n{count}");
    if count.failed == 0 { Ok(()) } else { Err(String::new()) }
}

/// Runs every check, also after one has failed; each counts as one test.
pub fn all(home: &Home, wasm: std::result::Result<&Wasm, &String>, count: &mut Count) {
    let mut check = |name: &str, outcome: &dyn Fn() -> Result| {
        println!("\n-- {name}");
        match outcome() {
            Ok(()) => count.passed += 1,
            Err(error) => {
                println!("{error}");
                count.failed += 1;
            }
        }
    };
    let warnings = ["--", "-D", "warnings"];
    check("Rust format", &|| run::run(home.command("cargo").args(["fmt", "--all", "--check"]), "run cargo fmt --all"));
    // The profiles of the builds: build scripts and macros are shared with the builds proper.
    check("clippy, host", &|| {
        let mut cargo = home.command("cargo");
        cargo.args(["clippy", "--release", "--workspace", "--all-targets", "--features", "expandnets/cli"]);
        run::run(cargo.args(warnings), COMPONENTS)
    });
    check("clippy, wasm32", &|| {
        let mut cargo = wasm.map_err(Clone::clone)?.command(home, "cargo");
        cargo.args([
            "clippy",
            "--profile",
            "web",
            "-p",
            "expandnets",
            "--target",
            TARGET,
            "--lib",
            "--test",
            "browser",
        ]);
        run::run(cargo.args(warnings), COMPONENTS)
    });
    for folder in ["www", "tests"] {
        check(&format!("TypeScript of {folder}"), &|| {
            let mut tsc = npm::tool(home, folder, "tsc");
            run::run(tsc.args(["--noEmit", "--strict", "--project", "."]), "mend what is shown above")
        });
        check(&format!("biome of {folder}"), &|| {
            let mut biome = npm::tool(home, folder, "biome");
            run::run(biome.args(["ci", "."]), &format!("in {folder}: npx biome check --write ."))
        });
    }
    check("generated types", &|| {
        let (passed, text) = run::tee(&mut protocol_test(home), "read the message above")?;
        let ran = count::libtest(&text).passed;
        match (passed, ran) {
            (true, 1..) => Ok(()),
            (true, 0) => {
                Err("no test named protocol compares www/src/protocol.ts and defaults.ts with the Rust code".into())
            }
            (false, _) => {
                Err("www/src/protocol.ts or defaults.ts is not what the Rust code says\nremedy: cargo xtask types"
                    .into())
            }
        }
    });
}

/// The task `types`: the test that compares the file writes it instead.
pub fn write_types(home: &Home) -> Result {
    run::run(protocol_test(home).env("UPDATE_TYPES", "1"), "read the message above")
}

fn protocol_test(home: &Home) -> Command {
    let mut cargo = home.command("cargo");
    cargo.args(["test", "--release", "-p", "expandnets", "--features", "cli", "--lib", "protocol"]);
    cargo
}
