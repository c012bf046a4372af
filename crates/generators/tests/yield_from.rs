//! CPython's behaviours of `yield from`: each test is named after the id of one, and its twins
//! print what the Python program of that id prints.

#![cfg_attr(feature = "nightly", feature(coroutines))]
#![allow(non_snake_case, reason = "the tests are named after CPython's")]

#[macro_use]
mod conformance;

use std::fmt;

use conformance::ACCOUNT;
use twin_generators::{
    Body, BoxFallibleGenerator, BoxGenerator, CloseError, Co, Generator, Raised, ResumeError,
    SendError, Step, Thrown,
};
native! {
    use twin_generators::{Received, try_yield_from, yield_from};
}
use twins_conformance::{Exception, Finally, or_none, repr, say, value_error};

/// A generator that raises exceptions.
type Raising<Y, S = (), R = ()> = BoxFallibleGenerator<'static, Y, S, R, Exception>;

/// `return (yield from inner())`
fn outer<R: 'static>(inner: Raising<i32, (), R>) -> Raising<i32, (), R> {
    Generator::fallible(|mut co| async move { Ok(co.yield_from(inner).await) }).boxed()
}

native! {
    /// As [`outer`].
    fn outer_native<R: 'static>(inner: Raising<i32, (), R>) -> Raising<i32, (), R> {
        Generator::fallible_native(
            #[coroutine]
            move |_| Ok(yield_from!(inner)),
        )
        .boxed()
    }
}

/// `list(g)` of a generator that does not raise.
fn list(generator: Raising<i32>) -> String {
    repr(generator.map(Result::unwrap).collect::<Vec<_>>())
}

