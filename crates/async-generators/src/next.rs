//! Steps that send nothing: `start`, `next`, `resume`, `finish`. As all futures of this crate,
//! theirs run nothing before they are polled, and panic if polled again after they are ready.

use std::pin::Pin;
use std::task::{Context, Poll};

use twin_generators::{Mode, Raised, Step};

use crate::engine::{Engine, Outcome};
use crate::error::{ResumeError, StartError};
use crate::generator::{AsyncGenerator, Stage, item};

pub(crate) const POLLED_AFTER_READY: &str = "a future was polled after it was ready";

impl<B: Engine> AsyncGenerator<B> {
    /// Runs the body from its beginning to its first `yield`: Python's first `await anext(g)`.
    ///
    /// # Errors
    ///
    /// If the body has been started before, or raises before it yields.
    ///
    /// # Cancellation
    ///
    /// Dropping the future half-way leaves the body at its `await`; [`finish`](Self::finish)
    /// goes on from there.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::{AsyncGenerator, Step};
    ///
    /// # smol::block_on(async {
    /// let mut echo = AsyncGenerator::new(|mut co| async move {
    ///     let heard = co.yield_("say something").await;
    ///     format!("you said {heard}")
    /// });
    /// assert_eq!(echo.start().await, Ok(Step::Yielded("say something")));
    /// assert_eq!(echo.asend("moo").await, Ok(Step::Complete("you said moo".to_owned())));
    /// # });
    /// ```
    pub fn start(&mut self) -> Start<'_, B> {
        Start { generator: self, progress: Progress::Ahead }
    }

    /// Goes on with a step whose future was dropped half-way, and gives what that step would
    /// have given; `None` if there is none.
    ///
    /// Python needs nothing like it: there a cancelled `asend` throws `CancelledError` into the
    /// body.
    ///
    /// # Errors
    ///
    /// What the body raises.
    ///
    /// # Cancellation
    ///
    /// Dropping the future half-way leaves the body where it is; `finish` again.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_lite::future;
    /// use twin_async_generators::{AsyncGenerator, SendError, Step};
    ///
    /// # smol::block_on(async {
    /// let mut slow = AsyncGenerator::new(|mut co| async move {
    ///     let mut word = co.yield_("ready").await;
    ///     while word != "enough" {
    ///         future::yield_now().await;
    ///         word = co.yield_(word).await;
    ///     }
    /// });
    /// assert_eq!(slow.start().await, Ok(Step::Yielded("ready")));
    /// // Polled once and dropped: "spam" has reached the body, its answer is under way.
    /// assert_eq!(future::poll_once(slow.asend("spam")).await, None);
    /// assert_eq!(slow.asend("eggs").await, Err(SendError::Unfinished("eggs")));
    /// assert_eq!(slow.finish().await, Ok(Some(Step::Yielded("spam"))));
    /// assert_eq!(slow.asend("eggs").await, Ok(Step::Yielded("eggs")));
    /// # });
    /// ```
    pub fn finish(&mut self) -> Finish<'_, B> {
        Finish { generator: self }
    }
}

impl<B: Engine<Send = ()>> AsyncGenerator<B> {
    /// Waits for the next item: Python's `await anext(g)`. `None` is `StopAsyncIteration`, and
    /// comes again however often one asks.
    ///
    /// # Cancellation
    ///
    /// Dropping the future half-way leaves the body at its `await`. The next `next` goes on from
    /// there; no item is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::AsyncGenerator;
    ///
    /// # smol::block_on(async {
    /// let mut one = AsyncGenerator::new(|mut co| async move { co.yield_(1).await });
    /// assert_eq!(one.next().await, Some(1));
    /// assert_eq!(one.next().await, None);
    /// assert_eq!(one.next().await, None);
    /// # });
    /// ```
    #[allow(clippy::should_implement_trait, reason = "the name that every stream gives it")]
    #[inline]
    pub fn next(&mut self) -> Next<'_, B> {
        Next { generator: self, nothing: || () }
    }

    /// Starts or resumes the body, or goes on with it, and tells how the step ended: `next`,
    /// with the return value in [`Step::Complete`].
    ///
    /// # Errors
    ///
    /// If the generator is closed, or the body raises.
    ///
    /// # Cancellation
    ///
    /// As [`next`](Self::next).
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::{AsyncGenerator, Step};
    ///
    /// # smol::block_on(async {
    /// let mut one = AsyncGenerator::new(|mut co| async move {
    ///     co.yield_(1).await;
    ///     "returned"
    /// });
    /// assert_eq!(one.resume().await, Ok(Step::Yielded(1)));
    /// assert_eq!(one.resume().await, Ok(Step::Complete("returned")));
    /// # });
    /// ```
    #[inline]
    pub fn resume(&mut self) -> Resume<'_, B> {
        Resume { generator: self, nothing: || () }
    }

    /// Runs the body to its end and gives what it returns; `each` gets what it yields.
    ///
    /// An `async for` loop that keeps the return value.
    ///
    /// # Errors
    ///
    /// If the generator is closed, or the body raises.
    ///
    /// # Examples
    ///
    /// ```
    /// use twin_async_generators::AsyncGenerator;
    ///
    /// # smol::block_on(async {
    /// let words = AsyncGenerator::new(|mut co| async move {
    ///     co.yield_("spam").await;
    ///     co.yield_("eggs").await;
    ///     2
    /// });
    /// let mut menu = Vec::new();
    /// assert_eq!(words.consume(async |word| menu.push(word)).await, Ok(2));
    /// assert_eq!(menu, ["spam", "eggs"]);
    /// # });
    /// ```
    pub async fn consume(
        mut self,
        mut each: impl AsyncFnMut(B::Yield),
    ) -> Result<B::Return, ResumeError<B::Error>> {
        loop {
            match self.resume().await? {
                Step::Yielded(value) => each(value).await,
                Step::Complete(value) => return Ok(value),
            }
        }
    }
}

