//! `big_logs` where things go wrong: Ctrl-C at any moment, a full disk, an argument that is no number.

#![forbid(unsafe_code)]

// How a log is cut has its tests beside it.
#[path = "../real-work/web/lines.rs"]
mod lines;

use std::{
    env, fs,
    io::{BufRead, BufReader},
    iter,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// Far longer than any of it takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// The words that start a program, in both languages.
fn programs() -> [Vec<String>; 2] {
    let tests = env::current_exe().unwrap();
    let built = tests.ancestors().nth(2).unwrap();
    let rust = built.join("examples/big_logs");
    let python = env::var("TWINS_PYTHON");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = folder.join("real-work/big_logs.py");
    [
        vec![
            python.unwrap_or("python3".into()),
            source.to_str().unwrap().to_owned(),
        ],
        vec![rust.to_str().unwrap().to_owned()],
    ]
}

/// Starts what stands in the words, with a folder of its own for temporary files and a group of its
/// own, as a shell gives it one.
fn start(words: &[String], temporary: &Path) -> Child {
    // A shell that put this test into the background has it ignore
    // Ctrl-C, and so would the program.
    let mut command = Command::new("env");
    command.arg("--default-signal=INT").args(words);
    command.env("TMPDIR", temporary).process_group(0);
    // Each line when it is printed, not when there are many.
    command.env("PYTHONUNBUFFERED", "1");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

#[track_caller]
fn ends_with_one_line(ran: &Output, line: &str) {
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    assert_eq!(said.lines().count(), 1, "{said}");
    let begin = format!("big_logs: {line}");
    assert!(said.starts_with(&begin), "{said}");
}

/// Where the program is when it is ended.
#[derive(Clone, Copy, Debug)]
enum Moment {
    Writing,
    Counting,
}

/// Ends a program at this moment; gives nothing if it was faster.
fn interrupted(words: &[String], moment: Moment) -> Option<Output> {
    let folder = tempfile::tempdir().unwrap();
    let mut child = start(words, folder.path());
    match moment {
        Moment::Writing => {
            let begin = Instant::now();
            while is_empty(folder.path()) {
                if child.try_wait().unwrap().is_some() {
                    let ran = child.wait_with_output().unwrap();
                    assert!(
                        ran.status.success(),
                        "{words:?}: {ran:?}"
                    );
                    return None;
                }
                assert!(begin.elapsed() < PATIENCE, "{words:?}");
                sleep(Duration::from_millis(1));
            }
        }
        Moment::Counting => {
            let output = child.stdout.as_mut().unwrap();
            let mut line = String::new();
            BufReader::new(output).read_line(&mut line).unwrap();
            assert!(line.starts_with("one core"), "{line}");
        }
    }
    // To its children, too: as a terminal does.
    let group = format!("-{}", child.id());
    let mut signal = Command::new("kill");
    let sent =
        signal.args(["-INT", "--", &group]).status().unwrap();
    assert!(sent.success());
    // Until its children have ended, too: they hold the pipes.
    let ran = child.wait_with_output().unwrap();
    assert!(is_empty(folder.path()), "{words:?}, {moment:?}");
    (!ran.status.success()).then_some(ran)
}

#[test]
fn nothing_stays_of_a_program_that_is_ended() {
    for program in programs() {
        // Often where the file has just been made: by then a thread
        // and the program that ends are at the same things.
        let writing = iter::repeat_n(Moment::Writing, 10);
        for moment in writing.chain([Moment::Counting]) {
            // The more there is to do, the later it ends by itself.
            let mut sizes = [16, 64, 256, 1024].into_iter();
            let ran = sizes.find_map(|mb: i32| {
                let words = [&program[..], &[mb.to_string()]];
                interrupted(&words.concat(), moment)
            });
            let ran = ran.expect("1 GB takes longer than a signal");
            assert_eq!(ran.status.code(), Some(1), "{ran:?}");
            let said = String::from_utf8_lossy(&ran.stderr);
            // How long a step took stands there, too.
            let told = |line: &&str| !line.starts_with("cores: ");
            let said: Vec<&str> =
                said.lines().filter(told).collect();
            assert_eq!(said, ["big_logs: interrupted by Ctrl-C"]);
        }
    }
}

#[test]
fn a_full_disk_is_told_in_one_line_and_leaves_nothing() {
    for program in programs() {
        let folder = tempfile::tempdir().unwrap();
        // No file can grow: as on a disk that is full.
        let script = "trap '' XFSZ; ulimit -f 1; exec \"$@\"";
        let shell = ["sh", "-c", script, "sh"].map(str::to_owned);
        let words = [&shell[..], &program].concat();
        let child = start(&words, folder.path());
        let ran = child.wait_with_output().unwrap();
        ends_with_one_line(&ran, "");
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(said.contains("File too large"), "{said}");
        assert!(is_empty(folder.path()));
    }
}

#[test]
fn a_size_that_is_no_number_is_told_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    for program in programs() {
        let words = [&program[..], &["tea".to_owned()]].concat();
        let child = start(&words, folder.path());
        ends_with_one_line(
            &child.wait_with_output().unwrap(),
            "inv",
        );
        assert!(is_empty(folder.path()));
    }
}
