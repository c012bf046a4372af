//! What `record` writes, under gdb and `sys.settrace`.

use serde_json::Value;

use crate::fixture::{Fixture, PLAIN_PYTHON, PLAIN_RUST, Ran, STDOUT, assert_gone, tea};

const PATH: &str = "recordings/tasks/tea.json";

/// The steps of one program without its lines, such as `pour(2) print 8`.
fn steps(fixture: &Fixture, program: &str) -> Vec<String> {
    let recording: Value = serde_json::from_str(&fixture.read(PATH)).unwrap();
    let program = &recording["programs"][program];
    let step = |step: &Value| {
        let function = &program["activations"][step[1].as_u64().unwrap() as usize]["function"];
        let (event, line) = (step[0].as_str().unwrap(), &step[2]);
        (event != "line").then(|| format!("{} {event} {line}", function.as_str().unwrap()))
    };
    program["steps"].as_array().unwrap().iter().filter_map(step).collect()
}

/// The last of a report's lines that is an error.
fn problem(ran: &Ran) -> &str {
    let mut problems = ran.stdout.lines().filter(|line| line.starts_with("error: "));
    let problem = problems.next().unwrap_or_else(|| panic!("no error in:\n{ran}"));
    assert_eq!(problems.next(), None, "one line says it:\n{ran}");
    problem
}

#[test]
#[ignore = "runs programs under gdb: `.ci/run` does, too"]
fn equal_programs_take_equal_steps() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    fixture.run(&["record"]).expect(0, &["wrote recordings/tasks/tea.json", "2 programs recorded"]);
    let expected = [
        "main start 4",
        "pour start 1",
        "pour print 2",
        "pour return 2",
        "pour start 1",
        "pour print 2",
        "pour return 2",
        "main return 5",
    ];
    assert_eq!(steps(&fixture, "python"), expected);
    // What has not changed is not written again, whatever the clock says.
    let ran = fixture.run(&["record", "tea"]);
    ran.expect(0, &["2 programs recorded"]);
    assert!(!ran.stdout.contains("wrote"), "{ran}");
    fixture.run(&["record", "--check"]).expect(0, &["all 2 programs take the steps"]);
    fixture.run(&["steps", "tea"]).expect(0, &["equal: 8 steps"]);
    fixture.run(&["check"]).expect(0, &["steps", "all 2 programs are as they should be"]);
}

#[test]
#[ignore = "runs programs under gdb: `.ci/run` does, too"]
fn check_finds_another_step_and_another_value() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    fixture.run(&["record"]).expect(0, &[]);
    let good = fixture.read(PATH);
    fixture.replace(PATH, "[\"print\",1,2,\"чай\\n\"]", "[\"print\",1,2,\"tea\\n\"]");
    let ran = fixture.run(&["record", "--check"]);
    let found = "tasks/tea, python: step 6: recorded `pour` prints `tea` at line 2, now `pour` \
                 prints `чай` at line 2";
    assert!(ran.code == 1 && problem(&ran).contains(found), "{ran}");
    fixture.write(PATH, &good);
    fixture.replace(PATH, "{\"cup\":\"'milk'\"}", "{\"cup\":\"'honey'\"}");
    let ran = fixture.run(&["record", "--check"]);
    assert!(ran.code == 1 && problem(&ran).contains("goes on with cup = 'honey'"), "{ran}");
}

#[test]
#[ignore = "runs programs under gdb: `.ci/run` does, too"]
fn what_a_clock_says_is_not_recorded() {
    let python = "import time\n\ndef main():\n    cup, now = 1, time.perf_counter()\n    \
                  print('чай')\n    print('milk')\n\nmain()\n";
    let rust = "fn main() {\n    println!(\"чай\");\n    println!(\"milk\");\n}\n";
    let fixture = tea(python, rust);
    fixture.run(&["record"]).expect(0, &[]);
    let recording = fixture.read(PATH);
    assert!(recording.contains("{\"cup\":\"1\"}"), "{recording}");
    assert!(!recording.contains("now"), "{recording}");
    fixture.run(&["record", "--check"]).expect(0, &[]);
}

