//! A running program: started in a process group of its own, watched line by line, ended with
//! everything that it started.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, Write},
    os::unix::process::{CommandExt, ExitStatusExt},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use rustix::{
    io::Errno,
    process::{Pid, Signal, WaitId, WaitIdOptions, getpgid, kill_process_group, waitid},
};

use crate::{clock::Stopwatch, file::plain, interrupt};

/// How long a program that was asked to end may take before it is ended by force.
const GRACE: Duration = Duration::from_millis(500);

/// How long what has left a program's group may keep its output open after the program's end.
const LEFT_OPEN: Duration = Duration::from_secs(5);

/// How often [`run_until`] asks whether to stop.
const LOOK: Duration = Duration::from_millis(150);

/// How often we look whether an interrupt was requested, while we wait for that.
const A_MOMENT: Duration = Duration::from_millis(50);

/// How long one wait for a program's next line takes at most.
const A_DAY: Duration = Duration::from_secs(86_400);

/// How much a program may print before it is ended: who prints without end would fill the memory.
const MOST_OUTPUT: usize = 64 << 20;

/// What helps where there is no room for what a program reads.
pub(crate) const NO_ROOM_FOR_INPUT: &str = "can't write down what a program is to read: make room \
    in the folder for temporary files, or name another one by TMPDIR";

/// What a line takes beside its bytes.
const LINE: usize = 64;

/// Which of its two outputs a program wrote to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// What is compared.
    Stdout,
    /// Warnings and tracebacks: shown, never compared.
    Stderr,
}

/// One line that a program wrote, without its end of line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it was written.
    pub stream: Stream,
    /// When it arrived, since the program's start.
    pub at: Duration,
    /// Its bytes: whether they are UTF-8 is the judge's question.
    pub bytes: Vec<u8>,
    /// Whether an end of line followed; only a program's last line can lack it.
    pub ended: bool,
}

impl Line {
    /// The line as text, with `\xff` for what is not UTF-8.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for chunk in self.bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
        }
        text
    }
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with this exit code.
    Exit(i32),
    /// By a signal that we did not send.
    Signal(i32),
    /// By us, since it ran longer than the limit.
    TimedOut(Duration),
    /// By us, since it printed more than anybody reads.
    TooMuch,
}

/// Everything that a finished program left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// What it wrote, in the order of arrival.
    pub lines: Vec<Line>,
    /// How it ended.
    pub end: End,
    /// How long it ran, pauses apart; no line is later.
    pub wall: Duration,
    /// Whether Ctrl-Z stopped it meanwhile: then its own clock went on, and no time tells anything.
    pub paused: bool,
}

impl Output {
    /// The bytes of its standard output.
    pub fn stdout(&self) -> Vec<u8> {
        self.bytes(Stream::Stdout)
    }

    /// Its standard error as text.
    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.bytes(Stream::Stderr)).into_owned()
    }

    fn bytes(&self, stream: Stream) -> Vec<u8> {
        let mut bytes = Vec::new();
        for line in self.lines.iter().filter(|line| line.stream == stream) {
            bytes.extend_from_slice(&line.bytes);
            if line.ended {
                bytes.push(b'\n');
            }
        }
        bytes
    }
}

/// What [`spawn`] reports while its program runs.
#[derive(Debug)]
pub enum Event {
    /// The program wrote a line.
    Line(Line),
    /// The program has ended, after all of its lines: how, after how long, and whether it was stopped
    /// meanwhile.
    End(End, Duration, bool),
}

/// Runs `command` to its end and hands each line to `on_line` as it comes.
///
/// # Errors
///
/// When the program can't be started. How it ends is no error here: see [`Output::end`].
pub fn run(command: Command, limit: Duration, on_line: impl FnMut(&Line)) -> Result<Output> {
    run_with(command, None, limit, on_line)
}

/// The same for a program that reads `input`.
///
/// # Errors
///
/// As [`run`].
pub fn run_with(
    command: Command,
    input: Option<&str>,
    limit: Duration,
    mut on_line: impl FnMut(&Line),
) -> Result<Output> {
    let (sender, receiver) = mpsc::channel();
    spawn(command, input, limit, move |event| drop(sender.send(event)))?;
    let mut lines = Vec::new();
    for event in receiver {
        match event {
            Event::Line(line) => {
                on_line(&line);
                lines.push(line);
            }
            Event::End(end, wall, paused) => return Ok(Output { lines, end, wall, paused }),
        }
    }
    unreachable!("every program's last event is its end")
}

