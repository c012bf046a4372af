//! The catalogue of CPython's behaviours, and what a test needs to print as Python does.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use serde::Deserialize;
use twin_tasks::{Cancelled, Failure, Sleep, sleep};

/// The areas that this crate answers for.
const AREAS: [&str; 15] = [
    "coroutine",
    "gather",
    "wait",
    "wait_for",
    "as_completed",
    "shield",
    "cancel",
    "taskgroup",
    "timeout",
    "queue",
    "lock",
    "semaphore",
    "event",
    "runner",
    "to_thread",
];

/// One behaviour of the catalogue, see `conformance/README.md`.
#[derive(Deserialize)]
struct Behaviour {
    id: String,
    area: String,
    verdict: String,
    python: String,
    expected: String,
    since: Option<String>,
    #[serde(default)]
    before: BTreeMap<String, String>,
}

impl Behaviour {
    /// The id as the name of a test.
    fn test_name(&self) -> String {
        self.id.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
    }
}

/// All behaviours of an area.
fn behaviours(area: &str) -> Vec<Behaviour> {
    let file = format!("../../conformance/{area}.jsonl");
    let lines = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

thread_local! {
    static PRINTED: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Python's `print`, of one formatted line.
macro_rules! say {
    ($($text:tt)*) => { $crate::catalogue::print(format_args!($($text)*)) };
}

pub(crate) fn print(line: fmt::Arguments<'_>) {
    let line = line.to_string();
    PRINTED.with_borrow_mut(|printed| {
        printed.push_str(&line);
        printed.push('\n');
    });
}

/// Runs the twin of the behaviour that the surrounding test is named after, and holds what it
/// prints against what CPython prints.
macro_rules! same {
    (|| $twin:expr) => {{
        fn here() {}
        $crate::catalogue::check(std::any::type_name_of_val(&here), || $twin);
    }};
    ($($main:tt)*) => { same!(|| twin_tasks::run(async move { $($main)* })) };
}

#[track_caller]
pub(crate) fn check(test: &str, twin: impl FnOnce()) {
    let mut path = test.rsplit("::");
    let name = path.nth(1).unwrap();
    let area = path.next().unwrap();
    let behaviour = behaviours(area)
        .into_iter()
        .find(|behaviour| behaviour.test_name() == name)
        .unwrap_or_else(|| panic!("no behaviour of the area {area} has the id of {name}"));

    PRINTED.take();
    twin();
    assert_eq!(PRINTED.take(), behaviour.expected);
}

/// A sleep of as many milliseconds as in the Python program; of ten times as many where others
/// sleep beside it, so that a busy machine does not change who is first.
pub(crate) fn ms(time: u64) -> Sleep {
    sleep(Duration::from_millis(if time < 100 { 10 * time } else { time }))
}

/// `asyncio.sleep(0)`.
pub(crate) fn turn() -> Sleep {
    sleep(Duration::ZERO)
}

/// A value that several tasks change: a log, most of all.
pub(crate) struct Shared<T>(Rc<RefCell<T>>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Rc::new(RefCell::new(value)))
    }

    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        change(&mut self.0.borrow_mut())
    }

    pub(crate) fn get(&self) -> T
    where
        T: Clone,
    {
        self.0.borrow().clone()
    }
}

impl<T> Shared<Vec<T>> {
    pub(crate) fn log() -> Self {
        Self::new(Vec::new())
    }

    pub(crate) fn push(&self, item: T) {
        self.0.borrow_mut().push(item);
    }
}

/// An exception: a kind and a text.
#[derive(Clone, PartialEq)]
pub(crate) struct Exception {
    pub(crate) kind: &'static str,
    pub(crate) text: String,
}

impl Exception {
    pub(crate) fn new(kind: &'static str, text: impl fmt::Display) -> Self {
        Self { kind, text: text.to_string() }
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Python's `repr`.
impl fmt::Debug for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text.parse::<f64>() {
            Ok(_) => write!(f, "{}({})", self.kind, self.text),
            Err(_) => write!(f, "{}({:?})", self.kind, self.text),
        }
    }
}

