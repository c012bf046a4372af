//! What the Rust side adds to the protocol: panics, drops, borrows, threads, types.

#![cfg_attr(feature = "nightly", feature(coroutines))]

#[macro_use]
mod conformance;

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::thread;

use twin_generators::{
    AlreadyExecuting, Body, BoxGenerator, CloseError, Co, Context, Engine, FallibleBody, Generator,
    Raised, ResumeError, SendError, Shared, StartError, State, Step, Thrown, closing, with,
};
native! {
    use twin_generators::{SendBoxFallibleGenerator, yield_from};
}

/// Runs a step that panics, and gives the panic's message.
#[track_caller]
fn panic_message<T>(step: impl FnOnce() -> T) -> String {
    let payload = catch_unwind(AssertUnwindSafe(step)).err().expect("the step panics");
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => (*payload.downcast::<&str>().expect("a message")).to_owned(),
    }
}

/// Every operation on a closed generator says so, and none panics.
#[track_caller]
fn check_closed<B: Engine<Send = (), Error = Infallible>>(mut generator: Generator<B>) {
    assert_eq!(generator.state(), State::Closed);
    assert_eq!(generator.start().err(), Some(StartError::Finished));
    assert_eq!(generator.resume().err(), Some(ResumeError::Finished));
    assert_eq!(generator.send(()).err(), Some(SendError::Finished(())));
    assert_eq!(generator.throw(Thrown::Exit).err(), Some(Raised::Exit));
    assert!(generator.close().is_ok_and(|value| value.is_none()));
    assert!(generator.next().is_none());
    assert!(generator.next().is_none(), "a generator is fused");
}

#[test]
fn body_that_panics_closes_its_generator() {
    fn await_body(step: i32) -> Generator<impl Body<i32>> {
        Generator::new(move |mut co| async move {
            assert_ne!(step, 1, "boom");
            co.yield_(1).await;
            panic!("boom");
        })
    }
    native! {
        fn native_body(step: i32) -> Generator<impl Body<i32>> {
            Generator::native(
                #[coroutine]
                move |_| {
                    assert_ne!(step, 1, "boom");
                    (yield 1)?;
                    panic!("boom");
                },
            )
        }
    }
    fn check<B: Engine<Send = (), Error = Infallible>>(mut generator: Generator<B>, steps: u32) {
        for _ in 1..steps {
            assert!(generator.next().is_some());
        }
        assert!(panic_message(|| generator.next().is_some()).contains("boom"));
        check_closed(generator);
    }
    check(await_body(1), 1);
    check(await_body(2), 2);
    native! {
        check(native_body(1), 1);
        check(native_body(2), 2);
    }
    check(await_body(2).boxed(), 2);
}

#[test]
fn closed_generators_refuse_without_panicking() {
    fn ended<B: Engine<Send = ()>>(mut generator: Generator<B>) -> Generator<B> {
        while generator.next().is_some() {}
        generator
    }
    check_closed(ended(Generator::new(|mut co| async move { co.yield_(1).await })));
    check_closed(ended(Generator::over(0..3)));
    check_closed(ended(Generator::from_fn(|_| Step::<(), _>::Complete(()))));
    native! {
        check_closed(ended(Generator::native(
            #[coroutine]
            |_| Ok::<_, Raised<_>>((yield 1)?),
        )));
    }
}

#[test]
fn destructors_run_before_the_caller_learns_of_the_error() {
    struct Finally<'a>(&'a RefCell<Vec<&'static str>>, &'static str);
    impl Drop for Finally<'_> {
        fn drop(&mut self) {
            self.0.borrow_mut().push(self.1);
        }
    }
    let log = RefCell::new(Vec::new());
    let mut outer = Generator::fallible(|mut co| {
        let log = &log;
        async move {
            let _outer = Finally(log, "outer");
            let delegate = Generator::fallible(|mut co| async move {
                let _inner = Finally(log, "inner");
                co.yield_(1).await;
                Ok(())
            });
            co.yield_from(delegate).await;
            Ok(())
        }
    });
    assert_eq!(outer.next(), Some(Ok(1)));
    assert_eq!(outer.throw("boom"), Err(Raised::Error("boom")));
    log.borrow_mut().push("caller");
    assert_eq!(*log.borrow(), ["inner", "outer", "caller"]);
}

