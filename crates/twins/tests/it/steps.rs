//! What `steps` shows of a recording, and what `check` says to it.

use serde_json::Value;
use twins::recording::{Activation, Code, Event, Kind, Program, Recording, Step};

use crate::fixture::{Fixture, PLAIN_PYTHON, PLAIN_RUST, tea};

/// Writes a recording in which both programs take these steps, all in line 1, such as
/// `pour start` and `pour print чай`.
fn record(fixture: &Fixture, python: &[&str], rust: &[&str]) {
    let program = |source: &str, steps: &[&str]| {
        let mut names: Vec<&str> = Vec::new();
        let steps = steps.iter().map(|step| {
            let (name, event) = step.split_once(' ').unwrap();
            let known = names.iter().position(|known| *known == name);
            let activation = known.unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            });
            let event = match event {
                "start" => Event::Start,
                "suspend" => Event::Suspend,
                "return" => Event::Return(None),
                print => Event::Print(print.strip_prefix("print ").unwrap().to_owned() + "\n"),
            };
            Step { event, activation, line: 1, why: None }
        });
        let steps = steps.collect();
        let activation = |name: &&str| Activation {
            function: name.split('#').next().unwrap().to_owned(),
            kind: Kind::Function,
            thread: 0,
            number: name.split_once('#').map_or(1, |(_, number)| number.parse().unwrap()),
        };
        let code = Code::of(&fixture.read(source), source.as_ref());
        Program {
            source: code.fingerprints(),
            code: code.ranges(),
            activations: names.iter().map(activation).collect(),
            steps,
            times: None,
            untraced: None,
        }
    };
    let programs = [
        ("python".to_owned(), program("examples/tasks/tea.py", python)),
        ("rust".to_owned(), program("examples/tasks/tea.rs", rust)),
    ];
    let recording = Recording { programs: programs.into() };
    fixture.write("recordings/tasks/tea.json", &recording.to_text());
}

const STEPS: [&str; 8] = [
    "main start",
    "pour start",
    "pour print чай",
    "pour return",
    "pour#2 start",
    "pour#2 print milk",
    "pour#2 return",
    "main return",
];

#[test]
fn steps_are_shown_a_row_each() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    record(&fixture, &STEPS, &STEPS);
    let ran = fixture.run(&["steps", "tea"]);
    ran.expect(0, &["examples/tasks/tea.py", "examples/tasks/tea.rs", "equal: 8 steps"]);
    let row = ran.stdout.lines().find(|line| line.contains("pour (2) prints: milk")).unwrap();
    assert_eq!(row.matches("1  pour (2) prints: milk").count(), 2, "{ran}");
    fixture.run(&["steps", "tea", "--lang", "ru"]).expect(0, &["печатает: чай", "совпадают"]);
    fixture.run(&["check"]).expect(0, &["steps", "all 2 programs are as they should be"]);
}

#[test]
fn the_notes_say_why_steps_differ_or_check_does() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    record(&fixture, &STEPS, &[&STEPS[..3], &["log start"], &STEPS[3..]].concat());
    let why = "tasks/tea, steps: in Python `pour (1)` returns at line 1, in Rust `log` starts at \
               line 1: take the same steps, or say in examples/tasks/tea.toml under `[steps]` why \
               not; `cargo twins steps tea` shows all";
    fixture.run(&["check"]).expect(1, &[why, "differs", "0 of 2 programs wrong, 1 other error"]);
    fixture.run(&["steps", "tea"]).expect(0, &["≠ 1  log starts", "8 steps in Python, 9 in Rust"]);

    fixture.append("examples/tasks/tea.toml", "[steps]\nen = 'A log.'\nru = 'Это лог.'\n");
    fixture.run(&["check"]).expect(0, &["differ, explained"]);
    fixture.run(&["check", "--lang=ru"]).expect(0, &["шаги", "отличаются, объяснено"]);
    fixture.run(&["steps", "tea", "--lang=ru"]).expect(0, &["Это лог."]);
    let ran = fixture.run(&["check", "--json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["steps"][0]["verdict"], "differ, explained");
    assert_eq!(report["programs"].as_array().unwrap().len(), 2);
}

#[test]
fn another_name_than_main_is_told_with_its_remedy() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    record(
        &fixture,
        &["begin start", "begin print чай", "begin return"],
        &["main start", "begin start", "begin print чай", "begin return", "main return"],
    );
    let why = "in Python `begin` starts first, in Rust `main`: call Python's outermost function \
               `main`, too, and let Rust's `main` be its twin: `run(async { … })` in `fn main`";
    fixture.run(&["check"]).expect(1, &[why, "tasks/tea (steps)"]);
}

#[test]
fn a_reason_for_no_difference_is_wrong() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    record(&fixture, &STEPS, &STEPS);
    fixture.append("examples/tasks/tea.toml", "[steps]\nen = 'None.'\nru = 'Нет.'\n");
    fixture.run(&["check"]).expect(1, &["no difference", "take the key out"]);
}

#[test]
fn a_recording_that_is_missing_or_old_is_wrong() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    let renew = "`cargo twins record tea` renews it";
    // A project that records nothing has no steps to compare.
    fixture.run(&["check"]).expect(0, &[]);
    fixture.run(&["steps", "tea"]).expect(3, &[renew]).error();
    fixture.write("recordings/README.md", "");
    // This machine can record, whatever it is.
    let check = || fixture.run_with_gdb(&["check"], "echo 13.1");
    check().expect(1, &["not recorded", renew]);

    record(&fixture, &STEPS, &STEPS);
    fixture.run(&["check"]).expect(0, &[]);
    // A comment and a blank line change nothing.
    fixture.replace("examples/tasks/tea.py", "main():", "main():  # a cup each\n");
    fixture.run(&["check"]).expect(0, &[]);
    fixture.replace("examples/tasks/tea.py", "'milk'", "'honey'");
    let old = "examples/tasks/tea.py has changed since recordings/tasks/tea.json was recorded";
    check().expect(1, &["outdated", old, "first at line", renew]);
    fixture.run(&["steps", "tea"]).expect(3, &[old, renew]).error();
}

#[test]
fn a_program_that_does_not_compile_takes_no_steps() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    record(&fixture, &STEPS, &STEPS);
    fixture.write("examples/tasks/tea_compile_fail.rs", "fn main() { cup }\n");
    let ran = fixture.run(&["steps", "tea_compile_fail"]);
    ran.expect(3, &["tea_compile_fail does not compile, so it takes no steps"]).error();
}
