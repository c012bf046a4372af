//! What CPython does where its own tests don't look: clean-up that an error passes through,
//! delegates with a past, generators that are sent an `Option`, bodies written by hand.

#![cfg_attr(feature = "nightly", feature(coroutines))]
#![allow(non_snake_case, reason = "the tests are named after the ids of the catalogue")]

#[macro_use]
mod conformance;

use conformance::ACCOUNT;
use twin_generators::{
    Body, BoxFallibleGenerator, BoxGenerator, Co, ContextError, Engine, Fallible, FallibleBody,
    Generator, Outcome, Raised, Shared, Step, Thrown, with,
};
native! {
    use twin_generators::{Received, try_yield_from, yield_from, yield_from_iter};
}
use twins_conformance::{Exception, key_error, or_none, repr, say, value_error};

/// A generator that can raise, and whose values print.
type Raising<'a> = BoxFallibleGenerator<'a, String, (), (), Exception>;

fn text(value: impl ToString) -> String {
    value.to_string()
}

/// Prints what a step gives, as `print(next(g))` does.
#[track_caller]
fn say_step<Y: std::fmt::Display, R, X: std::fmt::Debug>(step: Result<Step<Y, R>, X>) {
    say!("{}", step.map(|step| step.yielded().expect("a yield")).unwrap());
}

#[test]
fn every_id_is_accounted_for() {
    ACCOUNT.check_tests(&["generator_edges"]);
}

#[test]
fn test_edges__error_passes_through_a_context_that_does_not_catch() {
    fn drive(resource: Generator<impl Body<i32>>) {
        if with(resource, |_| Err::<(), _>(value_error("block"))).is_err() {
            say!("error");
        }
    }
    both!(
        drive(Generator::new(|mut co| async move {
            say!("open");
            let _finally = co.try_yield(42).await;
            say!("close");
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                say!("open");
                let _finally = yield 42;
                say!("close");
                Ok(())
            }
        )),
    );
}

/// Delegates, and yields 2 once it has caught a `ValueError`.
fn catcher(inner: Generator<impl Body<String>>) -> Generator<impl FallibleBody<String, Exception>> {
    Generator::raising(|mut co: Co<_, _, Exception>| async move {
        match co.try_yield_from(inner).await {
            Err(Raised::Error(error)) if error.kind() == "ValueError" => {
                say!("outer: caught {error}");
                co.yield_(text(2)).await;
            }
            Err(Raised::Exit) => {
                say!("outer: closed");
                Err(Raised::Exit)?;
            }
            result => result?,
        }
        Ok(())
    })
}

native! {
    fn catcher_native(
        inner: Generator<impl Body<String>>,
    ) -> Generator<impl FallibleBody<String, Exception>> {
        Generator::fallible_native(
            #[coroutine]
            |_: Received<(), Exception>| {
                match try_yield_from!(inner) {
                    Err(Raised::Error(error)) if error.kind() == "ValueError" => {
                        say!("outer: caught {error}");
                        (yield text(2))?;
                    }
                    Err(Raised::Exit) => {
                        say!("outer: closed");
                        Err(Raised::Exit)?;
                    }
                    result => result?,
                }
                Ok(())
            },
        )
    }
}

#[test]
fn test_edges__error_passes_through_a_delegate_that_does_not_catch() {
    fn drive(mut g: Generator<impl FallibleBody<String, Exception>>) {
        say!("{}", g.next().unwrap().unwrap());
        say_step(g.throw(value_error("boom")));
    }
    both!(
        drive(catcher(Generator::new(|mut co| async move {
            let _finally = co.try_yield(text(1)).await;
            say!("inner: clean-up");
        }))),
        drive(catcher_native(Generator::native(
            #[coroutine]
            |_| {
                let _finally = yield text(1);
                say!("inner: clean-up");
                Ok(())
            }
        ))),
    );
}

/// Yields 1, and "cleaning" in its clean-up.
fn slow_to_clean(last_word: Option<&'static str>) -> Generator<impl Body<String>> {
    Generator::new(move |mut co| async move {
        if let Err(exit) = co.try_yield(text(1)).await {
            let second = co.try_yield(text("cleaning")).await;
            if let Some(last_word) = last_word {
                say!("{last_word}");
            }
            co.raise(second.err().unwrap_or(exit)).await;
        }
    })
}

