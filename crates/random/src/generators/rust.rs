//! A program of generators as Rust, to be read beside its Python: what
//! [`interpret`](super::interpret) does with it, written out for an async-block body.

use std::fmt::Display;

use super::{Body, Catch, Program, Statement as S, Step};
use crate::text::Text;

/// The source. `awaits`: of async generators.
#[must_use]
pub fn source(program: &Program, awaits: bool) -> String {
    let (named, wait) = if awaits { ("AsyncGenerator", ".await") } else { ("Generator", "") };
    let mut writer = Writer { text: Text::default(), wait };
    let sent = if program.sends { "Option<i64>" } else { "()" };
    for (number, body) in program.bodies.iter().enumerate() {
        match body {
            Body::Over(items) => {
                writer.headed(format_args!("fn body_{number}() -> Over {{"), |writer| {
                    writer.line(format_args!("Generator::over(vec!{items:?})"));
                });
            }
            Body::Own { fallible, native, flat, body } => {
                let engine = match (*native, awaits) {
                    (false, _) => "",
                    (true, false) => " // as a #[coroutine]: `co.try_yield(y).await` is `yield y`",
                    (true, true) => {
                        " // as an `async gen` block: `co.yield_(y).await` is `yield y`"
                    }
                };
                let (kind, new, tail) = match (*fallible, *flat) {
                    (true, false) => ("FallibleBody<i64, Error", "raising", "Ok(None)"),
                    (false, false) => ("Body<i64", "new", "None"),
                    (true, true) => ("FallibleBody<i64, Error", "fallible_recursive", "Ok(None)"),
                    (false, true) => ("Body<i64", "recursive", "None"),
                };
                let head =
                    format!("fn body_{number}() -> {named}<impl {kind}, {sent}>> {{{engine}");
                writer.headed(head, |writer| {
                    writer.headed(
                        format_args!("{named}::{new}(|mut co| async move {{"),
                        |writer| {
                            writer.line("let mut slots = [None, None];");
                            writer.block(body, false);
                            writer.line(tail);
                        },
                    );
                    writer.line("})");
                });
            }
        }
        writer.line("}");
        writer.line("");
    }
    let steps: Vec<String> = program.driver.iter().map(|step| self::step(*step)).collect();
    writer.line(format_args!("main(body_0(), [{}]);", steps.join(", ")));
    writer.text.finish()
}

fn step(step: Step) -> String {
    match step {
        Step::Send(value) => format!("Send({value})"),
        Step::Throw(kind) => format!("Throw(E{kind})"),
        Step::NextWithin(limit) => format!("NextWithin(seconds({limit}))"),
        step => format!("{step:?}"),
    }
}

struct Writer {
    text: Text,
    /// Stands behind what an async generator has to await.
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

    /// `in_try`: what is raised is caught around.
    fn block(&mut self, block: &[S], in_try: bool) {
        for statement in block {
            self.statement(statement, in_try);
        }
    }

    fn delegate(&mut self, delegate: &str, plain: bool) {
        let call = match plain {
            true => format!("co.yield_from({delegate}).await"),
            false => format!("co.try_yield_from({delegate}).await?"),
        };
        self.line(format_args!("let value = {call};"));
        self.line("say(format!(\"delegate returned {}\", or_none(value)));");
    }

    fn raise(&mut self, raised: impl Display, at_once: bool) {
        match at_once {
            true => self.line(format_args!("co.raise({raised}).await;")),
            false => self.line(format_args!("return Err({raised});")),
        }
    }

