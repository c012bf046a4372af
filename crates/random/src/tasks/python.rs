//! A program of tasks as ordinary Python. What it uses beside asyncio stands in `python/tasks.py`.

use std::fmt::Display;

use super::{Ends, Mode, Program, Statement as S};
use crate::text::Text;

/// The source.
#[must_use]
pub fn source(program: &Program) -> String {
    let mut writer = Writer { text: Text::default(), names: 0 };
    for (number, script) in program.scripts.iter().enumerate() {
        writer.headed(format_args!("async def script_{number}(me, group):"), |writer| {
            writer.line("say(me, 'start')");
            writer.block(script, Around { group: "group".to_owned(), ..Around::default() });
            writer.line("say(me, 'end')");
            writer.line("return 0");
        });
        writer.text.blank();
    }
    let end = match program.ends {
        Ends::Quiet => "quiet",
        Ends::Run => "run",
    };
    writer.line(format!("main(script_0, ends='{end}')"));
    writer.text.finish()
}

struct Writer {
    text: Text,
    /// How many names were given, to tell groups and timeouts apart.
    names: usize,
}

/// The names of what stands around a block.
#[derive(Clone, Default)]
struct Around {
    group: String,
    timeout: String,
}

impl Writer {
    fn line(&mut self, line: impl Display) {
        self.text.line(line);
    }

    /// A line, and what `write` writes one level deeper.
    fn headed(&mut self, head: impl Display, write: impl FnOnce(&mut Self)) {
        self.line(head);
        self.text.indent();
        write(self);
        self.text.dedent();
    }

    fn name(&mut self, of: &str) -> String {
        self.names += 1;
        format!("{of}_{}", self.names)
    }

    fn block(&mut self, block: &[S], around: Around) {
        for statement in block {
            self.statement(statement, &around);
        }
    }

