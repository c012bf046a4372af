//! CPython's behaviours of generators and `contextlib`: each test is named after the id of one,
//! and its twins print what the Python program of that id prints.

#![cfg_attr(feature = "nightly", feature(coroutines))]
#![allow(non_snake_case, reason = "the tests are named after CPython's")]

#[macro_use]
mod conformance;

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::{Rc, Weak};

use conformance::ACCOUNT;
use twin_generators::{
    Body, BoxGenerator, CloseError, Co, Context, ContextError, FallibleBody, Generator, Raised,
    SendError, Step, Thrown, closing, with,
};
native! {
    use twin_generators::{Received, yield_from};
}
use twins_conformance::{Exception, Finally, or_none, repr, say, value_error};

#[test]
fn every_id_is_accounted_for() {
    ACCOUNT.check_tests(&["generator"]);
}

// The tutorial of PEP 255.

#[test]
fn test_generators_py__doctest_tut_2() {
    fn drive(generator: Generator<impl Body<i32>>) {
        say!("created");
        for i in generator {
            say!("{i}");
        }
    }
    both!(
        drive(Generator::new(|mut co| async move {
            say!("body starts");
            co.yield_(1).await;
            co.yield_(2).await;
            say!("body ends");
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                say!("body starts");
                (yield 1)?;
                (yield 2)?;
                say!("body ends");
                Ok(())
            }
        )),
    );
}

#[test]
fn test_generators_py__doctest_tut_6() {
    fn drive(mut generator: Generator<impl Body<i32>>) {
        say!("{} {}", generator.next().unwrap(), generator.next().unwrap());
        if let Ok(Step::Complete(())) = generator.resume() {
            say!("StopIteration None");
        }
    }
    both!(
        drive(Generator::new(|mut co| async move {
            co.yield_(1).await;
            co.yield_(2).await;
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                (yield 1)?;
                (yield 2)?;
                Ok(())
            }
        )),
    );
}

#[test]
fn test_generators_py__doctest_tut_13() {
    fn drive(generator: Generator<impl Body<i32>>) {
        say!("{}", repr(generator.collect::<Vec<_>>()));
    }
    // The `try` is the block, `except` is the handling of its error: a `return` is none.
    both!(
        drive(Generator::new(|mut co| async move {
            let attempt: Result<(), Exception> = async { Ok(()) }.await;
            if attempt.is_err() {
                co.yield_(1).await;
            }
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let attempt: Result<(), Exception> = Ok(());
                if attempt.is_err() {
                    (yield 1)?;
                }
                Ok(())
            }
        )),
    );
}

#[test]
fn test_generators_py__doctest_tut_17() {
    fn drive(generator: Generator<impl Body<i32>>) {
        say!("{}", repr(generator.collect::<Vec<_>>()));
    }
    // A destructor can't yield, so a `finally` that does follows the block that is left.
    both!(
        drive(Generator::new(|mut co| async move {
            'attempt: {
                break 'attempt;
            }
            co.yield_(1).await;
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                'attempt: {
                    break 'attempt;
                }
                (yield 1)?;
                Ok(())
            }
        )),
    );
}

#[test]
fn test_generators_py__doctest_tut_22() {
    fn drive(yrange: impl Fn(i32) -> BoxGenerator<'static, i32>) {
        let creator = || {
            let mut r = yrange(5);
            say!("creator {}", r.next().unwrap());
            r
        };
        let caller = || {
            for i in creator() {
                say!("caller {i}");
            }
        };
        caller();
    }
    both!(
        drive(|n| {
            Generator::new(move |mut co| async move {
                for i in 0..n {
                    co.yield_(i).await;
                }
            })
            .boxed()
        }),
        drive(|n| {
            Generator::native(
                #[coroutine]
                move |_| {
                    for i in 0..n {
                        (yield i)?;
                    }
                    Ok(())
                },
            )
            .boxed()
        }),
    );
}

// PEP 255's own examples.

fn divide(left: i32, right: i32) -> Result<i32, Exception> {
    left.checked_div(right).ok_or_else(|| Exception::new("ZeroDivisionError", "division by zero"))
}

#[test]
fn test_generators_py__doctest_pep_12() {
    fn drive(mut k: Generator<impl FallibleBody<i32, Exception>>) {
        for _ in 0..2 {
            match k.next() {
                Some(Ok(value)) => say!("{value}"),
                Some(Err(error)) => say!("{}", error.kind()),
                None => say!("StopIteration"),
            }
        }
    }
    both!(
        drive(Generator::fallible(|mut co| async move {
            co.yield_(divide(1, 0)?).await;
            co.yield_(42).await;
            Ok(())
        })),
        drive(Generator::fallible_native(
            #[coroutine]
            |_| {
                (yield divide(1, 0)?)?;
                (yield 42)?;
                Ok(())
            }
        )),
    );
}

#[test]
fn test_generators_py__doctest_pep_14() {
    fn drive(generator: Generator<impl Body<i32>>) {
        say!("{}", repr(generator.collect::<Vec<_>>()));
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let attempt: Result<(), Exception> = async {
                co.yield_(1).await;
                let inner: Result<(), Exception> = async {
                    co.yield_(2).await;
                    divide(1, 0)?;
                    co.yield_(3).await;
                    Ok(())
                }
                .await;
                if let Err(error) = inner {
                    co.yield_(4).await;
                    co.yield_(5).await;
                    return Err(error);
                }
                co.yield_(7).await;
                Ok(())
            }
            .await;
            if attempt.is_err() {
                co.yield_(8).await;
            }
            co.yield_(9).await;
            co.yield_(10).await;
            co.yield_(11).await;
        })),
        // A coroutine yields only in its own body, so that a `try` is a labelled block.
        drive(Generator::native(
            #[coroutine]
            |_| {
                let attempt: Result<(), Exception> = 'attempt: {
                    (yield 1)?;
                    let inner: Result<(), Exception> = 'inner: {
                        (yield 2)?;
                        if let Err(error) = divide(1, 0) {
                            break 'inner Err(error);
                        }
                        (yield 3)?;
                        Ok(())
                    };
                    if let Err(error) = inner {
                        (yield 4)?;
                        (yield 5)?;
                        break 'attempt Err(error);
                    }
                    (yield 7)?;
                    Ok(())
                };
                if attempt.is_err() {
                    (yield 8)?;
                }
                (yield 9)?;
                (yield 10)?;
                (yield 11)?;
                Ok(())
            }
        )),
    );
}

/// A binary tree of letters, in order: the root halves them.
struct Tree {
    label: char,
    left: Option<Box<Tree>>,
    right: Option<Box<Tree>>,
}

fn tree(labels: &str) -> Option<Box<Tree>> {
    let middle = labels.len() / 2;
    let label = labels[middle..].chars().next()?;
    let (left, right) = (tree(&labels[..middle]), tree(&labels[middle + 1..]));
    Some(Box::new(Tree { label, left, right }))
}

