//! What a pair's `.toml` says on how its programs run and how their outputs are compared: cases,
//! exit codes, filters, sections without order.

use std::{collections::BTreeMap, ops::Range, path::PathBuf};

use anyhow::{Context, Result, bail, ensure};
use regex_lite::Regex;
use serde::{Deserialize, Serialize};

use crate::{
    compare::not_utf8,
    process::{Line, Output, Stream},
};

/// One run of all programs of a pair, with an output of its own: `STEM.CASE.stdout`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its name, in tables and in the name of the file that records its output.
    pub name: String,
    /// What the programs are started with.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// What they read; nothing without it.
    #[serde(default)]
    pub stdin: Option<String>,
    /// Variables that are set for them.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Files from beside the pair, copied into the folder that the programs run in: a new one for
    /// each run, if there are any.
    #[serde(default)]
    pub files: Vec<PathBuf>,
    /// The exit code that the programs must end with; the pair's without it.
    #[serde(default)]
    pub exit: Option<i32>,
}

/// A pattern whose matches are not compared: an address, a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// What stands in place of each match, in brackets: `<address>`.
    pub name: String,
    /// A regular expression; it sees one line at a time.
    pub pattern: String,
}

/// A section whose lines may come in any order: those between two others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unordered {
    /// The line before it, as a regular expression; the first line begins it without one.
    #[serde(default)]
    pub after: Option<String>,
    /// The line behind it, which may begin the next one; the last line ends it without one.
    #[serde(default)]
    pub before: Option<String>,
}

/// All of it, ready to be applied.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    filters: Vec<(String, Regex)>,
    unordered: Vec<(Option<Regex>, Option<Regex>)>,
}

impl Rules {
    /// Reads the patterns.
    ///
    /// # Errors
    ///
    /// One line that names the key whose pattern is none.
    pub fn new(filters: &[Filter], unordered: &[Unordered]) -> Result<Self> {
        let regex = |key: String, pattern: &str| {
            Regex::new(pattern).with_context(|| format!("`{key}` is no regular expression"))
        };
        let filter = |(index, filter): (usize, &Filter)| {
            let pattern = regex(format!("filter[{index}].pattern"), &filter.pattern)?;
            ensure!(
                !pattern.is_match(""),
                "`filter[{index}].pattern` matches nothing at all: make it match something"
            );
            Ok((filter.name.clone(), pattern))
        };
        let section = |(index, section): (usize, &Unordered)| {
            let side = |name: &str, pattern: &Option<String>| {
                let pattern = pattern.as_deref();
                pattern.map(|p| regex(format!("unordered[{index}].{name}"), p)).transpose()
            };
            Ok((side("after", &section.after)?, side("before", &section.before)?))
        };
        Ok(Self {
            filters: filters.iter().enumerate().map(filter).collect::<Result<_>>()?,
            unordered: unordered.iter().enumerate().map(section).collect::<Result<_>>()?,
        })
    }

    /// Whether outputs are compared as they are.
    pub fn is_empty(&self) -> bool {
        self.filters.is_empty() && self.unordered.is_empty()
    }

