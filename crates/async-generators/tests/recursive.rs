//! Recursive delegation does what the plain one does, to any depth, and recurses nowhere.

use std::cell::RefCell;
use std::thread;

use futures_lite::{StreamExt, future, stream};
use smol::block_on;
use twin_async_generators::{
    AsyncGenerator, BoxFallibleAsyncGenerator, CloseError, Engine, FallibleRecursive, Raised,
    Recursive, State, Step, ThrowError, Thrown,
};

type Generator<'a, R> = FallibleRecursive<'a, usize, usize, R, String>;

#[test]
fn values_go_to_the_innermost_and_come_back_by_the_slots() {
    fn sum<'a>(words: &'a [&str], log: &'a RefCell<Vec<String>>) -> Generator<'a, String> {
        AsyncGenerator::fallible_recursive(move |mut co| async move {
            let Some((first, rest)) = words.split_first() else { return Ok(String::new()) };
            let sent = co.yield_(first.len()).await;
            future::yield_now().await;
            log.borrow_mut().push(format!("{first} <- {sent}"));
            Ok(format!("{first}{}", co.yield_from(sum(rest, log)).await))
        })
    }
    block_on(async {
        let (words, log) = (["a", "bb", "ccc"], RefCell::default());
        let mut outer: Generator<'_, usize> = AsyncGenerator::fallible_recursive(|mut co| {
            let (words, log) = (&words, &log);
            // Another type of return value than its delegate's.
            async move { Ok(co.yield_from(sum(words, log)).await.len()) }
        });
        assert_eq!(outer.start().await, Ok(Step::Yielded(1)));
        assert_eq!(outer.asend(7).await, Ok(Step::Yielded(2)));
        assert_eq!(outer.asend(8).await, Ok(Step::Yielded(3)));
        assert_eq!(outer.asend(9).await, Ok(Step::Complete(6)));
        assert_eq!(outer.state(), State::Closed);
        assert_eq!(log.take(), ["a <- 7", "bb <- 8", "ccc <- 9"]);
    });
}

// Every small program, plain and recursive.

/// What a level does around its delegation, or the innermost one around its `yield`.
#[derive(Clone, Copy, Debug)]
enum Does {
    /// Nothing: what is thrown passes.
    Nothing,
    /// Catches, awaits, and hands on.
    HandsOn,
    /// Catches and returns.
    Returns,
    /// Catches and yields.
    Yields,
}

const ALL: [Does; 4] = [Does::Nothing, Does::HandsOn, Does::Returns, Does::Yields];

/// What is done to the generator.
#[derive(Clone, Copy, Debug)]
enum Call {
    Send,
    Throw,
    Close,
}

/// Writes what happens at a level.
struct Level<'a>(&'a RefCell<Vec<String>>, usize);

impl Level<'_> {
    fn print(&self, what: &str) {
        self.0.borrow_mut().push(format!("{} {what}", self.1));
    }
}

impl Drop for Level<'_> {
    fn drop(&mut self) {
        self.print("dropped");
    }
}

/// The body of a level: the same program with either kind of `co`.
macro_rules! body {
    ($co:ident, $levels:expr, $log:expr, $inner:ident) => {{
        let (&does, rest) = $levels.split_last().expect("a level");
        let level = Level($log, rest.len());
        let caught = if rest.is_empty() {
            match does {
                Does::Nothing => {
                    let sent = $co.yield_(100).await;
                    level.print(&format!("sent {sent}"));
                    Ok(sent)
                }
                _ => $co.try_yield(100).await.map_err(Raised::from),
            }
        } else {
            match does {
                Does::Nothing => Ok($co.yield_from($inner(rest, $log)).await),
                _ => $co.try_yield_from($inner(rest, $log)).await,
            }
        };
        let raised = match caught {
            Ok(value) => {
                level.print(&format!("has {value}"));
                let sent = $co.yield_(rest.len()).await;
                return Ok(value + sent);
            }
            Err(raised) => raised,
        };
        level.print(&format!("caught {raised:?}"));
        future::yield_now().await;
        match does {
            Does::Nothing => unreachable!("it does not catch"),
            Does::HandsOn => $co.raise(raised).await,
            Does::Returns => Ok(10 * (rest.len() + 1)),
            Does::Yields => Ok($co.yield_(50 + rest.len()).await),
        }
    }};
}

fn plain<'a>(
    levels: &'a [Does],
    log: &'a RefCell<Vec<String>>,
) -> BoxFallibleAsyncGenerator<'a, usize, usize, usize, String> {
    AsyncGenerator::fallible(move |mut co| async move { body!(co, levels, log, plain) }).boxed()
}

