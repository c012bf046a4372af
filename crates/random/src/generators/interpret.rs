//! A program of generators, interpreted through the public API of `twin-generators`.
//!
//! A body is interpreted by an async block, which yields by an `Outlet`: that of an async-block
//! body is its `co`; that of a native one asks the coroutine around it, see
//! [`native`](super::native).

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use twin_generators::{
    BoxFallibleGenerator, BoxGenerator, CloseError, Co, Engine, Fallible, FallibleRecursive,
    Generator, Mode, Outcome, Raised, Recursive, RecursiveCo, ResumeError, SendError, SendNone,
    StartError, State, Step as Given, Thrown,
};

use super::{Body, Program, Raise, SLOTS, Statement as S, Step};
use crate::trace::{self, Trace, say};

/// What a program does.
#[must_use]
pub fn trace(program: &Program) -> Trace {
    let program = Rc::new(program.clone());
    trace::trace_of(move || match program.sends {
        true => run::<Option<i64>>(&program),
        false => run::<()>(&program),
    })
}

fn run<V: Sent>(program: &Rc<Program>) {
    let mut generator = make::<V>(program, 0);
    for step in &program.driver {
        if *step == Step::Drop {
            break;
        }
        // What comes out is in the trace.
        let _ = generator.drive(*step);
    }
    say("> drop");
    drop(generator);
    say("over");
}

/// What bodies return.
pub(crate) type Returned = Option<i64>;

pub(crate) fn or_none(value: Returned) -> String {
    value.map_or("None".to_owned(), |value| value.to_string())
}

/// What is sent: an `Option`, or nothing.
pub(super) trait Sent: SendNone + Clone + 'static {
    fn shown(&self) -> String;
    fn of(value: i64) -> Self;
    fn resume<B: Engine<Send = Self>>(
        generator: &mut Generator<B>,
    ) -> Outcome<B, ResumeError<B::Error>>;
    fn item<B: Engine<Send = Self>>(
        generator: &mut Generator<B>,
    ) -> Option<<B::Mode as Mode>::Item<B::Yield>>;
}

impl Sent for () {
    fn shown(&self) -> String {
        "None".to_owned()
    }

    fn of(_: i64) {}

    fn resume<B: Engine<Send = ()>>(
        generator: &mut Generator<B>,
    ) -> Outcome<B, ResumeError<B::Error>> {
        generator.resume()
    }

    fn item<B: Engine<Send = ()>>(
        generator: &mut Generator<B>,
    ) -> Option<<B::Mode as Mode>::Item<B::Yield>> {
        generator.next()
    }
}

impl Sent for Option<i64> {
    fn shown(&self) -> String {
        or_none(*self)
    }

    fn of(value: i64) -> Self {
        Some(value)
    }

    fn resume<B: Engine<Send = Self>>(
        generator: &mut Generator<B>,
    ) -> Outcome<B, ResumeError<B::Error>> {
        generator.sending_none().resume()
    }

    fn item<B: Engine<Send = Self>>(
        generator: &mut Generator<B>,
    ) -> Option<<B::Mode as Mode>::Item<B::Yield>> {
        generator.sending_none().next()
    }
}

/// What a body raises: the kind of an error, or nothing.
pub(crate) trait Kind: 'static {
    fn kind(self) -> u8;
    fn of(kind: u8) -> Self;
}

impl Kind for u8 {
    fn kind(self) -> u8 {
        self
    }

    fn of(kind: u8) -> Self {
        kind
    }
}

impl Kind for Infallible {
    fn kind(self) -> u8 {
        match self {}
    }

    fn of(_: u8) -> Self {
        unreachable!("no valid program raises an error there")
    }
}

pub(crate) fn raise_of<E: Kind>(raised: impl Into<Raised<E>>) -> Raise {
    match raised.into() {
        Raised::Error(error) => Raise::Error(error.kind()),
        Raised::Exit => Raise::Exit,
        Raised::IgnoredExit => Raise::Ignored,
    }
}