    /// What the verdict tells: "2 filters, 1 section without order".
    pub fn said(&self) -> Option<String> {
        let several = |count: usize, one: &str, many: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {many}")),
        };
        let parts = [
            several(self.filters.len(), "filter", "filters"),
            several(self.unordered.len(), "section without order", "sections without order"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// A line with its placeholders. One that is there already stays whole: no pattern matches a
    /// part of it, so that what is recorded is filtered once more without a change.
    pub fn filter(&self, line: &str) -> String {
        let mut line = line.to_owned();
        for (name, pattern) in &self.filters {
            let there = self.placeholders(&line);
            let cuts = |at: usize| there.iter().any(|there| there.start < at && at < there.end);
            let matches = pattern.find_iter(&line).filter(|found| {
                let inside = there
                    .iter()
                    .any(|there| there.start <= found.start() && found.end() <= there.end);
                !inside && !cuts(found.start()) && !cuts(found.end())
            });
            let (mut filtered, mut end) = (String::new(), 0);
            for found in matches {
                filtered += &format!("{}<{name}>", &line[end..found.start()]);
                end = found.end();
            }
            line = filtered + &line[end..];
        }
        line
    }

    /// Where in a line placeholders stand.
    fn placeholders(&self, line: &str) -> Vec<Range<usize>> {
        let of_name = |(name, _): &(String, Regex)| {
            let placeholder = format!("<{name}>");
            let found = line.match_indices(&placeholder);
            found.map(|(start, text)| start..start + text.len()).collect::<Vec<_>>()
        };
        self.filters.iter().flat_map(of_name).collect()
    }

    /// The lines as they are compared, without their ends.
    pub fn apply(&self, lines: &mut [String]) {
        for line in &mut *lines {
            *line = self.filter(line);
        }
        for (after, before) in &self.unordered {
            let mut start = match after {
                None => Some(0),
                Some(_) => None,
            };
            for index in 0..=lines.len() {
                let line = lines.get(index);
                let is = |pattern: &Option<Regex>| {
                    pattern.as_ref().zip(line).is_some_and(|(pattern, line)| pattern.is_match(line))
                };
                let (begins, ends) = (is(after), is(before) || line.is_none());
                match start {
                    Some(from) if ends => {
                        lines[from..index].sort_unstable();
                        // One line may end a section and begin the next one.
                        start = begins.then_some(index + 1);
                    }
                    None if begins => start = Some(index + 1),
                    _ => {}
                }
            }
        }
    }

    /// The same for what a program wrote to standard output; nothing where that is not UTF-8, which
    /// is found as it is.
    pub fn apply_to_output(&self, output: &mut Output) {
        if self.is_empty() || not_utf8(&output.stdout()).is_some() {
            return;
        }
        let of_stdout = |line: &&mut Line| line.stream == Stream::Stdout;
        let mut texts: Vec<String> =
            output.lines.iter_mut().filter(of_stdout).map(|line| line.text()).collect();
        self.apply(&mut texts);
        for (line, text) in output.lines.iter_mut().filter(of_stdout).zip(texts) {
            line.bytes = text.into_bytes();
        }
    }

    /// The same for a whole text.
    pub fn apply_to_text(&self, text: &str) -> String {
        if self.is_empty() {
            return text.to_owned();
        }
        let mut lines: Vec<String> = text.split_terminator('\n').map(str::to_owned).collect();
        self.apply(&mut lines);
        let end = if text.ends_with('\n') { "\n" } else { "" };
        lines.join("\n") + end
    }
}

/// Holds what cases say: a name, which becomes part of a file's name, and what a program can be
/// started with and end with.
///
/// # Errors
///
/// One line that names the case and the key.
pub fn require_cases(cases: &[Case]) -> Result<()> {
    for (index, case) in cases.iter().enumerate() {
        let name = &case.name;
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_empty() || !name.chars().all(good) {
            bail!("`case[{index}].name` is `{name}`: lower-case letters, digits and _ name a case");
        }
        let twice = cases[..index].iter().any(|other| other.name == *name);
        ensure!(!twice, "the case `{name}` stands there twice: rename one");
        if let Some(place) = case.arguments.iter().position(|text| text.contains('\0')) {
            bail!("`case[{index}].arguments[{place}]` has a NUL in it: no program can get one");
        }
        for (variable, value) in &case.environment {
            ensure!(
                !variable.is_empty() && !variable.contains(['=', '\0']) && !value.contains('\0'),
                "`case[{index}].environment` can't set `{}`: a name without =, a value without NUL",
                variable.escape_debug()
            );
        }
        if let Some(exit) = case.exit {
            require_exit(&format!("case[{index}].exit"), exit)?;
        }
    }
    Ok(())
}

/// Holds an exit code: programs end with a byte.
///
/// # Errors
///
/// One line that names the key.
pub fn require_exit(key: &str, exit: i32) -> Result<()> {
    ensure!(u8::try_from(exit).is_ok(), "`{key}` is {exit}: programs end with 0 to 255");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(toml: &str) -> Result<Rules> {
        #[derive(Deserialize)]
        struct Raw {
            #[serde(default)]
            filter: Vec<Filter>,
            #[serde(default)]
            unordered: Vec<Unordered>,
        }
        let raw: Raw = toml::from_str(toml).unwrap();
        Rules::new(&raw.filter, &raw.unordered)
    }

    #[track_caller]
    fn check(toml: &str, text: &str, expected: &str) {
        assert_eq!(rules(toml).unwrap().apply_to_text(text), expected);
    }

    const FILTER: &str = "[[filter]]\nname = 'address'\npattern = '0x[0-9a-f]+'\n";

    #[test]
    fn every_match_of_a_filter_is_replaced() {
        check(FILTER, "a 0x12 and 0xff$1\nb\n", "a <address> and <address>$1\nb\n");
        check(FILTER, "no end 0x1", "no end <address>");
        check(FILTER, "0x1\r\n\r\n", "<address>\r\n\r\n");
        check("", "a 0x12\n", "a 0x12\n");
    }

    #[test]
    fn what_is_filtered_already_stays() {
        let rules = rules(
            "[[filter]]\nname = 'n1'\npattern = '[0-9]+'\n\
             [[filter]]\nname = 'word'\npattern = '[a-z]{3,}'\n\
             [[filter]]\nname = 'rest'\npattern = '-.*'\n",
        )
        .unwrap();
        for (line, filtered) in [
            ("took 12 ms", "<word> <n1> ms"),
            ("<n1>2<n1> <words>", "<n1><n1><n1> <<word>>"),
            ("at 3: - 4 left", "at <n1>: <rest>"),
        ] {
            assert_eq!(rules.filter(line), filtered);
            assert_eq!(rules.filter(filtered), filtered);
        }
    }

    #[test]
    fn a_section_is_sorted_and_its_edges_stay() {
        let section = "[[unordered]]\nafter = '^begin'\nbefore = '^end'\n";
        check(section, "z\nbegin\nb\na\nend\ny\nx\n", "z\nbegin\na\nb\nend\ny\nx\n");
        check(
            section,
            "begin\n2\n1\nend\nbegin\n4\n3\nend\n",
            "begin\n1\n2\nend\nbegin\n3\n4\nend\n",
        );
        let one_line = "[[unordered]]\nafter = '^-'\nbefore = '^-'\n";
        check(one_line, "-\nb\na\n-\nd\nc\n", "-\na\nb\n-\nc\nd\n");
        check("[[unordered]]\n", "b\na\n", "a\nb\n");
        check("[[unordered]]\nbefore = 'end'\n", "b\na\nend\nd\nc\n", "a\nb\nend\nd\nc\n");
        check("[[unordered]]\nafter = 'go'\n", "b\na\ngo\nd\nc", "b\na\ngo\nc\nd");
    }

    #[test]
    fn the_verdict_tells_what_was_left_out() {
        assert_eq!(rules("").unwrap().said(), None);
        assert_eq!(rules(FILTER).unwrap().said().unwrap(), "1 filter");
        let both = format!("{FILTER}{FILTER}[[unordered]]\n");
        assert_eq!(rules(&both).unwrap().said().unwrap(), "2 filters, 1 section without order");
    }

    #[test]
    fn what_is_no_pattern_is_named() {
        let error = rules("[[filter]]\nname = 'a'\npattern = '('\n").unwrap_err().to_string();
        assert_eq!(error, "`filter[0].pattern` is no regular expression");
        let error = rules("[[filter]]\nname = 'a'\npattern = 'x*'\n").unwrap_err().to_string();
        assert!(error.contains("matches nothing at all"), "{error}");
        let error = rules("[[unordered]]\nafter = '['\n").unwrap_err().to_string();
        assert_eq!(error, "`unordered[0].after` is no regular expression");
    }
}
