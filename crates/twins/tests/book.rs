//! The book of this project, written: what it holds, and what the command says when it can't.

use std::{
    fs,
    os::unix::{fs::FileTypeExt, net::UnixListener},
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn book(folder: &Path, out: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cargo-twins"))
        .current_dir(folder)
        .arg("book")
        .arg("--out")
        .arg(out)
        .output()
        .unwrap()
}

#[track_caller]
fn check_refused(output: &Output, message: &str) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "one line: {stderr}");
    assert!(stderr.starts_with("error: ") && stderr.contains(message), "{stderr}");
}

#[test]
fn one_file_holds_every_pair_and_asks_for_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("twins.html");
    let output = book(&root(), &out);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let html = fs::read_to_string(&out).unwrap();
    assert!(html.len() < 5_000_000, "{} bytes are more than 5 MB", html.len());
    for pair in &twins::project::Project::find(&root()).unwrap().pairs {
        assert!(
            html.contains(&format!("<article class=\"page\" id=\"{}\"", pair.stem)),
            "{pair:?}"
        );
    }
    // The document leads to each of its claims, and each claim back, in both languages.
    let project = twins::project::Project::find(&root()).unwrap();
    for pair in &project.pairs {
        let claims = pair.notes(&root()).unwrap().claim.is_some();
        for lang in ["en", "ru"] {
            let (at_sentence, back) = (
                format!("id=\"quote-{lang}-{0}\"><a href=\"#{0}\">", pair.stem),
                format!("<a href=\"#quote-{lang}-{}\">", pair.stem),
            );
            assert_eq!((html.contains(&at_sentence), html.contains(&back)), (claims, claims));
        }
    }
    for asks in ["src=\"", "srcset", "<link", "@import", "url("] {
        assert!(!html.contains(asks), "{asks} asks for another file");
    }
    // Nothing is left beside it.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_cannot_be_written_is_one_line_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    check_refused(&book(&root(), folder.path()), "is a folder: give --out the name of a file");
    let nowhere = folder.path().join("nowhere/twins.html");
    check_refused(&book(&root(), &nowhere), "give --out a file in a folder that you may write to");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// As root, `--out /dev/null` once put a file in the place of the device.
#[test]
fn a_device_stays_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("socket");
    let _listener = UnixListener::bind(&socket).unwrap();
    check_refused(&book(&root(), &socket), "is no ordinary file: give --out the name of one");
    assert!(fs::metadata(&socket).unwrap().file_type().is_socket());
}

#[test]
fn a_recording_that_no_longer_fits_names_the_remedy_and_the_old_book_stays() {
    let copy = tempfile::tempdir().unwrap();
    let skipped = ["target", ".git", "node_modules"];
    copy_folder(&root(), copy.path(), &skipped);
    let out = copy.path().join("twins.html");
    fs::write(&out, "the old book").unwrap();

    let source = copy.path().join("examples/waiting/fetch_parallel.py");
    let text = fs::read_to_string(&source).unwrap();
    fs::write(&source, format!("{text}changed = True\n")).unwrap();
    check_refused(
        &book(copy.path(), &out),
        "examples/waiting/fetch_parallel.py has changed since recordings/waiting/fetch_parallel.json \
         was recorded, first at line 22: `cargo twins record fetch_parallel` renews it",
    );
    fs::write(&source, text).unwrap();

    fs::remove_file(copy.path().join("recordings/waiting/fetch_parallel.json")).unwrap();
    check_refused(&book(copy.path(), &out), "`cargo twins record fetch_parallel` renews it");
    assert_eq!(fs::read_to_string(&out).unwrap(), "the old book");
}

fn copy_folder(from: &Path, to: &Path, skipped: &[&str]) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if skipped.iter().any(|skip| name == **skip) {
            continue;
        }
        let target = to.join(&name);
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&target).unwrap();
            copy_folder(&entry.path(), &target, skipped);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn an_own_project_has_a_book_without_document_and_recordings() {
    let folder = tempfile::tempdir().unwrap();
    let twins = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-twins"));
        command.current_dir(folder.path()).env_remove("CARGO_TARGET_DIR");
        let output = command.args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    twins(&["init"]);
    twins(&["book", "--lang", "ru"]);
    let html = fs::read_to_string(folder.path().join("target/twins.html")).unwrap();
    assert!(html.contains("data-language=\"ru\"") && html.contains("id=\"kettle\""));
    assert!(html.contains("data-still") && html.contains("cargo twins record"));
    assert!(!html.contains("class=\"playback\"") && !html.contains("Begin with the document"));
}
