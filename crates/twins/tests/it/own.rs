//! Projects of a user's own: no course, programs with cases, exit codes and filters.

use serde_json::Value;

use crate::fixture::{Fixture, PYTHON, RUST, STDOUT};

/// A project that is no course.
fn own() -> Fixture {
    let fixture = Fixture::new();
    fixture.remove("examples/chapters.toml");
    fixture
}

/// Adds a pair of two programs, and nothing else.
fn bare(fixture: &Fixture, chapter: &str, stem: &str, python: &str, rust: &str) {
    fixture.write(&format!("examples/{chapter}/{stem}.py"), python);
    fixture.variant(chapter, stem, rust);
}

#[test]
fn two_programs_are_a_pair() {
    let fixture = own();
    bare(&fixture, "kitchen", "green_tea", PYTHON, RUST);
    bare(&fixture, "garden", "rose", PYTHON, RUST);
    bare(&fixture, "kitchen", "cup", PYTHON, RUST);
    fixture.run(&["list"]).expect(0, &["kitchen", "green_tea", "green tea"]);
    fixture.run(&["check"]).expect(1, &["no examples/kitchen/green_tea.stdout", "--bless"]);
    let ran = fixture.run(&["check", "--bless"]);
    ran.expect(0, &["all 6 programs", "steps are not judged: nothing is recorded"]);
    assert_eq!(fixture.read("examples/kitchen/cup.stdout"), STDOUT);
    fixture.run(&["run", "green_tea"]).expect(0, &["kitchen/green_tea · green tea"]);
    fixture.run(&["show", "green_tea"]).expect(0, &["green tea", PYTHON]);
    // One language is enough.
    fixture.write("examples/kitchen/cup.toml", "[title]\nru = 'Чашка'\n");
    fixture.run(&["list"]).expect(0, &["Чашка"]);
}

/// Adds up the numbers that it reads, or fails.
const SUM_PYTHON: &str = "\
import os, sys
total = sum(int(line) for line in sys.stdin)
if not total:
    print('nothing to add')
    sys.exit(3)
print(os.environ.get('UNIT', 'cups'), total, *sys.argv[1:])
";

