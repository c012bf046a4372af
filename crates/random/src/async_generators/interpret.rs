//! A program of async generators, interpreted through the public API of `twin-async-generators`, in
//! a task of `twin-tasks`.
//!
//! It has the form of the [interpreter of generators](crate::generators::interpret), and each step
//! in it is awaited.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use twin_async_generators::{
    AsyncGenerator, BoxAsyncGenerator, BoxFallibleAsyncGenerator, CloseError, Co, Engine, Fallible,
    FallibleRecursive, Mode, Outcome, Recursive, RecursiveCo, ResumeError, SendError, SendNone,
    StartError, State, Step as Given, ThrowError, Thrown, aclosing,
};
use twin_tasks::{Clock, Runner, catch_cancelled, sleep, spawn, timeout};

use crate::generators::interpret::{Kind, or_none, raise_of, raised};
use crate::generators::{Body, Program, Raise, SLOTS, Statement as S, Step};
use crate::trace::{self, Trace, say};

/// What a program does.
#[must_use]
pub fn trace(program: &Program) -> Trace {
    let program = Rc::new(program.clone());
    trace::trace_of(move || {
        let mut runner = Runner::with_clock(Clock::jumping());
        match program.sends {
            true => runner.run(run::<Option<i64>>(program)),
            false => runner.run(run::<()>(program)),
        }
        runner.close();
    })
}

async fn run<V: Sent>(program: Rc<Program>) {
    let mut generator = make::<V>(&program, 0);
    for step in &program.driver {
        match step {
            Step::Drop => break,
            Step::Channel(capacity) => {
                V::channel(generator, *capacity).await;
                return say("over");
            }
            // What comes out is in the trace.
            _ => drop(generator.drive(*step).await),
        }
    }
    say("> drop");
    drop(generator);
    say("over");
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// What is sent: an `Option`, or nothing.
pub(super) trait Sent: SendNone + Clone + 'static {
    fn shown(&self) -> String;
    fn of(value: i64) -> Self;
    async fn resume<B: Engine<Send = Self>>(
        generator: &mut AsyncGenerator<B>,
    ) -> Outcome<B, ResumeError<B::Error>>;
    async fn item<B: Engine<Send = Self>>(
        generator: &mut AsyncGenerator<B>,
    ) -> Option<<B::Mode as Mode>::Item<B::Yield>>;
    async fn channel(generator: Any<Self>, capacity: usize);
    fn native(program: &Rc<Program>, number: usize, fallible: bool) -> Any<Self>;
}

impl Sent for () {
    fn shown(&self) -> String {
        "None".to_owned()
    }

    fn of(_: i64) {}

    async fn resume<B: Engine<Send = ()>>(
        generator: &mut AsyncGenerator<B>,
    ) -> Outcome<B, ResumeError<B::Error>> {
        generator.resume().await
    }

    async fn item<B: Engine<Send = ()>>(
        generator: &mut AsyncGenerator<B>,
    ) -> Option<<B::Mode as Mode>::Item<B::Yield>> {
        generator.next().await
    }

    async fn channel(generator: Any<()>, capacity: usize) {
        match generator {
            Any::Fallible(generator) => through(generator, capacity, |item| item).await,
            Any::Infallible(generator) => through(generator, capacity, Ok).await,
            Any::FlatFallible(generator) => through(generator, capacity, |item| item).await,
            Any::Flat(generator) => through(generator, capacity, Ok).await,
        }
    }

    fn native(program: &Rc<Program>, number: usize, fallible: bool) -> Any<()> {
        super::native::make(program.clone(), number, fallible)
    }
}

const SENDS: &str = "nothing is sent in a program with channels or native bodies";

impl Sent for Option<i64> {
    fn shown(&self) -> String {
        or_none(*self)
    }

    fn of(value: i64) -> Self {
        Some(value)
    }

    async fn resume<B: Engine<Send = Self>>(
        generator: &mut AsyncGenerator<B>,
    ) -> Outcome<B, ResumeError<B::Error>> {
        generator.sending_none().resume().await
    }

