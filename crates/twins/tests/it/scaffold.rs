//! `init`, `new`, `pair`: from nothing, and from programs that exist, to pairs that are proven.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use crate::fixture::{Fixture, PYTHON, RUST, Ran, STDOUT, run, twins};

/// A folder outside any project, whose name is none that a shell likes.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::Builder::new().prefix("свой проект ").tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    #[track_caller]
    fn run(&self, folder: &str, arguments: &[&str]) -> Ran {
        run(twins(&self.path().join(folder), arguments))
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Every file and link, by its path.
    fn files(&self) -> Vec<PathBuf> {
        fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => walk(&path, found),
                    false => found.push(path),
                }
            }
        }
        let mut found = Vec::new();
        walk(self.path(), &mut found);
        found.sort();
        found
    }
}

#[test]
fn from_nothing_to_the_first_own_pair() {
    for runtime in ["none", "threads"] {
        let folder = Folder::new();
        folder.run("", &["init", "tea time", "--runtime", runtime]).expect(0, &["made; next"]);
        // The first pair is proven as it is.
        folder.run("tea time", &["check"]).expect(0, &["all 2 programs are as they should be"]);
        folder.run("tea time", &[]).expect(0, &["first/kettle · kettle", "equal, byte for byte"]);
        folder.run("tea time", &["new", "kitchen/cup"]).expect(0, &["examples/kitchen/cup.rs"]);
        let ran = folder.run("tea time", &["check", "cup"]);
        ran.expect(0, &["all 2 programs are as they should be"]);
        folder.run("tea time", &["new", "first/pot"]).expect(0, &[]);
        let manifest = folder.read("tea time/examples/Cargo.toml");
        let place = |name: &str| manifest.find(&format!("name = \"{name}\"")).unwrap();
        assert!(place("kettle") < place("pot") && place("pot") < place("cup"), "{manifest}");
        folder.run("tea time", &["list"]).expect(0, &["kettle", "pot", "cup"]);
    }
    // What comes next can be typed as it is printed.
    let folder = Folder::new();
    let ran = folder.run("", &["init", "it's mine"]);
    ran.expect(0, &[r"made; next: cd 'it'\''s mine' && cargo twins"]);
}

#[test]
fn a_runtime_is_a_dependency_and_a_program() {
    let folder = Folder::new();
    for (runtime, dependency, line) in [
        ("smol", "smol = \"2\"", "use smol::{Timer, block_on, future::zip};"),
        ("tokio", "tokio = { version = \"1\"", "#[tokio::main(flavor = \"current_thread\")]"),
        ("twins", "# twin-tasks = \"0.", "use twin_tasks::{gather, run, sleep};"),
    ] {
        folder.run("", &["init", runtime, "--runtime", runtime]).expect(0, &[]);
        let manifest = folder.read(&format!("{runtime}/examples/Cargo.toml"));
        assert!(manifest.contains(dependency), "{manifest}");
        assert!(folder.read(&format!("{runtime}/examples/first/kettle.rs")).contains(line));
    }
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().canonicalize().unwrap();
    let path = format!("{}/tasks", crates.display());
    assert!(folder.read("twins/examples/Cargo.toml").contains(&path));
    let ran = folder.run("", &["init", "no", "--runtime", "twins", "--crates", "/nowhere"]);
    ran.expect(3, &["our crates are not in /nowhere: --crates PATH names the folder"]).error();
    assert!(!folder.path().join("no").exists());
}

