//! What the steps of two programs have in common: of the twins of a pair, and of two runs of one.

mod reasons;

use std::{collections::BTreeMap, fmt, ops::Range};

pub(crate) use self::reasons::{Reason, reason};
pub use self::reasons::{reasons, received, unequal_reasons};
use crate::{
    recording::{Activation, Event, Kind, Program, Step},
    value::read,
};

/// One row of two programs' steps: a place in the left one, one in the right one, or both.
pub type Row = (Option<usize>, Option<usize>);

/// Puts the steps of two programs side by side: every step of both once, in order.
///
/// Steps stand in one row where they correspond: the same thing happens to the same activation (the
/// n-th of a function is the same one in both programs), or the same text is printed. Between them,
/// lines of one function are spread over each other evenly: a statement of one language takes a few
/// lines in the other.
pub fn align(left: &Program, right: &Program) -> Vec<Row> {
    let marks = [left, right].map(marks);
    let places = marks.each_ref().map(|marks| marks.iter().map(|mark| mark.0).collect::<Vec<_>>());
    let keys = marks.map(|marks| marks.into_iter().map(|mark| mark.1).collect::<Vec<_>>());
    let mut pairs = Vec::new();
    let (mut at_left, mut at_right) = (0, 0);
    let anchors = common(&keys[0], &keys[1], Mark::weight).into_iter();
    let anchors = anchors.map(|(l, r)| (places[0][l], places[1][r]));
    for (to_left, to_right) in anchors.chain([(left.steps.len(), right.steps.len())]) {
        pairs.extend(lines([(left, at_left..to_left), (right, at_right..to_right)]));
        pairs.push((to_left, to_right));
        (at_left, at_right) = (to_left + 1, to_right + 1);
    }
    // The last pair stands behind both ends: it only brings what is left before it.
    let mut rows = Vec::new();
    let (mut at_left, mut at_right) = (0, 0);
    for (to_left, to_right) in pairs {
        rows.extend((at_left..to_left).map(|step| (Some(step), None)));
        rows.extend((at_right..to_right).map(|step| (None, Some(step))));
        rows.push((Some(to_left), Some(to_right)));
        (at_left, at_right) = (to_left + 1, to_right + 1);
    }
    rows.pop();
    rows
}

/// For each step of one program, the step of another one that shows the same moment: the one that
/// corresponds to it (see [`align`]), else that of the last step before it that has one. Nothing
/// before the first one.
///
/// This is where the other variant of a pair goes on when it is chosen in the middle of a run: not
/// the same row, nor the same number of steps. A program that the compiler refuses has no steps, and
/// none of another one either: [`Recording::variant`](crate::recording::Recording::variant).
pub fn same_moments(of: &Program, in_other: &Program) -> Vec<Option<usize>> {
    let mut last = None;
    let mut moments = Vec::with_capacity(of.steps.len());
    for (left, right) in align(of, in_other) {
        if left.is_some() && right.is_some() {
            last = right;
        }
        if left.is_some() {
            moments.push(last);
        }
    }
    moments
}

/// What makes a step of one program the same as a step of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark<'a> {
    /// This happens to the n-th activation of this function.
    Control(&'static str, &'a str, usize),
    /// This is printed.
    Print(&'a str),
    /// So much is not told: how many steps, and a fingerprint of what they do.
    Fold(usize, &'a str),
}

impl Mark<'_> {
    /// What is seen outside holds two programs together more than who did it.
    fn weight(&self) -> u32 {
        match self {
            Self::Control(..) => 1,
            Self::Print(_) | Self::Fold(..) => 3,
        }
    }
}

/// The n-th run of a function is the same one in both programs.
fn ordinals<'a, K: Ord>(program: &'a Program, key: impl Fn(&'a Activation) -> K) -> Vec<usize> {
    let mut counts = BTreeMap::new();
    let count = |activation| {
        let count: &mut usize = counts.entry(key(activation)).or_default();
        *count += 1;
        *count
    };
    program.activations.iter().map(count).collect()
}

