//! A program of tasks as Rust, to be read beside its Python: what [`interpret`](super::interpret)
//! does with it, written out.
//!
//! A block under a scope (`catch_cancelled`, `timeout`, a group) is a future of its own. How it ends
//! (by its end, `return`, `break`) is a value, a `Flow`, which `go_on!` obeys outside.

use std::fmt::Display;

use super::{Ends, Mode, Program, Statement as S};
use crate::text::Text;

/// The source.
#[must_use]
pub fn source(program: &Program) -> String {
    let mut writer = Writer { text: Text::default() };
    for (number, script) in program.scripts.iter().enumerate() {
        let head =
            format!("async fn script_{number}(me: Me, group: Group) -> Result<Flow, Error> {{");
        writer.headed(head, |writer| {
            writer.say("start");
            writer.block(script, false);
            writer.say("end");
            writer.line("Ok(Return(0))");
        });
        writer.line("}");
        writer.line("");
    }
    let end = match program.ends {
        Ends::Quiet => "Quiet",
        Ends::Run => "Run",
    };
    writer.line(format_args!("main(script_0, Ends::{end});"));
    writer.text.finish()
}

struct Writer {
    text: Text,
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

    fn say(&mut self, text: impl Display) {
        self.line(format_args!("me.say(\"{text}\");"));
    }

    fn say_of(&mut self, text: impl Display, value: impl Display) {
        self.line(format_args!("me.say(format!(\"{text}\", {value}));"));
    }

    /// `looped`: whether a loop goes round these statements, with no future between.
    fn block(&mut self, block: &[S], looped: bool) {
        for statement in block {
            self.statement(statement, looped);
        }
    }

    /// A block as a future of its own.
    fn future(&mut self, head: impl Display, block: &[S], tail: impl Display) {
        self.headed(format_args!("{head}async {{"), |writer| {
            writer.block(block, false);
            if !block.last().is_some_and(S::leaves) {
                writer.line("Ok(Next)");
            }
        });
        self.line(format_args!("}}{tail}"));
    }

    fn awaitable(&mut self, slot: usize, write: impl FnOnce(&mut Self)) {
        self.headed(format_args!("if let Some(task) = me.awaitable({slot}) {{"), write);
        self.line("}");
    }

    fn present(&mut self, slot: usize, write: impl FnOnce(&mut Self)) {
        self.headed(format_args!("if let Some(task) = me.present({slot}) {{"), write);
        self.line("}");
    }

    fn start(&mut self, scripts: &[usize], write: impl FnOnce(&mut Self)) {
        let head = format!("if let Some(tasks) = me.start([{}]) {{", names(scripts));
        self.headed(head, write);
        self.line("}");
    }

    fn map(&mut self, scripts: &[usize], write: impl FnOnce(&mut Self, String)) {
        let head = format!("if me.has_room({}) {{", scripts.len());
        self.headed(head, |writer| write(writer, names(scripts)));
        self.line("}");
    }

    fn guarded(&mut self, guard: &str, what: &str, said: &str, body: &[S], looped: bool) {
        self.headed("{", |writer| {
            writer.line(format_args!("let {guard} = {what};"));
            writer.say(said);
            writer.block(body, looped);
        });
        self.line("}");
    }

