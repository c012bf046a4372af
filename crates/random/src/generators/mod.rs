//! Programs of generators: what can stand in one.
//!
//! A program is a few *bodies*. A driver takes the steps of the first; each body can make generators
//! of those after it, delegate to them, or drive them by hand. Programs of
//! [async generators](crate::async_generators) are of the same form; their bodies wait, too.

pub mod generate;
pub mod interpret;
pub mod native;
pub mod python;
pub mod rust;

use serde::{Deserialize, Serialize};

/// How many slots a body has for generators that it drives.
pub const SLOTS: usize = 2;
/// How many kinds of errors there are.
pub const ERRORS: u8 = 3;

/// A program of generators.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// Whether an `Option` is sent, or nothing.
    pub sends: bool,
    /// What generators run; the first is driven.
    pub bodies: Vec<Body>,
    /// What the driver does.
    pub driver: Vec<Step>,
}

/// What a generator runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Body {
    /// A body of statements.
    Own {
        /// Whether it can raise errors.
        fallible: bool,
        /// Whether it runs on the compiler's own coroutines.
        native: bool,
        /// Whether it delegates flatly, as recursion of any depth does.
        #[serde(default)]
        flat: bool,
        /// The statements.
        body: Block,
    },
    /// What an iterable has: `iter([…])`.
    Over(Vec<i64>),
}

/// Statements, one after the other; never empty.
pub type Block = Vec<Statement>;

/// One of a body's statements.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs, reason = "they are named after what they do in Python")]
pub enum Statement {
    /// `plain`: by what catches nothing, where there is no `try` around.
    Yield {
        value: i64,
        plain: bool,
    },
    Print(i64),
    Return(Option<i64>),
    Loop {
        times: u64,
        body: Block,
    },
    Break,
    Continue,
    /// `at_once`: raised there, not handed out as what the body ends with.
    Raise {
        kind: u8,
        at_once: bool,
    },
    RaiseExit {
        at_once: bool,
    },
    Try {
        body: Block,
        handlers: Vec<(Catch, Block)>,
        finally: Option<Block>,
    },
    Reraise,
    /// `finally` of what doesn't need to yield: a destructor.
    Guard {
        label: i64,
        body: Block,
    },
    YieldFrom {
        body: usize,
        plain: bool,
    },
    /// From what stands in a slot, whatever its past.
    YieldFromSlot {
        slot: usize,
        plain: bool,
    },
    Make {
        slot: usize,
        body: usize,
    },
    Drop {
        slot: usize,
    },
    /// `raises`: what comes out is raised on.
    Drive {
        slot: usize,
        step: Step,
        raises: bool,
    },
    // Of async generators alone.
    /// An even number of seconds.
    Sleep(u64),
    /// As that; says that it was cancelled, and goes on, or raises the cancellation again.
    SleepCatching {
        seconds: u64,
        again: bool,
    },
    /// `async for`: yields the first items of another.
    ForEach {
        body: usize,
        most: u64,
        closing: bool,
    },
}

/// What a handler catches.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Catch {
    /// One kind of error.
    Kind(u8),
    /// Any error.
    Error,
    /// `GeneratorExit`.
    Exit,
    /// `RuntimeError`: a delegate has ignored its exit.
    Ignored,
    /// All of them.
    All,
}

/// A step of a driver.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "Python's names")]
pub enum Step {
    Next,
    Start,
    /// As a `for` does.
    Item,
    Send(i64),
    Throw(u8),
    ThrowExit,
    Close,
    State,
    Drop,
    /// Of async generators alone: under a timeout of an odd number of seconds, so that it never expires
    /// when something else happens.
    NextWithin(u64),
    /// The last: takes all items through a channel of this capacity.
    Channel(usize),
}

/// What is raised in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raise {
    /// An error of a kind.
    Error(u8),
    /// The body is to end.
    Exit,
    /// A delegate has ignored its exit.
    Ignored,
}

impl std::fmt::Display for Raise {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Error(kind) => write!(f, "E{kind}"),
            Self::Exit => f.write_str("GeneratorExit"),
            Self::Ignored => f.write_str("RuntimeError"),
        }
    }
}

impl Catch {
    /// Whether it catches this.
    #[must_use]
    pub fn catches(self, raised: Raise) -> bool {
        match (self, raised) {
            (Self::All, _)
            | (Self::Error, Raise::Error(_))
            | (Self::Exit, Raise::Exit)
            | (Self::Ignored, Raise::Ignored) => true,
            (Self::Kind(kind), Raise::Error(raised)) => kind == raised,
            _ => false,
        }
    }
}

impl Body {
    /// Whether it can raise errors.
    #[must_use]
    pub fn is_fallible(&self) -> bool {
        matches!(self, Self::Own { fallible: true, .. })
    }
}

impl Program {
    /// Whether something is caught in this body, or in the later ones that it has to do with.
    fn catches(&self, number: usize) -> bool {
        use Statement as S;

        let mut found = false;
        if let Some(Body::Own { body, .. }) = self.bodies.get(number) {
            visit(body, &mut |statement| {
                found |= match statement {
                    S::Try { .. } => true,
                    S::YieldFrom { body, .. } | S::Make { body, .. } | S::ForEach { body, .. } => {
                        *body > number && self.catches(*body)
                    }
                    _ => false,
                };
            });
        }
        found
    }

