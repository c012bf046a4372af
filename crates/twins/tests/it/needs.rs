//! Pairs that need what a machine may not have.

use serde_json::Value;

use crate::fixture::{Fixture, PYTHON, RUST, STDOUT};

const NEEDS: &str = "\
[[needs]]
command = 'no-such-teapot'
install = 'apt install teapot'
";

/// A project with two pairs, `tea` with these notes.
fn project(notes: &str) -> Fixture {
    let fixture = Fixture::new();
    fixture.remove("examples/chapters.toml");
    for stem in ["cup", "tea"] {
        fixture.write(&format!("examples/kitchen/{stem}.py"), PYTHON);
        fixture.variant("kitchen", stem, RUST);
        fixture.write(&format!("examples/kitchen/{stem}.stdout"), STDOUT);
    }
    fixture.write("examples/kitchen/tea.toml", notes);
    fixture
}

#[test]
fn what_is_not_there_is_told_and_its_pair_not_tried() {
    let fixture = project(NEEDS);
    let why = "needs no-such-teapot (`apt install teapot`)";
    let ran = fixture.run(&["check"]);
    let line = "2 programs are as they should be";
    ran.expect(0, &["not tried", why, line, "not tried: 1, kitchen/tea"]);
    assert!(!ran.stdout.contains("all 2 programs"), "{ran}");
    let ran = fixture.run(&["--lang", "ru", "check"]);
    ran.expect(0, &["не запускалась", "не запускалось: 1, kitchen/tea"]);

    fixture.run(&["check", "--all"]).expect(1, &[why, "kitchen/tea (all)"]);
    let ran = fixture.run(&["check", "--bless"]);
    ran.expect(1, &[&format!("tea: not blessed: {why}"), "nothing was written"]);

    let ran = fixture.run(&["check", "--json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let of_tea: Vec<&Value> = report["programs"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|program| program["pair"] == "tea")
        .collect();
    let [row] = of_tea[..] else { panic!("one row: {ran}") };
    assert_eq!((&row["verdict"], &row["good"]), (&"not tried".into(), &true.into()), "{ran}");

    let ran = fixture.run(&["run", "tea"]);
    ran.expect(3, &[&format!("error: tea {why}")]);
    fixture.run(&["run", "cup"]).expect(0, &[]);
}

#[test]
fn what_is_there_is_no_reason_to_leave_a_pair_out() {
    let fixture = project(&NEEDS.replace("no-such-teapot", "sh"));
    fixture.run(&["check", "--all"]).expect(0, &["all 4 programs"]);
}

#[test]
fn packages_wait_to_be_asked_for_where_the_project_wants_it_so() {
    let fixture = project("requirements = ['teapot==1.0']\n");
    let manifest = fixture.read("examples/Cargo.toml");
    let setting = "[package.metadata.twins]\ninstall = 'when-asked'\n";
    let at = manifest.find("[[example]]").unwrap();
    let (head, examples) = manifest.split_at(at);
    fixture.write("examples/Cargo.toml", &format!("{head}{setting}\n{examples}"));
    let why = "needs the Python packages teapot==1.0 (`cargo twins check tea --install`)";
    fixture.run(&["check"]).expect(0, &[why, "not tried: 1, kitchen/tea"]);
    fixture.run(&["run", "tea"]).expect(3, &[&format!("error: tea {why}")]);
    assert!(!fixture.root.join("target/twins").exists());

    // A `pip` that does not reach the network: what counts is that it is started.
    let python = fixture.script(
        "python",
        "case \"$1 $2\" in '-m venv') mkdir -p \"$3/bin\" && cp \"$0\" \"$3/bin/python\";; \
         '-m pip') exit 0;; '-c '*) echo CPython 3.99.0; echo \"$0\";; *) exec python3 \"$@\";; esac",
    );
    let run = |words: &[&str]| {
        let mut command = fixture.command(words);
        fixture.script("bin/uv", "exit 1");
        let path = format!("{}/bin:{}", fixture.root.display(), std::env::var("PATH").unwrap());
        command.env("PATH", path);
        crate::fixture::run(command)
    };
    run(&["check", "--python", &python, "--install"]).expect(0, &["installing", "all 4 programs"]);
    run(&["check", "--python", &python, "--all"]).expect(0, &["all 4 programs"]);
}

#[test]
fn a_need_that_says_too_little_is_an_error_of_the_notes() {
    let fixture = project("[[needs]]\ncommand = 'sh'\n");
    fixture.run(&["check"]).expect(1, &["tea.toml", "missing field `install`"]);
}