#[test]
fn every_id_is_accounted_for() {
    ACCOUNT.check_tests(&["yield_from"]);
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_delegation_of_initial_next_to_subgenerator() {
    fn g2() -> Generator<impl Body<i32>> {
        Generator::new(|mut co| async move {
            say!("Starting g2");
            co.yield_(42).await;
            say!("Finishing g2");
        })
    }
    native! {
        fn g2_native() -> Generator<impl Body<i32>> {
            Generator::native(
                #[coroutine]
                |_| {
                    say!("Starting g2");
                    (yield 42)?;
                    say!("Finishing g2");
                    Ok(())
                },
            )
        }
    }
    fn drive(g1: Generator<impl Body<i32>>) {
        for x in g1 {
            say!("Yielded {x}");
        }
    }
    both!(
        drive(Generator::new(|mut co| async move {
            say!("Starting g1");
            co.yield_from(g2()).await;
            say!("Finishing g1");
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                say!("Starting g1");
                yield_from!(g2_native());
                say!("Finishing g1");
                Ok(())
            }
        )),
    );
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_raising_exception_in_initial_next_call() {
    fn g2() -> Raising<i32> {
        Generator::fallible(|mut co| async move {
            let _finally = Finally("Finishing g2");
            Err(value_error("spanish inquisition"))?;
            co.yield_(0).await;
            Ok(())
        })
        .boxed()
    }
    native! {
        fn g2_native() -> Raising<i32> {
            Generator::fallible_native(
                #[coroutine]
                |_| {
                    let _finally = Finally("Finishing g2");
                    Err(value_error("spanish inquisition"))?;
                    (yield 0)?;
                    Ok(())
                },
            )
            .boxed()
        }
    }
    fn drive(mut g1: Raising<i32>) {
        if let Some(Err(e)) = g1.next() {
            say!("ValueError: {e}");
        }
    }
    both!(
        drive(
            Generator::fallible(|mut co| async move {
                let _finally = Finally("Finishing g1");
                co.yield_from(g2()).await;
                Ok(())
            })
            .boxed()
        ),
        drive(
            Generator::fallible_native(
                #[coroutine]
                |_| {
                    let _finally = Finally("Finishing g1");
                    yield_from!(g2_native());
                    Ok(())
                }
            )
            .boxed()
        ),
    );
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_delegation_of_next_call_to_subgenerator() {
    fn drive(g1: Generator<impl Body<&'static str>>) {
        say!("{}", repr(g1.collect::<Vec<_>>()));
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let g2 = Generator::new(|mut co| async move {
                co.yield_("g2 spam").await;
                co.yield_("g2 more spam").await;
            });
            co.yield_("g1 ham").await;
            co.yield_from(g2).await;
            co.yield_("g1 eggs").await;
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let g2 = Generator::native(
                    #[coroutine]
                    |_| {
                        (yield "g2 spam")?;
                        (yield "g2 more spam")?;
                        Ok(())
                    },
                );
                (yield "g1 ham")?;
                yield_from!(g2);
                (yield "g1 eggs")?;
                Ok(())
            }
        )),
    );
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_raising_exception_in_delegated_next_call() {
    fn g2() -> Raising<&'static str> {
        Generator::fallible(|mut co| async move {
            co.yield_("spam").await;
            Err(value_error("hovercraft"))
        })
        .boxed()
    }
    native! {
        fn g2_native() -> Raising<&'static str> {
            Generator::fallible_native(
                #[coroutine]
                |_| {
                    (yield "spam")?;
                    Err(value_error("hovercraft"))?
                },
            )
            .boxed()
        }
    }
    fn drive(g1: Raising<&'static str>) {
        for x in g1 {
            match x {
                Ok(x) => say!("{x}"),
                Err(e) => say!("ValueError: {e}"),
            }
        }
    }
    both!(
        drive(
            Generator::fallible(|mut co| async move {
                let _finally = Finally("Finishing g1");
                co.yield_("ham").await;
                co.yield_from(g2()).await;
                co.yield_("eggs").await;
                Ok(())
            })
            .boxed()
        ),
        drive(
            Generator::fallible_native(
                #[coroutine]
                |_| {
                    let _finally = Finally("Finishing g1");
                    (yield "ham")?;
                    yield_from!(g2_native());
                    (yield "eggs")?;
                    Ok(())
                }
            )
            .boxed()
        ),
    );
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_delegation_of_send() {
    fn g2() -> Generator<impl Body<&'static str, i32>> {
        Generator::new(|mut co| async move {
            say!("g2 got {}", co.yield_("spam").await);
            say!("g2 got {}", co.yield_("more spam").await);
        })
    }
    native! {
        fn g2_native() -> Generator<impl Body<&'static str, i32>> {
            Generator::native(
                #[coroutine]
                |_| {
                    let got = (yield "spam")?;
                    say!("g2 got {got}");
                    let got = (yield "more spam")?;
                    say!("g2 got {got}");
                    Ok(())
                },
            )
        }
    }
    fn drive(mut g: Generator<impl Body<&'static str, i32>>) {
        say!("{}", g.start().unwrap().yielded().unwrap());
        for i in 1..9 {
            match g.send(i).unwrap() {
                Step::Yielded(value) => say!("{value}"),
                Step::Complete(()) => {
                    say!("StopIteration");
                    break;
                }
            }
        }
    }
    both!(
        drive(Generator::new(|mut co| async move {
            say!("g1 got {}", co.yield_("ham").await);
            co.yield_from(g2()).await;
            say!("g1 got {}", co.yield_("eggs").await);
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let got = (yield "ham")?;
                say!("g1 got {got}");
                yield_from!(g2_native());
                let got = (yield "eggs")?;
                say!("g1 got {got}");
                Ok(())
            }
        )),
    );
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_handling_exception_while_delegating_send() {
    fn g2() -> Raising<&'static str, i32> {
        Generator::fallible(|mut co| async move {
            let x = co.yield_("spam").await;
            Err(value_error(format_args!("bad {x}")))
        })
        .boxed()
    }
    native! {
        fn g2_native() -> Raising<&'static str, i32> {
            Generator::fallible_native(
                #[coroutine]
                |_| {
                    let x = (yield "spam")?;
                    Err(value_error(format_args!("bad {x}")))?
                },
            )
            .boxed()
        }
    }
    fn drive(mut g: Raising<&'static str, i32>) {
        say!("{}", g.start().unwrap().yielded().unwrap());
        if let Err(SendError::Raised(Raised::Error(e))) = g.send(2) {
            say!("ValueError: {e}");
        }
        // `list(g)`, of a generator that is sent numbers.
        let rest = g.start().ok().and_then(Step::yielded);
        say!("{}", repr(Vec::from_iter(rest)));
    }
    both!(
        drive(
            Generator::fallible(|mut co| async move {
                co.yield_from(g2()).await;
                say!("not reached");
                Ok(())
            })
            .boxed()
        ),
        drive(
            Generator::fallible_native(
                #[coroutine]
                |_| {
                    yield_from!(g2_native());
                    say!("not reached");
                    Ok(())
                }
            )
            .boxed()
        ),
    );
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_delegating_close() {
    fn g2() -> Generator<impl Body<&'static str>> {
        Generator::new(|mut co| async move {
            let _finally = Finally("Finishing g2");
            co.yield_("spam").await;
            co.yield_("more").await;
        })
    }
    native! {
        fn g2_native() -> Generator<impl Body<&'static str>> {
            Generator::native(
                #[coroutine]
                |_| {
                    let _finally = Finally("Finishing g2");
                    (yield "spam")?;
                    (yield "more")?;
                    Ok(())
                },
            )
        }
    }
    fn drive(mut g: Generator<impl Body<&'static str>>) {
        say!("{}", g.next().unwrap());
        g.close().unwrap();
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let _finally = Finally("Finishing g1");
            co.yield_from(g2()).await;
            say!("not reached");
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let _finally = Finally("Finishing g1");
                yield_from!(g2_native());
                say!("not reached");
                Ok(())
            }
        )),
    );
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_handing_exception_while_delegating_close() {
    fn g2() -> Raising<&'static str> {
        Generator::fallible(|mut co| async move {
            let _finally = co.try_yield("spam").await;
            Err(value_error("exploded"))
        })
        .boxed()
    }
    native! {
        fn g2_native() -> Raising<&'static str> {
            Generator::fallible_native(
                #[coroutine]
                |_| {
                    let _finally: Received<_, _> = yield "spam";
                    Err(value_error("exploded"))?
                },
            )
            .boxed()
        }
    }
    fn drive(mut g: Raising<&'static str>) {
        g.next();
        if let Err(CloseError::Raised(e)) = g.close() {
            say!("ValueError: {e}");
        }
    }
    both!(
        drive(
            Generator::fallible(|mut co| async move {
                let _finally = Finally("Finishing g1");
                co.yield_from(g2()).await;
                Ok(())
            })
            .boxed()
        ),
        drive(
            Generator::fallible_native(
                #[coroutine]
                |_| {
                    let _finally = Finally("Finishing g1");
                    yield_from!(g2_native());
                    Ok(())
                }
            )
            .boxed()
        ),
    );
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_exception_value_crash() {
    fn drive(g1: Generator<impl Body<&'static str>>) {
        say!("{}", repr(g1.collect::<Vec<_>>()));
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let g2 = Generator::new(|mut co| async move {
                co.yield_("g2").await;
                vec![42]
            });
            let _ = co.yield_from(g2).await;
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let g2 = Generator::native(
                    #[coroutine]
                    |_| {
                        (yield "g2")?;
                        Ok(vec![42])
                    },
                );
                let _ = yield_from!(g2);
                Ok(())
            }
        )),
    );
}

