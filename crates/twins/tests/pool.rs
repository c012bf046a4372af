//! What ends with an error of a pool: all programs of the process, so it is a process of its own.

use std::{
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use anyhow::bail;
use twins::{pool, process, progress::Progress};

#[test]
fn after_an_error_nothing_else_starts_and_what_runs_is_ended() {
    let started = Instant::now();
    let begun = AtomicUsize::new(0);
    let error = pool::run(
        0..1000,
        2,
        &mut Progress::new(),
        |job| {
            begun.fetch_add(1, Ordering::SeqCst);
            let mut command = Command::new("sleep");
            command.arg(if *job == 0 { "0.2" } else { "60" });
            process::run(command, Duration::from_secs(60), |_| {}).unwrap();
        },
        |_, ()| bail!("enough"),
    );
    assert_eq!(error.unwrap_err().to_string(), "enough");
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    // Who takes a job just then is the second one's business, or the first's.
    assert!(begun.into_inner() <= 4);
}
