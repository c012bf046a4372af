//! A program of generators as ordinary Python. What it uses stands in `python/generators.py`.

use std::fmt::Display;

use super::{Body, Catch, Program, Statement as S, Step};
use crate::text::Text;

/// The source. `awaits`: of async generators.
#[must_use]
pub fn source(program: &Program, awaits: bool) -> String {
    let (define, wait) = if awaits { ("async def", "await ") } else { ("def", "") };
    let mut writer = Writer { text: Text::default(), names: 0, awaits, wait };
    for (number, body) in program.bodies.iter().enumerate() {
        match body {
            Body::Over(items) => {
                writer.headed(format_args!("def body_{number}():"), |writer| {
                    writer.line(format_args!("return iter({items:?})"));
                });
            }
            Body::Own { body, .. } => {
                writer.headed(format_args!("{define} body_{number}():"), |writer| {
                    writer.line("slots = [None, None]");
                    writer.headed("try:", |writer| {
                        writer.block(body);
                        writer.line("if False: yield");
                    });
                    let drop = format!("{wait}drop(*slots)");
                    writer.headed("finally:", |writer| writer.line(drop));
                });
            }
        }
        writer.text.blank();
    }
    let steps: Vec<String> = program.driver.iter().map(|step| self::step(*step)).collect();
    writer.line(format_args!("main(body_0, [{}])", steps.join(", ")));
    writer.text.finish()
}

/// A step, as the driver of `python/generators.py` takes it.
fn step(step: Step) -> String {
    match step {
        Step::Next => "'next'".to_owned(),
        Step::Start => "'start'".to_owned(),
        Step::Item => "'item'".to_owned(),
        Step::Send(value) => format!("('send', {value})"),
        Step::Throw(kind) => format!("('throw', E{kind})"),
        Step::ThrowExit => "('throw', GeneratorExit)".to_owned(),
        Step::Close => "'close'".to_owned(),
        Step::State => "'state'".to_owned(),
        Step::Drop => "'drop'".to_owned(),
        Step::NextWithin(seconds) => format!("('next_within', {seconds})"),
        Step::Channel(capacity) => format!("('channel', {capacity})"),
    }
}

struct Writer {
    text: Text,
    names: usize,
    awaits: bool,
    /// Stands before what an async generator has to await.
    wait: &'static str,
}

impl Writer {
    fn line(&mut self, line: impl Display) {
        self.text.line(line);
    }

    fn headed(&mut self, head: impl Display, write: impl FnOnce(&mut Self)) {
        self.line(head);
        self.text.indent();
        write(self);
        self.text.dedent();
    }

