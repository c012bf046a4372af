//! Rotated logs, to be read by the pipelines.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

/// The name of each log and its lines: what was asked for, and the
/// bytes that were sent.
const LOGS: [(&str, &str); 3] = [
    (
        "access.log.1.gz",
        "GET /tea 512\nGET /pot 64\nGET /tea 512\n",
    ),
    ("access.log.2.gz", "GET /pot 64\nGET /tea 2048\n"),
    ("access.log.3.gz", "GET /tea 1024\n"),
];

/// Writes the logs into the folder, compressed by gzip.
///
/// # Errors
///
/// If a file can't be created or written.
///
/// # Examples
///
/// ```
/// use std::fs::File;
/// use std::io::read_to_string;
///
/// use flate2::read::MultiGzDecoder;
/// use tempfile::tempdir;
/// use twins_examples::logs::write_logs;
///
/// let folder = tempdir()?;
/// write_logs(folder.path())?;
/// let log = File::open(folder.path().join("access.log.3.gz"))?;
/// let text = read_to_string(MultiGzDecoder::new(log))?;
/// assert_eq!(text, "GET /tea 1024\n");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn write_logs(folder: &Path) -> io::Result<()> {
    for (name, text) in LOGS {
        let file = File::create(folder.join(name))?;
        let mut log = GzEncoder::new(file, Compression::default());
        log.write_all(text.as_bytes())?;
        log.finish()?;
    }
    Ok(())
}
