//! The catalogue of CPython's behaviours, and what a test needs to print as Python does.

#![allow(dead_code, unused_macros, reason = "each test program uses a part of this module")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use serde::Deserialize;

/// One behaviour of the catalogue, see `conformance/README.md`.
#[derive(Deserialize)]
pub(crate) struct Behaviour {
    pub(crate) id: String,
    pub(crate) verdict: String,
    pub(crate) python: String,
    pub(crate) expected: String,
    pub(crate) since: Option<String>,
    #[serde(default)]
    pub(crate) before: Option<BTreeMap<String, String>>,
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
    let line = line.to_string();
    PRINTED.with_borrow_mut(|printed| {
        printed.push_str(&line);
        printed.push('\n');
    });
}

/// Runs the twins of the behaviour that the surrounding test is named after, one for each
/// engine, and holds what they print against what CPython prints.
macro_rules! both {
    ($genawaiter:expr, $native:expr $(,)?) => {{
        fn here() {}
        let test = std::any::type_name_of_val(&here);
        $crate::conformance::check(test, "genawaiter", $genawaiter);
        $crate::conformance::check(test, "native", $native);
    }};
}

/// As `both`, for a behaviour that `async gen` has no syntax for, or in which no body of ours
/// yields.
macro_rules! one {
    ($twin:expr $(,)?) => {{
        fn here() {}
        $crate::conformance::check(std::any::type_name_of_val(&here), "genawaiter", $twin);
    }};
}

#[track_caller]
pub(crate) fn check(test: &str, engine: &str, twin: impl Future<Output = ()>) {
    let mut path = test.rsplit("::");
    let name = path.nth(1).unwrap();
    let area = path.last().unwrap();
    let behaviour = catalogue(area)
        .into_iter()
        .find(|behaviour| behaviour.test_name() == name)
        .unwrap_or_else(|| panic!("no behaviour of the area {area} has the id of {name}"));

    PRINTED.take();
    smol::block_on(twin);
    assert_eq!(PRINTED.take(), behaviour.expected, "on the engine {engine}");
}

/// Every portable id of the area is a test of this program or a difference; every typed id is a
/// program that does not compile; nothing else pretends to be either; and the page counts right.
pub(crate) fn check_ids(area: &str, source: &str) {
    let list = Command::new(std::env::current_exe().unwrap()).arg("--list").output().unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    let mut tests: Vec<_> = list.lines().filter_map(|line| line.strip_suffix(": test")).collect();
    tests.retain(|name| name.starts_with("test_"));

    let page = include_str!("../../src/conformance.rs");
    let (differences, refusals) = page.split_once("# What the compiler refuses").unwrap();
    let refused = |name: &str| refusals.contains(&format!("fn {name}() {{}}"));
    let differs = |id: &str| differences.contains(&format!("| `{id}` |"));

    let [mut tested, mut typed, mut different] = [0; 3];
    for behaviour in catalogue(area) {
        let name = behaviour.test_name();
        let found = (tests.contains(&&*name), refused(&name), differs(&behaviour.id));
        match (behaviour.verdict.as_str(), found) {
            ("portable", (true, false, false)) => tested += 1,
            ("portable", (false, false, true)) => different += 1,
            ("typed", (false, true, false)) => typed += 1,
            (verdict, found) => {
                panic!("{} is {verdict}; (tested, refused, differs): {found:?}", behaviour.id)
            }
        }
    }
    assert_eq!(tests.len(), tested, "a test has the id of no behaviour");
    assert!(different * 12 <= tested + different, "more than one in twelve differs");

    let total = tested + typed + different;
    let counts = format!("| {area} | {total} | {tested} | {typed} | {different} |");
    assert!(page.contains(&counts), "the page should count: {counts}");
    let front = include_str!("../../src/lib.rs");
    let sentence = format!(
        "Of {total} behaviours, {tested} are tests, {typed} are programs that the compiler refuses, \
         {different} differ"
    );
    let unwrapped = front.replace("\n//!", "");
    assert!(unwrapped.contains(&sentence), "the front page should say: {sentence}");
    let both = source.matches(" both!(").count();
    let engines = format!("{both} of the tests run on both engines");
    assert!(page.contains(&engines), "the page should count: {engines}");
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
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.1)
    }
}

impl std::error::Error for Exception {}

/// Python's `repr` of numbers, strings, and lists of them.
pub(crate) fn repr(value: impl fmt::Debug) -> String {
    format!("{value:?}").replace('"', "'")
}

/// Prints when dropped: a `finally` that only prints.
pub(crate) struct Finally(pub(crate) &'static str);

impl Drop for Finally {
    fn drop(&mut self) {
        say!("{}", self.0);
    }
}
