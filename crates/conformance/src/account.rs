//! The account of a library: where each behaviour went, and how many there are of each sort.

use std::env;
use std::process::Command;

use crate::catalogue::{Behaviour, Verdict, behaviours};
use crate::docs::{Rows, programs};

/// What a library says of its behaviours, and where.
///
/// Each behaviour of its areas is one of three: a test; a program that the compiler refuses; a
/// difference, at most one in twelve of the portable ones. A test of the library calls
/// [`check_tests`](Self::check_tests) in each program that has tests of behaviours, and
/// [`check_counts`](Self::check_counts) once.
#[derive(Clone, Copy, Debug)]
pub struct Account<'a> {
    /// The areas of the catalogue that the library answers for.
    pub areas: &'a [&'a str],
    /// The text of the page, `src/conformance.rs`: the counts, and a row for each behaviour that
    /// is refused or differs.
    pub page: &'a str,
    /// The text of the programs that the compiler refuses, `src/conformance/refused.rs`: each a
    /// `compile_fail` example of a function that is named after its behaviour.
    pub refused: &'a str,
    /// The text of the front page, `src/lib.rs`, with the counts in a sentence.
    pub front: &'a str,
    /// The ids of the typed behaviours that are tests all the same, since Rust has the error at
    /// run time as well.
    pub typed_tests: &'a [&'a str],
}

/// Where a behaviour went.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Test,
    Refused,
    Differs,
}

/// How many behaviours went where.
#[derive(Clone, Copy, Default)]
struct Counts {
    tests: usize,
    refused: usize,
    differences: usize,
}

