//! Signals, each in a process of its own: Ctrl-C, and the one on which the call graph is printed.

#![cfg(unix)]

use std::env;
use std::future::pending;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio, exit};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGKILL, SIGUSR1};
use twin_tasks::{Runner, UntilCtrlCError, catch_cancelled, sleep, spawn};

/// Says to a process that it is the one of a test.
const CHILD: &str = "TWIN_TASKS_SIGNALS";

/// A test's process, which says on standard output how far it is.
struct Program {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Program {
    /// Runs `body` in a process of its own, or is it.
    fn of(test: &str, body: fn()) -> Self {
        if env::var_os(CHILD).is_some() {
            body();
            exit(0);
        }
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture", "--test-threads=1"])
            .env(CHILD, "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Waits until it says this.
    fn says(&mut self, what: &str) {
        for line in &mut self.lines {
            if line.unwrap().contains(what) {
                return;
            }
        }
        panic!("it has ended without a word of `{what}`");
    }

    fn signal(&self, signal: i32) {
        let (signal, id) = (format!("-{signal}"), self.child.id().to_string());
        // It may have ended meanwhile.
        Command::new("kill").args([signal, id]).stderr(Stdio::null()).status().unwrap();
    }

    /// Its end, and what it has said on standard error.
    fn ends(mut self) -> (ExitStatus, String) {
        let mut errors = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        (self.child.wait().unwrap(), errors)
    }
}

#[test]
fn ctrl_c_cancels_main_and_runs_its_clean_up() {
    let mut program = Program::of("ctrl_c_cancels_main_and_runs_its_clean_up", || {
        let mut runner = Runner::new();
        let result = runner.run_until_ctrl_c(async {
            println!("main waits");
            let cancelled = catch_cancelled(pending::<()>()).await.unwrap_err();
            sleep(Duration::from_millis(5)).await;
            println!("main cleans up");
            cancelled.propagate().await
        });
        assert!(matches!(result, Err(UntilCtrlCError::Interrupted)));
        runner.close();
        println!("the runner is closed");
    });
    program.says("main waits");
    program.signal(SIGINT);
    program.says("main cleans up");
    program.says("the runner is closed");
    assert!(program.ends().0.success());
}

#[test]
fn a_second_ctrl_c_ends_the_process() {
    let mut program = Program::of("a_second_ctrl_c_ends_the_process", || {
        let refuses = async {
            println!("main waits");
            loop {
                assert!(catch_cancelled(pending::<()>()).await.is_err());
                println!("main refuses");
            }
        };
        let _never: Result<(), _> = Runner::new().run_until_ctrl_c(refuses);
    });
    program.says("main waits");
    program.signal(SIGINT);
    program.says("main refuses");
    program.signal(SIGINT);
    assert_eq!(program.ends().0.signal(), Some(SIGINT));
}

#[test]
fn a_loop_that_is_blocked_is_ended_by_the_second() {
    let mut program = Program::of("a_loop_that_is_blocked_is_ended_by_the_second", || {
        let blocks = async {
            println!("main blocks");
            thread::sleep(Duration::from_secs(600));
        };
        let _never = Runner::new().run_until_ctrl_c(blocks);
    });
    program.says("main blocks");
    // Two that come at once are one for the system, and the loop can't say that it has had the first:
    // as somebody who presses until it ends.
    while program.child.try_wait().unwrap().is_none() {
        program.signal(SIGINT);
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(program.ends().0.signal(), Some(SIGINT));
}

#[test]
fn without_such_a_run_ctrl_c_does_what_the_system_does() {
    let mut program = Program::of("without_such_a_run_ctrl_c_does_what_the_system_does", || {
        let mut runner = Runner::new();
        runner.run_until_ctrl_c(async {}).unwrap();
        println!("the run is over");
        thread::sleep(Duration::from_secs(600));
    });
    program.says("the run is over");
    program.signal(SIGINT);
    assert_eq!(program.ends().0.signal(), Some(SIGINT));
}

#[test]
fn the_call_graph_is_printed_on_a_signal() {
    let mut program = Program::of("the_call_graph_is_printed_on_a_signal", || {
        let mut runner = Runner::new();
        runner.print_calls_on(SIGUSR1).unwrap();
        runner.run(async {
            let _tea = spawn(sleep(Duration::from_secs(3600))).named("tea");
            sleep(Duration::from_millis(1)).await;
            println!("main waits");
            sleep(Duration::from_secs(3600)).await;
        });
    });
    program.says("main waits");
    program.signal(SIGUSR1);
    // It is printed while the loop waits; then there is nothing more to see.
    let mut lines = BufReader::new(program.child.stderr.take().unwrap()).lines();
    let line = lines.find(|line| line.as_ref().unwrap().contains("task \"tea\"")).unwrap();
    assert!(line.unwrap().contains("signals.rs"));
    program.signal(SIGKILL);
    program.child.wait().unwrap();
}

#[test]
fn a_signal_that_nobody_may_catch_is_an_error() {
    for signal in [SIGKILL, 0, -1, 9999] {
        let error = Runner::new().print_calls_on(signal).unwrap_err();
        assert!(error.to_string().contains(&format!("signal {signal}")), "{error}");
        assert!(error.to_string().contains("choose another"), "{error}");
    }
}
