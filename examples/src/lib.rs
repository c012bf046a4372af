//! What the Rust twins share: Python's way to print and to count, some logs.
//!
//! The programs stand in the theme folders, each Python program
//! beside its Rust twin; `Cargo.toml` lists them in reading order.

#![forbid(unsafe_code)]

pub mod counter;
pub mod logs;
pub mod repr;
