//! `cargo twins`: the tool that runs, shows and checks pairs of programs.
//!
//! A *pair* is a Python program and its Rust twin, with variants; its files share one stem in the
//! folder of their chapter in `examples/`. The tool lists the pairs, runs them live side by side,
//! shows their sources, and judges whether all programs of a pair print the same, byte for byte.
//!
//! What a reader of the code wants to know first:
//!
//! - [`project`] reads the list of pairs and holds it against the files on disk.
//! - [`process`] runs one program, line by line, and ends it with everything that it started.
//! - [`run`] shows two of them live; [`check`] judges all of them; [`pool`] runs many.
//! - [`record`] runs them under a tracer, [`recording`] is what it writes, [`steps`] compares.
//! - `book` writes the page that steps them together; the feature of its name holds it.
//! - [`compare`] and [`highlight`] take text and give text.

#![forbid(unsafe_code)]

pub mod cli;

pub mod chapter;
mod modules;
pub mod needs;
pub mod notes;
pub mod pair;
pub mod project;
pub mod rules;

pub mod cargo;
pub mod clock;
pub mod interrupt;
pub mod keys;
pub mod pool;
pub mod process;
pub mod python;
pub mod venv;

pub mod compare;
pub mod highlight;

pub mod record;
pub mod recording;
pub mod steps;

#[cfg(feature = "book")]
pub mod book;
pub mod check;
pub mod list;
pub mod lockstep;
pub mod practice;
pub mod run;
pub mod scaffold;
pub mod show;
pub mod watch;
pub mod why;

mod case;
pub mod columns;
pub mod file;
pub mod language;
pub mod progress;
pub mod screen;
pub mod table;
mod value;