#[test]
fn dropping_runs_destructors_and_does_not_resume_the_body() {
    let resumed = Cell::new(false);
    let owned = std::rc::Rc::new(());
    let mut generator = Generator::new(|mut co| {
        let (resumed, owned) = (&resumed, owned.clone());
        async move {
            let _ = co.try_yield(1).await;
            resumed.set(true);
            drop(owned);
        }
    });
    assert_eq!(generator.next(), Some(1));
    drop(generator);
    assert!(!resumed.get());
    assert_eq!(std::rc::Rc::strong_count(&owned), 1);
}

#[test]
fn bodies_borrow_from_their_environment() {
    let mut words = vec![String::from("spam")];
    let mut pusher = Generator::new(|mut co| {
        let words = &mut words;
        async move {
            for _ in 0..2 {
                let word: &str = co.yield_(words.len()).await;
                words.push(word.to_owned());
            }
        }
    });
    assert_eq!(pusher.start(), Ok(Step::Yielded(1)));
    assert_eq!(pusher.send("eggs"), Ok(Step::Yielded(2)));
    drop(pusher);
    assert_eq!(words, ["spam", "eggs"]);

    native! {
        let mut pusher = Generator::native(
            #[coroutine]
            |_| {
                for _ in 0..2 {
                    let word: &str = (yield words.len())?;
                    words.push(word.to_owned());
                }
                Ok(())
            },
        );
        assert_eq!(pusher.start(), Ok(Step::Yielded(2)));
        assert_eq!(pusher.send("ham"), Ok(Step::Yielded(3)));
        drop(pusher);
        assert_eq!(words, ["spam", "eggs", "ham"]);
    }
}

native! {
    #[test]
    fn native_body_may_borrow_across_a_yield() {
        let generator = Generator::native(Box::pin(
            #[coroutine]
            static |_| {
                let words = [String::from("spam"), String::from("eggs")];
                for word in &words {
                    (yield word.len())?;
                }
                Ok(())
            },
        ));
        assert_eq!(generator.collect::<Vec<_>>(), [4, 4]);
    }
}

native! {
    #[test]
    fn native_generator_moves_to_another_thread_half_way() {
        let mut generator = Generator::native(
            #[coroutine]
            |_| {
                yield_from!(Generator::over(0..3));
                Ok(())
            },
        );
        assert_eq!(generator.next(), Some(0));
        let rest = thread::spawn(move || generator.collect::<Vec<_>>()).join().unwrap();
        assert_eq!(rest, [1, 2]);
    }
}

#[test]
fn awaiting_something_else_panics_with_the_way_out() {
    let mut waiting = Generator::new(|mut co| async move {
        co.yield_(1).await;
        std::future::pending::<()>().await;
    });
    assert_eq!(waiting.next(), Some(1));
    let message = panic_message(|| waiting.next());
    assert!(message.contains("twin-async-generators"), "{message}");
    check_closed(waiting);
}

#[test]
fn yield_that_is_not_awaited_panics_rather_than_lose_a_value() {
    #[track_caller]
    fn check(mut careless: Generator<impl Body<i32>>) {
        let message = panic_message(|| careless.next());
        assert!(message.contains("await each one where it stands"), "{message}");
        check_closed(careless);
    }
    check(Generator::new(|mut co| async move {
        drop(co.yield_(1));
        co.yield_(2).await;
    }));
    check(Generator::new(|mut co| async move { drop(co.yield_(1)) }));
}

#[test]
fn panic_of_a_careless_yield_points_into_the_body() {
    static FILE: OnceLock<String> = OnceLock::new();
    let default = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let message = info.payload_as_str().unwrap_or_default();
        if message.contains("await each one where it stands")
            && thread::current().name() == Some("careless")
        {
            FILE.get_or_init(|| info.location().unwrap().file().to_owned());
        } else {
            default(info);
        }
    }));
    let careless = || {
        let mut generator = Generator::new(|mut co| async move {
            drop(co.yield_(1));
            co.yield_(2).await;
        });
        generator.next()
    };
    let thread = thread::Builder::new().name("careless".to_owned()).spawn(careless).unwrap();
    assert!(thread.join().is_err());
    assert_eq!(FILE.get().map(String::as_str), Some(file!()));
}

#[test]
fn delegate_with_a_past_that_is_handed_over_panics_with_the_way_out() {
    let letters = || {
        let mut letters = Generator::over("ab".chars());
        assert_eq!(letters.next(), Some('a'));
        letters
    };
    let outer = |letters| Generator::new(|mut co| async move { co.yield_from(letters).await });
    let message = panic_message(|| outer(letters()).next());
    assert!(message.contains("has been started"), "{message}");
    assert!(message.contains("yield_from(g.rest())"), "{message}");

    let mut ended = letters();
    assert_eq!(ended.by_ref().count(), 1);
    let message = panic_message(|| outer(ended).next());
    assert!(message.contains("has ended"), "{message}");
    assert!(message.contains("yield_from(&mut g)"), "{message}");
}

