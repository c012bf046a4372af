//! What lies beside a pair's two programs: Python variants, and files that are not the point.

use crate::fixture::{Fixture, PYTHON, RUST, STDOUT};

fn project() -> Fixture {
    let fixture = Fixture::new();
    fixture.remove("examples/chapters.toml");
    fixture.write("examples/kitchen/tea.py", PYTHON);
    fixture.variant("kitchen", "tea", RUST);
    fixture.write("examples/kitchen/tea.stdout", STDOUT);
    fixture
}

#[test]
fn a_python_variant_prints_what_its_pair_prints() {
    let fixture = project();
    fixture.write("examples/kitchen/tea_iced.py", PYTHON);
    fixture.run(&["check"]).expect(0, &[", iced", "all 3 programs"]);
    fixture.run(&["show", "tea"]).expect(0, &["cargo twins show tea iced"]);
    fixture.run(&["show", "tea", "iced"]).expect(0, &["kitchen/tea_iced.py", "kitchen/tea.rs"]);

    fixture.write("examples/kitchen/tea_iced.py", "print('cold')\n");
    fixture.run(&["check"]).expect(1, &[", iced", "differs", "1 of 3 programs wrong"]);
    fixture.run(&["check", "--bless"]).expect(1, &["tea: not blessed", "nothing was written"]);
}

#[test]
fn a_python_variant_may_need_more_than_its_pair() {
    let fixture = project();
    fixture.write("examples/kitchen/tea_iced.py", PYTHON);
    fixture.write("examples/kitchen/tea.toml", "[python.iced]\nrequirements = ['ice==1.0']\n");
    let manifest = fixture.read("examples/Cargo.toml");
    let setting = "[package.metadata.twins]\ninstall = 'when-asked'\n\n[[example]]";
    fixture.write("examples/Cargo.toml", &manifest.replacen("[[example]]", setting, 1));
    let why = "needs the Python packages ice==1.0 (`cargo twins check tea --install`)";
    let ran = fixture.run(&["check"]);
    ran.expect(0, &[why, "2 programs are as they should be", "not tried: 1, kitchen/tea (python"]);
    fixture.run(&["check", "--all"]).expect(1, &[why, "1 of 3 programs wrong"]);
}

#[test]
fn a_name_that_two_pairs_begin_means_the_nearer() {
    let fixture = project();
    fixture.write("examples/kitchen/tea_party.py", PYTHON);
    fixture.variant("kitchen", "tea_party", RUST);
    fixture.write("examples/kitchen/tea_party.stdout", STDOUT);
    fixture.write("examples/kitchen/tea_party_iced.py", PYTHON);
    fixture.run(&["show", "tea_party"]).expect(0, &["cargo twins show tea_party iced"]);
    let ran = fixture.run(&["show", "tea"]);
    assert!(!ran.stdout.contains("iced"), "{ran}");
}

#[test]
fn further_files_are_shown_beside_each_other() {
    let fixture = project();
    fixture.write("examples/kitchen/pot/lid.py", "LID = 'on'\n");
    fixture.write("examples/kitchen/pot/lid.rs", "pub const LID: &str = \"on\";\n");
    fixture.write("examples/kitchen/pot/mod.rs", "pub mod lid;\n");
    fixture.write("examples/kitchen/pot/boil.py", "HOT = 100\n");
    fixture.write("examples/kitchen/tea.rs", &format!("mod pot;\n{RUST}"));
    // What no program names is none of the pair's.
    fixture.write("examples/kitchen/cup/saucer.py", "\n");
    let ran = fixture.run(&["show", "tea"]);
    ran.expect(0, &["show tea pot/boil | tea pot/lid"]);
    let ran = fixture.run(&["show", "tea", "pot/lid"]);
    ran.expect(0, &["pot/lid.py", "LID = 'on'", "pot/lid.rs", "pub const LID"]);
    fixture.run(&["show", "tea", "pot/boil"]).expect(0, &["pot/boil.py", "HOT = 100"]);
    let line = "error: tea: no file pot/mod: there are pot/boil, pot/lid";
    fixture.run(&["show", "tea", "pot/mod"]).expect(3, &[line]);
}

#[test]
fn a_rust_program_finds_the_interpreter_that_its_twin_runs_under() {
    let fixture = project();
    fixture.write("examples/kitchen/tea.py", "import sys\nprint(sys.executable)\n");
    let rust = "fn main() { println!(\"{}\", std::env::var(\"TWINS_PYTHON\").unwrap()); }\n";
    fixture.write("examples/kitchen/tea.rs", rust);
    fixture.run(&["check", "--bless"]).expect(0, &[]);
    fixture.run(&["check"]).expect(0, &["all 2 programs"]);
    fixture.run(&["run", "tea"]).expect(0, &["equal, byte for byte"]);
}
