//! Where nothing can be done: no project, a folder or a disk that takes nothing, no network. One clear
//! line, its remedy, a fitting exit code; nothing lost, nothing half-made.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use rustix::process::geteuid;

use crate::fixture::{Fixture, PYTHON, RUST, Ran, run, twins};

/// A project of a user's own with the pair `kitchen/tea`, built once.
fn built() -> Fixture {
    let fixture = Fixture::new();
    fixture.remove("examples/chapters.toml");
    fixture.pair("kitchen", "tea", PYTHON, RUST);
    fixture.write("old/a.py", PYTHON);
    fixture.write("old/b.rs", RUST);
    fixture.run(&["check"]).expect(0, &[]);
    fixture
}

/// Every command that works in a project, with what it takes.
const COMMANDS: [&[&str]; 13] = [
    &[],
    &["list"],
    &["run", "tea"],
    &["show", "tea"],
    &["watch", "tea"],
    &["practice", "tea"],
    &["check"],
    &["check", "--bless"],
    &["record"],
    &["steps", "tea"],
    &["book"],
    &["new", "kitchen/cup"],
    &["pair", "old/a.py", "old/b.rs"],
];

/// All files and links below a folder, with their texts, what a build makes apart.
fn texts(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true if path.ends_with("target") => {}
                true => walk(&path, found),
                false => found.push((path.clone(), fs::read(path).unwrap())),
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, &mut found);
    found.sort();
    found
}

#[test]
fn no_command_works_outside_of_a_project_and_each_says_how_to_make_one() {
    let folder = tempfile::tempdir().unwrap();
    for command in COMMANDS {
        let ran = run(twins(folder.path(), command));
        ran.expect(3, &[]);
        let remedy = "or above it: `cargo twins init` makes a project, or go to one";
        assert!(ran.error().ends_with(remedy), "{command:?}: {ran}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{command:?}");
    }
}

#[test]
fn two_pairs_of_one_name_stop_every_command() {
    let fixture = built();
    fixture.pair("garden", "tea", PYTHON, RUST);
    for command in COMMANDS {
        let ran = fixture.run(command);
        ran.expect(3, &[]);
        let line = "examples/Cargo.toml: two programs are called `tea`, kitchen/tea.rs and \
                    garden/tea.rs: rename one";
        assert_eq!(ran.error(), line, "{command:?}");
    }
}

/// The tool in a folder that nobody may write to. Root may write everywhere, so that it runs without
/// that power; nothing where it can't be taken away.
fn powerless(folder: &Path, arguments: &[&str]) -> Option<Command> {
    let tool = twins(folder, arguments);
    if !geteuid().is_root() {
        return Some(tool);
    }
    let mut command = Command::new("setpriv");
    command.args(["--bounding-set", "-dac_override,-dac_read_search"]);
    command.args(["--inh-caps", "-dac_override,-dac_read_search"]);
    let mut can = Command::new("setpriv");
    can.args(["--bounding-set", "-dac_override", "true"]);
    if !can.status().is_ok_and(|status| status.success()) {
        eprintln!("not tried: this is root, and `setpriv` does not take its power away");
        return None;
    }
    command.arg(tool.get_program()).args(tool.get_args()).current_dir(folder).stdin(Stdio::null());
    for (name, value) in tool.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    Some(command)
}

/// Takes away, or gives back, the right to write into a folder and all below.
fn close(folder: &Path, closed: bool) {
    use std::os::unix::fs::PermissionsExt;
    let bits = |path: &Path| match (path.is_dir(), closed) {
        (true, true) => 0o555,
        (true, false) => 0o755,
        (false, true) => 0o444,
        (false, false) => 0o644,
    };
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true if path.ends_with("target") => {}
            true => close(&path, closed),
            false => {
                fs::set_permissions(&path, fs::Permissions::from_mode(bits(&path))).unwrap();
            }
        }
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(bits(folder))).unwrap();
}