#[test]
fn raise_that_is_not_awaited_panics_and_names_itself() {
    let mut racing = Generator::fallible(|mut co| async move {
        {
            let mut raising = std::pin::pin!(co.raise("lost"));
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            assert!(raising.as_mut().poll(&mut context).is_pending());
        }
        co.yield_(1).await;
        Ok(())
    });
    let message = panic_message(|| racing.next());
    assert!(message.contains("`raise`"), "{message}");
}

#[test]
fn value_sent_to_an_iterator_panics_with_the_way_out() {
    let mut body = Generator::new(|mut co: Co<i32, Option<i32>>| async move {
        co.yield_from_iter([1, 2]).await;
    });
    body.start().unwrap();
    let message = panic_message(|| body.send(Some(42)));
    assert!(message.contains("no `send`"), "{message}");
}

#[test]
fn delegate_may_be_borrowed_and_goes_on_afterwards() {
    let mut numbers = Generator::over(0..3);
    let mut first = Generator::new(|mut co| {
        let numbers = &mut numbers;
        async move { co.yield_from(numbers).await }
    });
    assert_eq!(first.next(), Some(0));
    drop(first);
    assert_eq!(numbers.collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn infallible_delegate_fits_a_fallible_body() {
    let mut outer = Generator::fallible(|mut co| async move {
        let words = Generator::new(|mut co| async move {
            co.yield_("spam").await;
        });
        match co.try_yield_from(words).await {
            Err(Raised::Error(error)) => Err(format!("{error}, said outer")),
            _ => Ok(()),
        }
    });
    assert_eq!(outer.next(), Some(Ok("spam")));
    let raised = outer.throw(String::from("too hot"));
    assert_eq!(raised, Err(Raised::Error(String::from("too hot, said outer"))));
}

#[test]
fn generators_are_fields_elements_and_return_values() {
    struct Player<B> {
        deck: Generator<B>,
    }
    fn deck() -> Generator<impl Body<u32>> {
        Generator::over(1..=3)
    }
    let player = Player { deck: deck() };
    let hands: Vec<BoxGenerator<'_, u32>> = vec![player.deck.boxed(), deck().boxed()];
    assert_eq!(hands.into_iter().flatten().sum::<u32>(), 12);
}

#[test]
fn boxing_keeps_the_place() {
    let mut sum = Generator::new(|mut co| async move {
        let left: i32 = co.yield_(()).await;
        let right = co.yield_(()).await;
        left + right
    });
    sum.start().unwrap();
    sum.send(1).unwrap();
    let mut sum: BoxGenerator<'_, (), i32, i32> = sum.boxed();
    assert_eq!(sum.state(), State::Suspended);
    assert_eq!(sum.send(2), Ok(Step::Complete(3)));
    assert_eq!(sum.boxed().state(), State::Closed);
}

/// A context that writes down how it ends.
fn noted(log: &RefCell<Vec<&'static str>>) -> Generator<impl Body<()>> {
    struct Finally<'a>(&'a RefCell<Vec<&'static str>>);
    impl Drop for Finally<'_> {
        fn drop(&mut self) {
            self.0.borrow_mut().push("destructor");
        }
    }
    Generator::new(async move |mut co: Co<()>| {
        let _finally = Finally(log);
        let _ = co.try_yield(()).await;
        log.borrow_mut().push("second half");
    })
}

#[test]
fn block_that_panics_closes_its_context() {
    let log = RefCell::new(Vec::new());
    let message = panic_message(|| with(noted(&log), |()| -> Result<(), &str> { panic!("boom") }));
    assert_eq!(message, "boom");
    assert_eq!(log.into_inner(), ["second half", "destructor"]);
}

#[test]
fn context_that_is_left_early_is_closed() {
    let log = RefCell::new(Vec::new());
    let block = || -> Result<(), &str> {
        let (_context, ()) = Context::enter(noted(&log)).map_err(|_| "not entered")?;
        Err("left by `?`")?;
        Ok(())
    };
    assert_eq!(block(), Err("left by `?`"));
    assert_eq!(log.into_inner(), ["second half", "destructor"]);
}

#[test]
fn clean_up_that_panics_while_a_panic_unwinds_does_not_abort() {
    fn explosive() -> Generator<impl Body<()>> {
        Generator::new(|mut co| async move {
            let _ = co.try_yield(()).await;
            panic!("clean-up");
        })
    }
    let message = panic_message(|| {
        let mut generator = closing(explosive());
        generator.next();
        panic!("block");
    });
    assert_eq!(message, "block");
    let block = |()| -> Result<(), &str> { panic!("block") };
    assert_eq!(panic_message(|| with(explosive(), block)), "block");
}

#[test]
fn closing_keeps_the_error_of_a_clean_up_for_who_asks() {
    let failing = Generator::fallible(|mut co| async move {
        let _: Result<(), _> = co.try_yield(1).await;
        Err::<(), _>("unreadable")
    });
    let mut guard = closing(failing);
    assert_eq!(guard.next(), Some(Ok(1)));
    assert_eq!(guard.close(), Err(CloseError::Raised("unreadable")));
}

#[test]
fn shared_generator_stands_in_a_field_and_steps_within_its_own_loop() {
    struct Desk {
        tickets: Shared<BoxGenerator<'static, u32>>,
    }
    let desk = Desk { tickets: Shared::new(Generator::over(1..=4).boxed()) };
    let mut pairs = Vec::new();
    while let Some(first) = desk.tickets.next().unwrap() {
        assert_eq!(desk.tickets.state(), State::Suspended);
        pairs.push((first, desk.tickets.next().unwrap().unwrap()));
    }
    assert_eq!(pairs, [(1, 2), (3, 4)]);
}

#[test]
fn shared_step_of_a_generator_that_runs_gives_back_what_was_sent() {
    let echo = Shared::new(Generator::new(|mut co: Co<(), String>| async move {
        loop {
            co.yield_(()).await;
        }
    }));
    let entered = echo.enter().unwrap();
    assert_eq!(echo.send("moo".to_owned()), Err(AlreadyExecuting("moo".to_owned())));
    assert_eq!(echo.throw(Thrown::Exit), Err(AlreadyExecuting(Thrown::Exit)));
    assert_eq!(echo.start(), Err(AlreadyExecuting(())));
    assert_eq!(echo.close(), Err(AlreadyExecuting(())));
    drop(entered);
    assert_eq!(echo.start(), Ok(Ok(Step::Yielded(()))));
}

#[test]
fn body_with_a_weak_handle_to_itself_runs_its_destructors() {
    let dropped = std::rc::Rc::new(Cell::new(false));
    struct Finally(std::rc::Rc<Cell<bool>>);
    impl Drop for Finally {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }
    let finally = Finally(dropped.clone());
    let shared = Shared::<BoxGenerator<'_, State>>::new_cyclic(|me| {
        Generator::new(|mut co| async move {
            let _finally = finally;
            let state = me.upgrade().expect("its caller owns it").state();
            co.yield_(state).await;
        })
        .boxed()
    });
    assert_eq!(shared.next(), Ok(Some(State::Running)));
    drop(shared);
    assert!(dropped.get());
}

