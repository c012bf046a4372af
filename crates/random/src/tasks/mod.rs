//! Programs of tasks: what can stand in one.
//!
//! A program is a few *scripts*. The first is a task from the beginning; each can start those after
//! it, so that a program always comes to its end. What tasks share stands in a world of its own:
//! slots for tasks, promises, events, locks, queues, variables. Time is virtual and counts in
//! seconds, of which none passes.
//!
//! What is done on other threads, `to_thread` most of all, stands in none: a thread takes its own time,
//! and no virtual clock knows when it comes back.

pub mod generate;
pub mod interpret;
pub mod python;
pub mod rust;

use serde::{Deserialize, Serialize};

/// How many slots there are for tasks. The last has the first task from the beginning.
pub const SLOTS: usize = 4;
/// How many tasks a program may start.
pub const MOST_TASKS: usize = 60;
/// How many there are of each of the things that tasks share.
pub const PAIR: usize = 2;
/// A `Semaphore(1)`, a `Semaphore(2)`, a `BoundedSemaphore(1)`.
pub const SEMAPHORES: usize = 3;
/// A `Queue(1)`, a `Queue()`, a `LifoQueue(2)`, a `PriorityQueue()`.
pub const QUEUES: usize = 4;
/// How many kinds of errors there are.
pub const ERRORS: u8 = 3;

/// A program of tasks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// What tasks run.
    pub scripts: Vec<Block>,
    /// How it ends.
    pub ends: Ends,
}

/// What the main task does when the first has been started.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ends {
    /// It waits until nothing happens any more, and cancels those that still wait, in one turn.
    Quiet,
    /// It waits for the first task and returns: the end of `run` cancels the others.
    Run,
}

/// Statements, one after the other; never empty.
pub type Block = Vec<Statement>;

/// One of a program's statements. Numbers are slots, places in the world, seconds, or labels that
/// are told apart in the trace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs, reason = "they are named after what they do in asyncio")]
pub enum Statement {
    // Time.
    Print(i64),
    Sleep(u64),
    /// The thread is busy for so long: the loop is late.
    Late(u64),
    // Tasks.
    Spawn {
        slot: usize,
        script: usize,
    },
    Await {
        slot: usize,
    },
    /// Await, with a cancellation and a panic as values.
    Outcome {
        slot: usize,
    },
    Shield {
        slot: usize,
    },
    WaitFor {
        slot: usize,
        limit: Option<u64>,
    },
    Cancel {
        slot: usize,
        reason: Option<i64>,
    },
    State {
        slot: usize,
    },
    Uncancel,
    Cancelling,
    // Control flow.
    Loop {
        times: u64,
        body: Block,
    },
    Break,
    Continue,
    Return(i64),
    // Errors, cancellation, clean-up.
    Raise(u8),
    Panic,
    /// `try`, `except` of one kind of error, or of all.
    TryError {
        body: Block,
        kind: Option<u8>,
        handler: Block,
    },
    RaiseCancelled,
    TryCancelled {
        body: Block,
        handler: Block,
    },
    /// `raise`, in the handler of a cancellation.
    Propagate,
    /// `finally` without an `await`: a destructor.
    Guard {
        label: i64,
        body: Block,
    },
    /// `finally` with clean-up that awaits.
    Finally {
        body: Block,
        clean_up: Block,
    },
    // Timeouts.
    Timeout {
        limit: Option<u64>,
        body: Block,
    },
    /// Moves the deadline of the timeout around: to so many seconds from now, or to never.
    Reschedule {
        delay: Option<i64>,
    },
    Expired,
    // Several at once.
    Gather(Vec<usize>),
    GatherOutcomes(Vec<usize>),
    /// One after the other, as they end; after each the body, which may be empty.
    AsCompleted {
        scripts: Vec<usize>,
        body: Block,
    },
    /// One task for each script, so many at once; the results in the order of the scripts.
    Amap {
        limit: usize,
        scripts: Vec<usize>,
    },
    /// The same; the results as they come.
    AmapAsCompleted {
        limit: usize,
        scripts: Vec<usize>,
    },
    /// The first of two to end: futures-lite's `or`.
    Or([usize; 2]),
    /// Both, or the first error: futures-lite's `try_zip`.
    Zip([usize; 2]),
    /// One after the other, as they end: futures-buffered's `FuturesUnordered`.
    Unordered(Vec<usize>),
    Wait {
        mode: Mode,
        limit: Option<u64>,
    },
    Group {
        /// How many children have turns at once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<usize>,
        body: Block,
    },
    GroupSpawn {
        slot: usize,
        script: usize,
    },
    // What tasks share.
    PromiseSet {
        place: usize,
        value: i64,
    },
    PromiseAwait {
        place: usize,
    },
    PromiseCancel {
        place: usize,
        reason: Option<i64>,
    },
    PromiseState {
        place: usize,
    },
    EventWait {
        place: usize,
    },
    EventSet {
        place: usize,
    },
    EventClear {
        place: usize,
    },
    Lock {
        place: usize,
        body: Block,
    },
    Semaphore {
        place: usize,
        body: Block,
    },
    Release {
        place: usize,
    },
    ConditionWait {
        body: Block,
    },
    ConditionNotify {
        count: usize,
        body: Block,
    },
    Barrier,
    BarrierAbort,
    BarrierReset,
    Put {
        queue: usize,
        item: i64,
    },
    Get {
        queue: usize,
    },
    TryPut {
        queue: usize,
        item: i64,
    },
    TryGet {
        queue: usize,
    },
    QueueState {
        queue: usize,
    },
    TaskDone {
        queue: usize,
    },
    Join {
        queue: usize,
    },
    Shutdown {
        queue: usize,
        immediate: bool,
    },
    VariableSet {
        place: usize,
        value: i64,
    },
    VariableGet {
        place: usize,
    },
}

