//! Recording: both programs of a pair, unmodified, under a tracer.

pub mod events;
pub mod rust;
