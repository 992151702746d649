//! The compiler for wasm32: the active toolchain where it has the target, rustup's download, or Debian's packages.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::debian;
use crate::home::Home;
use crate::run::{self, Result};

pub const TARGET: &str = "wasm32-unknown-unknown";

/// How to call cargo for wasm32.
pub struct Wasm {
    /// Another toolchain's folder, to be put first on PATH; none for the active one.
    toolchain: Option<PathBuf>,
}

impl Wasm {
    pub fn find(home: &Home) -> Result<Wasm> {
        let active = Wasm { toolchain: None };
        match std::env::var("EXPANDNETS_WASM_TOOLCHAIN").as_deref() {
            Ok("debian") => return debian::toolchain(home).map(Wasm::at),
            Ok("rustup") | Err(_) => {}
            Ok(other) => {
                return Err(format!(
                    "EXPANDNETS_WASM_TOOLCHAIN is `{other}`\nremedy: set it to rustup or debian, or unset it"
                ));
            }
        }
        if has_target(home) {
            run::found(&format!("the {TARGET} target"));
            return Ok(active);
        }
        if let Some(folder) = debian::found(home) {
            return Ok(Wasm::at(folder));
        }
        let added = add_target(home);
        if added.is_ok() && has_target(home) {
            return Ok(active);
        }
        println!("  rustup could not add the target; trying Debian's compiler");
        debian::toolchain(home).map(Wasm::at).map_err(|error| {
            let first = added.err().unwrap_or_default();
            format!("no compiler for {TARGET}:\n- {first}\n- {error}")
        })
    }

    fn at(folder: PathBuf) -> Wasm {
        Wasm { toolchain: Some(folder) }
    }

    /// A program that compiles for wasm32 by calling cargo from PATH, or cargo itself.
    pub fn command(&self, home: &Home, program: &str) -> Command {
        let Some(folder) = &self.toolchain else { return home.command(program) };
        let mut command = home.command_with(program, &[folder.join("bin")]);
        // clippy does not call rustc, so it has to be told where the library is.
        command.env("SYSROOT", folder).env_remove("RUSTUP_TOOLCHAIN");
        command
    }
}

fn has_target(home: &Home) -> bool {
    let folder = run::ask(home.command("rustc").args(["--print", "target-libdir", "--target", TARGET]));
    let files = folder.and_then(|folder| std::fs::read_dir(folder).ok());
    files.into_iter().flatten().flatten().any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
}

fn add_target(home: &Home) -> Result {
    let remedy = "install Rust with rustup (https://rustup.rs) and see that its server can be reached";
    if run::which("rustup").is_none() {
        return Err(format!("rustup is not installed\nremedy: {remedy}"));
    }
    run::getting(&format!("the {TARGET} target from rustup"));
    let limit = Duration::from_secs(120);
    run::run_within(limit, home.command("rustup").args(["target", "add", TARGET]), remedy)
}