const SUM_RUST: &str = "\
fn main() {
    let lines = std::io::stdin().lines().map(|line| line.unwrap().trim().parse::<i32>().unwrap());
    let total: i32 = lines.sum();
    if total == 0 {
        println!(\"nothing to add\");
        std::process::exit(3);
    }
    let unit = std::env::var(\"UNIT\").unwrap_or(\"cups\".to_owned());
    let arguments: String = std::env::args().skip(1).map(|a| \" \".to_owned() + &a).collect();
    println!(\"{unit} {total}{arguments}\");
}
";

const CASES: &str = "\
[[case]]
name = 'two'
stdin = \"1\\n2\\n\"
[[case]]
name = 'pots'
stdin = '5'
arguments = ['--loud', 'two words']
environment = { UNIT = 'pots' }
[[case]]
name = 'empty'
exit = 3
";

#[test]
fn each_case_has_an_output_of_its_own() {
    let fixture = own();
    bare(&fixture, "kitchen", "total", SUM_PYTHON, SUM_RUST);
    fixture.write("examples/kitchen/total.toml", CASES);
    fixture.run(&["check"]).expect(1, &["no examples/kitchen/total.two.stdout"]);
    fixture.run(&["check", "--bless"]).expect(0, &["wrote examples/kitchen/total.pots.stdout"]);
    assert_eq!(fixture.read("examples/kitchen/total.two.stdout"), "cups 3\n");
    assert_eq!(fixture.read("examples/kitchen/total.pots.stdout"), "pots 5 --loud two words\n");
    assert_eq!(fixture.read("examples/kitchen/total.empty.stdout"), "nothing to add\n");
    fixture.run(&["check"]).expect(0, &["kitchen/total.empty", "all 6 programs"]);

    // One run is shown: the first.
    let ran = fixture.run(&["run", "total"]);
    ran.expect(0, &["kitchen/total.two", "cups 3", "equal, byte for byte: 1 line"]);
    // Or the one that is named.
    let ran = fixture.run(&["run", "total", "--case", "pots"]);
    ran.expect(0, &["kitchen/total.pots", "pots 5 --loud two words", "equal"]);
    fixture.run(&["run", "total", "--case", "empty"]).expect(0, &["nothing to add", "equal"]);
    let ran = fixture.run(&["run", "total", "--case", "three"]);
    ran.expect(3, &["total has no case `three`: it has two, pots, empty"]).error();
    fixture.run(&["watch", "total", "--case", "three"]).expect(3, &["it has two, pots"]).error();
    fixture.run(&["watch", "--case", "two"]).expect(2, &["<PAIR>"]);

    let ran = fixture.run(&["check", "--json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["programs"][0]["case"], "two");

    // What belongs to no case is found.
    fixture.write("examples/kitchen/total.three.stdout", "");
    fixture.run(&["check"]).expect(1, &["total.three.stdout belongs to no case: delete it"]);
}

#[test]
fn a_case_runs_among_its_files() {
    let fixture = own();
    let python = "print(open('data/orders.csv').read(), end='')\nopen('new', 'x')\n";
    let rust = "fn main() { print!(\"{}\", std::fs::read_to_string(\"data/orders.csv\").unwrap()); \
                std::fs::File::create_new(\"new\").unwrap(); }";
    bare(&fixture, "kitchen", "orders", python, rust);
    let case = "[[case]]\nname = 'one'\nfiles = ['data/orders.csv']\n";
    fixture.write("examples/kitchen/orders.toml", case);
    // The other pairs are judged all the same.
    fixture.pair("kitchen", "tea", PYTHON, RUST);
    let ran = fixture.run(&["check"]);
    ran.expect(
        1,
        &[
            "kitchen/orders.one",
            "not started",
            "can't copy data/orders.csv",
            "0 of 2 programs wrong",
        ],
    );
    let ran = fixture.run(&["check", "orders", "--bless"]);
    ran.expect(1, &["orders: not blessed: examples/kitchen/orders.toml: can't copy"]);
    let ran = fixture.run(&["run", "orders", "tea"]);
    ran.expect(1, &["can't copy data/orders.csv", "equal, byte for byte: 2 lines"]);
    let ran = fixture.run(&["run", "orders"]);
    ran.expect(3, &["can't copy data/orders.csv for the case `one`: put it beside the pair"]);
    ran.error();
    fixture.write("examples/kitchen/data/orders.csv", "tea\n");
    fixture.run(&["check", "--bless"]).expect(0, &[]);
    // What lies elsewhere stays as it is.
    let path = fixture.root.join("examples/kitchen/data/orders.csv");
    for file in [path.to_str().unwrap(), "../kitchen/data/orders.csv"] {
        let elsewhere = case.replace("data/orders.csv", file);
        fixture.write("examples/kitchen/orders.toml", &elsewhere);
        fixture.run(&["check"]).expect(1, &["not started", "put it beside the pair"]);
        assert_eq!(fixture.read("examples/kitchen/data/orders.csv"), "tea\n");
    }
    fixture.write("examples/kitchen/orders.toml", case);
    // No place for it.
    let mut command = fixture.command(&["check"]);
    command.env("TMPDIR", "/no/such/folder");
    let ran = crate::fixture::run(command);
    ran.expect(1, &["not started", "name another one by TMPDIR", "0 of 2 programs wrong"]);
    fixture.replace("examples/kitchen/orders.toml", "files = ['data/orders.csv']", "stdin = 'a'");
    let mut command = fixture.command(&["check"]);
    command.env("TMPDIR", "/no/such/folder");
    let ran = crate::fixture::run(command);
    ran.expect(
        1,
        &["not started", "can't write down what a program is to read", "0 of 2 programs"],
    );
    assert!(!ran.stdout.contains(".tmp"), "{ran}");
    fixture.write("examples/kitchen/orders.toml", case);
    // Each program has a folder of its own, which goes with it.
    fixture.run(&["check"]).expect(0, &["all 4 programs"]);
    assert_eq!(fixture.read("examples/kitchen/orders.one.stdout"), "tea\n");
}

#[test]
fn exit_codes_are_compared() {
    let fixture = own();
    bare(&fixture, "kitchen", "total", SUM_PYTHON, SUM_RUST);
    let remedy =
        "all programs end so: if it is right, write `exit = 3` in examples/kitchen/total.toml";
    fixture.write("examples/kitchen/total.stdout", "nothing to add\n");
    fixture.run(&["check"]).expect(1, &["ended with exit code 3", remedy]);
    fixture.write("examples/kitchen/total.toml", "exit = 3\n");
    fixture.run(&["check"]).expect(0, &["all 2 programs"]);
    fixture.run(&["run", "total"]).expect(0, &["equal, byte for byte: 1 line"]);
    // One of them alone.
    fixture.replace("examples/kitchen/total.rs", "exit(3)", "exit(4)");
    let ran = fixture.run(&["check"]);
    ran.expect(1, &["total, rust: ended with exit code 4", "1 of 2 programs wrong"]);
    fixture.replace("examples/kitchen/total.rs", "exit(4)", "exit(0)");
    fixture.run(&["check"]).expect(1, &["ended with exit code 0, and the .toml asks for another"]);
    fixture.run(&["run", "total"]).expect(1, &["Rust ended with exit code 0, and another one"]);
    fixture.run(&["check", "--bless"]).expect(1, &["not blessed: rust ended with exit code 0"]);
}

#[test]
fn what_is_filtered_is_told() {
    let fixture = own();
    let python = "print('at', hex(id(1)))\nprint('b\\na\\nend')\n";
    let rust = "fn main() { println!(\"at {:p}\", &1); println!(\"a\\nb\\nend\"); }";
    bare(&fixture, "kitchen", "place", python, rust);
    let rules = "[[filter]]\nname = 'address'\npattern = '0x[0-9a-f]+'\n\
                 [[unordered]]\nafter = '^at'\nbefore = '^end'\n";
    fixture.write("examples/kitchen/place.toml", rules);
    fixture.run(&["check", "--bless"]).expect(0, &[]);
    assert_eq!(fixture.read("examples/kitchen/place.stdout"), "at <address>\na\nb\nend\n");
    let told = "equal after 1 filter, 1 section without order";
    fixture.run(&["check"]).expect(0, &[told]);
    fixture.run(&["run", "place"]).expect(0, &[told]);
    let ran = fixture.run(&["check", "--json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["programs"][1]["after"], "1 filter, 1 section without order");
    // It hides nothing else.
    fixture.replace("examples/kitchen/place.rs", "a\\nb", "a\\nc");
    fixture.run(&["check"]).expect(1, &["line 3, column 1: expected `b`, found `c`"]);
    fixture.write("examples/kitchen/place.toml", "[[filter]]\nname = 'a'\npattern = '('\n");
    let line = "examples/kitchen/place.toml: `filter[0].pattern` is no regular expression";
    fixture.run(&["check"]).expect(1, &[line]);
}

#[test]
fn nothing_is_blessed_where_the_notes_are_broken() {
    let fixture = own();
    bare(
        &fixture,
        "kitchen",
        "guest",
        "print('guest 42')\n",
        "fn main() { println!(\"guest 42\"); }",
    );
    let filter = "[[filter]]\nname = 'number'\npattern = '[0-9]+'\n";
    fixture.write("examples/kitchen/guest.toml", filter);
    fixture.run(&["check", "--bless"]).expect(0, &[]);
    fixture.append("examples/kitchen/guest.toml", "broken\n");
    fixture.run(&["check", "--bless"]).expect(1, &["guest: not blessed", "guest.toml"]);
    assert_eq!(fixture.read("examples/kitchen/guest.stdout"), "guest <number>\n");
}

/// Holds a value against the part of JSON Schema that ours uses.
#[track_caller]
fn hold(value: &Value, schema: &Value, whole: &Value) {
    let schema = match schema["$ref"].as_str() {
        Some(path) => whole.pointer(&path[1..]).unwrap(),
        None => schema,
    };
    let of_type = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("unknown type {other}"),
    };
    let types = match &schema["type"] {
        Value::String(name) => vec![&**name],
        names => names.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect(),
    };
    assert!(types.iter().any(|name| of_type(name)), "{value} is none of {types:?}");
    if let Some(object) = value.as_object() {
        let properties = schema["properties"].as_object().unwrap();
        for (key, value) in object {
            let known = properties.get(key).unwrap_or_else(|| panic!("{key} is in no schema"));
            hold(value, known, whole);
        }
        for key in schema["required"].as_array().unwrap() {
            assert!(object.contains_key(key.as_str().unwrap()), "{key} is missing");
        }
    }
    for item in value.as_array().into_iter().flatten() {
        hold(item, &schema["items"], whole);
    }
}

#[test]
fn the_report_is_what_its_schema_says() {
    let schema = std::fs::read_to_string(crate::pairs::root().join("docs/check.schema.json"));
    let schema: Value = serde_json::from_str(&schema.unwrap()).unwrap();
    let fixture = own();
    bare(&fixture, "kitchen", "total", SUM_PYTHON, SUM_RUST);
    fixture.write("examples/kitchen/total.toml", CASES);
    bare(&fixture, "kitchen", "cup", PYTHON, "fn main() { broken }");
    fixture.write("recordings/README.md", "");
    for arguments in [&["check", "--json"][..], &["check", "total", "--json", "--bless"]] {
        let report: Value = serde_json::from_str(&fixture.run(arguments).stdout).unwrap();
        hold(&report, &schema, &schema);
        assert!(!report["programs"].as_array().unwrap().is_empty(), "{report}");
    }
}

/// An interpreter whose `pip` installs nothing, or fails; everything else it leaves to Python.
fn with_pip(fixture: &Fixture, pip: &str) -> String {
    fixture.script(
        "python",
        &format!(
            "case \"$1 $2\" in '-m venv') mkdir -p \"$3/bin\" && cp \"$0\" \"$3/bin/python\";; \
             '-m pip') {pip};; '-c '*) echo CPython 3.99.0; echo \"$0\";; *) exec python3 \"$@\";; esac"
        ),
    )
}

#[test]
fn packages_are_installed_once_and_only_where_they_are_asked_for() {
    let fixture = own();
    bare(&fixture, "kitchen", "tea", PYTHON, RUST);
    bare(&fixture, "kitchen", "cup", PYTHON, RUST);
    fixture.write("examples/kitchen/tea.stdout", STDOUT);
    fixture.write("examples/kitchen/cup.stdout", STDOUT);
    fixture.write("examples/kitchen/tea.toml", "requirements = ['teapot==1.0']\n");
    let run = |python: &str| {
        let mut command = fixture.command(&["check", "--python", python]);
        // One that does not work is none: whether the machine has it is not this test's business.
        fixture.script("bin/uv", "exit 1");
        let path = format!("{}/bin:{}", fixture.root.display(), std::env::var("PATH").unwrap());
        command.env("PATH", path);
        crate::fixture::run(command)
    };
    // It fails half-way: told in the pair's row, nothing stays, and the other pair is judged.
    let python =
        with_pip(&fixture, "echo 'ERROR: No matching distribution for teapot' >&2; exit 1");
    let ran = run(&python);
    let why = "says: ERROR: No matching distribution for teapot; is there a network";
    ran.expect(1, &["can't install teapot==1.0", why, "not installed", "1 of 4 programs wrong"]);
    let folder = fixture.root.join("target/twins");
    assert_eq!(std::fs::read_dir(&folder).map_or(0, Iterator::count), 0);

    let python = with_pip(&fixture, "exit 0");
    let said = "installing teapot==1.0 into ";
    let ran = run(&python);
    ran.expect(0, &[said, "all 4 programs"]);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    let ran = run(&python);
    ran.expect(0, &["all 4 programs"]);
    assert!(!ran.stderr.contains(said), "once: {ran}");
}

#[test]
fn lines_that_end_as_on_windows_stay_so_under_any_rule() {
    let fixture = own();
    let python = "import sys\nsys.stdout.write('0x1\\r\\ntea\\r\\n')\n";
    let rust = "fn main() { print!(\"0xf\\r\\ntea\\r\\n\"); }";
    bare(&fixture, "kitchen", "tea", python, rust);
    let filter = "[[filter]]\nname = 'address'\npattern = '0x[0-9a-f]'\n";
    fixture.write("examples/kitchen/tea.toml", filter);
    fixture.run(&["check", "--bless"]).expect(0, &["all 2 programs"]);
    assert_eq!(fixture.read("examples/kitchen/tea.stdout"), "<address>\r\ntea\r\n");
    fixture.run(&["check"]).expect(0, &["all 2 programs"]);
    fixture.run(&["run", "tea"]).expect(0, &["equal after 1 filter: 2 lines"]);
}

#[test]
fn notes_that_can_not_be_read_are_told_by_run() {
    let fixture = own();
    fixture.pair("kitchen", "tea", PYTHON, RUST);
    fixture.write("examples/kitchen/tea.toml", "titel = 'Tea'\n");
    let ran = fixture.run(&["run", "tea"]);
    ran.expect(1, &["examples/kitchen/tea.toml: line 1: unknown field `titel`", "equal"]);
}

#[test]
fn what_was_blessed_under_filters_is_equal() {
    let fixture = own();
    let rust = "fn main() { println!(\"took 15 ms at 0xab\"); }";
    bare(&fixture, "kitchen", "tea", "print('took 12 ms at 0xff')\n", rust);
    let filter =
        |name: &str, pattern: &str| format!("[[filter]]\nname = '{name}'\npattern = '{pattern}'\n");
    let filters =
        filter("n1", "[0-9]+ ") + &filter("address", "0x.*") + &filter("word", "[a-z]{3,}");
    fixture.write("examples/kitchen/tea.toml", &filters);
    fixture.run(&["check", "--bless"]).expect(0, &["all 2 programs"]);
    assert_eq!(fixture.read("examples/kitchen/tea.stdout"), "<word> <n1>ms at <address>\n");
    fixture.run(&["check"]).expect(0, &["all 2 programs"]);
    let ran = fixture.run(&["run", "tea"]);
    ran.expect(0, &["equal after 3 filters"]);
    assert!(!ran.stdout.contains("something else"), "{ran}");
}

#[test]
fn a_module_beside_the_programs_is_no_pair() {
    let fixture = own();
    let python = "import stove; import pot_lid\nprint(stove.HOT + pot_lid.ON)\n";
    let rust = "mod heat;\nfn main() { println!(\"{}\", heat::hot()); }";
    bare(&fixture, "kitchen", "pot", python, rust);
    fixture.write("examples/kitchen/stove.py", "HOT = 'tea'\n");
    // By its name it could be a variant.
    fixture.write("examples/kitchen/pot_lid.py", "ON = ''\n");
    fixture.write("examples/kitchen/heat.rs", "pub fn hot() -> &'static str { \"tea\" }\n");
    fixture.run(&["check", "--bless"]).expect(0, &["all 2 programs"]);
    fixture.run(&["list"]).expect(0, &["pot"]);
    fixture.write("examples/kitchen/other.py", "");
    fixture.run(&["check"]).expect(1, &["examples/kitchen/other.py has no Rust twin"]);
}

#[test]
fn a_recording_of_nothing_is_named() {
    let fixture = own();
    fixture.pair("kitchen", "tea", PYTHON, RUST);
    fixture.append("examples/kitchen/tea.toml", "[[case]]\nname = 'one'\n");
    fixture.write("examples/kitchen/tea.one.stdout", STDOUT);
    fixture.remove("examples/kitchen/tea.stdout");
    fixture.write("recordings/kitchen/tea.one.json", "{}");
    fixture.write("recordings/kitchen/tea.two.json", "{}");
    let ran = fixture.run(&["check"]);
    let told = "recordings/kitchen/tea.two.json is of no pair and no case: delete it";
    ran.expect(1, &[told]);
    assert!(!ran.stdout.contains("tea.one.json is of no"), "{ran}");
}
