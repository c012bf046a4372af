//! `practice`, as a new learner would work through it, with wrong answers on the way.

use std::{
    io::Write,
    process::{Child, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::fixture::{Fixture, PLAIN_PYTHON, PLAIN_RUST, finish, read_until, tea};

fn start(fixture: &Fixture, arguments: &[&str]) -> Child {
    let mut command = fixture.command(&[&["practice"], arguments].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn a_chapter_is_worked_through() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    fixture.pair("tasks", "cup", PLAIN_PYTHON, PLAIN_RUST);
    let mut child = start(&fixture, &["tasks"]);
    let mut keys = child.stdin.take().unwrap();
    let stdout = child.stdout.as_mut().unwrap();
    let begun = read_until(stdout, "a body is still to be written\n");
    assert!(begun.contains("1/2  Tea") && begun.contains("Read practice/given/tea.py"), "{begun}");
    read_until(stdout, "expected `чай`, found nothing\n");
    assert_eq!(fixture.read("practice/given/tea.py"), PLAIN_PYTHON);
    let skeleton = fixture.read("practice/tea.rs");
    assert!(skeleton.contains("fn pour(cup: &str) {\n    todo!()\n}\n"), "{skeleton}");

    // What does not build, and what prints something else.
    fixture.write("practice/tea.rs", "fn main() { broken }\n");
    let shown = read_until(stdout, "it does not build yet\n");
    assert!(shown.contains("error[E0425]"), "{shown}");
    fixture.write("practice/tea.rs", &PLAIN_RUST.replace("\"milk\"", "\"mild\""));
    let shown = read_until(stdout, "line 2, column 4: expected `milk`, found `mild`\n");
    assert!(shown.contains("wanted") && shown.contains(" ≠ mild"), "{shown}");

    // A hint, then the solution.
    keys.write_all(b"h").unwrap();
    read_until(stdout, "How tea is made.\n");
    keys.write_all(b"hh").unwrap();
    read_until(stdout, "no more hints: s shows the solution\n");
    keys.write_all(b"s").unwrap();
    read_until(stdout, PLAIN_RUST);
    fixture.write("practice/tea.rs", PLAIN_RUST);
    let shown = read_until(stdout, "2/2  Tea\n");
    assert!(shown.contains("solved: it prints what its twin prints"), "{shown}");

    // The next one is passed over.
    read_until(stdout, "found nothing\n");
    keys.write_all(b"n").unwrap();
    let ran = finish(child);
    ran.expect(1, &["solved: 1 of 2"]);

    // What was written stays, and is looked at first.
    fixture.write("practice/cup.rs", PLAIN_RUST);
    let child = start(&fixture, &["tasks"]);
    finish(child).expect(0, &["solved: 2 of 2"]);
    assert_eq!(fixture.read("practice/cup.rs"), PLAIN_RUST);
}

#[test]
fn the_other_way_round_the_python_program_is_written() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    let mut child = start(&fixture, &["tea", "--to", "python", "--folder", "my own", "--lang=ru"]);
    let stdout = child.stdout.as_mut().unwrap();
    read_until(stdout, "какое-то тело ещё не написано\n");
    assert_eq!(fixture.read("my own/given/tea.rs"), PLAIN_RUST);
    assert!(
        fixture.read("my own/tea.py").contains("def pour(cup):\n    raise NotImplementedError")
    );
    fixture.write("my own/tea.py", PLAIN_PYTHON);
    read_until(stdout, "решено: 1 из 1\n");
    finish(child).expect(0, &[]);

    // And back in the same folder: what was read is nothing that was written.
    let mut child = start(&fixture, &["tea", "--folder", "my own"]);
    let stdout = child.stdout.as_mut().unwrap();
    read_until(stdout, "a body is still to be written\n");
    fixture.write("my own/tea.rs", PLAIN_RUST);
    read_until(stdout, "solved: 1 of 1\n");
    finish(child).expect(0, &[]);
}

/// Greets whom it is told to, and fails where there is nobody.
const HELLO_PYTHON: &str = "\
import sys


def main():
    names = sys.argv[1:] or sys.stdin.read().split()
    for name in names:
        print(f\"hello {name}\")
    if not names:
        sys.exit(3)


main()
";

const HELLO_RUST: &str = "\
fn main() {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    if names.is_empty() {
        let text = std::io::read_to_string(std::io::stdin()).unwrap();
        names.extend(text.split_whitespace().map(str::to_owned));
    }
    for name in &names {
        println!(\"hello {name}\");
    }
    if names.is_empty() {
        std::process::exit(3);
    }
}
";

/// A pair with three cases, each with what it prints.
fn hello() -> Fixture {
    let fixture = tea(HELLO_PYTHON, HELLO_RUST);
    fixture.remove("examples/tasks/tea.stdout");
    let cases = "[[case]]\nname = 'arguments'\narguments = ['Ann', 'Bo']\n\
                 [[case]]\nname = 'input'\nstdin = 'Cy'\n[[case]]\nname = 'nobody'\nexit = 3\n";
    fixture.append("examples/tasks/tea.toml", cases);
    for (case, text) in
        [("arguments", "hello Ann\nhello Bo\n"), ("input", "hello Cy\n"), ("nobody", "")]
    {
        fixture.write(&format!("examples/tasks/tea.{case}.stdout"), text);
    }
    fixture
}

#[test]
fn a_pair_with_cases_is_solved_in_all_of_them() {
    let fixture = hello();
    fixture.write("practice/tea.rs", &HELLO_RUST.replace("text.split", "text[2..].split"));
    let mut child = start(&fixture, &["tea"]);
    let stdout = child.stdout.as_mut().unwrap();
    let shown = read_until(stdout, "expected `hello Cy`, found nothing\n");
    assert!(shown.contains("case input\n"), "{shown}");
    fixture.write("practice/tea.rs", &HELLO_RUST.replace("exit(3)", "exit(0)"));
    let shown = read_until(stdout, "ended with exit code 0, and 3 is wanted\n");
    assert!(shown.contains("case nobody\n"), "{shown}");
    fixture.write("practice/tea.rs", HELLO_RUST);
    read_until(stdout, "solved: it prints what its twin prints\n");
    finish(child).expect(0, &["solved: 1 of 1"]);

    // And the other way round.
    fixture.write("practice/tea.py", HELLO_PYTHON);
    let child = start(&fixture, &["tea", "--to", "python"]);
    finish(child).expect(0, &["solved: 1 of 1"]);
}

#[test]
#[ignore = "runs programs under gdb: `.ci/run` does, too"]
fn the_same_steps_are_wanted_in_every_case() {
    let fixture = hello();
    let apart = HELLO_RUST.replace("println!(\"hello {name}\")", "greet(name)")
        + "fn greet(name: &str) {\n    println!(\"hello {name}\");\n}\n";
    fixture.write("practice/tea.rs", &apart);
    let mut child = start(&fixture, &["tea", "--steps"]);
    let stdout = child.stdout.as_mut().unwrap();
    let shown = read_until(stdout, "the first ≠ shows where\n");
    assert!(shown.contains("case arguments\n"), "{shown}");
    fixture.write("practice/tea.rs", HELLO_RUST);
    read_until(stdout, "solved: it prints the same and takes the same steps\n");
    finish(child).expect(0, &["solved: 1 of 1"]);
}

#[test]
#[ignore = "runs programs under gdb: `.ci/run` does, too"]
fn the_same_steps_are_wanted_where_they_are_asked_for() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    let all_at_once = "fn main() {\n    println!(\"чай\");\n    println!(\"milk\");\n}\n";
    // Whatever a folder is called.
    fixture.write("my own/tea.rs", all_at_once);
    let mut child = start(&fixture, &["tea", "--steps", "--folder", "my own"]);
    let stdout = child.stdout.as_mut().unwrap();
    let shown = read_until(stdout, "the first ≠ shows where\n");
    assert!(shown.contains("it prints what its twin prints"), "{shown}");
    assert!(shown.contains("pour (1) starts"), "{shown}");
    fixture.write("my own/tea.rs", PLAIN_RUST);
    read_until(stdout, "solved: it prints the same and takes the same steps\n");
    finish(child).expect(0, &["solved: 1 of 1"]);

    // The other way round, from a recording.
    fixture.run(&["record"]).expect(0, &[]);
    fixture.write("other/tea.py", "def main():\n    print('чай\\nmilk')\n\nmain()\n");
    let arguments = ["tea", "--steps", "--to", "python", "--folder", "other"];
    let mut child = start(&fixture, &arguments);
    let stdout = child.stdout.as_mut().unwrap();
    read_until(stdout, "the first ≠ shows where\n");
    fixture.write("other/tea.py", PLAIN_PYTHON);
    read_until(stdout, "takes the same steps\n");
    finish(child).expect(0, &["solved: 1 of 1"]);
}

#[test]
fn without_gdb_the_steps_are_not_to_be_had() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    let ran = fixture.run_with_gdb(&["practice", "tea", "--steps"], "exit 1");
    ran.expect(3, &["apt install gdb"]).error();
    assert!(!fixture.root.join("practice").exists(), "nothing half-made");
}

