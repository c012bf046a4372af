//! Recursive generators: PEP 380 as a plain generator has it, and no depth at which they end.

#![cfg_attr(feature = "nightly", feature(coroutines))]

#[macro_use]
mod conformance;

use std::cell::RefCell;
use std::rc::Rc;
use std::thread;

use twin_generators::{
    BoxFallibleGenerator, CloseError, Co, Fallible, FallibleRecursive, Generator, Raised,
    Recursive, RecursiveCo, State, Step, Thrown,
};
native! {
    use twin_generators::{
        FallibleNativeRecursive, NativeRecursive, Resumed, try_yield_nested, try_yield_recursive,
        yield_nested, yield_recursive, yield_value,
    };
}

/// A thread with the stack that tests and spawned threads have by default.
#[track_caller]
fn on_2_mib(work: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap();
}

const DEEP: usize = 1_000_000;

/// Yields 0 at the bottom, and returns what is sent there, plus one for each level.
fn down<'a>(levels: usize) -> FallibleRecursive<'a, usize, usize, usize, &'static str> {
    Generator::fallible_recursive(move |mut co| async move {
        if levels == 0 {
            return Ok(co.yield_(0).await);
        }
        Ok(co.yield_from(down(levels - 1)).await + 1)
    })
}

native! {
    fn down_native<'a>(
        levels: usize,
    ) -> FallibleNativeRecursive<'a, usize, usize, usize, &'static str> {
        Generator::fallible_recursive_native(
            #[coroutine]
            move |_| {
                if levels == 0 {
                    return Ok(yield_value!(0)?);
                }
                Ok(yield_recursive!(down_native(levels - 1)) + 1)
            },
        )
    }
}

/// Each level that an error passes adds one to it.
fn rising<'a>(levels: usize) -> FallibleRecursive<'a, usize, (), (), usize> {
    Generator::fallible_recursive(
        move |mut co: RecursiveCo<'_, _, _, Fallible<usize>>| async move {
            if levels == 0 {
                co.yield_(0).await;
                return Ok(());
            }
            match co.try_yield_from(rising(levels - 1)).await {
                Err(Raised::Error(risen)) => Err(risen + 1),
                Err(raised) => co.raise(raised).await,
                Ok(()) => Ok(()),
            }
        },
    )
}

native! {
    fn rising_native<'a>(levels: usize) -> FallibleNativeRecursive<'a, usize, (), (), usize> {
        Generator::fallible_recursive_native(
            #[coroutine]
            move |_: Resumed<(), usize>| {
                if levels == 0 {
                    yield_value!(0)?;
                    return Ok(());
                }
                match try_yield_recursive!(rising_native(levels - 1)) {
                    Err(Raised::Error(risen)) => Err(Raised::Error(risen + 1)),
                    result => result,
                }
            },
        )
    }
}

/// One test for each way of a million levels to end, on each engine.
macro_rules! a_million_levels {
    ($($name:ident: $down:expr, $rising:expr;)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn a_million_levels_are_built_stepped_and_returned_through() {
                on_2_mib(|| {
                    let mut deep = $down(DEEP);
                    assert_eq!(deep.start(), Ok(Step::Yielded(0)));
                    assert_eq!(deep.send(5), Ok(Step::Complete(DEEP + 5)));
                });
            }

            #[test]
            fn a_million_levels_are_dropped() {
                on_2_mib(|| {
                    let mut deep = $down(DEEP);
                    assert_eq!(deep.start(), Ok(Step::Yielded(0)));
                    drop(deep);
                });
            }

            #[test]
            fn a_million_levels_are_closed() {
                on_2_mib(|| {
                    let mut deep = $rising(DEEP);
                    assert_eq!(deep.next(), Some(Ok(0)));
                    assert_eq!(deep.close(), Ok(None));
                    assert_eq!(deep.state(), State::Closed);
                });
            }

            #[test]
            fn a_million_levels_are_thrown_through() {
                on_2_mib(|| {
                    let mut deep = $rising(DEEP);
                    assert_eq!(deep.next(), Some(Ok(0)));
                    assert_eq!(deep.throw(1), Err(Raised::Error(DEEP + 1)));

                    let mut deep = $down(DEEP);
                    assert_eq!(deep.start(), Ok(Step::Yielded(0)));
                    assert_eq!(deep.throw("boom"), Err(Raised::Error("boom")));
                });
            }
        }
    )*};
}

a_million_levels! {
    stable: down, rising;
}
native! {
    a_million_levels! {
        native: down_native, rising_native;
    }
}

/// What happened, in order.
type Log = Rc<RefCell<Vec<String>>>;

type Plain<'a> = BoxFallibleGenerator<'a, i32, i32, i32, &'static str>;

