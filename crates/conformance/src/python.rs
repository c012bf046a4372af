//! The catalogue's programs under the local CPython.

use std::collections::VecDeque;
use std::env;
use std::ffi::OsStr;
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use crate::catalogue::{Behaviour, behaviours};

/// Runs the Python programs of the areas, as many at a time as the machine has processors, and
/// holds what they print against the catalogue.
///
/// They run under `python3`, or under what `TWINS_PYTHON` names.
///
/// # Panics
///
/// If a program prints something else than the catalogue says for this version of Python, or if
/// there is no Python.
#[track_caller]
pub fn check_programs(areas: &[&str]) {
    let asked = env::var_os("TWINS_PYTHON").unwrap_or_else(|| "python3".into());
    let about = run(&asked, "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)");
    // What was asked may be a script that looks for the real one, each time anew.
    let (running, python) = about.trim_end().split_once(' ').expect("a version and a path");

    let all = areas.iter().flat_map(|area| behaviours(area)).collect();
    let wrong = deviations(python.as_ref(), running, all);
    assert!(wrong.is_empty(), "under Python {running}:\n{}", wrong.join("\n"));
}

/// The behaviours whose programs print something else than the catalogue says, with what.
fn deviations(python: &OsStr, running: &str, behaviours: VecDeque<Behaviour>) -> Vec<String> {
    let queue = Mutex::new(behaviours);
    let wrong = Mutex::new(Vec::new());
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    // Apart from the `loop`'s condition, so that the lock is free meanwhile.
                    let next = queue.lock().unwrap().pop_front();
                    let Some(behaviour) = next else { break };
                    let printed = run(python, &behaviour.python);
                    if printed != behaviour.expected_under(running) {
                        wrong.lock().unwrap().push(format!("{}: {printed}", behaviour.id));
                    }
                }
            });
        }
    });
    wrong.into_inner().unwrap()
}

/// Runs programs that wait, in a time of their own.
const VIRTUAL_TIME: &str = include_str!("virtual_time.py");

/// What a program prints under a Python, alone and without `site`, which only takes time. If it
/// fails or complains, `[exit CODE] LAST LINE OF STDERR` stands behind.
fn run(python: &OsStr, program: &str) -> String {
    let waits = program.contains("asyncio").then_some(VIRTUAL_TIME);
    let output = Command::new(python)
        .args(["-I", "-S", "-X", "utf8", "-c"])
        .args(waits.into_iter().chain([program]))
        .output()
        .expect("no Python: install python3, or name one in TWINS_PYTHON");
    let mut printed = String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n");
    let complaints = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() || !complaints.is_empty() {
        // Warnings may follow a traceback, about coroutines that were never awaited.
        let mut lines = complaints.lines().rev();
        let last = lines.find(|line| !line.contains("Warning")).unwrap_or_default();
        printed += &format!("[exit {}] {last}", output.status.code().unwrap_or(-1));
    }
    printed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Verdict::Portable;

    fn deviations_of(program: &str) -> Vec<String> {
        let mut behaviour = Behaviour::made_up("test_a", Portable);
        behaviour.python = program.to_owned();
        let python = env::var_os("TWINS_PYTHON").unwrap_or_else(|| "python3".into());
        deviations(&python, "3.13", VecDeque::from([behaviour]))
    }

    #[test]
    fn program_that_prints_what_the_catalogue_says_is_right() {
        assert!(deviations_of("print('new')").is_empty());
    }

    /// The second of these waits would be over first, had the machine been busy for an hour.
    #[test]
    fn how_long_a_program_takes_does_not_matter() {
        let program = "\
import asyncio
async def main():
    wait = asyncio.wait_for(asyncio.sleep(7200), 3600)
    try:
        await wait
    except TimeoutError:
        print('new')
asyncio.run(main())";
        assert!(deviations_of(program).is_empty());
    }

    #[test]
    fn program_that_prints_something_else_is_found() {
        assert_eq!(deviations_of("print('newer')"), ["test_a: newer\n"]);
    }

    #[test]
    fn program_that_fails_after_printing_is_found() {
        let wrong = deviations_of("print('new'); 1 / 0");
        assert_eq!(wrong, ["test_a: new\n[exit 1] ZeroDivisionError: division by zero"]);
    }

    #[test]
    fn program_that_complains_is_found() {
        let complaint = "import sys; print('new'); print('oh', file=sys.stderr)";
        assert_eq!(deviations_of(complaint), ["test_a: new\n[exit 0] oh"]);
        let warning = "import sys; print('new'); print('UserWarning: oh', file=sys.stderr)";
        assert_eq!(deviations_of(warning), ["test_a: new\n[exit 0] "]);
    }
}
