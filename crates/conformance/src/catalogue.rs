//! The behaviours, as `conformance/README.md` describes them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// One behaviour of CPython: a program, and what it prints.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Behaviour {
    pub(crate) id: String,
    pub(crate) area: String,
    pub(crate) verdict: Verdict,
    pub(crate) python: String,
    expected: String,
    since: Option<String>,
    #[serde(default)]
    before: BTreeMap<String, String>,
}

/// Whether a typed language has the behaviour at run time.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    Portable,
    Typed,
}

impl Behaviour {
    /// The id as the name of a test.
    pub(crate) fn test_name(&self) -> String {
        self.id.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
    }

    /// What the newest CPython prints: what a twin is to print.
    pub(crate) fn expected(&self) -> &str {
        &self.expected
    }

    /// What CPython of a version (`3.13`) prints.
    pub(crate) fn expected_under(&self, running: &str) -> &str {
        match &self.since {
            Some(since) if version(running) < version(since) => {
                self.before.get(running).unwrap_or_else(|| {
                    panic!("{}: the catalogue has no outcome under Python {running}", self.id)
                })
            }
            _ => &self.expected,
        }
    }
}

/// All behaviours of an area.
#[track_caller]
pub(crate) fn behaviours(area: &str) -> Vec<Behaviour> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance");
    let file = folder.join(format!("{area}.jsonl"));
    let lines = fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("no area {area}: {}: {error}", file.display()));
    let behaviours: Vec<Behaviour> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    assert!(!behaviours.is_empty(), "the area {area} has no behaviours");
    assert!(behaviours.iter().all(|behaviour| behaviour.area == area), "another area in {area}");
    behaviours
}

/// `3.13` as a pair that compares.
fn version(text: &str) -> (u32, u32) {
    let (major, minor) = text.split_once('.').expect("a version has two numbers");
    (major.parse().unwrap(), minor.parse().unwrap())
}

#[cfg(test)]
impl Behaviour {
    /// A behaviour of the area `area` whose program prints one line.
    pub(crate) fn made_up(id: &str, verdict: Verdict) -> Self {
        Self {
            id: id.to_owned(),
            area: "area".to_owned(),
            verdict,
            python: "print('new')".to_owned(),
            expected: "new\n".to_owned(),
            since: None,
            before: BTreeMap::new(),
        }
    }

    pub(crate) fn since(mut self, since: &str, before: &[(&str, &str)]) -> Self {
        self.since = Some(since.to_owned());
        self.before = before.iter().map(|&(at, text)| (at.to_owned(), text.to_owned())).collect();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_python_prints_what_it_printed_before() {
        let behaviour = Behaviour::made_up("test_a.py::A::test_a#b", Verdict::Portable)
            .since("3.10", &[("3.9", "old\n")]);
        assert_eq!(behaviour.expected_under("3.9"), "old\n");
        assert_eq!(behaviour.expected_under("3.10"), "new\n");
        assert_eq!(behaviour.test_name(), "test_a_py__A__test_a_b");
    }

    #[test]
    #[should_panic = "no outcome under Python 3.8"]
    fn an_outcome_that_is_missing_is_found() {
        let behaviour = Behaviour::made_up("test_a", Verdict::Portable);
        behaviour.since("3.10", &[("3.9", "old\n")]).expected_under("3.8");
    }

    #[test]
    #[should_panic = "no area nowhere"]
    fn an_area_that_is_missing_is_found() {
        behaviours("nowhere");
    }
}