#[test]
fn test_generators_py__doctest_pep_20() {
    fn inorder(tree: &Option<Box<Tree>>) -> BoxGenerator<'_, char> {
        Generator::new(|mut co| async move {
            if let Some(tree) = tree {
                for x in inorder(&tree.left) {
                    co.yield_(x).await;
                }
                co.yield_(tree.label).await;
                for x in inorder(&tree.right) {
                    co.yield_(x).await;
                }
            }
        })
        .boxed()
    }
    native! {
        fn inorder_native(tree: &Option<Box<Tree>>) -> BoxGenerator<'_, char> {
            Generator::native(
                #[coroutine]
                move |_| {
                    if let Some(tree) = tree {
                        for x in inorder_native(&tree.left) {
                            (yield x)?;
                        }
                        (yield tree.label)?;
                        for x in inorder_native(&tree.right) {
                            (yield x)?;
                        }
                    }
                    Ok(())
                },
            )
            .boxed()
        }
    }
    fn drive(inorder: fn(&Option<Box<Tree>>) -> BoxGenerator<'_, char>) {
        let tree = tree("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        let labels: Vec<_> = inorder(&tree).map(String::from).collect();
        say!("{}", labels.join(" "));
    }
    both!(drive(inorder), drive(inorder_native));
}

#[test]
fn test_generators_py__doctest_pep_22() {
    fn drive<'a, B: Body<char>>(inorder: impl FnOnce(&'a Tree) -> Generator<B>, tree: &'a Tree) {
        say!("{}", inorder(tree).collect::<String>());
    }
    let tree = tree("ABCDEFGHIJKLM").unwrap();
    both!(
        drive(
            |mut node| Generator::new(move |mut co| async move {
                let mut stack = Vec::new();
                loop {
                    while let Some(left) = &node.left {
                        stack.push(node);
                        node = left;
                    }
                    co.yield_(node.label).await;
                    while node.right.is_none() {
                        let Some(parent) = stack.pop() else { return };
                        node = parent;
                        co.yield_(node.label).await;
                    }
                    node = node.right.as_ref().expect("a node with a right side");
                }
            }),
            &tree
        ),
        drive(
            |mut node| Generator::native(
                #[coroutine]
                move |_| {
                    let mut stack = Vec::new();
                    loop {
                        while let Some(left) = &node.left {
                            stack.push(node);
                            node = left;
                        }
                        (yield node.label)?;
                        while node.right.is_none() {
                            let Some(parent) = stack.pop() else { return Ok(()) };
                            node = parent;
                            (yield node.label)?;
                        }
                        node = node.right.as_ref().expect("a node with a right side");
                    }
                }
            ),
            &tree
        ),
    );
}

// Examples from the mailing list.

#[test]
fn test_generators_py__doctest_email_2() {
    fn drive(generator: Generator<impl Body<Option<i32>>>) {
        let items: Vec<_> = generator.map(or_none).collect();
        say!("[{}]", items.join(", "));
    }
    both!(
        drive(Generator::new(|mut co| async move {
            for _ in 0..3 {
                co.yield_(None).await;
            }
            co.yield_(None).await;
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                for _ in 0..3 {
                    (yield None)?;
                }
                (yield None)?;
                Ok(())
            }
        )),
    );
}

#[test]
fn test_generators_py__doctest_email_4() {
    fn drive(generator: Generator<impl Body<i32>>) {
        say!("{}", repr(generator.collect::<Vec<_>>()));
    }
    // StopIteration, raised and caught: the end of some other iterator.
    both!(
        drive(Generator::new(|mut co| async move {
            co.yield_(1).await;
            if std::iter::empty::<i32>().next().is_none() {
                co.yield_(2).await;
            }
            co.yield_(3).await;
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                (yield 1)?;
                if std::iter::empty::<i32>().next().is_none() {
                    (yield 2)?;
                }
                (yield 3)?;
                Ok(())
            }
        )),
    );
}

#[test]
fn test_generators_py__doctest_email_7() {
    fn gcomb(x: &[i32], k: usize) -> BoxGenerator<'_, Vec<i32>> {
        Generator::new(move |mut co| async move {
            if k > x.len() {
                return;
            }
            if k == 0 {
                co.yield_(vec![]).await;
            } else {
                for c in gcomb(&x[1..], k - 1) {
                    co.yield_([&[x[0]], &c[..]].concat()).await;
                }
                for c in gcomb(&x[1..], k) {
                    co.yield_(c).await;
                }
            }
        })
        .boxed()
    }
    native! {
        fn gcomb_native(x: &[i32], k: usize) -> BoxGenerator<'_, Vec<i32>> {
            Generator::native(
                #[coroutine]
                move |_| {
                    if k > x.len() {
                        return Ok(());
                    }
                    if k == 0 {
                        (yield vec![])?;
                    } else {
                        for c in gcomb_native(&x[1..], k - 1) {
                            (yield [&[x[0]], &c[..]].concat())?;
                        }
                        for c in gcomb_native(&x[1..], k) {
                            (yield c)?;
                        }
                    }
                    Ok(())
                },
            )
            .boxed()
        }
    }
    fn drive(gcomb: fn(&[i32], usize) -> BoxGenerator<'_, Vec<i32>>) {
        for k in 0..6 {
            say!("{k} {}", repr(gcomb(&[1, 2, 3, 4], k).collect::<Vec<_>>()));
        }
    }
    both!(drive(gcomb), drive(gcomb_native));
}

#[test]
fn test_generators_py__doctest_email_15() {
    fn drive(mut i: Generator<impl Body<i32>>) {
        // A `for` takes a generator as its own iterator; to keep it, one lends it.
        fn iter<I: IntoIterator>(iterable: I) -> I::IntoIter {
            iterable.into_iter()
        }
        let address = &raw const i;
        say!("{}", repr(std::ptr::eq(iter(&mut i), address)));
        #[expect(clippy::never_loop, reason = "the program breaks out of its first loop")]
        for x in i.by_ref() {
            say!("first loop {x}");
            break;
        }
        for x in i {
            say!("second loop {x}");
        }
    }
    both!(
        drive(Generator::new(|mut co| async move {
            co.yield_(1).await;
            co.yield_(2).await;
            co.yield_(3).await;
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                (yield 1)?;
                (yield 2)?;
                (yield 3)?;
                Ok(())
            }
        )),
    );
}

/// Of a disjoint set: its generator yields the set's root, time and again.
struct D {
    name: char,
    parent: RefCell<Option<Rc<D>>>,
    generator: RefCell<BoxGenerator<'static, Rc<D>>>,
}

impl D {
    fn new(name: char, generate: fn(Weak<D>) -> BoxGenerator<'static, Rc<D>>) -> Rc<Self> {
        Rc::new_cyclic(|me| Self {
            name,
            parent: RefCell::new(None),
            generator: RefCell::new(generate(me.clone())),
        })
    }

    fn parent(&self) -> Option<Rc<D>> {
        self.parent.borrow().clone()
    }

    fn next(&self) -> Rc<D> {
        self.generator.borrow_mut().next().expect("it never ends")
    }

    fn find(&self) -> char {
        self.next().name
    }
}