/// Return values of several kinds, as Python shows them.
#[derive(Clone, Copy)]
enum Value {
    None,
    Int(i32),
    Tuple(i32),
    StopIteration(i32),
}

const VALUES: [Value; 4] = [Value::None, Value::Int(1), Value::Tuple(2), Value::StopIteration(3)];

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Int(i) => write!(f, "{i}"),
            Self::Tuple(i) => write!(f, "({i},)"),
            Self::StopIteration(i) => write!(f, "StopIteration({i})"),
        }
    }
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_generator_return_value() {
    fn drive(g1: Generator<impl Body<&'static str>>) {
        for x in g1 {
            say!("item {x}");
        }
    }
    both!(
        drive(Generator::new(|mut co| async move {
            for v in VALUES {
                let g2 = Generator::new(|mut co| async move {
                    co.yield_("spam").await;
                    v
                });
                let ret = co.yield_from(g2).await;
                say!("g2 returned {ret}");
            }
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                for v in VALUES {
                    let g2 = Generator::native(
                        #[coroutine]
                        move |_| {
                            (yield "spam")?;
                            Ok(v)
                        },
                    );
                    let ret = yield_from!(g2);
                    say!("g2 returned {ret}");
                }
                Ok(())
            }
        )),
    );
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_delegation_of_next_to_non_generator() {
    fn drive(g: Generator<impl Body<i32>>) {
        for x in g {
            say!("Yielded {x}");
        }
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let () = co.yield_from(Generator::over(0..3)).await;
            say!("value None");
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let () = yield_from!(Generator::over(0..3));
                say!("value None");
                Ok(())
            }
        )),
    );
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_conversion_of_sendNone_to_next() {
    // What Python sends as `None` is `()` here; the first `send(None)` is `start`.
    fn drive(mut g: Generator<impl Body<i32>>) {
        let first = g.start().unwrap().yielded();
        let rest = (1..3).map(|_| g.send(()).unwrap().yielded());
        let items: Vec<_> = [first].into_iter().chain(rest).flatten().collect();
        say!("{}", repr(items));
    }
    both!(
        drive(Generator::new(|mut co| async move {
            co.yield_from(Generator::over(0..3)).await;
        })),
        drive(Generator::native(
            #[coroutine]
            |_| Ok(yield_from!(Generator::over(0..3)))
        )),
    );
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_delegation_of_close_to_non_generator() {
    fn drive(mut g: Generator<impl Body<i32>>) {
        say!("{}", g.next().unwrap());
        g.close().unwrap();
        say!("{}", repr(g.collect::<Vec<_>>()));
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let _finally = Finally("finishing g");
            co.yield_from(Generator::over(0..3)).await;
            say!("not reached");
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let _finally = Finally("finishing g");
                yield_from!(Generator::over(0..3));
                say!("not reached");
                Ok(())
            }
        )),
    );
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_delegating_throw_to_non_generator() {
    /// Numbers, and a word at the end.
    #[derive(Debug)]
    enum Item {
        Number(i32),
        Word(&'static str),
    }
    impl fmt::Display for Item {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match self {
                Self::Number(number) => number.fmt(f),
                Self::Word(word) => word.fmt(f),
            }
        }
    }
    fn drive(mut gi: Raising<Item>) {
        let (first, second) = (gi.next().unwrap().unwrap(), gi.next().unwrap().unwrap());
        say!("{first} {second}");
        say!("{}", gi.throw(value_error("tomato")).unwrap().yielded().unwrap());
        say!("{}", repr(gi.map(Result::unwrap).collect::<Vec<_>>()));
    }
    both!(
        drive(
            Generator::fallible(|mut co: Co<_, _, Exception>| async move {
                match co.try_yield_from(Generator::over((0..10).map(Item::Number))).await {
                    Err(Raised::Error(e)) if e.kind() == "ValueError" => {
                        say!("g caught {e}");
                        co.yield_(Item::Word("recovered")).await;
                    }
                    Err(raised) => co.raise(raised).await,
                    Ok(()) => (),
                }
                Ok(())
            })
            .boxed()
        ),
        drive(
            Generator::fallible_native(
                #[coroutine]
                |_: Received<(), Exception>| {
                    let items = Generator::over((0..10).map(Item::Number));
                    match try_yield_from!(items) {
                        Err(Raised::Error(e)) if e.kind() == "ValueError" => {
                            say!("g caught {e}");
                            (yield Item::Word("recovered"))?;
                        }
                        result => result?,
                    }
                    Ok(())
                }
            )
            .boxed()
        ),
    );
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_exception_in_initial_next_call() {
    fn one_by_zero() -> Result<i32, Exception> {
        1_i32.checked_div(0).ok_or_else(|| Exception::new("ZeroDivisionError", ""))
    }
    fn g2() -> Raising<i32> {
        Generator::fallible(|mut co| async move {
            co.yield_(one_by_zero()?).await;
            Ok(())
        })
        .boxed()
    }
    native! {
        fn g2_native() -> Raising<i32> {
            Generator::fallible_native(
                #[coroutine]
                |_| Ok((yield one_by_zero()?)?),
            )
            .boxed()
        }
    }
    fn drive(mut g1: Raising<i32>) {
        if let Some(Err(e)) = g1.next() {
            say!("{}", e.kind());
        }
    }
    both!(
        drive(
            Generator::fallible(|mut co| async move {
                say!("about to delegate");
                co.yield_from(g2()).await;
                say!("not reached");
                Ok(())
            })
            .boxed()
        ),
        drive(
            Generator::fallible_native(
                #[coroutine]
                |_| {
                    say!("about to delegate");
                    yield_from!(g2_native());
                    say!("not reached");
                    Ok(())
                }
            )
            .boxed()
        ),
    );
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_next_and_return_with_value() {
    fn drive<'a>(g: fn(Value) -> BoxGenerator<'a, (), (), Value>) {
        for r in VALUES {
            let mut gi = g(r);
            gi.next();
            if let Ok(Step::Complete(value)) = gi.resume() {
                say!("{value}");
            }
        }
    }
    both!(
        drive(|r| Generator::new(move |mut co| async move {
            co.yield_(()).await;
            r
        })
        .boxed()),
        drive(|r| Generator::native(
            #[coroutine]
            move |_| {
                (yield)?;
                Ok(r)
            }
        )
        .boxed()),
    );
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_catching_exception_from_subgen_and_returning() {
    fn inner() -> Raising<i32, (), i32> {
        Generator::fallible(|mut co: Co<_, _, Exception>| async move {
            match co.try_yield(1).await {
                Err(Thrown::Error(e)) if e.kind() == "ValueError" => say!("inner caught"),
                Err(thrown) => co.raise(thrown).await,
                Ok(()) => (),
            }
            Ok(2)
        })
        .boxed()
    }
    native! {
        fn inner_native() -> Raising<i32, (), i32> {
            Generator::fallible_native(
                #[coroutine]
                |_: Received<(), Exception>| {
                    match yield 1 {
                        Err(Thrown::Error(e)) if e.kind() == "ValueError" => say!("inner caught"),
                        received => received?,
                    }
                    Ok(2)
                },
            )
            .boxed()
        }
    }
    fn drive(mut g: Raising<i32>) {
        say!("{}", g.next().unwrap().unwrap());
        say!("{}", g.throw(value_error("")).unwrap().yielded().unwrap());
    }
    both!(
        drive(
            Generator::fallible(|mut co| async move {
                let v = co.yield_from(inner()).await;
                say!("inner returned {v}");
                co.yield_(v * 10).await;
                Ok(())
            })
            .boxed()
        ),
        drive(
            Generator::fallible_native(
                #[coroutine]
                |_| {
                    let v = yield_from!(inner_native());
                    say!("inner returned {v}");
                    (yield v * 10)?;
                    Ok(())
                }
            )
            .boxed()
        ),
    );
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_throwing_GeneratorExit_into_subgen_that_returns() {
    fn f() -> Generator<impl Body<(), (), i32>> {
        Generator::new(|mut co| async move {
            if let Err(Thrown::Exit) = co.try_yield(()).await {
                say!("f exits");
            }
            7
        })
    }
    native! {
        fn f_native() -> Generator<impl Body<(), (), i32>> {
            Generator::native(
                #[coroutine]
                |_| {
                    if let Err(Thrown::Exit) = (yield) {
                        say!("f exits");
                    }
                    Ok(7)
                },
            )
        }
    }
    fn drive(mut gi: Generator<impl Body<()>>) {
        gi.next();
        if let Err(exit @ Raised::Exit) = gi.throw(Thrown::Exit) {
            say!("{exit}");
        }
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let r = co.yield_from(f()).await;
            say!("not reached {r}");
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let r = yield_from!(f_native());
                say!("not reached {r}");
                Ok(())
            }
        )),
    );
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_throwing_GeneratorExit_into_subgen_that_raises() {
    fn f() -> Raising<()> {
        Generator::fallible(|mut co| async move {
            match co.try_yield(()).await {
                Err(Thrown::Exit) => Err(value_error("Vorpal bunny")),
                _ => Ok(()),
            }
        })
        .boxed()
    }
    native! {
        fn f_native() -> Raising<()> {
            Generator::fallible_native(
                #[coroutine]
                |_| match (yield) {
                    Err(Thrown::Exit) => Err(Raised::Error(value_error("Vorpal bunny"))),
                    _ => Ok(()),
                },
            )
            .boxed()
        }
    }
    fn drive(mut gi: Raising<()>) {
        gi.next();
        if let Err(Raised::Error(e)) = gi.throw(Thrown::Exit) {
            say!("{}: {e}", e.kind());
        }
    }
    both!(
        drive(
            Generator::fallible(|mut co| async move {
                co.yield_from(f()).await;
                say!("not reached");
                Ok(())
            })
            .boxed()
        ),
        drive(
            Generator::fallible_native(
                #[coroutine]
                |_| {
                    yield_from!(f_native());
                    say!("not reached");
                    Ok(())
                }
            )
            .boxed()
        ),
    );
}

#[test]
fn test_yield_from_py__TestPEP380Operation__test_custom_iterator_return() {
    fn my_iter() -> Generator<impl Body<i32, (), i32>> {
        Generator::from_fn(|_| Step::Complete(42))
    }
    fn drive(generator: Generator<impl Body<i32>>) {
        say!("{}", repr(generator.collect::<Vec<_>>()));
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let ret = co.yield_from(my_iter()).await;
            say!("ret {ret}");
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let ret = yield_from!(my_iter());
                say!("ret {ret}");
                Ok(())
            }
        )),
    );
}

