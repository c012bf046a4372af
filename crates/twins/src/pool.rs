//! A pool of workers: many jobs, a bounded number at a time, and one line that tells how far they are.

use std::{
    collections::VecDeque,
    panic,
    sync::{
        Mutex, PoisonError,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::{interrupt, progress::Progress};

/// Does `work` on every job, begun in their order, at most `workers` at the same time, and hands each
/// job's result to `on_end` in the order in which they end.
///
/// # Errors
///
/// The first error that `on_end` gives, or [`interrupt::Interrupted`]: then the programs that still
/// run are ended, and nothing else starts.
pub fn run<J: Send, R: Send>(
    jobs: impl IntoIterator<Item = J>,
    workers: usize,
    progress: &mut Progress,
    work: impl Fn(&mut J) -> R + Sync,
    mut on_end: impl FnMut(J, R) -> Result<()>,
) -> Result<()> {
    let waiting: VecDeque<J> = jobs.into_iter().collect();
    let total = waiting.len();
    let waiting = Mutex::new(waiting);
    let lock = || waiting.lock().unwrap_or_else(PoisonError::into_inner);
    // The guard goes before the work begins.
    let take = || lock().pop_front();
    let (sender, receiver) = mpsc::channel();
    let started = Instant::now();
    thread::scope(|scope| {
        for _ in 0..workers.min(total) {
            let (sender, work) = (sender.clone(), &work);
            scope.spawn(move || {
                while let Some(mut job) = take() {
                    // A worker that is gone without a word would be waited for in vain.
                    let result = panic::catch_unwind(panic::AssertUnwindSafe(|| work(&mut job)));
                    drop(sender.send((job, result)));
                }
            });
        }
        drop(sender);
        let mut ended = 0;
        let mut outcome = Ok(());
        loop {
            progress.show(ended, total, started.elapsed(), workers.min(total - ended));
            if outcome.is_ok() {
                outcome = interrupt::check();
            }
            if outcome.is_err() {
                lock().clear();
                interrupt::end_all();
            }
            match receiver.recv_timeout(Duration::from_millis(100)) {
                Ok((job, Ok(result))) => {
                    ended += 1;
                    if outcome.is_ok() {
                        outcome = interrupt::check().and_then(|()| on_end(job, result));
                    }
                }
                Ok((_, Err(panic))) => {
                    lock().clear();
                    interrupt::end_all();
                    panic::resume_unwind(panic);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        progress.clear();
        outcome
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn every_job_is_done_once_and_no_more_at_a_time_than_there_are_workers() {
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let mut done = Vec::new();
        run(
            0..50,
            3,
            &mut Progress::new(),
            |job| {
                let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(1));
                running.fetch_sub(1, Ordering::SeqCst);
                *job * 2
            },
            |job, result| {
                done.push((job, result));
                Ok(())
            },
        )
        .unwrap();
        done.sort_unstable();
        assert_eq!(done, (0..50).map(|job| (job, job * 2)).collect::<Vec<_>>());
        assert!(most.into_inner() <= 3);
    }

    #[test]
    fn no_jobs_are_no_work() {
        run(0..0, 4, &mut Progress::new(), |_| (), |_, ()| Ok(())).unwrap();
    }
}