#[test]
fn test_generators_py__doctest_email_32() {
    fn generate(me: Weak<D>) -> BoxGenerator<'static, Rc<D>> {
        Generator::new(|mut co| async move {
            let me = || me.upgrade().expect("a generator runs inside its object");
            while me().parent().is_none() {
                co.yield_(me()).await;
            }
            while let Some(parent) = me().parent() {
                co.yield_(parent.next()).await;
            }
        })
        .boxed()
    }
    native! {
        fn generate_native(me: Weak<D>) -> BoxGenerator<'static, Rc<D>> {
            Generator::native(
                #[coroutine]
                move |_| {
                    while me.upgrade().unwrap().parent().is_none() {
                        (yield me.upgrade().unwrap())?;
                    }
                    while let Some(parent) = me.upgrade().unwrap().parent() {
                        (yield parent.next())?;
                    }
                    Ok(())
                },
            )
            .boxed()
        }
    }
    fn drive(generate: fn(Weak<D>) -> BoxGenerator<'static, Rc<D>>) {
        let [a, b, c] = ['A', 'B', 'C'].map(|name| D::new(name, generate));
        say!("{} {} {}", a.find(), b.find(), c.find());
        a.parent.replace(Some(b.clone()));
        say!("{} {} {}", a.find(), b.find(), a.find());
        b.parent.replace(Some(c.clone()));
        say!("{} {} {} {}", a.find(), b.find(), c.find(), a.find());
    }
    both!(drive(generate), drive(generate_native));
}

// Fun: infinite generators, and generators that read their own output.

fn ints_from(mut i: u64) -> Generator<impl Body<u64> + 'static> {
    Generator::new(move |mut co| async move {
        loop {
            co.yield_(i).await;
            i += 1;
        }
    })
}

native! {
    fn ints_from_native(mut i: u64) -> Generator<impl Body<u64> + 'static> {
        Generator::native(
            #[coroutine]
            move |_| {
                loop {
                    (yield i)?;
                    i += 1;
                }
            },
        )
    }
}

#[test]
fn test_generators_py__doctest_fun_3() {
    fn drive(mut g: Generator<impl Body<u64>>) {
        say!("{}", repr(g.by_ref().take(7).collect::<Vec<_>>()));
        say!("{}", g.next().unwrap());
    }
    both!(drive(ints_from(5)), drive(ints_from_native(5)));
}

#[test]
fn test_generators_py__doctest_fun_5() {
    fn drive(g: Generator<impl Body<u64>>) {
        say!("{}", repr(g.take(6).collect::<Vec<_>>()));
    }
    fn exclude_multiples(n: u64, ints: Generator<impl Body<u64>>) -> Generator<impl Body<u64>> {
        Generator::new(move |mut co| async move {
            for i in ints {
                if i % n != 0 {
                    co.yield_(i).await;
                }
            }
        })
    }
    native! {
        fn exclude_multiples_native(
            n: u64,
            ints: Generator<impl Body<u64>>,
        ) -> Generator<impl Body<u64>> {
            Generator::native(
                #[coroutine]
                move |_| {
                    for i in ints {
                        if i % n != 0 {
                            (yield i)?;
                        }
                    }
                    Ok(())
                },
            )
        }
    }
    both!(
        drive(exclude_multiples(3, ints_from(1))),
        drive(exclude_multiples_native(3, ints_from_native(1))),
    );
}

type Ints = BoxGenerator<'static, u64>;

#[test]
fn test_generators_py__doctest_fun_14() {
    fn times(n: u64, g: Ints) -> Ints {
        Generator::new(move |mut co| async move {
            for i in g {
                co.yield_(n * i).await;
            }
        })
        .boxed()
    }
    fn merge(mut g: Ints, mut h: Ints) -> Ints {
        Generator::new(|mut co| async move {
            let (mut a, mut b) = (g.next(), h.next());
            while let (Some(x), Some(y)) = (a, b) {
                co.yield_(x.min(y)).await;
                if x <= y {
                    a = g.next();
                }
                if x >= y {
                    b = h.next();
                }
            }
        })
        .boxed()
    }
    fn m235() -> Ints {
        Generator::new(|mut co| async move {
            co.yield_(1).await;
            let twos_and_threes = merge(times(2, m235()), times(3, m235()));
            co.yield_from(merge(twos_and_threes, times(5, m235()))).await;
        })
        .boxed()
    }

    native! {
        fn times_native(n: u64, g: Ints) -> Ints {
            Generator::native(
                #[coroutine]
                move |_| {
                    for i in g {
                        (yield n * i)?;
                    }
                    Ok(())
                },
            )
            .boxed()
        }
    }
    native! {
        fn merge_native(mut g: Ints, mut h: Ints) -> Ints {
            Generator::native(
                #[coroutine]
                move |_| {
                    let (mut a, mut b) = (g.next(), h.next());
                    while let (Some(x), Some(y)) = (a, b) {
                        (yield x.min(y))?;
                        if x <= y {
                            a = g.next();
                        }
                        if x >= y {
                            b = h.next();
                        }
                    }
                    Ok(())
                },
            )
            .boxed()
        }
    }
    native! {
        fn m235_native() -> Ints {
            Generator::native(
                #[coroutine]
                |_| {
                    (yield 1)?;
                    let twos = times_native(2, m235_native());
                    let threes = times_native(3, m235_native());
                    let fives = times_native(5, m235_native());
                    yield_from!(merge_native(merge_native(twos, threes), fives));
                    Ok(())
                },
            )
            .boxed()
        }
    }
    fn drive(r: Ints) {
        say!("{}", repr(r.take(15).collect::<Vec<_>>()));
    }
    both!(drive(m235()), drive(m235_native()));
}

/// A generator's output so far, from which many read: each item is made once, when the first
/// reader wants it.
struct Lazy<T> {
    sofar: RefCell<Vec<T>>,
    generator: RefCell<BoxGenerator<'static, T>>,
}

impl<T: Copy + 'static> Lazy<T> {
    /// The generator may read its own output.
    fn new(generate: impl FnOnce(Weak<Self>) -> BoxGenerator<'static, T>) -> Rc<Self> {
        Rc::new_cyclic(|me| Self {
            sofar: RefCell::new(Vec::new()),
            generator: RefCell::new(generate(me.clone())),
        })
    }

    fn get(&self, i: usize) -> Option<T> {
        while i >= self.sofar.borrow().len() {
            let item = self.generator.borrow_mut().next()?;
            self.sofar.borrow_mut().push(item);
        }
        Some(self.sofar.borrow()[i])
    }
}

/// Reads from the `i`-th item on: one of `itertools.tee`'s iterators.
fn cursor<T: Copy + 'static>(lazy: Weak<Lazy<T>>, mut i: usize) -> BoxGenerator<'static, T> {
    Generator::new(move |mut co| async move {
        while let Some(item) = lazy.upgrade().and_then(|lazy| lazy.get(i)) {
            co.yield_(item).await;
            i += 1;
        }
    })
    .boxed()
}