/// When `wait` has waited enough.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "asyncio's names")]
pub enum Mode {
    AllCompleted,
    FirstCompleted,
    FirstException,
}

impl Program {
    /// Whether both languages can run it: what is cut out of a program may leave none.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let count = self.scripts.len();
        count > 0
            && self.scripts.iter().enumerate().all(|(number, script)| {
                Place { script: number, scripts: count, ..Place::default() }.allows(script)
            })
    }

    /// Calls `visit` with each statement.
    pub fn visit(&self, visit: &mut dyn FnMut(&Statement)) {
        for script in &self.scripts {
            visit_block(script, visit);
        }
    }
}

fn visit_block(block: &[Statement], visit: &mut dyn FnMut(&Statement)) {
    for statement in block {
        visit(statement);
        for inner in statement.blocks() {
            visit_block(inner, visit);
        }
    }
}

/// What stands around a statement.
#[derive(Clone, Copy, Default)]
struct Place {
    script: usize,
    scripts: usize,
    in_loop: bool,
    in_handler: bool,
    in_timeout: bool,
    in_clean_up: bool,
    has_condition: bool,
}

impl Place {
    fn allows(self, block: &[Statement]) -> bool {
        !block.is_empty() && block.iter().all(|statement| self.allows_one(statement))
    }

