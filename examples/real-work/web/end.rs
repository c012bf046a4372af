//! What went wrong, in one line.

use std::fmt::Display;
use std::io::Result;
use std::process::ExitCode;

/// The exit code of a program that ended like this.
pub(crate) fn end<E: Display>(
    ended: std::result::Result<Result<()>, E>,
) -> ExitCode {
    match ended {
        Ok(Ok(())) => return ExitCode::SUCCESS,
        Ok(Err(error)) => eprintln!("big_logs: {error}"),
        Err(interrupted) => eprintln!("big_logs: {interrupted}"),
    }
    ExitCode::FAILURE
}
