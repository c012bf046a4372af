//! What the compiler says of a mistake names the remedy.
//!
//! Each file of `tests/messages/` is a program with one mistake, and with what the compiler's
//! message must say: a line `//~ words` for each. What else it says is the compiler's business.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

#[test]
fn messages_name_the_remedy() {
    let programs = programs();
    let said = said_of(&programs);
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
fn programs() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages");
    let programs = fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(path).unwrap())
    });
    programs.collect()
}

/// What the compiler says of each program that it refuses.
///
/// They are the examples of a package that stands on this crate alone, checked in one go.
fn said_of(programs: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let package = package(programs);
    let output = Command::new(env!("CARGO"))
        .args(["check", "--examples", "--keep-going", "--offline", "--quiet"])
        .arg("--message-format=json")
        .current_dir(&package)
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
fn package(programs: &BTreeMap<String, String>) -> PathBuf {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("messages");
    let examples = package.join("examples");
    let _ = fs::remove_dir_all(&examples);
    fs::create_dir_all(&examples).unwrap();
    let manifest = format!(
        "[package]\nname = 'messages'\nedition = '2024'\n\n[lib]\npath = 'lib.rs'\n\n\
         [dependencies]\ntwin-async-generators = {{ path = '{}', features = ['nightly'] }}\n\n[workspace]\n",
        env!("CARGO_MANIFEST_DIR"),
    );
    fs::write(package.join("Cargo.toml"), manifest).unwrap();
    fs::write(package.join("lib.rs"), "").unwrap();
    // The versions of this workspace, so that nothing has to be looked for.
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
    fs::copy(lock, package.join("Cargo.lock")).unwrap();
    for (name, text) in programs {
        fs::write(examples.join(name).with_extension("rs"), text).unwrap();
    }
    package
}
