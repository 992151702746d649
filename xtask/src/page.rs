//! The page: built by trunk into dist/, served by trunk.

use std::net::{IpAddr, TcpListener};

use crate::home::Home;
use crate::run::{self, Result};
use crate::rust::Wasm;
use crate::setup;

/// The options of `serve`.
#[derive(Debug, PartialEq)]
pub struct Serve {
    port: u16,
    address: IpAddr,
}

impl Serve {
    pub fn parse(options: &[&str]) -> Result<Serve> {
        let mut serve = Serve { port: 8080, address: IpAddr::from([127, 0, 0, 1]) };
        let mut rest = options;
        while let [name, value, more @ ..] = rest {
            match *name {
                "--port" => serve.port = value.parse().map_err(|_| format!("--port {value}: expected 1 to 65535"))?,
                "--address" => {
                    serve.address = value.parse().map_err(|_| format!("--address {value}: expected an IP address"))?;
                }
                other => return Err(format!("serve: unknown option {other}")),
            }
            rest = more;
        }
        match rest {
            [] => Ok(serve),
            [name, ..] => Err(format!("serve: {name} needs a value, or is unknown")),
        }
    }
}

pub fn build(home: &Home, wasm: &Wasm) -> Result {
    println!("Building the page; the first time this takes about 10 minutes on two cores");
    run::run(&mut trunk(home, wasm, "build"), "read the compiler's message above")?;
    println!("The site is in dist/ and works from any static host and sub-path");
    Ok(())
}

pub fn serve(home: &Home, options: &Serve) -> Result {
    let Serve { port, address } = options;
    // Found out before a long build rather than after it.
    TcpListener::bind((*address, *port))
        .map_err(|error| format!("{address} port {port}: {error}\nremedy: choose another with --port or --address"))?;
    let wasm = setup::page(home)?;
    let host = if address.is_ipv6() { format!("[{address}]") } else { address.to_string() };
    println!("\nBuilding, then serving at http://{host}:{port}/");
    println!(
        "The first build takes about 10 minutes on two cores. A change of the sources builds anew; Ctrl-C stops.\n"
    );
    let mut command = trunk(home, &wasm, "serve");
    command.args(["--port", &port.to_string(), "--address", &address.to_string()]);
    run::run(&mut command, "read the message above")
}

/// Trunk, kept from the network: everything it could download is there already.
fn trunk(home: &Home, wasm: &Wasm, task: &str) -> std::process::Command {
    let mut command = wasm.command(home, "trunk");
    command.args([task, "--release", "--cargo-profile", "web", "--offline", "--skip-version-check"]);
    // Trunk refuses the value 1 that this variable usually has.
    command.env_remove("NO_COLOR");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serve_options() {
        let parsed = Serve::parse(&["--address", "0.0.0.0", "--port", "9000"]);
        assert_eq!(parsed, Ok(Serve { port: 9000, address: IpAddr::from([0, 0, 0, 0]) }));
        assert!(Serve::parse(&["--port", "99999"]).is_err());
        assert!(Serve::parse(&["--port"]).is_err());
        assert!(Serve::parse(&["--open", "yes"]).is_err());
    }
}