/// What to call each activation: `main`, and `fetch_data (2)` where there are several.
pub fn names(program: &Program) -> Vec<String> {
    let several = |activation: &Activation| {
        let same = program.activations.iter().filter(|a| a.function == activation.function);
        same.count() > 1
    };
    let name = |activation: &Activation| match several(activation) || activation.number > 1 {
        true => format!("{} ({})", activation.function, activation.number),
        false => activation.function.clone(),
    };
    program.activations.iter().map(name).collect()
}

/// Where two programs first do something different, lines apart, or do it with another value: a place
/// in each one's steps, nothing behind its end.
///
/// Threads are compared one by one: the system switches between them where it likes.
pub fn difference(left: &Program, right: &Program) -> Option<Row> {
    let [lefts, rights] = [left, right].map(|program| {
        let ordinals = ordinals(program, |activation| (activation.thread, &*activation.function));
        let mut threads: Vec<Vec<(usize, Mark<'_>)>> = Vec::new();
        for (place, mark) in marks(program) {
            let activation = program.steps[place].activation;
            let thread = program.activations[activation].thread;
            threads.resize(threads.len().max(thread + 1), Vec::new());
            let mark = match mark {
                Mark::Control(what, function, _) => {
                    Mark::Control(what, function, ordinals[activation])
                }
                mark => mark,
            };
            threads[thread].push((place, mark));
        }
        threads
    });
    (0..lefts.len().max(rights.len())).find_map(|thread| {
        let [lefts, rights] =
            [&lefts, &rights].map(|threads| threads.get(thread).map_or(&[][..], Vec::as_slice));
        let alike = |(l, r): &(&(usize, Mark<'_>), &(usize, Mark<'_>))| {
            let values = [value(&left.steps[l.0].event), value(&right.steps[r.0].event)];
            l.1 == r.1 && agree(values) != Some(false)
        };
        let same = lefts.iter().zip(rights).take_while(alike).count();
        let row = (lefts.get(same).map(|mark| mark.0), rights.get(same).map(|mark| mark.0));
        // What nobody counted is not compared.
        let is_cut = |program: &Program, place: Option<usize>| {
            place.is_some_and(|place| {
                program.steps[..=place]
                    .iter()
                    .any(|step| matches!(&step.event, Event::Fold(fold) if fold.steps == 0))
            })
        };
        let after_cut = is_cut(left, row.0) || is_cut(right, row.1);
        (row != (None, None) && !after_cut).then_some(row)
    })
}

/// The marks of a program's steps, each with its place; a line is none.
pub(crate) fn marks<'a>(program: &'a Program) -> Vec<(usize, Mark<'a>)> {
    let mark = |(place, step): (usize, &'a Step)| {
        let Activation { function, number, .. } = &program.activations[step.activation];
        let mark = match &step.event {
            Event::Print(text) => Mark::Print(text),
            Event::Fold(fold) if fold.control > 0 => Mark::Fold(fold.control, &fold.digest),
            event => Mark::Control(control(event)?, function, *number),
        };
        Some((place, mark))
    };
    program.steps.iter().enumerate().filter_map(mark).collect()
}

/// What an event does to control: nothing if it is a line.
pub(crate) fn control(event: &Event) -> Option<&'static str> {
    match event {
        Event::Line(_) | Event::Fold(_) => None,
        Event::Start => Some("start"),
        Event::Suspend => Some("suspend"),
        Event::Yield(_) => Some("yield"),
        Event::Resume | Event::Send(_) => Some("resume"),
        Event::Throw(_) => Some("throw"),
        Event::Return(_) => Some("return"),
        Event::Raise(_) => Some("raise"),
        Event::Cancel | Event::Close | Event::Drop => Some("end"),
        Event::Print(_) => Some("print"),
    }
}