impl std::error::Error for Exception {}

pub(crate) fn value_error(text: impl fmt::Display) -> Exception {
    Exception::new("ValueError", text)
}

pub(crate) fn key_error(text: impl fmt::Display) -> Exception {
    Exception::new("KeyError", text)
}

pub(crate) fn runtime_error(text: impl fmt::Display) -> Exception {
    Exception::new("RuntimeError", text)
}

pub(crate) fn zero_division(text: impl fmt::Display) -> Exception {
    Exception::new("ZeroDivisionError", text)
}

/// Python's `repr` of numbers, strings, booleans and lists of them.
pub(crate) fn repr(value: impl fmt::Debug) -> String {
    format!("{value:?}").replace('"', "'").replace("true", "True").replace("false", "False")
}

/// Python's `repr` of a value that may be `None`.
pub(crate) fn or_none(value: Option<impl fmt::Debug>) -> String {
    value.map_or_else(|| "None".to_owned(), repr)
}

/// The `args` of a `CancelledError`.
pub(crate) fn args(cancelled: &Cancelled) -> String {
    match (cancelled.reason::<&str>(), cancelled.reason::<i32>()) {
        (Some(text), _) => format!("('{text}',)"),
        (_, Some(number)) => format!("({number},)"),
        _ => "()".to_owned(),
    }
}

/// The cancellation that something ended by.
#[track_caller]
pub(crate) fn cancelled<T>(outcome: Result<T, Failure>) -> Cancelled {
    match outcome {
        Err(Failure::Cancelled(cancelled)) => cancelled,
        Err(failure) => panic!("{failure}"),
        Ok(_) => panic!("it gave a value"),
    }
}

/// Prints when dropped: a `finally` that only prints.
pub(crate) struct Finally(pub(crate) &'static str);

impl Drop for Finally {
    fn drop(&mut self) {
        say!("{}", self.0);
    }
}

/// What a program prints under a Python, and how it failed if it did: its last word on stderr.
fn run_python(python: &OsStr, program: &str) -> String {
    let output = Command::new(python)
        .args(["-I", "-S", "-X", "utf8", "-c", program])
        .output()
        .expect("no Python: install python3, or name one in TWINS_PYTHON");
    let mut printed = String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n");
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        // Warnings may follow, about coroutines that were never awaited.
        let mut lines = errors.lines().rev();
        let last = lines.find(|line| !line.contains("Warning")).unwrap_or_default();
        printed += &format!("[exit {}] {last}", output.status.code().unwrap_or(-1));
    }
    printed
}

/// `3.13` as a pair that compares.
fn version(text: &str) -> (u32, u32) {
    let (major, minor) = text.trim().split_once('.').unwrap();
    (major.parse().unwrap(), minor.parse().unwrap())
}

#[test]
fn python_prints_what_the_catalogue_says() {
    let asked = env::var_os("TWINS_PYTHON").unwrap_or_else(|| "python3".into());
    let about =
        run_python(&asked, "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)");
    // What was asked may be a script that looks for the real one, each time anew.
    let (running, python) = about.trim_end().split_once(' ').unwrap();
    let queue: Mutex<VecDeque<_>> = Mutex::new(AREAS.into_iter().flat_map(behaviours).collect());
    let wrong = Mutex::new(Vec::new());

    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    // Apart from the `loop`'s condition, so that the lock is free meanwhile.
                    let next = queue.lock().unwrap().pop_front();
                    let Some(behaviour) = next else { break };
                    let expected = match &behaviour.since {
                        Some(since) if version(running) < version(since) => {
                            &behaviour.before[running]
                        }
                        _ => &behaviour.expected,
                    };
                    let printed = run_python(python.as_ref(), &behaviour.python);
                    if printed != *expected {
                        let mut wrong = wrong.lock().unwrap();
                        wrong.push(format!("{}: {printed}", behaviour.id));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "under Python {running}:\n{}", wrong.join("\n"));
}