/// What a body does: one step after the other, then it returns its last value.
#[derive(Clone, Debug)]
enum Act {
    /// `heard = yield value`
    Yield(i32),
    /// `try: heard = yield value`, and all that is thrown is caught, and logged.
    Catch(i32),
    /// `heard = yield from …`
    From(Vec<Act>),
    /// `try: heard = yield from …`, and all that is raised is caught, and logged.
    TryFrom(Vec<Act>),
    /// `raise`
    Raise(&'static str),
}

struct Finally(Log, usize);

impl Drop for Finally {
    fn drop(&mut self) {
        self.0.borrow_mut().push(format!("finally {}", self.1));
    }
}

/// A script as a generator: of which kind, and by which methods it delegates.
macro_rules! runs_a_script {
    ($(
        $(#[$doc:meta])*
        fn $name:ident() -> $kind:ty {
            $new:ident(|$co:ty|), $yield_from:ident, $try_yield_from:ident $(, $boxed:ident)?
        }
    )*) => {$(
        $(#[$doc])*
        fn $name(script: Vec<Act>, level: usize, log: Log) -> $kind {
            Generator::$new(move |mut co: $co| async move {
                let _finally = Finally(log.clone(), level);
                let mut heard = 0;
                for act in script {
                    match act {
                        Act::Yield(value) => heard = co.yield_(value).await,
                        Act::Catch(value) => match co.try_yield(value).await {
                            Ok(sent) => heard = sent,
                            Err(thrown) => {
                                log.borrow_mut().push(format!("{level} caught {thrown}"));
                            }
                        },
                        Act::From(script) => {
                            heard = co.$yield_from($name(script, level + 1, log.clone())).await;
                        }
                        Act::TryFrom(script) => {
                            let delegate = $name(script, level + 1, log.clone());
                            match co.$try_yield_from(delegate).await {
                                Ok(value) => heard = value,
                                Err(raised) => {
                                    log.borrow_mut().push(format!("{level} caught {raised}"));
                                }
                            }
                        }
                        Act::Raise(error) => return Err(error),
                    }
                    log.borrow_mut().push(format!("{level} heard {heard}"));
                }
                Ok(heard)
            })
            $(.$boxed())?
        }
    )*};
}

type Flat<'a> = FallibleRecursive<'a, i32, i32, i32, &'static str>;

runs_a_script! {
    /// A plain generator, whose delegates are nested.
    fn plain() -> Plain<'static> {
        fallible(|Co<_, _, _>|), yield_from, try_yield_from, boxed
    }

    /// A recursive one.
    fn recursive() -> Flat<'static> {
        fallible_recursive(|RecursiveCo<'_, _, _, _>|), yield_from, try_yield_from
    }

    /// A recursive one, each of whose delegates is nested.
    fn nesting() -> Flat<'static> {
        fallible_recursive(|RecursiveCo<'_, _, _, _>|), yield_from_nested, try_yield_from_nested
    }
}

native! {
    /// The same on the native engine, whose bodies and their log move between threads.
    mod on_native {
        use std::sync::{Arc, Mutex};

        use super::*;

        type SharedLog = Arc<Mutex<Vec<String>>>;

        struct Finally(SharedLog, usize);

        impl Drop for Finally {
            fn drop(&mut self) {
                self.0.lock().unwrap().push(format!("finally {}", self.1));
            }
        }

        pub(super) fn recursive(
            script: Vec<Act>,
            level: usize,
            log: SharedLog,
        ) -> FallibleNativeRecursive<'static, i32, i32, i32, &'static str> {
            Generator::fallible_recursive_native(
                #[coroutine]
                move |_: Resumed<i32, &'static str>| {
                    let _finally = Finally(log.clone(), level);
                    let mut heard = 0;
                    for act in script {
                        match act {
                            Act::Yield(value) => heard = yield_value!(value)?,
                            Act::Catch(value) => match yield_value!(value) {
                                Ok(sent) => heard = sent,
                                Err(thrown) => {
                                    log.lock().unwrap().push(format!("{level} caught {thrown}"));
                                }
                            },
                            Act::From(script) => {
                                heard = yield_recursive!(recursive(script, level + 1, log.clone()));
                            }
                            Act::TryFrom(script) => {
                                match try_yield_recursive!(recursive(script, level + 1, log.clone())) {
                                    Ok(value) => heard = value,
                                    Err(raised) => {
                                        log.lock().unwrap().push(format!("{level} caught {raised}"));
                                    }
                                }
                            }
                            Act::Raise(error) => Err(error)?,
                        }
                        log.lock().unwrap().push(format!("{level} heard {heard}"));
                    }
                    Ok(heard)
                },
            )
        }
    }
}

/// What a caller does.
#[derive(Clone, Copy, Debug)]
enum Call {
    Send(i32),
    Throw(&'static str),
    ThrowExit,
    Close,
    Drop,
}

/// Calls a generator, and gives what came of each call.
fn called<B>(mut generator: Generator<B>, calls: &[Call]) -> Vec<String>
where
    B: twin_generators::FallibleBody<i32, &'static str, i32, i32>,
{
    let mut came = vec![format!("{:?}", generator.start())];
    for call in calls {
        came.push(match *call {
            Call::Send(value) => format!("{:?}", generator.send(value)),
            Call::Throw(error) => format!("{:?}", generator.throw(error)),
            Call::ThrowExit => format!("{:?}", generator.throw(Thrown::Exit)),
            Call::Close => format!("{:?}", generator.close()),
            Call::Drop => break,
        });
        came.push(format!("{:?}", generator.state()));
    }
    came
}

/// Numbers that look like chance, and are the same each time (Knuth's MMIX).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn script(&mut self, depth: u64) -> Vec<Act> {
        (0..self.below(4))
            .map(|_| {
                let value = i32::try_from(self.below(100)).unwrap();
                match self.below(if depth == 0 { 5 } else { 10 }) {
                    0 | 1 => Act::Yield(value),
                    2 | 3 => Act::Catch(value),
                    4 => {
                        if self.below(3) == 0 {
                            Act::Raise("raised")
                        } else {
                            Act::Catch(value)
                        }
                    }
                    5..=7 => Act::From(self.script(depth - 1)),
                    _ => Act::TryFrom(self.script(depth - 1)),
                }
            })
            .collect()
    }

