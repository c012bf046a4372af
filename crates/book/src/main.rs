//! `twins-book`, which `cargo twins book` starts.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    twins_book::cli::main()
}
