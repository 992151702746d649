//! Programs that cargo installs into the cache: wasm-bindgen at exactly the locked version, and trunk.

use std::fs;

use crate::home::{Home, toml_value};
use crate::run::{self, Result};

const REMEDY: &str = "see that the package registry can be reached, then run this again";

/// These are run, not measured: a quick build of them is worth more than fast programs.
const PROFILE: [(&str, &str); 3] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
];

/// Gets both, each only if it is missing or has another version.
pub fn install(home: &Home) -> Result {
    install_one(home, "wasm-bindgen", "wasm-bindgen-cli", &wasm_bindgen_version(home)?, "about 3 minutes")?;
    install_one(home, "trunk", "trunk", &trunk_version(home)?, "about 5 minutes")
}

fn install_one(home: &Home, program: &str, package: &str, version: &str, time: &str) -> Result {
    let answer = run::ask(home.command(program).arg("--version")).unwrap_or_default();
    if answer.split_whitespace().nth(1) == Some(version) {
        run::found(&format!("{program} {version}"));
        return Ok(());
    }
    run::getting(&format!("{program} {version}: compiled once, {time}"));
    let install = |locked: &[&str]| {
        let mut cargo = home.command("cargo");
        // The default features are TLS and a look for updates: neither program is to use the network.
        cargo.args(["install", package, "--version", version, "--no-default-features", "--force", "--root"]);
        cargo.arg(home.tools()).args(locked).envs(PROFILE).env_remove("CARGO_TARGET_DIR");
        run::run(&mut cargo, REMEDY)
    };
    // A registry's mirror may lag behind the versions in a package's own lock file.
    install(&["--locked"]).or_else(|_| install(&[]))
}

/// The version of wasm-bindgen that the crate is locked to; the program must be the same.
fn wasm_bindgen_version(home: &Home) -> Result<String> {
    let lock = read(home, "Cargo.lock")?;
    let version = toml_value(&lock, Some("name = \"wasm-bindgen\""), "version");
    version.map(str::to_owned).ok_or_else(|| "Cargo.lock does not name wasm-bindgen".into())
}

fn trunk_version(home: &Home) -> Result<String> {
    let config = read(home, "Trunk.toml")?;
    let version = toml_value(&config, None, "trunk-version").and_then(|version| version.strip_prefix('='));
    version.map(str::to_owned).ok_or_else(|| "Trunk.toml does not say trunk-version = \"=…\"".into())
}

fn read(home: &Home, file: &str) -> Result<String> {
    fs::read_to_string(home.root.join(file)).map_err(|error| format!("{file}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_stand_in_the_lock_file_and_in_trunk_toml() -> Result {
        let home = Home::find()?;
        let crate_says = read(&home, "crate/Cargo.toml")?;
        let pinned = format!("wasm-bindgen = \"={}\"", wasm_bindgen_version(&home)?);
        assert!(crate_says.contains(&pinned), "crate/Cargo.toml does not say {pinned}");
        assert_eq!(trunk_version(&home)?.split('.').count(), 3);
        // A second place for the version could only be wrong.
        assert!(!read(&home, "Trunk.toml")?.contains("wasm_bindgen ="));
        Ok(())
    }
}