#[test]
#[ignore = "runs programs under gdb: `.ci/run` does, too"]
fn steps_are_timed_by_a_run_without_tracer() {
    let python = "import time\n\ndef main():\n    print('чай')\n    time.sleep(0.5)\n    \
                  print('milk')\n\nmain()\n";
    let rust = "use std::{thread::sleep, time::Duration};\n\nfn main() {\n    println!(\"чай\");\n    \
                sleep(Duration::from_millis(500));\n    println!(\"milk\");\n}\n";
    let fixture = tea(python, rust);
    fixture.run(&["record"]).expect(0, &[]);
    let recording: Value = serde_json::from_str(&fixture.read(PATH)).unwrap();
    for name in ["python", "rust"] {
        let program = &recording["programs"][name];
        let steps = program["steps"].as_array().unwrap();
        let prints = steps.iter().enumerate().filter(|(_, step)| step[0] == "print");
        let times: Vec<u64> =
            prints.map(|(place, _)| program["times"][place].as_u64().unwrap()).collect();
        assert!((400..5_000).contains(&(times[1] - times[0])), "{name}: {times:?}");
    }
}

#[test]
#[ignore = "runs programs under gdb: `.ci/run` does, too"]
fn two_runs_that_differ_are_no_recording() {
    // Which is first is up to the hash of a string, another one each run; with this many, two runs
    // never agree.
    let python = "def main():\n    for cup in {str(cup) for cup in range(500)}:\n        \
                  print(cup, end='')\n\nmain()\n";
    let fixture = tea(python, PLAIN_RUST);
    let ran = fixture.run(&["record"]);
    assert!(ran.code == 1 && problem(&ran).contains("choose the order"), "{ran}");
    assert!(!fixture.root.join(PATH).exists());
}

#[test]
#[ignore = "runs programs under gdb: `.ci/run` does, too"]
fn a_program_that_fails_leaves_the_old_recording_whole() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    fixture.run(&["record"]).expect(0, &[]);
    let good = fixture.read(PATH);
    fixture.append("examples/tasks/tea.py", "raise ValueError('cold')\n");
    fixture.run(&["record"]).expect(1, &["does not end well", "ValueError: cold"]);
    assert_eq!(fixture.read(PATH), good);
}

#[test]
#[ignore = "runs programs under gdb: `.ci/run` does, too"]
fn a_long_run_is_folded_and_recorded_to_its_end() {
    let python = "def main():\n    for cup in range(3000):\n        pass\n    print('чай\\nmilk')\n\n\
                  main()\n";
    let fixture = tea(python, "fn main() { println!(\"чай\\nmilk\"); }\n");
    fixture.run(&["record"]).expect(0, &[]);
    let recording: Value = serde_json::from_str(&fixture.read(PATH)).unwrap();
    let steps = recording["programs"]["python"]["steps"].as_array().unwrap();
    let fold = steps.iter().find(|step| step[0] == "fold").unwrap();
    let told = fold[3]["steps"].as_u64().unwrap() as usize + steps.len() - 1;
    assert!(told > 6_000 && steps.len() < 100, "{told} steps, {} told", steps.len());
    // The step behind it has the value that the variable has then.
    let last = steps.iter().filter_map(|step| step[3]["cup"].as_str()).next_back();
    assert_eq!(last, Some("2999"));
    assert_eq!(steps.last().unwrap()[0], "return");
    fixture.run(&["record", "--check"]).expect(0, &[]);
}

