//! A program of tasks, interpreted through the public API of `twin-tasks`, under a virtual clock.

use std::cell::RefCell;
use std::fmt::Display;
use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use futures_buffered::FuturesUnordered;
use futures_lite::StreamExt;
use futures_lite::future::{or, try_zip};
use twin_tasks::{
    Barrier, BoundedSemaphore, Cancelled, Clock, Condition, Deadline, Event, Failure, LifoQueue,
    Lock, PriorityQueue, Promise, Queue, Runner, Semaphore, Task, TaskGroup, TaskHandle, TimedOut,
    Timeout, TryGetError, TryPutError, amap, as_completed, catch_cancelled, current_task, finally,
    gather_outcomes, now, promise, shield_task, sleep, spawn, task_local, try_amap, try_gather,
    wait, wait_for,
};

use super::{Block, Ends, MOST_TASKS, Mode, Program, SLOTS, Statement as S};
use crate::trace::{self, Trace};

/// What a program does.
#[must_use]
pub fn trace(program: &Program) -> Trace {
    let program = program.clone();
    trace::trace_of(move || run(program))
}

fn run(program: Program) {
    let clock = Clock::jumping();
    let world = Rc::new(World::new(program.scripts, clock.clone()));
    let mut runner = Runner::with_clock(clock);
    // Python tells nobody, either, where a program has lost interest in a task.
    runner.on_panic(drop);
    runner.run(main(world, program.ends));
    runner.close();
    trace::say("over");
}

async fn main(world: Rc<World>, ends: Ends) {
    if ends == Ends::Run {
        spawn(keep(world.clone())).detach();
    }
    let (number, first) = world.start(0);
    world.slots.borrow_mut()[SLOTS - 1] =
        Some(Slot { number, task: Started::Alone(first.clone()) });
    match ends {
        Ends::Quiet => cancel_all(&world).await,
        Ends::Run => drop(wait([first]).timeout(Duration::from_secs(1_000_000)).await),
    }
    trace::say("main ends");
}

/// When nothing happens any more, cancels those who wait, one by one, until all have ended.
async fn cancel_all(world: &World) {
    let long = Duration::from_secs(1_000_000);
    while !world.started.borrow().iter().all(TaskHandle::done) {
        sleep(long).await;
        // Those, too, that are started meanwhile.
        let started = |number| world.started.borrow().get(number).cloned();
        for number in 0.. {
            let Some(task) = started(number) else { break };
            if !task.done() {
                trace::say(format_args!("cancel {number}"));
                task.cancel();
                sleep(long).await;
            }
        }
    }
}

async fn keep(world: Rc<World>) {
    if catch_cancelled(sleep(Duration::from_secs(100_000_000))).await.is_err() {
        cancel_all(&world).await;
    }
}

/// What tasks raise: the kind of an error.
type Error = u8;

/// The payload of a panic.
struct Planned;

task_local! {
    static VARIABLE_0: i64;
    static VARIABLE_1: i64;
}

/// What the tasks of a program share.
struct World {
    scripts: Vec<Block>,
    clock: Clock,
    slots: RefCell<[Option<Slot>; SLOTS]>,
    /// All tasks, by their numbers.
    started: RefCell<Vec<TaskHandle>>,
    promises: [Promise<i64>; 2],
    events: [Event; 2],
    locks: [Lock; 2],
    semaphores: [Semaphore; 2],
    bounded: BoundedSemaphore,
    condition: Condition,
    barrier: Barrier,
    small: Queue<i64>,
    large: Queue<i64>,
    lifo: LifoQueue<i64>,
    priority: PriorityQueue<i64>,
}

#[derive(Clone)]
struct Slot {
    number: usize,
    task: Started,
}

#[derive(Clone)]
enum Started {
    Alone(Task<Result<i64, Error>>),
    /// The group has its error.
    InGroup(Task<i64>),
}

impl Slot {
    fn handle(&self) -> TaskHandle {
        match &self.task {
            Started::Alone(task) => task.handle(),
            Started::InGroup(task) => task.handle(),
        }
    }
}