fn recursive<'a>(levels: &'a [Does], log: &'a RefCell<Vec<String>>) -> Generator<'a, usize> {
    AsyncGenerator::fallible_recursive(
        move |mut co| async move { body!(co, levels, log, recursive) },
    )
}

/// Everything that the program and its caller see.
async fn run<B>(mut generator: AsyncGenerator<B>, calls: &[Call], log: &RefCell<Vec<String>>)
where
    B: Engine<Yield = usize, Send = usize, Return = usize, Error = String>,
{
    let print = |what| log.borrow_mut().push(what);
    print(format!("start {:?}", generator.start().await));
    for call in calls {
        print(match call {
            Call::Send => format!("send {:?}", generator.asend(1).await),
            Call::Throw => format!("throw {:?}", generator.athrow("e".to_owned()).await),
            Call::Close => format!("close {:?}", generator.aclose().await),
        });
        print(format!("{:?}", generator.state()));
    }
    drop(generator);
    print("end".to_owned());
}

#[test]
fn recursive_generator_does_what_the_plain_one_does() {
    let calls = [Call::Send, Call::Throw, Call::Close];
    let programs = ALL
        .iter()
        .flat_map(|a| ALL.iter().flat_map(move |b| ALL.iter().map(move |c| [*a, *b, *c])));
    for levels in programs {
        for depth in 1..=3 {
            let levels = &levels[..depth];
            for script in 0..81 {
                let script: Vec<_> =
                    [1, 3, 9, 27].iter().map(|power| calls[script / power % 3]).collect();
                let (left, right) = (RefCell::default(), RefCell::default());
                block_on(run(plain(levels, &left), &script, &left));
                block_on(run(recursive(levels, &right), &script, &right));
                assert_eq!(left, right, "{levels:?}, {script:?}");
            }
        }
    }
}

/// Two levels that can't raise in one that can: an error passes through them, as through plain ones.
/// (A clean-up that yields then differs: on the stack its value goes out, as in Python; of nested
/// levels the upper one takes the error for an exit, which the lower one ignores.)
#[test]
fn error_passes_through_levels_that_cannot_raise() {
    macro_rules! levels {
        ($new:ident, $fallible:ident, $log:ident) => {{
            let leaf = move || {
                AsyncGenerator::$new(move |mut co| async move {
                    let level = Level($log, 0);
                    let exit = co.try_yield(1).await;
                    future::yield_now().await;
                    level.print(&format!("caught {exit:?}"));
                    if exit.is_ok() {
                        co.yield_(2).await;
                    }
                })
            };
            let middle = move || {
                AsyncGenerator::$new(move |mut co| async move {
                    let level = Level($log, 1);
                    let ended = co.try_yield_from(leaf()).await;
                    level.print(&format!("caught {ended:?}"));
                    if ended.is_ok() {
                        co.yield_(3).await;
                        co.yield_from(leaf()).await;
                    }
                })
            };
            AsyncGenerator::$fallible(move |mut co| async move {
                let level = Level($log, 2);
                let ended = co.try_yield_from(middle()).await;
                level.print(&format!("caught {ended:?}"));
                co.yield_(4).await;
                Ok::<_, String>(5)
            })
        }};
    }
    async fn check<B>(mut generator: AsyncGenerator<B>, script: usize, log: &RefCell<Vec<String>>)
    where
        B: Engine<Yield = usize, Send = (), Return = usize, Error = String>,
    {
        let print = |what| log.borrow_mut().push(what);
        print(format!("start {:?}", generator.start().await));
        for power in [1, 3, 9, 27, 81] {
            print(match script / power % 3 {
                0 => format!("send {:?}", generator.asend(()).await),
                1 => format!("throw {:?}", generator.athrow("e".to_owned()).await),
                _ => format!("close {:?}", generator.aclose().await),
            });
        }
    }
    for script in 0..243 {
        let (left, right) = (RefCell::default(), RefCell::default());
        let (left, right) = (&left, &right);
        block_on(check(levels!(new, fallible, left), script, left));
        block_on(check(levels!(recursive, fallible_recursive, right), script, right));
        assert_eq!(left, right, "{script}");
    }
}

/// A row that no other test has: what a closed delegate returns can't be taken for an ordinary end.
#[test]
fn delegate_that_returns_when_it_is_closed_makes_its_delegation_an_exit() {
    block_on(async {
        let returns = || -> Generator<'_, usize> {
            AsyncGenerator::fallible_recursive(|mut co| async move {
                let _ = co.try_yield(1).await;
                Ok(42)
            })
        };
        let mut outer: Generator<'_, _> = AsyncGenerator::fallible_recursive(|mut co| async move {
            Ok(co.try_yield_from(returns()).await)
        });
        assert_eq!(outer.start().await, Ok(Step::Yielded(1)));
        assert_eq!(outer.aclose().await, Ok(Some(Err(Raised::Exit))));
    });
}

