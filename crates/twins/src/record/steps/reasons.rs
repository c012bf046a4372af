//! Why an activation waits, and who has it go on.
//!
//! While the steps are made, activations are named by the tracer's numbers: one that is waited for may
//! start later. [`Steps::name_reasons`] puts their places there, at the end.

use std::collections::BTreeMap;

use super::{Raw, Steps};
use crate::{
    record::raw::LOOP,
    recording::{By, Event, Wait, WaitKind, Why},
};

/// What is known of all activations.
#[derive(Clone, Debug, Default)]
pub(super) struct Reasons {
    /// How many events there were.
    now: usize,
    /// When each activation gave something last: it yielded, or ended.
    given: BTreeMap<u64, usize>,
    /// In which activation each one was started, where one ran.
    started_in: BTreeMap<u64, u64>,
    /// By the tracer's number of an activation: its place.
    places: BTreeMap<u64, usize>,
}

/// What one activation waits for, or is about to.
#[derive(Clone, Debug, Default)]
pub(super) struct Waiting {
    /// The last one that it has handed control to.
    pub(super) child: Option<u64>,
    /// What it waits for, if it is suspended and that is known.
    waits: Option<Vec<Wait>>,
    /// Whether it waits for its caller, having yielded.
    has_yielded: bool,
    /// Whether it was entered since, and waits by a delegate, which is no step of its own.
    pub(super) waits_again: bool,
    /// When it was suspended.
    since: usize,
    /// Its own number.
    id: u64,
}

/// Who has an activation go on, as far as its entry tells.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Caller {
    /// Who the tracer says.
    woken_by: Option<u64>,
    /// Who runs, and so has called it.
    calls: Option<u64>,
}

impl Reasons {
    pub(super) fn next(&mut self) {
        self.now += 1;
    }

    pub(super) fn is_at(&mut self, id: u64, place: usize) {
        self.places.insert(id, place);
    }

    pub(super) fn has_given(&mut self, id: u64) {
        self.given.insert(id, self.now);
    }

    pub(super) fn is_started(&mut self, id: u64, by: Option<u64>) {
        self.started_in.extend(by.map(|by| (id, by)));
    }

    /// Who has one go on that waited.
    pub(super) fn cause(&self, waiting: &Waiting, caller: Caller) -> Option<By> {
        let by = |id: u64| match id {
            LOOP => By::Loop,
            id => By::Activation(usize::try_from(id).expect("no tracer counts so far")),
        };
        if waiting.has_yielded {
            return caller.calls.map(by);
        }
        let waits = |kind| waiting.waits.iter().flatten().filter(move |wait| wait.kind == kind);
        let awaited = waits(WaitKind::Activation).filter_map(|wait| u64::try_from(wait.who?).ok());
        // The next result comes from one of those that are polled in it.
        let has_results = waits(WaitKind::Result).next().is_some();
        let own = self.started_in.iter().filter(|(_, by)| has_results && **by == waiting.id);
        let given = awaited.chain(own.map(|(id, _)| *id)).filter_map(|id| {
            let when = self.given.get(&id).filter(|when| **when > waiting.since)?;
            Some((when, id))
        });
        // A task that wakes itself does so for a part of it that is done.
        let woken_by = caller.woken_by.filter(|id| *id != waiting.id);
        // A turn is the loop's to give, whoever else was woken in this one.
        let turn = waits(WaitKind::Turn).next().map(|_| LOOP);
        // Of several the last one.
        given.max().map(|(_, id)| id).or(woken_by).or(turn).map(by)
    }
}

impl Steps {
    /// What one is about to wait for that suspends at this event, as far as it is known.
    pub(super) fn waits(&mut self, raw: &Raw) -> Option<Vec<Wait>> {
        if !raw.waits.is_empty() {
            return Some(raw.waits.iter().map(|wait| wait.wait()).collect());
        }
        let child = self.live_mut(raw).waiting.child?;
        let is_suspended = self.live.get(&child).is_some_and(|child| child.suspended.is_some());
        let wait = Wait { who: usize::try_from(child).ok(), ..Wait::of(WaitKind::Activation) };
        is_suspended.then(|| vec![wait])
    }

    /// Its code goes on: a child that has yielded has given what it was entered for.
    pub(super) fn take_what_is_given(&mut self, raw: &Raw) {
        let has_given = |child: &u64| {
            let waiting = self.live.get(child).map(|child| &child.waiting);
            waiting.is_some_and(|waiting| waiting.has_yielded && !waiting.waits_again)
        };
        if self
            .live
            .get(&raw.id)
            .and_then(|live| live.waiting.child)
            .as_ref()
            .is_some_and(has_given)
        {
            self.live_mut(raw).waiting.child = None;
        }
    }

    /// It waits from now on.
    pub(super) fn wait(&mut self, raw: &Raw, waits: Option<Vec<Wait>>, has_yielded: bool) {
        let since = self.reasons.now;
        self.live_mut(raw).waiting =
            Waiting { waits, has_yielded, since, id: raw.id, ..Waiting::default() };
        if has_yielded {
            self.reasons.has_given(raw.id);
        }
    }

    /// What it waits for has become known.
    pub(super) fn tell_waits(&mut self, raw: &Raw) {
        let live = self.live_mut(raw);
        let (place, waiting) = (live.place, &mut live.waiting);
        if live.suspended.is_none() || waiting.waits.is_some() || waiting.has_yielded {
            return;
        }
        let waits: Vec<Wait> = raw.waits.iter().map(|wait| wait.wait()).collect();
        waiting.waits = Some(waits.clone());
        let last = self.steps.iter_mut().rfind(|step| step.activation == place);
        if let Some(step) = last.filter(|step| step.event == Event::Suspend) {
            step.why = Some(Why::Waits(waits));
        }
    }

    /// Who enters one that is suspended.
    pub(super) fn caller(&self, raw: &Raw) -> Caller {
        let running = self.running.get(&raw.thread).and_then(|running| running.last().copied());
        Caller { woken_by: raw.woken_by, calls: running }
    }

    /// Who has cancelled one that was entered with that.
    pub(super) fn canceller(&mut self, raw: &Raw) -> Option<Why> {
        let live = self.live_mut(raw);
        let (waiting, by) = (live.waiting.clone(), live.entry.as_ref()?.by);
        self.reasons.cause(&waiting, by).map(Why::By)
    }

    /// Who drops one that does nothing more.
    pub(super) fn dropper(&mut self, raw: &Raw) -> Option<Why> {
        let waiting = self.live_mut(raw).waiting.clone();
        self.reasons.cause(&waiting, self.caller(raw)).map(Why::By)
    }

    /// Tells why the last step was taken.
    pub(super) fn explain_last(&mut self, why: Option<Why>) {
        if let Some(step) = self.steps.last_mut() {
            step.why = why;
        }
    }

    /// Puts the places of activations in all reasons; one that never started has none.
    pub(super) fn name_reasons(&mut self) {
        let Self { steps, reasons, .. } = self;
        let place = |id: usize| reasons.places.get(&u64::try_from(id).ok()?).copied();
        for step in steps {
            step.why = step.why.take().and_then(|why| why.renumbered(place));
        }
    }
}
