//! Bodies that are `async gen` blocks of the compiler.
//!
//! A `yield` of these stands in the block itself; so the interpreter, an async block, asks the block
//! around it to yield. It takes no answer, and what is thrown ends the block there.

use std::cell::RefCell;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use twin_async_generators::AsyncGenerator;

use super::interpret::{Any, Outlet, whole};
use crate::generators::{Program, Raise};

/// What goes to and fro.
#[derive(Default)]
struct Desk {
    yielded: Option<i64>,
    resumed: bool,
}

/// The interpreter's side.
struct Asking(Rc<RefCell<Desk>>);

const BLIND: &str = "no valid program has that in a native body";

impl Outlet<()> for Asking {
    async fn yield_(&mut self, value: i64) {
        self.0.borrow_mut().yielded = Some(value);
        let resumed = || std::mem::take(&mut self.0.borrow_mut().resumed);
        poll_fn(|_| if resumed() { Poll::Ready(()) } else { Poll::Pending }).await;
    }

    /// Nothing is caught in it.
    async fn try_yield(&mut self, value: i64) -> Result<(), Raise> {
        self.yield_(value).await;
        Ok(())
    }

    async fn yield_from(&mut self, _: Any<()>) {
        unreachable!("{BLIND}")
    }

    async fn try_yield_from(&mut self, _: Any<()>) -> Result<(), Raise> {
        unreachable!("{BLIND}")
    }

    async fn yield_from_lent(&mut self, _: &mut Any<()>) {
        unreachable!("{BLIND}")
    }

    async fn try_yield_from_lent(&mut self, _: &mut Any<()>) -> Result<(), Raise> {
        unreachable!("{BLIND}")
    }

    /// It ends by what it hands out.
    async fn raise(&mut self, _: Raise) -> Infallible {
        unreachable!("{BLIND}")
    }
}

/// How far a body has come.
enum Came {
    ToYield(i64),
    ToEnd(Result<(), Raise>),
}

/// A whole body, with the desk at which it asks.
struct Asked {
    desk: Rc<RefCell<Desk>>,
    body: Pin<Box<dyn Future<Output = Result<(), Raise>>>>,
}

impl Asked {
    fn new(program: Rc<Program>, number: usize) -> Self {
        let desk = Rc::<RefCell<Desk>>::default();
        let mut asking = Asking(desk.clone());
        let body = Box::pin(async move { whole::<(), _>(&mut asking, &program, number).await });
        Self { desk, body }
    }

    async fn come(&mut self) -> Came {
        poll_fn(|context| match self.body.as_mut().poll(context) {
            Poll::Ready(ended) => Poll::Ready(Came::ToEnd(ended)),
            Poll::Pending => match self.desk.borrow_mut().yielded.take() {
                Some(value) => Poll::Ready(Came::ToYield(value)),
                None => Poll::Pending,
            },
        })
        .await
    }

    fn resume(&self) {
        self.desk.borrow_mut().resumed = true;
    }
}

/// A generator of a native body.
pub(super) fn make(program: Rc<Program>, number: usize, fallible: bool) -> Any<()> {
    let mut asked = Asked::new(program, number);
    if fallible {
        let body = async gen move {
            loop {
                match asked.come().await {
                    Came::ToYield(value) => yield Ok(value),
                    Came::ToEnd(Ok(())) => return,
                    Came::ToEnd(Err(Raise::Error(kind))) => {
                        yield Err(kind);
                        return;
                    }
                    Came::ToEnd(Err(_)) => unreachable!("{BLIND}"),
                }
                asked.resume();
            }
        };
        return Any::Fallible(AsyncGenerator::fallible_native(body).boxed());
    }
    let body = async gen move {
        loop {
            match asked.come().await {
                Came::ToYield(value) => yield value,
                Came::ToEnd(Ok(())) => return,
                Came::ToEnd(Err(_)) => unreachable!("{BLIND}"),
            }
            asked.resume();
        }
    };
    Any::Infallible(AsyncGenerator::native(body).boxed())
}
