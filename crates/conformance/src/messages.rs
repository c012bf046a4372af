//! What the compiler says of mistakes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Holds a library's programs with one mistake each against what the compiler says of them.
///
/// `root` is the library's folder, `temporary` a folder for the package that is checked
/// (`CARGO_MANIFEST_DIR` and `CARGO_TARGET_TMPDIR` of the test), `nightly` whether the library has
/// that feature: without it, programs that want features of the language are left out.
#[track_caller]
pub fn check_messages(library: &str, root: &str, temporary: &str, nightly: bool) {
    let mut programs = programs(root);
    programs.retain(|_, text| nightly || !text.contains("#![feature("));
    let said = said_of(&programs, &package(&programs, library, root, temporary, nightly));
    let mut missing = Vec::new();
    for (name, text) in &programs {
        let Some(message) = said.get(name) else {
            missing.push(format!("{name} compiles"));
            continue;
        };
        let words: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("//~ ")).collect();
        assert!(!words.is_empty(), "{name} does not say what it expects");
        for words in words {
            if !message.contains(words) {
                missing.push(format!("{name}: nothing of {words:?} in\n{message}"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// The programs by their names.
fn programs(root: &str) -> BTreeMap<String, String> {
    let folder = Path::new(root).join("tests/messages");
    let programs = fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(path).unwrap())
    });
    programs.collect()
}

/// What the compiler says of each program that it refuses.
///
/// They are the examples of a package that stands on the library alone, checked in one go.
fn said_of(programs: &BTreeMap<String, String>, package: &Path) -> BTreeMap<String, String> {
    assert!(!programs.is_empty(), "no programs in tests/messages");
    let output = Command::new(env!("CARGO"))
        .args(["check", "--examples", "--keep-going", "--offline", "--quiet"])
        .arg("--message-format=json")
        .current_dir(package)
        .env("CARGO_TARGET_DIR", package.join("target"))
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let (Some(name), Some(message)) =
            (line["target"]["name"].as_str(), line["message"]["rendered"].as_str())
        else {
            continue;
        };
        if line["message"]["level"] == "error" {
            said.entry(name.to_owned()).or_default().push_str(message);
        }
    }
    assert!(!said.is_empty(), "cargo: {}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Writes the package.
fn package(
    programs: &BTreeMap<String, String>,
    library: &str,
    root: &str,
    temporary: &str,
    nightly: bool,
) -> PathBuf {
    let package = Path::new(temporary).join("messages");
    let examples = package.join("examples");
    let _ = fs::remove_dir_all(&examples);
    fs::create_dir_all(&examples).unwrap();
    let features = if nightly { "'nightly'" } else { "" };
    let manifest = format!(
        "[package]\nname = 'messages'\nedition = '2024'\n\n[lib]\npath = 'lib.rs'\n\n\
         [dependencies]\n{library} = {{ path = '{root}', features = [{features}] }}\n\n\
         [workspace]\n",
    );
    fs::write(package.join("Cargo.toml"), manifest).unwrap();
    fs::write(package.join("lib.rs"), "").unwrap();
    // The versions of this workspace, so that nothing has to be looked for.
    let lock = Path::new(root).join("../../Cargo.lock");
    fs::copy(lock, package.join("Cargo.lock")).unwrap();
    for (name, text) in programs {
        fs::write(examples.join(name).with_extension("rs"), text).unwrap();
    }
    package
}
