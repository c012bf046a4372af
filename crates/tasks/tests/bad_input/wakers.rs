//! Wakers of other executors: of null data, another one at each poll, of other threads, late.

use std::future::{pending, poll_fn, ready};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use twin_tasks::{
    Barrier, Condition, Event, Lock, Queue, Semaphore, TimedOut, Timeout, amap, as_completed,
    catch_cancelled, finally, gather, gather_outcomes, move_on_after, promise, race, run, sleep,
    spawn, timeout, timeout_at, to_thread, try_gather, wait_for,
};

use crate::help::{HOUR, check, ms, turns};

/// Everything that works without a loop, each with one who waits.
async fn program() {
    assert_eq!(gather([turns(2), turns(0), turns(1)]).await.len(), 3);
    assert_eq!(gather((turns(2), ready(7), sleep(ms(1)))).await.1, 7);
    assert_eq!(gather([gather([turns(1), turns(2)])]).await.len(), 1);
    assert!(gather_outcomes([turns(2)]).await[0].is_ok());
    let fails = async || {
        turns(1).await;
        Err::<(), _>(7)
    };
    assert_eq!(try_gather([fails()]).await, Err(7));
    assert_eq!(try_gather((fails(), pending::<Result<(), u32>>())).await, Err(7));
    assert_eq!(race([turns(2), turns(1)]).await.0, 1);
    assert_eq!(race((pending::<()>(), sleep(ms(1)))).await.0, 1);
    assert_eq!(amap(2, 1..=3, async |number| (turns(2).await, number).1).await, [1, 2, 3]);
    let results = as_completed([turns(2), turns(1)]);
    assert_eq!(results.next().await, Some((1, ())));
    assert_eq!(results.next().await, Some((0, ())));

    assert_eq!(timeout(ms(2), pending::<()>()).await, Err(TimedOut));
    assert_eq!(timeout(HOUR, sleep(ms(1))).await, Ok(()));
    assert_eq!(timeout_at(Instant::now(), pending::<()>()).await, Err(TimedOut));
    assert_eq!(wait_for(turns(2), HOUR).await, Ok(()));
    assert_eq!(move_on_after(ms(1), pending::<()>()).await, None);
    let moved = Timeout::after(HOUR).run(|deadline| async move {
        deadline.reschedule(Instant::now() + ms(2)).unwrap();
        pending::<()>().await;
    });
    assert_eq!(moved.await, Err(TimedOut));
    assert!(catch_cancelled(turns(2)).await.is_ok());
    finally(turns(1), turns(1)).await;
    assert_eq!(to_thread(|| 7).await, 7);
    meet().await;
}

/// Those who meet, beside those for whom they wait.
async fn meet() {
    let (door, tea, cups) = (Event::new(), promise(), Semaphore::new(0));
    let (lock, start, orders) = (Lock::new(), Barrier::new(2), Queue::bounded(1));
    let guard = lock.acquire().await;
    let opens = async {
        turns(2).await;
        door.set();
        tea.set("tea").unwrap();
        cups.release();
        drop(guard);
        orders.put(1).await.unwrap();
        orders.put(2).await.unwrap();
        start.wait().await
    };
    let guest = async {
        door.wait().await;
        assert_eq!(tea.clone().await, "tea");
        drop((cups.acquire().await, lock.acquire().await));
        assert_eq!((orders.get().await, orders.get().await), (Ok(1), Ok(2)));
        start.wait().await
    };
    let places = gather((opens, guest)).await;
    assert!(places == (Ok(0), Ok(1)) || places == (Ok(1), Ok(0)));

    let kettle = Condition::new();
    let cook = async {
        let mut guard = kettle.acquire().await;
        kettle.wait(&mut guard).await;
    };
    let boil = async {
        turns(2).await;
        kettle.notify_all(&kettle.acquire().await);
    };
    gather((cook, boil)).await;
}

/// Wakes one thread.
struct Parked {
    woken: AtomicBool,
    thread: Thread,
}

impl Wake for Parked {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, SeqCst);
        self.thread.unpark();
    }
}

/// Runs a future with another waker at each poll; an older one wakes nobody.
fn with_fresh_wakers<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        let parked = Arc::new(Parked { woken: AtomicBool::new(false), thread: thread::current() });
        let waker = Waker::from(parked.clone());
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        while !parked.woken.load(SeqCst) {
            thread::park();
        }
    }
}