impl Account<'_> {
    /// Checks that the tests of the running program are the behaviours of these areas: each but
    /// those that the page has elsewhere, and no test has the name of another.
    ///
    /// # Panics
    ///
    /// With all that is wrong.
    #[track_caller]
    pub fn check_tests(&self, areas: &[&str]) {
        assert!(areas.iter().all(|area| self.areas.contains(area)), "another library's area");
        let list = Command::new(env::current_exe().unwrap()).arg("--list").output().unwrap();
        let list = String::from_utf8(list.stdout).unwrap();
        let behaviours: Vec<_> = areas.iter().flat_map(|area| behaviours(area)).collect();
        fail_with(&self.problems_of_tests(&behaviours, &listed(&list)));
    }

    /// Checks that the docs name each behaviour that is no test, and count all of them rightly.
    ///
    /// # Panics
    ///
    /// With all that is wrong.
    #[track_caller]
    pub fn check_counts(&self) {
        let behaviours: Vec<_> = self.areas.iter().flat_map(|area| behaviours(area)).collect();
        fail_with(&self.problems_of_docs(&behaviours));
    }

    fn problems_of_tests(&self, behaviours: &[Behaviour], tests: &[&str]) -> Vec<String> {
        let mut problems = Vec::new();
        let mut expected = Vec::new();
        for (behaviour, place) in self.places(behaviours, &mut problems) {
            let names =
                [behaviour.test_name(), format!("{}::{}", behaviour.area, behaviour.test_name())];
            let tested = tests.iter().any(|test| names.iter().any(|name| name == test));
            match (place, tested) {
                (Place::Test, false) => {
                    problems.push(format!("{} is no test, and not in the docs", behaviour.id));
                }
                (Place::Refused | Place::Differs, true) => {
                    problems.push(format!("{} is a test, and {place:?} in the docs", behaviour.id));
                }
                _ => {}
            }
            expected.extend(names);
        }
        // Of a program with one area the tests stand at its root, else in the area's module.
        let strangers = tests.iter().filter(|test| !expected.iter().any(|name| name == *test));
        problems.extend(strangers.map(|test| format!("{test} is the test of no behaviour")));
        problems
    }

    fn problems_of_docs(&self, behaviours: &[Behaviour]) -> Vec<String> {
        let mut problems = Vec::new();
        let places = self.places(behaviours, &mut problems);

        let mut all = Counts::default();
        for area in self.areas {
            let mut counts = Counts::default();
            for (_, place) in places.iter().filter(|(behaviour, _)| behaviour.area == *area) {
                counts.add(*place);
                all.add(*place);
            }
            problems.extend(self.problem_of_row(area, counts));
        }
        if self.areas.len() > 1 {
            problems.extend(self.problem_of_row("all", all));
        }
        problems.extend(self.problem_of_sentence(all));
        problems.extend(self.surplus(behaviours));

        let portable =
            behaviours.iter().filter(|behaviour| behaviour.verdict == Verdict::Portable).count();
        if all.differences * 12 > portable {
            problems.push("more than one portable behaviour in twelve differs".to_owned());
        }
        problems
    }

    /// Where the docs say that each behaviour went: what they do not name is a test.
    fn places<'b>(
        &self,
        behaviours: &'b [Behaviour],
        problems: &mut Vec<String>,
    ) -> Vec<(&'b Behaviour, Place)> {
        let rows = Rows::read(self.page);
        let programs = programs(self.refused);
        let mut places = Vec::new();
        for behaviour in behaviours {
            let id = behaviour.id.as_str();
            let differs = rows.differences.contains(id);
            let refusal = rows.refusals.get(id);
            let program = programs.get(behaviour.test_name().as_str());
            let typed_test = self.typed_tests.contains(&id);
            let place = match (behaviour.verdict, differs, refusal, program, typed_test) {
                (Verdict::Portable, false, None, None, false) => Place::Test,
                (Verdict::Portable, true, None, None, false) => Place::Differs,
                (Verdict::Typed, false, None, None, true) => Place::Test,
                (Verdict::Typed, false, Some(named), Some(failing), false) => {
                    if named.is_empty() || named != failing {
                        problems.push(format!(
                            "{id} is to fail by {failing:?}, and the page names {named:?}"
                        ));
                    }
                    Place::Refused
                }
                (verdict, ..) => {
                    problems.push(format!(
                        "{id} is {verdict:?}; it differs: {differs}, is named as refused: {}, has \
                         a program: {}, is a typed test: {typed_test}",
                        refusal.is_some(),
                        program.is_some(),
                    ));
                    continue;
                }
            };
            places.push((behaviour, place));
        }
        places
    }

    /// What the docs have that is no behaviour.
    fn surplus(&self, behaviours: &[Behaviour]) -> Vec<String> {
        let rows = Rows::read(self.page);
        let is_id = |id: &str| behaviours.iter().any(|behaviour| behaviour.id == id);
        let is_name = |name: &str| behaviours.iter().any(|behaviour| behaviour.test_name() == name);

        let named = rows.differences.iter().chain(rows.refusals.keys()).chain(self.typed_tests);
        let strange = named.filter(|id| !is_id(id)).map(|id| format!("{id} is no behaviour"));
        let twice = rows.repeated.iter().map(|id| format!("{id} has two rows"));
        let programs = programs(self.refused);
        let unnamed = programs.keys().filter(|name| !is_name(name));
        let unnamed = unnamed.map(|name| format!("{name} is the program of no behaviour"));
        strange.chain(twice).chain(unnamed).collect()
    }

    fn problem_of_row(&self, area: &str, counts: Counts) -> Option<String> {
        let Counts { tests, refused, differences } = counts;
        let all = counts.all();
        let row = format!("| {area} | {all} | {tests} | {refused} | {differences} |");
        (!self.page.contains(&row)).then(|| format!("the page should have the row {row}"))
    }

    fn problem_of_sentence(&self, counts: Counts) -> Option<String> {
        let Counts { tests, refused, differences } = counts;
        let differ = match differences {
            0 => "none differs".to_owned(),
            some => format!("{some} differ"),
        };
        let sentence = format!(
            "Of {} behaviours, {tests} are tests, {refused} are refused by the compiler, and \
             {differ}",
            counts.all(),
        );
        let unwrapped = self.front.replace("\n//! ", " ");
        (!unwrapped.contains(&sentence)).then(|| format!("the front page should say: {sentence}"))
    }
}

impl Counts {
    fn add(&mut self, place: Place) {
        match place {
            Place::Test => self.tests += 1,
            Place::Refused => self.refused += 1,
            Place::Differs => self.differences += 1,
        }
    }

    fn all(&self) -> usize {
        self.tests + self.refused + self.differences
    }
}

/// The tests of behaviours in what a test program prints for `--list`.
fn listed(list: &str) -> Vec<&str> {
    let tests = list.lines().filter_map(|line| line.strip_suffix(": test"));
    tests.filter(|test| test.rsplit("::").next().unwrap().starts_with("test_")).collect()
}

#[track_caller]
fn fail_with(problems: &[String]) {
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[cfg(test)]
mod tests;
