//! CPython's behaviours of async generators: each test prints what the Python program of its
//! name prints, see `conformance/`.

#![cfg_attr(feature = "nightly", feature(gen_blocks))]
#![allow(non_snake_case, reason = "the names of the tests are CPython's")]

#[macro_use]
mod conformance;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use conformance::{ACCOUNT, check_engines};
use futures_lite::future::{poll_once, yield_now};
use futures_lite::{Stream, StreamExt};
use smol::Timer;
use twin_async_generators::{
    AsyncGenerator, Body, CloseError, Co, Engine, FallibleBody, Raised, SendError, Step,
    ThrowError, Thrown, aclosing, iter,
};
use twin_tasks::catch_cancelled;
use twins_conformance::{Exception, Finally, repr, say};

#[test]
fn every_id_is_accounted_for() {
    ACCOUNT.check_tests(&["asyncgen"]);
    ACCOUNT.check_counts();
    check_engines(&[include_str!("asyncgen.rs"), include_str!("asyncgen_edges.rs")]);
}

/// `await asyncio.sleep(0.001)`.
async fn sleep() {
    Timer::after(Duration::from_millis(1)).await;
}

fn zero_division() -> Exception {
    Exception::new("ZeroDivisionError", "division by zero")
}

/// `async def f(it): for i in it: yield i`.
fn over_items<T>(items: impl IntoIterator<Item = T>) -> AsyncGenerator<impl Body<T>> {
    AsyncGenerator::new(|mut co| async move {
        for item in items {
            co.yield_(item).await;
        }
    })
}

native! {
    async gen fn over_items_native<T>(items: impl IntoIterator<Item = T>) -> T {
        for item in items {
            yield item;
        }
    }
}

// Loops and comprehensions.

#[test]
fn test_coroutines_py__CoroutineTest__test_for_1() {
    async fn main<B: Body<i32>>(ait: impl Fn(i32) -> AsyncGenerator<B>) {
        for limit in [3, 9] {
            let mut line = String::new();
            let mut items = ait(4);
            loop {
                match items.next().await {
                    Some(item) if item == limit => break,
                    Some(item) => line += &format!("{item} "),
                    None => break line += "else ",
                }
            }
            say!("{line}end");
        }
    }
    both!(
        main(|n| AsyncGenerator::new(move |mut co| async move {
            for i in 1..=n {
                yield_now().await;
                co.yield_(i).await;
            }
        })),
        main(|n| AsyncGenerator::native(async gen move {
            for i in 1..=n {
                yield_now().await;
                yield i;
            }
        })),
    );
}

#[test]
fn test_coroutines_py__CoroutineTest__test_for_1_continue() {
    struct It(i32);
    impl It {
        fn aiter(self) -> Self {
            say!("aiter");
            self
        }
    }
    impl Stream for It {
        type Item = i32;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<i32>> {
            self.0 += 1;
            Poll::Ready((self.0 <= 5).then_some(self.0))
        }
    }
    one!(async {
        let mut items = AsyncGenerator::over(It(0).aiter());
        while let Some(i) = items.next().await {
            if i % 2 != 0 {
                continue;
            }
            say!("{i}");
        }
    });
}

#[test]
fn test_coroutines_py__CoroutineTest__test_for_6() {
    async fn main(mut items: AsyncGenerator<impl Body<i32>>) {
        struct Manager<'a>(&'a RefCell<Vec<&'static str>>);
        impl<'a> Manager<'a> {
            fn enter(log: &'a RefCell<Vec<&'static str>>) -> Self {
                log.borrow_mut().push("enter");
                Self(log)
            }
        }
        impl Drop for Manager<'_> {
            fn drop(&mut self) {
                self.0.borrow_mut().push("exit");
            }
        }
        let log = RefCell::new(Vec::new());
        {
            let _manager = Manager::enter(&log);
            while items.next().await.is_some() {
                log.borrow_mut().push("i");
            }
            log.borrow_mut().push("else");
        }
        let log = log.into_inner();
        let count = log.iter().filter(|entry| **entry == "i").count();
        say!("{} {count} {}", log[0], repr(&log[log.len() - 2..]));
    }
    both!(main(over_items(0..11)), main(AsyncGenerator::native(over_items_native(0..11))));
}

