//! What `list`, `run`, `show` and `check` print when all is well.

use serde_json::Value;

use crate::fixture::{Fixture, PYTHON, RUST, STDOUT, run};

#[test]
fn check_ends_in_a_table() {
    let fixture = Fixture::with_tea();
    fixture.variant("tasks", "tea_by_hand", RUST);
    let ran = fixture.run(&["check"]);
    ran.expect(0, &["all 3 programs are as they should be"]);
    let rows: Vec<Vec<&str>> =
        ran.stdout.lines().take(4).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["pair", "variant", "verdict", "seconds"]);
    assert_eq!((rows[1][0], rows[1][1], rows[1][3]), ("tasks/tea", "python", "equal"));
    assert_eq!(rows[2][..2], ["rust", "equal"]);
    assert_eq!(rows[3][..2], ["by_hand", "equal"]);
}

#[test]
fn what_is_wrong_stands_last_and_is_named_in_the_last_line() {
    let fixture = Fixture::new();
    fixture.pair("tasks", "cup", "print('cold')\n", RUST);
    fixture.pair("tasks", "tea", PYTHON, RUST);
    let ran = fixture.run(&["check"]);
    ran.expect(1, &[]);
    let at = |text: &str| ran.stdout.find(text).unwrap_or_else(|| panic!("no {text:?}: {ran}"));
    assert!(at("tasks/tea ") < at("tasks/cup "), "{ran}");
    assert!(at("tasks/cup ") < at("tasks/cup, python"), "{ran}");
    let last = ran.stdout.lines().last().unwrap();
    assert!(last.starts_with("1 of 4 programs wrong, 0 other errors (rustc "), "{ran}");
    assert!(
        last.ends_with("): tasks/cup (python 3.11.7)") || last.contains("): tasks/cup (python ")
    );
    for number in 0..9 {
        fixture.pair("tasks", &format!("cup{number}"), "print('cold')\n", RUST);
    }
    let ran = fixture.run(&["check", "--lang=ru"]);
    let last = ran.stdout.lines().last().unwrap();
    assert!(last.contains("неверных программ: 10 из 22") && last.ends_with(" и ещё 2"), "{ran}");
}

