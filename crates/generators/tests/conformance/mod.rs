//! The catalogue of CPython's behaviours, and what a test needs to print as Python does.

#![allow(dead_code, unused_macros, reason = "each test program uses a part of this module")]

use std::cell::RefCell;
use std::fmt;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use serde::Deserialize;

/// One behaviour of the catalogue, see `conformance/README.md`.
#[derive(Deserialize)]
pub(crate) struct Behaviour {
    pub(crate) id: String,
    pub(crate) area: String,
    pub(crate) verdict: String,
    pub(crate) python: String,
    pub(crate) expected: String,
    pub(crate) since: Option<String>,
    #[serde(default)]
    pub(crate) before: std::collections::BTreeMap<String, String>,
}

impl Behaviour {
    /// The id as the name of a test.
    pub(crate) fn test_name(&self) -> String {
        self.id.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
    }
}

/// All behaviours of an area.
pub(crate) fn catalogue(area: &str) -> Vec<Behaviour> {
    let file = format!("../../conformance/{area}.jsonl");
    let lines = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

thread_local! {
    static PRINTED: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Python's `print`, of one formatted line.
macro_rules! say {
    ($($text:tt)*) => { $crate::conformance::print(format_args!($($text)*)) };
}

pub(crate) fn print(line: fmt::Arguments<'_>) {
    PRINTED.with_borrow_mut(|printed| {
        printed.push_str(&line.to_string());
        printed.push('\n');
    });
}

/// Runs the twins of the behaviour that the surrounding test is named after, one for each
/// engine, and holds what they print against what CPython prints.
macro_rules! both {
    ($genawaiter:expr, $native:expr $(,)?) => {{
        fn here() {}
        let test = std::any::type_name_of_val(&here);
        $crate::conformance::check(test, "genawaiter", || $genawaiter);
        $crate::conformance::check(test, "native", || $native);
    }};
}

#[track_caller]
pub(crate) fn check(test: &str, engine: &str, twin: impl FnOnce()) {
    let mut path = test.rsplit("::");
    let name = path.nth(1).unwrap();
    let area = path.last().unwrap();
    let behaviour = catalogue(area)
        .into_iter()
        .find(|behaviour| behaviour.test_name() == name)
        .unwrap_or_else(|| panic!("no behaviour of the area {area} has the id of {name}"));

    PRINTED.take();
    twin();
    assert_eq!(PRINTED.take(), behaviour.expected, "on the engine {engine}");
}

/// Every portable id of the area is a test of this program or a difference; every typed id is a
/// program that does not compile; nothing else pretends to be either.
pub(crate) fn check_ids(area: &str) {
    let list = Command::new(std::env::current_exe().unwrap()).arg("--list").output().unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    let mut tests: Vec<_> = list.lines().filter_map(|line| line.strip_suffix(": test")).collect();
    tests.retain(|name| name.starts_with("test_"));

    let page = include_str!("../../src/conformance.rs");
    let refused = |name: &str| page.contains(&format!("fn {name}()"));
    let differs = |id: &str| page.contains(&format!("| `{id}` |"));

    let mut portable = 0;
    for behaviour in catalogue(area) {
        let name = behaviour.test_name();
        let ways = [
            tests.contains(&name.as_str()),
            refused(&name),
            differs(&behaviour.id) && behaviour.verdict == "portable",
        ];
        let expected = if behaviour.verdict == "typed" {
            [false, true, false]
        } else {
            portable += 1;
            let differs = differs(&behaviour.id);
            [!differs, false, differs]
        };
        assert_eq!(
            ways, expected,
            "{} ({}): test, refused, differs",
            behaviour.id, behaviour.verdict
        );
    }
    assert!(tests.len() <= portable, "a test has the id of no behaviour");
}

/// An exception: a kind and a text. As in Python, two that are equal need not be the same one.
#[derive(Clone, Debug)]
pub(crate) struct Exception(Rc<(&'static str, String)>);

impl Exception {
    pub(crate) fn new(kind: &'static str, text: impl fmt::Display) -> Self {
        Self(Rc::new((kind, text.to_string())))
    }

    pub(crate) fn kind(&self) -> &'static str {
        self.0.0
    }

    /// Python's `is`.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.1)
    }
}

impl std::error::Error for Exception {}

/// `ValueError(text)`, the exception of most programs.
pub(crate) fn value_error(text: impl fmt::Display) -> Exception {
    Exception::new("ValueError", text)
}

/// Python's `repr` of numbers, strings, booleans and lists of them.
pub(crate) fn repr(value: impl fmt::Debug) -> String {
    format!("{value:?}").replace('"', "'").replace("true", "True").replace("false", "False")
}

/// Python's `repr` of a value that may be `None`.
pub(crate) fn or_none(value: Option<impl fmt::Debug>) -> String {
    value.map_or_else(|| "None".to_owned(), repr)
}

/// Prints when dropped: a `finally` that only prints.
pub(crate) struct Finally(pub(crate) &'static str);

impl Drop for Finally {
    fn drop(&mut self) {
        say!("{}", self.0);
    }
}
