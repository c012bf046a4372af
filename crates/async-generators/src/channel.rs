//! `into_channel`: the generator runs as a task of its own, behind a bounded channel.

use std::future::poll_fn;
use std::pin::pin;

use async_channel::{Receiver, Sender, TrySendError};
use futures_core::Stream;
use twin_generators::{Mode, Raised, Step};

use crate::aclose::Closed;
use crate::engine::{Engine, Split};
use crate::error::{CloseError, ResumeError};
use crate::generator::AsyncGenerator;

impl<B: Engine<Send = ()>> AsyncGenerator<B> {
    /// Puts the generator behind a bounded channel: trio's `as_safe_channel`.
    ///
    /// The first of the pair is the task that runs the generator; spawn it on any executor. The
    /// second receives its items, and may be cloned to share them among consumers.
    ///
    /// ```text
    /// body ──yield──▶ task ──▶ [ at most `capacity` items ] ──recv──▶ consumer
    ///                      waits while it is full
    /// ```
    ///
    /// The body works ahead while the consumer is busy, by `capacity` items and the one that the
    /// task holds in its hand. An error of the body is its last item.
    ///
    /// When the last receiver is dropped, the task closes the generator as
    /// [`aclose`](Self::aclose) does, also while the body stands at an `await`, awaits its clean-up,
    /// and ends. When the task is dropped, receivers get what the channel holds and then its end.
    ///
    /// The task gives the body's return value; `None` if an error or the consumer ended it.
    ///
    /// # Errors
    ///
    /// The task gives the error that no receiver is left to take: the body's own, or that of its
    /// clean-up.
    ///
    /// # Panics
    ///
    /// If the capacity is 0, or there is no memory for so many items: their room is made at once.
    /// `usize::MAX` is a channel without a limit, whose room grows.
    ///
    /// # Examples
    ///
    /// ```
    /// use smol::LocalExecutor;
    /// use twin_async_generators::AsyncGenerator;
    ///
    /// let executor = LocalExecutor::new();
    /// smol::block_on(executor.run(async {
    ///     let squares = AsyncGenerator::new(|mut co| async move {
    ///         for number in 1..=3 {
    ///             co.yield_(number * number).await;
    ///         }
    ///         "all sent"
    ///     });
    ///     let (task, items) = squares.into_channel(2);
    ///     let task = executor.spawn(task);
    ///     let mut received = Vec::new();
    ///     while let Ok(item) = items.recv().await {
    ///         received.push(item);
    ///     }
    ///     assert_eq!(received, [1, 4, 9]);
    ///     assert_eq!(task.await, Ok(Some("all sent")));
    /// }));
    /// ```
    pub fn into_channel(
        mut self,
        capacity: usize,
    ) -> (impl Future<Output = Closed<B>>, Receiver<<Self as Stream>::Item>) {
        let (sender, receiver) = channel(capacity);
        let task = async move {
            // One listener for the whole task: it is registered when the body first waits.
            let mut closed = pin!(sender.closed());
            loop {
                let step = poll_fn(|context| match self.poll_start_or_send((), context) {
                    step if step.is_ready() => step.map(Some),
                    _ => closed.as_mut().poll(context).map(|()| None),
                });
                let result = match step.await {
                    Some(Ok(Step::Yielded(value))) => Ok(value),
                    Some(Ok(Step::Complete(value))) => return Ok(Some(value)),
                    Some(Err(ResumeError::Raised(Raised::Error(error)))) => Err(error),
                    Some(Err(_)) => return Ok(None),
                    // The consumer has left while the body waits.
                    None => return self.aclose().await,
                };
                // Where there is room, to ask for it costs less than a future that can wait.
                let unsent = match sender.try_send(B::Mode::item(result)) {
                    Ok(()) => continue,
                    Err(TrySendError::Closed(item)) => item,
                    Err(TrySendError::Full(item)) => match sender.send(item).await {
                        Ok(()) => continue,
                        Err(error) => error.into_inner(),
                    },
                };
                return match B::Mode::split(unsent) {
                    Ok(_) => self.aclose().await,
                    Err(error) => Err(CloseError::Raised(error)),
                };
            }
        };
        (task, receiver)
    }
}

fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    if capacity == usize::MAX {
        return async_channel::unbounded();
    }
    // Asked here, for there it would end the process.
    let room = capacity.checked_next_power_of_two().unwrap_or(usize::MAX);
    let has_room = Vec::<(usize, Option<T>)>::new().try_reserve_exact(room).is_ok();
    assert!(
        has_room,
        "no memory for a channel of {capacity} items: `usize::MAX` is one without a limit"
    );
    async_channel::bounded(capacity)
}