native! {
    #[test]
    fn boxed_native_generator_moves_to_another_thread() {
        let counting: SendBoxFallibleGenerator<'_, u32, (), (), String> = Generator::fallible_native(
            #[coroutine]
            |_| {
                (yield 1)?;
                (yield 2)?;
                Ok(())
            },
        )
        .boxed_send();
        let sum = thread::spawn(move || counting.sum::<Result<u32, String>>());
        assert_eq!(sum.join().unwrap(), Ok(3));
    }
}

/// All names of the crate at once leave `next` to the generators.
mod glob {
    use twin_generators::*;

    #[test]
    fn glob_import_leaves_next_alone() {
        let mut one = Generator::new(|mut co| async move {
            co.yield_(1).await;
        });
        assert_eq!(one.next(), Some(1));
        assert_eq!(one.next(), None);
    }
}

#[test]
fn raise_ends_an_infallible_body_and_its_iteration() {
    let mut polite = Generator::new(|mut co| async move {
        co.yield_(1).await;
        co.raise(Thrown::Exit).await;
    });
    assert_eq!(polite.by_ref().collect::<Vec<_>>(), [1]);
    assert_eq!(polite.state(), State::Closed);
}

#[test]
fn raise_gives_its_error_to_each_operation() {
    fn failing() -> Generator<impl FallibleBody<(), &'static str>> {
        Generator::fallible(|mut co| async move {
            let _ = co.try_yield(()).await;
            co.raise("boom").await
        })
    }
    let started = || {
        let mut generator = failing();
        generator.start().unwrap();
        generator
    };
    assert_eq!(started().send(()), Err(SendError::Raised(Raised::Error("boom"))));
    assert_eq!(started().resume(), Err(ResumeError::Raised(Raised::Error("boom"))));
    assert_eq!(started().throw("other"), Err(Raised::Error("boom")));
    assert_eq!(started().close(), Err(CloseError::Raised("boom")));
    assert_eq!(started().next(), Some(Err("boom")));
}