#[test]
fn two_programs_that_exist_become_a_pair_where_they_are() {
    let folder = Folder::new();
    folder.run("", &["init"]).expect(0, &[]);
    // The Python program has a module beside it, as real ones have.
    folder.write("old/Tea-Pot.py", "import stove\nstove.light()\nprint('milk')\n");
    folder.write("old/stove.py", "def light():\n    print('чай')\n");
    folder.write("port/main.rs", RUST);
    let ran = folder.run("", &["pair", "old/Tea-Pot.py", "port/main.rs"]);
    ran.expect(0, &["ported/tea_pot: next, `cargo twins check tea_pot --bless`"]);
    folder.run("", &["check", "tea_pot", "--bless"]).expect(0, &["wrote", "all 2 programs"]);
    assert_eq!(folder.read("examples/ported/tea_pot.stdout"), STDOUT);
    // What changes there changes here.
    folder.write("port/main.rs", &RUST.replace("milk", "mild"));
    folder.run("", &["check", "tea_pot"]).expect(1, &["found `mild`"]);

    folder.write("old/cup.py", PYTHON);
    let ran = folder.run("old", &["pair", "cup.py", "../port/main.rs", "--as", "kitchen/cup"]);
    ran.expect(0, &["kitchen/cup"]);
    folder.run("", &["pair", "old/no.py", "port/main.rs"]).expect(3, &["no old/no.py: name"]);
    let ran = folder.run("", &["pair", "port/main.rs", "old/cup.py"]);
    ran.expect(3, &["does not end in .py: name the Python program first"]).error();

    // A Rust program has modules, too.
    folder.write("port/cake.rs", "mod oven;\nfn main() { oven::bake::bake(); }\n");
    folder.write("port/oven.rs", "pub mod bake;\n");
    folder.write("port/oven/bake.rs", "pub fn bake() { println!(\"чай\\nmilk\"); }\n");
    folder.write("old/cake.py", PYTHON);
    folder.run("", &["pair", "old/cake.py", "port/cake.rs"]).expect(0, &["ported/cake"]);
    folder.run("", &["check", "cake", "--bless"]).expect(0, &["all 2 programs"]);

    // A name that can't be one needs another one, and the command has a way to give it.
    folder.write("old/queue.py", PYTHON);
    let ran = folder.run("", &["pair", "old/queue.py", "port/main.rs"]);
    ran.expect(3, &["Python's standard library", "--as CHAPTER/NAME gives it another name"])
        .error();
    // A link that leads nowhere.
    fs::remove_file(folder.path().join("old/cup.py")).unwrap();
    let ran = folder.run("", &["check", "cup"]);
    ran.expect(
        1,
        &["no examples/kitchen/cup.py: it is a link", "old/cup.py, is gone: put it back"],
    );
}

#[test]
fn a_name_that_breaks_others_is_refused() {
    let folder = Folder::new();
    folder.run("", &["init"]).expect(0, &[]);
    let before = folder.files();
    for (name, error) in [
        ("cup", "`cup` names no chapter: write CHAPTER/cup"),
        ("a/queue", "`queue` is a module of Python's standard library"),
        ("a/build", "`build` is a name that cargo keeps for itself"),
        ("a/cup_native", "`cup_native` would be a variant, by its `_native`"),
        ("a/kettle", "there is a pair first/kettle already"),
        ("a/Tea Pot", "`Tea Pot` can't be a pair's name"),
        ("../a/cup", "can't be a pair's name"),
        ("src/cup", "`src` can't be a chapter's name"),
        ("tests/cup", "`tests` can't be a chapter's name, as that folder is for something else"),
    ] {
        let ran = folder.run("", &["new", name]);
        ran.expect(3, &[error]).error();
        assert_eq!(folder.files(), before, "{name}");
    }
    // A course has to name its chapters first.
    let fixture = Fixture::with_tea();
    let error = "`garden` is no chapter of this course: add it to examples/chapters.toml";
    fixture.run(&["new", "garden/rose"]).expect(3, &[error]).error();
    fixture.run(&["new", "kitchen/cup"]).expect(0, &["wrote examples/kitchen/cup.toml"]);
    fixture.run(&["check", "cup"]).expect(0, &["all 2 programs"]);
}

#[test]
fn nothing_is_written_over_and_nothing_half_made_stays() {
    let folder = Folder::new();
    folder.write("Cargo.toml", "mine");
    folder.run("", &["init"]).expect(3, &["Cargo.toml is there already", "FOLDER"]).error();
    assert_eq!(folder.files().len(), 1);
    folder.write("own/examples/first/kettle.rs", "mine");
    folder.run("", &["init", "own"]).expect(3, &["kettle.rs is there already"]).error();
    assert_eq!(folder.files().len(), 2);
    folder.run("", &["init", "no/own"]).expect(3, &["make it first"]).error();
    folder.run("", &["list"]).expect(3, &["`cargo twins init` makes a project"]).error();

    // A device is no folder that anyone may write to, not even root.
    folder.run("", &["init", "/proc/own"]).expect(3, &["a folder that you may write to"]).error();
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    if !rustix::process::geteuid().is_root() {
        folder.run("closed", &["init"]).expect(3, &["a folder that you may write to"]).error();
        assert_eq!(fs::read_dir(&closed).unwrap().count(), 0);
    }
}
