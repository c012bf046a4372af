//! Running a program of tasks: asyncio's `run` and its `Runner`.

mod hooks;
mod signals;

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::rc::Rc;
use std::task::Context;
use std::thread;
use std::time::Duration;

use self::hooks::Hooks;
use self::signals::{CtrlC, Signal};
use crate::agenda::Clock;
use crate::cancel::path::prepare_for_looks;
use crate::event_loop::{Entered, EventLoop, Moment, Next};
use crate::inspect::{SlowTurn, Watchdog, of_loop};
use crate::outcome::{Failure, Panic};
#[cfg(doc)]
use crate::task::Task;
use crate::task::{TaskContext, spawn};

/// Runs a program to its end and returns what it returns: Python's `asyncio.run(main())`.
///
/// `main` is a task like those that it spawns: it has a [`TaskHandle`](crate::TaskHandle), which
/// may outlive it, and can be cancelled. A task is `'static`, it owns what it uses: move values into
/// it (`async move`), and borrow from them inside.
///
/// # Cancellation
///
/// Tasks that are left when `main` ends are cancelled, once, in the order in which they were spawned,
/// and `run` waits for their clean-up. A task that refuses, and goes on to wait for what nothing can
/// bring any more, is not waited for (it keeps `asyncio.run` waiting for ever). What is started
/// during that clean-up, and has not ended with it, is dropped where it waits. What destructors
/// handed over ([`clean_up`](crate::clean_up())) is waited for, too, and not cancelled.
///
/// # Blocking
///
/// It blocks the thread: this is the way from ordinary code into asynchronous code.
///
/// # Panics
///
/// If it is called inside itself, as `asyncio.run` raises `RuntimeError`. A panic of `main` goes
/// on to the caller, after the clean-up of the other tasks; so does a panic of a task that nobody
/// awaited, where `main` has none. If `main` is cancelled.
///
/// # Examples
///
/// ```
/// use twin_tasks::{gather, run};
///
/// async fn boil(water: &str) -> String {
///     format!("hot {water}")
/// }
/// assert_eq!(run(boil("tea")), "hot tea");
///
/// let leaves = vec!["green", "black"];
/// let cups = run(async move { gather(leaves.iter().map(|leaf| boil(leaf))).await });
/// assert_eq!(cups, ["hot green", "hot black"]);
/// ```
#[track_caller]
pub fn run<F>(main: F) -> F::Output
where
    F: Future + 'static,
    F::Output: 'static,
{
    let mut runner = Runner::new();
    let outcome = runner.try_run(main, None);
    match outcome {
        // Main's panic is the one that counts.
        Err(Failure::Panicked(panic)) => {
            runner.end();
            drop(runner.event_loop.agenda().unclaimed().take());
            panic.resume()
        }
        outcome => {
            runner.close();
            give(outcome)
        }
    }
}

#[track_caller]
fn give<T>(outcome: Result<T, Failure>) -> T {
    match outcome {
        Ok(value) => value,
        Err(Failure::Panicked(panic)) => panic.resume(),
        Err(Failure::Cancelled(cancelled)) => panic!("the main task was {cancelled}"),
    }
}

/// Several runs on one event loop: Python's `asyncio.Runner`.
///
/// Tasks that are left over from one run go on in the next; task-local variables stay. Dropping
/// the runner closes it, as [`close`](Self::close) does; but inside another loop's run, and while
/// a panic unwinds, nothing can be waited for: there, what is left is dropped where it waits.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use twin_tasks::{Runner, sleep, spawn};
///
/// let mut runner = Runner::new();
/// let tea = runner.run(async { spawn(async { sleep(Duration::ZERO).await; "tea" }) });
/// assert_eq!(runner.run(tea), "tea");
/// ```
pub struct Runner {
    event_loop: Rc<EventLoop>,
    context: TaskContext,
    detects_deadlocks: bool,
    /// On which the call graph is printed.
    signal: Option<Signal>,
}

