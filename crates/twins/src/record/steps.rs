//! What a tracer's events mean: the steps of a program.

mod reasons;
mod rounds;

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};

use self::{reasons::Reasons, rounds::Round};
use super::raw::{self, Raw, Tag};
use crate::recording::{Activation, Event, Fold, Kind, Step, Why};

/// What stands in place of a value where it is gone, as one that has been moved away.
const NO_VALUE: &str = "–";

/// The steps of one program, made of a tracer's events. What the two languages' machinery does
/// differently on the way to the same step is taken out here, once for both.
///
/// - An activation resumes when it goes on, not when it is entered: on the way to what it awaits
///   (to a child that `gather` polls, to a delegate), an entry that makes no progress is no step,
///   and neither is the suspension after it.
/// - An activation suspends when it hands control to what it awaits, not when that one has suspended:
///   for asyncio's `gather` it suspends and the children start, while in Rust the children start
///   inside its poll.
/// - An entry that brings an error and nothing else is the `raise` alone, as of a coroutine that is
///   cancelled; of a generator it is no step: the languages drop one that nobody needs any more at
///   different moments, and CPython 3.13 does not enter it for that.
/// - A coroutine that wakes up, goes through the same lines and waits again in the same place has
///   gone a round: of equal rounds in sequence the first two are told.
/// - The line where an activation was suspended is not told again when it is entered there; nor is
///   a line again that the step before has told already.
/// - What is printed comes line by line, in however many pieces it was written.
/// - Of the local variables, those that changed.
/// - What is awaited that has a body in the program is what is waited for, in whatever it is wrapped; and
///   who awaits it goes on by it.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    /// Every activation, in the order of their starts.
    pub activations: Vec<Activation>,
    /// What happened, in order.
    pub steps: Vec<Step>,
    /// When each step happened, in milliseconds since the start, under the tracer.
    pub at: Vec<u64>,
    live: BTreeMap<u64, Live>,
    /// By thread: who runs, the innermost last.
    running: BTreeMap<usize, Vec<u64>>,
    threads: BTreeMap<usize, usize>,
    /// How often each function was started.
    numbers: BTreeMap<String, usize>,
    /// A line of output that has no end yet, and where its last piece was written.
    unended: Option<(usize, Step)>,
    reasons: Reasons,
}

/// An activation that has not ended.
#[derive(Clone, Debug)]
struct Live {
    place: usize,
    /// The line where it is suspended.
    suspended: Option<usize>,
    /// It has been entered since.
    entry: Option<Entry>,
    shown: BTreeMap<String, String>,
    /// How many steps there were when it handed control to what it awaits.
    awaits: Option<usize>,
    round: Round,
    waiting: reasons::Waiting,
}

/// An entry of which nothing has come yet.
#[derive(Clone, Debug)]
struct Entry {
    /// How many steps there were before it.
    steps: usize,
    /// Whether the line where it was suspended may still come again.
    first: bool,
    /// What it goes on with.
    with: Event,
    /// Who is said to have it go on, and who has called it.
    by: reasons::Caller,
}

impl Steps {
    /// Makes the steps of a run.
    ///
    /// # Errors
    ///
    /// When something happens to an activation that has not started, or the run has no end: a fault of
    /// the tracer.
    pub fn of(events: &[Raw]) -> Result<Self> {
        let mut steps = Self::default();
        for event in events {
            steps.take(event)?;
        }
        // What starts first ends last.
        let main = events.first().map(|event| event.id);
        let is_end = |event: &Raw| matches!(event.event, Tag::Return | Tag::Raise);
        let is_whole = events.iter().any(|event| Some(event.id) == main && is_end(event));
        ensure!(is_whole, "the tracer missed the end of the program");
        if let Some((place, step)) = steps.unended.take() {
            let at = steps.at[place - 1];
            steps.steps.insert(place, step);
            steps.at.insert(place, at);
        }
        steps.name_reasons();
        Ok(steps)
    }

    /// Takes out the activations that no step names.
    pub(super) fn forget_unnamed(&mut self) {
        let mut places = vec![None; self.activations.len()];
        self.steps.iter().for_each(|step| places[step.activation] = Some(0));
        for (next, place) in places.iter_mut().flatten().enumerate() {
            *place = next;
        }
        let mut is_named = places.iter().map(Option::is_some);
        self.activations.retain(|_| is_named.next() == Some(true));
        for step in &mut self.steps {
            step.activation = places[step.activation].expect("it is named");
            step.why = step.why.take().and_then(|why| why.renumbered(|who| places[who]));
        }
    }

