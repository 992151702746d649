//! The one door to every task of the project: `cargo xtask <task>`.

mod apt;
mod bench;
mod browser;
mod check;
mod count;
mod data;
mod debian;
mod home;
mod npm;
mod page;
mod python;
mod run;
mod rust;
mod setup;
mod test;
mod tools;
#[cfg(test)]
mod tree;

use std::process::ExitCode;

use home::Home;

const USAGE: &str = "\
cargo xtask <task>

  serve [--port N] [--address A]   get what is missing, build, serve at http://127.0.0.1:8080/
  test                             everything, headless; gets Chromium where it is missing
  check                            formatters, linters for host and wasm32, TypeScript, generated types
  build                            the static site, into dist/
  bench [soak] [options]           time training steps beside other libraries; --help names the options
  data [--full]                    rebuild the data sets from the packages that carry them
  types                            write www/src/protocol.ts and defaults.ts anew from the Rust code

Tools, compiled code and Python packages live in $EXPANDNETS_CACHE (default: expandnets in the
user's cache folder), so that a second clone starts warm.";

enum Failure {
    /// The command line is not understood: exit code 2. An empty text has been reported already.
    Usage(String),
    /// The task failed: exit code 1. An empty text has been reported already.
    Task(String),
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Failure::Task(text)
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage(text)) => {
            if !text.is_empty() {
                eprintln!("{text}");
            }
            ExitCode::from(2)
        }
        Err(Failure::Task(text)) => {
            if !text.is_empty() {
                eprintln!("error: {text}");
            }
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[&str]) -> Result<(), Failure> {
    let home = Home::find()?;
    match arguments {
        ["serve", options @ ..] => page::serve(&home, &page::Serve::parse(options).map_err(usage)?)?,
        ["test"] => test::all(&home)?,
        ["check"] => check::task(&home)?,
        ["build"] => {
            let wasm = setup::page(&home)?;
            page::build(&home, &wasm)?;
        }
        ["bench", options @ ..] => {
            if !bench::understands(&home, options)? {
                return Err(Failure::Usage(String::new()));
            }
            if !options.contains(&"--help") {
                bench::task(&home, options)?;
            }
        }
        ["data"] => data::make(&home, false)?,
        ["data", "--full"] => data::make(&home, true)?,
        ["types"] => check::write_types(&home)?,
        [] | ["help" | "--help" | "-h"] => println!("{USAGE}"),
        other => return Err(usage(format!("unknown: {}", other.join(" ")))),
    }
    Ok(())
}

fn usage(problem: String) -> Failure {
    Failure::Usage(format!("{problem}\n\n{USAGE}"))
}