#[test]
fn in_a_folder_that_is_read_only_what_reads_works_and_what_writes_says_where_to_go() {
    let fixture = built();
    // Another place to build in.
    let target = tempfile::tempdir().unwrap();
    let before = texts(&fixture.root);
    close(&fixture.root, true);
    let run_there = |arguments: &[&str], target: &Path| {
        let mut command = powerless(&fixture.root, arguments)?;
        command.env("CARGO_TARGET_DIR", target);
        Some(run(command))
    };
    let tries = || -> Option<()> {
        for command in [&["list"][..], &["show", "tea"], &["run", "tea"], &["check"]] {
            run_there(command, target.path())?.expect(0, &[]);
        }
        // What can be made again goes where the builds go.
        run_there(&["book"], target.path())?.expect(0, &[]);
        assert!(target.path().join("twins.html").is_file());
        for (command, error) in [
            (&["new", "kitchen/cup"][..], "can't write examples/kitchen/cup.py"),
            (&["pair", "old/a.py", "old/b.rs"], "can't write examples/ported/a.py"),
            (&["init", "own"], "go to a folder that you may write to"),
            (&["practice", "tea"], "can't write practice"),
            (&["book", "--out", "twins.html"], "can't write"),
        ] {
            let ran = run_there(command, target.path())?;
            ran.expect(3, &[error, "Permission denied"]).error();
        }
        // Nowhere to build.
        let nowhere = fixture.root.join("nowhere");
        let ran = run_there(&["check"], &nowhere)?;
        ran.expect(3, &["Permission denied", "mend what it says above, then try again"]);
        Some(())
    };
    tries();
    close(&fixture.root, false);
    assert_eq!(texts(&fixture.root), before);
}

#[test]
fn a_book_takes_the_place_of_a_book_alone() {
    let fixture = built();
    let ran = fixture.run(&["book", "--out", "examples/kitchen/tea.py"]);
    ran.expect(3, &["examples/kitchen/tea.py is there already, and is no book: give --out"])
        .error();
    assert_eq!(fixture.read("examples/kitchen/tea.py"), PYTHON);
    fixture.run(&["book", "--out", "a.html"]).expect(0, &[]);
    // And stays where a link leads to.
    std::os::unix::fs::symlink("a.html", fixture.root.join("link.html")).unwrap();
    fixture.run(&["book", "--out", "link.html"]).expect(0, &[]);
    assert!(fixture.root.join("link.html").is_symlink());
}

#[test]
fn a_pair_that_can_not_be_listed_is_not_made() {
    use std::os::unix::fs::PermissionsExt;
    let fixture = built();
    let before = texts(&fixture.root);
    // Its chapter may be written to, and the manifest's folder not.
    let folder = fixture.root.join("examples");
    let bits = |bits| fs::set_permissions(&folder, fs::Permissions::from_mode(bits)).unwrap();
    bits(0o555);
    let tries = || -> Option<()> {
        let pair = ["pair", "old/a.py", "old/b.rs", "--as", "kitchen/cup"];
        for command in [&["new", "kitchen/cup"][..], &pair] {
            let ran = run(powerless(&fixture.root, command)?);
            ran.expect(3, &["can't write examples/Cargo.toml", "Permission denied"]);
            assert!(!ran.error().contains(".twins-"), "{ran}");
        }
        Some(())
    };
    tries();
    bits(0o755);
    assert_eq!(texts(&fixture.root), before);
}

