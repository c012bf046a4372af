//! What went wrong, in one line.

use std::process::ExitCode;

use super::Result;

/// The exit code of a program that ended like this.
pub(crate) fn end<E: std::fmt::Display>(
    ended: std::result::Result<Result<()>, E>,
) -> ExitCode {
    match ended {
        Ok(Ok(())) => return ExitCode::SUCCESS,
        Ok(Err(error)) => eprintln!("client: {error}"),
        Err(interrupted) => eprintln!("client: {interrupted}"),
    }
    ExitCode::FAILURE
}
