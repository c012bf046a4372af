//! What a recording leaves out of a run that takes thousands of steps between two lines of output.

use std::collections::{BTreeMap, BTreeSet};

use super::steps::Steps;
use crate::{
    recording::{Activation, Event, Fold, Step, fingerprint},
    steps::control,
};

/// How many steps between two lines of output are shown in full.
const WHOLE: usize = 600;

/// How many of more are shown at both ends: steps that are more than a line, and lines in sequence.
const CONTROL: (usize, usize) = (90, 50);
const LINES: (usize, usize) = (30, 12);

/// Folds what is too long: runs of lines, as of a loop that only counts, and then what happens
/// between two lines of output. Every line of output stays.
pub(super) fn fold(steps: &mut Steps) {
    let all = std::mem::take(&mut steps.steps);
    let mut at = std::mem::take(&mut steps.at);
    let is_print = |step: &Step| matches!(step.event, Event::Print(_));
    let is_line = |step: &Step| matches!(step.event, Event::Line(_));
    let mut told: Vec<(Step, u64)> = Vec::new();
    let ends = |step: &Step| is_print(step) || matches!(step.event, Event::Fold(_));
    let stretches = all.split_inclusive(ends);
    for stretch in stretches {
        let rest = at.split_off(stretch.len());
        let timed: Vec<(Step, u64)> = stretch.iter().cloned().zip(at).collect();
        at = rest;
        if stretch.len() <= WHOLE {
            told.extend(timed);
            continue;
        }
        let control: Vec<usize> =
            (0..timed.len()).filter(|place| !is_line(&timed[*place].0)).collect();
        // The two ends that are shown, and what is folded between them.
        let (head, tail) = if control.len() > CONTROL.0 + CONTROL.1 {
            (control[CONTROL.0], control[control.len() - CONTROL.1])
        } else {
            (timed.len(), timed.len())
        };
        lines(&timed[..head], &mut told);
        if head < tail {
            middle(&timed[head..tail], &timed[tail..], &steps.activations, &mut told);
        }
        lines(&timed[tail..], &mut told);
    }
    (steps.steps, steps.at) = told.into_iter().unzip();
    steps.forget_unnamed();
}

/// Tells steps, but of many lines in sequence only the first and the last ones.
fn lines(timed: &[(Step, u64)], told: &mut Vec<(Step, u64)>) {
    let is_line = |(step, _): &(Step, u64)| matches!(step.event, Event::Line(_));
    for run in timed.chunk_by(|a, b| is_line(a) == is_line(b)) {
        if !is_line(&run[0]) || run.len() <= 2 * (LINES.0 + LINES.1) {
            told.extend_from_slice(run);
            continue;
        }
        let (head, tail) = (LINES.0, run.len() - LINES.1);
        told.extend_from_slice(&run[..head]);
        let folded = &run[head..tail];
        let (last, at) = &run[head - 1];
        let event = Event::Fold(Fold { steps: folded.len(), control: 0, digest: String::new() });
        told.push((Step { event, why: None, ..last.clone() }, *at));
        // The next line of each activation tells what its variables became, too.
        let mut changes: BTreeMap<usize, BTreeMap<String, Option<String>>> = BTreeMap::new();
        for (step, _) in folded {
            if let Event::Line(locals) = &step.event {
                changes.entry(step.activation).or_default().extend(locals.clone());
            }
        }
        for (step, at) in &run[tail..] {
            let mut step = step.clone();
            if let Event::Line(locals) = &mut step.event
                && let Some(mut all) = changes.remove(&step.activation)
            {
                all.append(locals);
                *locals = all;
            }
            told.push((step, *at));
        }
    }
}

