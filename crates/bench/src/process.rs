//! A process, timed, with the most memory that it held.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use wait4::Wait4;

/// How often a running process is asked for its peak. Only what it takes for the first time
/// within its last such interval escapes.
const INTERVAL: Duration = Duration::from_millis(1);

/// A process that has ended well.
#[derive(Clone, Debug)]
pub struct Finished {
    /// From before its start to after its end.
    pub elapsed: Duration,
    /// How long processors worked for it, the system's work on its behalf included.
    pub processor: Duration,
    /// The most memory that was resident at one time, in bytes.
    pub peak: u64,
    /// What it printed.
    pub stdout: String,
}

/// Runs a process to its end.
///
/// The peak is `VmHWM` of /proc, read from outside while the process runs. The `ru_maxrss` of an
/// ended child, which has to do where there is no /proc, also counts what its parent held when it
/// started the child.
///
/// # Errors
///
/// When the process can't be started or fails.
///
/// # Examples
///
/// ```
/// use std::process::Command;
/// use twins_bench::process::run;
///
/// let finished = run(Command::new("rustc").arg("--version"))?;
/// assert!(finished.stdout.starts_with("rustc"));
/// # anyhow::Ok(())
/// ```
pub fn run(command: &mut Command) -> Result<Finished> {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let start = Instant::now();
    // A pipe, for `grep -c` stops at the first match when its output goes to /dev/null.
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("can't start `{name}`"))?;
    let status = format!("/proc/{}/status", child.id());
    let ended = AtomicBool::new(false);
    let mut stdout = String::new();
    let (usage, elapsed, peak) = thread::scope(|scope| {
        let peak = scope.spawn(|| {
            let mut peak = None;
            while !ended.load(Ordering::Relaxed) {
                peak = peak.max(peak_in(&fs::read_to_string(&status).unwrap_or_default()));
                thread::sleep(INTERVAL);
            }
            peak
        });
        let pipe = child.stdout.take();
        let read = pipe.map_or(Ok(0), |mut pipe| pipe.read_to_string(&mut stdout));
        let usage = child.wait4();
        let elapsed = start.elapsed();
        ended.store(true, Ordering::Relaxed);
        (read.and(usage), elapsed, peak.join().expect("reading a file does not panic"))
    });
    let usage = usage.with_context(|| format!("waiting for `{name}`"))?;
    ensure!(usage.status.success(), "`{name}` failed: {}", usage.status);
    let usage = usage.rusage;
    let processor = usage.utime + usage.stime;
    Ok(Finished { elapsed, processor, peak: peak.unwrap_or(usage.maxrss), stdout })
}

/// The memory of this process that is resident now, in bytes: heap and stacks, and not the program
/// itself, of which the system maps a page when it is first run.
///
/// Of /proc/self/smaps_rollup, for which Linux looks at each page; the `VmRSS` of the status is a
/// sum that may lag behind by more than a hundred kilobytes.
///
/// # Errors
///
/// On other systems than Linux.
pub fn resident() -> Result<u64> {
    let rollup = "/proc/self/smaps_rollup";
    let text = fs::read_to_string(rollup).with_context(|| format!("can't read {rollup}"))?;
    bytes_in(&text, "Anonymous:").with_context(|| format!("no anonymous memory in {rollup}"))
}

/// Finds the peak in the text of a /proc/PID/status.
fn peak_in(status: &str) -> Option<u64> {
    bytes_in(status, "VmHWM:")
}

/// Finds an amount of memory in a text of /proc.
fn bytes_in(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_stands_in_the_status() {
        let status = "Name:\tgrep\nVmPeak:\t  9000 kB\nVmHWM:\t    2048 kB\nThreads:\t1\n";
        assert_eq!(peak_in(status), Some(2 * 1024 * 1024));
        assert_eq!(peak_in("Name:\tgrep\nState:\tZ (zombie)\n"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_is_written_to_is_resident() {
        let before = resident().unwrap();
        let written = vec![1_u8; 8 * 1024 * 1024];
        assert!(resident().unwrap() - before >= 7 * 1024 * 1024, "{}", written.len());
    }
}