/// A Rust program that can't be recorded is told in one line, with its remedy, and nothing is written.
#[track_caller]
fn check_refused(rust: &str, environment: &[(&str, &str)], expected: &str) {
    let fixture = tea(PLAIN_PYTHON, rust);
    let mut command = fixture.command(&["record", "--timeout", "5"]);
    command.envs(environment.iter().copied());
    let ran = crate::fixture::run(command);
    assert!(ran.code == 1 && problem(&ran).contains(expected), "{ran}");
    assert!(!fixture.root.join(PATH).exists());
}

#[test]
#[ignore = "runs programs under gdb: `.ci/run` does, too"]
fn a_program_without_debug_info_is_refused() {
    let remedy = "no debug info: take `debug` out of the profile `dev`";
    check_refused(PLAIN_RUST, &[("CARGO_PROFILE_DEV_DEBUG", "0")], remedy);
    let remedy = "stripped: take `strip` out of the profile `dev`";
    check_refused(PLAIN_RUST, &[("CARGO_PROFILE_DEV_STRIP", "symbols")], remedy);
}

#[test]
#[ignore = "runs programs under gdb: `.ci/run` does, too"]
fn a_program_that_is_killed_is_refused() {
    let rust = "fn main() {\n    println!(\"tea\");\n    std::process::abort();\n}\n";
    check_refused(rust, &[], "it is killed before its end: `cargo twins check` says more");
}

#[test]
#[ignore = "runs programs under gdb: `.ci/run` does, too"]
fn a_program_that_prints_without_end_is_refused() {
    let rust = "fn main() {\n    loop {\n        println!(\"tea\");\n    }\n}\n";
    check_refused(rust, &[], "it ran longer than 25 s under the tracer");
    let python = "def main():\n    while True:\n        print('tea')\n\nmain()\n";
    let fixture = tea(python, PLAIN_RUST);
    let ran = fixture.run(&["record"]);
    assert!(ran.code == 1 && problem(&ran).contains("it prints without end"), "{ran}");
    assert!(!fixture.root.join(PATH).exists());
}

#[test]
#[ignore = "runs programs under gdb: `.ci/run` does, too"]
fn a_program_that_starts_another_one_is_told_alone() {
    let rust = "use std::process::Command;\n\nfn main() {\n    let tea = Command::new(\"echo\")                .arg(\"tea\").output().unwrap();\n                    print!(\"{}\", String::from_utf8(tea.stdout).unwrap());\n}\n";
    let fixture = tea("print('tea')\n", rust);
    fixture.run(&["record"]).expect(0, &["2 programs recorded"]);
    let prints = steps(&fixture, "rust").into_iter().filter(|step| step.contains("print"));
    assert_eq!(prints.collect::<Vec<_>>(), ["main print 5"]);
}