native! {
    fn slow_to_clean_native(last_word: Option<&'static str>) -> Generator<impl Body<String>> {
        Generator::native(
            #[coroutine]
            move |_| {
                if let Err(exit) = (yield text(1)) {
                    let second = yield text("cleaning");
                    if let Some(last_word) = last_word {
                        say!("{last_word}");
                    }
                    second?;
                    Err(exit)?;
                }
                Ok(())
            },
        )
    }
}

#[test]
fn test_edges__error_that_passes_may_wait_at_a_yield_of_the_clean_up() {
    fn drive(mut g: Generator<impl FallibleBody<String, Exception>>) {
        say!("{}", g.next().unwrap().unwrap());
        say_step(g.throw(value_error("boom")));
        say!("{}", g.next().unwrap().unwrap());
    }
    both!(
        drive(catcher(slow_to_clean(Some("inner: clean")))),
        drive(catcher_native(slow_to_clean_native(Some("inner: clean")))),
    );
}

#[test]
fn test_edges__second_error_replaces_the_one_that_passes() {
    fn drive(mut g: Generator<impl FallibleBody<String, Exception>>) {
        say!("{}", g.next().unwrap().unwrap());
        say_step(g.throw(value_error("first")));
        say_step(g.throw(value_error("second")));
    }
    both!(
        drive(catcher(slow_to_clean(Some("inner: clean")))),
        drive(catcher_native(slow_to_clean_native(Some("inner: clean")))),
    );
}

#[test]
fn test_edges__exit_replaces_the_error_that_passes() {
    fn drive(mut g: Generator<impl FallibleBody<String, Exception>>) {
        say!("{}", g.next().unwrap().unwrap());
        say_step(g.throw(value_error("boom")));
        assert_eq!(g.close().ok(), Some(None));
    }
    both!(drive(catcher(slow_to_clean(None))), drive(catcher_native(slow_to_clean_native(None))));
}

#[test]
fn test_edges__clean_up_that_raises_replaces_the_error_that_passes() {
    // Its errors are of another type than the outer body's, so that an error can only pass.
    type Inner = Generator<
        Box<
            dyn Engine<
                    Yield = String,
                    Send = (),
                    Return = (),
                    Error = &'static str,
                    Mode = Fallible<&'static str>,
                >,
        >,
    >;
    fn outer(inner: Inner) -> Raising<'static> {
        Generator::fallible(|mut co| async move {
            let inner = inner.map_err(key_error);
            match co.try_yield_from(inner).await {
                Err(Raised::Error(error)) => say!("outer: caught {}", error.kind()),
                other => panic!("{other:?}"),
            }
            co.yield_(text(2)).await;
            Ok(())
        })
        .boxed()
    }
    native! {
        fn outer_native(inner: Inner) -> Raising<'static> {
            Generator::fallible_native(
                #[coroutine]
                |_: Received<(), Exception>| {
                    match try_yield_from!(inner.map_err(key_error)) {
                        Err(Raised::Error(error)) => say!("outer: caught {}", error.kind()),
                        other => panic!("{other:?}"),
                    }
                    (yield text(2))?;
                    Ok(())
                },
            )
            .boxed()
        }
    }
    fn drive(mut g: Raising<'_>) {
        say!("{}", g.next().unwrap().unwrap());
        say_step(g.throw(value_error("boom")));
    }
    both!(
        drive(outer(
            Generator::fallible(|mut co| async move {
                let _finally: Result<(), _> = co.try_yield(text(1)).await;
                Err("clean-up")
            })
            .boxed()
        )),
        drive(outer_native(
            Generator::fallible_native(
                #[coroutine]
                |_| {
                    let _finally: Received<(), _> = yield text(1);
                    Err(Raised::Error("clean-up"))
                }
            )
            .boxed()
        )),
    );
}