native! {
    fn cursor_native<T: Copy + 'static>(lazy: Weak<Lazy<T>>, mut i: usize) -> BoxGenerator<'static, T> {
        Generator::native(
            #[coroutine]
            move |_| {
                while let Some(item) = lazy.upgrade().and_then(|lazy| lazy.get(i)) {
                    (yield item)?;
                    i += 1;
                }
                Ok(())
            },
        )
        .boxed()
    }
}

#[test]
fn test_generators_py__doctest_fun_21() {
    fn fibgen(fib: Weak<Lazy<u64>>, a: u64, b: u64) -> Ints {
        Generator::new(move |mut co| async move {
            co.yield_(a).await;
            co.yield_(b).await;
            for (x, y) in cursor(fib.clone(), 0).zip(cursor(fib, 1)) {
                co.yield_(x + y).await;
            }
        })
        .boxed()
    }
    native! {
        fn fibgen_native(fib: Weak<Lazy<u64>>, a: u64, b: u64) -> Ints {
            Generator::native(
                #[coroutine]
                move |_| {
                    (yield a)?;
                    (yield b)?;
                    for (x, y) in cursor_native(fib.clone(), 0).zip(cursor_native(fib, 1)) {
                        (yield x + y)?;
                    }
                    Ok(())
                },
            )
            .boxed()
        }
    }
    fn drive(fibgen: fn(Weak<Lazy<u64>>, u64, u64) -> Ints) {
        let fib = Lazy::new(|fib| fibgen(fib, 1, 2));
        say!("{}", repr((0..10).map(|i| fib.get(i).unwrap()).collect::<Vec<_>>()));
    }
    both!(drive(fibgen), drive(fibgen_native));
}

#[test]
fn test_generators_py__doctest_fun_25() {
    fn drive(src: Ints, tee: fn(Weak<Lazy<u64>>, usize) -> Ints) {
        let src = Lazy::new(|_| src);
        let [mut a, mut b] = [0, 0].map(|start| tee(Rc::downgrade(&src), start));
        let (first, second) = (a.next().unwrap(), a.next().unwrap());
        say!("a {first} {second}");
        say!("b {}", b.next().unwrap());
        let rest = repr(a.collect::<Vec<_>>());
        say!("rest a {rest}");
        say!("rest b {}", repr(b.collect::<Vec<_>>()));
    }
    both!(
        drive(
            Generator::new(|mut co| async move {
                for i in 0..4 {
                    say!("make {i}");
                    co.yield_(i).await;
                }
            })
            .boxed(),
            cursor
        ),
        drive(
            Generator::native(
                #[coroutine]
                |_| {
                    for i in 0..4 {
                        say!("make {i}");
                        (yield i)?;
                    }
                    Ok(())
                }
            )
            .boxed(),
            cursor_native
        ),
    );
}

#[test]
fn test_generators_py__doctest_fun_27() {
    fn isum(mut g: Ints, mut h: Ints) -> Ints {
        Generator::new(|mut co| async move {
            while let (Some(x), Some(y)) = (g.next(), h.next()) {
                co.yield_(x + y).await;
            }
        })
        .boxed()
    }
    fn inner(me: Weak<Lazy<u64>>) -> Ints {
        Generator::new(|mut co| async move {
            co.yield_(1).await;
            co.yield_(2).await;
            let (head, mut tail) = (cursor(me.clone(), 0), cursor(me, 0));
            tail.next();
            for res in isum(head, tail) {
                co.yield_(res).await;
            }
        })
        .boxed()
    }
    native! {
        fn isum_native(mut g: Ints, mut h: Ints) -> Ints {
            Generator::native(
                #[coroutine]
                move |_| {
                    while let (Some(x), Some(y)) = (g.next(), h.next()) {
                        (yield x + y)?;
                    }
                    Ok(())
                },
            )
            .boxed()
        }
    }
    native! {
        fn inner_native(me: Weak<Lazy<u64>>) -> Ints {
            Generator::native(
                #[coroutine]
                move |_| {
                    (yield 1)?;
                    (yield 2)?;
                    let (head, mut tail) = (cursor_native(me.clone(), 0), cursor_native(me, 0));
                    tail.next();
                    for res in isum_native(head, tail) {
                        (yield res)?;
                    }
                    Ok(())
                },
            )
            .boxed()
        }
    }
    fn drive(inner: fn(Weak<Lazy<u64>>) -> Ints, tee: fn(Weak<Lazy<u64>>, usize) -> Ints) {
        let fib = Lazy::new(inner);
        let f = tee(Rc::downgrade(&fib), 0);
        say!("{}", repr(f.take(17).collect::<Vec<_>>()));
    }
    both!(drive(inner, cursor), drive(inner_native, cursor_native));
}

// Where a yield may stand.

#[test]
fn test_generators_py__doctest_syntax_11() {
    fn drive(g: Generator<impl Body<i32>>) {
        say!("created");
        say!("{}", repr(g.collect::<Vec<_>>()));
    }
    both!(
        drive(Generator::new(|mut co| async move {
            say!("ran");
            if false {
                co.yield_(1).await;
            }
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                say!("ran");
                if false {
                    (yield 1)?;
                }
                Ok(())
            }
        )),
    );
}

#[test]
fn test_generators_py__doctest_syntax_17() {
    fn f<B: Body<i32>>(g: impl Fn() -> Generator<B>) -> Vec<i32> {
        say!("outer ran");
        g().collect()
    }
    both!(
        say!("{}", repr(f(|| Generator::new(|mut co| async move { co.yield_(1).await })))),
        say!(
            "{}",
            repr(f(|| Generator::native(
                #[coroutine]
                |_| Ok((yield 1)?)
            )))
        ),
    );
}

#[test]
fn test_generators_py__doctest_syntax_27() {
    fn drive(generator: Generator<impl Body<i32>>) {
        say!("{}", repr(generator.collect::<Vec<_>>()));
    }
    // The labelled block is the `try`, which is left at once; what follows it is the `finally`.
    both!(
        drive(Generator::new(|mut co| async move {
            for i in 0..3 {
                'attempt: {
                    break 'attempt;
                }
                co.yield_(i).await;
            }
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                for i in 0..3 {
                    'attempt: {
                        break 'attempt;
                    }
                    (yield i)?;
                }
                Ok(())
            }
        )),
    );
}

