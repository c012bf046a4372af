//! The catalogue itself: its Python programs print what it says.

#[macro_use]
mod conformance;

use std::collections::VecDeque;
use std::env;
use std::ffi::OsStr;
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use conformance::{Behaviour, catalogue};

/// What a program leaves behind under a Python, alone and without `site`, which only takes time:
/// its output, its exit code, and the last line of its complaints.
fn run(python: &OsStr, program: &str) -> (String, i32, String) {
    let output = Command::new(python)
        .args(["-I", "-S", "-X", "utf8", "-c", program])
        .output()
        .expect("no Python: install python3, or name one in TWINS_PYTHON");
    let complaints = String::from_utf8_lossy(&output.stderr);
    (
        String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n"),
        output.status.code().expect("no signal ends it"),
        complaints.lines().next_back().unwrap_or_default().to_owned(),
    )
}

/// `3.13` as a pair that compares.
fn version(text: &str) -> (u32, u32) {
    let (major, minor) = text.trim().split_once('.').unwrap();
    (major.parse().unwrap(), minor.parse().unwrap())
}

/// What a program leaves behind under CPython of this version. The catalogue writes complaints as
/// `[exit CODE] LAST LINE` behind the output.
fn expected(behaviour: &Behaviour, running: &str) -> (String, i32, String) {
    let expected = match (&behaviour.since, &behaviour.before) {
        (Some(since), Some(before)) if version(running) < version(since) => &before[running],
        _ => &behaviour.expected,
    };
    match expected.split_once("[exit ") {
        None => (expected.clone(), 0, String::new()),
        Some((output, exit)) => {
            let (code, complaint) = exit.split_once("] ").unwrap();
            (output.to_owned(), code.parse().unwrap(), complaint.to_owned())
        }
    }
}

#[test]
fn python_prints_what_the_catalogue_says() {
    let asked = env::var_os("TWINS_PYTHON").unwrap_or_else(|| "python3".into());
    let about = "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)";
    let (about, ..) = run(&asked, about);
    // What was asked may be a script that looks for the real one, each time anew.
    let (running, python) = about.trim_end().split_once(' ').unwrap();
    let queue: Mutex<VecDeque<_>> = Mutex::new(catalogue("asyncgen").into());
    assert!(!queue.lock().unwrap().is_empty());
    let wrong = Mutex::new(Vec::new());

    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    // Apart from the `loop`'s condition, so that the lock is free meanwhile.
                    let next = queue.lock().unwrap().pop_front();
                    let Some(behaviour) = next else { break };
                    let left = run(python.as_ref(), &behaviour.python);
                    if left != expected(&behaviour, running) {
                        wrong.lock().unwrap().push((behaviour.id, left));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "under CPython {running} differ: {wrong:#?}");
}