    fn calls(&mut self) -> Vec<Call> {
        (0..self.below(8))
            .map(|count| match self.below(10) {
                0 | 1 => Call::Throw("thrown"),
                2 => Call::ThrowExit,
                3 => Call::Close,
                4 => Call::Drop,
                _ => Call::Send(i32::try_from(count).unwrap()),
            })
            .collect()
    }
}

#[test]
fn flat_delegation_does_what_nested_does_in_20_000_programs() {
    let mut chance = Chance(380);
    let mut deepest = 0;
    for _ in 0..20_000 {
        let (script, calls) = (chance.script(5), chance.calls());
        let run = |generator: &dyn Fn(Log) -> Vec<String>| {
            let log = Log::default();
            let came = generator(log.clone());
            (came, log.take())
        };
        let expected = run(&|log| called(plain(script.clone(), 0, log), &calls));
        deepest = deepest.max(expected.1.len());
        let flat = run(&|log| called(recursive(script.clone(), 0, log), &calls));
        assert_eq!(flat, expected, "{script:?} {calls:?}");
        let nested = run(&|log| called(nesting(script.clone(), 0, log), &calls));
        assert_eq!(nested, expected, "nested: {script:?} {calls:?}");

        native! {
            let log = std::sync::Arc::default();
            let body = on_native::recursive(script.clone(), 0, std::sync::Arc::clone(&log));
            let came = called(body, &calls);
            let native = (came, std::mem::take(&mut *log.lock().unwrap()));
            assert_eq!(native, expected, "native: {script:?} {calls:?}");
        }
    }
    assert!(deepest > 10, "the programs do something");
}

#[test]
fn infallible_delegates_fit_a_fallible_body_and_errors_pass_through_their_clean_up() {
    fn inner<'a>(levels: u32, log: &'a RefCell<Vec<u32>>) -> Recursive<'a, u32> {
        Generator::recursive(move |mut co| async move {
            let result = if levels == 0 {
                co.try_yield(7).await.map_err(Raised::from)
            } else {
                co.try_yield_from(inner(levels - 1, log)).await
            };
            log.borrow_mut().push(levels);
            if let Err(raised) = result {
                co.raise(raised).await
            }
        })
    }
    let log = RefCell::new(Vec::new());
    let mut outer: FallibleRecursive<'_, u32, (), &str, String> =
        Generator::fallible_recursive(|mut co| {
            let log = &log;
            async move {
                match co.try_yield_from(inner(2, log)).await {
                    Err(Raised::Error(error)) => Err(format!("outer: {error}")),
                    _ => Ok("undisturbed"),
                }
            }
        });
    assert_eq!(outer.next(), Some(Ok(7)));
    assert_eq!(outer.throw("boom".to_owned()), Err(Raised::Error("outer: boom".to_owned())));
    assert_eq!(log.take(), [0, 1, 2]);

    native! {
        fn native<'a>(levels: u32) -> NativeRecursive<'a, u32> {
            Generator::recursive_native(
                #[coroutine]
                move |_| {
                    if levels == 0 {
                        let _finally = yield_value!(7);
                        let _cleaning = yield_value!(8);
                    } else {
                        yield_recursive!(native(levels - 1));
                    }
                    Ok(())
                },
            )
        }
        let mut outer: FallibleNativeRecursive<'_, u32, (), &str, String> =
            Generator::fallible_recursive_native(
                #[coroutine]
                |_: Resumed<(), String>| match try_yield_recursive!(native(2)) {
                    Err(Raised::Error(error)) => Err(Raised::Error(format!("outer: {error}"))),
                    _ => Ok("undisturbed"),
                },
            );
        assert_eq!(outer.next(), Some(Ok(7)));
        assert_eq!(outer.throw("boom".to_owned()), Ok(Step::Yielded(8)));
        assert_eq!(outer.next(), Some(Err("outer: boom".to_owned())));
    }
}