/// Chooses a queue, whatever its type.
macro_rules! with_queue {
    ($world:expr, $number:expr, $queue:ident => $body:expr) => {
        match $number {
            0 => {
                let $queue = &$world.small;
                $body
            }
            1 => {
                let $queue = &$world.large;
                $body
            }
            2 => {
                let $queue = &$world.lifo;
                $body
            }
            _ => {
                let $queue = &$world.priority;
                $body
            }
        }
    };
}

impl World {
    fn new(scripts: Vec<Block>, clock: Clock) -> Self {
        Self {
            scripts,
            clock,
            slots: RefCell::default(),
            started: RefCell::default(),
            promises: [promise(), promise()],
            events: [Event::new(), Event::new()],
            locks: [Lock::new(), Lock::new()],
            semaphores: [Semaphore::new(1), Semaphore::new(2)],
            bounded: BoundedSemaphore::new(1),
            condition: Condition::new(),
            barrier: Barrier::new(2),
            small: Queue::bounded(1),
            large: Queue::new(),
            lifo: LifoQueue::bounded(2),
            priority: PriorityQueue::new(),
        }
    }

    fn next_number(&self) -> usize {
        self.started.borrow().len()
    }

    fn start(self: &Rc<Self>, number_of_script: usize) -> (usize, Task<Result<i64, Error>>) {
        let number = self.next_number();
        let task = spawn(script(self.clone(), number, number_of_script, None));
        self.started.borrow_mut().push(task.handle());
        (number, task)
    }

    fn slot(&self, slot: usize) -> Option<Slot> {
        self.slots.borrow()[slot].clone()
    }

    fn fill(&self, slot: usize, number: usize, task: Started) {
        // The task that was there is dropped when nothing is borrowed.
        let _before = self.slots.borrow_mut()[slot].replace(Slot { number, task });
    }
}

async fn script(
    world: Rc<World>,
    me: usize,
    number: usize,
    group: Option<TaskGroup<Error>>,
) -> Result<i64, Error> {
    let me = Me { number: me, world: &world };
    me.say("start");
    let around = Around { group: group.as_ref(), ..Around::default() };
    match me.run(&world.scripts[number], around).await? {
        Flow::Return(value) => Ok(value),
        _ => {
            me.say("end");
            Ok(0)
        }
    }
}

/// A task that runs a script.
#[derive(Clone, Copy)]
struct Me<'a> {
    number: usize,
    world: &'a Rc<World>,
}

/// What stands around a block.
#[derive(Clone, Copy, Default)]
struct Around<'a> {
    caught: Option<&'a Cancelled>,
    group: Option<&'a TaskGroup<Error>>,
    deadline: Option<&'a Deadline>,
}

/// How a block ends that raises nothing.
enum Flow {
    Next,
    Return(i64),
    Break,
    Continue,
}

type Run<'a> = Pin<Box<dyn Future<Output = Result<Flow, Error>> + 'a>>;