#[test]
fn test_generators_py__doctest_conjoin_8() {
    const N: usize = 6;
    type Used = RefCell<HashSet<(char, usize)>>;
    type Row = Vec<usize>;

    /// The column and the two diagonals of a square.
    fn lines(i: usize, j: usize) -> [(char, usize); 3] {
        [('c', j), ('d', N + i - j), ('a', i + j)]
    }
    fn is_free(used: &Used, lines: &[(char, usize); 3]) -> bool {
        !lines.iter().any(|line| used.borrow().contains(line))
    }
    fn place(used: &Used, i: usize, row: Row) -> BoxGenerator<'_, Row> {
        Generator::new(move |mut co| async move {
            if i == N {
                co.yield_(row).await;
                return;
            }
            for j in 0..N {
                let lines = lines(i, j);
                if is_free(used, &lines) {
                    used.borrow_mut().extend(lines);
                    co.yield_from(place(used, i + 1, [&row[..], &[j]].concat())).await;
                    used.borrow_mut().retain(|line| !lines.contains(line));
                }
            }
        })
        .boxed()
    }
    native! {
        fn place_native(used: &Used, i: usize, row: Row) -> BoxGenerator<'_, Row> {
            Generator::native(
                #[coroutine]
                move |_| {
                    if i == N {
                        (yield row)?;
                        return Ok(());
                    }
                    for j in 0..N {
                        let lines = lines(i, j);
                        if is_free(used, &lines) {
                            used.borrow_mut().extend(lines);
                            yield_from!(place_native(used, i + 1, [&row[..], &[j]].concat()));
                            used.borrow_mut().retain(|line| !lines.contains(line));
                        }
                    }
                    Ok(())
                },
            )
            .boxed()
        }
    }
    fn drive(place: fn(&Used, usize, Row) -> BoxGenerator<'_, Row>) {
        let used = Used::default();
        let mut g = place(&used, 0, vec![]);
        say!("{}", repr(g.next().unwrap()));
        say!("{}", 1 + g.count());
    }
    both!(drive(place), drive(place_native));
}

// send, throw and close: PEP 342.

#[test]
fn test_generators_py__doctest_coroutine_5() {
    fn drive(mut g: Generator<impl Body<i32, i32>>) {
        say!("{}", g.start().unwrap().yielded().unwrap());
        say!("{}", g.send(42).unwrap().yielded().unwrap());
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let got = co.yield_(1).await;
            say!("got {got}");
            co.yield_(2).await;
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let got = (yield 1)?;
                say!("got {got}");
                (yield 2)?;
                Ok(())
            }
        )),
    );
}

#[test]
fn test_generators_py__doctest_coroutine_8() {
    fn drive(mut g: Generator<impl Body<()>>) {
        if let Some(()) = g.next() {
            say!("None");
        }
        say!("{}", repr(g.collect::<Vec<_>>()));
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let () = co.yield_(()).await;
            say!("x = None");
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let () = (yield)?;
                say!("x = None");
                Ok(())
            }
        )),
    );
}

#[test]
fn test_generators_py__doctest_coroutine_21() {
    fn drive(mut c: Generator<impl Body<(), i32>>, seq: &RefCell<Vec<i32>>) {
        c.start().unwrap();
        for _ in 0..3 {
            c.send(10).unwrap();
        }
        say!("{}", repr(seq.borrow()));
        if let Ok(Step::Complete(())) = c.send(500) {
            say!("stopped {}", repr(seq.borrow()));
        }
    }
    let seq = &RefCell::new(Vec::new());
    let acc = Generator::new(|mut co| async move {
        let mut count = 0;
        while count < 200 {
            count += co.yield_(()).await;
            seq.borrow_mut().push(count);
        }
    });
    native! {
        let seq_native = &RefCell::new(Vec::new());
        let acc_native = Generator::native(
            #[coroutine]
            move |_| {
                let mut count = 0;
                while count < 200 {
                    count += (yield)?;
                    seq_native.borrow_mut().push(count);
                }
                Ok(())
            },
        );
    }
    both!(drive(acc, seq), drive(acc_native, seq_native));
}

#[test]
fn test_generators_py__doctest_coroutine_33() {
    fn drive(mut g: Generator<impl FallibleBody<&'static str, Exception, i32>>) {
        g.start().unwrap();
        say!("{}", g.throw(value_error("xyz")).unwrap().yielded().unwrap());
        say!("{}", g.send(1).unwrap().yielded().unwrap());
    }
    both!(
        drive(Generator::fallible(|mut co: Co<_, _, Exception>| async move {
            loop {
                match co.try_yield("ready").await {
                    Ok(got) => say!("got {got}"),
                    Err(Thrown::Error(v)) if v.kind() == "ValueError" => {
                        say!("caught ValueError ({v})");
                    }
                    Err(thrown) => co.raise(thrown).await,
                }
            }
        })),
        drive(Generator::fallible_native(
            #[coroutine]
            |_: Received<i32, Exception>| {
                loop {
                    match yield "ready" {
                        Ok(got) => say!("got {got}"),
                        Err(Thrown::Error(v)) if v.kind() == "ValueError" => {
                            say!("caught ValueError ({v})");
                        }
                        Err(thrown) => Err(thrown)?,
                    }
                }
            }
        )),
    );
}

#[test]
fn test_generators_py__doctest_coroutine_50() {
    fn drive(mut g: Generator<impl FallibleBody<(), Exception, i32>>) {
        g.start().unwrap();
        if let Err(Raised::Error(e)) = g.throw(Exception::new("TypeError", "t")) {
            say!("{} ('{e}',)", e.kind());
        }
        if let Err(SendError::Finished(2)) = g.send(2) {
            say!("StopIteration ()");
        }
    }
    both!(
        drive(Generator::fallible(|mut co: Co<_, _, Exception>| async move {
            loop {
                match co.try_yield(()).await {
                    Ok(_) => (),
                    Err(Thrown::Error(e)) if e.kind() == "ValueError" => say!("caught"),
                    Err(thrown) => co.raise(thrown).await,
                }
            }
        })),
        drive(Generator::fallible_native(
            #[coroutine]
            |_: Received<i32, Exception>| {
                loop {
                    match (yield) {
                        Ok(_) => (),
                        Err(Thrown::Error(e)) if e.kind() == "ValueError" => say!("caught"),
                        Err(thrown) => Err(thrown)?,
                    }
                }
            }
        )),
    );
}

#[test]
fn test_generators_py__doctest_coroutine_51() {
    fn drive(mut g: Generator<impl FallibleBody<i32, Exception>>) {
        say!("{}", repr(g.by_ref().map(Result::unwrap).collect::<Vec<_>>()));
        for n in [6, 7] {
            if let Err(Raised::Error(e)) = g.throw(value_error(n)) {
                say!("ValueError: {e}");
            }
        }
    }
    both!(
        drive(Generator::fallible(|mut co| async move {
            co.yield_(1).await;
            Ok(())
        })),
        drive(Generator::fallible_native(
            #[coroutine]
            |_| Ok((yield 1)?)
        )),
    );
}

#[test]
fn test_generators_py__doctest_coroutine_52() {
    fn drive(mut g: Generator<impl FallibleBody<&'static str, Exception>>) {
        if let Err(Raised::Error(e)) = g.throw(value_error(7)) {
            say!("ValueError: {e}");
        }
        say!("{}", repr(g.map(Result::unwrap).collect::<Vec<_>>()));
    }
    both!(
        drive(Generator::fallible(|mut co| async move {
            say!("body ran");
            if let Err(Thrown::Error(_)) = co.try_yield("1").await {
                co.yield_("caught").await;
            }
            Ok(())
        })),
        drive(Generator::fallible_native(
            #[coroutine]
            |_| {
                say!("body ran");
                if let Err(Thrown::Error(_)) = yield "1" {
                    (yield "caught")?;
                }
                Ok(())
            }
        )),
    );
}

