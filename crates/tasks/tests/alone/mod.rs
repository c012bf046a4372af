//! A test in a process of its own: one that aborts, hangs or fills the memory is one failed test.

use std::any::type_name;
use std::env;
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Says to a process which test it is there for.
const TEST: &str = "TWIN_TASKS_TEST";

/// What such a process says at its end; an exit code of 0 would not tell whether it ran anything.
const SURVIVED: &str = "the test has survived";

const LIMIT: Duration = Duration::from_secs(60);

/// Runs the body of `test` in a process of its own: this program once more, with that test alone.
/// Called first in it: `alone(name_of_the_test, || …)`.
#[track_caller]
pub(crate) fn alone<Test: Fn()>(_test: Test, body: impl FnOnce()) {
    // Without the name of the program.
    let (_, test) = type_name::<Test>().split_once("::").expect("a path of a function");
    if env::var_os(TEST).is_some_and(|name| name == test) {
        body();
        println!("{SURVIVED}");
        return;
    }
    let program = env::current_exe().expect("a test knows its program");
    let mut process = Command::new(program)
        .args([test, "--exact", "--nocapture"])
        .env(TEST, test)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a program starts itself");
    let output = read(process.stdout.take().expect("it is piped"));
    let errors = read(process.stderr.take().expect("it is piped"));
    let began = Instant::now();
    let status = loop {
        if let Some(status) = process.try_wait().expect("a child can be waited for") {
            break status.to_string();
        }
        if began.elapsed() > LIMIT {
            process.kill().expect("a child can be killed");
            process.wait().expect("a child can be waited for");
            break format!("it has not ended after {LIMIT:?}");
        }
        thread::sleep(Duration::from_millis(5));
    };
    let output = output.join().expect("a reader reads");
    let errors = errors.join().expect("a reader reads");
    assert!(output.contains(SURVIVED), "{status}\n{output}{errors}");
}

/// Reads to the end, beside whoever writes.
fn read(mut from: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).expect("a pipe can be read");
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