#[test]
fn test_coroutines_py__CoroutineTest__test_comp_1() {
    async fn f(i: i32) -> i32 {
        say!("f {i}");
        i
    }
    async fn main<B: Body<i32>>(awaited: impl Fn(Vec<i32>) -> AsyncGenerator<B>) {
        say!("{}", repr(awaited(vec![1, 41]).collect::<Vec<_>>().await));
        let numbered = awaited(vec![5, 6]).enumerate().collect::<BTreeMap<_, _>>();
        say!("{}", repr(numbered.await));
    }
    both!(
        main(|arguments| AsyncGenerator::new(|mut co| async move {
            for c in arguments.into_iter().map(f) {
                co.yield_(c.await).await;
            }
        })),
        main(|arguments| AsyncGenerator::native(async gen move {
            for c in arguments.into_iter().map(f) {
                yield c.await;
            }
        })),
    );
}

#[test]
fn test_coroutines_py__CoroutineTest__test_comp_2() {
    async fn f<T>(value: T) -> T {
        value
    }
    async fn main(
        strings: AsyncGenerator<impl Body<&'static str>>,
        numbers: AsyncGenerator<impl Body<i32>>,
    ) {
        say!("{}", repr(strings.collect::<Vec<_>>().await));
        say!("{}", repr(numbers.collect::<BTreeSet<_>>().await.into_iter().collect::<Vec<_>>()));
    }
    let strings = || [f(vec![]), f(vec!["a", "b", "c"]), f(vec![]), f(vec!["de", "fg"])];
    let numbers = || [f([f(vec![10, 30]), f(vec![20])])];
    both!(
        main(
            AsyncGenerator::new(|mut co| async move {
                for c in strings() {
                    for s in c.await {
                        co.yield_(s).await;
                    }
                }
            }),
            AsyncGenerator::new(|mut co| async move {
                for c in numbers() {
                    for d in c.await {
                        for s in d.await {
                            co.yield_(s).await;
                        }
                    }
                }
            }),
        ),
        main(
            AsyncGenerator::native(async gen move {
                for c in strings() {
                    for s in c.await {
                        yield s;
                    }
                }
            }),
            AsyncGenerator::native(async gen move {
                for c in numbers() {
                    for d in c.await {
                        for s in d.await {
                            yield s;
                        }
                    }
                }
            }),
        ),
    );
}

#[test]
fn test_coroutines_py__CoroutineTest__test_comp_4() {
    async fn main<B: Body<i32>>(f: impl Fn() -> AsyncGenerator<B>) {
        let selected = || f().filter(|i| (1..4).contains(i)).map(|i| i + 10);
        say!("{}", repr(selected().collect::<Vec<_>>().await));
        say!("{}", repr(selected().map(|g| g + 100).collect::<Vec<_>>().await));
    }
    both!(main(|| over_items(0..5)), main(|| AsyncGenerator::native(over_items_native(0..5))));
}

#[test]
fn test_coroutines_py__CoroutineTest__test_comp_5() {
    async fn main<B: Body<i32>, C: Body<Vec<i32>>>(
        f: impl Fn(Vec<i32>) -> AsyncGenerator<B>,
        g: impl Fn(Vec<Vec<i32>>) -> AsyncGenerator<C>,
    ) {
        let mut list = Vec::new();
        for pair in [vec![10, 20], vec![30, 40]].into_iter().filter(|pair| pair[0] > 10) {
            list.extend(f(pair).filter(|i| *i > 30).map(|i| i + 1).collect::<Vec<_>>().await);
        }
        say!("{}", repr(list));
        let flat = g(vec![vec![10, 20], vec![30]]).flat_map(|seq| iter(seq).map(|i| i + 1));
        say!("{}", repr(flat.collect::<Vec<_>>().await));
    }
    both!(
        main(over_items, over_items),
        main(
            |pair| AsyncGenerator::native(over_items_native(pair)),
            |pairs| AsyncGenerator::native(over_items_native(pairs)),
        ),
    );
}