// A delegate that reacts in one way or another, under close and throw.

/// Yields 1 and 2 and catches nothing.
fn passive<R: 'static>(returned: R) -> Raising<i32, (), R> {
    Generator::fallible(|mut co| async move {
        co.yield_(1).await;
        co.yield_(2).await;
        Ok(returned)
    })
    .boxed()
}

native! {
    /// As [`passive`].
    fn passive_native<R: 'static>(returned: R) -> Raising<i32, (), R> {
        Generator::fallible_native(
            #[coroutine]
            move |_| {
                (yield 1)?;
                (yield 2)?;
                Ok(returned)
            },
        )
        .boxed()
    }
}

#[test]
fn test_yield_from_py__TestInterestingEdgeCases__test_close_and_throw_work_close() {
    fn drive(mut g: Raising<i32, (), &'static str>) {
        let first = g.next().unwrap().unwrap();
        say!("{first} {}", or_none(g.close().unwrap()));
        if let Err(ResumeError::Finished) = g.resume() {
            say!("StopIteration None");
        }
    }
    both!(drive(outer(passive("r"))), drive(outer_native(passive_native("r"))));
}

#[test]
fn test_yield_from_py__TestInterestingEdgeCases__test_close_and_throw_work_throw_GeneratorExit() {
    fn drive(mut g: Raising<i32>) {
        g.next();
        // There is one `Exit`, so that what comes out can't be another.
        if let Err(e) = g.throw(Thrown::Exit) {
            say!("{}", repr(matches!(e, Raised::Exit)));
        }
        say!("{}", list(g));
    }
    both!(drive(outer(passive(()))), drive(outer_native(passive_native(()))));
}

