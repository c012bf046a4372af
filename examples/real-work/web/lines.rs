//! A log by blocks of whole lines, and what a line says.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Result, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use twin_generators::Generator;

/// Cuts the file into pieces of about the same size, at ends of
/// lines.
///
/// # Errors
///
/// If the file can't be read.
pub(crate) fn pieces(
    path: &Path,
    many: usize,
) -> Result<Vec<Range<u64>>> {
    let mut log = BufReader::new(File::open(path)?);
    let size = log.get_ref().metadata()?.len();
    let mut cuts = vec![0];
    for piece in 1..many as u64 {
        log.seek(SeekFrom::Start(size * piece / many as u64))?;
        log.skip_until(b'\n')?;
        cuts.push(log.stream_position()?);
    }
    cuts.push(size);
    Ok(cuts.windows(2).map(|cut| cut[0]..cut[1]).collect())
}

/// Yields a piece by blocks of some 64 kB, each of whole lines.
pub(crate) fn blocks(
    path: &Path,
    piece: Range<u64>,
) -> impl Iterator<Item = Result<String>> {
    Generator::fallible(async move |mut co| {
        let mut log = BufReader::new(File::open(path)?);
        let mut at = log.seek(SeekFrom::Start(piece.start))?;
        while at < piece.end {
            let size = 65_536.min(piece.end - at);
            let mut block = Vec::with_capacity(66_560);
            log.by_ref().take(size).read_to_end(&mut block)?;
            if block.is_empty() {
                break; // the file is shorter by now
            }
            if !block.ends_with(b"\n") {
                log.read_until(b'\n', &mut block)?;
            }
            at += block.len() as u64;
            block.pop_if(|&mut last| last == b'\n');
            let text =
                String::from_utf8(block).unwrap_or_else(|error| {
                    String::from_utf8_lossy(error.as_bytes())
                        .into_owned()
                });
            co.yield_(text).await;
        }
        Ok(())
    })
}

/// The status and the path of a request, or twice "-": logs write
/// that for what is not there.
pub(crate) fn parse(line: &str) -> (&str, &str) {
    // … "GET /tea HTTP/1.1" 200 512 …
    let mut parts = line.splitn(3, '"').skip(1);
    let mut second = || parts.next()?.split(' ').nth(1);
    match (second(), second()) {
        (Some(page), Some(status)) => (status, page),
        _ => ("-", "-"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &Path, many: usize) -> Vec<String> {
        let pieces = pieces(path, many).unwrap();
        let blocks = pieces
            .into_iter()
            .flat_map(|piece| blocks(path, piece));
        blocks
            .flat_map(|block| {
                block
                    .unwrap()
                    .split('\n')
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    /// The lines of a log, each as Python prints its `repr`, however
    /// many pieces it is cut into.
    const PYTHON: &str = "
import sys
from web.lines import blocks, pieces
for many in map(int, sys.argv[2:]):
    print(many)
    for piece in pieces(sys.argv[1], many):
        for block in blocks(sys.argv[1], *piece):
            for line in block.split('\\n'):
                print(len(line), ascii(line[:20]))
";

    /// The same in Rust; `ascii` of what the tests have.
    fn rust(path: &Path, many: usize) -> String {
        let mut text = format!("{many}\n");
        for line in lines(path, many) {
            let begin: String = line.chars().take(20).collect();
            let begin = begin.escape_default().to_string();
            let begin = begin.replace("\\u{fffd}", "\\ufffd");
            let count = line.chars().count();
            text += &format!("{count} '{begin}'\n");
        }
        text
    }

    #[track_caller]
    fn check(log: &[u8], expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        std::fs::write(&path, log).unwrap();
        let cuts = match log.len() {
            ..10_000_000 => &[1, 2, 3, 7, 64][..],
            _ => &[1, 3],
        };
        for &many in cuts {
            assert!(
                lines(&path, many) == expected,
                "{many} pieces"
            );
        }
        let words: Vec<_> =
            cuts.iter().map(ToString::to_string).collect();
        let here: String =
            cuts.iter().map(|&many| rust(&path, many)).collect();
        assert!(python(PYTHON, &path, &words) == here);
    }

    fn python(
        program: &str,
        path: &Path,
        words: &[String],
    ) -> String {
        let python = std::env::var("TWINS_PYTHON");
        let ran = std::process::Command::new(
            python.as_deref().unwrap_or("python3"),
        )
        .env("PYTHONPATH", "real-work")
        .args(["-c", program])
        .arg(path)
        .args(words)
        .output()
        .unwrap();
        assert!(ran.status.success(), "{ran:?}");
        String::from_utf8(ran.stdout).unwrap()
    }

    #[test]
    fn every_line_comes_once_however_the_file_is_cut() {
        check(b"", &[]);
        check(b"no end", &["no end"]);
        check(
            b"\n\nafter two that are empty\n",
            &["", "", "after two that are empty"],
        );
        check(b"caf\xe9\r\n\xff\n", &["caf\u{fffd}\r", "\u{fffd}"]);
        let long = "x".repeat(300_000);
        check(
            format!("{long}\nshort\n{long}").as_bytes(),
            &[&long, "short", &long],
        );
        check("tea\n".repeat(50_000).as_bytes(), &["tea"; 50_000]);
    }

    #[test]
    fn a_line_of_100_mb_is_a_line() {
        let long = "x".repeat(100_000_000);
        check(format!("{long}\nend").as_bytes(), &[&long, "end"]);
    }

    #[test]
    fn a_file_that_shrinks_ends_the_piece() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        std::fs::write(&path, "tea\npot\n").unwrap();
        let read: Vec<_> = blocks(&path, 0..1_000_000)
            .map(Result::unwrap)
            .collect();
        assert_eq!(read, ["tea\npot"]);
        // In the middle: what has been read is kept.
        std::fs::write(&path, "tea\n".repeat(50_000)).unwrap();
        let mut some = blocks(&path, 0..200_000);
        assert_eq!(some.next().unwrap().unwrap().len(), 65_535);
        let log = File::options().write(true).open(&path).unwrap();
        log.set_len(10).unwrap();
        // What was read ahead may still come.
        assert!(some.map(Result::unwrap).count() <= 1);
        let shrinks = "
import os, sys
from web.lines import blocks
path = sys.argv[1]
with open(path, 'w') as log:
    log.write('tea\\n' * 50_000)
some = blocks(path, 0, 200_000)
print(len(next(some)))
os.truncate(path, 10)
print(len(list(some)) <= 1)
";
        assert_eq!(python(shrinks, &path, &[]), "65535\nTrue\n");
    }

    #[test]
    fn what_is_no_request_is_told_apart() {
        assert_eq!(
            parse(r#"::1 - "GET /tea HTTP/1.1" 200 5"#),
            ("200", "/tea")
        );
        let wrong = [
            "",
            "-",
            "\"",
            "\"\"",
            "\"GET\" 200 5",
            "\"GET /tea",
            "\"GET /tea\"",
            "\"GET /tea\"200",
        ];
        for line in wrong {
            assert_eq!(parse(line), ("-", "-"), "{line}");
        }
    }
}