#[test]
fn test_edges__clean_up_runs_at_every_level_of_delegation() {
    // Only the outermost can raise: the error passes through all the others.
    fn level(n: u32) -> BoxGenerator<'static, String> {
        Generator::new(move |mut co| async move {
            if n > 0 {
                let result = co.try_yield_from(level(n - 1)).await;
                say!("level {n}");
                if let Err(raised) = result {
                    co.raise(raised).await;
                }
            } else {
                let _finally = co.try_yield(text("bottom")).await;
                say!("level {n}");
            }
        })
        .boxed()
    }
    native! {
        fn level_native(n: u32) -> BoxGenerator<'static, String> {
            Generator::native(
                #[coroutine]
                move |_| {
                    if n > 0 {
                        let result = try_yield_from!(level_native(n - 1));
                        say!("level {n}");
                        result
                    } else {
                        let _finally = yield text("bottom");
                        say!("level {n}");
                        Ok(())
                    }
                },
            )
            .boxed()
        }
    }
    fn drive(mut g: Raising<'_>) {
        say!("{}", g.next().unwrap().unwrap());
        if let Err(Raised::Error(error)) = g.throw(value_error("boom")) {
            say!("caller: {error}");
        }
    }
    both!(
        drive(
            Generator::fallible(|mut co| async move {
                co.yield_from(level(3)).await;
                Ok(())
            })
            .boxed()
        ),
        drive(
            Generator::fallible_native(
                #[coroutine]
                |_| {
                    yield_from!(level_native(3));
                    Ok(())
                }
            )
            .boxed()
        ),
    );
}

#[test]
fn test_edges__context_that_does_not_stop_is_closed() {
    fn drive(twice: Generator<impl Body<i32>>) {
        match with(twice, |_| Ok::<_, Exception>(())) {
            Err(error @ ContextError::DidNotStop) => say!("{error}"),
            other => panic!("{other:?}"),
        }
    }
    both!(
        drive(Generator::new(|mut co| async move {
            co.yield_(1).await;
            let _finally = co.try_yield(2).await;
            say!("closed");
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                (yield 1)?;
                let _finally = yield 2;
                say!("closed");
                Ok(())
            }
        )),
    );
}

fn words() -> Generator<impl Body<i32, (), &'static str>> {
    Generator::new(|mut co| async move {
        for word in 1..=3 {
            co.yield_(word).await;
        }
        "done"
    })
}

native! {
    fn words_native() -> Generator<impl Body<i32, (), &'static str>> {
        Generator::native(
            #[coroutine]
            |_| {
                for word in 1..=3 {
                    (yield word)?;
                }
                Ok("done")
            },
        )
    }
}

#[test]
fn test_edges__started_delegate_goes_on() {
    fn drive(outer: Generator<impl Body<i32>>) {
        say!("{}", repr(outer.collect::<Vec<_>>()));
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let mut w = words();
            co.yield_(w.next().unwrap()).await;
            let r = co.yield_from(&mut w).await;
            say!("outer: {}", r.unwrap());
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let mut w = words_native();
                (yield w.next().unwrap())?;
                let r = yield_from!(w.rest());
                say!("outer: {}", r.unwrap());
                Ok(())
            }
        )),
    );
}

#[test]
fn test_edges__started_delegate_is_sent_none() {
    fn echo() -> Generator<impl Body<String, Option<i32>>> {
        Generator::new(|mut co| async move {
            let mut heard = None;
            loop {
                heard = co.yield_(format!("heard {}", or_none(heard))).await;
            }
        })
    }
    native! {
        fn echo_native() -> Generator<impl Body<String, Option<i32>>> {
            Generator::native(
                #[coroutine]
                |_| {
                    let mut heard = None;
                    loop {
                        heard = (yield format!("heard {}", or_none(heard)))?;
                    }
                },
            )
        }
    }
    fn drive(mut g: Generator<impl Body<String, Option<i32>>>) {
        say!("{}", g.sending_none().next().unwrap());
        say!("{}", g.sending_none().next().unwrap());
        say_step(g.send(Some(2)));
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let mut e = echo();
            e.sending_none().next();
            let first = e.send(Some(1)).unwrap().yielded().unwrap();
            co.yield_(first).await;
            co.yield_from(&mut e).await;
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let mut e = echo_native();
                e.sending_none().next();
                let first = e.send(Some(1)).unwrap().yielded().unwrap();
                (yield first)?;
                yield_from!(e.rest());
                Ok(())
            }
        )),
    );
}

