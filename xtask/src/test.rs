//! The task `test`: every kind of test, headless. A stage that fails, or that runs no test, does not stop the others.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use crate::browser::{self, Browser};
use crate::count::{self, Count};
use crate::home::Home;
use crate::run::{self, Result};
use crate::rust::{TARGET, Wasm};
use crate::{check, npm, page, python, setup};

const READ: &str = "read the message above";

/// What the stages share. A part that could not be had fails the stages that need it, and no others.
struct Ready {
    wasm: Result<Wasm>,
    browser: Result<Browser>,
    packages: Result,
    python: Result<PathBuf>,
    torch: bool,
}

pub fn all(home: &Home) -> Result {
    let start = Instant::now();
    let python = python::environment(home, "interop", "tests/interop/requirements.txt");
    let ready = Ready {
        wasm: setup::page(home),
        browser: browser::find(home),
        packages: npm::install(home, "tests"),
        torch: python.as_ref().is_ok_and(|python| python::torch(home, python)),
        python,
    };
    let problems = [
        ready.wasm.as_ref().err(),
        ready.browser.as_ref().err(),
        ready.packages.as_ref().err(),
        ready.python.as_ref().err(),
    ];
    for problem in problems.into_iter().flatten() {
        println!("{problem}");
    }
    println!("Set-up took {} s", start.elapsed().as_secs());

    let mut total = Count::default();
    stage("check", &mut total, |count| {
        check::all(home, ready.wasm.as_ref(), count);
        Ok(())
    });
    stage("parts of the page", &mut total, |count| {
        let mut node = home.command("node");
        counted(count, "www", node.arg("test.mjs").current_dir(home.root.join("www")), count::node)
    });
    stage("native", &mut total, |count| native(home, count));
    stage("browser", &mut total, |count| in_browser(home, &ready, count));
    stage("page", &mut total, |count| on_page(home, &ready, count));
    stage("interop", &mut total, |count| interop(home, &ready, count));
    println!("\nAll stages took {} s", start.elapsed().as_secs());
    println!("{total}");
    if total.failed == 0 { Ok(()) } else { Err(String::new()) }
}

fn stage(name: &str, total: &mut Count, run: impl FnOnce(&mut Count) -> Result) {
    println!("\n== {name}");
    let start = Instant::now();
    let mut count = Count::default();
    if let Err(error) = run(&mut count) {
        println!("{error}");
        count.failed += 1;
    } else if count == Count::default() {
        println!("no tests");
        count.failed += 1;
    }
    println!("== {name}: {count} in {} s", start.elapsed().as_secs());
    *total += count;
}

fn native(home: &Home, count: &mut Count) -> Result {
    let mut cargo = home.command("cargo");
    cargo.args(["test", "--release", "-p", "expandnets", "--features", "cli", "--no-fail-fast"]);
    let crate_tests = counted(count, "expandnets", &mut cargo, count::libtest);
    let xtask_tests = counted(count, "xtask", home.command("cargo").args(["test", "-p", "xtask"]), count::libtest);
    crate_tests.and(xtask_tests)
}

fn in_browser(home: &Home, ready: &Ready, count: &mut Count) -> Result {
    let wasm = ready.wasm.as_ref().map_err(Clone::clone)?;
    let browser = ready.browser.as_ref().map_err(Clone::clone)?;
    let mut cargo = wasm.command(home, "cargo");
    cargo.args(["test", "--profile", "web", "-p", "expandnets", "--target", TARGET, "--test", "browser"]);
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    cargo.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", browser::webdriver(home, browser)?);
    cargo.env("WASM_BINDGEN_TEST_TIMEOUT", "600").env("WASM_BINDGEN_TEST_ONLY_WEB", "1");
    // As a static host serves the page: without the headers that isolate its origin.
    cargo.env("WASM_BINDGEN_TEST_NO_ORIGIN_ISOLATION", "1");
    cargo.env("CHROMEDRIVER", &browser.driver).env("CHROME", &browser.chrome).env_remove("GECKODRIVER");
    counted(count, "the browser tests", &mut cargo, count::libtest)
}

fn on_page(home: &Home, ready: &Ready, count: &mut Count) -> Result {
    let wasm = ready.wasm.as_ref().map_err(Clone::clone)?;
    let browser = ready.browser.as_ref().map_err(Clone::clone)?;
    ready.packages.clone()?;
    page::build(home, wasm)?;
    let report = home.cache.join("playwright.json");
    // The report of an earlier run must not be counted; that there is none is fine.
    let _ = fs::remove_file(&report);
    let mut playwright = npm::tool(home, "tests", "playwright");
    playwright.args(["test", "--reporter=list,json"]).env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
    with_programs(home, ready, &mut playwright).env("CHROME", &browser.chrome);
    let outcome = run::run(&mut playwright, READ);
    let ran = count::playwright(&fs::read_to_string(&report).unwrap_or_default());
    add(count, "the page tests", ran, outcome.is_ok())
}

fn interop(home: &Home, ready: &Ready, count: &mut Count) -> Result {
    let python = ready.python.as_ref().map_err(Clone::clone)?;
    let mut cargo = home.command("cargo");
    run::run(cargo.args(["build", "--release", "-p", "expandnets", "--features", "cli"]), READ)?;
    let mut pytest = home.command(python);
    pytest.args(["-m", "pytest", "-p", "no:cacheprovider", "tests/interop"]);
    counted(count, "the interop tests", with_programs(home, ready, &mut pytest), count::pytest)
}

/// Tells a test where the native command and a Python that reads its files are.
fn with_programs<'a>(home: &Home, ready: &Ready, command: &'a mut Command) -> &'a mut Command {
    if let Ok(python) = &ready.python {
        command.env("EXPANDNETS_PYTHON", python);
    }
    if ready.torch {
        command.env("EXPANDNETS_REQUIRE_TORCH", "1");
    }
    command.env("EXPANDNETS", home.expandnets())
}

fn counted(count: &mut Count, name: &str, command: &mut Command, read: fn(&str) -> Count) -> Result {
    let (passed, text) = run::tee(command, READ)?;
    add(count, name, read(&text), passed)
}

/// A program that fails without naming a failed test, or that ran none, is an error of its own.
fn add(count: &mut Count, name: &str, ran: Count, passed: bool) -> Result {
    *count += ran;
    match (passed, ran) {
        (true, Count { passed: 0, failed: 0 }) => Err(format!("{name}: no tests")),
        (false, Count { failed: 0, .. }) => Err(format!("{name} failed before or after their tests")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_tests_and_a_run_that_breaks_are_errors() {
        let mut count = Count::default();
        assert!(add(&mut count, "x", Count { passed: 2, failed: 0 }, true).is_ok());
        assert!(add(&mut count, "x", Count { passed: 1, failed: 1 }, false).is_ok());
        assert!(add(&mut count, "x", Count::default(), true).is_err());
        assert!(add(&mut count, "x", Count { passed: 3, failed: 0 }, false).is_err());
        assert_eq!(count, Count { passed: 6, failed: 1 });
    }

    #[test]
    fn a_stage_without_tests_fails() {
        let mut total = Count::default();
        stage("empty", &mut total, |_| Ok(()));
        stage("broken", &mut total, |_| Err("why".into()));
        assert_eq!(total, Count { passed: 0, failed: 2 });
    }
}
