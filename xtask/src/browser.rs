//! Chromium or Chrome and the driver that fits it: found, or installed where the distribution has them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::apt;
use crate::home::{self, Home};
use crate::run::{self, Result};

const REMEDY: &str = "install Google Chrome or Chromium, or set CHROME to its program";
const NAMES: [&str; 4] = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"];
const PLACES: [&str; 4] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
];

pub struct Browser {
    pub chrome: PathBuf,
    pub driver: PathBuf,
}

pub fn find(home: &Home) -> Result<Browser> {
    let chrome = match home::set("CHROME") {
        Some(file) if !file.is_file() => {
            return Err(format!("CHROME names {}, which is not a file\nremedy: {REMEDY}", file.display()));
        }
        Some(file) => file,
        None => match installed() {
            Some(file) => file,
            None => {
                apt::install(home, &packages(), "a browser", REMEDY)?;
                installed().ok_or_else(|| format!("no browser was installed\nremedy: {REMEDY}"))?
            }
        },
    };
    let version = version(home, &chrome);
    run::found(&format!("{} {}", chrome.display(), version.as_deref().unwrap_or("(version unknown)")));
    let driver = driver(home, version.as_deref())?;
    run::found(&driver.display().to_string());
    Ok(Browser { chrome, driver })
}

/// The configuration of the browser tests, with the browser that was found written into it.
pub fn webdriver(home: &Home, browser: &Browser) -> Result<PathBuf> {
    let shared = home.root.join("crate/webdriver.json");
    let text = fs::read_to_string(&shared).map_err(|error| format!("{}: {error}", shared.display()))?;
    let file = home.cache.join("webdriver.json");
    fs::write(&file, with_binary(&text, &browser.chrome)).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(file)
}

fn with_binary(json: &str, chrome: &Path) -> String {
    let options = "\"goog:chromeOptions\": {";
    let path = chrome.to_string_lossy().replace('\\', "\\\\");
    json.replacen(options, &format!("{options}\n    \"binary\": \"{path}\","), 1)
}

fn installed() -> Option<PathBuf> {
    let named = NAMES.iter().find_map(|name| run::which(name));
    named.or_else(|| PLACES.iter().map(PathBuf::from).find(|place| place.is_file()))
}

/// The driver has to have the browser's major version.
fn driver(home: &Home, chrome: Option<&str>) -> Result<PathBuf> {
    let fits = |file: &PathBuf| match (chrome, version(home, file)) {
        (Some(chrome), Some(driver)) => major(chrome) == major(&driver),
        (_, driver) => driver.is_some(),
    };
    let look = || home::set("CHROMEDRIVER").or_else(|| run::which("chromedriver")).filter(fits);
    if let Some(file) = look() {
        return Ok(file);
    }
    let remedy = format!(
        "install chromedriver {} and put it on PATH or set CHROMEDRIVER to it",
        chrome.map_or("of the browser's version", major)
    );
    if Path::new("/usr/bin/chromium").is_file() {
        let installed = apt::install(home, &packages(), "chromedriver", &remedy);
        if let Some(file) = installed.ok().and_then(|()| look()) {
            return Ok(file);
        }
    }
    download(home, chrome.unwrap_or("stable"))
        .filter(fits)
        .ok_or_else(|| format!("there is no chromedriver that fits\nremedy: {remedy}"))
}

/// Chrome's own driver of exactly this version, for machines without distribution packages.
fn download(home: &Home, version: &str) -> Option<PathBuf> {
    run::getting(&format!("chromedriver {version}"));
    let mut npx = home.command(if cfg!(windows) { "npx.cmd" } else { "npx" });
    npx.args(["--yes", "@puppeteer/browsers@2", "install", &format!("chromedriver@{version}"), "--path"]);
    let answer = run::ask(npx.arg(home.cache.join("chromedriver")))?;
    let (_, file) = answer.lines().last()?.split_once(' ')?;
    Some(PathBuf::from(file))
}

/// Ubuntu names them otherwise.
fn packages() -> [&'static str; 2] {
    let ubuntu = fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"));
    if ubuntu { ["chromium-browser", "chromium-chromedriver"] } else { ["chromium", "chromium-driver"] }
}

fn version(home: &Home, program: &Path) -> Option<String> {
    version_in(&run::ask(home.command(program).arg("--version"))?)
}

fn version_in(text: &str) -> Option<String> {
    let number = |word: &&str| word.contains('.') && word.starts_with(|c: char| c.is_ascii_digit());
    text.split_whitespace().find(number).map(str::to_owned)
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_versions_of_browser_and_driver() {
        assert_eq!(version_in("Chromium 156.0.8078.79 built on Debian").as_deref(), Some("156.0.8078.79"));
        assert_eq!(version_in("ChromeDriver 156.0.1.2 (abc)").as_deref().map(major), Some("156"));
        assert_eq!(version_in("no version here"), None);
    }

    #[test]
    fn webdriver_configuration_names_the_browser() -> Result {
        let text =
            fs::read_to_string(Home::find()?.root.join("crate/webdriver.json")).map_err(|error| error.to_string())?;
        assert!(with_binary(&text, Path::new("/usr/bin/chromium")).contains("\"binary\": \"/usr/bin/chromium\",\n"));
        Ok(())
    }
}