#[test]
fn test_edges__exhausted_delegate_gives_none() {
    fn drive(outer: Generator<impl Body<i32>>) {
        say!("{}", repr(outer.collect::<Vec<_>>()));
    }
    fn one() -> Generator<impl Body<i32, (), String>> {
        Generator::new(|mut co| async move {
            co.yield_(1).await;
            text("done")
        })
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let mut w = one();
            for _ in 0..2 {
                let r = co.yield_from(&mut w).await;
                say!("outer: {}", r.unwrap_or(text("None")));
            }
        })),
        drive(Generator::native(Box::pin(
            #[coroutine]
            static |_| {
                let mut w = Generator::native(
                    #[coroutine]
                    |_| {
                        (yield 1)?;
                        Ok(text("done"))
                    },
                );
                for _ in 0..2 {
                    let r = yield_from!(&mut w);
                    say!("outer: {}", r.unwrap_or(text("None")));
                }
                Ok(())
            }
        ))),
    );
}

#[test]
fn test_edges__closed_delegate_gives_none() {
    fn drive(outer: Generator<impl Body<i32>>) {
        say!("{}", repr(outer.collect::<Vec<_>>()));
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let mut w = words();
            w.close().unwrap();
            say!("outer: {}", or_none(co.yield_from(&mut w).await));
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let mut w = words_native();
                w.close().unwrap();
                let r = yield_from!(w.rest());
                say!("outer: {}", or_none(r));
                Ok(())
            }
        )),
    );
}

#[test]
fn test_edges__retry_around_a_delegate_that_ended_by_an_error() {
    fn drive(mut g: Raising<'_>) {
        say!("{}", g.next().unwrap().unwrap());
        if let Ok(Step::Complete(())) = g.throw(value_error("boom")) {
            say!("StopIteration");
        }
    }
    both!(
        drive(
            Generator::fallible(|mut co: Co<_, _, Exception>| async move {
                let mut w = Generator::fallible(|mut co| async move {
                    co.yield_(text("working")).await;
                    Ok("done")
                });
                loop {
                    match co.try_yield_from(&mut w).await {
                        Ok(r) => break say!("outer: {}", or_none(r)),
                        Err(raised) => say!("outer: retry after {raised}"),
                    }
                }
                Ok(())
            })
            .boxed()
        ),
        drive(
            Generator::fallible_native(Box::pin(
                #[coroutine]
                static |_: Received<(), Exception>| {
                    let mut w = Generator::fallible_native(
                        #[coroutine]
                        |_| {
                            (yield text("working"))?;
                            Ok("done")
                        },
                    );
                    loop {
                        match try_yield_from!(&mut w) {
                            Ok(r) => break say!("outer: {}", or_none(r)),
                            Err(raised) => say!("outer: retry after {raised}"),
                        }
                    }
                    Ok(())
                }
            ))
            .boxed()
        ),
    );
}

#[test]
fn test_edges__delegate_that_returns_on_the_exit() {
    fn drive(mut g: Generator<impl Body<i32>>) {
        g.next();
        g.close().unwrap();
        say!("closed");
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let inner = Generator::new(|mut co| async move {
                co.try_yield(1).await.map_or("inner value", |()| "undisturbed")
            });
            match co.try_yield_from(inner).await {
                Ok(r) => say!("outer: got {r}"),
                Err(raised) => {
                    say!("outer: {raised}");
                    co.raise(raised).await;
                }
            }
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let inner = Generator::native(
                    #[coroutine]
                    |_: Received| Ok((yield 1).map_or("inner value", |()| "undisturbed")),
                );
                match try_yield_from!(inner) {
                    Ok(r) => say!("outer: got {r}"),
                    Err(raised) => {
                        say!("outer: {raised}");
                        Err(raised)?;
                    }
                }
                Ok(())
            }
        )),
    );
}

#[test]
fn test_edges__delegate_that_yields_on_the_exit() {
    fn drive(mut g: Generator<impl Body<i32>>) {
        g.next();
        g.close().unwrap();
        say!("closed");
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let mut inner = Generator::new(|mut co| async move {
                if co.try_yield(1).await.is_err() {
                    co.yield_(2).await;
                }
            });
            if let Err(raised) = co.try_yield_from(&mut inner).await {
                say!("outer: {raised}");
            }
            say!("inner goes on: {}", repr(inner.collect::<Vec<_>>()));
        })),
        drive(Generator::native(Box::pin(
            #[coroutine]
            static |_| {
                let mut inner = Generator::native(
                    #[coroutine]
                    |_: Received| {
                        if (yield 1).is_err() {
                            (yield 2)?;
                        }
                        Ok(())
                    },
                );
                if let Err(raised) = try_yield_from!(&mut inner) {
                    say!("outer: {raised}");
                }
                say!("inner goes on: {}", repr(inner.collect::<Vec<_>>()));
                Ok(())
            }
        ))),
    );
}