#[test]
fn test_yield_from_py__TestInterestingEdgeCases__test_close_and_throw_work_throw_Exception() {
    fn drive(outer: fn() -> Raising<i32>) {
        for thrown in [Exception::new("Exception", "e"), Exception::new("BaseException", "b")] {
            let mut g = outer();
            g.next();
            if let Err(Raised::Error(e)) = g.throw(thrown.clone()) {
                say!("{} {} {}", e.kind(), repr(e.is(&thrown)), list(g));
            }
        }
    }
    both!(drive(|| outer(passive(()))), drive(|| outer_native(passive_native(()))));
}

/// Ends with `GeneratorExit`, whatever is thrown in.
fn raises_exit() -> Raising<i32> {
    Generator::fallible(|mut co| async move {
        let _finally: Result<(), _> = co.try_yield(1).await;
        co.raise(Thrown::Exit).await
    })
    .boxed()
}

native! {
    /// As [`raises_exit`].
    fn raises_exit_native() -> Raising<i32> {
        Generator::fallible_native(
            #[coroutine]
            |_| {
                let _finally: Received<_, _> = yield 1;
                Err(Raised::Exit)
            },
        )
        .boxed()
    }
}

#[test]
fn test_yield_from_py__TestInterestingEdgeCases__test_close_and_throw_raise_generator_exit_close() {
    fn drive(mut g: Raising<i32>) {
        g.next();
        say!("{}", or_none(g.close().unwrap()));
        say!("{}", list(g));
    }
    both!(drive(outer(raises_exit())), drive(outer_native(raises_exit_native())));
}

