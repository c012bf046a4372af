//! Random programs of tasks.
//!
//! A program has a few *themes*: groups of statements that have to do with each other. All
//! statements alike would seldom meet.

use super::{
    Block, ERRORS, Ends, Mode, PAIR, Program, QUEUES, SEMAPHORES, SLOTS, Statement, Statement as S,
};
use crate::random::Random;

/// A statement without what it is about.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Word {
    Print,
    Sleep,
    Late,
    Spawn,
    Await,
    Outcome,
    Shield,
    WaitFor,
    Cancel,
    CancelWith,
    State,
    Uncancel,
    Cancelling,
    Loop,
    Break,
    Continue,
    Return,
    Raise,
    Panic,
    TryError,
    RaiseCancelled,
    TryCancelled,
    Propagate,
    Guard,
    Finally,
    Timeout,
    Reschedule,
    Expired,
    Gather,
    GatherOutcomes,
    AsCompleted,
    Amap,
    AmapAsCompleted,
    Or,
    Zip,
    Unordered,
    Wait,
    Group,
    GroupSpawn,
    PromiseSet,
    PromiseAwait,
    PromiseCancel,
    PromiseState,
    EventWait,
    EventSet,
    EventClear,
    Lock,
    Semaphore,
    Release,
    ConditionWait,
    ConditionNotify,
    Barrier,
    BarrierAbort,
    BarrierReset,
    Put,
    Get,
    TryPut,
    TryGet,
    QueueState,
    TaskDone,
    Join,
    Shutdown,
    VariableSet,
    VariableGet,
}

use Word as W;

/// In every program.
const BASE: &[Word] = &[
    W::Sleep,
    W::Sleep,
    W::Sleep,
    W::Sleep,
    W::Spawn,
    W::Spawn,
    W::Spawn,
    W::Await,
    W::Await,
    W::Await,
    W::Cancel,
    W::Print,
    W::Return,
    W::Loop,
    W::Guard,
    W::State,
];

/// A word that stands there more often comes more often.
const THEMES: &[&[Word]] = &[
    &[
        W::TryCancelled,
        W::TryCancelled,
        W::TryCancelled,
        W::Propagate,
        W::Propagate,
        W::Cancel,
        W::Cancel,
        W::Finally,
        W::Uncancel,
        W::Cancelling,
        W::RaiseCancelled,
        W::Shield,
        W::State,
        W::Outcome,
    ],
    &[W::CancelWith, W::CancelWith, W::TryCancelled, W::TryCancelled, W::Propagate, W::Shield],
    &[W::TryError, W::TryError, W::Raise, W::Raise, W::Guard, W::Outcome],
    &[W::Panic, W::Outcome, W::Outcome, W::Guard, W::Finally],
    &[W::Timeout, W::Timeout, W::Timeout, W::Sleep, W::Sleep, W::WaitFor],
    &[W::Timeout, W::Timeout, W::Reschedule, W::Reschedule, W::Expired, W::Late],
    &[W::Late, W::Sleep, W::WaitFor, W::Timeout],
    &[W::Group, W::Group, W::Group, W::GroupSpawn, W::GroupSpawn, W::GroupSpawn, W::Raise],
    &[
        W::Group,
        W::Group,
        W::GroupSpawn,
        W::GroupSpawn,
        W::GroupSpawn,
        W::Raise,
        W::Raise,
        W::Cancel,
        W::TryCancelled,
        W::TryCancelled,
        W::Timeout,
        W::Cancelling,
        W::Finally,
    ],
    &[W::Gather, W::Gather, W::GatherOutcomes, W::GatherOutcomes],
    &[W::AsCompleted],
    &[W::Amap, W::AmapAsCompleted],
    &[W::Or, W::Zip, W::Unordered],
    &[W::Wait],
    &[W::Lock, W::Lock, W::Semaphore, W::Semaphore, W::Release],
    // Who has been given something is cancelled before it is taken.
    &[
        W::Semaphore,
        W::Semaphore,
        W::Semaphore,
        W::Release,
        W::Cancel,
        W::Cancel,
        W::Cancel,
        W::TryCancelled,
    ],
    &[W::EventWait, W::EventWait, W::EventSet, W::EventSet, W::EventClear],
    &[
        W::PromiseSet,
        W::PromiseSet,
        W::PromiseAwait,
        W::PromiseAwait,
        W::PromiseCancel,
        W::PromiseState,
    ],
    &[W::Put, W::Put, W::Put, W::Get, W::Get, W::Get, W::TryPut, W::TryGet, W::QueueState],
    &[W::Put, W::Get, W::TaskDone, W::Join, W::Shutdown],
    &[
        W::ConditionWait,
        W::ConditionWait,
        W::ConditionNotify,
        W::ConditionNotify,
        W::ConditionNotify,
    ],
    &[W::Barrier],
    &[W::Barrier, W::Barrier, W::Barrier, W::BarrierAbort, W::BarrierReset],
    // Who inherits a value and who sets it meet only where tasks are started in between.
    &[
        W::VariableSet,
        W::VariableSet,
        W::VariableSet,
        W::VariableGet,
        W::VariableGet,
        W::VariableGet,
        W::Spawn,
        W::Await,
    ],
];