#[test]
fn test_edges__for_sends_none() {
    fn counter() -> Generator<impl Body<i32, Option<i32>>> {
        Generator::new(|mut co| async move {
            let mut count = 0;
            while count < 5 {
                let jump: Option<i32> = co.yield_(count).await;
                count = jump.unwrap_or(count + 1);
            }
        })
    }
    native! {
        fn counter_native() -> Generator<impl Body<i32, Option<i32>>> {
            Generator::native(
                #[coroutine]
                |_| {
                    let mut count = 0;
                    while count < 5 {
                        let jump: Option<i32> = (yield count)?;
                        count = jump.unwrap_or(count + 1);
                    }
                    Ok(())
                },
            )
        }
    }
    fn drive<B: Body<i32, Option<i32>>>(counter: impl Fn() -> Generator<B>) {
        let mut c = counter();
        say!("{}", c.sending_none().next().unwrap());
        say_step(c.send(Some(3)));
        let mut rest = Vec::new();
        for count in c.sending_none() {
            rest.push(count);
        }
        say!("{}", repr(rest));
        say!("{}", counter().map_sent(|()| None).sum::<i32>());
    }
    both!(drive(counter), drive(counter_native));
}

fn listener(count: i32) -> Generator<impl Body<String, Option<i32>, Vec<String>>> {
    Generator::new(move |mut co| async move {
        let mut heard = Vec::new();
        for count in 0..count {
            heard.push(or_none(co.yield_(text(count)).await));
        }
        heard
    })
}

native! {
    fn listener_native(count: i32) -> Generator<impl Body<String, Option<i32>, Vec<String>>> {
        Generator::native(
            #[coroutine]
            move |_| {
                let mut heard = Vec::new();
                for count in 0..count {
                    let sent = (yield text(count))?;
                    heard.push(or_none(sent));
                }
                Ok(heard)
            },
        )
    }
}

#[test]
fn test_edges__consume_sends_none() {
    fn drive(mut c: Generator<impl Body<String, Option<i32>, Vec<String>>>) {
        let heard = c.sending_none().consume(|count| say!("{count}")).unwrap();
        say!("[{}]", heard.join(", "));
    }
    both!(drive(listener(3)), drive(listener_native(3)));
}

#[test]
fn test_edges__delegate_that_is_sent_values_in_a_for_loop() {
    fn drive(outer: Generator<impl Body<String>>) {
        say!("[{}]", outer.collect::<Vec<_>>().join(", "));
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let r = co.yield_from(listener(2).sending_none()).await;
            co.yield_(format!("[{}]", r.join(", "))).await;
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let r = yield_from!(listener_native(2).map_sent(|()| None));
                (yield format!("[{}]", r.join(", ")))?;
                Ok(())
            }
        )),
    );
}

#[test]
fn test_edges__iterable_in_a_body_that_is_sent_values() {
    fn drive(mut g: Generator<impl Body<String, Option<&'static str>>>) {
        let three: Vec<_> = g.sending_none().take(3).collect();
        say!("{}", three.join(" "));
        if let Ok(Step::Complete(())) = g.send(Some("moo")) {
            say!("StopIteration");
        }
    }
    both!(
        drive(Generator::new(|mut co| async move {
            co.yield_from_iter([1, 2].map(text)).await;
            let heard: Option<&str> = co.yield_(text("after")).await;
            say!("heard {}", heard.unwrap());
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                yield_from_iter!([1, 2].map(text));
                let heard: Option<&str> = (yield text("after"))?;
                say!("heard {}", heard.unwrap());
                Ok(())
            }
        )),
    );
}

/// Python's subclass of `collections.abc.Generator`.
struct Listener;

impl Engine for Listener {
    type Yield = &'static str;
    type Send = Option<i32>;
    type Return = ();
    type Error = Exception;
    type Mode = Fallible<Exception>;

    fn start(&mut self) -> Outcome<Self> {
        self.resume(None)
    }