    /// Whether both languages can run it. `awaits`: as one of async generators.
    #[must_use]
    pub fn is_valid(&self, awaits: bool) -> bool {
        let Some(Body::Own { fallible, .. }) = self.bodies.first() else { return false };
        let last = self.driver.len().saturating_sub(1);
        let driven = self.driver.iter().enumerate().all(|(place, step)| match step {
            Step::Send(_) => self.sends,
            Step::Throw(kind) => *fallible && *kind < ERRORS,
            Step::NextWithin(seconds) => awaits && seconds % 2 == 1,
            Step::Channel(capacity) => awaits && !self.sends && *capacity > 0 && place == last,
            _ => true,
        });
        driven
            && self.bodies.iter().enumerate().all(|(number, body)| match body {
                Body::Own { fallible, native, flat, body } => {
                    // The compiler's own `yield` takes no answer there.
                    (!awaits || !native || !self.sends)
                        && !(*flat && *native)
                        && Place {
                            number,
                            fallible: *fallible,
                            awaits,
                            blind: awaits && *native,
                            ..Place::new(self)
                        }
                        .allows(body)
                }
                // An iterable takes no values.
                Body::Over(_) => !awaits && !self.sends,
            })
    }

    /// Calls `see` with each statement.
    pub fn visit(&self, see: &mut dyn FnMut(&Statement)) {
        for body in &self.bodies {
            if let Body::Own { body, .. } = body {
                visit(body, see);
            }
        }
    }
}

fn visit(block: &[Statement], see: &mut dyn FnMut(&Statement)) {
    for statement in block {
        see(statement);
        match statement {
            Statement::Loop { body, .. } | Statement::Guard { body, .. } => visit(body, see),
            Statement::Try { body, handlers, finally } => {
                visit(body, see);
                handlers.iter().for_each(|(_, handler)| visit(handler, see));
                finally.iter().for_each(|finally| visit(finally, see));
            }
            _ => {}
        }
    }
}

/// What stands around a statement.
#[derive(Clone, Copy)]
struct Place<'a> {
    program: &'a Program,
    number: usize,
    fallible: bool,
    /// Whether it may wait.
    awaits: bool,
    /// Whether it is a native one of an async generator: it catches nothing and raises errors alone.
    blind: bool,
    in_loop: bool,
    in_handler: bool,
}

impl<'a> Place<'a> {
    fn new(program: &'a Program) -> Self {
        Self {
            program,
            number: 0,
            fallible: false,
            awaits: false,
            blind: false,
            in_loop: false,
            in_handler: false,
        }
    }

    fn allows(self, block: &[Statement]) -> bool {
        !block.is_empty() && block.iter().all(|statement| self.allows_one(statement))
    }

    /// Whether this body may have to do with a generator of that one.
    fn may_use(self, body: usize) -> bool {
        // What is thrown passes through a delegate that can't raise, whose `try` sees an exit: in
        // Python it sees the error.
        let fits = |other: &Body| match self.fallible {
            true => other.is_fallible() || !self.program.catches(body),
            false => !other.is_fallible(),
        };
        body > self.number && self.program.bodies.get(body).is_some_and(fits)
    }

    fn allows_one(self, statement: &Statement) -> bool {
        use Statement as S;

        match statement {
            S::Try { .. }
            | S::Raise { at_once: true, .. }
            | S::RaiseExit { .. }
            | S::YieldFrom { .. }
            | S::YieldFromSlot { .. }
            | S::ForEach { .. }
            | S::Drive { raises: true, .. }
                if self.blind =>
            {
                false
            }
            S::Raise { kind, .. } => self.fallible && *kind < ERRORS,
            S::Break | S::Continue => self.in_loop,
            S::Reraise => self.in_handler,
            S::Loop { body, .. } => Self { in_loop: true, ..self }.allows(body),
            S::Guard { body, .. } => self.allows(body),
            S::Try { body, handlers, finally } => {
                let catches = |catch: &Catch| match catch {
                    Catch::Kind(kind) => self.fallible && *kind < ERRORS,
                    Catch::Error | Catch::All => self.fallible,
                    Catch::Exit | Catch::Ignored => true,
                };
                let inside = Self { in_handler: true, ..self };
                let last = Self { in_handler: false, in_loop: false, ..self };
                self.allows(body)
                    && (finally.is_some() || !handlers.is_empty())
                    && (finally.is_none() || self.fallible)
                    && handlers
                        .iter()
                        .all(|(catch, handler)| catches(catch) && inside.allows(handler))
                    && finally.iter().all(|finally| last.allows(finally))
            }
            S::YieldFrom { body, .. } => self.may_use(*body),
            S::Make { slot, body } => {
                let own = matches!(self.program.bodies.get(*body), Some(Body::Own { .. }));
                *slot < SLOTS && self.may_use(*body) && own
            }
            S::YieldFromSlot { slot, .. } | S::Drop { slot } => *slot < SLOTS,
            S::Drive { slot, step, .. } => {
                // Which generator stands there is not known: only what any can do.
                let any = !matches!(
                    step,
                    Step::Send(_)
                        | Step::Throw(_)
                        | Step::Drop
                        | Step::NextWithin(_)
                        | Step::Channel(_)
                );
                *slot < SLOTS && any
            }
            S::Sleep(seconds) | S::SleepCatching { seconds, .. } => self.awaits && seconds % 2 == 0,
            S::ForEach { body, most, .. } => self.awaits && *most > 0 && self.may_use(*body),
            // An async generator returns nothing before 3.16.
            S::Return(value) => value.is_none() || !self.awaits,
            S::Yield { .. } | S::Print(_) | S::RaiseExit { .. } => true,
        }
    }
}