    fn take(&mut self, raw: &Raw) -> Result<()> {
        let has_started = raw.event == Tag::Start || self.live.contains_key(&raw.id);
        has_started.then_some(()).with_context(|| {
            format!("the tracer missed the start of `{}`, line {}", raw.function, raw.line)
        })?;
        self.reasons.next();
        match raw.event {
            Tag::Start => self.start(raw),
            Tag::Waits => self.tell_waits(raw),
            Tag::Line => self.line(raw),
            Tag::Print => self.print(raw),
            Tag::Cut => {
                // Whoever is suspended stays so in what is told: what follows is not known.
                self.push(raw, Event::Fold(Fold::default()));
                self.live.retain(|id, _| *id == raw.id);
                self.running.clear();
                let live = self.live_mut(raw);
                (live.suspended, live.entry) = (None, None);
            }
            Tag::Resume => {
                self.hand_over(raw);
                let with = match (raw.thrown.clone(), raw.value.clone()) {
                    (Some(error), _) => Event::Throw(error),
                    (None, Some(value)) => Event::Send(value),
                    (None, None) => Event::Resume,
                };
                let by = self.caller(raw);
                let entry = Entry { steps: self.steps.len(), first: true, with, by };
                self.live_mut(raw).entry = Some(entry);
                self.running.entry(raw.thread).or_default().push(raw.id);
            }
            Tag::Suspend => {
                self.suspend(raw);
                self.leave(raw);
            }
            Tag::Return => {
                self.go_on(raw.id, raw.at);
                self.push(raw, Event::Return(raw.value.clone()));
                self.end(raw);
            }
            Tag::Raise => {
                let live = self.live_mut(raw);
                let is_suspended = live.suspended.is_some();
                // It goes on with what is thrown, and does not catch it.
                if live.entry.as_ref().is_some_and(|entry| matches!(entry.with, Event::Throw(_))) {
                    self.go_on(raw.id, raw.at);
                }
                let event = match raw.by {
                    None => Some(Event::Raise(raw.value.clone())),
                    Some(_) if raw.kind != Kind::Coroutine && is_suspended => None,
                    Some(raw::By::Cancel) => Some(Event::Cancel),
                    Some(raw::By::Close) => Some(Event::Close),
                    Some(raw::By::Drop) => Some(Event::Drop),
                };
                if let Some(event) = event {
                    let why = match event {
                        Event::Cancel => self.canceller(raw),
                        Event::Drop if is_suspended => self.dropper(raw),
                        _ => None,
                    };
                    self.push(raw, event);
                    self.explain_last(why);
                }
                self.end(raw);
            }
        }
        Ok(())
    }

    fn start(&mut self, raw: &Raw) {
        self.hand_over(raw);
        let next = self.threads.len();
        let thread = *self.threads.entry(raw.thread).or_insert(next);
        let place = self.activations.len();
        let number = self.numbers.entry(raw.function.clone()).or_default();
        *number += 1;
        self.activations.push(Activation {
            function: raw.function.clone(),
            kind: raw.kind,
            thread,
            number: *number,
        });
        let live = Live {
            place,
            suspended: None,
            entry: None,
            shown: BTreeMap::new(),
            awaits: None,
            round: Round::default(),
            waiting: reasons::Waiting::default(),
        };
        self.live.insert(raw.id, live);
        self.reasons.is_at(raw.id, place);
        let running = self.running.entry(raw.thread).or_default();
        self.reasons.is_started(raw.id, running.last().copied());
        running.push(raw.id);
        self.push(raw, Event::Start);
    }

    /// Control passes from the one that runs to the one of this event.
    fn hand_over(&mut self, raw: &Raw) {
        let running = self.running.get(&raw.thread).and_then(|running| running.last().copied());
        let Some(caller) = running else { return };
        if matches!(raw.kind, Kind::Coroutine | Kind::AsyncGenerator) {
            // It may be polled on the way, by a `gather` of the one that waits for it.
            let steps = self.steps.len();
            if let Some(caller) = self.live.get_mut(&caller).filter(|live| live.entry.is_none()) {
                caller.awaits.get_or_insert(steps);
                caller.waiting.child = Some(raw.id);
            }
        } else if raw.event == Tag::Start && raw.kind == Kind::Function {
            // A function is called by code that runs.
            self.go_on(caller, raw.at);
        }
    }

    fn line(&mut self, raw: &Raw) {
        let live = self.live_mut(raw);
        let suspended = live.suspended;
        if let Some(entry) = &mut live.entry
            && std::mem::take(&mut entry.first)
            && Some(raw.line) == suspended
        {
            return;
        }
        self.go_on(raw.id, raw.at);
        self.take_what_is_given(raw);
        let place = self.live_mut(raw).place;
        if self.steps.last().is_some_and(|step| {
            matches!(step.event, Event::Line(_))
                && (step.activation, step.line) == (place, raw.line)
        }) {
            return;
        }
        let shown = &mut self.live_mut(raw).shown;
        let now: BTreeMap<String, String> = raw
            .locals
            .iter()
            .map(|(name, value)| (name.clone(), value.as_deref().unwrap_or(NO_VALUE).to_owned()))
            .collect();
        let gone = shown.keys().filter(|name| !now.contains_key(*name));
        let gone = gone.map(|name| (name.clone(), None));
        let changed = now.iter().filter(|(name, value)| shown.get(*name) != Some(value));
        let changed = changed.map(|(name, value)| (name.clone(), Some(value.clone())));
        let changes: BTreeMap<_, _> = gone.chain(changed).collect();
        *shown = now;
        self.push(raw, Event::Line(changes));
    }