#[test]
fn delegates_that_borrow_are_started_or_are_of_another_kind_go_nested() {
    fn outer<'a>() -> Recursive<'a, i32> {
        Generator::recursive(|mut co| async move {
            let numbers = [1, 2, 3];
            let mut started = Generator::over(numbers.iter().copied());
            co.yield_(10 * started.next().unwrap()).await;
            assert_eq!(co.yield_from_nested(&mut started).await, Some(()));
            assert_eq!(co.yield_from_nested(&mut started).await, None);
            let mut recursion = leaf();
            assert_eq!(recursion.next(), Some(4));
            assert_eq!(co.yield_from_nested(recursion.rest()).await, Some(()));
            co.yield_from_iter([6, 7]).await;
        })
    }
    fn leaf<'a>() -> Recursive<'a, i32> {
        Generator::recursive(|mut co| async move { co.yield_from_iter([4, 5]).await })
    }
    assert_eq!(outer().collect::<Vec<_>>(), [10, 2, 3, 5, 6, 7]);

    native! {
        let native: NativeRecursive<'_, i32> = Generator::recursive_native(
            #[coroutine]
            |_| {
                yield_nested!(Generator::over([1, 2]));
                assert_eq!(try_yield_nested!(Generator::over([3]).rest()), Ok(Some(())));
                Ok(())
            },
        );
        assert_eq!(native.sum::<i32>(), 6);
    }
}

native! {
    #[test]
    fn native_recursion_moves_to_another_thread_half_way() {
        let mut deep = down_native(1_000);
        assert_eq!(deep.start(), Ok(Step::Yielded(0)));
        let end = thread::spawn(move || deep.send(1)).join().unwrap();
        assert_eq!(end, Ok(Step::Complete(1_001)));
    }
}

#[test]
fn recursive_generator_may_stand_for_one_that_lives_shorter() {
    fn shorter<'s>(
        long: Recursive<'static, char>,
        _for_as_long_as: &'s str,
    ) -> Recursive<'s, char> {
        long
    }
    let word = String::from("spam");
    let long = Generator::recursive(|mut co| async move { co.yield_('a').await });
    assert_eq!(shorter(long, &word).collect::<String>(), "a");
    native! {
        fn shorter_native<'s>(
            long: NativeRecursive<'static, char>,
            _for_as_long_as: &'s str,
        ) -> NativeRecursive<'s, char> {
            long
        }
        let long = Generator::recursive_native(
            #[coroutine]
            |_| {
                yield_value!('a')?;
                Ok(())
            },
        );
        assert_eq!(shorter_native(long, &word).collect::<String>(), "a");
    }
}

#[test]
fn delegate_with_a_past_that_is_handed_over_panics_with_the_way_out() {
    let outer: Recursive<'_, usize, usize, usize> = Generator::recursive(|mut co| async move {
        let mut started: Recursive<'_, usize, usize, usize> =
            Generator::recursive(|mut co| async move { co.yield_(1).await });
        started.start().unwrap();
        co.yield_from(started).await
    });
    let mut outer = std::panic::AssertUnwindSafe(outer);
    let payload = std::panic::catch_unwind(move || outer.start().is_ok()).unwrap_err();
    let message = payload.downcast::<&str>().unwrap();
    assert!(message.contains("yield_from_nested(g.rest())"), "{message}");
}

#[test]
fn body_that_panics_closes_the_whole_recursion() {
    fn falling<'a>(levels: u32) -> Recursive<'a, u32> {
        Generator::recursive(move |mut co| async move {
            if levels == 0 {
                co.yield_(0).await;
                panic!("boom");
            }
            co.yield_from(falling(levels - 1)).await;
        })
    }
    let mut recursion = falling(3);
    assert_eq!(recursion.next(), Some(0));
    let step = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| recursion.next()));
    assert!(step.is_err());
    assert_eq!(recursion.state(), State::Closed);
    assert_eq!(recursion.next(), None);
    assert_eq!(recursion.close(), Ok::<_, CloseError<_>>(None));
}
