//! Everything that can be wrong: one clear line, its remedy, a fitting exit code.

use std::{
    fs,
    io::Read,
    process::Stdio,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::fixture::{Fixture, PYTHON, RUST, STDOUT, assert_gone, finish, read_until};

#[test]
fn an_unknown_pair_gets_the_nearest_names() {
    let fixture = Fixture::with_tea();
    fixture.pair("tasks", "teapot", PYTHON, RUST);
    for command in ["run", "show", "check"] {
        let ran = fixture.run(&[command, "teap"]);
        ran.expect(2, &[]);
        assert_eq!(ran.error(), "no pair `teap`: did you mean `teapot`, `tea`?");
    }
    // A variant is a name, too.
    fixture.variant("tasks", "tea_by_hand", RUST);
    let ran = fixture.run(&["show", "tea_by_hands"]);
    ran.expect(2, &[]);
    assert_eq!(ran.error(), "no pair `tea_by_hands`: did you mean `tea_by_hand`, `tea`?");
    // So is a chapter, where several pairs can be named.
    let ran = fixture.run(&["check", "task"]);
    ran.expect(2, &[]);
    assert_eq!(ran.error(), "no pair `task`: did you mean `tasks`?");
    let ran = fixture.run(&["show", "tasks"]);
    ran.expect(2, &[]);
    let line = "no pair `tasks`: it is a chapter; name one of its pairs: tea, teapot";
    assert_eq!(ran.error(), line);
    let ran = fixture.run(&["show", "task"]);
    ran.expect(2, &[]);
    assert_eq!(ran.error(), "no pair `task`: `cargo twins list` names all");
    for far in ["zzz", ""] {
        let ran = fixture.run(&["show", far]);
        ran.expect(2, &[]);
        assert_eq!(ran.error(), format!("no pair `{far}`: `cargo twins list` names all"));
    }
}

#[test]
fn a_wrong_command_line_is_told_by_exit_code_2() {
    let fixture = Fixture::with_tea();
    fixture.run(&["dance"]).expect(2, &["unrecognized subcommand 'dance'"]);
    fixture.run(&["run"]).expect(2, &["<PAIR>"]);
    fixture.run(&["check", "--timeout", "0"]).expect(2, &["a number of seconds above 0"]);
    fixture.run(&["check", "--jobs", "none"]).expect(2, &["a whole number above 0"]);
    let ran = fixture.run(&["run", "tea", "--python", "a", "--python", "b"]);
    ran.expect(2, &[]);
    let line = "--python can be given once here: only `check` holds several interpreters";
    assert_eq!(ran.error(), line);
}

#[test]
fn outside_of_a_project_it_says_where_to_go() {
    let fixture = Fixture::new();
    fixture.remove("examples/Cargo.toml");
    // The folder lies inside this project, which would be found above it.
    let folder = std::env::temp_dir();
    let ran = crate::fixture::run(crate::fixture::twins(&folder, &["list"]));
    ran.expect(3, &[]);
    assert!(
        ran.error().ends_with("or above it: `cargo twins init` makes a project, or go to one"),
        "{ran}"
    );
}

const REMEDY: &str =
    "install CPython 3.11 or newer, or name one with --python PATH or TWINS_PYTHON";

#[test]
fn without_python_it_says_what_to_install() {
    let fixture = Fixture::with_tea();
    for command in [&["check"][..], &["run", "tea"], &[]] {
        let ran = fixture.run(&[command, &["--python", "/no/such/python"]].concat());
        ran.expect(3, &[]);
        let expected = format!("can't start the Python interpreter `/no/such/python`: {REMEDY}");
        assert_eq!(ran.error(), expected);
    }
}

#[test]
fn an_interpreter_that_does_not_serve_is_told_by_its_version() {
    let fixture = Fixture::with_tea();
    for (answer, error) in [
        ("echo CPython 3.10.13; echo $0", "is CPython 3.10.13, too old for the pairs"),
        ("echo PyPy 3.11.13; echo $0", "is PyPy 3.11.13, and the pairs are held against CPython"),
        ("echo hello", "does not answer as a Python interpreter does"),
        ("exit 3", "does not answer as a Python interpreter does"),
    ] {
        let python = fixture.script("python", answer);
        let mut command = fixture.command(&["check"]);
        command.env("TWINS_PYTHON", &python);
        let ran = crate::fixture::run(command);
        ran.expect(3, &[]);
        assert_eq!(ran.error(), format!("`{python}` {error}: {REMEDY}"));
    }
}

#[test]
fn nothing_in_the_environment_reaches_an_interpreter_or_a_program() {
    let fixture = Fixture::with_tea();
    let python = "\
import os, subprocess, sys
names = sorted(name for name in os.environ if name.startswith('PYTHON'))
assert names == ['PYTHONNOUSERSITE'], names
subprocess.run([sys.executable, '-c', 'print(\"чай\")'], check=True)
print('milk')
";
    fixture.write("examples/tasks/tea.py", python);
    // What the question imports may lie in the folder that it is asked in.
    fixture.write("platform.py", "raise SystemExit('the wrong one')\n");
    let mut command = fixture.command(&["check"]);
    for (name, value) in [
        ("PYTHONIOENCODING", "utf-16"),
        ("PYTHONHOME", "/nonsense"),
        ("PYTHONPATH", "/nonsense"),
        ("PYTHONSTARTUP", "/nonsense"),
        ("PYTHONUTF8", "0"),
    ] {
        command.env(name, value);
    }
    crate::fixture::run(command).expect(0, &["all 2 programs are as they should be"]);
}

#[test]
fn an_interpreter_that_hangs_is_named_while_it_is_waited_for() {
    let fixture = Fixture::with_tea();
    let python = fixture.script("python", "exec sleep 600");
    let mut command = fixture.command(&["check", "--python", &python]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let told = format!("waiting for `{python}` to tell its version, 60 s at most (Ctrl-C ends)\n");
    read_until(child.stderr.as_mut().unwrap(), &told);
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    finish(child).expect(130, &[]);
}

#[test]
fn an_interpreter_that_talks_before_its_answer_is_understood() {
    let fixture = Fixture::with_tea();
    let python = fixture.script(
        "python",
        "case $1 in -c) echo welcome; echo CPython 3.99.0; echo $0;; *) exec python3 \"$@\";; esac",
    );
    fixture.run(&["check", "--python", &python]).expect(0, &["python 3.99.0"]);
}

#[test]
fn a_pair_may_have_the_name_of_a_module() {
    let fixture = Fixture::with_tea();
    let imports = "import concurrent.futures, queue\nqueue.Queue\nprint('чай\\nmilk')\n";
    fixture.write("examples/tasks/tea.py", imports);
    fixture.pair("tasks", "queue", PYTHON, RUST);
    fixture.pair("tasks", "platform", PYTHON, RUST);
    fixture.run(&["check"]).expect(0, &["all 6 programs are as they should be"]);
    fixture.run(&["run", "tea"]).expect(0, &["equal, byte for byte"]);
    // Where a module stands beside the programs, it is found.
    fixture.pair("kitchen", "cup", "import stove\nstove.light()\nprint('milk')\n", RUST);
    fixture.write("examples/kitchen/stove.py", "def light():\n    print('чай')\n");
    fixture.run(&["check", "cup"]).expect(0, &["all 2 programs are as they should be"]);
}

#[test]
fn a_limit_that_no_clock_can_hold_is_none() {
    let fixture = Fixture::with_tea();
    for limit in ["1e19", "1e300", "inf"] {
        fixture.run(&["check", "--timeout", limit]).expect(0, &["all 2 programs"]);
        fixture.run(&["run", "tea", "--timeout", limit]).expect(0, &["equal, byte for byte"]);
    }
    for limit in ["-1", "nan", "1e-30", "soon"] {
        fixture.run(&["check", &format!("--timeout={limit}")]).expect(2, &["seconds above 0"]);
    }
}

#[test]
fn what_cargo_prints_need_not_be_text() {
    let fixture = Fixture::with_tea();
    let cargo = fixture.script("cargo", "printf 'a\\377b\\n'; exec cargo \"$@\"");
    let mut command = fixture.command(&["check"]);
    command.env("CARGO", cargo);
    crate::fixture::run(command).expect(0, &["all 2 programs"]);
}

#[test]
fn a_program_that_does_not_build_stops_nothing_else() {
    let fixture = Fixture::with_tea();
    fixture.pair("tasks", "broken", PYTHON, "fn main() { let x: u8 = \"\"; }");
    let ran = fixture.run(&["check"]);
    ran.expect(1, &["tasks/broken, rust: the compiler refuses it", "error[E0308]"]);
    assert_eq!(ran.stdout.matches("equal").count(), 3, "{ran}");
    let ran = fixture.run(&["run", "broken", "tea"]);
    ran.expect(1, &["error[E0308]", "broken does not build", "equal, byte for byte: 2 lines"]);
}

#[test]
fn on_stable_what_needs_nightly_says_so() {
    let fixture = Fixture::with_tea();
    fixture.write("examples/src/lib.rs", "#![feature(gen_blocks)]\n");
    let mut command = fixture.command(&["check"]);
    // As a stable compiler answers, whichever is at hand.
    let answer = r#"{"$message_type":"diagnostic","message":"no","level":"error","spans":[],"children":[],"code":{"code":"E0554","explanation":null},"rendered":"error[E0554]: not on stable\\n"}"#;
    let rustc = fixture.script(
        "rustc",
        &format!(
            "case \"$*\" in *src/lib.rs*) echo '{answer}' >&2; exit 1;; esac; exec rustc \"$@\""
        ),
    );
    command.env("RUSTC", &rustc);
    let ran = crate::fixture::run(command);
    ran.expect(3, &["E0554", "rustup toolchain install nightly", "cargo +nightly twins"]);
}

#[test]
fn a_crash_shows_what_the_program_said() {
    let fixture = Fixture::new();
    fixture.pair("tasks", "spilt", "print('чай')\nraise ValueError('hot')\n", RUST);
    let ran = fixture.run(&["check"]);
    ran.expect(1, &["ended with exit code 1; it says:", "ValueError: hot", "crashed"]);
    let ran = fixture.run(&["run", "spilt"]);
    ran.expect(1, &["Python ended with exit code 1", "ValueError: hot"]);
    fixture.pair("tasks", "abort", PYTHON, "fn main() { std::process::abort() }");
    fixture.run(&["check", "abort"]).expect(1, &["was ended by signal 6"]);
}

#[test]
fn bytes_that_are_not_utf8_are_found() {
    let fixture = Fixture::new();
    let python = "import sys\nsys.stdout.buffer.write('чай\\nm'.encode() + b'\\xff\\n')\n";
    fixture.pair("tasks", "bytes", python, RUST);
    let place = "line 2, column 2: the byte 0xff is not UTF-8: print text";
    fixture.run(&["check"]).expect(1, &[place]);
    fixture.run(&["run", "bytes"]).expect(1, &[place, "m\\xff"]);
}

#[test]
fn a_program_that_hangs_is_ended_with_all_that_it_started() {
    let fixture = Fixture::new();
    let python = "\
import os, subprocess, time
child = subprocess.Popen(['sleep', '60'])
open('pids', 'w').write(f'{os.getpid()} {child.pid}')
print('чай')
time.sleep(60)
";
    fixture.pair("tasks", "nap", python, RUST);
    for arguments in [["check", "--timeout", "4"], ["run", "nap", "--timeout=4"]] {
        let started = Instant::now();
        let ran = fixture.run(&arguments);
        ran.expect(
            1,
            &["ran longer than 4 s and was ended (a longer limit: --timeout SECONDS)", "чай"],
        );
        assert!(started.elapsed() < Duration::from_secs(50));
        assert_gone(&fixture.read("pids"));
    }
}

#[test]
fn a_pair_outside_the_course_names_the_file_to_change() {
    let fixture = Fixture::with_tea();
    fixture.pair("garden", "rake", PYTHON, RUST);
    let ran = fixture.run(&["list"]);
    ran.expect(3, &[]);
    let message = "examples/Cargo.toml: `rake` lies in `garden`, which is no chapter: add it to \
                   examples/chapters.toml";
    assert_eq!(ran.error(), message);

    // `kitchen` stands after `tasks`: a pair of `tasks` after one of it is out of order.
    let fixture = Fixture::new();
    fixture.pair("kitchen", "cup", PYTHON, RUST);
    fixture.pair("tasks", "tea", PYTHON, RUST);
    let ran = fixture.run(&["list"]);
    ran.expect(3, &[]);
    let message = "examples/Cargo.toml: `tea` stands after a pair of `kitchen`: list the pairs \
                   chapter by chapter, in the order of examples/chapters.toml";
    assert_eq!(ran.error(), message);
}

#[test]
fn output_that_differs_is_reported_with_line_column_texts_and_time() {
    let fixture = Fixture::new();
    let late = "import time\nprint('чай', flush=True)\ntime.sleep(0.3)\nprint('mild')\n";
    fixture.pair("tasks", "tea", late, RUST);
    let ran = fixture.run(&["check"]);
    ran.expect(
        1,
        &[
            "tasks/tea, python",
            "line 2, column 4: expected `milk`, found `mild`, ",
            " s after the start; ",
            "make the twins print the same",
        ],
    );
    let ran = fixture.run(&["run", "tea"]);
    ran.expect(1, &["different in line 2, column 4: Python prints `mild`, Rust prints `milk`"]);
    // Both print the same, and something else is recorded: then it can be accepted.
    fixture.write("examples/tasks/tea.py", PYTHON);
    fixture.write("examples/tasks/tea.stdout", "чай\n");
    let remedy =
        "all programs print this alike: if it is right, `cargo twins check tea --bless` records it";
    fixture
        .run(&["check"])
        .expect(1, &["line 2, column 1: expected nothing, found `milk`", remedy]);
}

#[test]
fn a_twin_that_does_not_wait_is_too_quick() {
    let fixture = Fixture::with_tea();
    fixture.replace("examples/tasks/tea.toml", "seconds = 0", "seconds = 30");
    let ran = fixture.run(&["check"]);
    ran.expect(1, &["the waits of this pair add up to 30 s: wait as the twin does"]);
    assert_eq!(ran.stdout.matches("too quick").count(), 2, "{ran}");
}

#[test]
fn a_missing_recording_is_named_with_the_command_that_writes_it() {
    let fixture = Fixture::with_tea();
    fixture.remove("examples/tasks/tea.stdout");
    let ran = fixture.run(&["check"]);
    let line =
        "no examples/tasks/tea.stdout: `cargo twins check --bless` writes what all print alike";
    ran.expect(1, &[line, "not recorded"]);
}

#[test]
fn a_recording_that_is_not_utf8_is_told_from_a_missing_one() {
    let fixture = Fixture::with_tea();
    fs::write(fixture.root.join("examples/tasks/tea.stdout"), b"\xd1\n").unwrap();
    let line = "tea.stdout is not UTF-8: `cargo twins check tea --bless` writes what all programs";
    fixture.run(&["check"]).expect(1, &[line, "not recorded"]);
    fixture.run(&["check", "--bless"]).expect(0, &["wrote examples/tasks/tea.stdout"]);
    assert_eq!(fixture.read("examples/tasks/tea.stdout"), STDOUT);
}

#[test]
fn a_missing_key_or_translation_is_named() {
    let fixture = Fixture::with_tea();
    fixture.replace("examples/tasks/tea.toml", "minutes = 1\n", "");
    let line = "examples/tasks/tea.toml: no `minutes`: add the key";
    fixture.run(&["check"]).expect(1, &[line]);
    fixture.run(&["list"]).expect(1, &[line, "tea"]);
    fixture.append("examples/tasks/tea.toml", "[[differences]]\nen = 'Here Rust owns.'\n");
    fixture.replace("examples/tasks/tea.toml", "seconds = 0\n", "seconds = 0\nminutes = 1\n");
    let line = "examples/tasks/tea.toml: no `differences[0].ru`: say what `differences[0].en` says";
    fixture.run(&["check"]).expect(1, &[line]);
    fixture.remove("examples/tasks/tea.toml");
    let line = "no examples/tasks/tea.toml: write the pair's notes, as CONTRIBUTING.md shows";
    fixture.run(&["check"]).expect(1, &[line]);
}

#[test]
fn a_pair_on_disk_and_not_in_the_manifest_is_an_error() {
    let fixture = Fixture::with_tea();
    fixture.write("examples/tasks/milk.rs", RUST);
    fixture.write("examples/tasks/milk.py", PYTHON);
    let line = "examples/tasks/milk.rs is not listed: add [[example]] name = \"milk\", path = \"tasks/milk.rs\" to examples/Cargo.toml";
    fixture.run(&["check"]).expect(1, &[line]);
    fixture.remove("examples/tasks/milk.rs");
    let line = "examples/tasks/milk.py has no Rust twin: write examples/tasks/milk.rs and list it";
    fixture.run(&["check"]).expect(1, &[line]);
    // A whole chapter that nobody listed.
    fixture.write("examples/kitchen/cup.rs", RUST);
    let unlisted = "examples/kitchen/cup.rs is not listed";
    fixture.run(&["check"]).expect(1, &[unlisted]);
    // `list`, and asking for it, tell the same.
    fixture.run(&["list"]).expect(1, &[unlisted, "tea"]);
    for command in ["check", "run", "show"] {
        let ran = fixture.run(&[command, "cup"]);
        ran.expect(2, &[]);
        assert!(ran.error().starts_with(&format!("no pair `cup`: {unlisted}")), "{ran}");
    }
    // What belongs to another pair does not disturb this one.
    fixture.run(&["check", "tea"]).expect(0, &[]);
}

#[test]
fn a_pair_in_the_manifest_and_not_on_disk_is_an_error() {
    let fixture = Fixture::with_tea();
    fixture.list("tasks", "milk");
    let line =
        "no examples/tasks/milk.rs: write it, or take its [[example]] out of examples/Cargo.toml";
    for command in [&["check"][..], &["run", "tea"]] {
        let ran = fixture.run(command);
        ran.expect(3, &[]);
        assert_eq!(ran.error(), line);
    }
    fixture.write("examples/tasks/milk.rs", RUST);
    let ran = fixture.run(&["check"]);
    ran.expect(1, &["no examples/tasks/milk.py: write the Python twin"]);
    let ran = fixture.run(&["run", "milk"]);
    ran.expect(3, &[]);
    assert_eq!(ran.error(), "no examples/tasks/milk.py: write the Python twin");
    let ran = fixture.run(&["show", "milk"]);
    ran.expect(3, &[]);
    let line = "can't read examples/tasks/milk.py: write it";
    assert!(ran.error().starts_with(line), "{ran}");
    // The other pair is shown all the same.
    fixture.run(&["run", "tea"]).expect(0, &["equal, byte for byte"]);
}

#[test]
fn bless_refuses_what_python_and_rust_do_not_print_alike() {
    let fixture = Fixture::with_tea();
    fixture.pair("tasks", "sugar", "print('two')\n", "fn main() { println!(\"three\"); }");
    fixture.write("examples/tasks/tea.stdout", "old\n");
    let ran = fixture.run(&["check", "--bless"]);
    ran.expect(
        1,
        &["sugar: not blessed: python", "rust disagree: line 1, column 2", "nothing was written"],
    );
    assert_eq!(fixture.read("examples/tasks/tea.stdout"), "old\n");
    assert_eq!(fixture.read("examples/tasks/sugar.stdout"), STDOUT);
}

#[test]
fn bless_refuses_a_program_that_fails() {
    let fixture = Fixture::new();
    fixture.pair(
        "tasks",
        "tea",
        "print('новый чай')\nraise SystemExit(4)\n",
        "fn main() { println!(\"новый чай\"); }",
    );
    fixture
        .run(&["check", "--bless"])
        .expect(1, &["not blessed: python", "ended with exit code 4"]);
    assert_eq!(fixture.read("examples/tasks/tea.stdout"), STDOUT);
    fixture.pair("tasks", "cup", PYTHON, "fn main() { broken }");
    fixture.write("examples/tasks/cup.stdout", "old\n");
    fixture.run(&["check", "cup", "--bless"]).expect(1, &["cup: not blessed: rust does not build"]);
    assert_eq!(fixture.read("examples/tasks/cup.stdout"), "old\n");
}

#[test]
fn a_closed_pipe_ends_the_tool_quietly() {
    let fixture = Fixture::new();
    for number in 0..2000 {
        fixture.pair("tasks", &format!("cup{number}"), PYTHON, RUST);
    }
    let mut child =
        fixture.command(&["list"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 5]).unwrap();
    // More than any pipe holds is still to come.
    drop(stdout);
    let ran = finish(child);
    ran.expect(0, &[]);
    assert_eq!(ran.stderr, "");
}

#[test]
fn ctrl_c_ends_the_programs_too() {
    let fixture = Fixture::new();
    let python = "\
import os, subprocess, time
child = subprocess.Popen(['sleep', '60'])
open('pids', 'w').write(f'{os.getpid()} {child.pid}')
print('чай')
time.sleep(60)
";
    let rust =
        "fn main() { println!(\"чай\"); std::thread::sleep(std::time::Duration::from_secs(60)) }";
    fixture.pair("tasks", "nap", python, rust);
    let started = Instant::now();
    let mut child = fixture
        .command(&["run", "nap"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stdout = child.stdout.as_mut().unwrap();
    read_until(stdout, "чай\n");
    read_until(stdout, "чай\n");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let ran = finish(child);
    ran.expect(130, &[]);
    assert!(started.elapsed() < Duration::from_secs(50));
    assert_gone(&fixture.read("pids"));
}

/// Starts the tool on a pair whose Python program, in `pids`, does not want to end.
#[cfg(target_os = "linux")]
fn stubborn() -> (Fixture, std::process::Child) {
    let fixture = Fixture::new();
    let python = "\
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: print('no', file=sys.stderr, flush=True))
open('pids', 'w').write(str(os.getpid()))
print('чай')
while True:
    time.sleep(60)
";
    let rust =
        "fn main() { println!(\"чай\"); std::thread::sleep(std::time::Duration::from_secs(60)) }";
    fixture.pair("tasks", "nap", python, rust);
    let mut command = fixture.command(&["run", "nap"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let stdout = child.stdout.as_mut().unwrap();
    read_until(stdout, "чай\n");
    read_until(stdout, "чай\n");
    (fixture, child)
}

#[cfg(target_os = "linux")]
#[test]
fn a_second_ctrl_c_ends_by_force_what_does_not_want_to_end() {
    let (fixture, mut child) = stubborn();
    let tool = Pid::from_child(&child);
    kill_process(tool, Signal::INT).unwrap();
    // It was asked to end, and goes on.
    read_until(child.stdout.as_mut().unwrap(), "no\n");
    kill_process(tool, Signal::INT).unwrap();
    kill_process(tool, Signal::INT).unwrap();
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(130));
    assert_gone(&fixture.read("pids"));
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_backslash_leaves_nothing_behind() {
    let (fixture, child) = stubborn();
    kill_process(Pid::from_child(&child), Signal::QUIT).unwrap();
    finish(child).expect(130, &[]);
    assert_gone(&fixture.read("pids"));
}

#[test]
fn what_judges_fails_though_nobody_reads_it() {
    let fixture = Fixture::with_tea();
    fixture.pair("tasks", "cup", PYTHON, "fn main() {}");
    for (arguments, code) in [
        (&["check"][..], 1),
        (&["check", "tea"], 0),
        (&["check", "--json"], 1),
        // What is not told to its end is not known.
        (&["run", "tea"], 141),
        (&["list"], 0),
    ] {
        let mut command = fixture.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(code), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_the_system_finds_too_large_is_an_error_like_others() {
    let fixture = Fixture::with_tea();
    fixture.run(&["check"]).expect(0, &[]);
    let tool = fixture.command(&[]);
    let mut command = std::process::Command::new("sh");
    // No file may have a single byte; what Cargo has to write is written.
    let script = "ulimit -f 0; exec \"$0\" new kitchen/cup";
    command.args(["-c", script]).arg(tool.get_program()).current_dir(&fixture.root);
    let ran = crate::fixture::run(command);
    ran.expect(3, &[]);
    let line = "can't write examples/kitchen/cup.py: make room: File too large (os error 27)";
    assert_eq!(ran.error(), line);
    assert!(!fixture.root.join("examples/kitchen").exists(), "nothing half-made");
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_in_place_of_a_file_is_named_and_not_waited_for() {
    let fixture = Fixture::with_tea();
    fixture.remove("examples/tasks/tea.py");
    let path = fixture.root.join("examples/tasks/tea.py");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    for command in [&["show", "tea"][..], &["practice", "tea"], &["run", "tea"], &["check"]] {
        fixture.run(command).expect(if command[0] == "check" { 1 } else { 3 }, &["tasks/tea.py"]);
    }
    let fixture = Fixture::with_tea();
    fixture.remove("examples/tasks/tea.toml");
    let path = fixture.root.join("examples/tasks/tea.toml");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    fixture.run(&["check"]).expect(1, &["can't read examples/tasks/tea.toml: it is no file"]);
}

#[test]
fn one_interpreter_named_twice_is_one() {
    let fixture = Fixture::with_tea();
    let ran = fixture.run(&["check", "--python", "python3", "--python", "python3"]);
    ran.expect(0, &["all 2 programs"]);
}

#[test]
fn output_that_is_not_utf8_is_no_question_of_exit_codes() {
    let fixture = Fixture::new();
    let python = "import sys\nsys.stdout.buffer.write(b'\\xff')\n";
    let rust = "fn main() { std::io::Write::write_all(&mut std::io::stdout(), &[255]).unwrap(); }";
    fixture.pair("tasks", "tea", python, rust);
    let ran = fixture.run(&["check"]);
    ran.expect(1, &["the byte 0xff is not UTF-8: print text\n"]);
    assert!(!ran.stdout.contains("exit ="), "{ran}");
}

/// A pair that prints a line, sleeps for two seconds, and prints another one.
fn slow_tea() -> Fixture {
    let fixture = Fixture::new();
    let python = "import time\nprint('чай')\ntime.sleep(2)\nprint('milk')\n";
    let rust = "fn main() { println!(\"чай\"); \
                std::thread::sleep(std::time::Duration::from_secs(2)); println!(\"milk\") }";
    fixture.pair("tasks", "tea", python, rust);
    fixture
}

/// The state of a process as the kernel has it: `T` is stopped.
#[cfg(target_os = "linux")]
fn state(pid: Pid) -> char {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap();
    stat.rsplit(") ").next().unwrap().chars().next().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_z_stops_the_programs_and_the_clock() {
    let fixture = slow_tea();
    let python = "\
import os, time
print('чай')
open('pids', 'w').write(str(os.getpid()))
time.sleep(2)
print('milk')
";
    fixture.write("examples/tasks/tea.py", python);
    let started = Instant::now();
    let mut command = fixture.command(&["run", "tea"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let stdout = child.stdout.as_mut().unwrap();
    read_until(stdout, "чай\n");
    read_until(stdout, "чай\n");
    while fixture.try_read("pids").is_none_or(|text| text.is_empty()) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let tool = Pid::from_child(&child);
    let program = Pid::from_raw(fixture.read("pids").parse().unwrap()).unwrap();
    kill_process(tool, Signal::TSTP).unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while (state(tool), state(program)) != ('T', 'T') {
        assert!(Instant::now() < deadline, "{} {}", state(tool), state(program));
        std::thread::sleep(Duration::from_millis(5));
    }
    let pause = Duration::from_secs(5);
    std::thread::sleep(pause);
    assert_eq!((state(tool), state(program)), ('T', 'T'));
    kill_process(tool, Signal::CONT).unwrap();
    let ran = finish(child);
    let note = "the programs were stopped meanwhile: their times are without the pause";
    ran.expect(0, &["equal, byte for byte: 2 lines", note]);
    // The pause is no time of the program's.
    let time = ran.stdout.split("· Python ").nth(1).unwrap().split(' ').next().unwrap();
    let time = Duration::from_secs_f64(time.parse().unwrap());
    assert!(time + pause <= started.elapsed(), "{ran}");
}

#[test]
fn a_source_that_is_not_utf8_is_told_from_a_missing_one() {
    let fixture = Fixture::with_tea();
    fs::write(fixture.root.join("examples/tasks/tea.py"), b"print('\xff')\n").unwrap();
    let line = "examples/tasks/tea.py is not UTF-8: save it as UTF-8";
    for command in [&["show", "tea"][..], &["practice", "tea"]] {
        let ran = fixture.run(command);
        ran.expect(3, &[]);
        assert_eq!(ran.error(), line);
    }
    fixture.run(&["check"]).expect(1, &["tasks/tea (python", "SyntaxError"]);
    assert!(!fixture.root.join("practice").exists(), "nothing half-made");
}

#[test]
fn a_broken_manifest_stops_every_command() {
    let fixture = Fixture::with_tea();
    fixture.append("examples/Cargo.toml", "[[example\n");
    for command in [
        &["list"][..],
        &["run", "tea"],
        &["show", "tea"],
        &["check"],
        &["watch"],
        &["practice", "tea"],
        &["record"],
        &["steps", "tea"],
        &["new", "tasks/cup"],
        &["pair", "a.py", "b.rs"],
        &["book"],
        &[],
    ] {
        let ran = fixture.run(command);
        ran.expect(3, &[]);
        assert!(ran.error().starts_with("examples/Cargo.toml: line "), "{command:?}: {ran}");
    }
}

#[test]
fn an_unreadable_manifest_is_told_with_its_line() {
    let fixture = Fixture::with_tea();
    fixture.append("examples/Cargo.toml", "[[example]]\nname = 3\n");
    let ran = fixture.run(&["list"]);
    ran.expect(3, &[]);
    assert!(ran.error().starts_with("examples/Cargo.toml: line "), "{ran}");
    assert!(ran.error().contains("invalid type: integer `3`, expected a string"), "{ran}");
}