#[test]
fn test_yield_from_py__TestInterestingEdgeCases__test_close_and_throw_raise_generator_exit_throw_Exception()
 {
    fn drive(mut g: Raising<i32>) {
        g.next();
        // There is one `Exit`, so that what comes out can't be another.
        if let Err(e) = g.throw(Exception::new("Exception", "thrown")) {
            say!("{}", repr(matches!(e, Raised::Exit)));
        }
        say!("{}", list(g));
    }
    both!(drive(outer(raises_exit())), drive(outer_native(raises_exit_native())));
}

/// Ends with this exception, whatever is thrown in.
fn raises(raised: Exception) -> Raising<i32> {
    Generator::fallible(|mut co| async move {
        let _finally: Result<(), _> = co.try_yield(1).await;
        Err(raised)
    })
    .boxed()
}

native! {
    /// As [`raises`].
    fn raises_native(raised: Exception) -> Raising<i32> {
        Generator::fallible_native(
            #[coroutine]
            move |_| {
                let _finally: Received<_, _> = yield 1;
                Err(raised)?
            },
        )
        .boxed()
    }
}

#[test]
fn test_yield_from_py__TestInterestingEdgeCases__test_close_and_throw_raise_base_exception_close() {
    fn drive(raised: Exception, mut g: Raising<i32>) {
        g.next();
        if let Err(CloseError::Raised(e)) = g.close() {
            say!("{} {}", e.kind(), repr(e.is(&raised)));
        }
        say!("{}", list(g));
    }
    let raised = Exception::new("BaseException", "own");
    both!(
        drive(raised.clone(), outer(raises(raised.clone()))),
        drive(raised.clone(), outer_native(raises_native(raised.clone()))),
    );
}

