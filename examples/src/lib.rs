//! What the Rust twins share: Python's way to print a value.
//!
//! The programs themselves stand in the theme folders, the Python program
//! beside its Rust twin; `Cargo.toml` lists them in reading order.

pub mod repr;
