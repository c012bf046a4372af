//! What nobody should do: each ends in a panic or an error that names the remedy, or in what the
//! docs say; never in a hang, an abort, or silence.
//!
//! Each row has a process of its own: one that hangs or aborts fails alone.

#[path = "../alone/mod.rs"]
mod alone;

mod help;

mod afterwards;
mod forgotten;
mod limits;
mod panics;
mod places;
mod two_panics;
mod wakers;
