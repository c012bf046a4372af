//! Random programs, run by CPython and by the three libraries: what both do must be the same.
//!
//! ```text
//! seed ──▶ program, as data ──▶ as Python ──▶ CPython ──────▶ trace ─┐
//!                         └───▶ interpreted by our crates ──▶ trace ─┴─▶ compared, line by line
//! ```
//!
//! Chosen cases prove what they chose; random programs find what nobody thought of. A program is a
//! tree of statements. Its Python is ordinary Python with real `await`, `yield`, `try`; our side
//! interprets it by the public API of the libraries. Time is virtual on both sides. What differs
//! is shrunk to the smallest program that shows it, and shown in both languages with its seed; it can
//! be saved, and is run ever after.
//!
//! ```sh
//! cargo run --release -p twins-random -- run --count 100000
//! cargo twins random 7
//! ```
//!
//! It is a crate beside `conformance`, which all three libraries use for their tests: it uses all
//! three, and a test of one library does not have to build it.

#![forbid(unsafe_code)]
#![feature(coroutines, gen_blocks, yield_expr)]

// In reading order, which rustfmt keeps across empty lines.
pub mod program;

pub mod random;

pub mod tasks;

pub mod generators;

pub mod async_generators;

pub mod text;

pub mod trace;

pub mod python;

pub mod rust;

pub mod compare;

pub mod rules;

pub mod shrink;

pub mod saved;

pub mod faults;

pub mod run;

pub mod show;

pub mod page;

pub mod cli;
