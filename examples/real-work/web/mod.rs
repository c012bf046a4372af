//! What lies beside the program: the log, and how it is read.

pub(crate) mod counts;
pub(crate) mod end;
pub(crate) mod lines;
pub(crate) mod log;