    fn resume(&mut self, value: Option<i32>) -> Outcome<Self> {
        say!("send {}", or_none(value));
        Ok(Step::Yielded("listening"))
    }

    fn throw(&mut self, thrown: Thrown<Exception>) -> Outcome<Self> {
        match &thrown {
            Thrown::Error(error) => say!("throw {}", error.kind()),
            Thrown::Exit => say!("throw {thrown}"),
        }
        match thrown {
            Thrown::Error(_) => Ok(Step::Yielded("still listening")),
            Thrown::Exit => Err(Raised::Exit),
        }
    }
}

#[test]
fn test_edges__class_that_sees_send_throw_and_close() {
    fn drive(mut g: BoxFallibleGenerator<'_, &'static str, Option<i32>, (), Exception>) {
        say!("{}", g.sending_none().next().unwrap().unwrap());
        say_step(g.send(Some(42)));
        say_step(g.throw(value_error("boom")));
        g.close().unwrap();
        say!("closed");
    }
    both!(
        drive(
            Generator::fallible(|mut co| async move {
                co.yield_from(Generator::of(Listener)).await;
                Ok(())
            })
            .boxed()
        ),
        drive(
            Generator::fallible_native(
                #[coroutine]
                |_| {
                    yield_from!(Generator::of(Listener));
                    Ok(())
                }
            )
            .boxed()
        ),
    );
}

#[test]
fn test_edges__plain_raise_hands_on_what_was_caught() {
    fn drive<'a>(body: impl Fn() -> BoxFallibleGenerator<'a, i32, (), (), Exception>) {
        let mut g = body();
        g.next();
        say_step(g.throw(value_error("small")));
        if let Err(Raised::Error(error)) = g.throw(value_error("big")) {
            say!("caller: {error}");
        }
        let mut g = body();
        g.next();
        g.close().unwrap();
        say!("closed");
    }
    both!(
        drive(|| {
            Generator::raising(|mut co: Co<_, _, Exception>| async move {
                loop {
                    if let Err(thrown) = co.try_yield(1).await {
                        if let Thrown::Error(error) = &thrown {
                            say!("body: caught {error}");
                            if error.text() == "small" {
                                continue;
                            }
                        }
                        Err(thrown)?;
                    }
                }
            })
            .boxed()
        }),
        drive(|| {
            Generator::fallible_native(
                #[coroutine]
                |_: Received<(), Exception>| {
                    loop {
                        if let Err(thrown) = (yield 1) {
                            if let Thrown::Error(error) = &thrown {
                                say!("body: caught {error}");
                                if error.text() == "small" {
                                    continue;
                                }
                            }
                            Err(thrown)?;
                        }
                    }
                },
            )
            .boxed()
        }),
    );
}

#[test]
fn test_edges__two_owners_step_one_generator_in_turn() {
    fn drive(count: Generator<impl Body<i32>>) {
        let left = Shared::new(count);
        let right = left.clone();
        while let Some(first) = left.next().unwrap() {
            say!("{first} {}", right.next().unwrap().unwrap());
        }
    }
    both!(
        drive(Generator::new(|mut co| async move { co.yield_from_iter(1..5).await })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                yield_from_iter!(1..5);
                Ok(())
            }
        )),
    );
}

#[test]
fn test_edges__errors_of_a_delegate_become_the_bodys() {
    fn drive(mut g: Raising<'_>) {
        say!("{}", g.next().unwrap().unwrap());
        let error = g.next().unwrap().unwrap_err();
        say!("{} {error}", error.kind());
    }
    both!(
        drive(
            Generator::fallible(|mut co| async move {
                let inner = Generator::fallible(|mut co| async move {
                    co.yield_(text(1)).await;
                    Err::<(), _>("lost")
                });
                co.yield_from(inner.map_err(|word| value_error(format!("no {word}")))).await;
                Ok(())
            })
            .boxed()
        ),
        drive(
            Generator::fallible_native(
                #[coroutine]
                |_| {
                    let inner = Generator::fallible_native(
                        #[coroutine]
                        |_| {
                            (yield text(1))?;
                            Err::<(), _>(Raised::Error("lost"))
                        },
                    );
                    yield_from!(inner.map_err(|word| value_error(format!("no {word}"))));
                    Ok(())
                }
            )
            .boxed()
        ),
    );
}
