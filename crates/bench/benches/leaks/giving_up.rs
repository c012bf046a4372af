//! Waits that are begun and given up, one after the other.

use std::future::ready;
use std::time::{Duration, Instant};

use anyhow::Result;
use futures_lite::future::{or, poll_once};
use twin_tasks::{Failure, race, run, sleep, spawn, timeout};
use twins_bench::process::resident;

use crate::TURN;
use crate::kinds::{Wait, Waits};

/// Ways to give up a wait that has been polled at least once.
pub(crate) const WAYS: [&str; 5] = ["poll_once", "or", "race", "timeout", "cancel"];

/// So many waits are made between two looks at the memory.
const STEP: u64 = 10_000;

/// There is no use waiting for what grows by more than this, nor for what takes longer.
const ENOUGH: u64 = 64 * 1024 * 1024;
const LIMIT: Duration = Duration::from_secs(60);

/// What came of many waits.
pub(crate) struct Waited {
    /// How many waits were begun; fewer than were to be where memory, or time, ran away.
    pub(crate) begun: u64,
    /// How many of them ended by being given up: all, or something is wrong.
    pub(crate) given_up: u64,
    /// By how many bytes the resident memory has grown.
    pub(crate) growth: i64,
}

/// Gives up so many waits of a kind, after some that warm up.
pub(crate) fn waited(
    kind: fn() -> Waits,
    way: &'static str,
    warm_up: u64,
    count: u64,
) -> Result<Waited> {
    run(async move {
        let mut waits = kind();
        // Looking takes memory, too, the first time.
        resident()?;
        give_up_all(way, &mut waits, warm_up).await;
        let (before, start) = (resident()?, Instant::now());
        let mut waited = Waited { begun: 0, given_up: 0, growth: 0 };
        while waited.begun < count && waited.growth < ENOUGH as i64 && start.elapsed() < LIMIT {
            let step = STEP.min(count - waited.begun);
            waited.begun += step;
            waited.given_up += give_up_all(way, &mut waits, step).await;
            waited.growth = resident()? as i64 - before as i64;
        }
        Ok(waited)
    })
}

async fn give_up_all(way: &str, waits: &mut Waits, count: u64) -> u64 {
    let mut given_up = 0;
    for _ in 0..count {
        given_up += u64::from(give_up(way, waits()).await);
        // What the loop was asked to do it does now.
        sleep(TURN).await;
    }
    given_up
}

async fn give_up(way: &str, wait: Wait) -> bool {
    let waited = async move {
        wait.await;
        false
    };
    match way {
        "poll_once" => poll_once(waited).await.is_none(),
        // Only here it is polled in one turn and dropped in another.
        "or" => {
            let turn = async {
                sleep(TURN).await;
                true
            };
            or(waited, turn).await
        }
        "race" => race((waited, ready(true))).await.1,
        "timeout" => timeout(Duration::ZERO, waited).await.is_err(),
        "cancel" => {
            let task = spawn(waited);
            sleep(TURN).await;
            task.cancel();
            matches!(task.outcome().await, Err(Failure::Cancelled(_)))
        }
        _ => unreachable!("no such way to give up"),
    }
}
