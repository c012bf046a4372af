use super::*;
use crate::{
    record::raw::{By, LOOP, RawWait},
    recording::{self, Wait, WaitKind},
};

/// Events from rows like `fetch#2 suspend 7`: the activation, what, the line and, of a print, its
/// text. The name's end tells the kind: `main()` is a function, `count*` a generator, others are
/// coroutines.
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
            // None is that of the loop.
            id: id as u64 + 1,
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
            waits: vec![],
            woken_by: None,
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
    steps.name_reasons();
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
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), Some((*value).to_owned()));
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

/// The reasons of all steps that have one.
fn whys(raw: &[Raw]) -> Vec<(Event, Why)> {
    let steps = of(raw).steps.into_iter();
    steps.filter_map(|step| Some((step.event, step.why?))).collect()
}

fn wait(kind: WaitKind, who: Option<usize>) -> Why {
    Why::Waits(vec![Wait { who, ..Wait::of(kind) }])
}

fn by(who: usize) -> Why {
    Why::By(recording::By::Activation(who))
}

#[test]
fn who_awaits_an_activation_waits_for_it_and_goes_on_by_it() {
    let mut raw = events(
        "main start 1
        fetch start 5
        fetch suspend 6
        main suspend 2
        main resume 2
        fetch resume 6
        fetch return 7
        main line 3",
    );
    raw[2].waits = vec![RawWait { kind: WaitKind::Timer, of: None, text: None }];
    (raw[4].woken_by, raw[5].woken_by) = (Some(LOOP), Some(LOOP));
    let expected = [
        (Event::Suspend, wait(WaitKind::Activation, Some(1))),
        (Event::Suspend, wait(WaitKind::Timer, None)),
        (Event::Resume, Why::By(recording::By::Loop)),
        (Event::Resume, by(1)),
    ];
    assert_eq!(whys(&raw), expected);
}

#[test]
fn what_is_waited_for_may_be_told_afterwards_and_start_later() {
    let mut raw = events(
        "main start 1
        main suspend 2
        main waits 2
        fetch start 5
        fetch raise 5
        main resume 2
        main line 3",
    );
    raw[2].waits = vec![RawWait { kind: WaitKind::Activation, of: Some(raw[3].id), text: None }];
    raw[5].woken_by = Some(LOOP);
    let expected = [(Event::Suspend, wait(WaitKind::Activation, Some(1))), (Event::Resume, by(1))];
    assert_eq!(whys(&raw), expected);
    // One that never starts has no place.
    raw[2].waits[0].of = Some(99);
    assert_eq!(whys(&raw)[0].1, wait(WaitKind::Activation, None));
}

#[test]
fn a_generator_goes_on_by_its_caller() {
    let raw = events(
        "main() start 1
        count* start 5
        count* suspend 6
        main() line 2
        count* resume 6
        count* return 7",
    );
    assert_eq!(whys(&raw), [(Event::Resume, by(0))]);
}

#[test]
fn what_is_not_told_has_no_reason() {
    let raw = events("main start 1\nmain suspend 2\nmain resume 2\nmain line 3");
    assert_eq!(whys(&raw), []);
}

#[test]
fn who_drops_an_activation_is_told() {
    let mut raw = events(
        "main start 1
        race start 5
        race suspend 6
        main suspend 2
        main resume 2
        race raise 6
        main line 3
        main return 3",
    );
    raw[5].by = Some(By::Drop);
    raw[5].woken_by = Some(raw[0].id);
    assert_eq!(whys(&raw)[1], (Event::Drop, by(0)));
}

#[test]
fn the_next_result_comes_from_what_was_polled_last() {
    let mut raw = events(
        "main start 1
        first start 5
        first suspend 6
        second start 5
        second suspend 6
        main suspend 2
        main resume 2
        second resume 6
        second return 7
        main line 3
        main return 3",
    );
    raw[5].waits = vec![RawWait { kind: WaitKind::Result, of: None, text: None }];
    assert_eq!(whys(&raw).last(), Some(&(Event::Resume, by(2))));
}

#[test]
fn a_turn_is_given_by_the_loop_whoever_else_is_woken_in_it() {
    let mut raw = events(
        "main start 1
        main suspend 2
        main resume 2
        main line 3
        main return 3",
    );
    raw[1].waits = vec![RawWait { kind: WaitKind::Turn, of: None, text: None }];
    assert_eq!(whys(&raw).last(), Some(&(Event::Resume, Why::By(recording::By::Loop))));
}
