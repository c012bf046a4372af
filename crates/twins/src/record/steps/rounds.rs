//! Rounds: a loop that only waits is told twice.

use std::collections::BTreeMap;

use super::{Raw, Steps};
use crate::recording::Event;

/// How many rounds are told of a loop that only waits: more of them tell nothing more, and how many
/// there are is up to the clock.
const ROUNDS: usize = 2;

/// The way of an activation from its resumption to its next suspension.
#[derive(Clone, Debug, Default)]
pub(super) struct Round {
    /// Where its steps begin.
    pub(super) from: usize,
    /// The local variables as they were shown before it.
    pub(super) shown: BTreeMap<String, String>,
    /// The lines of the round before, and how often in sequence it was gone.
    lines: Vec<usize>,
    times: usize,
}

impl Steps {
    /// Takes back the round that just ended, if it was told often enough.
    pub(super) fn fold_round(&mut self, raw: &Raw) {
        let live = self.live.get_mut(&raw.id).expect("its start was looked for");
        let (place, round) = (live.place, &mut live.round);
        let steps = self.steps.get(round.from..).unwrap_or_default();
        let (first, rest) = match steps {
            [first, rest @ .., _] if first.event == Event::Resume => (first, rest),
            _ => return,
        };
        let is_alone = first.activation == place
            && rest
                .iter()
                .all(|step| step.activation == place && matches!(step.event, Event::Line(_)))
            && self.unended.as_ref().is_none_or(|(at, _)| *at <= round.from);
        let lines: Vec<usize> = steps.iter().map(|step| step.line).collect();
        if !is_alone {
            *round = Round::default();
        } else if lines != round.lines {
            (round.lines, round.times) = (lines, 1);
        } else if round.times < ROUNDS {
            round.times += 1;
        } else {
            live.shown = std::mem::take(&mut round.shown);
            self.steps.truncate(round.from);
            self.at.truncate(round.from);
        }
    }
}
