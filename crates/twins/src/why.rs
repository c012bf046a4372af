//! The reasons of a program's steps in words.

use crate::{
    language::Lang,
    recording::{By, Event, Kind, Program, Wait, WaitKind, Why},
    steps,
};

/// So many of those that are waited for are named; more are counted.
const NAMED: usize = 6;

/// Why a step happens: what is waited for at a suspension, who has it go on at a resume. Nothing
/// where a step needs no reason, or a resume has none.
///
/// `names` are those of the activations: [`steps::names`].
pub fn words(program: &Program, place: usize, names: &[String], lang: Lang) -> Option<String> {
    let step = &program.steps[place];
    let kind = program.activations[step.activation].kind;
    Some(match (&step.event, &step.why) {
        (Event::Suspend, Some(Why::Waits(waits))) => {
            let said =
                waits.iter().take(NAMED).map(|wait| waited(program, place, wait, names, lang));
            let mut said: Vec<String> = said.collect();
            if let more @ 1.. = waits.len() - said.len() {
                said.push(lang.pick(format!("and {more} more"), format!("и ещё {more}")));
            }
            let waits = said.join(", ");
            lang.pick(format!("waits for {waits}"), format!("ждёт {waits}"))
        }
        (Event::Suspend, _) => {
            lang.pick("waits, reason not recorded", "ждёт, причина не записана").to_owned()
        }
        (Event::Cancel | Event::Drop, Some(Why::By(by))) => {
            let is_cancelled = step.event == Event::Cancel;
            let (she, it) = if is_cancelled {
                ("отменила", "отменил")
            } else {
                ("уничтожила", "уничтожил")
            };
            match by {
                By::Loop => lang.pick("by the event loop".into(), format!("{it} цикл событий")),
                By::Activation(who) => {
                    let name = &names[*who];
                    lang.pick(format!("by {name}"), format!("{she} {name}"))
                }
            }
        }
        (_, Some(Why::By(By::Loop))) => {
            lang.pick("woken by the event loop", "разбудил цикл событий").to_owned()
        }
        (_, Some(Why::By(By::Activation(who)))) => {
            let name = &names[*who];
            // A generator goes on since it is called.
            match kind {
                Kind::Generator => {
                    lang.pick(format!("called by {name}"), format!("вызвала {name}"))
                }
                _ => lang.pick(format!("woken by {name}"), format!("разбудила {name}")),
            }
        }
        _ => return None,
    })
}

/// What an activation receives that goes on, in words.
pub fn receives(program: &Program, place: usize, lang: Lang) -> Option<String> {
    let value = steps::received(program, place)?;
    Some(lang.pick(format!("receives {value}"), format!("получает {value}")))
}

/// One thing that is waited for, as it stands behind "waits for".
fn waited(program: &Program, place: usize, wait: &Wait, names: &[String], lang: Lang) -> String {
    let who = wait.who.map(|who| &*names[who]);
    let fixed = |en: &str, ru: &str| lang.pick(en, ru).to_owned();
    match (wait.kind, who) {
        (WaitKind::Activation, Some(who)) => who.to_owned(),
        (WaitKind::Activation, None) => fixed("a task", "задачи"),
        (WaitKind::Timer, _) => timer(program, place, wait.text.as_deref(), lang),
        (WaitKind::Turn, _) => fixed("its next turn", "своего следующего хода"),
        (WaitKind::Lock, Some(who)) => {
            lang.pick(format!("a lock, held by {who}"), format!("блокировки, которую держит {who}"))
        }
        (WaitKind::Lock, None) => fixed("a lock", "блокировки"),
        (WaitKind::Event, _) => fixed("an event", "события"),
        (WaitKind::Condition, _) => fixed("a condition", "условия"),
        (WaitKind::Permit, _) => fixed("a permit of a semaphore", "разрешения семафора"),
        (WaitKind::Barrier, _) => fixed("the others at a barrier", "остальных у барьера"),
        (WaitKind::Item, _) => fixed("an item of a queue", "элемента очереди"),
        (WaitKind::Room, _) => fixed("room in a queue", "места в очереди"),
        (WaitKind::Future, _) => fixed("a future", "значения future"),
        (WaitKind::Thread, _) => fixed("a thread", "другого потока"),
        (WaitKind::Result, _) => fixed("the next result", "следующего результата"),
        (WaitKind::Socket, _) => fixed("the outside world", "внешнего мира"),
        (WaitKind::Source, _) => format!("`{}`", wait.text.as_deref().unwrap_or("…")),
    }
}