#[test]
fn a_program_without_end_is_ended_and_the_practice_goes_on() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    fixture.write("practice/tea.rs", "fn main() { loop {} }\n");
    let mut child = start(&fixture, &["tea", "--timeout", "1"]);
    read_until(child.stdout.as_mut().unwrap(), "ran longer than 1 s and was ended");
    fixture.write("practice/tea.rs", PLAIN_RUST);
    read_until(child.stdout.as_mut().unwrap(), "solved: it prints");
    finish(child).expect(0, &[]);
}

#[test]
fn keys_and_saves_count_while_a_program_runs() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    let endless = "fn main() { println!(\"no\"); loop { std::thread::sleep(std::time::Duration::from_millis(9)) } }\n";
    fixture.write("practice/tea.rs", endless);
    let mut child = start(&fixture, &["tea", "--timeout", "500"]);
    let mut keys = child.stdin.take().unwrap();
    let stdout = child.stdout.as_mut().unwrap();
    read_until(stdout, "Ctrl-C ends\n");
    keys.write_all(b"s").unwrap();
    read_until(stdout, PLAIN_RUST);
    fixture.write("practice/tea.rs", PLAIN_RUST);
    read_until(stdout, "solved: it prints");
    finish(child).expect(0, &[]);
    // And passes over it.
    fixture.write("practice/tea.rs", endless);
    let mut child = start(&fixture, &["tea", "--timeout", "500"]);
    child.stdin.take().unwrap().write_all(b"n").unwrap();
    finish(child).expect(1, &["solved: 0 of 1"]);
}

#[test]
fn what_a_program_stands_on_is_beside_it() {
    let python = "from stove import hot\n\ndef main():\n    print(hot())\n\nmain()\n";
    let rust = "mod stove;\nfn main() {\n    println!(\"{}\", stove::hot());\n}\n";
    let fixture = tea(python, rust);
    fixture.write("examples/tasks/tea.stdout", "tea\n");
    fixture.write("examples/tasks/stove.py", "def hot():\n    return 'tea'\n");
    fixture.write("examples/tasks/stove.rs", "pub fn hot() -> &'static str { \"tea\" }\n");
    fixture.write("practice/tea.py", python);
    fixture.write("practice/tea.rs", rust);
    for to in ["python", "rust"] {
        let child = start(&fixture, &["tea", "--to", to]);
        finish(child).expect(0, &["solved: 1 of 1"]);
    }
}

#[test]
fn ctrl_c_ends_the_practice() {
    let fixture = tea(PLAIN_PYTHON, PLAIN_RUST);
    let mut child = start(&fixture, &["tea"]);
    read_until(child.stdout.as_mut().unwrap(), "found nothing\n");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    finish(child).expect(130, &[]);
    fixture.run(&["practice", "no"]).expect(2, &["no pair `no`"]);
}
