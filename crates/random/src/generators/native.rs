//! Bodies on the compiler's own coroutines.
//!
//! A `yield` of these stands in the coroutine itself; so the interpreter, an async block, asks the
//! coroutine around it to yield.

use std::cell::RefCell;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use twin_generators::{Generator, Raised, Received, try_yield_from};

use super::interpret::{Any, Outlet, Returned, Sent, raise_of, raised, refuse, whole};
use super::{Program, Raise};

/// What the interpreter asks for. `plain`: by what catches nothing.
enum Ask<V: Sent> {
    Yield { value: i64, plain: bool },
    YieldFrom { delegate: Any<V>, plain: bool, lent: bool },
    Raise(Raise),
}

enum Answer<V: Sent> {
    Yielded(Result<V, Raise>),
    /// A lent delegate comes back.
    Delegated(Option<Any<V>>, Result<Returned, Raise>),
}

/// What goes to and fro.
struct Desk<V: Sent> {
    ask: Option<Ask<V>>,
    answer: Option<Answer<V>>,
}

/// The interpreter's side.
struct Asking<V: Sent>(Rc<RefCell<Desk<V>>>);

impl<V: Sent> Asking<V> {
    async fn ask(&mut self, ask: Ask<V>) -> Answer<V> {
        self.0.borrow_mut().ask = Some(ask);
        poll_fn(|_| match self.0.borrow_mut().answer.take() {
            Some(answer) => Poll::Ready(answer),
            None => Poll::Pending,
        })
        .await
    }

    async fn yield_as(&mut self, value: i64, plain: bool) -> Result<V, Raise> {
        match self.ask(Ask::Yield { value, plain }).await {
            Answer::Yielded(sent) => sent,
            Answer::Delegated(..) => unreachable!("it asked to yield"),
        }
    }

    async fn delegate(
        &mut self,
        delegate: Any<V>,
        plain: bool,
        lent: bool,
    ) -> (Option<Any<V>>, Result<Returned, Raise>) {
        match self.ask(Ask::YieldFrom { delegate, plain, lent }).await {
            Answer::Delegated(back, result) => (back, result),
            Answer::Yielded(_) => unreachable!("it asked to delegate"),
        }
    }

    async fn delegate_lent(
        &mut self,
        delegate: &mut Option<Any<V>>,
        plain: bool,
    ) -> Result<Returned, Raise> {
        let lent = delegate.take().expect("it is there");
        let (back, result) = self.delegate(lent, plain, true).await;
        *delegate = back;
        result
    }
}

/// What catches nothing is not answered with what it does not catch: the body has ended.
const ENDED: &str = "the coroutine has ended";

impl<V: Sent> Outlet<V> for Asking<V> {
    async fn yield_(&mut self, value: i64) -> V {
        self.yield_as(value, true).await.expect(ENDED)
    }

    async fn try_yield(&mut self, value: i64) -> Result<V, Raise> {
        self.yield_as(value, false).await
    }

    async fn yield_from(&mut self, delegate: Any<V>) -> Returned {
        self.delegate(delegate, true, false).await.1.expect(ENDED)
    }

    async fn try_yield_from(&mut self, delegate: Any<V>) -> Result<Returned, Raise> {
        self.delegate(delegate, false, false).await.1
    }

    async fn yield_from_lent(&mut self, delegate: &mut Option<Any<V>>) -> Returned {
        self.delegate_lent(delegate, true).await.expect(ENDED)
    }

    async fn try_yield_from_lent(
        &mut self,
        delegate: &mut Option<Any<V>>,
    ) -> Result<Returned, Raise> {
        self.delegate_lent(delegate, false).await
    }

    async fn raise(&mut self, raise: Raise) -> Infallible {
        self.ask(Ask::Raise(raise)).await;
        unreachable!("{ENDED}")
    }
}

/// The coroutine of a body: macros delegate, and a `yield` stands in the coroutine alone.
macro_rules! coroutine {
    ($program:ident, $number:ident, $V:ty, $E:ty, $fallible:ident) => {
        Box::pin(
            #[coroutine]
            static move |_: Received<$V, $E>| {
                let desk = Rc::new(RefCell::new(Desk { ask: None, answer: None }));
                let mut asking = Asking::<$V>(desk.clone());
                let body = async move { whole(&mut asking, &$program, $number).await };
                let mut body: Pin<Box<dyn Future<Output = Result<Returned, Raise>>>> =
                    Box::pin(body);
                loop {
                    let mut context = Context::from_waker(Waker::noop());
                    if let Poll::Ready(ended) = body.as_mut().poll(&mut context) {
                        return ended.map_err(raised::<$E>);
                    }
                    let ask = desk.borrow_mut().ask.take().expect("it waits for an answer");
                    let answer = match ask {
                        Ask::Yield { value, plain: true } => Answer::Yielded(Ok((yield value)?)),
                        Ask::Yield { value, plain: false } => {
                            Answer::Yielded((yield value).map_err(raise_of::<$E>))
                        }
                        Ask::YieldFrom { delegate, plain, lent } => {
                            let (back, result) = coroutine!(@delegate $fallible, delegate, lent, $E);
                            match plain {
                                true => Answer::Delegated(back, Ok(result?)),
                                false => {
                                    Answer::Delegated(back, result.map_err(raise_of::<$E>))
                                }
                            }
                        }
                        Ask::Raise(raise) => return Err(raised::<$E>(raise)),
                    };
                    desk.borrow_mut().answer = Some(answer);
                }
            },
        )
    };
    (@delegate $fallible:ident, $delegate:ident, $lent:ident, $E:ty) => {{
        let result: Result<Returned, Raised<$E>>;
        let mut delegate = $delegate;
        if $lent {
            result = match &mut delegate {
                Any::Fallible(delegate) => {
                    let given: Result<Option<Returned>, _> = coroutine!(@$fallible delegate);
                    given.map(Option::flatten)
                }
                Any::Infallible(delegate) => try_yield_from!(delegate).map(Option::flatten),
                Any::FlatFallible(delegate) => {
                    let given: Result<Option<Returned>, _> = coroutine!(@$fallible delegate);
                    given.map(Option::flatten)
                }
                Any::Flat(delegate) => try_yield_from!(delegate).map(Option::flatten),
                Any::Over(_) => unreachable!("no iterable stands in a slot"),
            };
            (Some(delegate), result)
        } else {
            result = match delegate {
                Any::Fallible(delegate) => coroutine!(@$fallible delegate),
                Any::Infallible(delegate) => try_yield_from!(delegate),
                Any::FlatFallible(delegate) => coroutine!(@$fallible delegate),
                Any::Flat(delegate) => try_yield_from!(delegate),
                Any::Over(delegate) => try_yield_from!(delegate).map(|()| None),
            };
            (None, result)
        }
    }};
    (@can_raise $delegate:ident) => {
        try_yield_from!($delegate)
    };
    (@can_not_raise $delegate:ident) => {
        refuse($delegate)
    };
}

/// A generator of a body that can raise.
pub(super) fn fallible<V: Sent>(program: Rc<Program>, number: usize) -> Any<V> {
    let coroutine = coroutine!(program, number, V, u8, can_raise);
    Any::Fallible(Generator::fallible_native(coroutine).boxed())
}

/// A generator of a body that can't raise.
pub(super) fn infallible<V: Sent>(program: Rc<Program>, number: usize) -> Any<V> {
    let coroutine = coroutine!(program, number, V, Infallible, can_not_raise);
    Any::Infallible(Generator::native(coroutine).boxed())
}
