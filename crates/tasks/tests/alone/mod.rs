//! A test in a process of its own: one that aborts, hangs or fills the memory is one failed test.

#![allow(dead_code, reason = "each program uses its part of this")]

use std::any::type_name;
use std::env;
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Says to a process which test it is there for, and which row of it.
const TEST: &str = "TWIN_TASKS_TEST";
const ROW: &str = "TWIN_TASKS_ROW";

/// What such a process says at its end; an exit code of 0 would not tell whether it ran anything.
const SURVIVED: &str = "the test has survived";

/// A row is small, but the machine may be busy. Both are longer than what a test gives itself.
const ROW_LIMIT: Duration = Duration::from_secs(80);
const LIMIT: Duration = Duration::from_secs(200);

/// A fact of a test, and a program that fails where it does not hold.
pub(crate) type Row = (&'static str, fn());

/// Runs the body of `test` in a process of its own: this program once more, with that test alone.
/// Called first in it: `alone(name_of_the_test, || …)`.
#[track_caller]
pub(crate) fn alone<Test: Fn()>(_test: Test, body: impl FnOnce()) {
    let test = name::<Test>();
    if row_of(test).is_some() {
        body();
        println!("{SURVIVED}");
    } else if let Err(failure) = survives(test, "", LIMIT) {
        panic!("{failure}");
    }
}

/// As [`alone`], with a process for each row, in which `run` runs it; names all that fail.
#[track_caller]
pub(crate) fn each_alone<Test: Fn()>(_test: Test, rows: &[Row], run: impl Fn(fn())) {
    let test = name::<Test>();
    if let Some(name) = row_of(test) {
        let row = rows.iter().find(|row| row.0 == name).expect("it was taken from the list");
        run(row.1);
        println!("{SURVIVED}");
        return;
    }
    let mut failed = Vec::new();
    for (row, _) in rows {
        if let Err(failure) = survives(test, row, ROW_LIMIT) {
            println!("== {row}\n{failure}");
            failed.push(row);
        }
    }
    assert!(failed.is_empty(), "{} of {} rows fail: {failed:#?}", failed.len(), rows.len());
}

/// The path of a test in its program.
fn name<Test>() -> &'static str {
    let (_program, test) = type_name::<Test>().split_once("::").expect("a path of a function");
    test
}

/// The row for which this process is there, if it is for this test.
fn row_of(test: &str) -> Option<String> {
    let for_this = env::var(TEST).is_ok_and(|name| name == test);
    for_this.then(|| env::var(ROW).expect("a row comes with its test"))
}

/// Runs a row in a process of its own.
fn survives(test: &str, row: &str, limit: Duration) -> Result<(), String> {
    let program = env::current_exe().expect("a test knows its program");
    let mut process = Command::new(program)
        .args([test, "--exact", "--nocapture", "--include-ignored"])
        .env(TEST, test)
        .env(ROW, row)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a program starts itself");
    let output = read(process.stdout.take().expect("it is piped"));
    let errors = read(process.stderr.take().expect("it is piped"));
    let began = Instant::now();
    let status = loop {
        if let Some(status) = process.try_wait().expect("a child can be waited for") {
            break status.to_string();
        }
        if began.elapsed() > limit {
            process.kill().expect("a child can be killed");
            process.wait().expect("a child can be waited for");
            break format!("it has not ended after {limit:?}");
        }
        thread::sleep(Duration::from_millis(2));
    };
    let output = output.join().expect("a reader reads");
    let errors = errors.join().expect("a reader reads");
    if output.contains(SURVIVED) { Ok(()) } else { Err(format!("{status}\n{output}{errors}")) }
}

/// Reads to the end, beside the writer.
fn read(mut from: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).expect("a pipe can be read");
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