    fn block(&mut self, block: &[S]) {
        for statement in block {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &S) {
        let wait = self.wait;
        match statement {
            S::Yield { value, .. } => {
                self.line(format_args!("value = yield {value}"));
                self.line("say(f'got {value}')");
            }
            S::Print(label) => self.line(format_args!("say('print {label}')")),
            S::Return(None) => self.line("return"),
            S::Return(Some(value)) => self.line(format_args!("return {value}")),
            S::Loop { times, body } => {
                self.headed(format_args!("for _ in range({times}):"), |writer| writer.block(body));
            }
            S::Break => self.line("break"),
            S::Continue => self.line("continue"),
            S::Raise { kind, .. } => self.line(format_args!("raise E{kind}")),
            S::RaiseExit { .. } => self.line("raise GeneratorExit"),
            S::Reraise => self.line("raise"),
            S::Try { body, handlers, finally: None } => self.attempt(body, handlers),
            S::Try { body, handlers, finally: Some(finally) } => {
                self.headed("try:", |writer| writer.attempt(body, handlers));
                self.headed("finally:", |writer| {
                    writer.headed("if not dropping():", |writer| {
                        writer.line("say('finally')");
                        writer.block(finally);
                    });
                });
            }
            S::Guard { label, body } => {
                self.headed("try:", |writer| writer.block(body));
                let say = if self.awaits { "say_at_drop" } else { "say" };
                self.headed("finally:", |writer| {
                    writer.line(format_args!("{say}('drop {label}')"));
                });
            }
            S::YieldFrom { body, .. } => {
                let delegate = self.name("delegate");
                self.line(format_args!("{delegate} = body_{body}()"));
                self.headed("try:", |writer| writer.delegate(&delegate, &delegate));
                self.headed("finally:", |writer| {
                    writer.line(format_args!("{wait}drop({delegate})"));
                });
                self.line("say(f'delegate returned {value}')");
            }
            S::YieldFromSlot { slot, .. } => {
                self.headed(format_args!("if present(slots[{slot}]):"), |writer| {
                    writer.delegate(&format!("slots[{slot}]"), &format!("lent(slots[{slot}])"));
                    writer.line("say(f'delegate returned {value}')");
                });
            }
            S::ForEach { body, most, closing } => {
                let (items, count) = (self.name("items"), self.name("count"));
                self.line(format_args!("{items}, {count} = body_{body}(), 0"));
                self.headed("try:", |writer| {
                    let each = |writer: &mut Self| {
                        writer.headed(format_args!("async for item in {items}:"), |writer| {
                            writer.line("value = yield item");
                            writer.line("say(f'got {value}')");
                            writer.line(format_args!("{count} += 1"));
                            writer.line(format_args!("if {count} == {most}: break"));
                        });
                    };
                    match closing {
                        true => writer.headed(format_args!("async with closing({items}):"), each),
                        false => each(writer),
                    }
                });
                self.headed("finally:", |writer| writer.line(format_args!("await drop({items})")));
                self.line("say('no more items')");
            }
            S::Sleep(seconds) => {
                self.line(format_args!("await asyncio.sleep({seconds})"));
                self.line("say('woke')");
            }
            S::SleepCatching { seconds, again } => {
                self.headed("try:", |writer| {
                    writer.line(format_args!("await asyncio.sleep({seconds})"));
                    writer.line("say('woke')");
                });
                self.headed("except asyncio.CancelledError:", |writer| {
                    writer.line("say('caught CancelledError')");
                    if *again {
                        writer.line("raise");
                    }
                });
            }
            S::Make { slot, body } => {
                self.line(format_args!("{wait}drop(slots[{slot}])"));
                self.line(format_args!("slots[{slot}] = body_{body}()"));
            }
            S::Drop { slot } => {
                self.headed(format_args!("if present(slots[{slot}]):"), |writer| {
                    writer.line(format_args!("{wait}drop(slots[{slot}])"));
                    writer.line(format_args!("slots[{slot}] = None"));
                });
            }
            S::Drive { slot, step, raises } => {
                let step = self::step(*step);
                let raises = if *raises { ", raises=True" } else { "" };
                self.headed(format_args!("if present(slots[{slot}]):"), |writer| {
                    writer.line(format_args!("{wait}drive(slots[{slot}], {step}{raises})"));
                });
            }
        }
    }

    fn name(&mut self, of: &str) -> String {
        self.names += 1;
        format!("{of}_{}", self.names)
    }

    /// `value = yield from delegate`. An async generator has none before 3.16: there it is written out,
    /// as PEP 380 does, with an `await` before each step. `closes`: what a close is passed on to.
    fn delegate(&mut self, delegate: &str, closes: &str) {
        if !self.awaits {
            return self.line(format_args!("value = yield from {closes}"));
        }
        self.line("value = None");
        self.line(format_args!("there, item = await step({delegate}.__anext__())"));
        self.headed("while there:", |writer| {
            writer.headed("try:", |writer| writer.line("sent = yield item"));
            writer.headed("except GeneratorExit:", |writer| {
                writer.line(format_args!("await aclose({closes})"));
                writer.line("raise");
            });
            writer.headed("except BaseException as error:", |writer| {
                writer.line(format_args!("there, item = await step({delegate}.athrow(error))"));
            });
            writer.headed("else:", |writer| {
                writer.line(format_args!("there, item = await step({delegate}.asend(sent))"));
            });
        });
    }

    fn attempt(&mut self, body: &[S], handlers: &[(Catch, Vec<S>)]) {
        if handlers.is_empty() {
            return self.block(body);
        }
        self.headed("try:", |writer| writer.block(body));
        for (catch, handler) in handlers {
            let caught = match catch {
                Catch::Kind(kind) => format!("E{kind}"),
                Catch::Error => "Error".to_owned(),
                Catch::Exit => "GeneratorExit".to_owned(),
                Catch::Ignored => "RuntimeError".to_owned(),
                Catch::All => "BaseException".to_owned(),
            };
            self.headed(format_args!("except {caught} as error:"), |writer| {
                writer.line("if dropping(): raise");
                writer.line("say(f'caught {name(error)}')");
                writer.block(handler);
            });
        }
    }
}
