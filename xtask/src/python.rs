//! Python environments in the cache, one per requirements file, made again only when the file changes.

use std::fs;
use std::path::{Path, PathBuf};

use crate::apt;
use crate::home::Home;
use crate::run::{self, Result};

const REMEDY: &str = "install Python 3.11 or newer with its venv module, and see that the package index can be reached";

/// Debian's own Python: an environment made from it sees the packages of the distribution, PyTorch among them.
const DEBIAN: &str = "/usr/bin/python3";

/// The python of the environment `name`, with the packages that `requirements` (in the repository) lists.
pub fn environment(home: &Home, name: &str, requirements: &str) -> Result<PathBuf> {
    let wanted = fs::read_to_string(home.root.join(requirements))
        .map_err(|error| format!("{requirements}: {error}\nremedy: restore it with git"))?;
    let folder = home.cache.join("python").join(name);
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let stamp = folder.join("requirements.txt");
    let works = run::ask(home.command(&python).arg("--version")).is_some();
    if works && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        run::found(&format!("Python packages of {requirements}"));
        return Ok(python);
    }
    run::getting(&format!("Python packages of {requirements}"));
    let make = || {
        let debian = cfg!(target_os = "linux") && Path::new(DEBIAN).is_file();
        let python = if debian { DEBIAN } else { "python3" };
        let mut venv = home.command(if cfg!(windows) { "python" } else { python });
        let system = debian.then_some("--system-site-packages");
        run::run(venv.args(["-m", "venv", "--clear"]).args(system).arg(&folder), REMEDY)
    };
    // Debian's Python comes without the module that fills a new environment.
    make().or_else(|_| {
        apt::install(home, &["python3", "python3-venv"], "Python's venv module", REMEDY).and_then(|()| make())
    })?;
    let mut pip = home.command(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements]);
    run::run(&mut pip, REMEDY)?;
    fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))?;
    Ok(python)
}

/// Whether PyTorch is there to compare with; asked of Debian's packages where it is missing. Without it some tests are
/// skipped, so this never fails.
pub fn torch(home: &Home, python: &Path) -> bool {
    let imports = || run::ask(home.command(python).args(["-c", "import torch"])).is_some();
    let debian = cfg!(target_os = "linux") && Path::new(DEBIAN).is_file() && run::which("apt-get").is_some();
    let there = imports() || debian && apt::install(home, &["python3-torch"], "PyTorch", REMEDY).is_ok() && imports();
    println!("  {}", if there { "found PyTorch" } else { "no PyTorch: the tests that compare with it are skipped" });
    there
}
