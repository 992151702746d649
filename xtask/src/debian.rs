//! Debian's compiler for wasm32, for machines that reach the package registries but not rustup's server.
//!
//! Debian ships the standard library's sources but not its build for wasm32. So the library is built once, and a
//! folder in the cache becomes a toolchain: Debian's programs, told to look there for the libraries of every target.

use std::fs;
use std::path::{Path, PathBuf};

use crate::apt;
use crate::home::{Home, toml_value};
use crate::run::{self, Result};
use crate::rust::TARGET;

const PACKAGES: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "lld-22"];
const PROGRAMS: [&str; 5] = ["rustc", "cargo", "cargo-clippy", "clippy-driver", "lld-22"];
const RUSTLIB: &str = "/usr/lib/rustlib";

/// The toolchain if nothing has to be installed or built for it.
pub fn found(home: &Home) -> Option<PathBuf> {
    let folder = folder(home)?;
    let complete = PROGRAMS.iter().all(|name| usr_bin(name).is_file()) && folder.is_dir();
    complete.then(|| {
        run::found(&format!("Debian's compiler with the {TARGET} target"));
        folder
    })
}

/// The toolchain, installed and built first where needed.
pub fn toolchain(home: &Home) -> Result<PathBuf> {
    if let Some(folder) = found(home) {
        return Ok(folder);
    }
    let remedy = "install Rust with rustup (https://rustup.rs), where its server can be reached";
    if folder(home).is_none() || !PROGRAMS.iter().all(|name| usr_bin(name).is_file()) {
        apt::install(home, &PACKAGES, "a compiler for wasm32", remedy)?;
    }
    let folder = folder(home).ok_or_else(|| format!("Debian's rustc is too old for this project\nremedy: {remedy}"))?;
    if !folder.is_dir() {
        run::getting(&format!("the standard library for {TARGET}: built once, 2 to 3 minutes"));
        build(home, &folder, remedy)?;
    }
    Ok(folder)
}

/// One folder per compiler version and commit, so that an update of the packages builds a new library.
fn folder(home: &Home) -> Option<PathBuf> {
    let about = run::ask(home.command(usr_bin("rustc")).arg("-vV"))?;
    let value = |key: &str| about.lines().find_map(|line| line.strip_prefix(key));
    let release = value("release: ")?;
    let needed = fs::read_to_string(home.root.join("Cargo.toml")).ok()?;
    if version(release) < version(toml_value(&needed, None, "rust-version")?) {
        return None;
    }
    let commit: String = value("commit-hash: ")?.chars().take(9).collect();
    Some(home.cache.join("debian-rust").join(format!("{release}-{commit}")))
}

fn build(home: &Home, folder: &Path, remedy: &str) -> Result {
    let scratch = home.cache.join("debian-rust").join("build");
    let crate_folder = scratch.join("empty");
    let unfinished = scratch.join("toolchain");
    let done = || -> std::io::Result<()> {
        if scratch.exists() {
            fs::remove_dir_all(&scratch)?;
        }
        fs::create_dir_all(crate_folder.join("src"))?;
        fs::write(crate_folder.join("src/lib.rs"), "")?;
        fs::write(crate_folder.join("Cargo.toml"), "[package]\nname = \"empty\"\nedition = \"2024\"\n[workspace]\n")
    };
    done().map_err(|error| format!("{}: {error}", scratch.display()))?;

    // `test` is needed by wasm-bindgen-test.
    let mut cargo = home.command(usr_bin("cargo"));
    cargo.args(["build", "--release", "--target", TARGET, "-Zbuild-std=std,panic_abort,test"]);
    cargo.current_dir(&crate_folder).env("CARGO_TARGET_DIR", scratch.join("target"));
    cargo.env("RUSTC", usr_bin("rustc")).env("RUSTC_BOOTSTRAP", "1").env_remove("RUSTUP_TOOLCHAIN");
    run::run(&mut cargo, remedy)?;

    let libraries = scratch.join("target").join(TARGET).join("release/deps");
    assemble(&libraries, &unfinished, folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    fs::rename(&unfinished, folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    fs::remove_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))
}

/// Debian's libraries by link, the new ones by copy, Debian's programs by link or by a script that names `folder`.
#[cfg(unix)]
fn assemble(libraries: &Path, unfinished: &Path, folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let rustlib = unfinished.join("lib/rustlib");
    fs::create_dir_all(rustlib.join(TARGET).join("lib"))?;
    for entry in fs::read_dir(RUSTLIB)? {
        let entry = entry?;
        if entry.file_name() != TARGET {
            symlink(entry.path(), rustlib.join(entry.file_name()))?;
        }
    }
    for entry in fs::read_dir(libraries)? {
        let file = entry?.path();
        if let (Some("rlib"), Some(name)) = (file.extension().and_then(|e| e.to_str()), file.file_name()) {
            fs::copy(&file, rustlib.join(TARGET).join("lib").join(name))?;
        }
    }
    let bin = unfinished.join("bin");
    fs::create_dir_all(&bin)?;
    for name in ["cargo", "cargo-clippy", "clippy-driver"] {
        symlink(usr_bin(name), bin.join(name))?;
    }
    // The linker that rustc asks for by its own name for it.
    symlink(usr_bin("lld-22"), bin.join("rust-lld"))?;
    for name in ["rustc", "rustdoc"] {
        let script = format!("#!/bin/sh\nexec {} --sysroot '{}' \"$@\"\n", usr_bin(name).display(), folder.display());
        fs::write(bin.join(name), script)?;
        fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn assemble(_: &Path, _: &Path, _: &Path) -> std::io::Result<()> {
    Err(std::io::Error::other("Debian's compiler runs on Debian only"))
}

fn usr_bin(name: &str) -> PathBuf {
    Path::new("/usr/bin").join(name)
}

/// A version as numbers, for comparing.
fn version(text: &str) -> Vec<u32> {
    text.split('.').map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn compares_versions_as_numbers() {
        assert!(version("1.96.0") > version("1.95"));
        assert!(version("1.95.0") >= version("1.95"));
        assert!(version("1.63.0") < version("1.95"));
        assert!(version("1.100.0") > version("1.95"));
    }
}
