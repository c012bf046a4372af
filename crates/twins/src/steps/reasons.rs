//! The reasons of two programs' steps: what they have in common.

use std::collections::BTreeMap;

use super::{Row, align, ordinals, value};
use crate::recording::{Activation, By, Event, Program, Wait, WaitKind, Why};

type Who<'a> = (&'a str, usize);

/// A reason by itself: an activation in it is known by its function, and as the how many-th it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason<'a> {
    Waits(Vec<(WaitKind, Option<Who<'a>>, Option<&'a str>)>),
    /// Nobody is the event loop.
    By(Option<Who<'a>>),
}

/// The reason of a step, where it is recorded; by the ordinals of all activations.
pub(crate) fn reason<'a>(
    program: &'a Program,
    place: usize,
    ordinals: &[usize],
) -> Option<Reason<'a>> {
    let who = |who: usize| (&*program.activations[who].function, ordinals[who]);
    Some(match program.steps[place].why.as_ref()? {
        Why::Waits(waits) => {
            let wait = |wait: &'a Wait| (wait.kind, wait.who.map(who), wait.text.as_deref());
            Reason::Waits(waits.iter().map(wait).collect())
        }
        Why::By(By::Activation(by)) => Reason::By(Some(who(*by))),
        Why::By(By::Loop) => Reason::By(None),
    })
}

/// Whether two reasons are the same one; nothing where one rule does not cover both: one is not
/// recorded, or known by its source alone.
fn agree(reasons: [Option<Reason<'_>>; 2]) -> Option<bool> {
    let [left, right] = reasons.map(|reason| {
        reason.filter(|reason| match reason {
            Reason::Waits(waits) => {
                let is_known = |kind| !matches!(kind, WaitKind::Source | WaitKind::Socket);
                !waits.is_empty() && waits.iter().all(|(kind, ..)| is_known(*kind))
            }
            Reason::By(_) => true,
        })
    });
    Some(left? == right?)
}

/// The reasons of two programs' steps in one row.
fn both<'a>(left: &'a Program, right: &'a Program) -> Vec<(Row, [Option<Reason<'a>>; 2])> {
    let mut numbers =
        [left, right].map(|program| ordinals(program, |it: &Activation| &*it.function));
    // Where one program has more activations of a function, closures in it say, the numbers tell
    // nothing.
    let counts = [left, right].map(|program| {
        let mut counts = BTreeMap::<&str, usize>::new();
        for it in &program.activations {
            *counts.entry(&it.function).or_default() += 1;
        }
        counts
    });
    for (program, numbers) in [left, right].into_iter().zip(&mut numbers) {
        for (it, number) in program.activations.iter().zip(numbers) {
            if counts[0].get(&*it.function) != counts[1].get(&*it.function) {
                *number = 0;
            }
        }
    }
    let of = |(l, r): Row| {
        let places = [l?, r?];
        let [left, right] = [(left, 0), (right, 1)]
            .map(|(program, side)| reason(program, places[side], &numbers[side]));
        Some(((l, r), [left, right]))
    };
    align(left, right).into_iter().filter_map(of).collect()
}

/// How many reasons of two programs' steps are compared and how many can only be shown; and how many
/// suspensions of both have none.
pub fn reasons(left: &Program, right: &Program) -> (usize, usize, usize) {
    let (mut compared, mut shown) = (0, 0);
    for (_, reasons) in both(left, right) {
        match agree(reasons.clone()) {
            Some(_) => compared += 1,
            None if reasons == [None, None] => {}
            None => shown += 1,
        }
    }
    let missing = |program: &Program| {
        let steps = program.steps.iter();
        steps.filter(|step| step.event == Event::Suspend && step.why.is_none()).count()
    };
    (compared, shown, missing(left) + missing(right))
}

/// The rows in which both programs do the same, for reasons that both languages have, and not for the
/// same ones.
pub fn unequal_reasons(left: &Program, right: &Program) -> Vec<Row> {
    let rows = both(left, right).into_iter();
    rows.filter(|(_, reasons)| agree(reasons.clone()) == Some(false)).map(|(row, _)| row).collect()
}

/// What an activation receives that goes on: what the one returns or yields that it waited for.
pub fn received(program: &Program, place: usize) -> Option<&str> {
    let step = &program.steps[place];
    let Some(Why::By(By::Activation(by))) = step.why else { return None };
    let before = &program.steps[..place];
    let waited = before.iter().rfind(|other| other.activation == step.activation)?;
    let Some(Why::Waits(waits)) = &waited.why else { return None };
    // Of several it receives all, and not the last one's.
    let [wait] = &**waits else { return None };
    if wait.kind != WaitKind::Activation || wait.who != Some(by) {
        return None;
    }
    let given = before.iter().rfind(|other| other.activation == by)?;
    match given.event {
        Event::Return(_) | Event::Yield(_) => value(&given.event),
        _ => None,
    }
}
