//! Eyes: which tasks there are, what each waits for, and whose turn lasts too long.

mod call_graph;
mod watchdog;

pub(crate) use self::call_graph::of_loop;
pub use self::call_graph::{CallGraph, TaskNode, TaskState, WaitsFor, call_graph};
pub use self::watchdog::SlowTurn;
pub(crate) use self::watchdog::Watchdog;
