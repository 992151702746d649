//! Packages from npm, at the versions of the lock file beside each package.json.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::home::Home;
use crate::run::{self, Result};

const REMEDY: &str = "install Node 20 or newer (https://nodejs.org) and see that the npm registry can be reached";

/// `npm ci` in a folder of the repository, unless what lies there is newer than the lock file.
pub fn install(home: &Home, folder: &str) -> Result {
    let path = home.root.join(folder);
    let lock = path.join("package-lock.json");
    if !lock.is_file() {
        return Err(format!(
            "{folder}/package-lock.json is missing\nremedy: restore it with git, or run npm install in {folder}"
        ));
    }
    if newer(&path.join("node_modules/.package-lock.json"), &lock) {
        run::found(&format!("npm packages of {folder}"));
        return Ok(());
    }
    run::getting(&format!("npm packages of {folder}"));
    let npm = |words: &[&str]| {
        let mut npm = program(home, "npm");
        npm.current_dir(&path).args(words).args(["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
        npm
    };
    // A registry's mirror may lack packages for other platforms, and then they are missing in the lock file too, which
    // `npm ci` refuses. `npm install` keeps to the locked versions as well, and says what is wrong if more is.
    match run::ask(&mut npm(&["ci"])) {
        Some(_) => Ok(()),
        None => run::run(&mut npm(&["install", "--no-save"]), REMEDY),
    }
}

/// A program of the packages in a folder, such as tsc; run in that folder.
pub fn tool(home: &Home, folder: &str, name: &str) -> Command {
    let mut npx = program(home, "npx");
    npx.current_dir(home.root.join(folder)).args(["--no-install", name]);
    npx
}

fn program(home: &Home, name: &str) -> Command {
    home.command(if cfg!(windows) { format!("{name}.cmd") } else { name.into() })
}

fn newer(file: &Path, than: &Path) -> bool {
    let time = |path: &Path| fs::metadata(path).and_then(|about| about.modified()).ok();
    matches!((time(file), time(than)), (Some(file), Some(than)) if file >= than)
}