/// What an event carries: what is yielded, sent, thrown, returned or raised.
pub(crate) fn value(event: &Event) -> Option<&str> {
    match event {
        Event::Yield(value) | Event::Return(value) | Event::Raise(value) => value.as_deref(),
        Event::Send(value) | Event::Throw(value) => Some(value),
        _ => None,
    }
}

/// Whether two values are the same one; nothing where they are of a kind that is only shown.
fn agree(values: [Option<&str>; 2]) -> Option<bool> {
    let [left, right] = values.map(|value| read(value?));
    Some(left? == right?)
}

/// How many values of two programs' steps are compared, and how many can only be shown.
pub(crate) fn values(left: &Program, right: &Program) -> (usize, usize) {
    let (mut compared, mut shown) = (0, 0);
    for row in align(left, right) {
        let (Some(l), Some(r)) = row else { continue };
        let values = [value(&left.steps[l].event), value(&right.steps[r].event)];
        match agree(values) {
            Some(_) => compared += 1,
            None if values == [None, None] => {}
            None => shown += 1,
        }
    }
    (compared, shown)
}

/// The rows in which both programs do the same with values that both languages can write, and not with
/// the same ones.
pub fn unequal_values(left: &Program, right: &Program) -> Vec<Row> {
    let is_unequal = |row: &Row| match row {
        (Some(l), Some(r)) => {
            let values = [value(&left.steps[*l].event), value(&right.steps[*r].event)];
            agree(values) == Some(false)
        }
        _ => false,
    };
    align(left, right).into_iter().filter(is_unequal).collect()
}

/// One step by itself: what two runs of one program must have in common.
#[derive(Clone, Debug)]
pub(crate) struct Doing<'a> {
    /// The function whose activation it is.
    pub(crate) function: &'a str,
    /// Local variables that changed.
    pub(crate) locals: BTreeMap<String, Option<String>>,
    /// Its place in the program's steps.
    pub(crate) place: usize,
    pub(crate) event: &'a Event,
    /// Why, where that is recorded.
    pub(crate) why: Option<Reason<'a>>,
    ordinal: usize,
    kind: Kind,
    line: usize,
}

impl Doing<'_> {
    /// Whether it is the same, values apart.
    pub(crate) fn is(&self, other: &Self) -> bool {
        let events = control(self.event) == control(other.event)
            && match (self.event, other.event) {
                (Event::Print(one), Event::Print(other)) => one == other,
                (Event::Fold(one), Event::Fold(other)) => one == other,
                _ => true,
            };
        let parts = |doing: &Self| (doing.ordinal, doing.kind, doing.line);
        events && self.function == other.function && parts(self) == parts(other)
    }

    pub(crate) fn is_line(&self) -> bool {
        matches!(self.event, Event::Line(_))
    }
}

impl fmt::Display for Doing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function, ordinal, line, .. } = self;
        match self.ordinal {
            1 => write!(f, "`{function}` ")?,
            _ => write!(f, "`{function} ({ordinal})` ")?,
        }
        write!(f, "{} at line {line}", what(self.event))
    }
}

fn what(event: &Event) -> String {
    match event {
        Event::Start => "starts".to_owned(),
        Event::Line(locals) if locals.is_empty() => "goes on".to_owned(),
        Event::Line(locals) => {
            let locals = locals.iter().map(|(name, value)| match value {
                Some(value) => format!("{name} = {value}"),
                None => format!("no more {name}"),
            });
            format!("goes on with {}", locals.collect::<Vec<_>>().join(", "))
        }
        Event::Suspend => "suspends".to_owned(),
        Event::Yield(None) => "yields".to_owned(),
        Event::Yield(Some(value)) => format!("yields {value}"),
        Event::Fold(fold) if fold.steps == 0 => "takes steps that are not told".to_owned(),
        Event::Fold(fold) => format!("takes {} steps that are not told", fold.steps),
        Event::Resume => "resumes".to_owned(),
        Event::Send(value) => format!("is sent {value}"),
        Event::Throw(error) => format!("is thrown {error}"),
        Event::Return(None) => "returns".to_owned(),
        Event::Return(Some(value)) => format!("returns {value}"),
        Event::Raise(None) => "raises".to_owned(),
        Event::Raise(Some(error)) => format!("raises {error}"),
        Event::Cancel => "is cancelled".to_owned(),
        Event::Close => "is closed".to_owned(),
        Event::Drop => "is dropped".to_owned(),
        Event::Print(text) => format!("prints `{}`", text.trim_end()),
    }
}

