//! Three projects made from nothing, as a speaker, a porter and a teacher would: the commands that they
//! type, in their order.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Stdio},
};

use crate::fixture::{Ran, finish, read_until, run, twins};

/// A folder outside any project, with a space and Cyrillic in its name.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::Builder::new().prefix("мои пары ").tempdir().unwrap())
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    #[track_caller]
    fn run(&self, arguments: &[&str]) -> Ran {
        run(twins(self.0.path(), arguments))
    }

    fn start(&self, arguments: &[&str]) -> Child {
        let mut command = twins(self.0.path(), arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[track_caller]
    fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from:?}");
        self.write(path, &text.replacen(from, to, 1));
    }
}

/// On tokio: the first pair, one of the speaker's own, its steps, live coding, the page to step through.
#[test]
#[ignore = "builds tokio, which has to be fetched once, and runs programs under gdb: `.ci/run` does, too"]
fn a_speaker_on_tokio() {
    let folder = Folder::new();
    folder.run(&["init", "--runtime", "tokio"]).expect(0, &["made; next"]);
    folder.run(&[]).expect(0, &["first/kettle", "equal, byte for byte"]);
    folder.run(&["new", "stage/relay"]).expect(0, &["examples/stage/relay.rs"]);
    let python = "\
\"\"\"Two runners, a baton.\"\"\"

import asyncio


async def run_leg(name, seconds):
    print(f\"{name}: runs\")
    await asyncio.sleep(seconds)
    print(f\"{name}: hands over\")


async def main():
    await run_leg(\"ann\", 0.1)
    await run_leg(\"bob\", 0.1)
    print(\"done\")


asyncio.run(main())
";
    let rust = "\
//! Two runners, a baton.

use std::time::Duration;

use tokio::time::sleep;

async fn run_leg(name: &str, seconds: f64) {
    println!(\"{name}: runs\");
    sleep(Duration::from_secs_f64(seconds)).await;
    println!(\"{name}: hands over\");
}

#[tokio::main(flavor = \"current_thread\")]
async fn main() {
    run_leg(\"ann\", 0.1).await;
    run_leg(\"bob\", 0.1).await;
    println!(\"done\");
}
";
    folder.write("examples/stage/relay.py", python);
    folder.write("examples/stage/relay.rs", rust);
    folder.run(&["check", "relay", "--bless"]).expect(0, &["all 2 programs"]);
    folder.run(&["check"]).expect(0, &["steps are not judged: nothing is recorded"]);
    folder.run(&["record"]).expect(0, &["4 programs recorded"]);
    let ran = folder.run(&["steps", "relay"]);
    ran.expect(0, &["run_leg (2) suspends", "run_leg (2) prints: bob: hands over", "equal:"]);
    folder.run(&["check"]).expect(0, &["steps", "all 4 programs are as they should be"]);

    let mut child = folder.start(&["watch", "relay"]);
    let stdout = child.stdout.as_mut().unwrap();
    read_until(stdout, "equal: 5 lines\n");
    folder.replace("examples/stage/relay.rs", "run_leg(\"bob\"", "run_leg(\"bop\"");
    read_until(stdout, "Python prints `bob: runs`, Rust prints `bop: runs`\n");
    folder.replace("examples/stage/relay.rs", "run_leg(\"bop\"", "run_leg(\"bob\"");
    read_until(stdout, "equal: 5 lines\n");
    let tool = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(tool, rustix::process::Signal::INT).unwrap();
    finish(child).expect(130, &[]);

    folder.write("talk.toml", "title = 'Batons'\n[[part]]\npair = 'relay'\n");
    let ran = folder.run(&["book", "--talk", "talk.toml"]);
    ran.expect(0, &["target/twins.html"]);
    let page = folder.read("target/twins.html");
    assert!(page.contains("relay") && page.contains("Batons"), "the page has the talk");
}

/// Python that is there already, with a module beside it and a package from PyPI; a port that is not
/// quite right at first.
#[test]
#[ignore = "fetches a package from PyPI, and runs programs under gdb: `.ci/run` does, too"]
fn a_porter_of_existing_programs() {
    let folder = Folder::new();
    folder.run(&["init"]).expect(0, &[]);
    let python = "\
import sys

from tabulate import tabulate

import stock


def price(name, count):
    each = stock.EACH[name]
    if count >= 10:
        return count * each - 10
    return count * each


def main():
    orders = [line.split() for line in sys.stdin]
    if not orders:
        print('no orders', file=sys.stderr)
        print('nothing')
        sys.exit(2)
    rows = []
    for name, count in orders:
        rows.append((name, price(name, int(count))))
    print(tabulate(rows, tablefmt='plain'))
    print('run', hex(id(rows)))


main()
";
    folder.write("legacy/Order-Totals.py", python);
    folder.write("legacy/stock.py", "EACH = {'tea': 3, 'cake': 20}\n");
    let rust = "\
use std::io::{Lines, StdinLock};

fn price(name: &str, count: i32) -> i32 {
    let each = if name == \"tea\" { 3 } else { 20 };
    if count > 10 {
        return count * each - 10;
    }
    count * each
}

fn read(lines: Lines<StdinLock<'_>>) -> Vec<String> {
    lines.map(|line| line.unwrap()).collect()
}

fn main() {
    let orders = read(std::io::stdin().lines());
    if orders.is_empty() {
        println!(\"nothing\");
        std::process::exit(2);
    }
    let mut rows = Vec::new();
    for order in &orders {
        let (name, count) = order.split_once(' ').unwrap();
        rows.push((name, price(name, count.parse().unwrap())));
    }
    let widths = [
        rows.iter().map(|(name, _)| name.len()).max().unwrap(),
        rows.iter().map(|(_, price)| price.to_string().len()).max().unwrap(),
    ];
    for (name, price) in &rows {
        println!(\"{name:<0$}  {price:>1$}\", widths[0], widths[1]);
    }
    println!(\"run {:p}\", &rows);
}
";
    folder.write("port/src/main.rs", rust);
    let ran = folder.run(&["pair", "legacy/Order-Totals.py", "port/src/main.rs"]);
    ran.expect(0, &["ported/order_totals: next, `cargo twins check order_totals --bless`"]);
    let notes = "\
requirements = ['tabulate==0.9.0']
[[filter]]
name = 'address'
pattern = '0x[0-9a-f]+'
[[case]]
name = 'small'
stdin = \"tea 2\\ncake 1\\n\"
[[case]]
name = 'large'
stdin = \"tea 10\\ncake 12\\n\"
[[case]]
name = 'none'
exit = 2
";
    folder.write("examples/ported/order_totals.toml", notes);
    let ran = folder.run(&["check", "order_totals", "--bless"]);
    ran.expect(1, &["installing tabulate==0.9.0 into", "order_totals", "large"]);
    // The Python is right: `>=`.
    folder.replace("port/src/main.rs", "count > 10", "count >= 10");
    folder.run(&["check", "order_totals", "--bless"]).expect(0, &["all 6 programs"]);
    folder.run(&["check"]).expect(0, &["equal after 1 filter", "all 8 programs"]);
    assert_eq!(folder.read("examples/ported/order_totals.none.stdout"), "nothing\n");

    // Output alone hides that one function more runs.
    folder.run(&["record", "order_totals"]).expect(0, &["6 programs recorded"]);
    let ran = folder.run(&["check"]);
    ran.expect(1, &["ported/order_totals.large, steps: in Python", "in Rust `read` starts"]);
    folder.replace("port/src/main.rs", "read(std::io::stdin().lines());", READ);
    let unused = "fn read(lines: Lines<StdinLock<'_>>) -> Vec<String> {\n    \
                  lines.map(|line| line.unwrap()).collect()\n}\n\n";
    folder.replace("port/src/main.rs", unused, "");
    folder.replace("port/src/main.rs", "use std::io::{Lines, StdinLock};\n\n", "");
    folder.run(&["check"]).expect(1, &["outdated"]);
    folder
        .run(&["record", "order_totals"])
        .expect(0, &["wrote recordings/ported/order_totals.large"]);
    let ran = folder.run(&["check"]);
    ran.expect(0, &["steps are not judged: first/kettle", "all 8 programs"]);
    folder.run(&["steps", "order_totals", "--case", "none"]).expect(0, &["main returns", "equal:"]);
    folder.run(&["record", "--check", "order_totals"]).expect(0, &["all 6 programs take"]);
    // For the team's CI.
    let report: serde_json::Value =
        serde_json::from_str(&folder.run(&["check", "--json"]).stdout).unwrap();
    assert_eq!(report["steps"].as_array().unwrap().len(), 3, "{report}");
}

const READ: &str = "std::io::stdin().lines().map(|line| line.unwrap()).collect::<Vec<String>>();";

/// A chapter of exercises; a learner who gets some of them wrong, and stops in between.
#[test]
fn a_teacher_and_a_learner() {
    let folder = Folder::new();
    folder.run(&["init", "--runtime", "threads"]).expect(0, &[]);
    for (name, python, rust) in [("greet", GREET.0, GREET.1), ("sum_up", SUM_UP.0, SUM_UP.1)] {
        folder.run(&["new", &format!("loops/{name}")]).expect(0, &[]);
        folder.write(&format!("examples/loops/{name}.py"), python);
        folder.write(&format!("examples/loops/{name}.rs"), rust);
    }
    folder.write(
        "examples/loops/sum_up.toml",
        "[lesson]\nen = 'A loop that adds.'\n[[differences]]\nen = 'Rust says what it adds.'\n",
    );
    folder.run(&["check", "loops", "--bless"]).expect(0, &["all 4 programs"]);

    let mut child = folder.start(&["practice", "loops", "--folder", "Анна"]);
    let mut keys = child.stdin.take().unwrap();
    let stdout = child.stdout.as_mut().unwrap();
    read_until(stdout, "1/2  greet\n");
    read_until(stdout, "a body is still to be written\n");
    read_until(stdout, "found nothing\n");
    // A wrong answer, one that does not build, one that fails; then the right one.
    let own = "Анна/greet.rs";
    assert!(folder.read(own).contains("fn greet(name: &str) {\n    todo!()\n}"));
    folder.write(own, &GREET.1.replace("hello", "hallo"));
    read_until(stdout, "expected `hello, ann`, found `hallo, ann`\n");
    folder.write(own, &GREET.1.replace("name: &str", "name: &String"));
    let shown = read_until(stdout, "it does not build yet\n");
    assert!(shown.contains("error[E0308]"), "{shown}");
    folder.write(own, &GREET.1.replace("greet(name);", "greet(name); std::process::exit(4);"));
    let shown = read_until(stdout, "expected `hello, bob`, found nothing\n");
    assert!(shown.contains("Rust ended with exit code 4"), "{shown}");
    folder.write(own, GREET.1);
    read_until(stdout, "solved: it prints what its twin prints\n");
    // The next one: two hints do not help, the solution does; but first a break.
    read_until(stdout, "2/2  sum up\n");
    read_until(stdout, "found nothing\n");
    keys.write_all(b"hh").unwrap();
    read_until(stdout, "A loop that adds.\n");
    read_until(stdout, "Rust says what it adds.\n");
    keys.write_all(b"s").unwrap();
    read_until(stdout, SUM_UP.1);
    let half = SUM_UP.1.replace("1..=count", "1..count");
    folder.write("Анна/sum_up.rs", &half);
    read_until(stdout, "expected `10`, found `6`\n");
    let tool = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(tool, rustix::process::Signal::INT).unwrap();
    finish(child).expect(130, &[]);

    // Nothing of the learner's is lost; what is solved stays solved.
    assert_eq!(folder.read("Анна/sum_up.rs"), half);
    let mut child = folder.start(&["practice", "loops", "--folder", "Анна", "--lang", "ru"]);
    let stdout = child.stdout.as_mut().unwrap();
    read_until(stdout, "решено: печатает то же, что близнец\n");
    read_until(stdout, "2/2  sum up\n");
    folder.write("Анна/sum_up.rs", SUM_UP.1);
    read_until(stdout, "решено: 2 из 2\n");
    finish(child).expect(0, &[]);
    assert!(Path::new(&folder.path("examples/loops/greet.rs")).is_file());
}

const GREET: (&str, &str) = (
    "def greet(name):\n    print(f'hello, {name}')\n\n\ndef main():\n    for name in ['ann', 'bob']:\n        greet(name)\n\n\nmain()\n",
    "fn greet(name: &str) {\n    println!(\"hello, {name}\");\n}\n\nfn main() {\n    for name in [\"ann\", \"bob\"] {\n        greet(name);\n    }\n}\n",
);

const SUM_UP: (&str, &str) = (
    "def sum_up(count):\n    total = 0\n    for number in range(1, count + 1):\n        total += number\n    return total\n\n\ndef main():\n    print(sum_up(4))\n\n\nmain()\n",
    "fn sum_up(count: i32) -> i32 {\n    let mut total = 0;\n    for number in 1..=count {\n        total += number;\n    }\n    total\n}\n\nfn main() {\n    println!(\"{}\", sum_up(4));\n}\n",
);
