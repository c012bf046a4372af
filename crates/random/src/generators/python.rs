//! A program of generators as ordinary Python. What it uses stands in `python/generators.py`.

use std::fmt::Display;

use super::{Body, Catch, Program, Statement as S, Step};
use crate::text::Text;

/// The source.
#[must_use]
pub fn source(program: &Program) -> String {
    let mut writer = Writer { text: Text::default(), names: 0 };
    for (number, body) in program.bodies.iter().enumerate() {
        match body {
            Body::Over(items) => {
                writer.headed(format_args!("def body_{number}():"), |writer| {
                    writer.line(format_args!("return iter({items:?})"));
                });
            }
            Body::Own { body, .. } => {
                writer.headed(format_args!("def body_{number}():"), |writer| {
                    writer.line("slots = [None, None]");
                    writer.headed("try:", |writer| {
                        writer.block(body);
                        writer.line("if False: yield");
                    });
                    writer.headed("finally:", |writer| writer.line("drop(*slots)"));
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
    }
}

struct Writer {
    text: Text,
    names: usize,
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
                self.headed("finally:", |writer| writer.line(format_args!("say('drop {label}')")));
            }
            S::YieldFrom { body, .. } => {
                self.names += 1;
                let delegate = format!("delegate_{}", self.names);
                self.line(format_args!("{delegate} = body_{body}()"));
                self.headed("try:", |writer| {
                    writer.line(format_args!("value = yield from {delegate}"));
                });
                self.headed("finally:", |writer| writer.line(format_args!("drop({delegate})")));
                self.line("say(f'delegate returned {value}')");
            }
            S::YieldFromSlot { slot, .. } => {
                self.headed(format_args!("if present(slots[{slot}]):"), |writer| {
                    writer.line(format_args!("value = yield from slots[{slot}]"));
                    writer.line("say(f'delegate returned {value}')");
                });
            }
            S::Make { slot, body } => {
                self.line(format_args!("drop(slots[{slot}])"));
                self.line(format_args!("slots[{slot}] = body_{body}()"));
            }
            S::Drop { slot } => {
                self.headed(format_args!("if present(slots[{slot}]):"), |writer| {
                    writer.line(format_args!("drop(slots[{slot}])"));
                    writer.line(format_args!("slots[{slot}] = None"));
                });
            }
            S::Drive { slot, step, raises } => {
                let step = self::step(*step);
                let raises = if *raises { ", raises=True" } else { "" };
                self.headed(format_args!("if present(slots[{slot}]):"), |writer| {
                    writer.line(format_args!("drive(slots[{slot}], {step}{raises})"));
                });
            }
        }
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