#[test]
#[ignore = "runs programs under gdb: `.ci/run` does, too"]
fn each_case_has_a_recording_of_its_own() {
    let python = "\
import os
import sys


def total(lines):
    found = 0
    for line in lines:
        found += int(line)
    return found


def main():
    found = total(open('cups').read().split() + sys.stdin.read().split())
    if not found:
        print('nothing to add')
        sys.exit(3)
    print(os.environ.get('UNIT', 'cups'), found, *sys.argv[1:])
    print('at', hex(id(found)))


main()
";
    let rust = "\
use std::io::read_to_string;

fn total(lines: &str) -> i32 {
    let mut found = 0;
    for line in lines.split_whitespace() {
        found += line.parse::<i32>().unwrap();
    }
    found
}

fn main() {
    let cups = std::fs::read_to_string(\"cups\").unwrap();
    let found = total(&(cups + &read_to_string(std::io::stdin()).unwrap()));
    if found == 0 {
        println!(\"nothing to add\");
        std::process::exit(3);
    }
    let unit = std::env::var(\"UNIT\").unwrap_or(\"cups\".to_owned());
    let arguments: String = std::env::args().skip(1).map(|it| \" \".to_owned() + &it).collect();
    println!(\"{unit} {found}{arguments}\");
    println!(\"at {:p}\", &found);
}
";
    let fixture = Fixture::new();
    fixture.remove("examples/chapters.toml");
    fixture.write("examples/kitchen/total.py", python);
    fixture.variant("kitchen", "total", rust);
    fixture.write("examples/kitchen/cups", "0\n");
    let cases = "\
[[filter]]
name = 'address'
pattern = '0x[0-9a-f]+'
[[case]]
name = 'pots'
stdin = '5 6'
arguments = ['--loud', 'two $words, \"so\"']
environment = { UNIT = 'big pots' }
files = ['cups']
[[case]]
name = 'empty'
files = ['cups']
exit = 3
";
    fixture.write("examples/kitchen/total.toml", cases);
    fixture.run(&["check", "--bless"]).expect(0, &["all 4 programs"]);
    let ran = fixture.run(&["record"]);
    ran.expect(0, &["wrote recordings/kitchen/total.empty.json", "4 programs recorded"]);
    let ran = fixture.run(&["steps", "total"]);
    let printed = "prints: big pots 11 --loud two $words, \"so\"";
    ran.expect(0, &["total · pots", printed, "prints: at <address>", "total returns 11", "equal:"]);
    // An exit in the middle is an end of the first function.
    let ran = fixture.run(&["steps", "total", "--case", "empty"]);
    ran.expect(0, &["total · empty", "prints: nothing to add", "main returns", "equal: 5 steps"]);
    fixture.run(&["steps", "total", "--case", "no"]).expect(3, &["it has pots, empty"]).error();
    fixture.run(&["record", "--check"]).expect(0, &["all 4 programs take the steps"]);

    // What is not recorded is not judged in a project of one's own, and said so.
    fixture.remove("recordings/kitchen/total.empty.json");
    let ran = fixture.run(&["check"]);
    let line = "not recorded, so that their steps are not judged: kitchen/total.empty";
    ran.expect(0, &["steps", line]);
    fixture.replace("examples/kitchen/total.py", "found = 0", "found = 0 + 0");
    fixture.run(&["check"]).expect(1, &["outdated", "recordings/kitchen/total.pots.json"]);
}

#[test]
fn a_gdb_that_is_too_old_or_has_no_python_is_told_with_its_remedy() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    let record = |script: &str| fixture.run_with_gdb(&["record"], script);
    record("echo 9.2").expect(3, &["gdb 9.2 is too old to record"]).error();
    record("exit 1").expect(3, &["no Python in it", "apt install gdb"]).error();
    assert!(!fixture.root.join(PATH).exists());
}

#[test]
fn a_system_that_forbids_tracing_is_told_with_its_remedy() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    let script = "case $* in *VERSION*) echo 13.1;; *) echo 'warning: Could not trace the inferior \
                  process.' >&2; echo 'warning: ptrace: Operation not permitted' >&2; exit 1;; esac";
    let ran = fixture.run_with_gdb(&["record"], script);
    assert!(ran.code == 1 && problem(&ran).contains("--cap-add=SYS_PTRACE"), "{ran}");
    assert!(!fixture.root.join(PATH).exists());
}

#[test]
fn a_machine_that_can_not_record_says_what_is_not_held_and_goes_on() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    fixture.write("recordings/README.md", "");
    fixture.run_with_gdb(&["check"], "echo 13.1").expect(1, &["not recorded"]);
    let ran = fixture.run_with_gdb(&["check"], "exit 1");
    ran.expect(0, &["the steps of tasks/tea are not held today", "`.ci/run` there records them"]);
}

#[test]
#[ignore = "runs programs under gdb: `.ci/run` does, too"]
fn a_program_without_end_is_refused_in_one_line() {
    let python = "def main():\n    while True:\n        pass\n\nmain()\n";
    let fixture = tea(python, PLAIN_RUST);
    let ran = fixture.run(&["record", "--timeout", "3"]);
    assert!(
        ran.code == 1 && problem(&ran).contains("ran longer than 15 s under the tracer"),
        "{ran}"
    );
    assert!(!fixture.root.join(PATH).exists());
}

#[test]
#[ignore = "runs programs under gdb: `.ci/run` does, too"]
fn an_old_recording_is_renewed() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    fixture.run(&["record", "--check"]).expect(1, &["can't read recordings/tasks/tea.json"]);
    fixture.run(&["record"]).expect(0, &[]);
    fixture.replace("examples/tasks/tea.py", "main():", "main():  # a cup each\n");
    fixture.run(&["record", "--check"]).expect(0, &[]);
    fixture.replace("examples/tasks/tea.py", "print(cup)", "print(cup), None");
    let ran = fixture.run(&["record", "--check"]);
    let changed = "examples/tasks/tea.py has changed since recordings/tasks/tea.json was recorded, \
                   first at line 2";
    assert!(ran.code == 1 && problem(&ran).contains(changed), "{ran}");
    fixture.run(&["record"]).expect(0, &["wrote recordings/tasks/tea.json"]);
    fixture.run(&["check"]).expect(0, &[]);
}

#[test]
fn without_gdb_record_says_how_to_get_it() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    let mut command = fixture.command(&["record"]);
    command.env("PATH", fixture.root.join("nothing"));
    let python = fixture.script("python", "echo CPython 3.99.0; echo $0");
    command.env("TWINS_PYTHON", python);
    let ran = crate::fixture::run(command);
    ran.expect(3, &["apt install gdb"]).error();
    assert_eq!(fixture.read("examples/tasks/tea.stdout"), STDOUT);
}

#[test]
#[ignore = "runs programs under gdb: `.ci/run` does, too"]
fn outside_a_course_nobody_has_to_record() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    fixture.pair("tasks", "cup", PLAIN_PYTHON, PLAIN_RUST);
    fixture.remove("examples/chapters.toml");
    // A line may import and do something else, too.
    fixture.write("examples/tasks/cup.py", "import sys; print('чай\\nmilk')\n");
    fixture.write("examples/tasks/cup.rs", "fn main() { println!(\"чай\\nmilk\"); }\n");
    fixture.run(&["record", "cup"]).expect(0, &["2 programs recorded"]);
    let ran = fixture.run(&["record", "--check"]);
    let told = "not held: tasks/tea: nothing is recorded (`cargo twins record tea`)";
    ran.expect(0, &[told, "all 2 programs take the steps that are recorded"]);
}

