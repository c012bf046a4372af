//! Both sides of many programs.

use std::fmt;
use std::time::Duration;

use anyhow::{Error, Result};
use twins::python::Interpreter;

use crate::program::Program;
use crate::python::Python;
use crate::rust::Rust;
use crate::trace::Trace;

/// What both sides did.
#[derive(Clone, Debug)]
pub struct Traces {
    /// CPython.
    pub python: Trace,
    /// Our libraries.
    pub rust: Trace,
}

impl Traces {
    /// The first line in which they differ, and may not.
    #[must_use]
    pub fn difference(&self) -> Option<usize> {
        let line = self.first_difference()?;
        match self.excuse() {
            Some((from, _)) if from <= line => None,
            _ => Some(line),
        }
    }

    /// The rule that allows a difference, if there is a difference.
    #[must_use]
    pub fn excused(&self) -> Option<&str> {
        let line = self.first_difference()?;
        self.excuse().filter(|(from, _)| *from <= line).map(|(_, rule)| rule)
    }

    fn first_difference(&self) -> Option<usize> {
        let mut python = self.python.iter().filter(|line| !line.starts_with(EXCUSE));
        let mut rust = self.rust.iter();
        (0..).find_map(|line| match (python.next(), rust.next()) {
            (None, None) => Some(None),
            (python, rust) => (python != rust).then_some(Some(line)),
        })?
    }

    /// From which line on a rule allows differences, and which.
    fn excuse(&self) -> Option<(usize, &str)> {
        let line = self.python.iter().position(|line| line.starts_with(EXCUSE))?;
        Some((line, &self.python[line][EXCUSE.len()..]))
    }
}

/// How a line of CPython's side begins that tells where a rule comes into play.
const EXCUSE: &str = "excuse: ";

/// A CPython process and a thread of ours, which work at the same time.
pub struct Sides {
    python: Python,
    rust: Rust,
}

impl Sides {
    /// Starts both.
    ///
    /// # Errors
    ///
    /// When one can't be started.
    pub fn start(interpreter: &Interpreter, limit: Duration) -> Result<Self> {
        Ok(Self { python: Python::start(interpreter, limit)?, rust: Rust::start(limit)? })
    }

    /// What both sides do with each of the programs.
    ///
    /// # Errors
    ///
    /// When one of the sides dies, or never ends: the error is [`Stopped`].
    pub fn traces(&mut self, programs: &[Program], without: &[&str]) -> Result<Vec<Traces>> {
        for program in programs {
            self.python.send(program, without);
            self.rust.send(program);
        }
        let mut both = || {
            let rust = self.rust.trace()?;
            Ok(Traces { python: self.python.trace()?, rust })
        };
        let trace = |place| both().map_err(|why| Error::new(Stopped { place, why }));
        (0..programs.len()).map(trace).collect()
    }
}

/// A side has died, or never ends.
#[derive(Debug)]
pub struct Stopped {
    /// At which of the programs.
    place: usize,
    why: Error,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.why)
    }
}

impl std::error::Error for Stopped {}

/// Says at which program a side has stopped, if that is the error.
#[must_use]
pub fn at_program(error: Error, name: impl FnOnce(usize) -> String) -> Error {
    match error.downcast_ref::<Stopped>() {
        Some(stopped) => {
            let name = name(stopped.place);
            error.context(name)
        }
        None => error,
    }
}