/// `finally` without an `await`.
struct Guard<'a> {
    me: Me<'a>,
    label: i64,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.me.say(format_args!("finally {}", self.label));
    }
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// As Python prints it.
fn truth(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

fn outcome(outcome: &Result<Result<i64, Error>, Failure>) -> String {
    match outcome {
        Ok(Ok(value)) => value.to_string(),
        Ok(Err(kind)) => format!("E{kind}"),
        Err(Failure::Cancelled(_)) => "Cancelled".to_owned(),
        Err(_) => "Panic".to_owned(),
    }
}

/// An error goes on; a timeout is a value.
fn raised<T>(limited: Result<Result<T, Error>, TimedOut>) -> Result<Result<T, TimedOut>, Error> {
    match limited {
        Ok(ended) => ended.map(Ok),
        Err(TimedOut) => Ok(Err(TimedOut)),
    }
}

fn words(words: impl IntoIterator<Item = String>) -> String {
    words.into_iter().collect::<Vec<_>>().join(" ")
}

impl<'a> Me<'a> {
    fn say(self, text: impl Display) {
        trace::say(format_args!("{}: {text}", self.number));
    }

    fn run<'b>(self, block: &'b [S], around: Around<'b>) -> Run<'b>
    where
        'a: 'b,
    {
        Box::pin(async move {
            for statement in block {
                match self.step(statement, around).await? {
                    Flow::Next => {}
                    flow => return Ok(flow),
                }
            }
            Ok(Flow::Next)
        })
    }

    fn has_room(self, count: usize) -> bool {
        let has_room = self.world.next_number() + count <= MOST_TASKS;
        if !has_room {
            self.say("enough tasks");
        }
        has_room
    }

    fn start(self, scripts: &[usize]) -> Option<Vec<Task<Result<i64, Error>>>> {
        let start = || scripts.iter().map(|script| self.world.start(*script).1).collect();
        self.has_room(scripts.len()).then(start)
    }

    fn start_two(self, scripts: &[usize; 2]) -> Option<[Task<Result<i64, Error>>; 2]> {
        self.has_room(2).then(|| scripts.map(|script| self.world.start(script).1))
    }

    fn start_one(self, script: &usize) -> Task<Result<i64, Error>> {
        self.world.start(*script).1
    }

    fn present(self, slot: usize) -> Option<TaskHandle> {
        let slot = self.world.slot(slot);
        if slot.is_none() {
            self.say("nobody there");
        }
        Some(slot?.handle())
    }

    /// Only tasks that were started later are awaited, so that no circle comes of it.
    fn awaitable(self, slot: usize) -> Option<Started> {
        let slot = self.world.slot(slot).filter(|slot| slot.number > self.number);
        if slot.is_none() {
            self.say("nobody to await");
        }
        Some(slot?.task)
    }

    async fn step<'b>(self, statement: &'b S, around: Around<'b>) -> Result<Flow, Error>
    where
        'a: 'b,
    {
        let world = self.world;
        match statement {
            S::Print(label) => self.say(format_args!("print {label}")),
            S::Sleep(count) => {
                sleep(seconds(*count)).await;
                self.say("woke");
            }
            S::Late(count) => world.clock.advance(seconds(*count)),
            S::Spawn { slot, script } => {
                if self.has_room(1) {
                    let (number, task) = world.start(*script);
                    world.fill(*slot, number, Started::Alone(task));
                    self.say(format_args!("spawned {number}"));
                }
            }
            S::Await { slot } => {
                let value = match self.awaitable(*slot) {
                    Some(Started::Alone(task)) => task.await?,
                    Some(Started::InGroup(task)) => task.await,
                    None => return Ok(Flow::Next),
                };
                self.say(format_args!("got {value}"));
            }
            S::Outcome { slot } => {
                let result = match self.awaitable(*slot) {
                    Some(Started::Alone(task)) => task.outcome().await,
                    Some(Started::InGroup(task)) => task.outcome().await.map(Ok),
                    None => return Ok(Flow::Next),
                };
                self.say(format_args!("outcome {}", outcome(&result)));
            }
            S::Shield { slot } => {
                let value = match self.awaitable(*slot) {
                    Some(Started::Alone(task)) => shield_task(task).await?,
                    Some(Started::InGroup(task)) => shield_task(task).await,
                    None => return Ok(Flow::Next),
                };
                self.say(format_args!("got {value}"));
            }
            S::WaitFor { slot, limit } => {
                let limit = limit.map(seconds);
                let value = match self.awaitable(*slot) {
                    Some(Started::Alone(task)) => raised(wait_for(task, limit).await)?,
                    Some(Started::InGroup(task)) => wait_for(task, limit).await,
                    None => return Ok(Flow::Next),
                };
                match value {
                    Ok(value) => self.say(format_args!("got {value}")),
                    Err(TimedOut) => self.say("wait_for: timed out"),
                }
            }
            S::Cancel { slot, reason } => {
                if let Some(task) = self.present(*slot) {
                    let cancelled = match reason {
                        None => task.cancel(),
                        Some(reason) => task.cancel_with(*reason),
                    };
                    self.say(format_args!("cancel {}", truth(cancelled)));
                }
            }
            S::State { slot } => {
                if let Some(task) = self.present(*slot) {
                    let (done, cancelled) = (truth(task.done()), truth(task.cancelled()));
                    self.say(format_args!("state {done} {cancelled} {}", task.cancelling()));
                }
            }
            S::Uncancel => self.say(format_args!("uncancel {}", current_task().uncancel())),
            S::Cancelling => self.say(format_args!("cancelling {}", current_task().cancelling())),
            S::Loop { times, body } => {
                for _ in 0..*times {
                    match self.run(body, around).await? {
                        Flow::Next | Flow::Continue => {}
                        Flow::Break => break,
                        flow => return Ok(flow),
                    }
                }
            }
            S::Break => return Ok(Flow::Break),
            S::Continue => return Ok(Flow::Continue),
            S::Return(label) => {
                self.say(format_args!("return {label}"));
                return Ok(Flow::Return(*label));
            }
            S::Raise(kind) => return Err(*kind),
            // As `panic!`, without its message on standard error.
            S::Panic => resume_unwind(Box::new(Planned)),
            S::TryError { body, kind, handler } => match self.run(body, around).await {
                Err(raised) if kind.is_none_or(|kind| kind == raised) => {
                    self.say(format_args!("caught E{raised}"));
                    return self.run(handler, Around { caught: None, ..around }).await;
                }
                ended => return ended,
            },
            S::RaiseCancelled => Cancelled::new().propagate().await,
            S::TryCancelled { body, handler } => {
                match catch_cancelled(self.run(body, around)).await {
                    Ok(ended) => return ended,
                    Err(cancelled) => {
                        let reason = cancelled.reason::<i64>();
                        let reason = reason.map_or(String::new(), |reason| format!(" {reason}"));
                        self.say(format_args!("caught Cancelled{reason}"));
                        let around = Around { caught: Some(&cancelled), ..around };
                        return self.run(handler, around).await;
                    }
                }
            }
            S::Propagate => {
                let cancelled = around.caught.expect("it stands in a handler");
                cancelled.clone().propagate().await
            }
            S::Guard { label, body } => {
                let _guard = Guard { me: self, label: *label };
                return self.run(body, around).await;
            }
            S::Finally { body, clean_up } => {
                let clean_up = async {
                    self.say("clean-up");
                    // Nothing that raises may stand in it.
                    drop(self.run(clean_up, Around { caught: None, ..around }).await);
                    self.say("cleaned up");
                };
                return finally(self.run(body, around), clean_up).await;
            }
            S::Timeout { limit, body } => {
                let timeout =
                    limit.map_or_else(Timeout::never, |limit| Timeout::after(seconds(limit)));
                let work = timeout.run(|deadline| async move {
                    self.run(body, Around { deadline: Some(&deadline), ..around }).await
                });
                match raised(work.await)? {
                    Ok(Flow::Next) => self.say("in time"),
                    Ok(flow) => return Ok(flow),
                    Err(TimedOut) => self.say("timed out"),
                }
            }
            S::Reschedule { delay } => {
                let deadline = around.deadline.expect("it stands in a timeout");
                let when = delay.map(|delay| {
                    let distance = seconds(delay.unsigned_abs());
                    if delay < 0 { now() - distance } else { now() + distance }
                });
                self.say(match deadline.reschedule(when) {
                    Ok(()) => "rescheduled",
                    Err(_) => "reschedule refused",
                });
            }
            S::Expired => {
                let deadline = around.deadline.expect("it stands in a timeout");
                self.say(format_args!("expired {}", truth(deadline.expired())));
            }
            S::Gather(scripts) => {
                if let Some(tasks) = self.start(scripts) {
                    let results = try_gather(tasks).await?;
                    self.say(format_args!("gathered {results:?}"));
                }
            }
            S::GatherOutcomes(scripts) => {
                if let Some(tasks) = self.start(scripts) {
                    let results = gather_outcomes(tasks).await;
                    self.say(format_args!("outcomes {}", words(results.iter().map(outcome))));
                }
            }
            S::AsCompleted { scripts, body } => {
                if let Some(tasks) = self.start(scripts) {
                    let results = as_completed(tasks);
                    while let Some((_, result)) = results.next().await {
                        self.say(format_args!("completed {}", result?));
                        match self.run(body, around).await? {
                            Flow::Next | Flow::Continue => {}
                            Flow::Break => break,
                            flow => return Ok(flow),
                        }
                    }
                }
            }
            S::Amap { limit, scripts } => {
                if self.has_room(scripts.len()) {
                    let results = try_amap(*limit, scripts, |script| self.start_one(script));
                    self.say(format_args!("mapped {:?}", results.await?));
                }
            }
            S::AmapAsCompleted { limit, scripts } => {
                if self.has_room(scripts.len()) {
                    let results = amap(*limit, scripts, |script| self.start_one(script));
                    let mut results = results.as_completed();
                    while let Some(result) = results.next().await {
                        self.say(format_args!("mapped {}", result?));
                    }
                }
            }
            S::Or(scripts) => {
                if let Some([one, two]) = self.start_two(scripts) {
                    self.say(format_args!("first {}", or(one, two).await?));
                }
            }
            S::Zip(scripts) => {
                if let Some([one, two]) = self.start_two(scripts) {
                    self.say(format_args!("both {:?}", try_zip(one, two).await?));
                }
            }
            S::Unordered(scripts) => {
                if let Some(tasks) = self.start(scripts) {
                    let mut results = FuturesUnordered::from_iter(tasks);
                    while let Some(result) = results.next().await {
                        self.say(format_args!("next {}", result?));
                    }
                }
            }
            S::Wait { mode, limit } => self.wait(*mode, *limit).await,
            S::Group { limit, body } => {
                let limit = limit.unwrap_or(usize::MAX);
                let group = TaskGroup::with_limit(limit, async |group: &TaskGroup<Error>| {
                    self.run(body, Around { group: Some(group), ..around }).await
                });
                match group.await {
                    Ok(Flow::Next) => self.say("group over"),
                    Ok(flow) => return Ok(flow),
                    Err(errors) => {
                        let errors = errors.errors().iter().map(|kind| format!("E{kind}"));
                        self.say(format_args!("group failed {}", words(errors)));
                    }
                }
            }
            S::GroupSpawn { slot, script } => self.group_spawn(around.group, *slot, *script),
            S::PromiseSet { place, value } => {
                self.say(match world.promises[*place].set(*value) {
                    Ok(()) => "promise set",
                    Err(_) => "promise refused",
                });
            }
            S::PromiseAwait { place } => {
                let value = world.promises[*place].clone().await;
                self.say(format_args!("promised {value}"));
            }
            S::PromiseCancel { place, reason } => {
                let promise = &world.promises[*place];
                let cancelled = match reason {
                    None => promise.cancel(),
                    Some(reason) => promise.cancel_with(*reason),
                };
                self.say(format_args!("cancel promise {}", truth(cancelled)));
            }
            S::PromiseState { place } => {
                let promise = &world.promises[*place];
                let (done, cancelled) = (truth(promise.done()), truth(promise.cancelled()));
                self.say(format_args!("promise {done} {cancelled}"));
            }
            S::EventWait { place } => {
                world.events[*place].wait().await;
                self.say("event");
            }
            S::EventSet { place } => world.events[*place].set(),
            S::EventClear { place } => world.events[*place].clear(),
            S::Lock { place, body } => {
                let _guard = world.locks[*place].acquire().await;
                self.say("locked");
                return self.run(body, around).await;
            }
            S::Semaphore { place: place @ ..2, body } => {
                let _permit = world.semaphores[*place].acquire().await;
                self.say("permit");
                return self.run(body, around).await;
            }
            S::Semaphore { body, .. } => {
                let _permit = world.bounded.acquire().await;
                self.say("permit");
                return self.run(body, around).await;
            }
            S::Release { place } => {
                world.semaphores[*place].release();
                self.say("released");
            }
            S::ConditionWait { body } => {
                let mut guard = world.condition.acquire().await;
                self.say("condition");
                world.condition.wait(&mut guard).await;
                self.say("notified");
                return self.run(body, around).await;
            }
            S::ConditionNotify { count, body } => {
                let guard = world.condition.acquire().await;
                self.say("condition");
                world.condition.notify(&guard, *count);
                return self.run(body, around).await;
            }
            S::Barrier => match world.barrier.wait().await {
                Ok(number) => self.say(format_args!("barrier {number}")),
                Err(_) => self.say("barrier broken"),
            },
            S::BarrierAbort => world.barrier.abort(),
            S::BarrierReset => world.barrier.reset(),
            S::Put { queue, item } => {
                let put = with_queue!(world, queue, queue => queue.put(*item).await.is_ok());
                self.say(if put { "put" } else { "shut down" });
            }
            S::Get { queue } => match with_queue!(world, queue, queue => queue.get().await) {
                Ok(item) => self.say(format_args!("item {item}")),
                Err(_) => self.say("shut down"),
            },
            S::TryPut { queue, item } => {
                let put = with_queue!(world, queue, queue => queue.try_put(*item));
                self.say(match put {
                    Ok(()) => "put",
                    Err(TryPutError::Full(_)) => "full",
                    Err(_) => "shut down",
                });
            }
            S::TryGet { queue } => match with_queue!(world, queue, queue => queue.try_get()) {
                Ok(item) => self.say(format_args!("item {item}")),
                Err(TryGetError::Empty) => self.say("empty"),
                Err(_) => self.say("shut down"),
            },
            S::QueueState { queue } => {
                let (len, empty, full) = with_queue!(world, queue, queue => {
                    (queue.len(), truth(queue.is_empty()), truth(queue.is_full()))
                });
                self.say(format_args!("queue {len} {empty} {full}"));
            }
            S::TaskDone { queue } => {
                let done = with_queue!(world, queue, queue => queue.task_done().is_ok());
                self.say(if done { "done" } else { "too many done" });
            }
            S::Join { queue } => {
                with_queue!(world, queue, queue => queue.join().await);
                self.say("joined");
            }
            S::Shutdown { queue, immediate: false } => {
                with_queue!(world, queue, queue => queue.shutdown());
            }
            S::Shutdown { queue, .. } => {
                with_queue!(world, queue, queue => queue.shutdown_immediately());
            }
            S::VariableSet { place: 0, value } => VARIABLE_0.set(*value),
            S::VariableSet { value, .. } => VARIABLE_1.set(*value),
            S::VariableGet { place } => {
                let value = if *place == 0 { VARIABLE_0.get() } else { VARIABLE_1.get() };
                let value = value.map_or("None".to_owned(), |value| value.to_string());
                self.say(format_args!("variable {value}"));
            }
        }
        Ok(Flow::Next)
    }

    async fn wait(self, mode: Mode, limit: Option<u64>) {
        let mut tasks: Vec<(usize, Task<_>)> = Vec::new();
        for slot in self.world.slots.borrow().iter().flatten() {
            if let Started::Alone(task) = &slot.task
                && tasks.iter().all(|(number, _)| *number != slot.number)
            {
                tasks.push((slot.number, task.clone()));
            }
        }
        if tasks.is_empty() {
            return self.say("nobody to await");
        }
        let mut waiting = wait(tasks.iter().map(|(_, task)| task));
        waiting = match mode {
            Mode::AllCompleted => waiting,
            Mode::FirstCompleted => waiting.first_completed(),
            Mode::FirstException => waiting.first_exception(),
        };
        if let Some(limit) = limit {
            waiting = waiting.timeout(seconds(limit));
        }
        let (done, pending) = waiting.await;
        let numbers = |some: Vec<&Task<Result<i64, Error>>>| {
            let is_one = |task: &Task<_>| some.iter().any(|one| one.handle() == task.handle());
            let mut numbers: Vec<usize> =
                tasks.iter().filter(|(_, task)| is_one(task)).map(|(number, _)| *number).collect();
            numbers.sort_unstable();
            numbers
        };
        self.say(format_args!("done {:?}, pending {:?}", numbers(done), numbers(pending)));
    }

    fn group_spawn(self, group: Option<&TaskGroup<Error>>, slot: usize, number: usize) {
        let Some(group) = group else { return self.say("no group") };
        if !self.has_room(1) {
            return;
        }
        let me = self.world.next_number();
        let child = script(self.world.clone(), me, number, Some(group.clone()));
        match group.try_spawn(child) {
            Ok(task) => {
                self.world.started.borrow_mut().push(task.handle());
                self.world.fill(slot, me, Started::InGroup(task));
                self.say(format_args!("spawned {me} in the group"));
            }
            Err(_) => self.say("group closed"),
        }
    }
}
