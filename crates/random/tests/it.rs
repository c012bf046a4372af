//! Random programs, of fixed seeds: both sides do the same. And the harness can fail.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use twins::python::Interpreter;
use twins_random::cli::file_of;
use twins_random::compare::{Sides, Traces};
use twins_random::program::{Kind, Program};
use twins_random::python::Python;
use twins_random::rules::{self, RULES, Treatment};
use twins_random::{page, run, saved, show};

const LIMIT: Duration = Duration::from_secs(60);

fn python() -> Interpreter {
    Interpreter::find_recorder(None).unwrap()
}

fn shown(traces: &Traces) -> String {
    let mut text = Vec::new();
    let screen = twins::screen::Screen { size: None, color: false };
    show::traces(&mut text, traces, screen).unwrap();
    String::from_utf8(text).unwrap()
}

/// Enough to find what is grossly wrong, in a few seconds; `.ci/run` takes others each time.
#[track_caller]
fn check(kind: Kind, count: u64) {
    let plan = run::Plan { kind, seeds: 0..count, first: false, workers: 2, limit: LIMIT };
    let report = run::run(&plan, &python()).unwrap();
    let seeds: Vec<u64> = report.differences.iter().map(|difference| difference.seed).collect();
    assert!(seeds.is_empty(), "twins-random show SEED --kind {kind}, of the seeds {seeds:?}");
    assert!(report.ran > count / 2, "most programs were skipped");
    assert!(report.lines > report.ran * 5, "programs do next to nothing");
    assert!(report.excused.values().sum::<u64>() * 50 < count, "too much is excused");
}

#[test]
fn programs_of_tasks_do_the_same() {
    check(Kind::Tasks, 2500);
}

#[test]
fn programs_of_generators_do_the_same() {
    check(Kind::Generators, 2500);
}

#[test]
fn programs_of_async_generators_do_the_same() {
    check(Kind::AsyncGenerators, 2500);
}

#[test]
fn saved_programs_do_the_same() {
    let python = python();
    let mut sides = Sides::start(&python, LIMIT).unwrap();
    for (name, saved) in saved::all().unwrap() {
        if rules::change(&saved.program, run::version(&python)).is_none() {
            let traces = sides.traces(&[saved.program], &[]).unwrap().remove(0);
            assert!(traces.difference().is_none(), "{name}:\n{}", shown(&traces));
        }
    }
}

#[test]
fn the_page_of_the_book_is_what_the_harness_says() {
    let page = page::make(&mut Sides::start(&python(), LIMIT).unwrap()).unwrap();
    let written = std::fs::read_to_string(page::path()).unwrap();
    assert!(page == written, "write it anew: cargo run -p twins-random -- page");
}

/// A rule that nothing needs would hide what it was never meant for.
#[test]
fn each_rule_is_needed() {
    let mut sides = Sides::start(&python(), LIMIT).unwrap();
    let saved = saved::all().unwrap();
    let mut wrong = Vec::new();
    for rule in RULES.iter().filter(|rule| rule.treatment != Treatment::NotWritten) {
        let file = file_of(rule);
        let Some((_, saved)) = saved.iter().find(|(name, _)| *name == file) else {
            panic!("no program shows `{0}`: twins-random rules --save '{0}'", rule.name)
        };
        let program = std::slice::from_ref(&saved.program);
        let with = sides.traces(program, &[]).unwrap().remove(0);
        if with.difference().is_some() {
            wrong.push(format!("`{}` does not explain:\n{}", rule.name, shown(&with)));
        }
        let without = sides.traces(program, &[rule.name]).unwrap().remove(0);
        if without.difference().is_none() {
            wrong.push(format!("`{}` is not needed", rule.name));
        }
    }
    assert!(wrong.is_empty(), "rules: {}", wrong.join("\n"));
}

#[test]
fn seeds_make_valid_programs_and_the_same_again() {
    for kind in Kind::ALL {
        for seed in 0..1000 {
            let program = Program::of_seed(kind, seed);
            assert!(program.is_valid(), "{kind} {seed}");
            assert_eq!(program, Program::of_seed(kind, seed));
        }
    }
}

#[test]
fn a_program_reads_back_as_it_was_written() {
    for kind in Kind::ALL {
        let program = Program::of_seed(kind, 1);
        let text = serde_json::to_string(&program).unwrap();
        assert_eq!(serde_json::from_str::<Program>(&text).unwrap(), program);
    }
}

#[test]
fn a_python_that_dies_is_told_of() {
    let python = Interpreter { path: PathBuf::from("false"), version: "3.13.0".to_owned() };
    let mut python = Python::start(&python, LIMIT).unwrap();
    python.send(&Program::of_seed(Kind::Tasks, 0), &[]);
    let error = python.trace().unwrap_err().to_string();
    assert!(error.starts_with("Python has died (exit status: 1): "), "{error}");
}

#[test]
fn a_trace_that_never_ends_is_told_of() {
    let mut python = Python::start(&python(), Duration::ZERO).unwrap();
    python.send(&Program::of_seed(Kind::Tasks, 0), &[]);
    let error = python.trace().unwrap_err().to_string();
    assert!(error.starts_with("Python gave no trace within 0 s: "), "{error}");
}

#[track_caller]
fn refused(arguments: &[&str], code: i32, words: &str) {
    let program = env!("CARGO_BIN_EXE_twins-random");
    let Output { status, stderr, .. } = Command::new(program).args(arguments).output().unwrap();
    let stderr = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(code), "{stderr}");
    assert!(stderr.contains(words), "{stderr}");
    // What clap says of a command line is followed by a hint at --help.
    assert!(code == 2 || stderr.lines().count() == 1, "{stderr}");
}

#[test]
fn bad_input_has_one_line_and_an_exit_code() {
    refused(&["show", "seven"], 2, "a seed is a whole number");
    refused(&["show", "7", "--python", "/nowhere/python"], 3, "can't start the Python interpreter");
    refused(&["rules", "no such rule"], 3, "`twins-random rules` lists them");
    refused(&["save", "7", "a/b", "why"], 3, "is no name for a program");
    refused(&["faults", "no-such-fault"], 3, "crates/random/faults has them");
    refused(&["show", "7", "--kind", "threads"], 2, "async-generators");
    refused(
        &["show", "7", "--limit", "0"],
        3,
        "gave no trace within 0 s: give it longer by --limit",
    );
    refused(
        &["run", "--seed", "5", "--count", "1", "--limit", "0"],
        3,
        "twins-random show 5 --kind tasks",
    );
}

#[test]
fn a_saved_program_of_an_older_format_is_refused() {
    let older = std::env::temp_dir().join(format!("twins-older-{}.json", std::process::id()));
    std::fs::write(&older, r#"{"format": 0}"#).unwrap();
    refused(
        &["saved", older.to_str().unwrap()],
        3,
        "is of format 0, and this is 1: make the program again",
    );
    std::fs::remove_file(&older).unwrap();
}

#[cfg(unix)]
#[test]
fn an_interpreter_that_dies_ends_the_run() {
    let dying = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/dying_python");
    let words = "twins-random show 5 --kind tasks: Python has died (exit status: 9): look whether";
    refused(&["run", "--seed", "5", "--count", "1", "--python", dying], 3, words);
}