/// Runs a future with a waker that wakes nobody, by asking again and again.
fn by_asking<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
        thread::sleep(Duration::from_micros(100));
    }
}

/// The waker of a task, as a thread of somebody else may have it.
async fn own_waker() -> Waker {
    poll_fn(|context| Poll::Ready(context.waker().clone())).await
}

#[test]
fn of_other_executors() {
    check(
        of_other_executors,
        &[
            ("whose data is null", || {
                assert!(Waker::noop().data().is_null());
                by_asking(program());
            }),
            ("whose data is null, inside a loop", || run(async { by_asking(program()) })),
            ("another one at each poll", || with_fresh_wakers(program())),
            ("another one at each poll, inside a loop", || {
                run(async { with_fresh_wakers(program()) });
            }),
            ("one after the other", || {
                let mut future = Box::pin(program());
                let null = &mut Context::from_waker(Waker::noop());
                assert!(future.as_mut().poll(null).is_pending());
                smol::block_on(async {
                    assert!(futures_lite::future::poll_once(&mut future).await.is_none());
                });
                run(async {
                    with_fresh_wakers(future);
                });
            }),
            ("of a loop of smol, inside a task", || {
                run(async {
                    let executor = smol::LocalExecutor::new();
                    executor.run(program()).await;
                    smol::block_on(executor.run(program()));
                });
            }),
        ],
    );
}

#[test]
fn of_our_tasks() {
    check(
        of_our_tasks,
        &[
            ("that others wake from threads", || {
                run(async {
                    let (sender, wakers) = mpsc::channel::<Waker>();
                    let thread = thread::spawn(move || {
                        for waker in wakers {
                            waker.wake_by_ref();
                            waker.wake();
                        }
                    });
                    for _ in 0..1000 {
                        let mut asked = false;
                        poll_fn(|context| {
                            if std::mem::replace(&mut asked, true) {
                                return Poll::Ready(());
                            }
                            sender.send(context.waker().clone()).unwrap();
                            Poll::Pending
                        })
                        .await;
                    }
                    drop(sender);
                    to_thread(move || thread.join().unwrap()).await;
                });
            }),
            ("that wake a task which has ended", || {
                run(async {
                    let waker = spawn(own_waker()).await;
                    waker.wake_by_ref();
                    turns(2).await;
                    waker.wake();
                    turns(2).await;
                });
            }),
            ("that come after their loop", || {
                let waker = run(own_waker());
                waker.wake_by_ref();
                let other = waker.clone();
                thread::spawn(move || {
                    other.wake_by_ref();
                    drop(other);
                })
                .join()
                .unwrap();
                assert_eq!(run(async { 7 }), 7);
                waker.wake();
            }),
            ("of a task that is left, which a thread drops last", || {
                let (sender, wakers) = mpsc::channel();
                run(async move {
                    let task = spawn(poll_fn(move |context| -> Poll<()> {
                        sender.send(context.waker().clone()).unwrap();
                        Poll::Pending
                    }));
                    task.detach();
                    turns(2).await;
                });
                thread::spawn(move || {
                    for waker in wakers {
                        waker.wake_by_ref();
                        drop(waker);
                    }
                })
                .join()
                .unwrap();
                assert_eq!(run(async { 7 }), 7);
            }),
            ("of what waits in a runner, between two runs", || {
                let mut runner = twin_tasks::Runner::new();
                let (waker, task) = runner.run(async {
                    let (sender, wakers) = mpsc::channel();
                    let mut polls = 0;
                    let task = spawn(poll_fn(move |context| {
                        let _first = sender.send(context.waker().clone());
                        polls += 1;
                        if polls == 1 { Poll::Pending } else { Poll::Ready(7) }
                    }));
                    turns(1).await;
                    (wakers.recv().unwrap(), task)
                });
                thread::spawn(move || waker.wake()).join().unwrap();
                assert_eq!(runner.run(task), 7);
            }),
            ("that wake their task while it runs", || {
                run(async {
                    for _ in 0..100 {
                        own_waker().await.wake();
                    }
                    turns(1).await;
                    assert_eq!(spawn(ready(7)).await, 7);
                });
            }),
        ],
    );
}