pub(crate) fn raised<E: Kind>(raise: Raise) -> Raised<E> {
    match raise {
        Raise::Error(kind) => Raised::Error(E::of(kind)),
        Raise::Exit => Raised::Exit,
        Raise::Ignored => Raised::IgnoredExit,
    }
}

/// A generator of any body.
pub(super) enum Any<V: Sent> {
    Fallible(BoxFallibleGenerator<'static, i64, V, Returned, u8>),
    Infallible(BoxGenerator<'static, i64, V, Returned>),
    FlatFallible(FallibleRecursive<'static, i64, V, Returned, u8>),
    Flat(Recursive<'static, i64, V, Returned>),
    /// Over an iterable, which returns nothing.
    Over(BoxGenerator<'static, i64, V, ()>),
}

impl<V: Sent> Any<V> {
    fn drive(&mut self, step: Step) -> Result<(), Raise> {
        match self {
            Self::Fallible(generator) => drive(generator, step, Option::transpose),
            Self::Infallible(generator) => drive(generator, step, Ok),
            Self::FlatFallible(generator) => drive(generator, step, Option::transpose),
            Self::Flat(generator) => drive(generator, step, Ok),
            Self::Over(_) => unreachable!("no valid program drives an iterable"),
        }
    }
}

fn take<X>(
    outcome: Result<Given<i64, Returned>, X>,
    said: impl FnOnce(X) -> Result<String, Raise>,
) -> Result<(), Raise> {
    match outcome {
        Ok(Given::Yielded(value)) => say(format_args!("yielded {value}")),
        Ok(Given::Complete(value)) => say(format_args!("StopIteration {}", or_none(value))),
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

fn drive<V, B>(
    generator: &mut Generator<B>,
    step: Step,
    item: impl Fn(Option<<B::Mode as Mode>::Item<i64>>) -> Result<Option<i64>, u8>,
) -> Result<(), Raise>
where
    V: Sent,
    B: Engine<Yield = i64, Send = V, Return = Returned, Error: Kind>,
{
    let finished = || Ok("StopIteration None".to_owned());
    match step {
        Step::Next => {
            say("> next");
            take(V::resume(generator), |error| match error {
                ResumeError::Finished => finished(),
                ResumeError::Raised(raised) => Err(raise_of::<B::Error>(raised)),
            })
        }
        Step::Start => {
            say("> start");
            take(generator.start(), |error| match error {
                StartError::AlreadyStarted => Ok("already started".to_owned()),
                StartError::Finished => finished(),
                StartError::Raised(raised) => Err(raise_of::<B::Error>(raised)),
            })
        }
        Step::Item => {
            say("> item");
            match item(V::item(generator)) {
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
            take(generator.send(V::of(value)), |error| match error {
                SendError::JustStarted(back) if back.shown() == value.to_string() => {
                    let words = "can't send non-None value to a just-started generator";
                    Ok(format!("TypeError: {words}"))
                }
                SendError::JustStarted(back) => Ok(format!("{} came back", back.shown())),
                SendError::Finished(_) => finished(),
                SendError::Raised(raised) => Err(raise_of::<B::Error>(raised)),
            })
        }
        Step::Throw(kind) => {
            say(format_args!("> throw E{kind}"));
            let thrown = Thrown::Error(B::Error::of(kind));
            take(generator.throw(thrown), |raised| Err(raise_of::<B::Error>(raised)))
        }
        Step::ThrowExit => {
            say("> throw GeneratorExit");
            take(generator.throw(Thrown::Exit), |raised| Err(raise_of::<B::Error>(raised)))
        }
        Step::Close => {
            say("> close");
            let raise = match generator.close() {
                Ok(value) => {
                    say(format_args!("closed {}", or_none(value.flatten())));
                    return Ok(());
                }
                Err(CloseError::Raised(error)) => Raise::Error(error.kind()),
                Err(_) => Raise::Ignored,
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
        Step::Drop => unreachable!("whoever owns it drops it"),
        Step::NextWithin(_) | Step::Channel(_) => unreachable!("{AWAITS}"),
    }
}

const AWAITS: &str = "no valid program of generators waits";

/// How a body yields.
pub(super) trait Outlet<V: Sent> {
    /// By what catches nothing.
    async fn yield_(&mut self, value: i64) -> V;
    async fn try_yield(&mut self, value: i64) -> Result<V, Raise>;
    async fn yield_from(&mut self, delegate: Any<V>) -> Returned;
    async fn try_yield_from(&mut self, delegate: Any<V>) -> Result<Returned, Raise>;
    async fn yield_from_lent(&mut self, delegate: &mut Option<Any<V>>) -> Returned;
    async fn try_yield_from_lent(
        &mut self,
        delegate: &mut Option<Any<V>>,
    ) -> Result<Returned, Raise>;
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

            async fn yield_from(&mut self, delegate: Any<V>) -> Returned {
                match delegate {
                    Any::Fallible($fallible) => $($delegate)*!(self, $nested, $fallible),
                    Any::Infallible(delegate) => self.0.$nested(delegate).await,
                    Any::FlatFallible($fallible) => $($delegate)*!(self, yield_from, $fallible),
                    Any::Flat(delegate) => self.0.yield_from(delegate).await,
                    Any::Over(delegate) => {
                        self.0.$nested(delegate).await;
                        None
                    }
                }
            }

            async fn try_yield_from(&mut self, delegate: Any<V>) -> Result<Returned, Raise> {
                let result = match delegate {
                    Any::Fallible($fallible) => $($delegate)*!(self, $try_nested, $fallible),
                    Any::Infallible(delegate) => self.0.$try_nested(delegate).await,
                    Any::FlatFallible($fallible) => $($delegate)*!(self, try_yield_from, $fallible),
                    Any::Flat(delegate) => self.0.try_yield_from(delegate).await,
                    Any::Over(delegate) => self.0.$try_nested(delegate).await.map(|()| None),
                };
                result.map_err(raise_of::<$error>)
            }

            async fn yield_from_lent(&mut self, delegate: &mut Option<Any<V>>) -> Returned {
                let given: Option<Returned> = match delegate.as_mut().expect("it is there") {
                    Any::Fallible($fallible) => $($delegate)*!(self, $nested, $fallible),
                    Any::Infallible(delegate) => self.0.$nested(delegate).await,
                    Any::FlatFallible($fallible) => $($delegate)*!(self, $nested, $fallible),
                    Any::Flat(delegate) => self.0.$nested(delegate).await,
                    Any::Over(_) => unreachable!("no iterable stands in a slot"),
                };
                given.flatten()
            }

            async fn try_yield_from_lent(
                &mut self,
                delegate: &mut Option<Any<V>>,
            ) -> Result<Returned, Raise> {
                let result = match delegate.as_mut().expect("it is there") {
                    Any::Fallible($fallible) => $($delegate)*!(self, $try_nested, $fallible),
                    Any::Infallible(delegate) => self.0.$try_nested(delegate).await,
                    Any::FlatFallible($fallible) => $($delegate)*!(self, $try_nested, $fallible),
                    Any::Flat(delegate) => self.0.$try_nested(delegate).await,
                    Any::Over(_) => unreachable!("no iterable stands in a slot"),
                };
                result.map(Option::flatten).map_err(raise_of::<$error>)
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
        refuse($delegate)
    };
}

/// Stands where a delegate can't be.
pub(crate) fn refuse<D, R>(_: D) -> R {
    panic!("no valid program delegates from what can't raise to what can")
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
        Body::Over(items) => {
            let over: BoxGenerator<'static, i64, (), ()> = Generator::over(items.clone()).boxed();
            // An iterable is sent nothing: `V` is `()`.
            let over: Box<dyn std::any::Any> = Box::new(over);
            Any::Over(*over.downcast().expect("nothing is sent in this program"))
        }
        Body::Own { fallible: true, flat: true, .. } => {
            let body = move |co| raising::<V, _>(FlatHandle(co), shared, number);
            Any::FlatFallible(Generator::fallible_recursive(body))
        }
        Body::Own { fallible: false, flat: true, .. } => {
            let body = move |co| never_raising::<V, _>(FlatHandle(co), shared, number);
            Any::Flat(Generator::recursive(body))
        }
        Body::Own { fallible: true, native: false, .. } => {
            let body = move |co| raising::<V, _>(Handle(co), shared, number);
            Any::Fallible(Generator::fallible(body).boxed())
        }
        Body::Own { fallible: false, native: false, .. } => {
            let body = move |co| never_raising::<V, _>(Handle(co), shared, number);
            Any::Infallible(Generator::new(body).boxed())
        }
        Body::Own { fallible: true, .. } => super::native::fallible(shared, number),
        Body::Own { .. } => super::native::infallible(shared, number),
    }
}

/// A whole body that can raise.
async fn raising<V: Sent, O: Outlet<V>>(
    mut outlet: O,
    program: Rc<Program>,
    number: usize,
) -> Result<Returned, u8> {
    match whole::<V, _>(&mut outlet, &program, number).await {
        Ok(value) => Ok(value),
        Err(Raise::Error(kind)) => Err(kind),
        Err(raise) => match outlet.raise(raise).await {},
    }
}

/// A whole body that can't: it ends by an exit, at most.
async fn never_raising<V: Sent, O: Outlet<V>>(
    mut outlet: O,
    program: Rc<Program>,
    number: usize,
) -> Returned {
    match whole::<V, _>(&mut outlet, &program, number).await {
        Ok(value) => value,
        Err(raise) => match outlet.raise(raise).await {},
    }
}

/// Runs a whole body.
pub(super) async fn whole<V: Sent, O: Outlet<V>>(
    outlet: &mut O,
    program: &Rc<Program>,
    number: usize,
) -> Result<Returned, Raise> {
    let Body::Own { body, .. } = &program.bodies[number] else {
        unreachable!("an iterable has no body")
    };
    let mut slots: [Option<Any<V>>; SLOTS] = [None, None];
    let mut run = Run { outlet, program, slots: &mut slots };
    match run.block(body, Around { caught: None, in_try: false }).await? {
        Flow::Return(value) => Ok(value),
        _ => Ok(None),
    }
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
    Return(Returned),
    Break,
    Continue,
}

/// A destructor: `finally` of what doesn't need to yield.
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
        let returned = |value| say(format_args!("delegate returned {}", or_none(value)));
        match statement {
            S::Yield { value, plain } => {
                let sent = match *plain && !around.in_try {
                    true => self.outlet.yield_(*value).await,
                    false => self.outlet.try_yield(*value).await?,
                };
                say(format_args!("got {}", sent.shown()));
            }
            S::Print(label) => say(format_args!("print {label}")),
            S::Return(value) => return Ok(Flow::Return(*value)),
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
                returned(match *plain && !around.in_try {
                    true => self.outlet.yield_from(delegate).await,
                    false => self.outlet.try_yield_from(delegate).await?,
                });
            }
            S::YieldFromSlot { slot, plain } => {
                if self.present(*slot) {
                    let delegate = &mut self.slots[*slot];
                    returned(match *plain && !around.in_try {
                        true => self.outlet.yield_from_lent(delegate).await,
                        false => self.outlet.try_yield_from_lent(delegate).await?,
                    });
                }
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
                    let ended = generator.drive(*step);
                    if *raises {
                        ended?;
                    }
                }
            }
            S::Sleep(_) | S::SleepCatching { .. } | S::ForEach { .. } => unreachable!("{AWAITS}"),
        }
        Ok(Flow::Next)
    }
}