#[test]
fn test_generators_py__doctest_coroutine_64() {
    fn drive(mut g: Generator<impl Body<()>>) {
        g.next();
        g.close().unwrap();
        g.close().unwrap();
        say!("{}", repr(g.collect::<Vec<_>>()));
    }
    both!(
        drive(Generator::new(|mut co| async move {
            if let Err(Thrown::Exit) = co.try_yield(()).await {
                say!("exiting");
            }
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                if let Err(Thrown::Exit) = (yield) {
                    say!("exiting");
                }
                Ok(())
            }
        )),
    );
}

#[test]
fn test_generators_py__doctest_coroutine_67() {
    fn drive(mut g: Generator<impl Body<()>>) {
        g.close().unwrap();
        say!("closed");
        say!("{}", repr(g.collect::<Vec<_>>()));
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let _finally = Finally("finally");
            say!("body");
            co.yield_(()).await;
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let _finally = Finally("finally");
                say!("body");
                (yield)?;
                Ok(())
            }
        )),
    );
}

#[test]
fn test_generators_py__doctest_coroutine_74() {
    fn drive(mut g: Generator<impl Body<i32>>) {
        g.next();
        say!("before drop");
        drop(g);
        say!("after drop");
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let _finally = Finally("exiting");
            co.yield_(1).await;
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let _finally = Finally("exiting");
                (yield 1)?;
                Ok(())
            }
        )),
    );
}

#[test]
fn test_generators_py__doctest_coroutine_78() {
    fn drive(mut g: Generator<impl FallibleBody<(), Exception>>) {
        g.next();
        g.close().unwrap();
        let exit_is_an_error = matches!(Thrown::<Exception>::Exit, Thrown::Error(_));
        say!("{}", repr(exit_is_an_error));
    }
    both!(
        drive(Generator::fallible(|mut co| async move {
            let _finally = Finally("finally");
            match co.try_yield(()).await {
                Ok(()) => (),
                Err(Thrown::Error(_)) => say!("except"),
                Err(Thrown::Exit) => co.raise(Thrown::Exit).await,
            }
            Ok(())
        })),
        drive(Generator::fallible_native(
            #[coroutine]
            |_| {
                let _finally = Finally("finally");
                match (yield) {
                    Ok(()) => Ok(()),
                    Err(Thrown::Error(_)) => {
                        say!("except");
                        Ok(())
                    }
                    Err(Thrown::Exit) => Err(Raised::Exit),
                }
            }
        )),
    );
}

#[test]
fn test_generators_py__doctest_coroutine_83() {
    fn drive(mut g: Generator<impl Body<&'static str>>) {
        g.next();
        if let Err(e @ CloseError::IgnoredExit) = g.close() {
            say!("RuntimeError: {e}");
        }
        g.close().unwrap();
        say!("{}", repr(g.collect::<Vec<_>>()));
    }
    both!(
        drive(Generator::new(|mut co| async move {
            if let Err(Thrown::Exit) = co.try_yield("1").await {
                co.yield_("foo!").await;
            }
            say!("not reached");
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                if let Err(Thrown::Exit) = yield "1" {
                    (yield "foo!")?;
                }
                say!("not reached");
                Ok(())
            }
        )),
    );
}

#[test]
fn test_generators_py__doctest_coroutine_88() {
    fn drive(mut g: Generator<impl FallibleBody<(), Exception>>) {
        g.next();
        if let Err(CloseError::Raised(e)) = g.close() {
            say!("{}: {e}", e.kind());
        }
        g.close().unwrap();
        say!("{}", repr(g.map(Result::unwrap).collect::<Vec<_>>()));
    }
    both!(
        drive(Generator::fallible(|mut co| async move {
            match co.try_yield(()).await {
                Err(Thrown::Exit) => Err(Exception::new("TypeError", "fie!")),
                _ => Ok(()),
            }
        })),
        drive(Generator::fallible_native(
            #[coroutine]
            |_| match (yield) {
                Err(Thrown::Exit) => Ok(Err(Exception::new("TypeError", "fie!"))?),
                _ => Ok(()),
            }
        )),
    );
}

#[test]
fn test_generators_py__FinalizationTest__test_lambda_generator() {
    fn drive(generators: [BoxGenerator<'_, i32, i32, i32>; 3]) {
        for mut generator in generators {
            let yielded = generator.start().unwrap().yielded().unwrap();
            if let Ok(Step::Complete(value)) = generator.send(2) {
                say!("{yielded} returned {value}");
            }
        }
    }
    fn g() -> BoxGenerator<'static, i32, i32, i32> {
        Generator::new(|mut co| async move { co.yield_(1).await }).boxed()
    }
    native! {
        fn g_native() -> BoxGenerator<'static, i32, i32, i32> {
            Generator::native(
                #[coroutine]
                |_| Ok((yield 1)?),
            )
            .boxed()
        }
    }
    both!(
        drive([
            Generator::new(|mut co| async move { co.yield_(1).await }).boxed(),
            g(),
            Generator::new(|mut co| async move { co.yield_from(g()).await }).boxed(),
        ]),
        drive([
            Generator::native(
                #[coroutine]
                |_| Ok((yield 1)?)
            )
            .boxed(),
            g_native(),
            Generator::native(
                #[coroutine]
                |_| Ok(yield_from!(g_native()))
            )
            .boxed(),
        ]),
    );
}

#[test]
fn test_generators_py__GeneratorTest__test_issue103488() {
    fn drive(generator: Generator<impl FallibleBody<i32, Exception>>) {
        let run = || {
            for x in generator {
                say!("item {}", x?);
            }
            Ok(())
        };
        if let Err::<(), Exception>(e) = run() {
            say!("caught {e}");
        }
    }
    both!(
        drive(Generator::fallible(|mut co| async move {
            co.yield_(1).await;
            Err(value_error("late"))
        })),
        drive(Generator::fallible_native(
            #[coroutine]
            |_| {
                (yield 1)?;
                Err(value_error("late"))?
            }
        )),
    );
}

// Return values, and the end of other iterators.

#[test]
fn test_generators_py__ExceptionTest__test_stopiteration_error_next_helper() {
    fn its() -> Vec<std::vec::IntoIter<i32>> {
        [vec![1, 2], vec![], vec![3]].map(Vec::into_iter).into()
    }
    /// The end of `it` where an item is wanted: not the end of the generator that asks.
    fn next(it: &mut std::vec::IntoIter<i32>) -> Result<i32, Exception> {
        it.next().ok_or_else(|| Exception::new("RuntimeError", "generator raised StopIteration"))
    }
    fn drive(g: Generator<impl FallibleBody<i32, Exception>>) {
        let mut out = vec![];
        for x in g {
            match x {
                Ok(x) => out.push(x),
                Err(e) => say!("{} {}: {e}", repr(&out), e.kind()),
            }
        }
    }
    both!(
        drive(Generator::fallible(|mut co| async move {
            for mut it in its() {
                co.yield_(next(&mut it)?).await;
            }
            Ok(())
        })),
        drive(Generator::fallible_native(
            #[coroutine]
            |_| {
                for mut it in its() {
                    (yield next(&mut it)?)?;
                }
                Ok(())
            }
        )),
    );
}