#[test]
fn test_yield_from_py__TestInterestingEdgeCases__test_close_and_throw_raise_exception_throw_GeneratorExit()
 {
    fn drive(mut g: Raising<i32>) {
        g.next();
        if let Err(Raised::Error(e)) = g.throw(Thrown::Exit) {
            say!("{} {e}", e.kind());
        }
    }
    let own = || Exception::new("Exception", "own");
    both!(drive(outer(raises(own()))), drive(outer_native(raises_native(own()))));
}

#[test]
fn test_yield_from_py__TestInterestingEdgeCases__test_close_and_throw_raise_exception_throw_Exception()
 {
    fn drive(mut g: Raising<i32>) {
        g.next();
        if let Err(Raised::Error(e)) = g.throw(Exception::new("KeyError", "thrown")) {
            say!("{} {e}", e.kind());
        }
    }
    let own = || Exception::new("Exception", "own");
    both!(drive(outer(raises(own()))), drive(outer_native(raises_native(own()))));
}

/// Yields once more when something is thrown in, and raises it then.
fn yields() -> Raising<i32> {
    Generator::fallible(|mut co| async move {
        let pending: Result<(), _> = co.try_yield(1).await;
        co.yield_(2).await;
        if let Err(thrown) = pending {
            co.raise(thrown).await;
        }
        Ok(())
    })
    .boxed()
}