    async fn item<B: Engine<Send = Self>>(
        generator: &mut AsyncGenerator<B>,
    ) -> Option<<B::Mode as Mode>::Item<B::Yield>> {
        generator.sending_none().next().await
    }

    async fn channel(_: Any<Self>, _: usize) {
        unreachable!("{SENDS}")
    }

    fn native(_: &Rc<Program>, _: usize, _: bool) -> Any<Self> {
        unreachable!("{SENDS}")
    }
}

/// A generator of any body.
pub(super) enum Any<V: Sent> {
    Fallible(BoxFallibleAsyncGenerator<'static, i64, V, (), u8>),
    Infallible(BoxAsyncGenerator<'static, i64, V, ()>),
    FlatFallible(FallibleRecursive<'static, i64, V, (), u8>),
    Flat(Recursive<'static, i64, V, ()>),
}

impl<V: Sent> Any<V> {
    async fn drive(&mut self, step: Step) -> Result<(), Raise> {
        match self {
            Self::Fallible(generator) => drive(generator, step, Option::transpose).await,
            Self::Infallible(generator) => drive(generator, step, Ok).await,
            Self::FlatFallible(generator) => drive(generator, step, Option::transpose).await,
            Self::Flat(generator) => drive(generator, step, Ok).await,
        }
    }
}

/// Takes all items through a channel, at leisure.
async fn through<B>(
    generator: AsyncGenerator<B>,
    capacity: usize,
    item: impl Fn(<B::Mode as Mode>::Item<i64>) -> Result<i64, u8>,
) where
    B: Engine<Yield = i64, Send = (), Return = ()> + 'static,
{
    say(format_args!("> channel {capacity}"));
    let (task, items) = generator.into_channel(capacity);
    let task = spawn(task);
    while let Ok(received) = items.recv().await {
        match item(received) {
            Ok(value) => say(format_args!("received {value}")),
            Err(kind) => say(format_args!("received E{kind}")),
        }
        sleep(seconds(2)).await;
    }
    drop(task.await);
    say("channel over");
}

fn take<X>(
    outcome: Result<Given<i64, ()>, X>,
    said: impl FnOnce(X) -> Result<String, Raise>,
) -> Result<(), Raise> {
    match outcome {
        Ok(Given::Yielded(value)) => say(format_args!("yielded {value}")),
        Ok(Given::Complete(())) => say("StopAsyncIteration"),
        Err(error) => match said(error) {
            Ok(text) => say(text),
            Err(raise) => {
                say(format_args!("raised {raise}"));
                return Err(raise);
            }
        },
    }
    Ok(())
}

async fn drive<V, B>(
    generator: &mut AsyncGenerator<B>,
    step: Step,
    item: impl Fn(Option<<B::Mode as Mode>::Item<i64>>) -> Result<Option<i64>, u8>,
) -> Result<(), Raise>
where
    V: Sent,
    B: Engine<Yield = i64, Send = V, Return = (), Error: Kind>,
{
    let finished = || Ok("StopAsyncIteration".to_owned());
    let resumed = |error| match error {
        ResumeError::Finished => finished(),
        ResumeError::Raised(raised) => Err(raise_of::<B::Error>(raised)),
    };
    let unfinished = || Ok("unfinished".to_owned());
    match step {
        Step::Next => {
            say("> next");
            take(V::resume(generator).await, resumed)
        }
        Step::NextWithin(limit) => {
            say(format_args!("> next within {limit}"));
            match timeout(seconds(limit), V::resume(generator)).await {
                Ok(outcome) => take(outcome, resumed),
                Err(_) => {
                    say("timed out");
                    Ok(())
                }
            }
        }
        Step::Start => {
            say("> start");
            take(generator.start().await, |error| match error {
                StartError::AlreadyStarted => Ok("already started".to_owned()),
                StartError::Finished => finished(),
                StartError::Raised(raised) => Err(raise_of::<B::Error>(raised)),
            })
        }
        Step::Item => {
            say("> item");
            match item(V::item(generator).await) {
                Ok(Some(value)) => say(format_args!("item {value}")),
                Ok(None) => say("no more"),
                Err(kind) => {
                    say(format_args!("raised E{kind}"));
                    return Err(Raise::Error(kind));
                }
            }
            Ok(())
        }
        Step::Send(value) => {
            say(format_args!("> send {value}"));
            take(generator.asend(V::of(value)).await, |error| match error {
                SendError::JustStarted(back) if back.shown() == value.to_string() => {
                    let words = "can't send non-None value to a just-started async generator";
                    Ok(format!("TypeError: {words}"))
                }
                SendError::JustStarted(back) => Ok(format!("{} came back", back.shown())),
                SendError::Unfinished(_) => unfinished(),
                SendError::Finished(_) => finished(),
                SendError::Raised(raised) => Err(raise_of::<B::Error>(raised)),
            })
        }
        Step::Throw(_) | Step::ThrowExit => {
            let thrown = match step {
                Step::Throw(kind) => {
                    say(format_args!("> throw E{kind}"));
                    Thrown::Error(B::Error::of(kind))
                }
                _ => {
                    say("> throw GeneratorExit");
                    Thrown::Exit
                }
            };
            take(generator.athrow(thrown).await, |error| match error {
                ThrowError::Unfinished(_) => unfinished(),
                ThrowError::Finished(_) => Ok("it came back".to_owned()),
                ThrowError::Raised(raised) => Err(raise_of::<B::Error>(raised)),
            })
        }
        Step::Close => {
            say("> close");
            let raise = match generator.aclose().await {
                Ok(_) => {
                    say("closed");
                    return Ok(());
                }
                Err(error) => raise_of_close(error),
            };
            say(format_args!("raised {raise}"));
            Err(raise)
        }
        Step::State => {
            say("> state");
            say(match generator.state() {
                State::Created => "state CREATED",
                State::Running => "state RUNNING",
                State::Suspended => "state SUSPENDED",
                State::Closed => "state CLOSED",
            });
            Ok(())
        }
        Step::Drop | Step::Channel(_) => unreachable!("whoever owns it does"),
    }
}

fn raise_of_close<E: Kind>(error: CloseError<E>) -> Raise {
    match error {
        CloseError::Raised(error) => Raise::Error(error.kind()),
        CloseError::IgnoredExit => Raise::Ignored,
    }
}

/// How a body yields.
pub(super) trait Outlet<V: Sent> {
    /// By what catches nothing.
    async fn yield_(&mut self, value: i64) -> V;
    async fn try_yield(&mut self, value: i64) -> Result<V, Raise>;
    async fn yield_from(&mut self, delegate: Any<V>);
    async fn try_yield_from(&mut self, delegate: Any<V>) -> Result<(), Raise>;
    async fn yield_from_lent(&mut self, delegate: &mut Any<V>);
    async fn try_yield_from_lent(&mut self, delegate: &mut Any<V>) -> Result<(), Raise>;
    async fn raise(&mut self, raise: Raise) -> Infallible;
}

/// The `co` of an async-block body.
struct Handle<V, E>(Co<i64, V, E>);

/// That of one that delegates flatly.
struct FlatHandle<V, M: Mode>(RecursiveCo<'static, i64, V, M>);

/// All bodies delegate by the same words, and not to the same delegates. `nested`: what a flat body
/// calls it that its delegate is not flat.
macro_rules! outlet {
    (
        $handle:ty, $error:ty, $nested:ident, $try_nested:ident,
        $fallible:ident => $($delegate:tt)*
    ) => {
        impl<V: Sent> Outlet<V> for $handle {
            async fn yield_(&mut self, value: i64) -> V {
                self.0.yield_(value).await
            }

            async fn try_yield(&mut self, value: i64) -> Result<V, Raise> {
                self.0.try_yield(value).await.map_err(raise_of::<$error>)
            }

            async fn yield_from(&mut self, delegate: Any<V>) {
                match delegate {
                    Any::Fallible($fallible) => $($delegate)*!(self, $nested, $fallible),
                    Any::Infallible(delegate) => self.0.$nested(delegate).await,
                    Any::FlatFallible($fallible) => $($delegate)*!(self, yield_from, $fallible),
                    Any::Flat(delegate) => self.0.yield_from(delegate).await,
                }
            }

            async fn try_yield_from(&mut self, delegate: Any<V>) -> Result<(), Raise> {
                let result = match delegate {
                    Any::Fallible($fallible) => $($delegate)*!(self, $try_nested, $fallible),
                    Any::Infallible(delegate) => self.0.$try_nested(delegate).await,
                    Any::FlatFallible($fallible) => $($delegate)*!(self, try_yield_from, $fallible),
                    Any::Flat(delegate) => self.0.try_yield_from(delegate).await,
                };
                result.map_err(raise_of::<$error>)
            }

            async fn yield_from_lent(&mut self, delegate: &mut Any<V>) {
                let _: Option<()> = match delegate {
                    Any::Fallible($fallible) => $($delegate)*!(self, $nested, $fallible),
                    Any::Infallible(delegate) => self.0.$nested(delegate).await,
                    Any::FlatFallible($fallible) => $($delegate)*!(self, $nested, $fallible),
                    Any::Flat(delegate) => self.0.$nested(delegate).await,
                };
            }

            async fn try_yield_from_lent(&mut self, delegate: &mut Any<V>) -> Result<(), Raise> {
                let result = match delegate {
                    Any::Fallible($fallible) => $($delegate)*!(self, $try_nested, $fallible),
                    Any::Infallible(delegate) => self.0.$try_nested(delegate).await,
                    Any::FlatFallible($fallible) => $($delegate)*!(self, $try_nested, $fallible),
                    Any::Flat(delegate) => self.0.$try_nested(delegate).await,
                };
                result.map(|_| ()).map_err(raise_of::<$error>)
            }

            async fn raise(&mut self, raise: Raise) -> Infallible {
                self.0.raise(raised::<$error>(raise)).await
            }
        }
    };
}

macro_rules! delegate {
    ($self:ident, $method:ident, $delegate:ident) => {
        $self.0.$method($delegate).await
    };
}

macro_rules! refuse {
    ($self:ident, $method:ident, $delegate:ident) => {
        crate::generators::interpret::refuse($delegate)
    };
}

outlet!(Handle<V, u8>, u8, yield_from, try_yield_from, fallible => delegate);
outlet!(Handle<V, Infallible>, Infallible, yield_from, try_yield_from, fallible => refuse);
outlet!(
    FlatHandle<V, Fallible<u8>>, u8, yield_from_nested, try_yield_from_nested,
    fallible => delegate
);
outlet!(
    FlatHandle<V, Infallible>, Infallible, yield_from_nested, try_yield_from_nested,
    fallible => refuse
);

/// Makes a generator of a body.
pub(super) fn make<V: Sent>(program: &Rc<Program>, number: usize) -> Any<V> {
    let shared = program.clone();
    match &program.bodies[number] {
        Body::Own { fallible, native: true, .. } => V::native(program, number, *fallible),
        Body::Own { fallible: true, flat: true, .. } => {
            let body = move |co| raising::<V, _>(FlatHandle(co), shared, number);
            Any::FlatFallible(AsyncGenerator::fallible_recursive(body))
        }
        Body::Own { flat: true, .. } => {
            let body = move |co| never_raising::<V, _>(FlatHandle(co), shared, number);
            Any::Flat(AsyncGenerator::recursive(body))
        }
        Body::Own { fallible: true, .. } => {
            let body = move |co| raising::<V, _>(Handle(co), shared, number);
            Any::Fallible(AsyncGenerator::fallible(body).boxed())
        }
        Body::Own { .. } => {
            let body = move |co| never_raising::<V, _>(Handle(co), shared, number);
            Any::Infallible(AsyncGenerator::new(body).boxed())
        }
        Body::Over(_) => unreachable!("no iterable stands in a program of async generators"),
    }
}

/// A whole body that can raise.
async fn raising<V: Sent, O: Outlet<V>>(
    mut outlet: O,
    program: Rc<Program>,
    number: usize,
) -> Result<(), u8> {
    match whole::<V, _>(&mut outlet, &program, number).await {
        Ok(()) => Ok(()),
        Err(Raise::Error(kind)) => Err(kind),
        Err(raise) => match outlet.raise(raise).await {},
    }
}

/// A whole body that can't: it ends by an exit, at most.
async fn never_raising<V: Sent, O: Outlet<V>>(mut outlet: O, program: Rc<Program>, number: usize) {
    match whole::<V, _>(&mut outlet, &program, number).await {
        Ok(()) => {}
        Err(raise) => match outlet.raise(raise).await {},
    }
}

/// Runs a whole body.
pub(super) async fn whole<V: Sent, O: Outlet<V>>(
    outlet: &mut O,
    program: &Rc<Program>,
    number: usize,
) -> Result<(), Raise> {
    let Body::Own { body, .. } = &program.bodies[number] else {
        unreachable!("an iterable has no body")
    };
    let mut slots: [Option<Any<V>>; SLOTS] = [None, None];
    let mut run = Run { outlet, program, slots: &mut slots };
    run.block(body, Around { caught: None, in_try: false }).await.map(|_| ())
}

/// A body that runs.
struct Run<'a, V: Sent, O> {
    outlet: &'a mut O,
    program: &'a Rc<Program>,
    slots: &'a mut [Option<Any<V>>; SLOTS],
}

#[derive(Clone, Copy)]
struct Around {
    caught: Option<Raise>,
    in_try: bool,
}

/// How a block ends that raises nothing.
enum Flow {
    Next,
    Return,
    Break,
    Continue,
}

/// A destructor: `finally` of what need neither yield nor wait.
struct Guard(i64);

impl Drop for Guard {
    fn drop(&mut self) {
        say(format_args!("drop {}", self.0));
    }
}

type Ran<'a> = Pin<Box<dyn Future<Output = Result<Flow, Raise>> + 'a>>;

impl<V: Sent, O: Outlet<V>> Run<'_, V, O> {
    fn block<'b>(&'b mut self, block: &'b [S], around: Around) -> Ran<'b> {
        Box::pin(async move {
            for statement in block {
                match self.statement(statement, around).await? {
                    Flow::Next => {}
                    flow => return Ok(flow),
                }
            }
            Ok(Flow::Next)
        })
    }

    async fn raise(&mut self, raise: Raise, at_once: bool, around: Around) -> Result<Flow, Raise> {
        if at_once && !around.in_try {
            match self.outlet.raise(raise).await {}
        }
        Err(raise)
    }

    fn present(&self, slot: usize) -> bool {
        let present = self.slots[slot].is_some();
        if !present {
            say("nobody there");
        }
        present
    }

    async fn statement(&mut self, statement: &S, around: Around) -> Result<Flow, Raise> {
        let returned = || say("delegate returned None");
        match statement {
            S::Yield { value, plain } => {
                let sent = match *plain && !around.in_try {
                    true => self.outlet.yield_(*value).await,
                    false => self.outlet.try_yield(*value).await?,
                };
                say(format_args!("got {}", sent.shown()));
            }
            S::Print(label) => say(format_args!("print {label}")),
            S::Sleep(count) => {
                sleep(seconds(*count)).await;
                say("woke");
            }
            S::SleepCatching { seconds: count, again } => {
                match catch_cancelled(sleep(seconds(*count))).await {
                    Ok(()) => say("woke"),
                    Err(cancelled) => {
                        say("caught CancelledError");
                        if *again {
                            cancelled.propagate().await
                        }
                    }
                }
            }
            S::Return(_) => return Ok(Flow::Return),
            S::Loop { times, body } => {
                for _ in 0..*times {
                    match self.block(body, around).await? {
                        Flow::Next | Flow::Continue => {}
                        Flow::Break => break,
                        flow => return Ok(flow),
                    }
                }
            }
            S::Break => return Ok(Flow::Break),
            S::Continue => return Ok(Flow::Continue),
            S::Raise { kind, at_once } => {
                return self.raise(Raise::Error(*kind), *at_once, around).await;
            }
            S::RaiseExit { at_once } => return self.raise(Raise::Exit, *at_once, around).await,
            S::Reraise => return Err(around.caught.expect("it stands in a handler")),
            S::Try { body, handlers, finally } => {
                let mut ended = self.block(body, Around { in_try: true, ..around }).await;
                if let Err(raise) = ended
                    && let Some((_, handler)) =
                        handlers.iter().find(|(catch, _)| catch.catches(raise))
                {
                    say(format_args!("caught {raise}"));
                    let in_try = around.in_try || finally.is_some();
                    ended = self.block(handler, Around { caught: Some(raise), in_try }).await;
                }
                if let Some(finally) = finally {
                    say("finally");
                    match self.block(finally, Around { caught: None, ..around }).await? {
                        Flow::Next => {}
                        flow => return Ok(flow),
                    }
                }
                return ended;
            }
            S::Guard { label, body } => {
                let _guard = Guard(*label);
                return self.block(body, around).await;
            }
            S::YieldFrom { body, plain } => {
                let delegate = make::<V>(self.program, *body);
                match *plain && !around.in_try {
                    true => self.outlet.yield_from(delegate).await,
                    false => self.outlet.try_yield_from(delegate).await?,
                }
                returned();
            }
            S::YieldFromSlot { slot, plain } => {
                if self.present(*slot) {
                    let delegate = self.slots[*slot].as_mut().expect("it is there");
                    match *plain && !around.in_try {
                        true => self.outlet.yield_from_lent(delegate).await,
                        false => self.outlet.try_yield_from_lent(delegate).await?,
                    }
                    returned();
                }
            }
            S::ForEach { body, most, closing } => {
                match make::<V>(self.program, *body) {
                    Any::Fallible(items) => self.for_each(items, *most, *closing, around).await?,
                    Any::Infallible(items) => self.for_each(items, *most, *closing, around).await?,
                    Any::FlatFallible(items) => {
                        self.for_each(items, *most, *closing, around).await?;
                    }
                    Any::Flat(items) => self.for_each(items, *most, *closing, around).await?,
                }
                say("no more items");
            }
            S::Make { slot, body } => {
                // What was there is dropped before.
                self.slots[*slot] = None;
                self.slots[*slot] = Some(make::<V>(self.program, *body));
            }
            S::Drop { slot } => {
                if self.present(*slot) {
                    self.slots[*slot] = None;
                }
            }
            S::Drive { slot, step, raises } => {
                if self.present(*slot) {
                    let generator = self.slots[*slot].as_mut().expect("it is there");
                    // A body that drives another is a future in a future.
                    let ended = Box::pin(generator.drive(*step)).await;
                    if *raises {
                        ended?;
                    }
                }
            }
        }
        Ok(Flow::Next)
    }

    async fn for_each<B>(
        &mut self,
        mut items: AsyncGenerator<B>,
        most: u64,
        closing: bool,
        around: Around,
    ) -> Result<(), Raise>
    where
        B: Engine<Yield = i64, Send = V, Return = (), Error: Kind>,
    {
        if !closing {
            return self.each(&mut items, most, around.in_try).await;
        }
        let block = async |items: &mut AsyncGenerator<B>| self.each(items, most, true).await;
        match aclosing(items, block).await {
            Ok(ended) => ended,
            Err(failed) => Err(raise_of_close(failed.error)),
        }
    }

    async fn each<B>(
        &mut self,
        items: &mut AsyncGenerator<B>,
        most: u64,
        in_try: bool,
    ) -> Result<(), Raise>
    where
        B: Engine<Yield = i64, Send = V, Return = (), Error: Kind>,
    {
        for _ in 0..most {
            let item = match V::resume(items).await {
                Ok(Given::Yielded(item)) => item,
                Ok(Given::Complete(())) | Err(ResumeError::Finished) => break,
                Err(ResumeError::Raised(raised)) => return Err(raise_of::<B::Error>(raised)),
            };
            let sent = match in_try {
                false => self.outlet.yield_(item).await,
                true => self.outlet.try_yield(item).await?,
            };
            say(format_args!("got {}", sent.shown()));
        }
        Ok(())
    }
}