    fn statement(&mut self, statement: &S, in_try: bool) {
        match statement {
            S::Yield { value, plain } => {
                let call = match *plain && !in_try {
                    true => format!("co.yield_({value}).await"),
                    false => format!("co.try_yield({value}).await?"),
                };
                self.line(format_args!("let value = {call};"));
                self.line("say(format!(\"got {}\", or_none(value)));");
            }
            S::Print(label) => self.line(format_args!("say(\"print {label}\");")),
            S::Return(value) => self.line(format_args!("return Ok({value:?});")),
            S::Loop { times, body } => {
                self.headed(format_args!("for _ in 0..{times} {{"), |writer| {
                    writer.block(body, in_try);
                });
                self.line("}");
            }
            S::Break => self.line("break;"),
            S::Continue => self.line("continue;"),
            S::Raise { kind, at_once } => self.raise(format_args!("E{kind}"), *at_once && !in_try),
            S::RaiseExit { at_once } => self.raise("Raised::Exit", *at_once && !in_try),
            S::Reraise => self.line("return Err(raised);"),
            S::Try { body, handlers, finally } => {
                self.headed("let ended = async {", |writer| writer.block(body, true));
                self.line("}.await;");
                let under = in_try || finally.is_some();
                self.headed("let ended = match ended {", |writer| {
                    for (catch, handler) in handlers {
                        let pattern = match catch {
                            Catch::Kind(kind) => format!("raised @ Raised::Error(E{kind})"),
                            Catch::Error => "raised @ Raised::Error(_)".to_owned(),
                            Catch::Exit => "raised @ Raised::Exit".to_owned(),
                            Catch::Ignored => "raised @ Raised::IgnoredExit".to_owned(),
                            Catch::All => "raised".to_owned(),
                        };
                        writer.headed(format_args!("Err({pattern}) => {{"), |writer| {
                            writer.line("say(format!(\"caught {raised}\"));");
                            writer.block(handler, under);
                        });
                        writer.line("}");
                    }
                    writer.line("ended => ended,");
                });
                self.line("};");
                if let Some(finally) = finally {
                    self.line("say(\"finally\");");
                    self.block(finally, in_try);
                }
                self.line("go_on!(ended?);");
            }
            S::Guard { label, body } => {
                self.headed("{", |writer| {
                    writer.line(format_args!("let _guard = says_at_drop(\"drop {label}\");"));
                    writer.block(body, in_try);
                });
                self.line("}");
            }
            S::YieldFrom { body, plain } => {
                self.delegate(&format!("body_{body}()"), *plain && !in_try);
            }
            S::YieldFromSlot { slot, plain } => {
                self.present(*slot, |writer| writer.delegate("generator", *plain && !in_try));
            }
            S::Make { slot, body } => {
                self.line(format_args!("slots[{slot}] = Some(body_{body}());"))
            }
            S::Drop { slot } => self.line(format_args!("slots[{slot}] = None;")),
            S::Drive { slot, step, raises } => {
                let raises = if *raises { "?" } else { "" };
                let (step, wait) = (self::step(*step), self.wait);
                self.present(*slot, |writer| {
                    writer.line(format_args!("drive(generator, {step}){wait}{raises};"));
                });
            }
            S::Sleep(seconds) => {
                self.line(format_args!("sleep(seconds({seconds})).await;"));
                self.line("say(\"woke\");");
            }
            S::SleepCatching { seconds, again } => {
                let sleeps = format!("match catch_cancelled(sleep(seconds({seconds}))).await {{");
                self.headed(sleeps, |writer| {
                    writer.line("Ok(()) => say(\"woke\"),");
                    writer.headed("Err(cancelled) => {", |writer| {
                        writer.line("say(\"caught CancelledError\");");
                        if *again {
                            writer.line("cancelled.propagate().await");
                        }
                    });
                    writer.line("}");
                });
                self.line("}");
            }
            S::ForEach { body, most, closing } => {
                let each = |writer: &mut Self, items: &str, in_try: bool| {
                    let head = format!("while let Some(item) = {items}.next().await {{");
                    writer.line("let mut count = 0;");
                    writer.headed(head, |writer| {
                        let call = match in_try {
                            true => "co.try_yield(item?).await?",
                            false => "co.yield_(item?).await",
                        };
                        writer.line(format_args!("let value = {call};"));
                        writer.line("say(format!(\"got {}\", or_none(value)));");
                        writer.line("count += 1;");
                        writer.headed(format_args!("if count == {most} {{"), |writer| {
                            writer.line("break;");
                        });
                        writer.line("}");
                    });
                    writer.line("}");
                };
                if *closing {
                    let head = format!("aclosing(body_{body}(), async |items| {{");
                    self.headed(head, |writer| {
                        each(writer, "items", true);
                        writer.line("Ok(())");
                    });
                    self.line("}).await??;");
                } else {
                    self.headed("{", |writer| {
                        writer.line(format_args!("let mut items = body_{body}();"));
                        each(writer, "items", in_try);
                    });
                    self.line("}");
                }
                self.line("say(\"no more items\");");
            }
        }
    }

    fn present(&mut self, slot: usize, write: impl FnOnce(&mut Self)) {
        self.headed(format_args!("if let Some(generator) = &mut slots[{slot}] {{"), write);
        self.line("}");
    }
}
