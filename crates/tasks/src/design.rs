//! How it works: the loop, a task's turn, and the way of a request.
//!
//! This page is for those who want to read the source; none of it is needed to use the crate.
//!
//! # Modules
//!
//! Each uses only those above it.
//!
//! ```text
//! record       what a debug build says to a debugger
//! outcome      what a cancellation is (a request, who has taken it), what a panic is
//! agenda       whose turn is next, by keys alone: the queue, timers, the clock, other threads
//! state        a task's control block, its variables, wait lists
//! cancel       the path of polls; scopes: catch_cancelled, finally
//! event_loop   goes round, gives turns
//! task         spawn, Task, handles, shield, task-local variables
//! inspect      the call graph, the watchdog
//! runner       run, Runner, Ctrl-C, the hooks
//! time         sleep, timeouts
//! several      gather, race, wait, as_completed, amap, task groups
//! sync         promises, events, locks, semaphores, conditions, barriers, queues
//! threads      to_thread, and the way back
//! ```
//!
//! # The loop goes round
//!
//! A *turn* is one poll of a task. A *round* gives a turn to all that were ready when it began. What
//! wakes a task (another task, a timer, a socket) puts it at the end of the queue, as asyncio's
//! `call_soon` does.
//!
//! ```text
//! block_on ──▶ sockets, threads ──▶ timers that are due ──▶ a turn for each that is ready by now
//!    ▲                                                                     │
//!    │                                                     a task with a request is asked
//!    └──────────────────────── the round is over ◀─────────────────────────┘
//! ```
//!
//! A waker holds a key and no task. So tasks belong to the loop alone, and end with it; and a waker
//! may be kept, called or dropped by any thread at any time.
//!
//! # A task's turn
//!
//! ```text
//! asked to cancel? ──yes──▶ dry poll ──nobody has claimed──▶ ends, as cancelled
//!        │                     │
//!        no                    somebody has
//!        ▼                     ▼
//!      poll ──▶ ready: ends, tells those who wait for it
//!        └───▶ pending: waits (what was asked for meanwhile is asked now)
//! ```
//!
//! # A request travels
//!
//! Whom a task waits for *now* is written down nowhere: only polling goes there, past whatever
//! combines futures. So a task that is to be asked is polled *dry*: nobody in it goes on.
//!
//! ```text
//! cancel ─▶ task ─▶ timeout ─▶ zip ─┬─▶ catch_cancelled ─▶ sleep     nobody inside takes it:
//!                                   │                                it is struck
//!                                   └─▶ joined task                  hands it on, and claims it
//! ```
//!
//! - A *leaf* (a sleep, a lock) says that it waits still, even if it could go on: a request beats a
//!   value of the same turn.
//! - A *scope* asks what is inside. If nobody there claims the request, it is *struck*: at the next
//!   ordinary poll it drops what is inside, and the code after it has its `Err(Cancelled)`.
//! - A *join* hands the request on to the task that it waits for, which is asked next: by a work list,
//!   not by recursion. One that comes back to where it was ends there.
//! - A *combinator* of ours asks all of its children and waits for those that claim.
//!
//! An asked task keeps the place in the queue that it had when it was asked; one that only waits for
//! another gives it its place. So the order is asyncio's.
//!
//! A timeout that expires, and a group whose child has failed, ask what is inside them the same
//! way: the task is polled dry, and the scope whose time has come asks.
//!
//! To *raise* (await a task that was cancelled, [`propagate`](crate::Cancelled::propagate)) is not an event
//! but a state: it is raised at every poll, and a scope that sees it polls once more, dry, and takes it
//! only if it is raised again. So it ends what raised it, or who waits around it, and never a later
//! await.
//!
//! A request that was claimed and then met nobody, because all claims were dropped (the losing branch
//! of somebody else's `or`), is made again: it is never lost.
//!
//! Sets of other crates poll only what was woken. A future that waits in one leaves its waker with the task,
//! as long as it waits, and a request wakes it first.
//!
//! # What is waited for
//!
//! One wait list serves all that wakes waiters: entering, leaving and being served take constant time;
//! a waiter that goes away leaves nothing; what it had been given goes to the next. No waker, value
//! or handler of a user is cloned, compared, called or dropped while something of the crate is borrowed
//! or locked.
//!
//! # The end
//!
//! ```text
//! tasks that are left: cancelled, once ─▶ they and the clean-up have ended ─▶ what was started
//!       clean-up: left alone ───────────▶                                    meanwhile is dropped
//!                        ▲                                                       │
//!                        └──────────────── may leave clean-up ◀─────────────────┘
//! ```
//!
//! *Clean-up* is what destructors hand over ([`clean_up`](crate::clean_up())): tasks that the end does
//! not cancel. While the loop runs it is the current one of `twin-hooks`, so that code that does not know
//! this crate (an async generator that is dropped half-way) hands over its clean-up, too, and can cancel
//! what a future of its own waits for.
//!
//! # Looking
//!
//! [`call_graph`](crate::call_graph) and the detection of deadlocks poll each task dry, and each wait of
//! ours tells for what. What is not of this crate tells nothing, but keeps the waker that it is polled by; so
//! the waker is a *probe* then, which knows whether somebody keeps it:
//!
//! ```text
//! loop ──probe──▶ task ─▶ gather ──plain──▶ set ──probe──▶ a: lock     tells
//!                                               ──probe──▶ b: socket   keeps the probe
//! ```
//!
//! A task is stuck if all that it waits for has told.
