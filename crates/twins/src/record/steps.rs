//! What a tracer's events mean: the steps of a program.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};

use super::raw::{By, Raw, Tag};
use crate::recording::{Activation, Event, Fold, Kind, Step};

/// How many rounds are told of a loop that only waits: more of them tell nothing more, and how many
/// there are is up to the clock.
const ROUNDS: usize = 2;

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
}

/// The way of an activation from its resumption to its next suspension.
#[derive(Clone, Debug, Default)]
struct Round {
    /// Where its steps begin.
    from: usize,
    /// The local variables as they were shown before it.
    shown: BTreeMap<String, String>,
    /// The lines of the round before, and how often in sequence it was gone.
    lines: Vec<usize>,
    times: usize,
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
        }
    }

    fn take(&mut self, raw: &Raw) -> Result<()> {
        let has_started = raw.event == Tag::Start || self.live.contains_key(&raw.id);
        has_started.then_some(()).with_context(|| {
            format!("the tracer missed the start of `{}`, line {}", raw.function, raw.line)
        })?;
        match raw.event {
            Tag::Start => self.start(raw),
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
                let entry = Entry { steps: self.steps.len(), first: true, with };
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
                self.leave(raw);
                self.live.remove(&raw.id);
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
                    Some(By::Cancel) => Some(Event::Cancel),
                    Some(By::Close) => Some(Event::Close),
                    Some(By::Drop) => Some(Event::Drop),
                };
                if let Some(event) = event {
                    self.push(raw, event);
                }
                self.leave(raw);
                self.live.remove(&raw.id);
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
        };
        self.live.insert(raw.id, live);
        self.running.entry(raw.thread).or_default().push(raw.id);
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
                let step = Step { event: Event::Print(text), activation, line: raw.line };
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
            return;
        }
        let awaits = self.live_mut(raw).awaits;
        self.go_on(raw.id, raw.at);
        let only_waits = match raw.kind {
            Kind::Coroutine => true,
            Kind::AsyncGenerator => raw.yields == Some(false),
            Kind::Function | Kind::Generator => false,
        };
        let yields = raw.kind == Kind::Generator || raw.yields == Some(true);
        match awaits {
            Some(place) if !yields => self.insert_suspend(raw, place),
            _ if yields => self.push(raw, Event::Yield(raw.value.clone())),
            _ => self.push(raw, Event::Suspend),
        }
        self.live_mut(raw).suspended = Some(raw.line);
        if only_waits {
            self.fold_round(raw);
        } else {
            // A yield between two waits makes them two.
            self.live_mut(raw).round = Round::default();
        }
    }

    /// The suspension was before what others have done meanwhile.
    fn insert_suspend(&mut self, raw: &Raw, place: usize) {
        let activation = self.live_mut(raw).place;
        self.steps.insert(place, Step { event: Event::Suspend, activation, line: raw.line });
        self.at.insert(place, self.at.get(place).copied().unwrap_or(raw.at));
        let shift = |at: &mut usize| *at += usize::from(*at >= place);
        for live in self.live.values_mut() {
            live.entry.iter_mut().for_each(|entry| shift(&mut entry.steps));
            live.awaits.iter_mut().for_each(shift);
            shift(&mut live.round.from);
        }
        self.unended.iter_mut().for_each(|(at, _)| shift(at));
    }

    /// Takes back the round that just ended, if it was told often enough.
    fn fold_round(&mut self, raw: &Raw) {
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

    /// What has been entered goes on: that is the step.
    fn go_on(&mut self, id: u64, at: u64) {
        let Some(live) = self.live.get_mut(&id) else { return };
        live.awaits = None;
        let entered =
            live.entry.take().and_then(|entry| Some((live.suspended.take()?, entry.with)));
        if let Some((line, event)) = entered {
            let activation = live.place;
            live.round.from = self.steps.len();
            live.round.shown.clone_from(&live.shown);
            self.steps.push(Step { event, activation, line });
            self.at.push(at);
        }
    }

    fn leave(&mut self, raw: &Raw) {
        for running in self.running.values_mut() {
            running.retain(|id| *id != raw.id);
        }
    }

    fn push(&mut self, raw: &Raw, event: Event) {
        let activation = self.live_mut(raw).place;
        self.steps.push(Step { event, activation, line: raw.line });
        self.at.push(raw.at);
    }

    fn live_mut(&mut self, raw: &Raw) -> &mut Live {
        self.live.get_mut(&raw.id).expect("its start was looked for")
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Events from rows like `fetch#2 suspend 7`: the activation, what, the line and, of a print, its text. The
    /// name's end tells the kind: `main()` is a function, `count*` a generator, others are coroutines.
    pub(crate) fn events(rows: &str) -> Vec<Raw> {
        let rows: Vec<&str> = rows.lines().map(str::trim).filter(|row| !row.is_empty()).collect();
        let name = |row: &&str| row.split(' ').next().unwrap().to_owned();
        let names: Vec<String> = rows.iter().map(name).collect();
        let event = |(at, row): (usize, &&str)| {
            let mut words = row.splitn(4, ' ');
            let mut word = || words.next().unwrap_or_default();
            let (name, event, line, text) = (word(), word(), word(), word());
            let event = serde_json::from_value(event.into()).unwrap();
            let id = names.iter().position(|known| known == name).unwrap();
            Raw {
                event,
                id: id.try_into().unwrap(),
                function: name.split(['#', '(', '*', '~']).next().unwrap().to_owned(),
                kind: match name {
                    name if name.contains("()") => Kind::Function,
                    name if name.contains('*') => Kind::Generator,
                    name if name.contains('~') => Kind::AsyncGenerator,
                    _ => Kind::Coroutine,
                },
                thread: 7,
                line: line.parse().unwrap(),
                locals: BTreeMap::new(),
                text: text.replace("\\n", "\n"),
                yields: name.contains('~').then_some(text == "yield"),
                value: None,
                thrown: None,
                by: (text == "close").then_some(By::Close),
                at: at as u64,
            }
        };
        rows.iter().enumerate().map(event).collect()
    }

    fn rows(steps: &Steps) -> Vec<String> {
        let mut counts = BTreeMap::<_, usize>::new();
        let names: Vec<String> = steps
            .activations
            .iter()
            .map(|activation| {
                let count = counts.entry(&activation.function).or_default();
                *count += 1;
                match count {
                    1 => activation.function.clone(),
                    count => format!("{}#{count}", activation.function),
                }
            })
            .collect();
        let row = |step: &Step| {
            let (name, line) = (&names[step.activation], step.line);
            match &step.event {
                Event::Start => format!("{name} start {line}"),
                Event::Line(_) => format!("{name} line {line}"),
                Event::Suspend | Event::Yield(_) => format!("{name} suspend {line}"),
                Event::Resume => format!("{name} resume {line}"),
                Event::Send(value) => format!("{name} send {line} {value}"),
                Event::Throw(error) => format!("{name} throw {line} {error}"),
                Event::Return(_) => format!("{name} return {line}"),
                Event::Raise(_) => format!("{name} raise {line}"),
                Event::Cancel | Event::Close | Event::Drop => format!("{name} end {line}"),
                Event::Fold(_) => format!("{name} fold {line}"),
                Event::Print(text) => format!("{name} print {line} {}", text.replace('\n', "\\n")),
            }
        };
        steps.steps.iter().map(row).collect()
    }

    /// A run may break off here.
    fn of(raw: &[Raw]) -> Steps {
        let mut steps = Steps::default();
        raw.iter().try_for_each(|event| steps.take(event)).unwrap();
        if let Some((place, step)) = steps.unended.take() {
            steps.steps.insert(place, step);
            steps.at.insert(place, steps.at[place - 1]);
        }
        steps
    }

    #[track_caller]
    fn check(raw: &str, expected: &str) {
        let steps = of(&events(raw));
        let expected = expected.lines().map(str::trim).filter(|row| !row.is_empty());
        assert_eq!(rows(&steps), expected.collect::<Vec<_>>());
        assert_eq!(steps.at.len(), steps.steps.len());
        assert!(steps.at.is_sorted(), "{:?}", steps.at);
    }

    #[test]
    fn an_activation_resumes_when_it_goes_on_and_not_on_the_way() {
        // What Python and Rust both do: the outer one is entered first.
        check(
            "main start 1
            main line 2
            fetch start 5
            fetch line 6
            fetch suspend 6
            main suspend 2
            main resume 2
            fetch resume 6
            fetch line 7
            fetch return 7
            main line 3
            main return 3",
            "main start 1
            main line 2
            main suspend 2
            fetch start 5
            fetch line 6
            fetch suspend 6
            fetch resume 6
            fetch line 7
            fetch return 7
            main resume 2
            main line 3
            main return 3",
        );
    }

    #[test]
    fn a_child_that_is_polled_through_its_parent_is_as_a_task_of_its_own() {
        let task = "main start 1
            main suspend 2
            a start 5
            a suspend 6
            a resume 6
            a line 7
            a return 7";
        let polled = "main start 1
            a start 5
            a suspend 6
            main suspend 2
            main resume 2
            main line 2
            a resume 6
            a line 6
            a suspend 6
            main suspend 2
            main resume 2
            a resume 6
            a line 6
            a line 7
            a return 7
            main suspend 2";
        check(task, task);
        check(polled, task);
    }

    #[test]
    fn what_is_called_before_the_await_comes_before_the_suspension() {
        check(
            "main start 1
            main line 2
            count() start 8
            count() return 9
            outer start 5
            log() start 11
            log() return 12
            inner start 14
            inner suspend 15
            outer suspend 6
            main suspend 2",
            "main start 1
            main line 2
            count start 8
            count return 9
            main suspend 2
            outer start 5
            log start 11
            log return 12
            outer suspend 6
            inner start 14
            inner suspend 15",
        );
    }

    #[test]
    fn an_await_that_is_over_at_once_is_no_suspension() {
        check(
            "main start 1
            quick start 5
            quick return 6
            main line 3
            main suspend 3",
            "main start 1
            quick start 5
            quick return 6
            main line 3
            main suspend 3",
        );
    }

    #[test]
    fn a_child_may_start_while_its_parent_waits() {
        check(
            "main start 1
            main suspend 2
            main resume 2
            late start 5
            late suspend 6
            main suspend 2",
            "main start 1
            main suspend 2
            late start 5
            late suspend 6",
        );
    }

    #[test]
    fn a_call_of_a_function_is_progress() {
        check(
            "main start 1
            main suspend 2
            main resume 2
            log() start 8
            log() return 9
            main suspend 2",
            "main start 1
            main suspend 2
            main resume 2
            log start 8
            log return 9
            main suspend 2",
        );
    }

    #[test]
    fn a_generator_hands_on_what_its_delegate_yields() {
        check(
            "outer* start 1
            inner* start 5
            inner* suspend 6
            outer* suspend 2
            outer* resume 2
            inner* resume 6
            inner* line 7
            inner* suspend 7
            outer* suspend 2",
            "outer start 1
            inner start 5
            inner suspend 6
            outer suspend 2
            inner resume 6
            inner line 7
            inner suspend 7",
        );
    }

    #[test]
    fn two_yields_in_one_line_are_two() {
        let steps = "count* start 1
            count* suspend 2
            count* resume 2
            count* suspend 2
            count* resume 2
            count* return 2";
        check(steps, &steps.replace('*', ""));
    }

    #[test]
    fn an_async_generator_may_await_and_yield_in_one_line() {
        check(
            "items~ start 1
            items~ suspend 2
            items~ resume 2
            items~ suspend 2
            items~ resume 2
            items~ suspend 2 yield",
            "items start 1
            items suspend 2
            items resume 2
            items suspend 2",
        );
    }

    #[test]
    fn a_loop_that_only_waits_is_told_twice() {
        let round = "guard resume 3\nguard line 4\nguard line 2\nguard line 3\nguard suspend 3\n";
        let start = "guard start 1\nguard line 2\nguard line 3\nguard suspend 3\n";
        let other = "main() start 8\nmain() return 9\n";
        let end = "guard resume 3\nguard line 4\nguard line 5\nguard return 5";
        let raw = [start, round, other, round, round, round, other, round, end].concat();
        let expected = [start, round, other, round, other, end].concat().replace("()", "");
        // The second `main` is another activation.
        let raw = raw
            .rsplit_once("main() start 8\nmain() return 9")
            .map(|(before, after)| [before, "main()#2 start 8\nmain()#2 return 9", after].concat());
        let expected = expected
            .rsplit_once("main start 8\nmain return 9")
            .map(|(before, after)| [before, "main#2 start 8\nmain#2 return 9", after].concat());
        check(&raw.unwrap(), &expected.unwrap());
    }

    #[test]
    fn a_loop_that_prints_or_yields_is_told_whole() {
        let start = "main start 1\nmain line 2\nmain suspend 2\n";
        let round = "main resume 2\nmain print 2 a\\n\nmain suspend 2\n";
        let steps = [start, &round.repeat(5)].concat();
        check(&steps, &steps);
        let start = "count* start 1\ncount* line 2\ncount* suspend 2\n";
        let round = "count* resume 2\ncount* line 1\ncount* line 2\ncount* suspend 2\n";
        let steps = [start, &round.repeat(5)].concat();
        check(&steps, &steps.replace('*', ""));
    }

    #[test]
    fn locals_that_changed_in_a_round_that_is_not_told_are_told_later() {
        let round = "main resume 2\nmain line 3\nmain line 2\nmain suspend 2\n";
        let raw = [
            "main start 1\nmain line 2\nmain suspend 2\n",
            &round.repeat(5),
            "main resume 2\nmain line 4",
        ];
        let mut raw = events(&raw.concat());
        for (at, event) in raw.iter_mut().enumerate() {
            event.locals = [("at".to_owned(), Some(at.to_string()))].into();
        }
        let steps = of(&raw);
        let told = steps.steps.iter().filter_map(|step| match &step.event {
            Event::Line(locals) => locals["at"].as_deref(),
            _ => None,
        });
        assert_eq!(told.collect::<Vec<_>>(), ["1", "4", "5", "8", "9", "24"]);
    }

    #[test]
    fn an_error_that_nobody_catches_is_one_step() {
        check(
            "main start 1
            fetch start 5
            fetch suspend 6
            main suspend 2
            main resume 2
            fetch resume 6
            fetch raise 6
            main line 3
            main raise 3",
            "main start 1
            main suspend 2
            fetch start 5
            fetch suspend 6
            fetch raise 6
            main resume 2
            main line 3
            main raise 3",
        );
    }

    #[test]
    fn a_generator_that_has_nothing_left_to_do_ends_without_a_step() {
        check(
            "main() start 1
            count* start 5
            count* suspend 6
            count* resume 6
            count* raise 6 close
            tidy* start 8
            tidy* suspend 9
            tidy* resume 9
            tidy* line 10
            tidy* raise 10 close
            main() return 3",
            "main start 1
            count start 5
            count suspend 6
            tidy start 8
            tidy suspend 9
            tidy resume 9
            tidy line 10
            tidy end 10
            main return 3",
        );
    }

    #[test]
    fn a_line_is_told_once_until_something_else_happens() {
        check(
            "main() start 1
            main() line 2
            main() line 2
            main() print 2 a\\n
            main() line 2
            main() line 3
            main() return 3",
            "main start 1
            main line 2
            main print 2 a\\n
            main line 2
            main line 3
            main return 3",
        );
    }

    #[test]
    fn what_is_printed_comes_line_by_line() {
        check(
            "main() start 1
            main() print 2 one
            main() line 3
            main() print 3  two\\nthree\\nfour
            main() return 3",
            "main start 1
            main line 3
            main print 3 one two\\n
            main print 3 three\\n
            main print 3 four
            main return 3",
        );
    }

    #[test]
    fn only_locals_that_changed_are_kept() {
        let mut raw = events("main() start 1\nmain() line 2\nmain() line 3\nmain() line 4");
        let locals = [&[("a", "1"), ("b", "2")][..], &[("a", "1"), ("b", "3")], &[("b", "3")]];
        for (event, locals) in raw[1..].iter_mut().zip(locals) {
            let own =
                |(name, value): &(&str, &str)| ((*name).to_owned(), Some((*value).to_owned()));
            event.locals = locals.iter().map(own).collect();
        }
        let found: Vec<String> =
            of(&raw).steps[1..].iter().map(|step| format!("{:?}", step.event)).collect();
        let expected = [
            r#"Line({"a": Some("1"), "b": Some("2")})"#,
            r#"Line({"b": Some("3")})"#,
            r#"Line({"a": None})"#,
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_value_that_is_gone_is_told_from_a_variable_that_is_not_in_scope() {
        let mut raw = events("main() start 1\nmain() line 2\nmain() line 3\nmain() line 4");
        raw[1].locals = [("x".to_owned(), Some("'a'".to_owned()))].into();
        raw[2].locals = [("x".to_owned(), None)].into();
        let told = of(&raw).steps.into_iter().filter_map(|step| match step.event {
            Event::Line(locals) => Some(locals["x"].clone()),
            _ => None,
        });
        let expected = [Some("'a'".to_owned()), Some(NO_VALUE.to_owned()), None];
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn of_a_run_that_is_cut_the_output_and_the_end_are_told() {
        check(
            "main() start 1
            count* start 5
            count* suspend 6
            main() cut 1
            main() print 2 a\\n
            main() return 3",
            "main start 1
            count start 5
            count suspend 6
            main fold 1
            main print 2 a\\n
            main return 3",
        );
    }

    #[test]
    fn a_run_without_an_end_is_refused() {
        let error = Steps::of(&events("main() start 1\nmain() line 2")).unwrap_err();
        assert!(error.to_string().contains("missed the end"), "{error}");
    }

    #[test]
    fn what_has_not_started_can_not_go_on() {
        let error = Steps::of(&events("main resume 4")).unwrap_err().to_string();
        assert_eq!(error, "the tracer missed the start of `main`, line 4");
    }
}