#[test]
fn test_generators_py__ExceptionTest__test_return_tuple() {
    fn drive(mut generator: Generator<impl Body<i32, (i32,), (i32,)>>) {
        say!("{}", generator.start().unwrap().yielded().unwrap());
        if let Ok(Step::Complete(value)) = generator.send((2,)) {
            say!("{}", repr(value));
        }
    }
    both!(
        drive(Generator::new(|mut co| async move { co.yield_(1).await })),
        drive(Generator::native(
            #[coroutine]
            |_| Ok((yield 1)?)
        )),
    );
}

#[test]
fn test_generators_py__ExceptionTest__test_return_stopiteration() {
    // StopIteration with its value: a step that completes.
    type StopIteration = Step<(), i32>;

    fn drive(mut generator: Generator<impl Body<i32, StopIteration, StopIteration>>) {
        generator.start().unwrap();
        if let Ok(Step::Complete(Step::Complete(value))) = generator.send(Step::Complete(2)) {
            say!("StopIteration {value}");
        }
    }
    both!(
        drive(Generator::new(|mut co| async move { co.yield_(1).await })),
        drive(Generator::native(
            #[coroutine]
            |_| Ok((yield 1)?)
        )),
    );
}

// close and what it gives.

/// Catches the exit and returns 0.
fn answers_exit() -> Generator<impl Body<(), (), i32>> {
    Generator::new(|mut co| async move {
        match co.try_yield(()).await {
            Err(Thrown::Exit) => 0,
            Ok(()) => 1,
        }
    })
}

native! {
    /// As [`answers_exit`].
    fn answers_exit_native() -> Generator<impl Body<(), (), i32>> {
        Generator::native(
            #[coroutine]
            |_| match (yield) {
                Err(Thrown::Exit) => Ok(0),
                Ok(()) => Ok(1),
            },
        )
    }
}

#[test]
fn test_generators_py__GeneratorCloseTest__test_close_no_return_value() {
    fn drive(mut g: Generator<impl Body<()>>) {
        g.start().unwrap();
        say!("{}", or_none(g.close().unwrap()));
    }
    both!(
        drive(Generator::new(|mut co| async move { co.yield_(()).await })),
        drive(Generator::native(
            #[coroutine]
            |_| Ok((yield)?)
        )),
    );
}

#[test]
fn test_generators_py__GeneratorCloseTest__test_close_return_value() {
    fn drive(mut g: Generator<impl Body<(), (), i32>>) {
        g.start().unwrap();
        say!("{}", or_none(g.close().unwrap()));
    }
    both!(drive(answers_exit()), drive(answers_exit_native()));
}

#[test]
fn test_generators_py__GeneratorCloseTest__test_close_not_catching_exit() {
    fn drive(mut g: Generator<impl Body<(), (), i32>>) {
        g.start().unwrap();
        say!("{}", or_none(g.close().unwrap()));
    }
    both!(
        drive(Generator::new(|mut co| async move {
            co.yield_(()).await;
            say!("not reached");
            0
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                (yield)?;
                say!("not reached");
                Ok(0)
            }
        )),
    );
}

#[test]
fn test_generators_py__GeneratorCloseTest__test_close_not_started() {
    fn drive(mut g: Generator<impl Body<(), (), i32>>) {
        say!("{}", or_none(g.close().unwrap()));
    }
    both!(drive(answers_exit()), drive(answers_exit_native()));
}

#[test]
fn test_generators_py__GeneratorCloseTest__test_close_exhausted() {
    fn drive(mut g: Generator<impl Body<(), (), i32>>) {
        g.next();
        say!("{}", g.next().map_or("end", |()| "an item"));
        say!("{}", or_none(g.close().unwrap()));
    }
    both!(drive(answers_exit()), drive(answers_exit_native()));
}

#[test]
fn test_generators_py__GeneratorCloseTest__test_close_closed() {
    fn drive(mut g: Generator<impl Body<(), (), i32>>) {
        g.next();
        say!("{}", or_none(g.close().unwrap()));
        say!("{}", or_none(g.close().unwrap()));
    }
    both!(drive(answers_exit()), drive(answers_exit_native()));
}

#[test]
fn test_generators_py__GeneratorCloseTest__test_close_raises() {
    fn drive(mut g: Generator<impl FallibleBody<(), Exception>>) {
        g.next();
        if let Err(CloseError::Raised(e)) = g.close() {
            say!("{}: {e}", e.kind());
        }
    }
    both!(
        drive(Generator::fallible(|mut co| async move {
            let _: Result<(), _> = co.try_yield(()).await;
            Err(Exception::new("RuntimeError", "late"))
        })),
        drive(Generator::fallible_native(
            #[coroutine]
            |_| {
                let _: Result<(), _> = yield;
                Err(Exception::new("RuntimeError", "late"))?
            }
        )),
    );
}

#[test]
fn test_generators_py__GeneratorCloseTest__test_close_releases_frame_locals() {
    fn drive(mut g: Generator<impl Body<()>>) {
        g.next();
        g.close().unwrap();
        say!("closed");
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let _a = Finally("local dropped");
            co.yield_(()).await;
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let _a = Finally("local dropped");
                Ok((yield)?)
            }
        )),
    );
}

#[test]
fn test_generators_py__GeneratorThrowTest__test_exception_context_with_yield_inside_generator() {
    fn drive(mut g: Generator<impl FallibleBody<&'static str, Exception>>) {
        g.next();
        say!("{}", g.throw(value_error("")).unwrap().yielded().unwrap());
    }
    both!(
        drive(Generator::fallible(|mut co: Co<_, _, Exception>| async move {
            if let Err(_key_error) = Err::<(), _>(Exception::new("KeyError", "a")) {
                match co.try_yield("").await {
                    Err(Thrown::Error(e)) if e.kind() == "ValueError" => co.yield_("b").await,
                    Err(thrown) => co.raise(thrown).await,
                    Ok(()) => (),
                }
            }
            Ok(())
        })),
        drive(Generator::fallible_native(
            #[coroutine]
            |_: Received<(), Exception>| {
                if let Err(_key_error) = Err::<(), _>(Exception::new("KeyError", "a")) {
                    match yield "" {
                        Err(Thrown::Error(e)) if e.kind() == "ValueError" => (yield "b")?,
                        received => received?,
                    }
                }
                Ok(())
            }
        )),
    );
}

// contextlib.

#[test]
fn test_contextlib_py__ContextManagerTestCase__test_contextmanager_plain() {
    fn drive(woohoo: Generator<impl Body<i32>>) {
        let result = with(woohoo, |x| {
            say!("body {x}");
            Ok::<_, Exception>(())
        });
        result.unwrap();
    }
    both!(
        drive(Generator::new(|mut co| async move {
            say!("enter");
            co.yield_(42).await;
            say!("exit");
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                say!("enter");
                (yield 42)?;
                say!("exit");
                Ok(())
            }
        )),
    );
}

