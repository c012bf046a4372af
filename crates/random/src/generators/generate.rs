//! Random programs of generators, and of async generators.

use super::{Block, Body, Catch, Program, SLOTS, Statement as S, Step};
use crate::random::Random;

/// A random program. `awaits`: of async generators.
#[must_use]
pub fn program(random: &mut Random, awaits: bool) -> Program {
    let sends = random.chance(70);
    let count = random.pick(&[1, 1, 2, 2, 3]);
    let mut fallible: Vec<bool> = (0..count).map(|_| random.chance(75)).collect();
    let over = !awaits && !sends && count > 1 && random.chance(60);
    if over {
        fallible[count - 1] = false;
    }
    let first = fallible[0];
    let tries = (0..count).map(|number| fallible[number] || random.chance(50)).collect();
    let mut writer =
        Writer { random, fallible, tries, over, awaits, sends, blind: false, number: 0, left: 0 };
    let bodies = (0..count).map(|number| writer.body(number)).collect();
    let mut driver: Vec<Step> =
        (0..2 + random.below(10)).map(|_| step(random, sends, first)).collect();
    if random.chance(70) {
        driver[0] = Step::Next;
    }
    if awaits && random.chance(15) {
        let place = random.below(driver.len());
        driver[place] = Step::NextWithin(random.pick(&[1, 3]));
    }
    if awaits && !sends && random.chance(30) {
        driver.truncate(random.below(4));
        driver.push(Step::Channel(random.pick(&[1, 1, 2, 3])));
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
    /// Whether a body may catch anything.
    tries: Vec<bool>,
    /// Whether the last body is an iterable.
    over: bool,
    awaits: bool,
    sends: bool,
    /// Whether this body catches nothing.
    blind: bool,
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
        let native = random.chance(40) && !(self.awaits && self.sends);
        self.blind = self.awaits && native;
        self.number = number;
        self.left = 3 + random.below(13);
        let fallible = self.fallible[number];
        let flat = !native && self.random.chance(35);
        Body::Own { fallible, native, flat, body: self.block(Around::default()) }
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

    /// A later body that this one may delegate to. One that can raise delegates to one that can't
    /// only where that catches nothing, nor those behind it: what passes through is an exit there.
    fn other(&mut self, may_be_over: bool) -> Option<usize> {
        let last = self.fallible.len() - 1;
        let (fallible, tries) = (self.fallible[self.number], self.tries[self.number]);
        let is_over = |other: usize| self.over && other == last;
        let fits = |other: &usize| {
            let over = is_over(*other);
            let like = self.fallible[*other] == fallible && self.tries[*other] <= tries;
            let passes = fallible && !self.tries[*other];
            if over { may_be_over } else { like || passes }
        };
        let others: Vec<usize> = (self.number + 1..=last).filter(fits).collect();
        (!others.is_empty()).then(|| self.random.pick(&others))
    }

    fn statement(&mut self, around: Around) -> S {
        let inside = Around { depth: around.depth + 1, ..around };
        let fallible = self.fallible[self.number];
        let plain = self.random.chance(60);
        let leaves = around.depth > 0 || self.random.chance(30);
        if self.awaits && self.random.chance(12) {
            return self.wait();
        }
        if self.awaits
            && self.random.chance(6)
            && let Some(body) = self.other(false).filter(|_| !self.blind)
        {
            let (most, closing) = (1 + self.random.below(3) as u64, self.random.chance(50));
            return S::ForEach { body, most, closing };
        }
        match self.random.below(36) {
            0..=4 if around.depth < 4 && !self.blind && self.tries[self.number] => {
                self.attempt(inside)
            }
            5 | 6 if around.depth < 4 => {
                S::Guard { label: self.random.label(), body: self.block(inside) }
            }
            7 if around.depth < 4 => S::Loop {
                times: self.random.pick(&[1, 2, 3]),
                body: self.block(Around { in_loop: true, ..inside }),
            },
            8 if leaves => {
                let value = self.random.chance(60).then(|| self.random.label());
                // An async generator returns nothing before 3.16.
                S::Return(value.filter(|_| !self.awaits))
            }
            9 | 10 if leaves && fallible => {
                S::Raise { kind: self.random.pick(&[0, 1, 2]), at_once: plain && !self.blind }
            }
            11 if leaves && !self.blind && self.random.chance(30) => {
                S::RaiseExit { at_once: plain }
            }
            12..=14 if around.in_handler => S::Reraise,
            15 if around.in_loop => match self.random.chance(50) {
                true => S::Break,
                false => S::Continue,
            },
            16..=19 if !self.blind => match self.other(true) {
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
                raises: self.random.chance(50) && !self.blind,
            },
            24 if !self.blind && self.other(false).is_some() => {
                S::YieldFromSlot { slot: self.random.below(SLOTS), plain }
            }
            25 if self.other(false).is_some() => S::Drop { slot: self.random.below(SLOTS) },
            _ => self.simple(plain),
        }
    }

    fn wait(&mut self) -> S {
        let seconds = self.random.pick(&[0, 0, 2, 2, 4]);
        match self.random.chance(30) {
            true => S::SleepCatching { seconds, again: self.random.chance(40) },
            false => S::Sleep(seconds),
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
