//! What the tests of all programs need.

use std::{
    env,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// Far longer than any of it takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// The project's.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
}

/// A Rust program, which Cargo builds beside its tests.
pub(crate) fn example(name: &str) -> PathBuf {
    let tests = env::current_exe().unwrap();
    let built = tests.ancestors().nth(2).unwrap();
    built.join("examples").join(name)
}

/// What starts a program, with a process group of its own, as a shell gives it one; not ignoring
/// Ctrl-C, as a shell has those do that it puts into the background. Python writes each line at once,
/// as to a terminal: a test that waits for a line would wait for the end.
pub(crate) fn program(path: &Path) -> Command {
    let mut command = Command::new("env");
    command.arg("--default-signal=INT").arg(path);
    command.env("PYTHONUNBUFFERED", "1").process_group(0);
    command
}

/// Starts a program whose output goes to pipes.
pub(crate) fn spawn(command: &mut Command) -> Child {
    let piped =
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
    piped.spawn().unwrap()
}

#[track_caller]
pub(crate) fn wait_until(
    what: &str,
    mut holds: impl FnMut() -> bool,
) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < PATIENCE, "{what}");
        sleep(Duration::from_millis(20));
    }
}

/// Sends a signal, such as `-INT`.
#[track_caller]
pub(crate) fn signal(name: &str, process: &str) {
    let mut kill = Command::new("kill");
    let sent = kill.args([name, "--", process]).output().unwrap();
    assert!(sent.status.success(), "{sent:?}");
}

/// Sends a signal to a program and its group: as a terminal does with Ctrl-C.
#[track_caller]
pub(crate) fn signal_group(name: &str, child: &Child) {
    signal(name, &format!("-{}", child.id()));
}

/// That a program says in one line that Ctrl-C has ended it.
#[track_caller]
pub(crate) fn says_interrupted(ran: &Output, name: &str) {
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(said, format!("{name}: interrupted by Ctrl-C\n"));
}

/// The same of a Python program, whose loop may have lost a connect before.
#[track_caller]
pub(crate) fn python_says_interrupted(ran: &Output, name: &str) {
    let mut ran = ran.clone();
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    let last = said.lines().next_back().unwrap_or_default();
    let before = said.strip_suffix(&format!("{last}\n"));
    if before.is_some_and(is_a_lost_connect) {
        ran.stderr = format!("{last}\n").into_bytes();
    }
    says_interrupted(&ran, name);
}

/// A report of asyncio's loop. Its `_sock_connect_cb` sees that the future isn't done, and sets its
/// result: a SIGINT between the two cancels the future.
fn is_a_lost_connect(report: &str) -> bool {
    report.starts_with(
        "Exception in callback BaseSelectorEventLoop._sock_connect_cb(",
    ) && report.matches("Exception in callback").count() == 1
        && report.ends_with(
            "\nasyncio.exceptions.InvalidStateError: invalid state\n",
        )
}

pub(crate) fn is_alive(process: &str) -> bool {
    let asked = Command::new("kill").args(["-0", process]).output();
    asked.unwrap().status.success()
}
