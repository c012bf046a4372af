//! Programs of async generators: those of [generators](crate::generators), whose bodies wait, too.
//!
//! A task drives the first body, under a virtual clock. Steps are awaited, given a limit of time and
//! so dropped half-way, or taken through a channel by another task.

pub mod interpret;
pub mod native;