    fn print(&mut self, raw: &Raw) {
        self.go_on(raw.id, raw.at);
        for piece in raw.text.split_inclusive('\n') {
            let begun = match self.unended.take() {
                Some((_, Step { event: Event::Print(begun), .. })) => begun,
                _ => String::new(),
            };
            let text = begun + piece;
            if text.ends_with('\n') {
                self.push(raw, Event::Print(text));
            } else {
                let activation = self.live_mut(raw).place;
                let event = Event::Print(text);
                let step = Step { event, activation, line: raw.line, why: None };
                self.unended = Some((self.steps.len(), step));
            }
        }
    }

    fn suspend(&mut self, raw: &Raw) {
        let steps = self.steps.len();
        let live = self.live_mut(raw);
        // A generator that yields twice in one line has yielded twice: only what it hands on from
        // another one is no step of its own.
        let hands_on = live.entry.as_ref().is_some_and(|entry| match raw.kind {
            Kind::Generator => steps > entry.steps,
            _ => raw.yields != Some(true),
        });
        if hands_on {
            live.suspended = Some(raw.line);
            live.entry = None;
            live.waiting.waits_again = raw.yields == Some(false);
            return;
        }
        let awaits = self.live_mut(raw).awaits;
        let waits = self.waits(raw);
        self.go_on(raw.id, raw.at);
        let only_waits = match raw.kind {
            Kind::Coroutine => true,
            Kind::AsyncGenerator => raw.yields == Some(false),
            Kind::Function | Kind::Generator => false,
        };
        let yields = raw.kind == Kind::Generator || raw.yields == Some(true);
        let place = match awaits {
            Some(place) if !yields => self.insert_suspend(raw, place),
            _ if yields => self.push(raw, Event::Yield(raw.value.clone())),
            _ => self.push(raw, Event::Suspend),
        };
        if !yields {
            self.steps[place].why = waits.clone().map(Why::Waits);
        }
        self.wait(raw, waits.filter(|_| !yields), yields);
        self.live_mut(raw).suspended = Some(raw.line);
        if only_waits {
            self.fold_round(raw);
        } else {
            // A yield between two waits makes them two.
            self.live_mut(raw).round = Round::default();
        }
    }

    /// What has been entered goes on: that is the step.
    fn go_on(&mut self, id: u64, at: u64) {
        let Some(live) = self.live.get_mut(&id) else { return };
        live.awaits = None;
        let entered = live.entry.take().and_then(|entry| Some((live.suspended.take()?, entry)));
        if let Some((line, Entry { with: event, by, .. })) = entered {
            let activation = live.place;
            live.round.from = self.steps.len();
            live.round.shown.clone_from(&live.shown);
            let why = self.reasons.cause(&live.waiting, by).map(Why::By);
            live.waiting = reasons::Waiting::default();
            self.steps.push(Step { event, activation, line, why });
            self.at.push(at);
        }
    }

    /// The suspension was before what others have done meanwhile.
    fn insert_suspend(&mut self, raw: &Raw, place: usize) -> usize {
        let activation = self.live_mut(raw).place;
        let step = Step { event: Event::Suspend, activation, line: raw.line, why: None };
        self.steps.insert(place, step);
        self.at.insert(place, self.at.get(place).copied().unwrap_or(raw.at));
        let shift = |at: &mut usize| *at += usize::from(*at >= place);
        for live in self.live.values_mut() {
            live.entry.iter_mut().for_each(|entry| shift(&mut entry.steps));
            live.awaits.iter_mut().for_each(shift);
            shift(&mut live.round.from);
        }
        self.unended.iter_mut().for_each(|(at, _)| shift(at));
        place
    }

    fn leave(&mut self, raw: &Raw) {
        for running in self.running.values_mut() {
            running.retain(|id| *id != raw.id);
        }
    }

    /// It has ended: who waits for it goes on by it.
    fn end(&mut self, raw: &Raw) {
        self.leave(raw);
        self.live.remove(&raw.id);
        self.reasons.has_given(raw.id);
    }

    fn push(&mut self, raw: &Raw, event: Event) -> usize {
        let activation = self.live_mut(raw).place;
        self.steps.push(Step { event, activation, line: raw.line, why: None });
        self.at.push(raw.at);
        self.steps.len() - 1
    }

    fn live_mut(&mut self, raw: &Raw) -> &mut Live {
        self.live.get_mut(&raw.id).expect("its start was looked for")
    }
}

#[cfg(test)]
pub(crate) mod tests;
