//! What a debug build says to a debugger that records a program: whose turn it is, what is waited for,
//! who is woken.
//!
//! `cargo twins record` runs the debug build of a program under gdb, unmodified, and stops at [`mark`]:
//! the one function of this crate that it knows by name. All else about the crate it learns from what
//! it is told there. So a mark is a part of what the crate promises, as a public function is; that the
//! functions around it are renamed breaks nothing.
//!
//! A release has no mark, since it has no debug assertions: nobody pays for what nobody reads. (A cfg of
//! its own would have all dependencies built once more for each recording, and another program recorded
//! than the one that people run.)
//!
//! | mark | number | when |
//! |---|---|---|
//! | `task` | its key | a task is spawned; keys come again |
//! | `turn` | the task's key | its turn begins |
//! | `wakes` | the task's key | it is woken, by who runs; it may have been already |
//! | `asks`, `asked` | | between these, futures are polled to be asked or looked at, and none goes on |
//! | `raises` | | what runs waits for ever: it ends where it is, by a cancellation |
//! | `holds` | the lock | it is acquired |
//! | `timer` | nanoseconds, 0 where it was begun before | this and all below: what runs waits |
//! | `activation` | the task's key | for its end |
//! | `lock` | which | |
//! | `next-turn`, `event`, `condition`, `permit`, `barrier`, `item`, `room`, `future`, `thread`, `result` | | |

/// Whether anybody may read marks.
pub(crate) const IS_ON: bool = cfg!(debug_assertions);

/// Says something to a debugger that has stopped here: its two arguments.
#[cfg(debug_assertions)]
#[inline(never)]
pub(crate) fn mark(what: &str, number: u64) {
    std::hint::black_box((what, number));
}

/// As above, in a release.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub(crate) fn mark(_what: &str, _number: u64) {}