native! {
    /// As [`yields`].
    fn yields_native() -> Raising<i32> {
        Generator::fallible_native(
            #[coroutine]
            |_| {
                let pending: Received<(), _> = yield 1;
                (yield 2)?;
                Ok(pending?)
            },
        )
        .boxed()
    }
}

#[test]
fn test_yield_from_py__TestInterestingEdgeCases__test_close_and_throw_yield_close() {
    fn drive(mut g: Raising<i32>) {
        g.next();
        if let Err(e @ CloseError::IgnoredExit) = g.close() {
            say!("RuntimeError: {e}");
        }
        say!("{}", list(g));
    }
    both!(drive(outer(yields())), drive(outer_native(yields_native())));
}

#[test]
fn test_yield_from_py__TestInterestingEdgeCases__test_close_and_throw_yield_throw_GeneratorExit() {
    fn drive(mut g: Raising<i32>) {
        g.next();
        match g.throw(Thrown::Exit) {
            Ok(step) => say!("{step:?}"),
            Err(e) => say!("RuntimeError: {e}"),
        }
        say!("{}", list(g));
    }
    both!(drive(outer(yields())), drive(outer_native(yields_native())));
}

#[test]
fn test_yield_from_py__TestInterestingEdgeCases__test_close_and_throw_yield_throw_Exception() {
    fn drive(mut g: Raising<i32>) {
        g.next();
        let thrown = Exception::new("Exception", "x");
        say!("{}", g.throw(thrown.clone()).unwrap().yielded().unwrap());
        if let Some(Err(e)) = g.next() {
            say!("{}", repr(e.is(&thrown)));
        }
    }
    both!(drive(outer(yields())), drive(outer_native(yields_native())));
}

/// Returns "r", whatever is thrown in.
fn returns() -> Raising<i32, (), &'static str> {
    Generator::fallible(|mut co| async move {
        let _finally: Result<(), _> = co.try_yield(1).await;
        Ok("r")
    })
    .boxed()
}

native! {
    /// As [`returns`].
    fn returns_native() -> Raising<i32, (), &'static str> {
        Generator::fallible_native(
            #[coroutine]
            |_| {
                let _finally: Received<_, _> = yield 1;
                Ok("r")
            },
        )
        .boxed()
    }
}

#[test]
fn test_yield_from_py__TestInterestingEdgeCases__test_close_and_throw_return_close() {
    fn drive(mut g: Raising<i32>) {
        g.next();
        say!("{}", or_none(g.close().unwrap()));
        say!("{}", list(g));
    }
    both!(
        drive(
            Generator::fallible(|mut co| async move {
                let r = co.yield_from(returns()).await;
                say!("not reached {r}");
                Ok(())
            })
            .boxed()
        ),
        drive(
            Generator::fallible_native(
                #[coroutine]
                |_| {
                    let r = yield_from!(returns_native());
                    say!("not reached {r}");
                    Ok(())
                }
            )
            .boxed()
        ),
    );
}

#[test]
fn test_yield_from_py__TestInterestingEdgeCases__test_close_and_throw_return_throw_Exception() {
    fn drive(mut g: Raising<i32, (), &'static str>) {
        g.next();
        if let Ok(Step::Complete(value)) = g.throw(Exception::new("Exception", "x")) {
            say!("returned {value}");
        }
    }
    both!(drive(outer(returns())), drive(outer_native(returns_native())));
}