/// A timer: until when, where that is known, else how long.
fn timer(program: &Program, place: usize, seconds: Option<&str>, lang: Lang) -> String {
    let Some(seconds) = seconds else { return lang.pick("a timer", "таймера").to_owned() };
    let begun = program.times.as_ref().map(|times| times[place] as f64 / 1000.0);
    match begun.zip(seconds.parse::<f64>().ok()) {
        Some((begun, seconds)) => {
            let until = lang.decimal(format!("{:.2}", begun + seconds));
            lang.pick(format!("a timer until {until} s"), format!("таймера до {until} с"))
        }
        None => {
            let seconds = lang.decimal(seconds.to_owned());
            lang.pick(format!("a timer of {seconds} s"), format!("таймера на {seconds} с"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::tests::program;

    /// `a` suspends with this reason, at 0.1 s.
    fn suspended(why: Option<Why>) -> Program {
        let mut program = program("a start\nb start\na suspend\nb return 7\na resume");
        program.times = Some(vec![0, 50, 100, 400, 400]);
        program.steps[2].why = why;
        program.steps[4].why = Some(Why::By(By::Activation(1)));
        program
    }

    #[track_caller]
    fn check(wait: Wait, en: &str, ru: &str) {
        let program = suspended(Some(Why::Waits(vec![wait])));
        let names = steps::names(&program);
        let said = [Lang::En, Lang::Ru].map(|lang| words(&program, 2, &names, lang));
        assert_eq!(said, [en, ru].map(|text| Some(text.to_owned())));
    }

    #[test]
    fn what_is_waited_for_is_said_in_both_languages() {
        let text = |kind, text: &str| Wait { text: Some(text.to_owned()), ..Wait::of(kind) };
        check(
            text(WaitKind::Timer, "0.3"),
            "waits for a timer until 0.40 s",
            "ждёт таймера до 0,40 с",
        );
        check(Wait::of(WaitKind::Room), "waits for room in a queue", "ждёт места в очереди");
        let held = Wait { who: Some(1), ..Wait::of(WaitKind::Lock) };
        check(held, "waits for a lock, held by b", "ждёт блокировки, которую держит b");
        check(text(WaitKind::Source, "rx.recv()"), "waits for `rx.recv()`", "ждёт `rx.recv()`");
    }

    #[test]
    fn of_many_that_are_waited_for_some_are_named_and_the_others_counted() {
        let program = suspended(Some(Why::Waits(vec![Wait::of(WaitKind::Event); NAMED + 3])));
        let names = steps::names(&program);
        let said = [Lang::En, Lang::Ru].map(|lang| words(&program, 2, &names, lang).unwrap());
        assert!(said[0].ends_with("an event, an event, and 3 more"), "{said:?}");
        assert!(said[1].ends_with("события, события, и ещё 3"), "{said:?}");
    }

    #[test]
    fn where_no_reason_is_recorded_that_is_said() {
        let program = suspended(None);
        let said = words(&program, 2, &steps::names(&program), Lang::En);
        assert_eq!(said.as_deref(), Some("waits, reason not recorded"));
        assert_eq!(words(&program, 0, &steps::names(&program), Lang::En), None);
    }

    #[test]
    fn who_goes_on_receives_what_it_waited_for() {
        let wait = Wait { who: Some(1), ..Wait::of(WaitKind::Activation) };
        let program = suspended(Some(Why::Waits(vec![wait.clone()])));
        assert_eq!(
            words(&program, 4, &steps::names(&program), Lang::En).as_deref(),
            Some("woken by b")
        );
        assert_eq!(receives(&program, 4, Lang::En).as_deref(), Some("receives 7"));
        // Of several it receives all.
        let both = suspended(Some(Why::Waits(vec![wait, Wait::of(WaitKind::Event)])));
        assert_eq!(receives(&both, 4, Lang::En), None);
    }
}
