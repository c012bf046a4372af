//! A program of any kind.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::random::Random;
use crate::trace::Trace;
use crate::{async_generators, generators, tasks};

/// The kinds of programs, one a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Of `twin-tasks`.
    Tasks,
    /// Of `twin-generators`.
    Generators,
    /// Of `twin-async-generators`.
    AsyncGenerators,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Tasks, Self::Generators, Self::AsyncGenerators];

    /// Its name, on the command line and in saved programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tasks => "tasks",
            Self::Generators => "generators",
            Self::AsyncGenerators => "async-generators",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A program as data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "program", rename_all = "kebab-case")]
pub enum Program {
    /// Of `twin-tasks`.
    Tasks(tasks::Program),
    /// Of `twin-generators`.
    Generators(generators::Program),
    /// Of `twin-async-generators`: of the same form.
    AsyncGenerators(generators::Program),
}

impl Program {
    /// The program of a seed.
    #[must_use]
    pub fn of_seed(kind: Kind, seed: u64) -> Self {
        let random = &mut Random::new(seed);
        match kind {
            Kind::Tasks => Self::Tasks(tasks::generate::program(random)),
            Kind::Generators => Self::Generators(generators::generate::program(random, false)),
            Kind::AsyncGenerators => {
                Self::AsyncGenerators(generators::generate::program(random, true))
            }
        }
    }

    /// Which kind it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Tasks(_) => Kind::Tasks,
            Self::Generators(_) => Kind::Generators,
            Self::AsyncGenerators(_) => Kind::AsyncGenerators,
        }
    }

    /// Whether both languages can run it.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        match self {
            Self::Tasks(program) => program.is_valid(),
            Self::Generators(program) => program.is_valid(false),
            Self::AsyncGenerators(program) => program.is_valid(true),
        }
    }

    /// As Python.
    #[must_use]
    pub fn python(&self) -> String {
        match self {
            Self::Tasks(program) => tasks::python::source(program),
            Self::Generators(program) => generators::python::source(program, false),
            Self::AsyncGenerators(program) => generators::python::source(program, true),
        }
    }

    /// As Rust, to be read.
    #[must_use]
    pub fn rust(&self) -> String {
        match self {
            Self::Tasks(program) => tasks::rust::source(program),
            Self::Generators(program) => generators::rust::source(program, false),
            Self::AsyncGenerators(program) => generators::rust::source(program, true),
        }
    }

    /// What it does in Rust.
    #[must_use]
    pub fn run(&self) -> Trace {
        match self {
            Self::Tasks(program) => tasks::interpret::trace(program),
            Self::Generators(program) => generators::interpret::trace(program),
            Self::AsyncGenerators(program) => async_generators::interpret::trace(program),
        }
    }
}