#[test]
fn test_contextlib_py__ContextManagerTestCase__test_contextmanager_except() {
    fn drive(woohoo: Generator<impl FallibleBody<i32, Exception>>) {
        let caught = with(woohoo, |_| Err::<(), _>(Exception::new("ZeroDivisionError", 999)));
        assert!(caught.unwrap().is_none());
        say!("continues");
    }
    both!(
        drive(Generator::fallible(|mut co: Co<_, _, Exception>| async move {
            match co.try_yield(42).await {
                Err(Thrown::Error(e)) if e.kind() == "ZeroDivisionError" => say!("handled {e}"),
                Err(thrown) => co.raise(thrown).await,
                Ok(()) => (),
            }
            Ok(())
        })),
        drive(Generator::fallible_native(
            #[coroutine]
            |_: Received<(), Exception>| {
                match yield 42 {
                    Err(Thrown::Error(e)) if e.kind() == "ZeroDivisionError" => {
                        say!("handled {e}");
                    }
                    received => received?,
                }
                Ok(())
            }
        )),
    );
}

#[test]
fn test_contextlib_py__ContextManagerTestCase__test_contextmanager_trap_no_yield() {
    fn drive(whoo: Generator<impl Body<()>>) {
        let result = with(whoo, |()| {
            say!("never");
            Ok::<_, Exception>(())
        });
        if let Err(e) = result {
            say!("RuntimeError: {e}");
        }
    }
    both!(
        drive(Generator::new(|mut co| async move {
            if false {
                co.yield_(()).await;
            }
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                if false {
                    (yield)?;
                }
                Ok(())
            }
        )),
    );
}

#[test]
fn test_contextlib_py__ContextManagerTestCase__test_contextmanager_trap_second_yield() {
    fn drive(whoo: Generator<impl Body<()>>) {
        let result = with(whoo, |()| {
            say!("body");
            Ok::<_, Exception>(())
        });
        if let Err(e) = result {
            say!("RuntimeError: {e}");
        }
    }
    both!(
        drive(Generator::new(|mut co| async move {
            co.yield_(()).await;
            co.yield_(()).await;
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                (yield)?;
                (yield)?;
                Ok(())
            }
        )),
    );
}

#[test]
fn test_contextlib_py__ContextManagerTestCase__test_contextmanager_trap_yield_after_throw() {
    fn drive(whoo: Generator<impl FallibleBody<(), Exception>>) {
        if let Err(e) = with(whoo, |()| Err::<(), _>(Exception::new("TypeError", "foo"))) {
            say!("RuntimeError: {e}");
        }
    }
    both!(
        drive(Generator::fallible(|mut co| async move {
            if let Err(Thrown::Error(_)) = co.try_yield(()).await {
                co.yield_(()).await;
            }
            Ok(())
        })),
        drive(Generator::fallible_native(
            #[coroutine]
            |_| {
                if let Err(Thrown::Error(_)) = (yield) {
                    (yield)?;
                }
                Ok(())
            }
        )),
    );
}

#[test]
fn test_contextlib_py__ContextManagerTestCase__test_contextmanager_no_reraise() {
    fn drive(whee: Generator<impl FallibleBody<(), Exception>>) {
        let (context, ()) = Context::enter(whee).unwrap();
        let e = Exception::new("TypeError", "foo");
        let suppressed = match context.throw(e.clone()) {
            Ok(()) => true,
            Err(ContextError::Raised(Raised::Error(same))) if same.is(&e) => false,
            Err(other) => panic!("{other}"),
        };
        say!("{}", repr(suppressed));
    }
    both!(
        drive(Generator::fallible(|mut co| async move {
            co.yield_(()).await;
            Ok(())
        })),
        drive(Generator::fallible_native(
            #[coroutine]
            |_| Ok((yield)?)
        )),
    );
}

#[test]
fn test_contextlib_py__ContextManagerTestCase__test_recursive() {
    #[derive(Default)]
    struct Globals {
        depth: Cell<u32>,
        log: RefCell<Vec<bool>>,
    }
    impl Globals {
        fn go_down(&self) -> u32 {
            let before = self.depth.get();
            self.depth.set(before + 1);
            before
        }
        fn come_up(&self, before: u32) {
            self.depth.set(self.depth.get() - 1);
            self.log.borrow_mut().push(self.depth.get() == before);
        }
    }
    fn woohoo(globals: &Globals) -> BoxGenerator<'_, ()> {
        Generator::new(|mut co| async move {
            let before = globals.go_down();
            co.yield_(()).await;
            globals.come_up(before);
        })
        .boxed()
    }
    native! {
        fn woohoo_native(globals: &Globals) -> BoxGenerator<'_, ()> {
            Generator::native(
                #[coroutine]
                move |_| {
                    let before = globals.go_down();
                    (yield)?;
                    globals.come_up(before);
                    Ok(())
                },
            )
            .boxed()
        }
    }
    fn recursive(globals: &Globals, woohoo: fn(&Globals) -> BoxGenerator<'_, ()>) {
        let block = |()| {
            if globals.depth.get() < 10 {
                recursive(globals, woohoo);
            }
            Ok::<_, Exception>(())
        };
        with(woohoo(globals), block).unwrap();
    }
    fn drive(woohoo: fn(&Globals) -> BoxGenerator<'_, ()>) {
        let globals = Globals::default();
        recursive(&globals, woohoo);
        let log = globals.log.borrow();
        let all = log.iter().all(|&back| back);
        say!("{} {} {}", log.len(), repr(all), globals.depth.get());
    }
    both!(drive(woohoo), drive(woohoo_native));
}

#[test]
fn test_contextlib_py__ClosingTestCase__test_closing() {
    fn drive(mut g: Generator<impl Body<i32>>) {
        {
            let mut x = closing(&mut g);
            say!("{}", x.next().unwrap());
            say!("end of block");
        }
        say!("{}", repr(g.collect::<Vec<_>>()));
    }
    both!(
        drive(Generator::new(|mut co| async move {
            let _finally = Finally("closed");
            co.yield_(1).await;
            co.yield_(2).await;
        })),
        drive(Generator::native(
            #[coroutine]
            |_| {
                let _finally = Finally("closed");
                (yield 1)?;
                (yield 2)?;
                Ok(())
            }
        )),
    );
}

#[test]
fn test_contextlib_py__ClosingTestCase__test_closing_error() {
    fn name(thrown: &Thrown<Exception>) -> String {
        match thrown {
            Thrown::Error(e) => e.kind().to_owned(),
            Thrown::Exit => thrown.to_string(),
        }
    }
    fn drive(mut g: Generator<impl FallibleBody<i32, Exception>>) {
        let mut block = || {
            let mut x = closing(&mut g);
            x.next().unwrap()?;
            divide(1, 0)
        };
        if let Err(e) = block() {
            say!("{}", e.kind());
        }
    }
    both!(
        drive(Generator::fallible(|mut co| async move {
            if let Err(e) = co.try_yield(1).await {
                say!("inside: {}", name(&e));
                co.raise(e).await
            }
            Ok(())
        })),
        drive(Generator::fallible_native(
            #[coroutine]
            |_| {
                if let Err(e) = yield 1 {
                    say!("inside: {}", name(&e));
                    return Err(e.into());
                }
                Ok(())
            }
        )),
    );
}
