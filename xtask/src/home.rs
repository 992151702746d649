//! Where things are: the repository, and the cache outside it that every clone on the machine shares.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::Result;

pub struct Home {
    pub root: PathBuf,
    pub cache: PathBuf,
}

impl Home {
    pub fn find() -> Result<Home> {
        let manifest = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest).parent().ok_or("xtask lies outside a workspace")?.to_owned();
        let cache = match set("EXPANDNETS_CACHE") {
            Some(folder) => folder,
            None => user_cache()
                .ok_or(
                    "there is no cache folder\nremedy: set EXPANDNETS_CACHE to a folder that may grow to several GB",
                )?
                .join("expandnets"),
        };
        let cache = std::path::absolute(&cache).map_err(|error| format!("{}: {error}", cache.display()))?;
        std::fs::create_dir_all(&cache).map_err(|error| {
            format!("{}: {error}\nremedy: set EXPANDNETS_CACHE to a folder you own", cache.display())
        })?;
        Ok(Home { root, cache })
    }

    /// Programs installed with cargo: trunk, wasm-bindgen and its test runner.
    pub fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }

    /// Everything cargo compiles, apart from xtask itself.
    pub fn target(&self) -> PathBuf {
        self.cache.join("target")
    }

    /// The native `expandnets` command, once it is built.
    pub fn expandnets(&self) -> PathBuf {
        self.target().join("release/expandnets").with_extension(std::env::consts::EXE_EXTENSION)
    }

    /// A program run from the repository root, with the shared cache and the installed tools first on its PATH.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        self.command_with(program, &[])
    }

    /// The same with `folders` before everything else on PATH.
    pub fn command_with(&self, program: impl AsRef<OsStr>, folders: &[PathBuf]) -> Command {
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let folders = folders.iter().cloned().chain([self.tools().join("bin")]);
        let path: Vec<PathBuf> = folders.chain(std::env::split_paths(&inherited)).collect();
        // Command looks a bare name up on this process' PATH, so the lookup on the new one is done here.
        let name = program.as_ref();
        let in_folder = |folder: &PathBuf| folder.join(name).with_extension(std::env::consts::EXE_EXTENSION);
        let bare = Path::new(name).components().count() == 1;
        let file = if bare { path.iter().map(in_folder).find(|file| file.is_file()) } else { None };
        let mut command = Command::new(file.as_deref().map_or(name, Path::as_os_str));
        command.current_dir(&self.root);
        // `cargo run` describes xtask to xtask; its children must not take that for themselves.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text == "CARGO" || text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        if let Ok(path) = std::env::join_paths(path) {
            command.env("PATH", path);
        }
        command.env("EXPANDNETS_CACHE", &self.cache).env("CARGO_TARGET_DIR", self.target());
        command
    }
}

fn user_cache() -> Option<PathBuf> {
    if let Some(folder) = set("XDG_CACHE_HOME") {
        return Some(folder);
    }
    if cfg!(windows) {
        return set("LOCALAPPDATA");
    }
    Some(std::env::home_dir()?.join(if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" }))
}

/// An environment variable that names a path; empty counts as not set.
pub fn set(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// The first value that `key = "value"` gives in a TOML text, after the line `section` where one is named.
pub fn toml_value<'a>(text: &'a str, section: Option<&str>, key: &str) -> Option<&'a str> {
    let start = match section {
        Some(line) => text.lines().position(|found| found == line)? + 1,
        None => 0,
    };
    text.lines().skip(start).find_map(|line| {
        let value = line.strip_prefix(key)?.trim_start().strip_prefix('=')?.trim_start();
        value.strip_prefix('"')?.split('"').next()
    })
}

#[cfg(test)]
mod tests {
    use super::toml_value;

    #[test]
    fn reads_a_value_after_its_section_only() {
        let text = "rust = \"1\"\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(toml_value(text, Some("name = \"wasm-bindgen\""), "version"), Some("0.2.130"));
        assert_eq!(toml_value(text, None, "rust"), Some("1"));
        assert_eq!(toml_value(text, Some("name = \"trunk\""), "version"), None);
        assert_eq!(toml_value(text, None, "rus"), None);
    }
}