/// One step in words: "`fetch_data (2)` suspends at line 6".
pub fn describe(program: &Program, place: usize) -> String {
    let Step { event, activation, line, .. } = &program.steps[place];
    format!("`{}` {} at line {line}", names(program)[*activation], what(event))
}

/// The steps of a program, thread by thread.
pub(crate) fn doings(program: &Program) -> Vec<Vec<Doing<'_>>> {
    // Of its thread: which of two threads is first is chance.
    let ordinals = ordinals(program, |activation| (activation.thread, &*activation.function));
    let mut threads = Vec::new();
    for (place, Step { event, activation, line, .. }) in program.steps.iter().enumerate() {
        let Activation { function, kind, thread, .. } = &program.activations[*activation];
        threads.resize(threads.len().max(thread + 1), Vec::new());
        let locals = if let Event::Line(locals) = event { locals.clone() } else { BTreeMap::new() };
        let ordinal = ordinals[*activation];
        let (kind, line) = (*kind, *line);
        let why = reason(program, place, &ordinals);
        threads[*thread].push(Doing { function, locals, place, event, why, ordinal, kind, line });
    }
    threads
}

/// Pairs the lines in two stretches of steps, function by function.
fn lines(stretches: [(&Program, Range<usize>); 2]) -> Vec<(usize, usize)> {
    // Lines that follow each other in one function, whatever of the other stands between them.
    let [left, right] = stretches.map(|(program, stretch)| {
        let mut runs: Vec<(&str, Vec<usize>)> = Vec::new();
        for place in stretch {
            let step = &program.steps[place];
            let function = &*program.activations[step.activation].function;
            match runs.last_mut() {
                _ if !matches!(step.event, Event::Line(_)) => {}
                Some((other, run)) if *other == function => run.push(place),
                _ => runs.push((function, vec![place])),
            }
        }
        runs.into_iter().unzip::<_, _, Vec<_>, Vec<_>>()
    });
    let spread = |(l, r): (usize, usize)| {
        let (left, right) = (&left.1[l], &right.1[r]);
        let count = left.len().min(right.len());
        (0..count).map(move |n| (left[n * left.len() / count], right[n * right.len() / count]))
    };
    common(&left.0, &right.0, |_| 1).into_iter().flat_map(spread).collect()
}

