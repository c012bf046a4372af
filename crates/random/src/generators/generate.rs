//! Random programs of generators.

use super::{Block, Body, Catch, Program, SLOTS, Statement as S, Step};
use crate::random::Random;

/// A random program.
#[must_use]
pub fn program(random: &mut Random) -> Program {
    let sends = random.chance(70);
    let count = random.pick(&[1, 1, 2, 2, 3]);
    let mut fallible: Vec<bool> = (0..count).map(|_| random.chance(75)).collect();
    let over = !sends && count > 1 && random.chance(60);
    if over {
        fallible[count - 1] = false;
    }
    let first = fallible[0];
    let mut writer = Writer { random, fallible, over, number: 0, left: 0 };
    let bodies = (0..count).map(|number| writer.body(number)).collect();
    let mut driver: Vec<Step> =
        (0..2 + random.below(10)).map(|_| step(random, sends, first)).collect();
    if random.chance(70) {
        driver[0] = Step::Next;
    }
    Program { sends, bodies, driver }
}

fn step(random: &mut Random, sends: bool, fallible: bool) -> Step {
    match random.below(20) {
        0 => Step::Start,
        1 | 2 => Step::Close,
        3 => Step::ThrowExit,
        4 => Step::State,
        5 => Step::Item,
        6 if random.chance(30) => Step::Drop,
        7..=10 if sends => Step::Send(random.label()),
        11..=13 if fallible => Step::Throw(random.pick(&[0, 1, 2])),
        _ => Step::Next,
    }
}

struct Writer<'a> {
    random: &'a mut Random,
    fallible: Vec<bool>,
    /// Whether the last body is an iterable.
    over: bool,
    number: usize,
    left: usize,
}

#[derive(Clone, Copy, Default)]
struct Around {
    depth: usize,
    in_loop: bool,
    in_handler: bool,
}

impl Writer<'_> {
    fn body(&mut self, number: usize) -> Body {
        let random = &mut *self.random;
        if self.over && number + 1 == self.fallible.len() {
            return Body::Over((0..random.below(4)).map(|_| random.label()).collect());
        }
        let native = random.chance(40);
        self.number = number;
        self.left = 3 + random.below(13);
        let fallible = self.fallible[number];
        Body::Own { fallible, native, body: self.block(Around::default()) }
    }

    fn block(&mut self, around: Around) -> Block {
        let mut block = Vec::new();
        for _ in 0..self.random.pick(&[1, 1, 2, 2, 3]) {
            let leaves = |statement: &S| {
                matches!(
                    statement,
                    S::Raise { .. }
                        | S::RaiseExit { .. }
                        | S::Reraise
                        | S::Return(_)
                        | S::Break
                        | S::Continue
                )
            };
            if self.left == 0 || block.last().is_some_and(leaves) {
                break;
            }
            self.left -= 1;
            block.push(self.statement(around));
        }
        if block.is_empty() {
            block.push(S::Print(self.random.label()));
        }
        block
    }

    /// A later body that this one may delegate to. Of those that can't raise only an iterable is
    /// sure to have no `try`.
    fn other(&mut self, may_be_over: bool) -> Option<usize> {
        let last = self.fallible.len() - 1;
        let fallible = self.fallible[self.number];
        let is_over = |other: usize| self.over && other == last;
        let fits = |other: &usize| {
            let over = is_over(*other);
            if over { may_be_over } else { self.fallible[*other] == fallible }
        };
        let others: Vec<usize> = (self.number + 1..=last).filter(fits).collect();
        (!others.is_empty()).then(|| self.random.pick(&others))
    }

    fn statement(&mut self, around: Around) -> S {
        let inside = Around { depth: around.depth + 1, ..around };
        let fallible = self.fallible[self.number];
        let plain = self.random.chance(60);
        let leaves = around.depth > 0 || self.random.chance(30);
        match self.random.below(36) {
            0..=4 if around.depth < 4 => self.attempt(inside),
            5 | 6 if around.depth < 4 => {
                S::Guard { label: self.random.label(), body: self.block(inside) }
            }
            7 if around.depth < 4 => S::Loop {
                times: self.random.pick(&[1, 2, 3]),
                body: self.block(Around { in_loop: true, ..inside }),
            },
            8 if leaves => S::Return(self.random.chance(60).then(|| self.random.label())),
            9 | 10 if leaves && fallible => {
                S::Raise { kind: self.random.pick(&[0, 1, 2]), at_once: plain }
            }
            11 if leaves && self.random.chance(30) => S::RaiseExit { at_once: plain },
            12..=14 if around.in_handler => S::Reraise,
            15 if around.in_loop => match self.random.chance(50) {
                true => S::Break,
                false => S::Continue,
            },
            16..=19 => match self.other(true) {
                Some(body) => S::YieldFrom { body, plain },
                None => self.simple(plain),
            },
            20 | 21 => match self.other(false) {
                Some(body) => S::Make { slot: self.random.below(SLOTS), body },
                None => self.simple(plain),
            },
            22 | 23 if self.other(false).is_some() => S::Drive {
                slot: self.random.below(SLOTS),
                step: self.random.pick(&[
                    Step::Next,
                    Step::Next,
                    Step::Next,
                    Step::Start,
                    Step::Close,
                    Step::ThrowExit,
                    Step::State,
                    Step::Item,
                ]),
                raises: self.random.chance(50),
            },
            24 if self.other(false).is_some() => {
                S::YieldFromSlot { slot: self.random.below(SLOTS), plain }
            }
            25 if self.other(false).is_some() => S::Drop { slot: self.random.below(SLOTS) },
            _ => self.simple(plain),
        }
    }

    fn simple(&mut self, plain: bool) -> S {
        match self.random.below(9) {
            0 => S::Print(self.random.label()),
            _ => S::Yield { value: self.random.label(), plain },
        }
    }

    fn attempt(&mut self, inside: Around) -> S {
        let fallible = self.fallible[self.number];
        let body = self.block(inside);
        let handler = Around { in_handler: true, ..inside };
        let mut handlers = Vec::new();
        for _ in 0..self.random.pick(&[0, 1, 1, 2]) {
            let catch = match fallible {
                true => self.random.pick(&[
                    Catch::Error,
                    Catch::Error,
                    Catch::Kind(0),
                    Catch::Kind(1),
                    Catch::Exit,
                    Catch::Exit,
                    Catch::All,
                    Catch::Ignored,
                ]),
                false => self.random.pick(&[Catch::Exit, Catch::Exit, Catch::Ignored]),
            };
            handlers.push((catch, self.block(handler)));
        }
        if !fallible && handlers.is_empty() {
            handlers.push((Catch::Exit, self.block(handler)));
        }
        let finally = fallible && (handlers.is_empty() || self.random.chance(40));
        let last = Around { in_handler: false, in_loop: false, ..inside };
        let finally = finally.then(|| self.block(last));
        S::Try { body, handlers, finally }
    }
}
