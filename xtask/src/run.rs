//! Runs other programs: shows the command, passes its output through, and turns a failure into a sentence.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The error is a text for the user: what went wrong, and on its next line what to do about it.
pub type Result<T = ()> = std::result::Result<T, String>;

/// Runs to the end with the terminal as its output.
pub fn run(command: &mut Command, remedy: &str) -> Result {
    println!("  $ {}", shown(command));
    let status = command.status().map_err(|error| cannot_start(command, &error, remedy))?;
    if status.success() { Ok(()) } else { Err(failed(command, &status.to_string(), remedy)) }
}

/// Runs, but not longer than `limit`: for programs that wait on a server which may be out of reach.
pub fn run_within(limit: Duration, command: &mut Command, remedy: &str) -> Result {
    println!("  $ {}", shown(command));
    let mut child = command.spawn().map_err(|error| cannot_start(command, &error, remedy))?;
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(failed(command, &status.to_string(), remedy)),
            Ok(None) if start.elapsed() < limit => std::thread::sleep(Duration::from_millis(100)),
            Ok(None) => {
                // It may have ended just now; then there is nothing left to stop.
                let _ = child.kill();
                let _ = child.wait();
                return Err(failed(command, &format!("no answer within {} s", limit.as_secs()), remedy));
            }
            Err(error) => return Err(failed(command, &error.to_string(), remedy)),
        }
    }
}

/// Runs with its standard output both shown and returned, and whether it succeeded.
pub fn tee(command: &mut Command, remedy: &str) -> Result<(bool, String)> {
    println!("  $ {}", shown(command));
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| cannot_start(command, &error, remedy))?;
    let mut text = String::new();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line.map_err(|error| failed(command, &error.to_string(), remedy))?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            text.push_str(&line);
            text.push('\n');
        }
    }
    let status = child.wait().map_err(|error| failed(command, &error.to_string(), remedy))?;
    Ok((status.success(), text))
}

/// Standard output of a quick question, or nothing when the program is missing or says no.
pub fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where a program lies on PATH.
pub fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program).with_extension(std::env::consts::EXE_EXTENSION))
        .find(|file| file.is_file())
}

/// Says that something needed is there already.
pub fn found(what: &str) {
    println!("  found {what}");
}

/// Says what is being fetched or built, and how long that may take.
pub fn getting(what: &str) {
    println!("  getting {what}");
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn failed(command: &Command, how: &str, remedy: &str) -> String {
    format!("`{}` failed ({how})\nremedy: {remedy}", shown(command))
}

fn cannot_start(command: &Command, error: &std::io::Error, remedy: &str) -> String {
    format!("`{}` could not be started: {error}\nremedy: {remedy}", shown(command))
}