/// Every portable id is a test of this program or a difference; every typed id is a program that
/// does not compile; nothing else pretends to be either; and the page counts right.
#[test]
fn every_id_is_accounted_for() {
    let list = Command::new(env::current_exe().unwrap()).arg("--list").output().unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    let mut tests: Vec<_> = list.lines().filter_map(|line| line.strip_suffix(": test")).collect();
    tests.retain(|name| name.contains("::test_"));

    let page = include_str!("../../src/conformance.rs");
    let programs = include_str!("../../src/conformance/refused.rs");
    let mut problems = Vec::new();
    let mut sums = [0; 4];
    for area in AREAS {
        let mut counts = [0; 4];
        for behaviour in behaviours(area) {
            assert_eq!(behaviour.area, area);
            let name = behaviour.test_name();
            let tested = tests.contains(&&*format!("{area}::{name}"));
            let refused = programs.contains(&format!("fn {name}() {{}}"));
            let row = page.contains(&format!("| `{}` |", behaviour.id));
            let place = match (behaviour.verdict.as_str(), tested, refused, row) {
                // A typed one can be a test, too, where Rust has the error at run time as well.
                ("portable" | "typed", true, false, false) => 1,
                ("typed", false, true, true) => 2,
                ("portable", false, false, true) => 3,
                (verdict, ..) => {
                    let found = format!("test: {tested}, refused: {refused}, row: {row}");
                    problems.push(format!("{} is {verdict}; {found}", behaviour.id));
                    continue;
                }
            };
            if refused && named_code(page, &behaviour.id) != failing_code(programs, &name) {
                problems.push(format!("{} fails by another code than named", behaviour.id));
            }
            counts[0] += 1;
            counts[place] += 1;
        }
        check_row(page, area, counts, &mut problems);
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    check_row(page, "all", sums, &mut problems);
    if tests.len() != sums[1] {
        problems.push(format!("{} tests, {} behaviours tested", tests.len(), sums[1]));
    }
    let (named, shown) =
        (programs.matches("\nfn test_").count(), page.matches("\n//! | `test_").count());
    if (named, shown) != (sums[2], sums[2] + sums[3]) {
        problems.push(format!("{named} programs and {shown} rows, some of no behaviour"));
    }
    if sums[3] * 12 > sums[1] + sums[3] {
        problems.push("more than one portable behaviour in twelve differs".to_owned());
    }
    let [all, tested, refused, differences] = sums;
    let sentence = format!(
        "Of {all} behaviours, {tested} are tests, {refused} are refused by the compiler, and \
         {differences} differ"
    );
    let front = include_str!("../../src/lib.rs").replace("\n//! ", " ");
    if !front.contains(&sentence) {
        problems.push(format!("the front page should say: {sentence}"));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The error code that the page names in the row of a behaviour.
fn named_code<'a>(page: &'a str, id: &str) -> Option<&'a str> {
    let row = page.lines().find(|line| line.contains(&format!("| `{id}` |")))?;
    row[row.rfind("| E")?..].get(2..7)
}

/// The error code that the program of a behaviour is expected to fail with.
fn failing_code<'a>(programs: &'a str, name: &str) -> Option<&'a str> {
    let (before, _) = programs.split_once(&format!("fn {name}() {{}}"))?;
    before.rsplit_once("compile_fail,")?.1.get(..5)
}

fn check_row(page: &str, area: &str, counts: [usize; 4], problems: &mut Vec<String>) {
    let [all, tested, refused, differences] = counts;
    let row = format!("| {area} | {all} | {tested} | {refused} | {differences} |");
    if !page.contains(&row) {
        problems.push(format!("the page should have the row {row}"));
    }
}
