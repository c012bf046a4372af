//! What a number can't be read without: processor, load and versions.

use std::fs;
use std::process::Command;
use std::thread;

/// The first lines of a report: the processor, the load before and after, rustc, and the crates that
/// were measured.
pub fn facts(load_before: &str, crates: &[&str]) -> String {
    let versions: Vec<_> = crates.iter().map(|name| crate_version(name)).collect();
    format!(
        "- processor: {}\n- load averages before: {load_before}; after: {}\n- {}\n- {}",
        processor(),
        load(),
        first_line("rustc", "--version"),
        versions.join(", ")
    )
}

/// The processor and how many of its cores this machine has.
pub fn processor() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let value = info.lines().find(|line| line.starts_with(name))?.split_once(':')?.1;
        Some(value.trim().to_owned())
    };
    let name = field("model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let numbers = match (field("cpu family"), field("model\t")) {
        (Some(family), Some(model)) => format!(" (family {family}, model {model})"),
        _ => String::new(),
    };
    format!("{name}{numbers}, {cores} cores")
}

/// The load averages of the last minute and the last five, where the system tells.
pub fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let mut fields = load.split(' ');
    match (fields.next(), fields.next()) {
        (Some(one), Some(five)) if !one.is_empty() => format!("{one}, {five}"),
        _ => "unknown".to_owned(),
    }
}

/// The first line of what a command prints, such as its `--version`.
pub fn first_line(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    text.ok().and_then(|text| Some(text.lines().next()?.to_owned())).unwrap_or("unknown".to_owned())
}

/// The version of a crate that this was built with, out of the lock file.
///
/// ```
/// use twins_bench::machine::crate_version;
///
/// assert!(crate_version("genawaiter").starts_with("genawaiter 0."));
/// ```
pub fn crate_version(name: &str) -> String {
    let lock = include_str!("../../../Cargo.lock");
    let entry = lock.split_once(&format!("name = \"{name}\"\nversion = \"")).map(|found| found.1);
    let version = entry.and_then(|entry| entry.split('"').next());
    format!("{name} {}", version.unwrap_or("unknown"))
}