/// Python's `await g.asend(None)`, for generators that are sent an `Option`.
///
/// A trait to import where it is wanted: `next` then starts or resumes, and sends `None`.
///
/// # Examples
///
/// ```
/// use twin_async_generators::{AsyncGenerator, Body, SendNone, Step};
///
/// fn counter() -> AsyncGenerator<impl Body<u32, Option<u32>>> {
///     AsyncGenerator::new(|mut co| async move {
///         let mut count = 0;
///         while count < 10 {
///             count = match co.yield_(count).await {
///                 Some(jump) => jump,
///                 None => count + 1,
///             };
///         }
///     })
/// }
///
/// # smol::block_on(async {
/// let mut counter = counter();
/// assert_eq!(counter.next().await, Some(0));
/// assert_eq!(counter.next().await, Some(1));
/// assert_eq!(counter.asend(Some(9)).await, Ok(Step::Yielded(9)));
/// assert_eq!(counter.next().await, None);
/// # });
/// ```
pub trait SendNone<B: Engine> {
    /// Starts the body, sends it `None`, or goes on with it, and tells how the step ended; see
    /// [`AsyncGenerator::resume`].
    ///
    /// # Errors
    ///
    /// If the generator is closed, or the body raises.
    fn resume(&mut self) -> Resume<'_, B>;

    /// Starts the body, sends it `None`, or goes on with it, and gives the next item.
    fn next(&mut self) -> Next<'_, B>;
}

impl<T, B: Engine<Send = Option<T>>> SendNone<B> for AsyncGenerator<B> {
    fn resume(&mut self) -> Resume<'_, B> {
        Resume { generator: self, nothing: || None }
    }

    fn next(&mut self) -> Next<'_, B> {
        Next { generator: self, nothing: || None }
    }
}

impl<B: Engine> AsyncGenerator<B> {
    /// Starts the body, resumes it with this stand-in for nothing, or goes on with it.
    // `always`: as `poll_body`.
    #[inline(always)]
    pub(crate) fn poll_start_or_send(
        &mut self,
        nothing: B::Send,
        context: &mut Context<'_>,
    ) -> Poll<Outcome<B, ResumeError<B::Error>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(Err(ResumeError::Finished));
        };
        if self.stage == Stage::Suspended {
            body.send(nothing);
        }
        self.poll_body(context).map_err(ResumeError::Raised)
    }
}

/// How far an operation's future is.
#[derive(Clone, Copy)]
pub(crate) enum Progress {
    Ahead,
    UnderWay,
    Ready,
}

/// Future of [`AsyncGenerator::start`].
#[must_use = "futures do nothing unless you `.await` them"]
pub struct Start<'a, B> {
    generator: &'a mut AsyncGenerator<B>,
    progress: Progress,
}

impl<B: Engine> Future for Start<'_, B> {
    type Output = Outcome<B, StartError<B::Error>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let outcome = match (this.progress, this.generator.stage) {
            (Progress::Ahead, Stage::Created) | (Progress::UnderWay, _) => {
                this.generator.poll_body(context).map_err(StartError::Raised)
            }
            (Progress::Ahead, Stage::Closed) => Poll::Ready(Err(StartError::Finished)),
            (Progress::Ahead, _) => Poll::Ready(Err(StartError::AlreadyStarted)),
            (Progress::Ready, _) => panic!("{POLLED_AFTER_READY}"),
        };
        this.progress = if outcome.is_ready() { Progress::Ready } else { Progress::UnderWay };
        outcome
    }
}

/// Future of [`AsyncGenerator::finish`].
#[must_use = "futures do nothing unless you `.await` them"]
pub struct Finish<'a, B> {
    generator: &'a mut AsyncGenerator<B>,
}

impl<B: Engine> Future for Finish<'_, B> {
    type Output = Result<Option<Step<B::Yield, B::Return>>, Raised<B::Error>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.generator.stage {
            Stage::Unfinished | Stage::Closing => self.generator.poll_body(context).map_ok(Some),
            Stage::Created | Stage::Suspended | Stage::Closed => Poll::Ready(Ok(None)),
        }
    }
}

/// Future of [`AsyncGenerator::next`].
#[must_use = "futures do nothing unless you `.await` them"]
pub struct Next<'a, B: Engine> {
    generator: &'a mut AsyncGenerator<B>,
    /// What to send at a `yield`: `()`, or `None`.
    nothing: fn() -> B::Send,
}

impl<B: Engine> Future for Next<'_, B> {
    type Output = Option<<B::Mode as Mode>::Item<B::Yield>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let nothing = (self.nothing)();
        self.generator.poll_start_or_send(nothing, context).map(item::<B>)
    }
}

/// Future of [`AsyncGenerator::resume`].
#[must_use = "futures do nothing unless you `.await` them"]
pub struct Resume<'a, B: Engine> {
    generator: &'a mut AsyncGenerator<B>,
    /// What to send at a `yield`: `()`, or `None`.
    nothing: fn() -> B::Send,
}

impl<B: Engine> Future for Resume<'_, B> {
    type Output = Outcome<B, ResumeError<B::Error>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let nothing = (self.nothing)();
        self.generator.poll_start_or_send(nothing, context)
    }
}