#[test]
fn errors_speak_as_cpython_does() {
    #[track_caller]
    fn check(error: impl std::error::Error, text: &str) {
        assert_eq!(error.to_string(), text);
    }
    type E = std::num::TryFromIntError;
    let error: E = u8::try_from(256).unwrap_err();
    check(
        SendError::<_, E>::JustStarted(1),
        "can't send non-None value to a just-started generator",
    );
    check(SendError::<_, E>::Finished(1), "StopIteration");
    check(CloseError::<E>::IgnoredExit, "generator ignored GeneratorExit");
    check(Raised::<E>::Exit, "GeneratorExit");
    check(Raised::Error(error), &error.to_string());
    check(ResumeError::Raised(Raised::Error(error)), &error.to_string());
}

#[test]
fn step_can_be_unwrapped_whatever_is_sent() {
    struct Opaque;
    let mut sink = Generator::new(|mut co| async move {
        let _: Opaque = co.yield_(()).await;
    });
    let early = sink.send(Opaque).unwrap_err();
    assert_eq!(format!("{early:?}"), "JustStarted(..)");
    sink.start().unwrap();
    assert_eq!(sink.send(Opaque).unwrap(), Step::Complete(()));
    assert_eq!(format!("{:?}", sink.send(Opaque).unwrap_err()), "Finished(..)");
    let raised = SendError::<Opaque, _>::Raised(Raised::Error("boom"));
    assert_eq!(format!("{raised:?}"), r#"Raised(Error("boom"))"#);
}

#[test]
fn endless_bodies_are_bodies() {
    fn await_body() -> Generator<impl Body<u32>> {
        Generator::new(|mut co| async move {
            loop {
                co.yield_(1).await;
            }
        })
    }
    assert_eq!(await_body().take(3).sum::<u32>(), 3);
    native! {
        fn native_body() -> Generator<impl Body<u32>> {
            Generator::native(
                #[coroutine]
                |_| loop {
                    (yield 1)?;
                },
            )
        }
        assert_eq!(native_body().take(3).sum::<u32>(), 3);

        let unnamed = Generator::native::<()>(
            #[coroutine]
            |_| loop {
                (yield 1)?;
            },
        );
        assert_eq!(unnamed.take(3).sum::<u32>(), 3);
    }
}

#[test]
fn generator_debugs_as_its_state() {
    assert_eq!(format!("{:?}", Generator::over(0..3)), "Generator(Created)");
}

#[test]
fn a_step_function_hears_nothing_at_its_first_step_however_it_is_started() {
    let heard = || Generator::from_fn(|sent: Option<()>| Step::<_, ()>::Yielded(sent));
    assert_eq!(heard().take(3).collect::<Vec<_>>(), [None, Some(()), Some(())]);
    let mut started = heard();
    assert_eq!(started.start(), Ok(Step::Yielded(None)));
    assert_eq!(started.next(), Some(Some(())));
}

/// A named difference: to the body in between, an error that passes looks like an exit.
#[test]
fn yield_in_a_clean_up_two_levels_below_the_error_counts_as_ignoring_the_exit() {
    fn leaf() -> Generator<impl Body<i32>> {
        Generator::new(|mut co| async move {
            let _finally = co.try_yield(1).await;
            let _cleaning = co.try_yield(2).await;
        })
    }
    fn outer(inner: Generator<impl Body<i32>>) -> Generator<impl FallibleBody<i32, String>> {
        Generator::raising(|mut co| async move { co.try_yield_from(inner).await })
    }
    let mut near = outer(leaf());
    assert_eq!(near.next(), Some(Ok(1)));
    assert_eq!(near.throw("boom".to_owned()), Ok(Step::Yielded(2)));
    assert_eq!(near.next(), Some(Err("boom".to_owned())));

    let between = Generator::new(|mut co| async move { co.yield_from(leaf()).await });
    let mut far = outer(between);
    assert_eq!(far.next(), Some(Ok(1)));
    assert_eq!(far.throw("boom".to_owned()), Err(Raised::IgnoredExit));
}