#[test]
#[ignore = "runs programs under gdb: `.ci/run` does, too"]
fn nothing_that_a_program_starts_outlives_its_recording() {
    let python = "\
import subprocess

def main():
    child = subprocess.Popen(['sleep', '60'])
    with open('pids', 'a') as pids:
        print(child.pid, file=pids)
    print('чай\\nmilk')

main()
";
    let rust = "\
use std::io::Write;

fn main() {
    let child = std::process::Command::new(\"sleep\").arg(\"60\").spawn().unwrap();
    let mut pids = std::fs::File::options().append(true).create(true).open(\"pids\").unwrap();
    writeln!(pids, \"{}\", child.id()).unwrap();
    println!(\"чай\\nmilk\");
}
";
    let fixture = tea(python, rust);
    fixture.run(&["record"]).expect(0, &["2 programs recorded"]);
    // And where the tracer itself is ended.
    let forever = rust.replace("    println!(", "    loop { std::thread::park(); }\n    println!(");
    fixture.write("examples/tasks/tea.rs", &forever.replace("println!(\"чай\\nmilk\");\n", ""));
    fixture.run(&["record", "--timeout", "1"]).expect(1, &["ran longer than 5 s"]);
    let pids = fixture.read("pids");
    assert!(pids.lines().count() >= 4, "{pids}");
    assert_gone(&pids);
}