/// Runs programs at the same time to their ends; gives nothing where they are `stopped` before, which
/// is asked again and again, however much they print.
///
/// # Errors
///
/// As [`run`], those of `stopped`, and [`interrupt::Interrupted`].
pub(crate) fn run_until<const N: usize>(
    commands: [(Command, Option<String>); N],
    limit: Duration,
    mut stopped: impl FnMut() -> Result<bool>,
) -> Result<Option<[Output; N]>> {
    let (sender, receiver) = mpsc::channel();
    let mut started = AllStarted::default();
    for (place, (command, input)) in commands.into_iter().enumerate() {
        let sender = sender.clone();
        let on_event = move |event| drop(sender.send((place, event)));
        started.0.push(spawn(command, input.as_deref(), limit, on_event)?);
    }
    drop(sender);
    let mut lines: [Vec<Line>; N] = std::array::from_fn(|_| Vec::new());
    let mut ends = [None; N];
    let mut is_stopped = false;
    let mut looked = Instant::now();
    loop {
        match receiver.recv_timeout(LOOK) {
            Ok((place, Event::Line(line))) => lines[place].push(line),
            Ok((place, Event::End(end, wall, paused))) => ends[place] = Some((end, wall, paused)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if !is_stopped && looked.elapsed() >= LOOK {
            looked = Instant::now();
            is_stopped = stopped()?;
            if is_stopped {
                started.end();
            }
        }
    }
    interrupt::check()?;
    if is_stopped {
        return Ok(None);
    }
    let mut outputs = lines.into_iter().zip(ends).map(|(lines, end)| {
        let (end, wall, paused) = end.expect("every program's last event is its end");
        Output { lines, end, wall, paused }
    });
    Ok(Some(std::array::from_fn(|_| outputs.next().expect("there are as many"))))
}

/// Programs that run; they end with this.
#[derive(Default)]
struct AllStarted(Vec<Started>);

impl AllStarted {
    fn end(&self) {
        self.0.iter().for_each(Started::end);
    }
}

impl Drop for AllStarted {
    fn drop(&mut self) {
        self.end();
    }
}

/// Starts `command` and reports to `on_event`, from threads of its own, until the program has
/// ended; the last event is [`Event::End`].
///
/// The program reads `input`, or nothing, and gets a process group of its own, so that what it starts
/// can be ended with it: at the limit, on Ctrl-C, and when its first process has ended.
///
/// # Errors
///
/// When the program can't be started, or there is no room for what it reads.
pub fn spawn(
    mut command: Command,
    input: Option<&str>,
    limit: Duration,
    on_event: impl Fn(Event) + Send + Sync + 'static,
) -> Result<Started> {
    // A file, and no pipe: nobody has to write while the program does not read.
    let stdin = match input {
        None => Stdio::null(),
        Some(input) => {
            let file = || -> io::Result<File> {
                let mut file = tempfile::tempfile()?;
                file.write_all(input.as_bytes())?;
                file.rewind()?;
                Ok(file)
            };
            file().map_err(plain).context(NO_ROOM_FOR_INPUT)?.into()
        }
    };
    command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let watch = Stopwatch::start();
    let name = command.get_program().to_owned();
    let child =
        command.spawn().with_context(|| format!("can't start {}", name.to_string_lossy()))?;
    let mut running = Running::of(child);
    let group = running.group;
    let stdout = running.child.stdout.take().expect("stdout is piped");
    let stderr = running.child.stderr.take().expect("stderr is piped");

    thread::spawn(move || {
        let (sender, receiver) = mpsc::channel();
        let (out, err, exit) = (sender.clone(), sender.clone(), sender);
        // Nothing is sent here: it disconnects when both readers have come to the end.
        let (reading, both_read) = mpsc::channel::<()>();
        let err_reading = reading.clone();
        thread::spawn(move || {
            read_lines(stdout, Stream::Stdout, watch, &out);
            drop(reading);
        });
        thread::spawn(move || {
            read_lines(stderr, Stream::Stderr, watch, &err);
            drop(err_reading);
        });
        thread::spawn(move || {
            let end = running.wait();
            let wall = watch.elapsed();
            // All of the group are gone, and the pipes with them. A daemon has left it, and
            // may hold them for ever: what it would write does not count.
            let left = Instant::now() + LEFT_OPEN;
            while both_read.recv_timeout(A_MOMENT) == Err(RecvTimeoutError::Timeout)
                && Instant::now() < left
                && !interrupt::is_requested()
            {}
            drop(exit.send(Event::End(end, wall, watch.was_paused())));
        });

        // Why we ended it, if we did.
        let mut ended = None;
        let mut room = MOST_OUTPUT;
        let mut last = Duration::ZERO;
        loop {
            let left = limit.saturating_sub(watch.elapsed());
            let event = match ended {
                Some(_) => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
                // A limit that no clock can hold is none: waits are asked for a day at most.
                None => receiver.recv_timeout(left.min(A_DAY)),
            };
            match event {
                Ok(Event::Line(line)) => {
                    let size = line.bytes.len() + LINE;
                    if ended == Some(End::TooMuch) {
                        continue;
                    }
                    if room < size {
                        ended = Some(End::TooMuch);
                        group.end();
                        continue;
                    }
                    room -= size;
                    last = last.max(line.at);
                    on_event(Event::Line(line));
                }
                Ok(Event::End(end, wall, paused)) => {
                    let end = ended.unwrap_or(end);
                    // On a busy machine a program may be gone before its last line is read.
                    return on_event(Event::End(end, wall.max(last), paused));
                }
                // Not so when it was a pause that took the time.
                Err(RecvTimeoutError::Timeout) => {
                    if watch.elapsed() >= limit {
                        ended = Some(End::TimedOut(limit));
                        group.end();
                    }
                }
                Err(RecvTimeoutError::Disconnected) => unreachable!("the end comes first"),
            }
        }
    });
    Ok(Started(group))
}

/// A program that [`spawn`] has started.
#[derive(Debug)]
pub struct Started(Group);

impl Started {
    /// Ends it with everything that it started, if it still runs.
    pub fn end(&self) {
        interrupt::if_watched(self.0, || self.0.end());
    }
}

fn read_lines(mut pipe: impl Read, stream: Stream, watch: Stopwatch, sender: &Sender<Event>) {
    let send = |bytes: Vec<u8>, ended| {
        drop(sender.send(Event::Line(Line { stream, at: watch.elapsed(), bytes, ended })));
    };
    let mut pending = Vec::new();
    let mut buffer = [0; 8192];
    // A broken pipe reads as its end: the program's exit says the rest.
    while let Ok(count @ 1..) = pipe.read(&mut buffer) {
        for part in buffer[..count].split_inclusive(|&byte| byte == b'\n') {
            pending.extend_from_slice(part);
            if pending.last() == Some(&b'\n') {
                pending.pop();
                send(std::mem::take(&mut pending), true);
            }
        }
        // A line without end, too.
        if pending.len() > MOST_OUTPUT {
            send(std::mem::take(&mut pending), false);
        }
    }
    if !pending.is_empty() {
        send(pending, false);
    }
}

/// A program that runs in a process group of its own; Ctrl-C ends it, Ctrl-Z stops it. What is
/// dropped before its end is ended by force.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) child: Child,
    group: Group,
    collected: bool,
}

/// The process group of one program, named by the process that leads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Group(Pid);

impl Running {
    /// The program that leads a group of its own.
    pub(crate) fn of(child: Child) -> Self {
        let group = Group(Pid::from_child(&child));
        interrupt::watch(group);
        Self { child, group, collected: false }
    }

    /// Waits for the leader, ends what it left behind, and only then collects it.
    pub(crate) fn wait(mut self) -> End {
        // NOWAIT leaves the leader's number taken, so that the signal below can't hit a stranger.
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while matches!(waitid(WaitId::Pid(self.group.0), options), Err(Errno::INTR)) {}
        self.collect()
    }

    /// Ends all of the group, and leaves the list of those that run before its number is free.
    fn collect(&mut self) -> End {
        self.collected = true;
        self.group.signal(Signal::KILL);
        interrupt::unwatch(self.group);
        let status = self.child.wait().expect("a child that was not waited for yet");
        status.code().map_or_else(|| End::Signal(status.signal().unwrap_or_default()), End::Exit)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.collected {
            self.collect();
        }
    }
}

impl Group {
    /// Asks every process of the group to end, and ends by force what is left after a moment.
    pub(crate) fn end(self) {
        self.signal(Signal::TERM);
        // What is stopped can't end otherwise.
        self.signal(Signal::CONT);
        thread::spawn(move || {
            thread::sleep(GRACE);
            // Under the lock that `collect` takes before it gives the number back to the system:
            // the group can't be another one by now.
            interrupt::if_watched(self, || self.kill());
        });
    }

    /// Ends it by force, and the groups that the leader's children lead: a tracer gives one to the
    /// program that it traces, and itself can't end that any more.
    pub(crate) fn kill(self) {
        for group in self.of_children() {
            group.signal(Signal::KILL);
        }
        self.signal(Signal::KILL);
    }

    fn of_children(self) -> Vec<Self> {
        let leader = self.0.as_raw_nonzero();
        let children = fs::read_to_string(format!("/proc/{leader}/task/{leader}/children"));
        let children = children.unwrap_or_default();
        let children = children.split(' ').filter_map(|child| Pid::from_raw(child.parse().ok()?));
        children.filter(|child| getpgid(Some(*child)) == Ok(*child)).map(Self).collect()
    }

    /// A group whose processes are all gone is what we want: no error.
    pub(crate) fn signal(self, signal: Signal) {
        let _ = kill_process_group(self.0, signal);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[track_caller]
    fn check(script: &str, limit: Duration, stdout: &str, stderr: &str, end: End) {
        let output = run(sh(script), limit, |_| {}).unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout()), stdout);
        assert_eq!(output.stderr(), stderr);
        assert_eq!(output.end, end);
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn both_streams_and_the_exit_code_arrive() {
        check("echo a; echo b >&2; exit 3", LONG, "a\n", "b\n", End::Exit(3));
    }

    #[test]
    fn a_last_line_without_its_end_stays_so() {
        check("printf 'a\\nb'", LONG, "a\nb", "", End::Exit(0));
    }

    #[test]
    fn a_signal_is_no_exit_code() {
        check("kill -ABRT $$", LONG, "", "", End::Signal(6));
    }

    #[test]
    fn the_limit_ends_the_program_and_keeps_what_it_printed() {
        let limit = Duration::from_millis(300);
        check("echo early; sleep 60", limit, "early\n", "", End::TimedOut(limit));
    }

    #[test]
    fn the_limit_ends_a_program_that_does_not_want_to() {
        let limit = Duration::from_millis(300);
        let script = "trap '' TERM; echo early; while :; do sleep 0.05; done";
        check(script, limit, "early\n", "", End::TimedOut(limit));
    }

    #[test]
    fn a_limit_that_no_clock_can_hold_is_none() {
        check("echo a", Duration::from_secs_f64(1e19), "a\n", "", End::Exit(0));
        check("echo a", Duration::MAX, "a\n", "", End::Exit(0));
    }

    #[test]
    fn a_program_that_prints_without_end_is_ended() {
        for script in ["yes", "cat /dev/zero", "yes >&2"] {
            let output = run(sh(script), LONG, |_| {}).unwrap();
            assert_eq!(output.end, End::TooMuch, "{script}");
            let size: usize = output.lines.iter().map(|line| line.bytes.len() + LINE).sum();
            assert!(size <= MOST_OUTPUT, "{script}: {size}");
        }
    }

    #[test]
    fn what_is_dropped_before_its_end_is_ended_and_leaves_the_list() {
        let mut command = sh("sleep 60");
        command.process_group(0);
        let started = Instant::now();
        let running = Running::of(command.spawn().unwrap());
        let group = running.group;
        drop(running);
        assert!(started.elapsed() < LONG / 2);
        interrupt::if_watched(group, || panic!("it is still in the list"));
    }

    #[test]
    fn what_a_program_leaves_behind_ends_with_it() {
        // The background process would hold the pipe for a minute.
        let started = Instant::now();
        check("sleep 60 & echo gone", LONG, "gone\n", "", End::Exit(0));
        assert!(started.elapsed() < LONG / 2);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_daemon_that_holds_the_pipes_is_not_waited_for() {
        let started = Instant::now();
        let script = "setsid sleep 60 & \
            until grep -q \"^NSsid:[[:space:]]*$!\\$\" /proc/$!/status; do :; done; \
            echo $!";
        let output = run(sh(script), LONG, |_| {}).unwrap();
        let daemon = output.lines[0].text().parse().unwrap();
        assert_eq!(output.end, End::Exit(0));
        assert!(output.wall < LONG / 2 && started.elapsed() < LONG / 2);
        rustix::process::kill_process(Pid::from_raw(daemon).unwrap(), Signal::KILL).unwrap();
    }

    #[test]
    fn lines_carry_the_time_of_their_arrival() {
        let output = run(sh("echo a; sleep 0.3; echo b"), LONG, |_| {}).unwrap();
        assert!(output.lines[1].at >= Duration::from_millis(300));
        assert!(output.wall >= output.lines[1].at);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn no_line_is_later_than_the_end() {
        // The program itself is gone before its last line comes.
        let script = "setsid sh -c 'sleep 0.3; echo late' & \
            until grep -q \"^NSsid:[[:space:]]*$!\\$\" /proc/$!/status; do :; done";
        let output = run(sh(script), LONG, |_| {}).unwrap();
        assert_eq!(output.lines[0].text(), "late");
        assert!(output.wall >= output.lines[0].at);
    }

    #[test]
    fn bytes_that_are_not_utf8_show_as_escapes() {
        let output = run(sh("printf 'a\\377b\\n'"), LONG, |_| {}).unwrap();
        assert_eq!(output.lines[0].text(), "a\\xffb");
    }
}