impl Runner {
    /// A runner with an event loop of its own.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(Clock::system())
    }

    /// As `new`, with a clock of its own: a virtual one for tests.
    ///
    /// ```
    /// use std::time::Duration;
    /// use twin_tasks::{Clock, Runner, sleep};
    ///
    /// // Takes no time.
    /// Runner::with_clock(Clock::jumping()).run(sleep(Duration::from_secs(3600)));
    /// ```
    #[must_use]
    pub fn with_clock(clock: Clock) -> Self {
        Self {
            event_loop: EventLoop::new(clock),
            context: TaskContext::copy(),
            detects_deadlocks: false,
            signal: None,
        }
    }

    /// Runs a future to its end and returns what it returns.
    ///
    /// # Blocking
    ///
    /// It blocks the thread.
    ///
    /// # Panics
    ///
    /// As [`run`].
    #[track_caller]
    pub fn run<F>(&mut self, main: F) -> F::Output
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        give(self.try_run(main, None))
    }

    /// As [`run`](Self::run), and Ctrl-C cancels `main`: what `asyncio.run` does with
    /// `KeyboardInterrupt`.
    ///
    /// `main` is cancelled as by [`Task::cancel`], and may clean up, or refuse. A second Ctrl-C ends
    /// the process at once, also where a task blocks the loop. [`close`](Self::close) then cleans up
    /// what else runs.
    ///
    /// It is a method of its own, and not what [`run`](crate::run()) does: a library must not take a
    /// signal from the program that it is part of. (The handler that it installs stays, and does
    /// outside such a run what the system would do.)
    ///
    /// # Errors
    ///
    /// If `main` ended by Ctrl-C, or the system refuses a handler; other systems than Unix do.
    ///
    /// # Blocking
    ///
    /// It blocks the thread.
    ///
    /// # Panics
    ///
    /// As [`run`].
    ///
    /// ```no_run
    /// use std::{future::pending, process::ExitCode};
    /// use twin_tasks::{Runner, UntilCtrlCError};
    ///
    /// fn main() -> ExitCode {
    ///     let mut runner = Runner::new();
    ///     let served = runner.run_until_ctrl_c(async { pending::<()>().await });
    ///     runner.close();
    ///     match served {
    ///         Err(UntilCtrlCError::Interrupted) => ExitCode::from(130),
    ///         _ => ExitCode::SUCCESS,
    ///     }
    /// }
    /// ```
    #[track_caller]
    pub fn run_until_ctrl_c<F>(&mut self, main: F) -> Result<F::Output, UntilCtrlCError>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let mut ctrl_c = CtrlC::new().map_err(UntilCtrlCError::Signal)?;
        let mut pressed = false;
        let outcome = self.try_run(main, Some((&mut ctrl_c, &mut pressed)));
        match outcome {
            Err(Failure::Cancelled(_)) if pressed => Err(UntilCtrlCError::Interrupted),
            outcome => Ok(give(outcome)),
        }
    }

    #[track_caller]
    fn try_run<F>(
        &mut self,
        main: F,
        mut ctrl_c: Option<(&mut CtrlC, &mut bool)>,
    ) -> Result<F::Output, Failure>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        assert!(
            EventLoop::current().is_none(),
            "twin_tasks::run can't be called inside itself: await the future instead"
        );
        let event_loop = self.event_loop.clone();
        let _entered = (Entered::new(&event_loop), Hooks::enter(&event_loop));
        let main = spawn(main).in_context(&self.context);
        let (detects, signal) = (self.detects_deadlocks, &mut self.signal);
        let look = |context: &mut Context<'_>, moment| {
            let mut next = Next::Wait;
            if let Some((ctrl_c, pressed)) = &mut ctrl_c
                && ctrl_c.poll(context)
            {
                **pressed = true;
                main.cancel();
                next = Next::Round;
            }
            if let Some(signal) = signal
                && signal.poll(context)
            {
                eprintln!("{}", of_loop(&event_loop));
                next = Next::Round;
            }
            match moment {
                Moment::Idle { nobody: true } if detects && event_loop.is_stuck() => Next::End,
                _ => next,
            }
        };
        if !event_loop.drive(|| main.done(), look) {
            let graph = of_loop(&event_loop);
            let cycle = graph.cycle();
            let circle = match cycle.len() {
                0 => String::new(),
                1 => " One waits for itself.".to_owned(),
                count => format!(" {count} of them wait for each other in a circle."),
            };
            panic!("deadlock: no task will ever be woken.{circle}\n{graph}");
        }
        main.take_outcome()
    }

    /// Has [`run`](Self::run) panic, in place of waiting for ever, when all tasks wait for each other:
    /// for locks, queues, events, ends of tasks; and shows the [call graph](crate::call_graph) with
    /// it. asyncio waits for ever.
    ///
    /// It is sure of it: no task is ready, no timer is set (or only on a clock that nobody moves), no
    /// thread works for the loop, there is no [`Gateway`](crate::Gateway), and nothing that is not of
    /// this crate (a socket, a channel) keeps the waker of a task. Where it can't be sure, it waits:
    /// another crate's set of futures (a `FuturesUnordered`) keeps that waker, too.
    ///
    /// ```
    /// use std::panic::{AssertUnwindSafe, catch_unwind};
    /// use twin_tasks::{Lock, Runner};
    ///
    /// let mut runner = Runner::new();
    /// runner.detect_deadlocks();
    /// let twice = async {
    ///     let lock = Lock::new();
    ///     let _guard = lock.acquire().await;
    ///     let _again = lock.acquire().await;
    /// };
    /// let ended = catch_unwind(AssertUnwindSafe(|| runner.run(twice)));
    /// let text = *ended.unwrap_err().downcast::<String>().unwrap();
    /// assert!(text.starts_with("deadlock: no task will ever be woken."));
    /// ```
    pub fn detect_deadlocks(&mut self) {
        prepare_for_looks();
        self.detects_deadlocks = true;
    }

    /// Prints the [call graph](crate::call_graph) to standard error when a signal comes, while the
    /// loop waits or goes round: `python -m asyncio pstree PID`, from inside. The signal is given by
    /// its number, as `signal_hook::consts::SIGUSR1`. A loop that is stuck inside one turn can't
    /// print: see [`watch_turns`](Self::watch_turns).
    ///
    /// # Errors
    ///
    /// If the system refuses a handler for it; other systems than Unix do.
    pub fn print_calls_on(&mut self, signal: i32) -> io::Result<()> {
        let forbidden = io::ErrorKind::InvalidInput;
        if signal_is_forbidden(signal) {
            let text = format!("signal {signal} can't be caught: choose another, as SIGUSR1");
            return Err(io::Error::new(forbidden, text));
        }
        prepare_for_looks();
        let refused = |error: io::Error| {
            let text =
                format!("can't listen for signal {signal}: {error}: choose another, as SIGUSR1");
            io::Error::new(error.kind(), text)
        };
        self.signal = Some(Signal::new(signal).map_err(refused)?);
        Ok(())
    }

    /// Reports turns that last longer than `limit`: while they last, from a thread of its own, and
    /// when they are over; asyncio's debug mode, whose `loop.slow_callback_duration` is 100 ms.
    ///
    /// # Errors
    ///
    /// If there can be no more threads.
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use std::thread;
    /// use std::time::Duration;
    /// use twin_tasks::Runner;
    ///
    /// let (sender, slow_turns) = mpsc::channel();
    /// let mut runner = Runner::new();
    /// runner.watch_turns(Duration::from_millis(10), move |slow| {
    ///     let _ = sender.send(slow.over);
    /// })?;
    /// runner.run(async { thread::sleep(Duration::from_millis(100)) });
    /// assert_eq!([slow_turns.recv(), slow_turns.recv()], [Ok(false), Ok(true)]);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn watch_turns(
        &mut self,
        limit: Duration,
        report: impl Fn(&SlowTurn) + Send + Sync + 'static,
    ) -> io::Result<()> {
        self.event_loop.set_watch(Some(Rc::new(Watchdog::start(limit, report)?)));
        Ok(())
    }

    /// Lets at most so many functions of [`to_thread`](crate::to_thread) run at once, in place of
    /// asyncio's number: Python's `loop.set_default_executor(ThreadPoolExecutor(limit))`.
    ///
    /// # Panics
    ///
    /// If the limit is zero.
    ///
    /// ```
    /// use std::sync::{Arc, Barrier};
    /// use twin_tasks::{Runner, gather, to_thread};
    ///
    /// let mut runner = Runner::new();
    /// runner.limit_threads(100);
    /// runner.run(async {
    ///     // Each waits for all the others.
    ///     let barrier = Arc::new(Barrier::new(100));
    ///     gather(vec![barrier; 100].into_iter().map(|barrier| {
    ///         to_thread(move || barrier.wait())
    ///     })).await;
    /// });
    /// ```
    #[track_caller]
    pub fn limit_threads(&mut self, limit: usize) {
        assert!(limit > 0, "with a limit of zero no function would ever run: give at least 1");
        self.event_loop.agenda().remote().pool().set_limit(limit);
    }

    /// Calls a function with each panic of a task that nobody awaits any more, in place of letting
    /// the first of them out at the end: Python's `loop.set_exception_handler`.
    ///
    /// ```
    /// use twin_tasks::{Runner, spawn};
    ///
    /// let mut runner = Runner::new();
    /// runner.on_panic(|panic| assert_eq!(panic.downcast_ref(), Some(&"spilt")));
    /// runner.run(async { spawn(async { panic!("spilt") }).detach() });
    /// runner.close();
    /// ```
    pub fn on_panic(&mut self, handler: impl Fn(Box<dyn Any + Send>) + 'static) {
        self.event_loop.agenda().unclaimed().set_handler(Rc::new(move |panic: Panic| {
            handler(panic.into_payload());
        }));
    }

    /// Cancels the tasks that are left, waits for their clean-up and closes the loop.
    ///
    /// # Panics
    ///
    /// With the first panic of a task that nobody awaited.
    ///
    /// ```
    /// use std::future::pending;
    /// use twin_tasks::{Runner, spawn};
    ///
    /// let mut runner = Runner::new();
    /// let left = runner.run(async { spawn(pending::<()>()) });
    /// runner.close();
    /// assert!(left.cancelled());
    /// ```
    #[track_caller]
    pub fn close(self) {
        // As its drop does.
    }

    fn end(&mut self) {
        if self.event_loop.is_closed() {
            return;
        }
        // Inside another loop nothing can be waited for.
        let alone = EventLoop::current().is_none() && !thread::panicking();
        let _entered = (Entered::new(&self.event_loop), Hooks::enter(&self.event_loop));
        if alone {
            self.event_loop.wind_up();
        } else {
            self.event_loop.close();
        }
    }
}

/// Whether the system, or the library that handles signals, lets nobody catch this one.
fn signal_is_forbidden(signal: i32) -> bool {
    #[cfg(unix)]
    return signal_hook::consts::FORBIDDEN.contains(&signal);
    #[cfg(not(unix))]
    return signal <= 0;
}

/// Why [`Runner::run_until_ctrl_c`] has no result.
#[derive(Debug)]
#[non_exhaustive]
pub enum UntilCtrlCError {
    /// Ctrl-C was pressed, and `main` ended by it: Python's `KeyboardInterrupt`.
    Interrupted,
    /// The system refuses a handler for it.
    Signal(io::Error),
}

impl fmt::Display for UntilCtrlCError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted => f.write_str("interrupted by Ctrl-C"),
            Self::Signal(error) => write!(f, "can't listen for Ctrl-C: {error}"),
        }
    }
}

impl Error for UntilCtrlCError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Interrupted => None,
            Self::Signal(error) => Some(error),
        }
    }
}

impl Default for Runner {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.end();
        if let Some(panic) = self.event_loop.agenda().unclaimed().take()
            && !thread::panicking()
        {
            panic.resume();
        }
    }
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner").finish_non_exhaustive()
    }
}