#[test]
fn clean_up_that_was_left_half_way_goes_on() {
    block_on(async {
        let log = RefCell::new(Vec::new());
        let leaf = || -> Recursive<'_, usize> {
            AsyncGenerator::recursive(|mut co| {
                let log = &log;
                async move {
                    let _ = co.try_yield(1).await;
                    future::yield_now().await;
                    log.borrow_mut().push("cleaned up");
                }
            })
        };
        let mut outer: Recursive<'_, usize> = AsyncGenerator::recursive(|mut co| {
            let leaf = leaf();
            async move { co.yield_from(leaf).await }
        });
        assert_eq!(outer.next().await, Some(1));
        assert_eq!(future::poll_once(outer.aclose()).await, None);
        assert!(log.borrow().is_empty());
        assert_eq!(outer.aclose().await, Ok(None));
        assert_eq!(log.take(), ["cleaned up"]);
    });
}

#[test]
fn delegation_that_loses_a_race_at_once_is_taken_back() {
    block_on(async {
        let leaf = || AsyncGenerator::recursive(|mut co| async move { co.yield_("leaf").await });
        let outer = AsyncGenerator::recursive(|mut co| async move {
            future::or(co.yield_from(leaf()), async {}).await;
            co.yield_("outer").await;
            co.yield_from(leaf()).await;
        });
        let items: Vec<_> = outer.collect().await;
        assert_eq!(items, ["outer", "leaf"]);
    });
}

#[test]
fn other_delegates_are_nested() {
    block_on(async {
        let mut started = AsyncGenerator::over(stream::iter(1..=3));
        assert_eq!(started.next().await, Some(1));
        let outer = AsyncGenerator::fallible_recursive(|mut co| {
            let started = &mut started;
            async move {
                assert_eq!(co.yield_from_nested(started).await, Some(()));
                let infallible =
                    AsyncGenerator::recursive(|mut co| async move { co.yield_(4).await });
                co.yield_from_nested(infallible).await;
                Err::<(), _>("raised")
            }
        });
        let items: Vec<_> = outer.collect().await;
        assert_eq!(items, [Ok(2), Ok(3), Ok(4), Err("raised")]);
    });
}

#[test]
#[should_panic = "hand over what is left of it, `yield_from_nested(g.rest())`"]
fn started_delegate_is_refused_with_its_remedy() {
    block_on(async {
        let mut started = AsyncGenerator::recursive(|mut co| async move { co.yield_(1).await });
        started.next().await;
        let mut outer =
            AsyncGenerator::recursive(|mut co| async move { co.yield_from(started).await });
        outer.next().await;
    });
}

#[test]
fn a_million_levels_fit_on_a_small_stack() {
    const DEPTH: usize = 1_000_000;
    fn down<'a>(level: usize) -> Generator<'a, usize> {
        AsyncGenerator::fallible_recursive(move |mut co| async move {
            match level {
                0 => Ok(co.yield_(0).await),
                _ => Ok(co.yield_from(down(level - 1)).await + 1),
            }
        })
    }
    async fn all() {
        async fn started<'a>() -> Generator<'a, usize> {
            let mut deep = down(DEPTH);
            assert_eq!(deep.start().await, Ok(Step::Yielded(0)));
            deep
        }
        let mut returns = started().await;
        assert_eq!(returns.asend(5).await, Ok(Step::Complete(DEPTH + 5)));
        let mut closed = started().await;
        assert_eq!(closed.aclose().await, Ok(None));
        let mut raises = started().await;
        let raised = Err(ThrowError::Raised(Raised::Error("e".to_owned())));
        assert_eq!(raises.athrow("e".to_owned()).await, raised);
        drop(started().await);
    }
    // As the stack of a thread, and far less than a million frames.
    let small = thread::Builder::new().stack_size(2 << 20);
    small.spawn(|| block_on(all())).unwrap().join().unwrap();
}

#[test]
fn ignored_exit_is_told() {
    block_on(async {
        let mut outer: Recursive<'_, usize> = AsyncGenerator::recursive(|mut co| async move {
            let stubborn = AsyncGenerator::recursive(|mut co| async move {
                while co.try_yield(1).await == Err(Thrown::Exit) {}
            });
            co.yield_from(stubborn).await;
        });
        assert_eq!(outer.next().await, Some(1));
        assert_eq!(outer.aclose().await, Err(CloseError::IgnoredExit));
        assert_eq!(outer.state(), State::Closed);
    });
}