/// Folds the middle of a stretch, and tells what brings the activations that are named before or
/// after it to where they are then.
fn middle(
    folded: &[(Step, u64)],
    after: &[(Step, u64)],
    activations: &[Activation],
    told: &mut Vec<(Step, u64)>,
) {
    let named: BTreeSet<usize> =
        told.iter().chain(after).map(|(step, _)| step.activation).collect();
    // The last of each activation's steps; and the last of its lines, with all that its variables
    // became.
    let (mut last, mut lines) = (BTreeMap::new(), BTreeMap::new());
    let mut changes: BTreeMap<usize, BTreeMap<String, Option<String>>> = BTreeMap::new();
    for (place, (step, _)) in folded.iter().enumerate() {
        if named.contains(&step.activation) {
            last.insert(step.activation, place);
            if let Event::Line(locals) = &step.event {
                lines.insert(step.activation, place);
                changes.entry(step.activation).or_default().extend(locals.clone());
            }
        }
    }
    let kept: BTreeSet<usize> = last.into_values().chain(lines.into_values()).collect();
    let mut digest = String::new();
    let (mut steps, mut control_steps) = (0, 0);
    for (place, (step, _)) in folded.iter().enumerate() {
        let is_folded = usize::from(!kept.contains(&place));
        steps += is_folded;
        if let Some(what) = control(&step.event) {
            let Activation { function, number, .. } = &activations[step.activation];
            digest += &format!("{function} {number} {what}\n");
            control_steps += is_folded;
        }
    }
    let (before, at) = told.last().cloned().expect("a stretch begins with what is told");
    let event = Event::Fold(Fold { steps, control: control_steps, digest: fingerprint(&digest) });
    told.push((Step { event, why: None, ..before }, at));
    for place in kept {
        let (mut step, at) = folded[place].clone();
        if let Event::Line(locals) = &mut step.event {
            *locals = changes.remove(&step.activation).unwrap_or_default();
        }
        told.push((step, at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::steps::tests::events;

    fn folded(rows: &str) -> Steps {
        let mut steps = Steps::of(&events(rows)).unwrap();
        fold(&mut steps);
        assert_eq!(steps.steps.len(), steps.at.len());
        steps
    }

    fn folds(steps: &Steps) -> Vec<&Fold> {
        let fold = |step: &'_ Step| matches!(step.event, Event::Fold(_));
        let folds = steps.steps.iter().filter(|step| fold(step));
        folds
            .map(|step| match &step.event {
                Event::Fold(fold) => fold,
                _ => unreachable!("only folds are left"),
            })
            .collect()
    }

    #[test]
    fn a_loop_that_only_counts_is_folded_and_entered_and_left() {
        let rows = "main() start 1\n".to_owned()
            + &"main() line 2\nmain() line 3\n".repeat(2_000)
            + "main() line 4\nmain() print 4 a\\n\nmain() return 4";
        let steps = folded(&rows);
        let folds = folds(&steps);
        assert_eq!((folds.len(), folds[0].control), (1, 0));
        assert_eq!(steps.steps.len() - 1 + folds[0].steps, 4_004);
        assert_eq!(steps.steps.last().unwrap().event, Event::Return(None));
    }

    #[test]
    fn a_short_run_is_told_whole() {
        let rows = "main() start 1\n".to_owned()
            + &"main() line 2\nmain() line 3\n".repeat(200)
            + "main() return 4";
        assert!(folds(&folded(&rows)).is_empty());
    }

    #[test]
    fn what_holds_after_a_fold_is_told_behind_it_and_equal_folds_have_equal_digests() {
        // `count` is suspended before the fold, and ends in it; `calls` has thousands of activations.
        let calls = |word: &str| -> String {
            let call = |n| format!("call#{n}() start 8\ncall#{n}() {word} 9\n");
            (0..2_000).map(call).collect()
        };
        let rows = |word: &str| {
            "main() start 1\ncount* start 4\ncount* suspend 5\n".to_owned()
                + &calls(word)
                + "count* resume 5\ncount* return 6\n"
                + &calls("return").replace("call", "other")
                + "main() print 2 a\\n\nmain() return 2"
        };
        let [equal, same, other] = ["return", "return", "raise"].map(|word| folded(&rows(word)));
        assert!(equal.activations.len() < 200, "{}", equal.activations.len());
        let last = equal.activations.last().unwrap();
        assert_eq!((&*last.function, last.number), ("other", 2_000));
        let count = equal.activations.iter().position(|it| it.function == "count").unwrap();
        let ends = |step: &&Step| step.activation == count && step.event == Event::Return(None);
        assert_eq!(equal.steps.iter().filter(ends).count(), 1);
        assert_eq!(folds(&equal), folds(&same));
        assert_ne!(folds(&equal)[0].digest, folds(&other)[0].digest);
    }
}