    fn statement(&mut self, statement: &S, looped: bool) {
        match statement {
            S::Print(label) => self.say(format_args!("print {label}")),
            S::Sleep(count) => {
                self.line(format_args!("sleep(seconds({count})).await;"));
                self.say("woke");
            }
            S::Late(count) => self.line(format_args!("clock.advance(seconds({count}));")),
            S::Spawn { slot, script } => {
                self.line(format_args!("me.spawn({slot}, script_{script});"))
            }
            S::Await { slot } => self.awaitable(*slot, |writer| {
                writer.say_of("got {}", "task.await?");
            }),
            S::Outcome { slot } => self.awaitable(*slot, |writer| {
                writer.say_of("outcome {}", "shown(task.outcome().await)");
            }),
            S::Shield { slot } => self.awaitable(*slot, |writer| {
                writer.say_of("got {}", "shield_task(task).await?");
            }),
            S::WaitFor { slot, limit } => self.awaitable(*slot, |writer| {
                let limit = limit.map_or("None".to_owned(), |limit| format!("seconds({limit})"));
                writer.headed(format_args!("match wait_for(task, {limit}).await {{"), |writer| {
                    writer.line("Ok(value) => me.say(format!(\"got {}\", value?)),");
                    writer.line("Err(TimedOut) => me.say(\"wait_for: timed out\"),");
                });
                writer.line("}");
            }),
            S::Cancel { slot, reason } => self.present(*slot, |writer| {
                writer.say_of("cancel {}", cancel("task", *reason));
            }),
            S::State { slot } => self.present(*slot, |writer| {
                writer.say_of("state {} {} {}", "task.done(), task.cancelled(), task.cancelling()");
            }),
            S::Uncancel => self.say_of("uncancel {}", "current_task().uncancel()"),
            S::Cancelling => self.say_of("cancelling {}", "current_task().cancelling()"),
            S::Loop { times, body } => {
                self.headed(format_args!("for _ in 0..{times} {{"), |writer| {
                    writer.block(body, true);
                });
                self.line("}");
            }
            S::Break => self.line(if looped { "break;" } else { "return Ok(Break);" }),
            S::Continue => self.line(if looped { "continue;" } else { "return Ok(Continue);" }),
            S::Return(label) => {
                self.say(format_args!("return {label}"));
                self.line(format_args!("return Ok(Return({label}));"));
            }
            S::Raise(kind) => self.line(format_args!("return Err(E{kind});")),
            S::Panic => self.line("panic!();"),
            S::TryError { body, kind, handler } => {
                self.future("match ", body, ".await {");
                self.text.indent();
                let pattern = kind.map_or("error".to_owned(), |kind| format!("error @ E{kind}"));
                self.headed(format_args!("Err({pattern}) => {{"), |writer| {
                    writer.say_of("caught {}", "error");
                    writer.block(handler, looped);
                });
                self.line("}");
                self.line("ended => go_on!(ended?),");
                self.text.dedent();
                self.line("}");
            }
            S::RaiseCancelled => self.line("Cancelled::new().propagate().await;"),
            S::TryCancelled { body, handler } => {
                self.future("match catch_cancelled(", body, ").await {");
                self.text.indent();
                self.line("Ok(ended) => go_on!(ended?),");
                self.headed("Err(cancelled) => {", |writer| {
                    writer.say_of("caught Cancelled{}", "reason(&cancelled)");
                    writer.block(handler, looped);
                });
                self.line("}");
                self.text.dedent();
                self.line("}");
            }
            S::Propagate => self.line("cancelled.propagate().await;"),
            S::Guard { label, body } => {
                self.headed("{", |writer| {
                    writer.line(format_args!("let _guard = me.says_at_drop(\"finally {label}\");"));
                    writer.block(body, looped);
                });
                self.line("}");
            }
            S::Finally { body, clean_up } => {
                self.future("go_on!(finally(", body, ", async {");
                self.text.indent();
                self.say("clean-up");
                self.block(clean_up, false);
                self.say("cleaned up");
                self.text.dedent();
                self.line("}).await?);");
            }
            S::Timeout { limit, body } => {
                let timeout = limit.map_or("Timeout::never()".to_owned(), |limit| {
                    format!("Timeout::after(seconds({limit}))")
                });
                self.future(format_args!("match {timeout}.run(|deadline| "), body, ").await {");
                self.text.indent();
                self.line("Ok(ended) => go_on!(ended?, me.say(\"in time\")),");
                self.line("Err(TimedOut) => me.say(\"timed out\"),");
                self.text.dedent();
                self.line("}");
            }
            S::Reschedule { delay } => {
                let when = match delay {
                    None => "None".to_owned(),
                    Some(delay @ 0..) => format!("now() + seconds({delay})"),
                    Some(delay) => format!("now() - seconds({})", -delay),
                };
                self.say_of("{}", format_args!("shown(deadline.reschedule({when}))"));
            }
            S::Expired => self.say_of("expired {}", "deadline.expired()"),
            S::Gather(scripts) => self.start(scripts, |writer| {
                writer.say_of("gathered {:?}", "try_gather(tasks).await?");
            }),
            S::GatherOutcomes(scripts) => self.start(scripts, |writer| {
                writer.say_of("outcomes {}", "shown(gather_outcomes(tasks).await)");
            }),
            S::AsCompleted { scripts, body } => self.start(scripts, |writer| {
                writer.line("let results = as_completed(tasks);");
                writer.headed("while let Some((_, result)) = results.next().await {", |writer| {
                    writer.say_of("completed {}", "result?");
                    writer.block(body, true);
                });
                writer.line("}");
            }),
            S::Amap { limit, scripts } => self.map(scripts, |writer, scripts| {
                writer.line(format_args!(
                    "let results = try_amap({limit}, [{scripts}], |script| me.start_one(script));"
                ));
                writer.say_of("mapped {:?}", "results.await?");
            }),
            S::AmapAsCompleted { limit, scripts } => self.map(scripts, |writer, scripts| {
                writer.line(format_args!(
                    "let results = amap({limit}, [{scripts}], |script| me.start_one(script));"
                ));
                writer.line("let mut results = results.as_completed();");
                writer.headed("while let Some(result) = results.next().await {", |writer| {
                    writer.say_of("mapped {}", "result?");
                });
                writer.line("}");
            }),
            S::Or(scripts) => self.start(scripts, |writer| {
                writer.line("let [one, two] = tasks;");
                writer.say_of("first {}", "futures_lite::future::or(one, two).await?");
            }),
            S::Zip(scripts) => self.start(scripts, |writer| {
                writer.line("let [one, two] = tasks;");
                writer.say_of("both {:?}", "futures_lite::future::try_zip(one, two).await?");
            }),
            S::Unordered(scripts) => self.start(scripts, |writer| {
                writer.line("let mut results = FuturesUnordered::from_iter(tasks);");
                writer.headed("while let Some(result) = results.next().await {", |writer| {
                    writer.say_of("next {}", "result?");
                });
                writer.line("}");
            }),
            S::Wait { mode, limit } => {
                let mode = match mode {
                    Mode::AllCompleted => "",
                    Mode::FirstCompleted => ".first_completed()",
                    Mode::FirstException => ".first_exception()",
                };
                let limit =
                    limit.map_or(String::new(), |limit| format!(".timeout(seconds({limit}))"));
                self.headed("if let Some(tasks) = me.awaitables() {", |writer| {
                    writer.line(format_args!(
                        "let (done, pending) = wait(&tasks){mode}{limit}.await;"
                    ));
                    writer.say_of("done {:?}, pending {:?}", "numbers(done), numbers(pending)");
                });
                self.line("}");
            }
            S::Group { limit, body } => {
                let head = limit.map_or("match TaskGroup::run(".to_owned(), |limit| {
                    format!("match TaskGroup::with_limit({limit}, ")
                });
                self.headed(head + "async |group| {", |writer| {
                    writer.block(body, false);
                    if !body.last().is_some_and(S::leaves) {
                        writer.line("Ok(Next)");
                    }
                });
                self.headed("}).await {", |writer| {
                    writer.line("Ok(ended) => go_on!(ended, me.say(\"group over\")),");
                    writer.line(
                        "Err(errors) => me.say(format!(\"group failed {}\", shown(errors))),",
                    );
                });
                self.line("}");
            }
            S::GroupSpawn { slot, script } => {
                self.line(format_args!("me.group_spawn(group, {slot}, script_{script});"));
            }
            S::PromiseSet { place, value } => {
                self.say_of("{}", format_args!("shown(promises[{place}].set({value}))"));
            }
            S::PromiseAwait { place } => {
                self.say_of("promised {}", format_args!("promises[{place}].clone().await"));
            }
            S::PromiseCancel { place, reason } => {
                self.say_of("cancel promise {}", cancel(&format!("promises[{place}]"), *reason));
            }
            S::PromiseState { place } => {
                let promise = format!("promises[{place}]");
                self.say_of(
                    "promise {} {}",
                    format_args!("{promise}.done(), {promise}.cancelled()"),
                );
            }
            S::EventWait { place } => {
                self.line(format_args!("events[{place}].wait().await;"));
                self.say("event");
            }
            S::EventSet { place } => self.line(format_args!("events[{place}].set();")),
            S::EventClear { place } => self.line(format_args!("events[{place}].clear();")),
            S::Lock { place, body } => {
                let acquire = format!("locks[{place}].acquire().await");
                self.guarded("_guard", &acquire, "locked", body, looped);
            }
            S::Semaphore { place, body } => {
                let acquire = format!("semaphores[{place}].acquire().await");
                self.guarded("_permit", &acquire, "permit", body, looped);
            }
            S::Release { place } => {
                self.line(format_args!("semaphores[{place}].release();"));
                self.say("released");
            }
            S::ConditionWait { body } => {
                self.headed("{", |writer| {
                    writer.line("let mut guard = condition.acquire().await;");
                    writer.say("condition");
                    writer.line("condition.wait(&mut guard).await;");
                    writer.say("notified");
                    writer.block(body, looped);
                });
                self.line("}");
            }
            S::ConditionNotify { count, body } => {
                self.headed("{", |writer| {
                    writer.line("let guard = condition.acquire().await;");
                    writer.say("condition");
                    writer.line(format_args!("condition.notify(&guard, {count});"));
                    writer.block(body, looped);
                });
                self.line("}");
            }
            S::Barrier => {
                self.headed("match barrier.wait().await {", |writer| {
                    writer.line("Ok(number) => me.say(format!(\"barrier {number}\")),");
                    writer.line("Err(BrokenBarrier) => me.say(\"barrier broken\"),");
                });
                self.line("}");
            }
            S::BarrierAbort => self.line("barrier.abort();"),
            S::BarrierReset => self.line("barrier.reset();"),
            S::Put { queue, item } => {
                self.say_of("{}", format_args!("shown(queues.{queue}.put({item}).await)"));
            }
            S::Get { queue } => {
                self.say_of("{}", format_args!("shown(queues.{queue}.get().await)"));
            }
            S::TryPut { queue, item } => {
                self.say_of("{}", format_args!("shown(queues.{queue}.try_put({item}))"));
            }
            S::TryGet { queue } => {
                self.say_of("{}", format_args!("shown(queues.{queue}.try_get())"))
            }
            S::QueueState { queue } => {
                let queue = format!("queues.{queue}");
                let state = format!("{queue}.len(), {queue}.is_empty(), {queue}.is_full()");
                self.say_of("queue {} {} {}", state);
            }
            S::TaskDone { queue } => {
                self.say_of("{}", format_args!("shown(queues.{queue}.task_done())"));
            }
            S::Join { queue } => {
                self.line(format_args!("queues.{queue}.join().await;"));
                self.say("joined");
            }
            S::Shutdown { queue, immediate } => {
                let how = if *immediate { "shutdown_immediately" } else { "shutdown" };
                self.line(format_args!("queues.{queue}.{how}();"));
            }
            S::VariableSet { place, value } => {
                self.line(format_args!("VARIABLE_{place}.set({value});"));
            }
            S::VariableGet { place } => {
                self.say_of("variable {}", format_args!("or_none(VARIABLE_{place}.get())"));
            }
        }
    }
}

fn names(scripts: &[usize]) -> String {
    let names: Vec<String> = scripts.iter().map(|script| format!("script_{script}")).collect();
    names.join(", ")
}

fn cancel(what: &str, reason: Option<i64>) -> String {
    match reason {
        None => format!("{what}.cancel()"),
        Some(reason) => format!("{what}.cancel_with({reason})"),
    }
}