#[test]
fn test_coroutines_py__CoroutineTest__test_comp_7() {
    async fn main(f: AsyncGenerator<impl FallibleBody<i32, Exception>>) {
        match f.try_collect::<_, _, Vec<_>>().await {
            Ok(items) => say!("{}", repr(items)),
            Err(error) => say!("{} {}", error.kind(), error),
        }
    }
    both!(
        main(AsyncGenerator::fallible(|mut co| async move {
            co.yield_(1).await;
            co.yield_(2).await;
            Err(Exception::new("KeyError", "'aaa'"))
        })),
        main(AsyncGenerator::fallible_native(async gen {
            yield Ok(1);
            yield Ok(2);
            yield Err(Exception::new("KeyError", "'aaa'"));
        })),
    );
}

#[test]
fn test_coroutines_py__CoroutineTest__test_comp_9() {
    async fn main(items: AsyncGenerator<impl Body<i32>>) {
        let list: Vec<_> = items.collect().await;
        say!("{}", repr(list.iter().map(|i| i * 2).collect::<Vec<_>>()));
    }
    both!(main(over_items([1, 2])), main(AsyncGenerator::native(over_items_native([1, 2]))));
}

// Iteration.

#[test]
fn test_asyncgen_py__AsyncGenTest__test_async_gen_iteration_01() {
    async fn main(items: AsyncGenerator<impl Body<i32>>) {
        say!("{}", repr(items.collect::<Vec<_>>().await));
    }
    both!(
        main(AsyncGenerator::new(|mut co| async move {
            yield_now().await;
            let () = co.yield_(123).await;
            say!("a = None");
            yield_now().await;
            co.yield_(456).await;
            co.yield_(789).await;
        })),
        main(AsyncGenerator::native(async gen {
            yield_now().await;
            let () = yield 123;
            say!("a = None");
            yield_now().await;
            yield 456;
            yield 789;
        })),
    );
}

#[test]
fn test_asyncgen_py__AsyncGenTest__test_async_gen_iteration_02() {
    /// Is not ready at its first poll, and lays down what Python's `yield "result"` hands out.
    async fn s(handed_out: &Cell<&'static str>) {
        handed_out.set("result");
        yield_now().await;
    }
    async fn main(mut g: AsyncGenerator<impl Body<i32>>, handed_out: &Cell<&'static str>) {
        for _ in 0..2 {
            let mut an = g.next();
            assert_eq!(poll_once(&mut an).await, None);
            say!("{}", handed_out.take());
            match poll_once(&mut an).await.expect("the second poll is ready") {
                Some(value) => say!("StopIteration ({value},)"),
                None => say!("StopAsyncIteration ()"),
            }
        }
    }
    let handed_out = &Cell::new("");
    both!(
        main(
            AsyncGenerator::new(|mut co| async move {
                s(handed_out).await;
                co.yield_(123).await;
                s(handed_out).await;
            }),
            handed_out,
        ),
        main(
            AsyncGenerator::native(async gen {
                s(handed_out).await;
                yield 123;
                s(handed_out).await;
            }),
            handed_out,
        ),
    );
}

#[test]
fn test_asyncgen_py__AsyncGenTest__test_async_gen_exception_03() {
    async fn boom() -> Result<(), Exception> {
        Err(Exception::new("KeyError", "'inner'"))
    }
    async fn main(mut items: AsyncGenerator<impl FallibleBody<i32, Exception>>) {
        while let Some(item) = items.next().await {
            match item {
                Ok(x) => say!("{x}"),
                Err(error) => say!("{} {}", error.kind(), error),
            }
        }
    }
    both!(
        main(AsyncGenerator::fallible(|mut co| async move {
            co.yield_(123).await;
            boom().await?;
            co.yield_(456).await;
            Ok(())
        })),
        main(AsyncGenerator::fallible_native(async gen {
            yield Ok(123);
            if let Err(error) = boom().await {
                yield Err(error);
            }
            yield Ok(456);
        })),
    );
}