    fn statement(&mut self, statement: &S, around: &Around) {
        let inner = around.clone();
        match statement {
            S::Print(label) => self.line(format_args!("say(me, 'print {label}')")),
            S::Sleep(seconds) => {
                self.line(format_args!("await asyncio.sleep({seconds})"));
                self.line("say(me, 'woke')");
            }
            S::Late(seconds) => self.line(format_args!("block_for({seconds})")),
            S::Spawn { slot, script } => {
                self.line(format_args!("spawn(me, {slot}, script_{script})"));
            }
            S::Await { slot } => {
                self.headed(format_args!("if task := awaitable(me, {slot}):"), |writer| {
                    writer.line("say(me, f'got {await join(task)}')");
                });
            }
            S::Outcome { slot } => {
                self.headed(format_args!("if task := awaitable(me, {slot}):"), |writer| {
                    writer.line("say(me, f'outcome {await outcome(task)}')");
                });
            }
            S::Shield { slot } => {
                self.headed(format_args!("if task := awaitable(me, {slot}):"), |writer| {
                    writer.line("say(me, f'got {await join(task, asyncio.shield(task))}')");
                });
            }
            S::WaitFor { slot, limit } => {
                let limit = or_none(*limit);
                self.headed(format_args!("if task := awaitable(me, {slot}):"), |writer| {
                    writer.headed("try:", |writer| {
                        writer.line(format_args!(
                            "say(me, f'got {{await join(task, wait_for(task, {limit}))}}')"
                        ));
                    });
                    writer.headed("except TimeoutError:", |writer| {
                        writer.line("say(me, 'wait_for: timed out')");
                    });
                });
            }
            S::Cancel { slot, reason } => {
                let reason = reason.map_or(String::new(), |reason| reason.to_string());
                self.headed(format_args!("if task := present(me, {slot}):"), |writer| {
                    writer.line(format_args!("say(me, f'cancel {{task.cancel({reason})}}')"));
                });
            }
            S::State { slot } => {
                self.headed(format_args!("if task := present(me, {slot}):"), |writer| {
                    writer.line(
                        "say(me, f'state {task.done()} {task.cancelled()} {task.cancelling()}')",
                    );
                });
            }
            S::Uncancel => {
                self.line("say(me, f'uncancel {asyncio.current_task().uncancel()}')");
            }
            S::Cancelling => {
                self.line("say(me, f'cancelling {asyncio.current_task().cancelling()}')");
            }
            S::Loop { times, body } => {
                self.headed(format_args!("for _ in range({times}):"), |writer| {
                    writer.block(body, inner);
                });
            }
            S::Break => self.line("break"),
            S::Continue => self.line("continue"),
            S::Return(label) => {
                self.line(format_args!("say(me, 'return {label}')"));
                self.line(format_args!("return {label}"));
            }
            S::Raise(kind) => self.line(format_args!("raise E{kind}")),
            S::Panic => self.line("raise Panic"),
            S::TryError { body, kind, handler } => {
                let kind = kind.map_or("Error".to_owned(), |kind| format!("E{kind}"));
                self.headed("try:", |writer| writer.block(body, inner.clone()));
                self.headed(format_args!("except {kind} as error:"), |writer| {
                    writer.line("say(me, f'caught {name(error)}')");
                    writer.block(handler, inner);
                });
            }
            S::RaiseCancelled => self.line("raise asyncio.CancelledError"),
            S::TryCancelled { body, handler } => {
                self.headed("try:", |writer| writer.block(body, inner.clone()));
                self.headed("except asyncio.CancelledError as cancelled:", |writer| {
                    writer.line("say(me, f'caught Cancelled{reason(cancelled)}')");
                    writer.block(handler, inner);
                });
            }
            S::Propagate => self.line("raise"),
            S::Guard { label, body } => {
                self.headed("try:", |writer| writer.block(body, inner));
                self.headed("finally:", |writer| {
                    writer.line(format_args!("say(me, 'finally {label}')"));
                });
            }
            S::Finally { body, clean_up } => {
                self.headed("try:", |writer| writer.block(body, inner.clone()));
                self.headed("finally:", |writer| {
                    writer.line("say(me, 'clean-up')");
                    writer.block(clean_up, inner);
                    writer.line("say(me, 'cleaned up')");
                });
            }
            S::Timeout { limit, body } => {
                let (limit, name) = (or_none(*limit), self.name("timeout"));
                self.headed("try:", |writer| {
                    let head = format!("async with asyncio.timeout({limit}) as {name}:");
                    let inner = Around { timeout: name, ..inner };
                    writer.headed(head, |writer| writer.block(body, inner));
                    writer.line("say(me, 'in time')");
                });
                self.headed("except TimeoutError:", |writer| writer.line("say(me, 'timed out')"));
            }
            S::Reschedule { delay } => {
                let (delay, timeout) = (or_none(*delay), &around.timeout);
                self.line(format_args!("say(me, reschedule({timeout}, {delay}))"));
            }
            S::Expired => {
                let timeout = &around.timeout;
                self.line(format_args!("say(me, f'expired {{{timeout}.expired()}}')"));
            }
            S::Gather(scripts) => {
                self.headed(start(scripts), |writer| {
                    writer.line("say(me, f'gathered {await gather(tasks)}')");
                });
            }
            S::GatherOutcomes(scripts) => {
                self.headed(start(scripts), |writer| {
                    writer.line("results = await gather(tasks, return_exceptions=True)");
                    writer.line("say(me, f'outcomes {outcomes(results)}')");
                });
            }
            S::AsCompleted { scripts, body } => {
                self.headed(start(scripts), |writer| {
                    writer.headed("for next_result in as_completed(tasks):", |writer| {
                        writer.line("say(me, f'completed {await next_result}')");
                        writer.block(body, inner);
                    });
                });
            }
            S::Amap { limit, scripts } => {
                self.headed(format_args!("if has_room(me, {}):", scripts.len()), |writer| {
                    let scripts = names(scripts);
                    writer.line(format_args!(
                        "say(me, f'mapped {{await amap({limit}, [{scripts}])}}')"
                    ));
                });
            }
            S::AmapAsCompleted { limit, scripts } => {
                self.headed(format_args!("if has_room(me, {}):", scripts.len()), |writer| {
                    let scripts = names(scripts);
                    let head = format!("async for result in Amap({limit}, [{scripts}]):");
                    writer.headed(head, |writer| {
                        writer.line("say(me, f'mapped {await join(result)}')");
                    });
                });
            }
            S::Or(scripts) => {
                self.headed(start(scripts), |writer| {
                    writer.line("say(me, f'first {await either(tasks)}')");
                });
            }
            S::Zip(scripts) => {
                self.headed(start(scripts), |writer| {
                    writer.line("say(me, f'both {await both(tasks)}')");
                });
            }
            S::Unordered(scripts) => {
                self.headed(start(scripts), |writer| {
                    writer.headed("async for result in Unordered(tasks):", |writer| {
                        writer.line("say(me, f'next {await join(result)}')");
                    });
                });
            }
            S::Wait { mode, limit } => {
                let mode = match mode {
                    Mode::AllCompleted => "ALL_COMPLETED",
                    Mode::FirstCompleted => "FIRST_COMPLETED",
                    Mode::FirstException => "FIRST_EXCEPTION",
                };
                let limit = or_none(*limit);
                self.headed("if tasks := awaitables(me):", |writer| {
                    writer.line(format_args!(
                        "done, pending = await asyncio.wait(tasks, timeout={limit}, \
                         return_when=asyncio.{mode})"
                    ));
                    writer.line("say(me, f'done {numbers(done)}, pending {numbers(pending)}')");
                });
            }
            S::Group { limit, body } => {
                let name = self.name("group");
                self.headed("try:", |writer| {
                    let made = limit.map_or("asyncio.TaskGroup()".to_owned(), |limit| {
                        format!("LimitedGroup({limit})")
                    });
                    let head = format!("async with {made} as {name}:");
                    let inner = Around { group: name, ..inner };
                    writer.headed(head, |writer| writer.block(body, inner));
                    writer.line("say(me, 'group over')");
                });
                self.headed("except BaseExceptionGroup as errors:", |writer| {
                    writer.line("say(me, f'group failed {errors_of(errors)}')");
                });
            }
            S::GroupSpawn { slot, script } => {
                let group = &around.group;
                self.line(format_args!("group_spawn(me, {group}, {slot}, script_{script})"));
            }
            S::PromiseSet { place, value } => {
                self.line(format_args!("say(me, set_promise(promises[{place}], {value}))"));
            }
            S::PromiseAwait { place } => {
                self.line(format_args!("say(me, f'promised {{await promises[{place}]}}')"));
            }
            S::PromiseCancel { place, reason } => {
                let reason = reason.map_or(String::new(), |reason| reason.to_string());
                self.line(format_args!(
                    "say(me, f'cancel promise {{promises[{place}].cancel({reason})}}')"
                ));
            }
            S::PromiseState { place } => {
                self.line(format_args!(
                    "say(me, f'promise {{promises[{place}].done()}} \
                     {{promises[{place}].cancelled()}}')"
                ));
            }
            S::EventWait { place } => {
                self.line(format_args!("await events[{place}].wait()"));
                self.line("say(me, 'event')");
            }
            S::EventSet { place } => self.line(format_args!("events[{place}].set()")),
            S::EventClear { place } => self.line(format_args!("events[{place}].clear()")),
            S::Lock { place, body } => {
                self.headed(format_args!("async with locks[{place}]:"), |writer| {
                    writer.line("say(me, 'locked')");
                    writer.block(body, inner);
                });
            }
            S::Semaphore { place, body } => {
                self.headed(format_args!("async with semaphores[{place}]:"), |writer| {
                    writer.line("say(me, 'permit')");
                    writer.block(body, inner);
                });
            }
            S::Release { place } => {
                self.line(format_args!("say(me, release(semaphores[{place}]))"));
            }
            S::ConditionWait { body } => {
                self.headed("async with condition:", |writer| {
                    writer.line("say(me, 'condition')");
                    writer.line("await condition.wait()");
                    writer.line("say(me, 'notified')");
                    writer.block(body, inner);
                });
            }
            S::ConditionNotify { count, body } => {
                self.headed("async with condition:", |writer| {
                    writer.line("say(me, 'condition')");
                    writer.line(format_args!("condition.notify({count})"));
                    writer.block(body, inner);
                });
            }
            S::Barrier => {
                self.headed("try:", |writer| {
                    writer.line("say(me, f'barrier {await barrier.wait()}')");
                });
                self.headed("except asyncio.BrokenBarrierError:", |writer| {
                    writer.line("say(me, 'barrier broken')");
                });
            }
            S::BarrierAbort => self.line("await barrier.abort()"),
            S::BarrierReset => self.line("await barrier.reset()"),
            S::Put { queue, item } => {
                self.headed("try:", |writer| {
                    writer.line(format_args!("await queues[{queue}].put({item})"));
                    writer.line("say(me, 'put')");
                });
                self.shut();
            }
            S::Get { queue } => {
                self.headed("try:", |writer| {
                    writer.line(format_args!("say(me, f'item {{await queues[{queue}].get()}}')"));
                });
                self.shut();
            }
            S::TryPut { queue, item } => {
                self.line(format_args!("say(me, try_put(queues[{queue}], {item}))"));
            }
            S::TryGet { queue } => {
                self.line(format_args!("say(me, try_get(queues[{queue}]))"));
            }
            S::QueueState { queue } => {
                self.line(format_args!("say(me, queue_state(queues[{queue}]))"));
            }
            S::TaskDone { queue } => {
                self.line(format_args!("say(me, task_done(queues[{queue}]))"));
            }
            S::Join { queue } => {
                self.line(format_args!("await queues[{queue}].join()"));
                self.line("say(me, 'joined')");
            }
            S::Shutdown { queue, immediate } => {
                let immediate = if *immediate { "immediate=True" } else { "" };
                self.line(format_args!("queues[{queue}].shutdown({immediate})"));
            }
            S::VariableSet { place, value } => {
                self.line(format_args!("variables[{place}].set({value})"));
            }
            S::VariableGet { place } => {
                self.line(format_args!("say(me, f'variable {{variables[{place}].get()}}')"));
            }
        }
    }

    fn shut(&mut self) {
        self.headed("except QueueShutDown:", |writer| writer.line("say(me, 'shut down')"));
    }
}

fn or_none(number: Option<impl ToString>) -> String {
    number.map_or("None".to_owned(), |number| number.to_string())
}

fn start(scripts: &[usize]) -> String {
    format!("if tasks := start(me, {}):", names(scripts))
}

fn names(scripts: &[usize]) -> String {
    let names: Vec<String> = scripts.iter().map(|script| format!("script_{script}")).collect();
    names.join(", ")
}