/// A random program.
#[must_use]
pub fn program(random: &mut Random) -> Program {
    let mut words = BASE.to_vec();
    for _ in 0..random.pick(&[1, 2, 2, 3, 4]) {
        let theme = random.pick(THEMES);
        words.extend(theme.iter().chain(theme));
    }
    if random.chance(60) {
        words.extend(THEMES[0]);
    }
    let scripts = random.pick(&[2, 3, 3, 4]);
    let ends = if random.chance(75) { Ends::Quiet } else { Ends::Run };
    let mut writer = Writer { random, words, script: 0, scripts, left: 0 };
    let scripts = (0..scripts).map(|script| writer.script(script)).collect();
    Program { scripts, ends }
}

struct Writer<'a> {
    random: &'a mut Random,
    words: Vec<Word>,
    script: usize,
    scripts: usize,
    /// How many statements this script may get yet.
    left: usize,
}

/// What stands around a block.
#[derive(Clone, Copy, Default)]
struct Around {
    depth: usize,
    in_loop: bool,
    in_handler: bool,
    in_timeout: bool,
    in_clean_up: bool,
    has_condition: bool,
}

impl Writer<'_> {
    fn script(&mut self, script: usize) -> Block {
        self.script = script;
        self.left = 2 + self.random.below(10);
        let mut block = Vec::new();
        // A program in which nobody is started is soon over.
        if script == 0 && self.random.chance(80) {
            for _ in 0..1 + self.random.below(3) {
                block.push(S::Spawn { slot: self.random.below(SLOTS), script: self.child() });
            }
        }
        block.extend(self.block(Around::default()));
        block
    }

    fn block(&mut self, around: Around) -> Block {
        let mut block = Vec::new();
        for _ in 0..self.random.pick(&[1, 2, 2, 3, 3]) {
            if self.left == 0 || block.last().is_some_and(Statement::leaves) {
                break;
            }
            self.left -= 1;
            block.push(self.statement(around));
        }
        if block.is_empty() {
            block.push(S::Sleep(0));
        }
        block
    }

    fn word(&mut self, around: Around) -> Word {
        loop {
            let word = match self.random.below(20) {
                0 if around.in_loop => self.random.pick(&[W::Break, W::Continue]),
                _ => self.random.pick(&self.words),
            };
            if self.fits(word, around) {
                return word;
            }
        }
    }

    fn fits(&mut self, word: Word, around: Around) -> bool {
        let nests = matches!(
            word,
            W::TryError
                | W::TryCancelled
                | W::Finally
                | W::Guard
                | W::Loop
                | W::Timeout
                | W::Group
                | W::Lock
                | W::Semaphore
                | W::ConditionWait
                | W::ConditionNotify
        );
        let starts = matches!(
            word,
            W::Spawn
                | W::GroupSpawn
                | W::Gather
                | W::GatherOutcomes
                | W::AsCompleted
                | W::Amap
                | W::AmapAsCompleted
                | W::Or
                | W::Zip
                | W::Unordered
        );
        // At the top of a script it would cut off the rest.
        let ends = matches!(word, W::Raise | W::Panic | W::RaiseCancelled | W::Return);
        match word {
            _ if nests && around.depth > 3 => false,
            _ if starts && self.script + 1 == self.scripts => false,
            _ if ends && around.depth == 0 => self.random.chance(40),
            W::Propagate => around.in_handler,
            W::Reschedule | W::Expired => around.in_timeout,
            _ => true,
        }
    }

    fn statement(&mut self, around: Around) -> Statement {
        if around.in_clean_up {
            return self.simple();
        }
        if around.has_condition {
            return match self.random.below(8) {
                0 => S::Raise(self.error()),
                1 => S::Return(self.random.label()),
                _ => self.simple(),
            };
        }
        let word = self.word(around);
        let inside = Around { depth: around.depth + 1, ..around };
        let random = &mut *self.random;
        match word {
            W::Print => S::Print(random.label()),
            W::Sleep => S::Sleep(random.pick(&[0, 0, 0, 0, 1, 1, 2, 3])),
            W::Late => S::Late(random.pick(&[1, 1, 2, 4])),
            W::Spawn => S::Spawn { slot: random.below(SLOTS), script: self.child() },
            W::Await => S::Await { slot: random.below(SLOTS) },
            W::Outcome => S::Outcome { slot: random.below(SLOTS) },
            W::Shield => S::Shield { slot: random.below(SLOTS) },
            W::WaitFor => S::WaitFor {
                slot: random.below(SLOTS),
                limit: random.pick(&[None, Some(0), Some(1), Some(1), Some(2), Some(3)]),
            },
            W::Cancel => S::Cancel { slot: random.below(SLOTS), reason: None },
            W::CancelWith => S::Cancel { slot: random.below(SLOTS), reason: Some(random.label()) },
            W::State => S::State { slot: random.below(SLOTS) },
            W::Uncancel => S::Uncancel,
            W::Cancelling => S::Cancelling,
            W::Loop => S::Loop {
                times: random.pick(&[2, 2, 3]),
                body: self.block(Around { in_loop: true, ..inside }),
            },
            W::Break => S::Break,
            W::Continue => S::Continue,
            W::Return => S::Return(random.label()),
            W::Raise => S::Raise(self.error()),
            W::Panic => S::Panic,
            W::TryError => S::TryError {
                body: self.block(inside),
                kind: if self.random.chance(30) { Some(self.error()) } else { None },
                handler: self.block(Around { in_handler: false, ..inside }),
            },
            W::RaiseCancelled => S::RaiseCancelled,
            W::TryCancelled => S::TryCancelled {
                body: self.block(inside),
                handler: self.block(Around { in_handler: true, ..inside }),
            },
            W::Propagate => S::Propagate,
            W::Guard => S::Guard { label: random.label(), body: self.block(inside) },
            W::Finally => S::Finally {
                body: self.block(inside),
                clean_up: self.block(Around {
                    depth: inside.depth,
                    in_clean_up: true,
                    ..Around::default()
                }),
            },
            W::Timeout => S::Timeout {
                limit: random.pick(&[None, Some(0), Some(1), Some(1), Some(2), Some(3)]),
                body: self.block(Around { in_timeout: true, ..inside }),
            },
            W::Reschedule => S::Reschedule {
                delay: random.pick(&[None, Some(-1), Some(0), Some(1), Some(2), Some(3)]),
            },
            W::Expired => S::Expired,
            W::Gather => S::Gather(self.children()),
            W::GatherOutcomes => S::GatherOutcomes(self.children()),
            W::AsCompleted => S::AsCompleted {
                scripts: self.children(),
                body: if around.depth <= 3 && self.random.chance(50) {
                    self.block(Around { in_loop: true, ..inside })
                } else {
                    Vec::new()
                },
            },
            W::Amap => S::Amap { limit: random.pick(&[1, 2]), scripts: self.children() },
            W::AmapAsCompleted => {
                S::AmapAsCompleted { limit: random.pick(&[1, 2]), scripts: self.children() }
            }
            W::Or => S::Or([self.child(), self.child()]),
            W::Zip => S::Zip([self.child(), self.child()]),
            W::Unordered => S::Unordered(self.children()),
            W::Wait => S::Wait {
                mode: random.pick(&[
                    Mode::AllCompleted,
                    Mode::FirstCompleted,
                    Mode::FirstException,
                ]),
                limit: random.pick(&[None, Some(1), Some(2)]),
            },
            W::Group => S::Group {
                limit: random.pick(&[None, None, None, Some(1), Some(2)]),
                body: self.block(inside),
            },
            W::GroupSpawn => S::GroupSpawn { slot: random.below(SLOTS), script: self.child() },
            W::PromiseSet => S::PromiseSet { place: random.below(PAIR), value: random.label() },
            W::PromiseAwait => S::PromiseAwait { place: random.below(PAIR) },
            W::PromiseCancel => S::PromiseCancel {
                place: random.below(PAIR),
                reason: if random.chance(30) { Some(random.label()) } else { None },
            },
            W::PromiseState => S::PromiseState { place: random.below(PAIR) },
            W::EventWait => S::EventWait { place: random.below(PAIR) },
            W::EventSet => S::EventSet { place: random.below(PAIR) },
            W::EventClear => S::EventClear { place: random.below(PAIR) },
            W::Lock => S::Lock { place: random.below(PAIR), body: self.block(inside) },
            W::Semaphore => {
                S::Semaphore { place: random.below(SEMAPHORES), body: self.block(inside) }
            }
            W::Release => S::Release { place: random.below(PAIR) },
            W::ConditionWait => {
                S::ConditionWait { body: self.block(Around { has_condition: true, ..inside }) }
            }
            W::ConditionNotify => {
                let inside = Around { has_condition: true, ..inside };
                S::ConditionNotify { count: random.pick(&[1, 1, 2]), body: self.block(inside) }
            }
            W::Barrier => S::Barrier,
            W::BarrierAbort => S::BarrierAbort,
            W::BarrierReset => S::BarrierReset,
            W::Put => S::Put { queue: random.below(QUEUES), item: random.label() },
            W::Get => S::Get { queue: random.below(QUEUES) },
            W::TryPut => S::TryPut { queue: random.below(QUEUES), item: random.label() },
            W::TryGet => S::TryGet { queue: random.below(QUEUES) },
            W::QueueState => S::QueueState { queue: random.below(QUEUES) },
            W::TaskDone => S::TaskDone { queue: random.below(QUEUES) },
            W::Join => S::Join { queue: random.below(QUEUES) },
            W::Shutdown => {
                S::Shutdown { queue: random.below(QUEUES), immediate: random.chance(50) }
            }
            W::VariableSet => S::VariableSet { place: random.below(PAIR), value: random.label() },
            W::VariableGet => S::VariableGet { place: random.below(PAIR) },
        }
    }

    /// What always comes to its end, if it is cancelled.
    fn simple(&mut self) -> Statement {
        let random = &mut *self.random;
        match random.below(10) {
            0 => S::Cancel { slot: random.below(SLOTS), reason: None },
            1 => S::State { slot: random.below(SLOTS) },
            2 => S::EventSet { place: random.below(PAIR) },
            3 => S::EventWait { place: random.below(PAIR) },
            4 => S::VariableGet { place: random.below(PAIR) },
            5 | 6 => S::Print(random.label()),
            _ => S::Sleep(random.pick(&[0, 0, 1, 2])),
        }
    }

    fn child(&mut self) -> usize {
        self.script + 1 + self.random.below(self.scripts - self.script - 1)
    }

    fn children(&mut self) -> Vec<usize> {
        (0..1 + self.random.below(3)).map(|_| self.child()).collect()
    }

    fn error(&mut self) -> u8 {
        self.random.pick(&[0, 1, 2]) % ERRORS
    }
}
