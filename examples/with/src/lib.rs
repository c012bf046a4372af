//! Programs of the pairs that need more than the tour may pull in.
//!
//! They lie with their pairs, in the folders of the chapters;
//! `Cargo.toml` lists them. A package of its own keeps what they
//! need out of what `cargo twins` builds first.

#![forbid(unsafe_code)]