/// The heaviest sequence that both have in common, as pairs of places.
fn common<T: PartialEq>(
    left: &[T],
    right: &[T],
    weight: impl Fn(&T) -> u32,
) -> Vec<(usize, usize)> {
    // Most programs agree from end to end; the table is for what stands between.
    let start = left.iter().zip(right).take_while(|(l, r)| l == r).count();
    let (l, r) = (&left[start..], &right[start..]);
    let end = l.iter().rev().zip(r.iter().rev()).take_while(|(l, r)| l == r).count();
    let (l, r) = (&l[..l.len() - end], &r[..r.len() - end]);
    let mut pairs: Vec<_> = (0..start).map(|place| (place, place)).collect();

    // best[i][j]: the weight of what l[i..] and r[j..] have in common.
    let mut best = vec![vec![0; r.len() + 1]; l.len() + 1];
    for i in (0..l.len()).rev() {
        for j in (0..r.len()).rev() {
            let without = best[i + 1][j].max(best[i][j + 1]);
            let with = if l[i] == r[j] { best[i + 1][j + 1] + weight(&l[i]) } else { 0 };
            best[i][j] = without.max(with);
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < l.len() && j < r.len() {
        if l[i] == r[j] && best[i][j] == best[i + 1][j + 1] + weight(&l[i]) {
            pairs.push((start + i, start + j));
            (i, j) = (i + 1, j + 1);
        } else if best[i][j] == best[i + 1][j] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs.extend((0..end).map(|n| (left.len() - end + n, right.len() - end + n)));
    pairs
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::recording::Fold;

    /// A program from rows like `tick line 3` and `tick#2 print hi`.
    pub(crate) fn program(steps: &str) -> Program {
        let mut names = Vec::new();
        let steps = steps
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(|line| {
                let mut words = line.splitn(3, ' ');
                let (name, event) = (words.next().unwrap(), words.next().unwrap());
                let event = match event {
                    "start" => Event::Start,
                    "line" => Event::Line(BTreeMap::new()),
                    "suspend" => Event::Suspend,
                    "resume" => Event::Resume,
                    "return" => Event::Return(words.next().map(str::to_owned)),
                    "raise" => Event::Raise(None),
                    "print" => Event::Print(words.next().unwrap().to_owned()),
                    event => panic!("unknown event {event}"),
                };
                let known = names.iter().position(|known| known == name);
                let activation = known.unwrap_or_else(|| {
                    names.push(name.to_owned());
                    names.len() - 1
                });
                Step { event, activation, line: 1, why: None }
            })
            .collect();
        let activation = |name: String| Activation {
            function: name.split('#').next().unwrap().to_owned(),
            kind: Kind::Function,
            thread: 0,
            number: name.split_once('#').map_or(1, |(_, number)| number.parse().unwrap()),
        };
        Program {
            source: String::new(),
            code: String::new(),
            activations: names.into_iter().map(activation).collect(),
            steps,
            times: None,
            untraced: None,
        }
    }

    #[track_caller]
    fn check(left: &str, right: &str, expected: &[(isize, isize)]) {
        let [left, right] = [left, right].map(program);
        let rows = align(&left, &right);
        let lefts: Vec<usize> = rows.iter().filter_map(|row| row.0).collect();
        let rights: Vec<usize> = rows.iter().filter_map(|row| row.1).collect();
        assert_eq!(lefts, (0..left.steps.len()).collect::<Vec<_>>(), "every left step once");
        assert_eq!(rights, (0..right.steps.len()).collect::<Vec<_>>(), "every right step once");
        let place = |place: Option<usize>| place.map_or(-1, |place| place.try_into().unwrap());
        let rows: Vec<_> = rows.iter().map(|row| (place(row.0), place(row.1))).collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn equal_steps_stand_side_by_side() {
        let steps = "main start\nmain line\ntick start\ntick suspend\nmain print a";
        check(steps, steps, &[(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]);
    }

    #[test]
    fn the_same_moment_is_that_of_the_same_event() {
        let [left, right] = [
            "main start\nmain line\nlog start\nlog return\nmain print a\nmain return",
            "main start\nmain print a\nmain print b\nmain return",
        ]
        .map(program);
        let moments = |of, other| same_moments(of, other);
        assert_eq!(moments(&left, &right), [0, 0, 0, 0, 1, 3].map(Some));
        assert_eq!(moments(&right, &left), [0, 4, 4, 5].map(Some));
        assert_eq!(moments(&program("log start"), &right), [None]);
    }

    #[test]
    fn nothing_beside_something_is_still_shown() {
        check("", "", &[]);
        check("main start\nmain line", "", &[(0, -1), (1, -1)]);
        check("", "main start", &[(-1, 0)]);
    }

    #[test]
    fn a_step_that_only_one_program_takes_stands_alone() {
        check(
            "main start\ntick start\ntick return\nmain return",
            "main start\nlog start\ntick start\nmain return",
            &[(0, 0), (-1, 1), (1, 2), (2, -1), (3, 3)],
        );
    }

    #[test]
    fn the_second_activation_is_not_the_first() {
        check(
            "tick start\ntick#2 start\ntick#2 return\ntick return",
            "tick start\ntick#2 start\ntick return\ntick#2 return",
            &[(0, 0), (1, 1), (2, -1), (3, 2), (-1, 3)],
        );
    }

    #[test]
    fn the_same_text_is_the_same_step_of_any_printer() {
        check(
            "main start\nmain print a\nmain return",
            "main start\nsay start\nsay print a\nsay return\nmain return",
            &[(0, 0), (-1, 1), (1, 2), (-1, 3), (2, 4)],
        );
    }

    #[test]
    fn a_print_outweighs_the_order_of_two_starts() {
        check(
            "main print a\nx start\ny start",
            "x start\ny start\nmain print a",
            &[(-1, 0), (-1, 1), (0, 2), (1, -1), (2, -1)],
        );
    }

    #[track_caller]
    fn check_difference(left: &str, right: &str, expected: Option<Row>) {
        let [left, right] = [left, right].map(program);
        assert_eq!(difference(&left, &right), expected);
    }

    #[test]
    fn lines_make_no_difference() {
        check_difference("m start\nm line\nm return", "m start\nm line\nm line\nm return", None);
    }

    #[test]
    fn the_first_difference_is_found() {
        let left = "m start\nm line\nm print a\nm return";
        check_difference(left, "m start\nm print b\nm return", Some((Some(2), Some(1))));
        check_difference(left, "m start\nm print a", Some((Some(3), None)));
        check_difference("m start", "m start\nm raise", Some((None, Some(1))));
        check_difference("m start\nt start", "m start\nn start", Some((Some(1), Some(1))));
    }

    #[test]
    fn a_value_makes_a_difference_where_both_languages_can_write_it() {
        let left = "m start\nm return 'tea'";
        check_difference(left, "m start\nm return \"tea\"", None);
        check_difference(left, "m start\nm return \"milk\"", Some((Some(1), Some(1))));
        check_difference(left, "m start\nm return Tea", None);
        check_difference(left, "m start\nm return", None);
        let [left, right] = [left, "m start\nm return \"tea\""].map(program);
        assert_eq!(values(&left, &right), (1, 0));
        assert_eq!(unequal_values(&left, &right), []);
        assert_eq!(unequal_values(&left, &program("m start\nm return 1")), [(Some(1), Some(1))]);
        assert_eq!(values(&left, &program("m start\nm return Tea")), (0, 1));
    }

    #[test]
    fn folds_differ_by_what_is_in_them() {
        let fold = |digest: &str| {
            let mut program = program("m start\nm line\nm return");
            let digest = digest.to_owned();
            program.steps[1].event = Event::Fold(Fold { steps: 9, control: 4, digest });
            program
        };
        assert_eq!(difference(&fold("a"), &fold("a")), None);
        assert_eq!(difference(&fold("a"), &fold("b")), Some((Some(1), Some(1))));
    }

    #[test]
    fn the_order_of_two_threads_is_chance() {
        let [mut left, mut right] =
            ["m start\nt start\nt print a\nm print b", "m start\nm print b\nt start\nt print a"]
                .map(program);
        assert_eq!(difference(&left, &right), Some((Some(1), Some(1))));
        left.activations[1].thread = 1;
        right.activations[1].thread = 1;
        assert_eq!(difference(&left, &right), None);
    }

    #[test]
    fn the_several_runs_of_a_function_are_counted() {
        assert_eq!(names(&program("m start\nt start\nt#2 start")), ["m", "t (1)", "t (2)"]);
    }

    #[test]
    fn lines_between_two_marks_are_spread_evenly() {
        check(
            "m start\nm line\nm line\nm return",
            "m start\nm line\nm line\nm line\nm line\nm return",
            &[(0, 0), (1, 1), (-1, 2), (2, 3), (-1, 4), (3, 5)],
        );
    }

    #[test]
    fn a_line_stands_beside_a_line_of_its_own_function() {
        check(
            "m line\nt line\nm line",
            "m line\nm line\nt line\nlog line\nm line",
            &[(0, 0), (-1, 1), (1, 2), (-1, 3), (2, 4)],
        );
    }
}