    fn allows_one(self, statement: &Statement) -> bool {
        use Statement as S;

        let later = |script: &usize| (self.script + 1..self.scripts).contains(script);
        let fits = match statement {
            S::Spawn { slot, script } | S::GroupSpawn { slot, script } => {
                *slot < SLOTS && later(script)
            }
            S::Gather(scripts)
            | S::GatherOutcomes(scripts)
            | S::AsCompleted { scripts, .. }
            | S::Unordered(scripts) => !scripts.is_empty() && scripts.iter().all(later),
            S::Or(scripts) | S::Zip(scripts) => scripts.iter().all(later),
            S::Amap { limit, scripts } | S::AmapAsCompleted { limit, scripts } => {
                *limit > 0 && !scripts.is_empty() && scripts.iter().all(later)
            }
            S::Group { limit: Some(0), .. } => false,
            S::Await { slot }
            | S::Outcome { slot }
            | S::Shield { slot }
            | S::WaitFor { slot, .. }
            | S::Cancel { slot, .. }
            | S::State { slot } => *slot < SLOTS,
            S::Raise(kind) | S::TryError { kind: Some(kind), .. } => *kind < ERRORS,
            S::Break | S::Continue => self.in_loop,
            S::Propagate => self.in_handler,
            S::Reschedule { .. } | S::Expired => self.in_timeout,
            S::PromiseSet { place, .. }
            | S::PromiseAwait { place }
            | S::PromiseCancel { place, .. }
            | S::PromiseState { place }
            | S::EventWait { place }
            | S::EventSet { place }
            | S::EventClear { place }
            | S::Lock { place, .. }
            | S::VariableSet { place, .. }
            | S::VariableGet { place } => *place < PAIR,
            S::Semaphore { place, .. } => *place < SEMAPHORES,
            // Of a bounded one it would take back a permit that somebody holds.
            S::Release { place } => *place < PAIR,
            S::Put { queue, .. }
            | S::Get { queue }
            | S::TryPut { queue, .. }
            | S::TryGet { queue }
            | S::QueueState { queue }
            | S::TaskDone { queue }
            | S::Join { queue }
            | S::Shutdown { queue, .. } => *queue < QUEUES,
            _ => true,
        };
        let fits = fits
            && (!self.in_clean_up || statement.may_clean_up())
            && (!self.has_condition || statement.may_have_condition());
        fits && match statement {
            S::Loop { body, .. } => Self { in_loop: true, ..self }.allows(body),
            S::AsCompleted { body, .. } => {
                body.is_empty() || Self { in_loop: true, ..self }.allows(body)
            }
            S::Timeout { body, .. } => Self { in_timeout: true, ..self }.allows(body),
            S::TryCancelled { body, handler } => {
                self.allows(body) && Self { in_handler: true, ..self }.allows(handler)
            }
            // `raise` would raise the error again.
            S::TryError { body, handler, .. } => {
                self.allows(body) && Self { in_handler: false, ..self }.allows(handler)
            }
            S::Finally { body, clean_up } => {
                let inside = Self {
                    in_clean_up: true,
                    in_loop: false,
                    in_handler: false,
                    in_timeout: false,
                    ..self
                };
                self.allows(body) && inside.allows(clean_up)
            }
            S::ConditionWait { body } | S::ConditionNotify { body, .. } => {
                Self { has_condition: true, ..self }.allows(body)
            }
            other => other.blocks().all(|block| self.allows(block)),
        }
    }
}

impl Statement {
    /// The blocks inside.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        let (first, second) = match self {
            Self::Loop { body, .. }
            | Self::AsCompleted { body, .. }
            | Self::Guard { body, .. }
            | Self::Timeout { body, .. }
            | Self::Group { body, .. }
            | Self::Lock { body, .. }
            | Self::Semaphore { body, .. }
            | Self::ConditionWait { body }
            | Self::ConditionNotify { body, .. } => (Some(body), None),
            Self::TryError { body, handler, .. } | Self::TryCancelled { body, handler } => {
                (Some(body), Some(handler))
            }
            Self::Finally { body, clean_up } => (Some(body), Some(clean_up)),
            _ => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// Whether it may stand in the clean-up of a `finally`, which ends no other way than by its
    /// end or by a cancellation.
    #[must_use]
    pub fn may_clean_up(&self) -> bool {
        matches!(
            self,
            Self::Print(_)
                | Self::Sleep(_)
                | Self::Late(_)
                | Self::Cancel { .. }
                | Self::State { .. }
                | Self::EventSet { .. }
                | Self::EventWait { .. }
                | Self::TryPut { .. }
                | Self::VariableGet { .. }
        )
    }

    /// Whether it may stand where the lock of the condition is held. What was notified waits for
    /// that lock whatever happens, so that what holds it must come to its end by itself.
    #[must_use]
    pub fn may_have_condition(&self) -> bool {
        self.may_clean_up() || matches!(self, Self::Raise(_) | Self::Panic | Self::Return(_))
    }

    /// Whether nothing after it in its block is ever reached.
    #[must_use]
    pub fn leaves(&self) -> bool {
        matches!(
            self,
            Self::Break
                | Self::Continue
                | Self::Return(_)
                | Self::Raise(_)
                | Self::Panic
                | Self::RaiseCancelled
                | Self::Propagate
        )
    }
}
