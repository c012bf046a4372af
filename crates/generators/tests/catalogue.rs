//! The catalogue itself: its Python programs print what it says, and the docs count it rightly.

#[macro_use]
mod conformance;

use std::collections::VecDeque;
use std::env;
use std::ffi::OsStr;
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use conformance::{Behaviour, catalogue};

const AREAS: [&str; 2] = ["generator", "yield_from"];

/// What a program prints under a Python, alone and without `site`, which only takes time.
fn run(python: &OsStr, program: &str) -> String {
    let output = Command::new(python)
        .args(["-I", "-S", "-X", "utf8", "-c", program])
        .output()
        .expect("no Python: install python3, or name one in TWINS_PYTHON");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}\n{errors}");
    String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n")
}

/// `3.13` as a pair that compares.
fn version(text: &str) -> (u32, u32) {
    let (major, minor) = text.trim().split_once('.').unwrap();
    (major.parse().unwrap(), minor.parse().unwrap())
}

/// What CPython of this version prints.
fn expected(behaviour: &Behaviour, running: &str) -> String {
    match &behaviour.since {
        Some(since) if version(running) < version(since) => behaviour.before[running].clone(),
        _ => behaviour.expected.clone(),
    }
}

#[test]
fn python_prints_what_the_catalogue_says() {
    let asked = env::var_os("TWINS_PYTHON").unwrap_or_else(|| "python3".into());
    let about = run(&asked, "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)");
    // What was asked may be a script that looks for the real one, each time anew.
    let (running, python) = about.trim_end().split_once(' ').unwrap();
    let queue: Mutex<VecDeque<_>> = Mutex::new(AREAS.into_iter().flat_map(catalogue).collect());
    let wrong = Mutex::new(Vec::new());

    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    // Apart from the `loop`'s condition, so that the lock is free meanwhile.
                    let next = queue.lock().unwrap().pop_front();
                    let Some(behaviour) = next else { break };
                    let printed = run(python.as_ref(), &behaviour.python);
                    if printed != expected(&behaviour, running) {
                        wrong.lock().unwrap().push(format!("{}: {printed}", behaviour.id));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "under Python {running}:\n{}", wrong.join("\n"));
}

#[test]
fn docs_count_the_catalogue_rightly() {
    let page = include_str!("../src/conformance.rs");
    let front = include_str!("../src/lib.rs");

    let mut both = [0; 4];
    for area in AREAS {
        let behaviours = catalogue(area);
        let count = |which: fn(&Behaviour, &str) -> bool| {
            behaviours.iter().filter(|behaviour| which(behaviour, page)).count()
        };
        let refused = count(|behaviour, page| {
            page.contains(&format!("fn {}()", behaviour.test_name()))
                && page.contains(&format!("| `{}` |", behaviour.id))
        });
        let differences = count(|behaviour, page| {
            behaviour.verdict == "portable" && page.contains(&format!("| `{}` |", behaviour.id))
        });
        let all = behaviours.len();
        let counts = [all, all - refused - differences, refused, differences];
        check_row(page, area, counts);
        for (sum, count) in both.iter_mut().zip(counts) {
            *sum += count;
        }
        assert!(behaviours.iter().all(|behaviour| behaviour.area == area));
    }
    check_row(page, "both", both);

    let [all, tests, refused, differences] = both;
    assert!(differences * 12 <= tests + differences, "at most one portable row in twelve differs");
    let sentence = format!("Of {all} behaviours, {tests} are tests, {refused} are programs");
    assert!(front.contains(&sentence), "the front page should say: {sentence}");
}

#[track_caller]
fn check_row(page: &str, area: &str, [all, tests, refused, differences]: [usize; 4]) {
    let row = format!("| {area} | {all} | {tests} | {refused} | {differences} |");
    assert!(page.contains(&row), "the table should have the row {row}");
}