#[test]
fn test_asyncgen_py__AsyncGenTest__test_async_gen_exception_04() {
    async fn main(mut g: AsyncGenerator<impl FallibleBody<i32, Exception>>) {
        for _ in 0..3 {
            match g.next().await {
                Some(Ok(item)) => say!("{item}"),
                Some(Err(error)) => say!("{}", error.kind()),
                None => say!("StopAsyncIteration"),
            }
        }
    }
    both!(
        main(AsyncGenerator::fallible(|mut co| async move {
            co.yield_(123).await;
            Err(zero_division())
        })),
        main(AsyncGenerator::fallible_native(async gen {
            yield Ok(123);
            yield Err(zero_division());
        })),
    );
}

#[test]
fn test_asyncgen_py__AsyncGenTest__test_async_gen_exception_08() {
    async fn main(mut g: AsyncGenerator<impl FallibleBody<i32, Exception>>) {
        let mut res = Vec::new();
        while res.last().is_none_or(|last| last != "'StopAsyncIteration'") {
            res.push(match g.next().await {
                Some(Ok(item)) => repr(item),
                Some(Err(error)) => repr(error.kind()),
                None => repr("StopAsyncIteration"),
            });
        }
        say!("[{}]", res.join(", "));
    }
    both!(
        main(AsyncGenerator::fallible(|mut co| async move {
            let result = co.try_yield(1).await;
            co.yield_(2).await;
            if result.is_ok() {
                return Err(zero_division());
            }
            co.yield_(3).await;
            Ok(())
        })),
        main(AsyncGenerator::fallible_native(async gen {
            yield Ok(1);
            yield Ok(2);
            yield Err(zero_division());
            yield Ok(3);
        })),
    );
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_generator_anext() {
    async fn main<B: Body<i32>>(agen: impl Fn() -> AsyncGenerator<B>) {
        let mut g = agen();
        say!("{} {}", g.next().await.unwrap(), g.next().await.unwrap());
        for _ in 0..2 {
            if g.next().await.is_none() {
                say!("StopAsyncIteration");
            }
        }
        let mut h = agen();
        let mut items = Vec::new();
        for _ in 0..4 {
            items.push(h.next().await.map_or_else(|| repr("buckle my shoe"), repr));
        }
        say!("[{}]", items.join(", "));
    }
    both!(main(|| over_items([1, 2])), main(|| AsyncGenerator::native(over_items_native([1, 2]))));
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_python_async_iterator_anext() {
    struct It(i32);
    impl Stream for It {
        type Item = i32;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<i32>> {
            if self.0 >= 2 {
                return Poll::Ready(None);
            }
            self.0 += 1;
            Poll::Ready(Some(self.0))
        }
    }
    one!(async {
        let mut it = AsyncGenerator::over(It(0));
        let items = [it.next().await, it.next().await, it.next().await];
        say!("{}", items.map(|item| item.map_or("default".to_owned(), repr)).join(" "));
        say!("{}", repr(AsyncGenerator::over(It(0)).collect::<Vec<_>>().await));
    });
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_aiter_class() {
    async fn main<B: Body<i32>>(aiter: impl Fn() -> AsyncGenerator<B>) {
        for _ in 0..2 {
            say!("{}", repr(aiter().collect::<Vec<_>>().await));
        }
    }
    struct Gen;
    impl Gen {
        fn aiter(&self) -> AsyncGenerator<impl Body<i32>> {
            AsyncGenerator::new(|mut co| async move {
                co.yield_(1).await;
                yield_now().await;
                co.yield_(2).await;
            })
        }

        native! {
            fn aiter_native(&self) -> AsyncGenerator<impl Body<i32>> {
                AsyncGenerator::native(async gen {
                    yield 1;
                    yield_now().await;
                    yield 2;
                })
            }
        }
    }
    let g = Gen;
    both!(main(|| g.aiter()), main(|| g.aiter_native()));
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_anext_await_raises() {
    async fn main<B: FallibleBody<(), Exception>>(it: impl Fn() -> AsyncGenerator<B>) {
        for default in [None, Some(Ok(()))] {
            if let Some(Err(error)) = it().next().await.or(default) {
                say!("{}", error.kind());
            }
        }
    }
    both!(
        main(|| AsyncGenerator::fallible(|_: Co<(), (), _>| async { Err(zero_division()) })),
        main(|| AsyncGenerator::fallible_native(async gen { yield Err(zero_division()) })),
    );
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_asyncio_02() {
    async fn main(mut items: AsyncGenerator<impl FallibleBody<i32, Exception>>) {
        let mut seen = Vec::new();
        while let Some(item) = items.next().await {
            match item {
                Ok(x) => seen.push(x),
                Err(error) => say!("{} after {}", error.kind(), repr(&seen)),
            }
        }
    }
    both!(
        main(AsyncGenerator::fallible(|mut co| async move {
            co.yield_(1).await;
            sleep().await;
            co.yield_(2).await;
            Err(zero_division())
        })),
        main(AsyncGenerator::fallible_native(async gen {
            yield Ok(1);
            sleep().await;
            yield Ok(2);
            yield Err(zero_division());
        })),
    );
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_asyncio_anext_04() {
    async fn main(mut it: AsyncGenerator<impl Body<i32>>) {
        say!("{} {}", it.next().await.unwrap(), it.next().await.unwrap());
        for _ in 0..3 {
            if it.next().await.is_none() {
                say!("StopAsyncIteration");
            }
        }
    }
    both!(
        main(AsyncGenerator::new(|mut co| async move {
            co.yield_(1).await;
            sleep().await;
            co.yield_(2).await;
        })),
        main(AsyncGenerator::native(async gen {
            yield 1;
            sleep().await;
            yield 2;
        })),
    );
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_expression_01() {
    fn doubled(arange: impl Stream<Item = i32>) -> impl Stream<Item = i32> {
        arange.map(|i| i * 2)
    }
    async fn main(arange: AsyncGenerator<impl Body<i32>>) {
        let mut items = std::pin::pin!(doubled(arange));
        while let Some(x) = items.next().await {
            say!("{x}");
        }
    }
    both!(
        main(AsyncGenerator::new(|mut co| async move {
            for i in 0..3 {
                yield_now().await;
                say!("make {i}");
                co.yield_(i).await;
            }
        })),
        main(AsyncGenerator::native(async gen {
            for i in 0..3 {
                yield_now().await;
                say!("make {i}");
                yield i;
            }
        })),
    );
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_expression_02() {
    async fn wrap(n: i32) -> i32 {
        yield_now().await;
        n
    }
    async fn main<B: Body<i32>>(make: impl Fn(i32) -> AsyncGenerator<B>) {
        say!("{}", repr(make(6).collect::<Vec<_>>().await));
    }
    both!(
        main(|n| AsyncGenerator::new(move |mut co| async move {
            for i in 0..n {
                if wrap(i).await != 0 {
                    co.yield_(i * 2).await;
                }
            }
        })),
        main(|n| AsyncGenerator::native(async gen move {
            for i in 0..n {
                if wrap(i).await != 0 {
                    yield i * 2;
                }
            }
        })),
    );
}

// asend.

#[test]
fn test_asyncgen_py__AsyncGenTest__test_async_gen_exception_10() {
    fn body() -> AsyncGenerator<impl Body<i32, Option<i32>>> {
        AsyncGenerator::new(|mut co| async move {
            say!("started");
            co.yield_(123).await;
        })
    }
    one!(async {
        let mut g = body();
        if let Err(error @ SendError::JustStarted(_)) = g.asend(Some(100)).await {
            say!("TypeError: {error}");
        }
        say!("{}", g.sending_none().next().await.unwrap());
    });
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_asyncio_asend_01() {
    one!(async {
        let mut g = AsyncGenerator::new(|mut co| async move {
            let _finally = Finally("finally");
            let v = co.yield_(1).await;
            sleep().await;
            co.yield_(v * 2).await;
        });
        say!("{}", g.start().await.unwrap().yielded().unwrap());
        say!("{}", g.asend(100).await.unwrap().yielded().unwrap());
        if let Ok(Step::Complete(())) = g.asend(0).await {
            say!("StopAsyncIteration");
        }
    });
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_asyncio_asend_02() {
    async fn crash() -> Result<(), Exception> {
        sleep().await;
        Err(zero_division())
    }
    one!(async {
        let mut g = AsyncGenerator::fallible(|mut co| async move {
            let result = async {
                let _v: i32 = co.yield_(1).await;
                crash().await
            };
            let result = result.await;
            sleep().await;
            say!("finally");
            result
        });
        say!("{}", g.start().await.unwrap().yielded().unwrap());
        if let Err(SendError::Raised(Raised::Error(error))) = g.asend(100).await {
            say!("{}", error.kind());
        }
    });
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_asyncio_asend_03() {
    // Here Rust has no future to set or cancel: a channel serves, and to drop its sender cancels.
    one!(async {
        let (set, fut) = async_channel::bounded::<()>(1);
        let mut g = AsyncGenerator::fallible(|mut co| async move {
            let _v: i32 = co.yield_(1).await;
            let result = fut.recv().await;
            sleep().await;
            say!("finally");
            result.map_err(|_| Exception::new("CancelledError", ""))
        });
        say!("{}", g.start().await.unwrap().yielded().unwrap());
        let cancel_later = async {
            sleep().await;
            drop(set);
        };
        let (asent, ()) = futures_lite::future::zip(g.asend(100), cancel_later).await;
        if let Err(SendError::Raised(Raised::Error(error))) = asent {
            say!("{}", error.kind());
        }
    });
}

// athrow.

#[test]
fn test_asyncgen_py__AsyncGenTest__test_async_gen_exception_11() {
    async fn main(mut g: AsyncGenerator<impl Body<i32>>) {
        g.resume().await.unwrap().yielded().unwrap();
        if let Err(ThrowError::Raised(raised @ Raised::Exit)) = g.athrow(Thrown::Exit).await {
            say!("{raised}");
        }
    }
    both!(
        main(AsyncGenerator::new(|mut co| async move {
            let _finally = Finally("finally");
            co.yield_(10).await;
            co.yield_(20).await;
        })),
        main(AsyncGenerator::native(async gen {
            let _finally = Finally("finally");
            yield 10;
            yield 20;
        })),
    );
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_asyncio_athrow_01() {
    one!(async {
        let mut g = AsyncGenerator::fallible(|mut co| async move {
            let v = match co.try_yield(1).await {
                Ok(v) => v,
                Err(Thrown::Error("KeyError")) => {
                    sleep().await;
                    1000
                }
                Err(thrown) => co.raise(thrown).await,
            };
            co.yield_(v * 2).await;
            Ok(())
        });
        say!("{}", g.start().await.unwrap().yielded().unwrap());
        say!("{}", g.athrow("KeyError").await.unwrap().yielded().unwrap());
        if let Ok(Step::Complete(())) = g.asend(0).await {
            say!("end");
        }
    });
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_asyncio_athrow_03() {
    one!(async {
        let mut g = AsyncGenerator::fallible(|mut co| async move {
            match co.try_yield(()).await {
                Err(Thrown::Error("ValueError")) => say!("caught"),
                Err(thrown) => co.raise(thrown).await,
                Ok(()) => {}
            }
            Ok(())
        });
        g.resume().await.unwrap().yielded().unwrap();
        if let Ok(Step::Complete(())) = g.athrow("ValueError").await {
            say!("StopAsyncIteration");
        }
    });
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_asyncio_athrow_03_uncaught() {
    one!(async {
        let mut g = AsyncGenerator::fallible(|mut co| async move {
            let result = co.try_yield(1).await;
            yield_now().await;
            say!("finally");
            match result {
                Ok(()) => Ok(()),
                Err(thrown) => co.raise(thrown).await,
            }
        });
        g.resume().await.unwrap().yielded().unwrap();
        let error = Exception::new("ValueError", "v");
        if let Err(ThrowError::Raised(Raised::Error(error))) = g.athrow(error).await {
            say!("{} {}", error.kind(), error);
        }
        if g.next().await.is_none() {
            say!("exhausted");
        }
    });
}

// aclose.

/// Prints how `aclose` ended: nothing, or the error.
async fn close<B: Engine<Error = Exception>>(g: &mut AsyncGenerator<B>, closed: &str) {
    match g.aclose().await {
        Ok(_) if closed.is_empty() => {}
        Ok(_) => say!("{closed}"),
        Err(error @ CloseError::IgnoredExit) => say!("RuntimeError: {error}"),
        Err(CloseError::Raised(error)) => say!("{}: {}", error.kind(), error),
    }
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_asyncio_aclose_06() {
    one!(async {
        let mut g = AsyncGenerator::fallible(|mut co| async move {
            let _ = co.try_yield(1).await;
            sleep().await;
            co.yield_(12).await;
            Ok(())
        });
        g.next().await.unwrap().unwrap();
        close(&mut g, "").await;
    });
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_asyncio_aclose_07() {
    one!(async {
        let mut g = AsyncGenerator::fallible(|mut co| async move {
            let result = co.try_yield(1).await;
            if result.is_ok() {
                say!("not reached");
            }
            sleep().await;
            say!("cleanup done");
            if let Err(thrown) = result {
                co.raise(thrown).await;
            }
            say!("not reached either");
            Ok(())
        });
        g.next().await.unwrap().unwrap();
        close(&mut g, "closed").await;
    });
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_asyncio_aclose_07_raises() {
    one!(async {
        let mut g = AsyncGenerator::fallible(|mut co| async move {
            let _ = co.try_yield(1).await;
            Err::<(), _>(Exception::new("TypeError", "fie!"))
        });
        g.next().await.unwrap().unwrap();
        close(&mut g, "closed").await;
        if g.next().await.is_none() {
            say!("end");
        }
    });
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_asyncio_aclose_08() {
    async fn main(mut g: AsyncGenerator<impl Body<i32>>) {
        say!("{}", g.next().await.unwrap());
        if let Err(error) = g.aclose().await {
            say!("{error}");
        }
    }
    async fn wait_forever() {
        poll_fn(|_| Poll::Pending).await
    }
    both!(
        main(AsyncGenerator::new(|mut co| async move {
            let _finally = Finally("finally");
            co.yield_(1).await;
            say!("about to wait forever");
            wait_forever().await;
        })),
        main(AsyncGenerator::native(async gen {
            let _finally = Finally("finally");
            yield 1;
            say!("about to wait forever");
            wait_forever().await;
        })),
    );
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_asyncio_aclose_10() {
    one!(async {
        let mut g = AsyncGenerator::fallible(|mut co| async move {
            if let Err(thrown) = co.try_yield(()).await {
                say!("swallowed {thrown}");
            }
            say!("body ends");
            Ok(())
        });
        g.resume().await.unwrap().yielded().unwrap();
        close(&mut g, "closed").await;
    });
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_asyncio_aclose_11() {
    one!(async {
        let mut g = AsyncGenerator::fallible(|mut co| async move {
            let _ = co.try_yield(1).await;
            co.yield_(2).await;
            say!("after");
            Ok(())
        });
        g.next().await.unwrap().unwrap();
        close(&mut g, "").await;
    });
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_aclose_after_exhaustion() {
    async fn main(mut it: AsyncGenerator<impl Body<i32>>) {
        say!("{}", repr((&mut it).collect::<Vec<_>>().await));
        if let Ok(None) = it.aclose().await {
            say!("None");
        }
    }
    both!(
        main(AsyncGenerator::new(|mut co| async move {
            let _finally = Finally("finally");
            co.yield_(1).await;
            co.yield_(2).await;
        })),
        main(AsyncGenerator::native(async gen {
            let _finally = Finally("finally");
            yield 1;
            yield 2;
        })),
    );
}

// aclosing.

#[test]
fn test_contextlib_async_py__AclosingTestCase__test_aclosing() {
    one!(async {
        let mut g = AsyncGenerator::new(|mut co| async move {
            for item in [1, 2] {
                if co.try_yield(item).await.is_err() {
                    break;
                }
            }
            yield_now().await;
            say!("closed");
        });
        let address = std::ptr::from_ref(&g);
        let block = aclosing(&mut g, async |y| {
            let same = if std::ptr::eq(address, y) { "True" } else { "False" };
            say!("{same} {}", y.next().await.unwrap());
            say!("end of block");
        });
        block.await.unwrap();
        if g.next().await.is_none() {
            say!("exhausted");
        }
    });
}

#[test]
fn test_contextlib_async_py__AclosingTestCase__test_aclosing_error() {
    one!(async {
        let mut c = AsyncGenerator::new(|mut co| async move {
            if co.try_yield(()).await.is_err() {
                yield_now().await;
                say!("aclose called");
            }
        });
        c.next().await.unwrap();
        let block = aclosing(c, async |_| Err::<(), _>(zero_division()));
        if let Err(error) = block.await.unwrap() {
            say!("{}", error.kind());
        }
    });
}

#[test]
fn test_asyncgen_py__AsyncGenAsyncioTest__test_async_gen_asyncio_shutdown_01() {
    async fn main(waiter: AsyncGenerator<impl Body<i32> + 'static>) {
        let consume = async move {
            let mut waiter = waiter;
            while waiter.next().await.is_some() {}
        };
        let t = twin_tasks::spawn(consume);
        twin_tasks::sleep(Duration::from_millis(1)).await;
        t.cancel();
        if catch_cancelled(t).await.is_err() {
            say!("CancelledError");
        }
    }
    async fn wait() {
        let clean_up = async {
            twin_tasks::sleep(Duration::ZERO).await;
            say!("finalized");
        };
        twin_tasks::finally(twin_tasks::sleep(Duration::from_secs(10)), clean_up).await;
    }
    both_run!(
        main(AsyncGenerator::new(|mut co| async move {
            wait().await;
            co.yield_(1).await;
        })),
        main(AsyncGenerator::native(async gen {
            wait().await;
            yield 1;
        })),
    );
}

#[test]
fn test_contextlib_async_py__AclosingTestCase__test_aclosing_bpo41229() {
    async fn main(agen: AsyncGenerator<impl Body<i32>>) {
        let block = aclosing(agen, async |y| {
            say!("{}", y.next().await.unwrap());
            Err::<(), _>(zero_division())
        });
        if let Err(error) = block.await.unwrap() {
            say!("{}", error.kind());
        }
    }
    both!(
        main(AsyncGenerator::new(|mut co| async move {
            let _res = Finally("released");
            co.yield_(-1).await;
            co.yield_(-2).await;
        })),
        main(AsyncGenerator::native(async gen {
            let _res = Finally("released");
            yield -1;
            yield -2;
        })),
    );
}

#[test]
#[allow(clippy::never_loop, reason = "the loop that is left early is what Python has")]
fn test_contextlib_async_py__AclosingTestCase__test_aclosing_early_exit() {
    async fn main(g: AsyncGenerator<impl Body<i32>>) {
        let block = aclosing(g, async |g| {
            while let Some(x) = g.next().await {
                say!("{x}");
                break;
            }
        });
        block.await.unwrap();
        say!("after block");
    }
    both!(
        main(AsyncGenerator::new(|mut co| async move {
            let _finally = Finally("closed");
            co.yield_(1).await;
            co.yield_(2).await;
        })),
        main(AsyncGenerator::native(async gen {
            let _finally = Finally("closed");
            yield 1;
            yield 2;
        })),
    );
}
