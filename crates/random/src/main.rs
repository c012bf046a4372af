//! `twins-random`, which `cargo twins random` starts.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    twins_random::cli::main()
}