#[test]
fn the_version_is_told() {
    let ran = Fixture::new().run(&["--version"]);
    ran.expect(0, &[]);
    assert_eq!(ran.stdout, format!("cargo twins {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn run_takes_a_chapter() {
    let fixture = Fixture::with_tea();
    fixture.pair("tasks", "cup", PYTHON, RUST);
    let ran = fixture.run(&["run", "tasks"]);
    ran.expect(0, &["1/2  tasks/tea", "2/2  tasks/cup"]);
}

#[test]
fn what_is_not_compared_is_told() {
    let fixture = Fixture::with_tea();
    let python = format!("import sys\n{PYTHON}print('a\\nb', file=sys.stderr)\n");
    fixture.write("examples/tasks/tea.py", &python);
    let line = "Python also wrote 2 lines to standard error, in yellow: not compared";
    fixture.run(&["run", "tea"]).expect(0, &["equal, byte for byte", line]);
    fixture.run(&["run", "tea", "--lang=ru"]).expect(0, &["(2 строки): это не сравнивается"]);
}

#[test]
fn russian_writes_a_comma_in_its_numbers() {
    let fixture = Fixture::with_tea();
    fixture.replace("examples/tasks/tea.toml", "seconds = 0", "seconds = 0.5");
    let python = "import time\ntime.sleep(0.5)\nprint('чай\\nmilk')\n";
    fixture.write("examples/tasks/tea.py", python);
    fixture.run(&["list", "--lang=ru"]).expect(0, &[" 0,5 с"]);
    fixture.run(&["list"]).expect(0, &[" 0.5 s"]);
    let ran = fixture.run(&["run", "tea", "--lang=ru"]);
    assert!(ran.stdout.contains("Python 0,") && !ran.stdout.contains(" 0."), "{ran}");
    let ran = fixture.run(&["check", "--lang=ru"]);
    assert!(ran.stdout.contains("  0,"), "{ran}");
}

#[test]
fn check_speaks_russian_and_json() {
    let fixture = Fixture::with_tea();
    fixture.run(&["check", "--lang", "ru"]).expect(0, &["вердикт", "совпадает"]);
    let ran = fixture.run(&["check", "--json"]);
    ran.expect(0, &[]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["good"], true);
    assert_eq!(report["programs"][1]["variant"], "rust");
    assert_eq!(report["programs"][1]["verdict"], "equal");
    assert!(report["programs"][1]["seconds"].is_f64());
    // What differs is in the object, too, and the exit code stays.
    fixture.write("examples/tasks/tea.stdout", "coffee\n");
    let ran = fixture.run(&["check", "--json"]);
    ran.expect(1, &[]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["programs"][0]["verdict"], "differs");
    assert!(report["programs"][0]["why"].as_str().unwrap().starts_with("line 1, column 1"));
}

#[test]
fn check_takes_pairs_chapters_and_several_interpreters() {
    let fixture = Fixture::with_tea();
    fixture.pair("kitchen", "cup", PYTHON, RUST);
    // One that says that it is another one.
    let answer = "*version_info*) echo CPython 3.99.0; echo \"$0\"";
    let script = format!("case \"$*\" in {answer};; *) exec python3 \"$@\";; esac");
    let other = fixture.script("other-python", &script);
    let ran = fixture.run(&["check", "kitchen", "--python", "python3", "--python", &other]);
    ran.expect(0, &["kitchen/cup", "python 3.99.0", "all 3 programs"]);
    assert!(!ran.stdout.contains("tea"), "{ran}");
    // Two of one version could not be told apart.
    let twin = fixture.script("twin-python", &script);
    let ran = fixture.run(&["check", "--python", &other, "--python", &twin]);
    ran.expect(3, &["are both CPython 3.99.0: name one of them"]).error();
    // A pair that is named twice runs once.
    fixture.run(&["check", "kitchen", "kitchen", "cup"]).expect(0, &["all 2 programs"]);
    fixture.run(&["check", "examples/tasks/tea.py"]).expect(0, &["tasks/tea", "all 2 programs"]);
}

#[test]
fn an_interpreter_that_prints_something_else_is_found_among_several() {
    let fixture = Fixture::with_tea();
    // It answers as a CPython and then prints one line less.
    let odd = fixture
        .script("python", "case $1 in -c) echo CPython 3.99.0; echo $0;; *) echo чай;; esac");
    let ran = fixture.run(&["check", "--python", "python3", "--python", &odd]);
    ran.expect(1, &["tasks/tea, python 3.99.0: line 2, column 1: expected `milk`, found nothing"]);
    assert_eq!(ran.stdout.matches("equal").count(), 2, "{ran}");
}

/// Prints its lines in another order the first time, and fails if another one runs beside it later.
const LATE: &str = "\
import os, sys, time
mark = __file__ + '.ran'
if os.path.exists(mark):
    os.mkdir('alone')
    time.sleep(0.2)
    print('чай\\nmilk')
    os.rmdir('alone')
else:
    open(mark, 'w').close()
    print('milk\\nчай')
";

#[test]
fn a_program_that_was_late_runs_once_more_alone_and_the_report_says_so() {
    let late = || {
        let fixture = Fixture::with_tea();
        fixture.pair("tasks", "cup", LATE, RUST);
        fixture.pair("tasks", "pot", LATE, RUST);
        fixture
    };
    let why = "in its first run: line 1, column 1: expected `чай`, found `milk`";
    let ran = late().run(&["check"]);
    ran.expect(0, &[why, "all 6 programs", "2 of them only in a second run"]);
    assert_eq!(ran.stdout.matches("equal, run twice").count(), 2, "{ran}");
    assert_eq!(ran.stdout.matches("equal").count(), 6, "{ran}");
    late()
        .run(&["check", "--lang=ru"])
        .expect(0, &["совпадает, два запуска", "при первом запуске"]);

    let ran = late().run(&["check", "--json"]);
    ran.expect(0, &[]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let programs = report["programs"].as_array().unwrap();
    let first = |pair: &str, variant: &str| {
        let is = |p: &&Value| p["pair"] == pair && p["variant"].as_str().unwrap().contains(variant);
        programs.iter().find(is).unwrap()["first_run"].as_str()
    };
    assert!(first("pot", "python").unwrap().contains("found `milk`"), "{ran}");
    assert_eq!((first("pot", "rust"), first("tea", "python")), (None, None), "{ran}");
    assert_eq!((&programs[0]["verdict"], &report["good"]), (&"equal".into(), &true.into()));
}

#[test]
fn a_program_that_fails_in_its_first_run_may_have_missed_a_deadline() {
    let fixture = Fixture::with_tea();
    let fails = "else:\n    open(mark, 'w').close()\n    raise TimeoutError\n";
    let python = LATE.split("else").next().unwrap().to_owned() + fails;
    fixture.write("examples/tasks/tea.py", &python);
    fixture.run(&["check"]).expect(0, &["in its first run: ended with exit code 1", "run twice"]);
}

#[test]
fn a_difference_that_comes_again_fails_with_the_second_run() {
    let fixture = Fixture::with_tea();
    let counts = "\
with open(__file__ + '.ran', 'a+') as ran:
    print('x', file=ran, flush=True)
    ran.seek(0)
    print('чай', len(ran.readlines()))
";
    fixture.write("examples/tasks/tea.py", counts);
    let ran = fixture.run(&["check"]);
    ran.expect(1, &["found `чай 2`", "differs, run twice", "1 of 2 programs wrong"]);
    assert!(!ran.stdout.contains("чай 1") && !ran.stdout.contains("in a second run"), "{ran}");
    // What is recorded comes from runs beside each other: nothing runs twice for it.
    fixture.remove("examples/tasks/tea.py.ran");
    fixture.run(&["check", "--bless"]).expect(1, &["not blessed", "found `чай 1`"]);
}

#[test]
fn bless_records_what_all_print_alike() {
    let fixture = Fixture::with_tea();
    fixture.write("examples/tasks/tea.stdout", "old\n");
    fixture.run(&["check", "--bless"]).expect(0, &["wrote examples/tasks/tea.stdout"]);
    assert_eq!(fixture.read("examples/tasks/tea.stdout"), STDOUT);
    fixture.remove("examples/tasks/tea.stdout");
    fixture.run(&["check", "tea", "--bless"]).expect(0, &["wrote examples/tasks/tea.stdout"]);
    assert_eq!(fixture.read("examples/tasks/tea.stdout"), STDOUT);
    let ran = fixture.run(&["check", "--bless"]);
    ran.expect(0, &[]);
    assert!(!ran.stdout.contains("wrote"), "what is right is not written again: {ran}");
}

const MUST_FAIL: &str = "fn main() { let cup = String::new(); drop(cup); drop(cup); }";

#[test]
fn a_compile_fail_variant_must_fail_with_its_code() {
    let fixture = Fixture::with_tea();
    let path = "examples/tasks/tea_compile_fail.rs";
    fixture.write(path, MUST_FAIL);
    fixture.append("examples/tasks/tea.toml", "[compile_fail]\ncode = 'E0382'\n");
    let missing = "no examples/tasks/tea_compile_fail.stderr: `cargo twins check --bless` writes";
    fixture.run(&["check"]).expect(1, &["refused, E0382", missing]);
    fixture.run(&["check", "--bless"]).expect(0, &["wrote examples/tasks/tea_compile_fail.stderr"]);
    assert!(fixture.read("examples/tasks/tea_compile_fail.stderr").contains("error[E0382]"));
    fixture.run(&["check"]).expect(0, &["refused, E0382"]);
    fixture.run(&["show", "tea_compile_fail"]).expect(0, &["drop(cup)", "error[E0382]"]);
    fixture.run(&["run", "tea_compile_fail"]).expect(0, &["error[E0382]"]);

    fixture.replace("examples/tasks/tea.toml", "E0382", "E0505");
    fixture.run(&["check"]).expect(1, &["expected E0505, found E0382", "other error"]);
    fixture.write(path, RUST);
    fixture.run(&["check"]).expect(1, &["the compiler accepts it"]);
    // What was recorded stays: there is no message to take its place.
    let refused = "tea_compile_fail: not blessed: compiles";
    fixture.run(&["check", "--bless"]).expect(1, &[refused, "nothing was written"]);
    assert!(fixture.read("examples/tasks/tea_compile_fail.stderr").contains("error[E0382]"));
    fixture.remove(path);
    fixture
        .run(&["check"])
        .expect(1, &["there is no _compile_fail variant", "belongs to no program"]);
}

#[test]
fn an_error_that_has_no_code_is_known_by_its_message() {
    let fixture = Fixture::with_tea();
    let shares = "\
        fn send(_: impl Send) {}
        async fn pour(cup: std::rc::Rc<u8>) { std::future::ready(()).await; drop(cup); }
        fn main() { send(pour(std::rc::Rc::new(1))); }";
    fixture.write("examples/tasks/tea_compile_fail.rs", shares);
    let code = "[compile_fail]\ncode = 'future cannot be sent between threads safely'\n";
    fixture.append("examples/tasks/tea.toml", code);
    fixture.run(&["check", "--bless"]).expect(0, &["refused"]);
    fixture.replace("examples/tasks/tea.toml", "between threads", "by post");
    let found = "expected future cannot be sent by post safely, found future cannot be sent between threads safely";
    fixture.run(&["check"]).expect(1, &[found]);
}

/// Why `tea_deadlock` prints what its pair doesn't.
const BY_DESIGN: &str = "[by_design.deadlock]\nen = 'Nobody pours.'\nru = 'Никто не наливает.'\n";

#[test]
fn a_variant_may_differ_by_design() {
    let fixture = Fixture::with_tea();
    fixture.variant("tasks", "tea_deadlock", "fn main() { println!(\"nobody\"); }\n");
    fixture.run(&["check"]).expect(1, &["tasks/tea, deadlock", "make the twins print the same"]);
    fixture.append("examples/tasks/tea.toml", BY_DESIGN);
    fixture.run(&["check"]).expect(1, &["nothing is recorded: `cargo twins check tea --bless`"]);
    fixture.run(&["check", "--bless"]).expect(0, &["wrote examples/tasks/tea_deadlock.stdout"]);
    assert_eq!(fixture.read("examples/tasks/tea_deadlock.stdout"), "nobody\n");
    assert_eq!(fixture.read("examples/tasks/tea.stdout"), STDOUT);
    // It counts, and is told apart.
    let ran = fixture.run(&["check"]);
    ran.expect(
        0,
        &["differs by design", "all 3 programs", "1 of them by design unlike their pairs"],
    );
    assert_eq!(ran.stdout.matches("equal").count(), 2, "{ran}");
    let report: Value = serde_json::from_str(&fixture.run(&["check", "--json"]).stdout).unwrap();
    assert_eq!(report["programs"][2]["verdict"], "differs by design");
    fixture.run(&["run", "tea_deadlock"]).expect(0, &["differs by design", "Nobody pours."]);
    fixture.run(&["show", "tea_deadlock", "--lang=ru"]).expect(0, &["Никто не наливает."]);
    assert!(!fixture.run(&["show", "tea"]).stdout.contains("Nobody pours."));

    fixture.write("examples/tasks/tea_deadlock.stdout", "somebody\n");
    fixture.run(&["check"]).expect(1, &["expected `somebody`, found `nobody`"]);
}

#[test]
fn what_differs_by_design_must_differ_and_say_why() {
    let fixture = Fixture::with_tea();
    fixture.append("examples/tasks/tea.toml", BY_DESIGN);
    let no_variant = "`by_design.deadlock` names no variant: write examples/tasks/tea_deadlock.rs";
    fixture.run(&["check"]).expect(1, &[no_variant]);
    fixture.variant("tasks", "tea_deadlock", RUST);
    fixture.run(&["check", "--bless"]).expect(1, &["take `by_design.deadlock` out"]);
    fixture.replace("examples/tasks/tea.toml", BY_DESIGN, "");
    let no_reason = "tea_deadlock.stdout: examples/tasks/tea.toml does not say why";
    fixture.run(&["check"]).expect(1, &[no_reason, "say it under `by_design.deadlock`"]);
}

#[test]
fn a_program_that_needs_more_lies_with_its_pair_and_is_listed_apart() {
    let fixture = Fixture::with_tea();
    let members = "[workspace]\nresolver = '3'\nmembers = ['examples', 'examples/with']\n";
    fixture.write("Cargo.toml", members);
    fixture.write("examples/with/src/lib.rs", "");
    let manifest = "\
        [package]\nname = 'with'\nedition = '2024'\nautoexamples = false\n\
        [[example]]\nname = 'tea_tokio'\npath = 'PLACE/tea_tokio.rs'\n";
    fixture.write("examples/tasks/tea_tokio.rs", RUST);
    fixture.write("examples/with/Cargo.toml", manifest);
    let place = "examples/with/Cargo.toml: `tea_tokio` has the path PLACE/tea_tokio.rs";
    fixture.run(&["check"]).expect(3, &[place, "../CHAPTER/tea_tokio.rs"]);
    fixture.replace("examples/with/Cargo.toml", "PLACE", "../tasks");
    fixture.run(&["check"]).expect(0, &["tokio", "all 3 programs"]);
    fixture.run(&["run", "tea_tokio"]).expect(0, &["equal, byte for byte"]);
    fixture.run(&["list"]).expect(0, &["[tokio]"]);
}

#[test]
fn a_denied_lint_is_a_code_too() {
    let fixture = Fixture::with_tea();
    let forgets = "async fn brew() {} fn main() { brew(); }";
    let denies = format!("#![deny(unused_must_use)] {forgets}");
    fixture.write("examples/tasks/tea_compile_fail.rs", &denies);
    fixture.append("examples/tasks/tea.toml", "[compile_fail]\ncode = 'unused_must_use'\n");
    fixture.run(&["check", "--bless"]).expect(0, &["refused, unused_must_use"]);

    fixture.replace("examples/tasks/tea.toml", "unused_must_use", "unused_variables");
    fixture
        .run(&["check"])
        .expect(1, &["expected unused_variables, found unused_must_use", "other error"]);
    // A lint that only warns does not refuse the program.
    fixture.write("examples/tasks/tea_compile_fail.rs", forgets);
    fixture.run(&["check"]).expect(1, &["the compiler accepts it"]);
}

#[test]
fn a_native_variant_that_a_newer_nightly_refuses_stops_nothing() {
    let fixture = Fixture::with_tea();
    fixture.variant("tasks", "tea_native", "gen gen fn main() {}");
    // The compiler at hand is newer than the known-good one: not the program's fault.
    fixture.write("rust-toolchain.toml", "# Known good: nightly-2020-01-01\n[toolchain]\n");
    let known = "this nightly refuses its syntax; it is known to build with nightly-2020-01-01";
    let ran = fixture.run(&["check"]);
    ran.expect(0, &[known, "newer nightly"]);
    assert_eq!(ran.stdout.matches("equal").count(), 2, "{ran}");
    fixture.run(&["run", "tea_native"]).expect(1, &[known]);
    // An older compiler, or the same: then the program is wrong.
    fixture.write("rust-toolchain.toml", "# Known good: nightly-2999-01-01\n[toolchain]\n");
    fixture.run(&["check"]).expect(1, &["not built"]);
}

#[test]
fn run_shows_each_line_with_its_time() {
    let fixture = Fixture::new();
    let python = "import time\nprint('чай')\ntime.sleep(0.5)\nprint('milk')\n";
    fixture.pair("tasks", "tea", python, RUST);
    let ran = fixture.run(&["run", "tasks/tea"]);
    ran.expect(0, &["tasks/tea · Tea", "How tea is made.", "equal, byte for byte: 2 lines"]);
    let times: Vec<f64> = ran
        .stdout
        .lines()
        .filter(|line| line.starts_with("Python  ") && !line.contains(".py"))
        .map(|line| line.split_whitespace().nth(1).unwrap().parse().unwrap())
        .collect();
    assert_eq!(times.len(), 2, "{ran}");
    assert!(times[1] - times[0] > 0.4, "{ran}");
    fixture
        .run(&["run", "tea", "--lang=ru"])
        .expect(0, &["Чай", "совпадают байт в байт: 2 строки"]);
}

#[test]
fn the_tour_runs_its_pairs_in_order() {
    let fixture = Fixture::with_tea();
    fixture.pair("kitchen", "cup", PYTHON, RUST);
    fixture.run(&[]).expect(3, &["no tour: name its pairs in examples/Cargo.toml"]);
    fixture.append("examples/Cargo.toml", "[package.metadata.twins]\ntour = ['cup', 'tea']\n");
    let ran = fixture.run(&[]);
    ran.expect(0, &["1/2  kitchen/cup", "2/2  tasks/tea", "cargo twins show cup"]);
    assert_eq!(ran.stdout.matches("equal, byte for byte").count(), 2, "{ran}");
}

#[test]
fn list_names_pairs_in_reading_order() {
    let fixture = Fixture::with_tea();
    fixture.variant("tasks", "tea_native", RUST);
    fixture.variant("tasks", "tea_by_hand", RUST);
    fixture.pair("kitchen", "cup", PYTHON, RUST);
    let ran = fixture.run(&["list"]);
    ran.expect(0, &["[native, by hand]"]);
    assert!(ran.stdout.find("tea") < ran.stdout.find("cup"), "{ran}");
    let ran = fixture.run(&["list", "--json"]);
    let pairs: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(pairs[0]["name"], "tea");
    assert_eq!(pairs[0]["notes"]["title"]["ru"], "Чай");
    assert_eq!(pairs[0]["rust"][1], "examples/tasks/tea_native.rs");
    assert_eq!(pairs[1]["chapter"], "kitchen");
}

#[test]
fn show_prints_both_sources() {
    let fixture = Fixture::with_tea();
    fixture.variant("tasks", "tea_by_hand", "// By hand.\nfn main() {}\n");
    let ran = fixture.run(&["show", "tea"]);
    ran.expect(0, &[PYTHON, RUST, "See also: cargo twins show tea_by_hand"]);
    fixture.run(&["show", "tea_by_hand"]).expect(0, &["// By hand."]);
}

#[test]
fn the_differences_are_those_of_the_twin() {
    let fixture = Fixture::with_tea();
    fixture.variant("tasks", "tea_by_hand", RUST);
    fixture.append(
        "examples/tasks/tea.toml",
        "[[differences]]\nen = 'Here Rust owns the cup.'\nru = 'Здесь чашка у Rust.'\n",
    );
    fixture.run(&["show", "tea"]).expect(0, &["Here Rust owns the cup."]);
    fixture.run(&["show", "tea", "--lang=ru"]).expect(0, &["Здесь чашка у Rust."]);
    let ran = fixture.run(&["show", "tea_by_hand"]);
    ran.expect(0, &[]);
    assert!(!ran.stdout.contains("Here Rust owns"), "another program: {ran}");
}

#[test]
fn colours_come_only_where_they_are_wanted() {
    let fixture = Fixture::with_tea();
    assert!(!fixture.run(&["show", "tea"]).stdout.contains('\x1b'));
    let mut command = fixture.command(&["show", "tea"]);
    command.env("CLICOLOR_FORCE", "1");
    assert!(run(command).stdout.contains('\x1b'));
    let mut command = fixture.command(&["show", "tea"]);
    command.env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1");
    assert!(!run(command).stdout.contains('\x1b'));
}
