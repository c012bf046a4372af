//! `watch`: what a save brings about.

use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use crate::fixture::{Fixture, PYTHON, RUST, finish, read_until};

#[cfg(target_os = "linux")]
#[test]
fn each_save_shows_where_the_outputs_part() {
    let fixture = Fixture::with_tea();
    let mut command = fixture.command(&["watch", "tea"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let tool = Pid::from_child(&child);
    let stdout = child.stdout.as_mut().unwrap();
    read_until(stdout, "equal: 2 lines\n");
    fixture.write("examples/tasks/tea.rs", &RUST.replace("milk", "mild"));
    let shown = read_until(stdout, "Python prints `milk`, Rust prints `mild`\n");
    assert!(shown.contains(" ≠ mild"), "{shown}");
    // What does not build waits for the next save; so does what fails.
    fixture.write("examples/tasks/tea.rs", "fn main() { broken }\n");
    read_until(stdout, "tasks/tea: does not build\n");
    fixture.write("examples/tasks/tea.rs", RUST);
    fixture.write("examples/tasks/tea.py", "print('чай')\nraise ValueError('cold')\n");
    let shown = read_until(stdout, "Python ended with exit code 1\n");
    assert!(shown.contains("ValueError: cold"), "{shown}");
    // A program that runs is stopped by a save.
    fixture.write("examples/tasks/tea.py", "import time\ntime.sleep(60)\n");
    while !is_asleep(tool) {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    fixture.write("examples/tasks/tea.py", "print('чай\\nmilk')\n");
    read_until(stdout, "equal: 2 lines\n");
    kill_process(tool, Signal::INT).unwrap();
    finish(child).expect(130, &[]);
}

#[test]
fn a_case_that_is_named_is_watched() {
    let fixture = Fixture::with_tea();
    fixture.append(
        "examples/tasks/tea.toml",
        "[[case]]\nname = 'no'\n[[case]]\nname = 'milk'\narguments = ['milk']\n",
    );
    fixture.write("examples/tasks/tea.py", "import sys\nprint(*sys.argv[1:])\n");
    let rust = |end: &str| {
        format!("fn main() {{ println!(\"{{}}{end}\", std::env::args().nth(1).unwrap()); }}")
    };
    fixture.write("examples/tasks/tea.rs", &rust("."));
    let mut command = fixture.command(&["watch", "tea", "--case", "milk"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let stdout = child.stdout.as_mut().unwrap();
    read_until(stdout, "Python prints `milk`, Rust prints `milk.`\n");
    fixture.write("examples/tasks/tea.rs", &rust(""));
    read_until(stdout, "equal: 1 line\n");
    // The case may go away for a moment.
    fixture.replace("examples/tasks/tea.toml", "'milk'", "'cream'");
    read_until(stdout, "tea has no case `milk`: it has no, cream\n");
    fixture.replace("examples/tasks/tea.toml", "'cream'", "'milk'");
    read_until(stdout, "equal: 1 line\n");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    finish(child).expect(130, &[]);
}

#[cfg(target_os = "linux")]
/// Whether the tool has started a Python program.
fn is_asleep(tool: Pid) -> bool {
    let children = format!("/proc/{}/task", tool.as_raw_nonzero());
    let tasks = std::fs::read_dir(children).unwrap();
    tasks.filter_map(Result::ok).any(|task| {
        let children = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        children.split_whitespace().any(|pid| {
            let command = std::fs::read_to_string(format!("/proc/{pid}/cmdline"));
            command.is_ok_and(|command| command.contains("tea.py"))
        })
    })
}

#[test]
fn a_module_beside_the_programs_is_watched_and_what_is_missing_is_told() {
    let fixture = Fixture::with_tea();
    fixture.write("examples/tasks/tea.py", "from stove import hot\nprint(hot())\n");
    fixture.write("examples/tasks/stove.py", "def hot():\n    return 'tea'\n");
    fixture.write("examples/src/lib.rs", "pub fn hot() -> &'static str { \"tea\" }\n");
    fixture.write("examples/tasks/tea.rs", "fn main() { println!(\"{}\", fixture::hot()); }");
    let mut command = fixture.command(&["watch", "tea"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let stdout = child.stdout.as_mut().unwrap();
    read_until(stdout, "equal: 1 line\n");
    fixture.replace("examples/tasks/stove.py", "tea", "cake");
    read_until(stdout, "Python prints `cake`, Rust prints `tea`\n");
    fixture.replace("examples/src/lib.rs", "\"tea\"", "\"cake\"");
    read_until(stdout, "equal: 1 line\n");
    // Notes that can't be read, a command that is not there, a file that is gone: each waits for the
    // next save.
    let notes = fixture.read("examples/tasks/tea.toml");
    fixture.append("examples/tasks/tea.toml", "[[case]]\nnam = 'x'\n");
    read_until(stdout, "unknown field `nam`");
    let need = "[[needs]]\ncommand = 'no-such-stove'\ninstall = 'a shop'\n";
    fixture.write("examples/tasks/tea.toml", &(notes.clone() + need));
    read_until(stdout, "tea needs no-such-stove (`a shop`)\n");
    fixture.write("examples/tasks/tea.toml", &notes);
    read_until(stdout, "equal: 1 line\n");
    let program = fixture.read("examples/tasks/tea.py");
    fixture.remove("examples/tasks/tea.py");
    read_until(stdout, "waiting for examples/tasks/tea.py\n");
    fixture.write("examples/tasks/tea.py", &program);
    read_until(stdout, "equal: 1 line\n");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    finish(child).expect(130, &[]);
}

#[test]
fn without_a_name_the_first_save_chooses() {
    let fixture = Fixture::with_tea();
    let mut command = fixture.command(&["watch"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let stdout = child.stdout.as_mut().unwrap();
    read_until(stdout, "watching 1 pair: save one of its programs (Ctrl-C ends)\n");
    fixture.append("examples/tasks/tea.py", "print('more')\n");
    let shown = read_until(stdout, "Rust prints nothing\n");
    assert!(shown.contains("more"), "{shown}");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    finish(child).expect(130, &[]);
}

#[test]
fn of_several_one_that_is_gone_does_not_stop_the_others_and_new_ones_are_seen() {
    let fixture = Fixture::with_tea();
    fixture.pair("tasks", "cup", "print('cup')\n", "fn main() { println!(\"cup\"); }\n");
    let mut command = fixture.command(&["watch"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let stdout = child.stdout.as_mut().unwrap();
    read_until(stdout, "watching 2 pairs");
    fixture.remove("examples/tasks/cup.py");
    read_until(stdout, "waiting for examples/tasks/cup.py\n");
    fixture.append("examples/tasks/tea.py", "print('more')\n");
    read_until(stdout, "Rust prints nothing\n");
    fixture.write("examples/tasks/cup.py", "print('cap')\n");
    read_until(stdout, "Python prints `cap`, Rust prints `cup`\n");
    // A manifest that can't be read waits for the next save, too.
    let manifest = fixture.read("examples/Cargo.toml");
    fixture.append("examples/Cargo.toml", "[[exam\n");
    read_until(stdout, "examples/Cargo.toml: line ");
    fixture.write("examples/Cargo.toml", &manifest);
    read_until(stdout, "watching 2 pairs");
    fixture.pair("tasks", "pot", PYTHON, RUST);
    read_until(stdout, "watching 3 pairs");
    fixture.append("examples/tasks/pot.py", "print('lid')\n");
    read_until(stdout, "Python prints `lid`, Rust prints nothing\n");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    finish(child).expect(130, &[]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_save_ends_programs_that_print_without_pause() {
    let fixture = Fixture::with_tea();
    let python = "import time\nwhile True:\n    print('tick', flush=True)\n    time.sleep(0.01)\n";
    fixture.write("examples/tasks/tea.py", python);
    let mut command = fixture.command(&["watch", "tea", "--timeout", "500"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Not before it runs.
    while !is_asleep(Pid::from_child(&child)) {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    fixture.write("examples/tasks/tea.py", PYTHON);
    read_until(child.stdout.as_mut().unwrap(), "equal: 2 lines\n");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    finish(child).expect(130, &[]);
}

#[test]
fn shared_sources_are_watched_wherever_cargo_builds() {
    let fixture = Fixture::with_tea();
    fixture.write(".cargo/config.toml", "[build]\ntarget-dir = 'out'\n");
    fixture.write("examples/src/lib.rs", "pub const HOT: &str = \"tea\";\n");
    fixture.write("examples/tasks/tea.py", "print('tea')\n");
    fixture.write("examples/tasks/tea.rs", "fn main() { println!(\"{}\", fixture::HOT); }");
    let mut command = fixture.command(&["watch", "tea"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let stdout = child.stdout.as_mut().unwrap();
    read_until(stdout, "equal: 1 line\n");
    fixture.replace("examples/src/lib.rs", "tea", "cake");
    read_until(stdout, "Python prints `tea`, Rust prints `cake`\n");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    finish(child).expect(130, &[]);
}