/// Runs the tool in a copy of a project on a small disk with nothing left on it; what stands there
/// afterwards is what stood there before. Nothing where this machine gives us no disk.
#[track_caller]
fn on_a_full_disk(fixture: &Fixture, arguments: &[&str], target: &str) -> Option<Ran> {
    fixture.write("disk/.keep", "");
    let script = "
        mount -t tmpfs -o size=1m tmpfs disk || { echo no disk; exit 0; }
        cp -a Cargo.toml Cargo.lock examples old disk
        cd disk
        before=$(find . ! -name fill ! -path './target*' | sort)
        dd if=/dev/zero of=fill bs=1k >/dev/null 2>&1
        \"$@\"
        code=$?
        after=$(find . ! -name fill ! -path './target*' | sort)
        test \"$before\" = \"$after\" || { echo \"half-made: $after\"; exit 99; }
        exit $code";
    let tool = twins(&fixture.root, arguments);
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", script, "sh"]).arg(tool.get_program()).args(tool.get_args());
    command.current_dir(&fixture.root).stdin(Stdio::null());
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command.env("CARGO_TARGET_DIR", target);
    let mut can = Command::new("unshare");
    can.args(["-m", "true"]).stderr(Stdio::null());
    let ran = can.status().is_ok_and(|status| status.success()).then(|| run(command));
    let ran = ran.filter(|ran| !ran.stdout.starts_with("no disk"));
    if ran.is_none() {
        eprintln!("not tried: this machine lets nobody mount a small disk");
    }
    ran
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_nothing_half_made_stays() {
    let fixture = built();
    // Something to bless.
    fixture.write("examples/kitchen/tea.stdout", "");
    let target = fixture.root.join("target").display().to_string();
    for (command, error) in [
        (&["new", "kitchen/cup"][..], "can't write examples/kitchen/cup"),
        (&["init", "own"], "can't write Cargo.toml: make room: No space left"),
        (&["practice", "tea"], "can't write practice"),
        (&["check", "--bless"], "can't write examples/kitchen/tea.stdout"),
        (&["book", "--out", "twins.html"], "can't write twins.html"),
    ] {
        let Some(ran) = on_a_full_disk(&fixture, command, &target) else { return };
        ran.expect(3, &[error, "No space left on device"]).error();
    }
    let Some(ran) = on_a_full_disk(&fixture, &["check"], "target") else { return };
    ran.expect(3, &["No space left", "mend what it says above, then try again"]);
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_printed_and_does_not_arrive_is_an_error() {
    let fixture = built();
    for command in [&["list"][..], &["show", "tea"], &["run", "tea"], &["check"], &["--help"]] {
        let full = || File::options().write(true).open("/dev/full").unwrap();
        let mut tool = fixture.command(command);
        let child = tool.stdout(full()).stderr(Stdio::piped()).spawn().unwrap();
        let ran = crate::fixture::finish(child);
        ran.expect(3, &["can't write standard output", "No space left on device"]).error();
    }
}

#[test]
fn without_a_network_what_has_to_be_fetched_is_named() {
    let fixture = built();
    let manifest = fixture.read("examples/Cargo.toml");
    let needs = "[dependencies]\nno-such-package-of-tea = '1'\n[[example]]";
    fixture.write("examples/Cargo.toml", &manifest.replacen("[[example]]", needs, 1));
    for command in [&["check"][..], &["run", "tea"]] {
        let mut command = fixture.command(command);
        // An empty store, and nobody to ask.
        command.env("CARGO_HOME", fixture.root.join("store")).env("CARGO_NET_OFFLINE", "true");
        let ran = run(command);
        let remedy = "cargo could not build the examples: mend what it says above, then try again";
        ran.expect(3, &["no-such-package-of-tea", "offline"]);
        assert!(ran.stderr.contains(&format!("error: {remedy}")), "{ran}");
    }
    // Packages of Python, from a server that nobody is.
    fixture.write("examples/Cargo.toml", &manifest);
    fixture.append("examples/kitchen/tea.toml", "");
    let notes = fixture.read("examples/kitchen/tea.toml");
    fixture.write("examples/kitchen/tea.toml", &format!("requirements = ['teapot']\n{notes}"));
    let mut command = fixture.command(&["check"]);
    for name in ["PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX"] {
        command.env(name, "http://127.0.0.1:1/simple");
    }
    command.env("PIP_RETRIES", "0").env("UV_HTTP_RETRIES", "0").env("PIP_CONFIG_FILE", "/dev/null");
    let ran = run(command);
    ran.expect(1, &["can't install teapot", "is there a network, and a package of this name?"]);
    let left = fs::read_dir(fixture.root.join("target/twins")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "nothing half-made");
}

#[test]
fn a_file_that_is_missing_is_named_by_every_command_that_needs_it() {
    for (gone, commands) in [
        ("tea.py", &[&["run", "tea"][..], &["show", "tea"], &["practice", "tea"], &["check"]][..]),
        ("tea.rs", &[&["run", "tea"], &["show", "tea"], &["practice", "tea"], &["check"]]),
        ("tea.stdout", &[&["practice", "tea"], &["check"], &["book"]]),
    ] {
        let fixture = built();
        fixture.remove(&format!("examples/kitchen/{gone}"));
        for command in commands {
            let ran = fixture.run(command);
            let code = if ran.code == 1 && command[0] == "check" { 1 } else { 3 };
            ran.expect(code, &[&format!("examples/kitchen/{gone}")]);
        }
        assert!(!fixture.root.join("practice").exists(), "nothing half-made");
    }
}

#[test]
fn what_is_not_utf8_is_named_wherever_it_is_read() {
    for (file, commands) in [
        ("tea.rs", &[&["show", "tea"][..], &["practice", "tea"], &["book"]][..]),
        ("tea.toml", &[&["list"], &["practice", "tea"], &["book"]]),
    ] {
        let fixture = built();
        let path = format!("examples/kitchen/{file}");
        fs::write(fixture.root.join(&path), b"# \xff\n").unwrap();
        for command in commands {
            let ran = fixture.run(command);
            let code = if command[0] == "list" { 1 } else { 3 };
            ran.expect(code, &[&format!("{path} is not UTF-8: save it as UTF-8")]).error();
        }
        let named = fixture.run(&["check"]);
        named.expect(1, &["kitchen/tea"]);
        assert!(!fixture.root.join("practice").exists(), "nothing half-made");
    }
    let fixture = built();
    fs::write(fixture.root.join("examples/Cargo.toml"), b"# \xff\n").unwrap();
    let ran = fixture.run(&["list"]);
    ran.expect(3, &["examples/Cargo.toml is not UTF-8: save it as UTF-8"]).error();
}
