//! Two runs of one program: what they must have in common, and what is up to chance.

use std::collections::BTreeSet;

use crate::{
    recording::{Event, Program},
    steps::{self, Doing, value},
};

/// Takes out what another run gave another value: the time of a clock, an address, the name of a
/// temporary folder.
pub(super) fn forget_chance(program: &mut Program, other: &Program) {
    let one = program.clone();
    forget_difference(program, &one, other);
}

/// Takes out of a program what two runs of it gave different values.
pub(super) fn forget_difference(program: &mut Program, one: &Program, other: &Program) {
    let (mut chance, mut values, mut reasons) = (BTreeSet::new(), Vec::new(), Vec::new());
    let runs = steps::doings(one).into_iter().zip(steps::doings(other));
    for (mine, (one, other)) in steps::doings(program).into_iter().zip(runs) {
        for (mine, (one, other)) in mine.iter().zip(one.iter().zip(&other)) {
            if !mine.is(one) || !one.is(other) {
                continue;
            }
            let names = one.locals.keys().chain(other.locals.keys());
            let differ = names.filter(|name| one.locals.get(*name) != other.locals.get(*name));
            chance.extend(differ.map(|name| (one.function.to_owned(), name.clone())));
            if value(one.event) != value(other.event) {
                values.push(mine.place);
            }
            if one.why != other.why {
                reasons.push(mine.place);
            }
        }
    }
    let Program { activations, steps, .. } = program;
    for step in &mut *steps {
        if let Event::Line(locals) = &mut step.event {
            let function = &activations[step.activation].function;
            locals.retain(|name, _| !chance.contains(&(function.clone(), name.clone())));
        }
    }
    for place in reasons {
        steps[place].why = None;
    }
    for place in values {
        match &mut steps[place].event {
            Event::Yield(value) | Event::Return(value) | Event::Raise(value) => *value = None,
            event => *event = Event::Resume,
        }
    }
}

/// Where a new run of a program first differs from the recorded one, in words.
///
/// Threads are compared one by one, since the system switches between them where it likes, and by
/// all but their lines, since one may have to go round until another one comes.
pub(super) fn difference(recorded: &Program, new: &Program) -> Option<String> {
    let [old_threads, new_threads] = [recorded, new].map(steps::doings);
    let one_thread = old_threads.len() <= 1 && new_threads.len() <= 1;
    // The other names had their values by chance: see `forget_chance`.
    let known: BTreeSet<(&str, &str)> = old_threads
        .iter()
        .flatten()
        .flat_map(|doing| doing.locals.keys().map(|name| (doing.function, &**name)))
        .collect();
    let same = |old: &Doing<'_>, new: &Doing<'_>| {
        let mut compared = new.locals.clone();
        compared.retain(|name, _| known.contains(&(new.function, &**name)));
        let values = value(old.event).is_none_or(|old| value(new.event) == Some(old));
        let reasons = !one_thread || old.why.is_none() || old.why == new.why;
        old.is(new) && old.locals == compared && values && reasons
    };
    for thread in 0..old_threads.len().max(new_threads.len()) {
        let [old, new] = [&old_threads, &new_threads].map(|threads| {
            let doings = threads.get(thread).into_iter().flatten();
            doings.filter(|doing| one_thread || !doing.is_line()).collect::<Vec<_>>()
        });
        let both = old.len().min(new.len());
        let place = old.iter().zip(&new).position(|(old, new)| !same(old, new));
        let place = place.unwrap_or(both);
        if place == both && old.len() == new.len() {
            continue;
        }
        let say = |doing: Option<&&Doing<'_>>| {
            doing.map_or_else(|| "nothing".to_owned(), ToString::to_string)
        };
        let (old, new) = (say(old.get(place)), say(new.get(place)));
        return Some(format!("step {}: recorded {old}, now {new}", place + 1));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::tests::program;

    /// A run of `main`, a line for each of these values of its variables.
    fn run(locals: &[&[(&str, &str)]]) -> Program {
        let mut program = program(&format!("main start\n{}", "main line\n".repeat(locals.len())));
        for (step, values) in program.steps[1..].iter_mut().zip(locals) {
            let own =
                |(name, value): &(&str, &str)| ((*name).to_owned(), Some((*value).to_owned()));
            step.event = Event::Line(values.iter().map(own).collect());
        }
        program
    }

    #[test]
    fn a_value_that_is_up_to_chance_is_forgotten_and_not_missed() {
        let mut recorded = run(&[&[("cup", "1"), ("now", "0.25")], &[("now", "0.5")]]);
        let other = run(&[&[("cup", "1"), ("now", "0.26")], &[("now", "0.5")]]);
        assert!(difference(&recorded, &other).is_some());
        forget_chance(&mut recorded, &other);
        assert_eq!(recorded, run(&[&[("cup", "1")], &[]]));
        assert_eq!(difference(&recorded, &other), None);
        let wrong = run(&[&[("cup", "2"), ("now", "0.26")], &[("now", "0.5")]]);
        assert_eq!(
            difference(&recorded, &wrong).as_deref(),
            Some(
                "step 2: recorded `main` goes on with cup = 1 at line 1, \
                 now `main` goes on with cup = 2, now = 0.26 at line 1"
            )
        );
    }

    #[test]
    fn what_two_new_runs_differ_in_is_chance_in_the_recorded_one_too() {
        let recorded = run(&[&[("cup", "1"), ("kb", "2076")]]);
        let [one, other] = ["2148", "2160"].map(|kb| run(&[&[("cup", "1"), ("kb", kb)]]));
        assert!(difference(&recorded, &one).is_some());
        let [mut old, mut new] = [&recorded, &one].map(Clone::clone);
        forget_difference(&mut old, &one, &other);
        forget_difference(&mut new, &one, &other);
        assert_eq!(difference(&old, &new), None);
        assert_eq!(old, run(&[&[("cup", "1")]]));
    }

    #[test]
    fn a_run_that_ends_early_differs() {
        let [long, short] = ["main start\nmain return", "main start"].map(program);
        let found = difference(&long, &short);
        assert_eq!(
            found.as_deref(),
            Some("step 2: recorded `main` returns at line 1, now nothing")
        );
    }

    #[test]
    fn threads_are_compared_one_by_one_without_their_lines() {
        let [mut left, mut right] = [
            "main start\nwork start\nwork line\nwork print a\nmain print b",
            "main start\nmain print b\nwork start\nwork line\nwork line\nwork print a",
        ]
        .map(program);
        assert!(difference(&left, &right).is_some());
        left.activations[1].thread = 1;
        right.activations[1].thread = 1;
        assert_eq!(difference(&left, &right), None);
    }
}
