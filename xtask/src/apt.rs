//! Debian's and Ubuntu's packages: installed as root or through sudo, and only where something is missing.

use crate::home::Home;
use crate::run::{self, Result};

/// Installs packages with apt-get; `purpose` and `remedy` are for the message when that cannot be done.
pub fn install(home: &Home, packages: &[&str], purpose: &str, remedy: &str) -> Result {
    if run::which("apt-get").is_none() {
        return Err(format!("{purpose} is missing, and this is not Debian or Ubuntu\nremedy: {remedy}"));
    }
    let root = run::ask(home.command("id").arg("-u")).as_deref() == Some("0");
    if !root && run::which("sudo").is_none() {
        let packages = packages.join(" ");
        return Err(format!(
            "{purpose} is missing, and installing it needs root or sudo\nremedy: as root: apt-get install {packages}"
        ));
    }
    run::getting(&format!("{purpose} from the distribution: {}", packages.join(", ")));
    // Waits while another installation runs, rather than failing.
    let apt = |words: &[&str]| {
        let mut command = home.command(if root { "apt-get" } else { "sudo" });
        if !root {
            command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        }
        command
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["-q", "-y", "-o", "DPkg::Lock::Timeout=300"])
            .args(words);
        run::run(&mut command, remedy)
    };
    let wanted: Vec<&str> = ["install", "--no-install-recommends"].iter().chain(packages).copied().collect();
    // The lists of a fresh machine are empty or old: refresh them only when they do not do.
    apt(&wanted).or_else(|_| apt(&["update"]).and_then(|()| apt(&wanted)))
}
