//! What is recorded of this project's own pairs, held against their sources and against each other.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::Command,
};

use ra_ap_syntax::{
    AstNode, Edition, NodeOrToken, SourceFile, SyntaxElement, SyntaxKind, SyntaxNode,
    ast::{self, HasName},
};
use twins::{
    language::Lang,
    pair::{Pair, Variant},
    project::Project,
    python::Interpreter,
    record::rust::require_gdb,
    recording::{Event, Program, Recording, WaitKind, Why},
    steps, why,
};

use crate::pairs::root;

/// One program of a pair: `async_pipeline, native`.
struct Recorded {
    name: String,
    pair: Pair,
    /// The path of its source, from the project's root.
    source: String,
    program: Program,
}

/// Every program that is recorded, Python's first in each pair.
fn all() -> Vec<Recorded> {
    let project = Project::find(&root()).unwrap();
    let mut all = Vec::new();
    for pair in project.select(&[]).unwrap() {
        let recording = match Recording::read(&project.root, pair, None) {
            Ok(recording) => recording,
            // As `check` says there: `.ci/run` holds it where it can be renewed.
            Err(error) if require_gdb("gdb").is_err() => {
                eprintln!("not held today: {error:#}");
                continue;
            }
            Err(error) => panic!("{error:#}"),
        };
        let variants = pair.variants.iter().filter(|variant| variant.takes_steps());
        let variants = variants.map(|variant| (variant.name(), pair.source(variant)));
        for (name, source) in [("python", pair.path(".py"))].into_iter().chain(variants) {
            let program = recording.program(name).unwrap().clone();
            let name = format!("{}, {name}", pair.stem);
            all.push(Recorded { name, pair: pair.clone(), source, program });
        }
    }
    assert!(all.len() > 100, "{}", all.len());
    all
}

/// By function: the lines where it can suspend.
type Places = BTreeMap<String, BTreeSet<usize>>;

/// Where the functions of a Rust program can suspend: the lines of `await`, of `yield`, of `for await`
/// and of the macros that yield, such as `yield_from!`.
fn rust_places(text: &str) -> Places {
    // The parser does not know `for await` yet: it reads `for`.
    let parsed = SourceFile::parse(&text.replace("for await ", "for       "), Edition::CURRENT);
    assert!(parsed.errors().is_empty(), "{:?}", parsed.errors());
    let function = |node: &SyntaxNode| {
        let name = node.ancestors().find_map(ast::Fn::cast).and_then(|function| function.name());
        name.map(|name| name.to_string()).unwrap_or_default()
    };
    let suspends = |element: &SyntaxElement| match element {
        // Whether in an expression or among what a macro is given: `println!("{}", tea.await)`.
        NodeOrToken::Token(token) => token.kind() == SyntaxKind::AWAIT_KW,
        NodeOrToken::Node(node) => match node.kind() {
            SyntaxKind::YIELD_EXPR => true,
            SyntaxKind::FOR_EXPR => text[node.text_range()].starts_with("for await "),
            SyntaxKind::MACRO_CALL => {
                let path = ast::MacroCall::cast(node.clone()).and_then(|call| call.path());
                let name = path.and_then(|path| Some(path.segment()?.name_ref()?.to_string()));
                name.is_some_and(|name| name.trim_start_matches("try_").starts_with("yield_"))
            }
            _ => false,
        },
    };
    let mut places = Places::new();
    for element in parsed.syntax_node().descendants_with_tokens().filter(suspends) {
        let line = 1 + text[..element.text_range().start().into()].matches('\n').count();
        let around = element.parent().expect("a file is around it");
        places.entry(function(&around)).or_default().insert(line);
    }
    places
}

/// Where the functions of Python programs can suspend: the first lines of the statements with an
/// `await`, a `yield`, an `async for` or an `async with`.
fn python_places(sources: &[&str]) -> BTreeMap<String, Places> {
    const CODE: &str = r#"
import ast, json, sys

def suspends(node):
    if isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom, ast.AsyncFor, ast.AsyncWith)):
        return True
    if isinstance(node, ast.comprehension) and node.is_async:
        return True
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.stmt, ast.ExceptHandler,
             ast.match_case)
    return any(suspends(child) for child in ast.iter_child_nodes(node)
               if not isinstance(child, inner))

def visit(node, function):
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        function = node.name
    elif isinstance(node, ast.stmt) and suspends(node):
        places.setdefault(function, []).append(node.lineno)
    for child in ast.iter_child_nodes(node):
        visit(child, function)

found = {}
for source in sys.argv[1:]:
    places = found[source] = {}
    visit(ast.parse(open(source, encoding="utf-8").read()), "main")
json.dump(found, sys.stdout)
"#;
    let python = Interpreter::find(None).unwrap();
    let output = Command::new(&python.path)
        .args(["-c", CODE])
        .args(sources)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn what_is_suspended_stands_where_its_function_can_suspend() {
    let all = all();
    let sources: Vec<&str> = all.iter().map(|it| &*it.source).collect();
    let (python, rust): (Vec<&str>, Vec<&str>) =
        sources.into_iter().partition(|source| source.ends_with(".py"));
    let mut places = python_places(&python);
    for source in rust {
        let text = fs::read_to_string(root().join(source)).unwrap();
        places.insert(source.to_owned(), rust_places(&text));
    }
    let (mut wrong, mut held) = (Vec::new(), 0);
    for Recorded { name, source, program, .. } in &all {
        for (place, step) in program.steps.iter().enumerate() {
            if !matches!(
                step.event,
                Event::Suspend | Event::Yield(_) | Event::Resume | Event::Send(_) | Event::Throw(_)
            ) {
                continue;
            }
            held += 1;
            let function = &program.activations[step.activation].function;
            let lines = places[source].get(function);
            if !lines.is_some_and(|lines| lines.contains(&step.line)) {
                wrong.push(format!("{name}, step {place}: `{function}` at line {}", step.line));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {held}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(held > 2_000, "{held}");
}

#[test]
fn the_parser_knows_every_way_to_suspend() {
    let text = "gen fn a() -> u32 {\n    yield 1;\n}\nasync fn b() {\n    for await x in y {\n        \
                z\n            .await;\n    }\n}\nfn c() {\n    run(async {\n        d.await;\n        \
                println!(\"{}\", e.await);\n    });\n}\nfn d() {\n    || { \
                yield_from!(a()); try_yield_from!(a()) };\n    for x in y {}\n}\n";
    let places = rust_places(text);
    let lines = |function: &str| places[function].iter().copied().collect::<Vec<_>>();
    assert_eq!((lines("a"), lines("b"), lines("c")), (vec![2], vec![5, 7], vec![12, 13]));
    assert_eq!(lines("d"), [17]);
}

#[test]
fn every_line_of_output_is_recorded() {
    for Recorded { name, pair, source, program } in all() {
        // A variant that prints something else by design has a file of its own.
        let own = source.trim_end_matches(".rs").to_owned() + ".stdout";
        let stdout = fs::read_to_string(root().join(own));
        let stdout = stdout.or_else(|_| fs::read_to_string(root().join(pair.path(".stdout"))));
        let stdout = stdout.unwrap();
        let printed: String = program
            .steps
            .iter()
            .filter_map(|step| match &step.event {
                Event::Print(text) => Some(&**text),
                _ => None,
            })
            .collect();
        assert_eq!(printed, stdout, "{name}");
        let last = program.steps.last().unwrap();
        assert_eq!((&last.event, last.activation), (&Event::Return(None), 0), "{name}");
    }
}

#[test]
fn the_times_are_those_of_the_untraced_run() {
    let mut without = Vec::new();
    for Recorded { name, program, .. } in all() {
        let (Some(times), Some(untraced)) = (&program.times, &program.untraced) else {
            without.push(name);
            continue;
        };
        assert_eq!(times.len(), program.steps.len(), "{name}");
        assert!(times.is_sorted(), "{name}");
        let printed: Vec<u64> = (0..times.len())
            .filter(|place| matches!(program.steps[*place].event, Event::Print(_)))
            .map(|place| times[place])
            .collect();
        assert_eq!(printed, untraced.lines, "{name}");
        assert_eq!((times[0], *times.last().unwrap()), (0, untraced.end), "{name}");
    }
    // There the system chooses the order.
    assert!(without.iter().all(|name| name.starts_with("threads_switch_anywhere")), "{without:?}");
}

/// The values that differ by design: which program's, whose.
const OTHER_VALUES: [(&str, &str); 3] = [
    // Python's lines keep their ends.
    ("log_pipeline, rust", "cat"),
    // Python's guest is cancelled.
    ("leaking_timeout, rust", "dine"),
    // Python gives a list of those that came at once.
    ("race, by_hand", "race"),
];

#[test]
fn what_both_languages_yield_send_and_return_is_the_same() {
    let all = all();
    let mut wrong = Vec::new();
    for pair in all.chunk_by(|a, b| a.pair == b.pair) {
        let (python, rusts) = pair.split_first().unwrap();
        for rust in rusts {
            let [left, right] = [&python.program, &rust.program];
            for (l, r) in steps::unequal_values(left, right) {
                let whose = right.steps[r.unwrap()].activation;
                let whose = &*right.activations[whose].function;
                if OTHER_VALUES.contains(&(&*rust.name, whose)) {
                    continue;
                }
                let say = |program, place: Option<usize>| steps::describe(program, place.unwrap());
                let (left, right) = (say(left, l), say(right, r));
                wrong.push(format!("{}: in Python {left}, in Rust {right}", rust.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How long a line of source sleeps, in milliseconds, and whether it awaits that; nothing where it does
/// not say so in numbers, or only makes the future.
fn sleeps(line: &str) -> Option<(u64, bool)> {
    let awaits = line.contains("await");
    let (before, given) = line.split_once("sleep(")?;
    if !awaits && !["", "time.", "thread::"].contains(&before.trim_start()) {
        return None;
    }
    let number = |text: &str| text.split(')').next().and_then(|text| text.parse::<f64>().ok());
    let (unit, given) = match given.strip_prefix("Duration::from_") {
        Some(given) => {
            let (unit, given) = given.split_once('(')?;
            (if unit == "millis" { 1.0 } else { 1000.0 }, given)
        }
        None => (1000.0, given),
    };
    Some(((number(given)? * unit) as u64, awaits))
}

#[test]
fn a_line_says_how_long_it_sleeps() {
    assert_eq!(sleeps("    await asyncio.sleep(0.5)  # tea"), Some((500, true)));
    assert_eq!(sleeps("time.sleep(2)"), Some((2000, false)));
    assert_eq!(sleeps("sleep(Duration::from_millis(20)).await;"), Some((20, true)));
    assert_eq!(sleeps("thread::sleep(Duration::from_secs(1));"), Some((1000, false)));
    for line in [
        "let tea = sleep(Duration::from_secs(1));",
        "sleep(pause).await;",
        "await asyncio.sleep(WAIT)",
        "print('sleep')",
    ] {
        assert_eq!(sleeps(line), None, "{line}");
    }
}

/// Who sleeps this long is woken before: it is cancelled.
const ENDLESS: u64 = 5_000;

/// How late a line may be read, in milliseconds: as the recorder has it.
const LATE: u64 = 30;

#[test]
fn no_line_is_printed_before_what_the_source_waits_for_is_over() {
    let (mut early, mut held) = (Vec::new(), 0);
    for Recorded { name, pair, source, program } in &all() {
        // There time is the program's own; or the system chooses what comes next.
        if pair.stem == "virtual_time" || pair.notes(&root()).unwrap().order_varies.is_some() {
            continue;
        }
        let Some(times) = &program.times else { continue };
        let text = fs::read_to_string(root().join(source)).unwrap();
        let lines: Vec<_> = text.lines().map(sleeps).collect();
        for (place, step) in program.steps.iter().enumerate() {
            let is_begun = |awaits: bool| match step.event {
                Event::Suspend => awaits,
                Event::Line(_) => !awaits,
                _ => false,
            };
            let is_held = |(wait, awaits): &(u64, bool)| is_begun(*awaits) && *wait < ENDLESS;
            let Some((wait, _)) = lines[step.line - 1].filter(is_held) else {
                continue;
            };
            let mut next = (place + 1..times.len())
                .filter(|next| program.steps[*next].activation == step.activation);
            // Nobody who is cancelled sleeps to the end.
            let Some(end) = next.next().filter(|end| match program.steps[*end].event {
                Event::Resume => next.next().is_some_and(|after| {
                    !text.lines().nth(program.steps[after].line - 1).unwrap().contains("except")
                }),
                Event::Line(_) | Event::Print(_) | Event::Return(_) => true,
                _ => false,
            }) else {
                continue;
            };
            let before = (0..=place).rfind(|at| program.is_measured(*at)).unwrap();
            let Some(after) = (end..times.len()).find(|at| program.is_measured(*at)) else {
                continue;
            };
            held += 1;
            // The line before may have been read late.
            if times[after] + LATE.max(wait / 20) < times[before] + wait {
                let (from, to) = (times[before], times[after]);
                early.push(format!(
                    "{name}: line {} sleeps {wait} ms, from {from} to {to}",
                    step.line
                ));
            }
        }
    }
    assert!(early.is_empty(), "{}", early.join("\n"));
    assert!(held > 300, "{held}");
}

/// The pairs that compute, or start other processes, for longer than they wait: each language takes its
/// own time for that.
const COMPUTING: [&str; 5] = ["cpu_bound", "constant_memory", "big_logs", "api_requests", "broker"];

/// The lines before which the programs do not wait for the same, by design.
const OTHER_WAIT: [(&str, &str); 1] = [
    // Python's guest is cancelled over the soup; Rust's ends it.
    ("leaking_timeout", "main: the time was up, and there was no pasta"),
];

#[test]
fn both_languages_print_a_line_after_the_same_wait() {
    let all = all();
    let mut wrong = Vec::new();
    for pair in all.chunk_by(|a, b| a.pair == b.pair) {
        if COMPUTING.contains(&&*pair[0].pair.stem) {
            continue;
        }
        let (python, rusts) = pair.split_first().unwrap();
        for rust in rusts {
            let [left, right] = [&python.program, &rust.program];
            let (Some(lefts), Some(rights)) = (&left.times, &right.times) else { continue };
            for (l, r) in steps::align(left, right) {
                let (Some(l), Some(r)) = (l, r) else { continue };
                let Event::Print(text) = &left.steps[l].event else { continue };
                if OTHER_WAIT.contains(&(&*rust.pair.stem, text.trim_end())) {
                    continue;
                }
                let (one, other) = (lefts[l], rights[r]);
                // What both compute, and what the machine has to do beside, may take a while.
                if one.abs_diff(other) > 100.max(one.max(other) / 10) {
                    let text = text.trim_end();
                    wrong.push(format!("{}: `{text}`, {one} ms, {other} ms", rust.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_variant_is_recorded_if_it_runs_and_suspends() {
    let project = Project::find(&root()).unwrap();
    for pair in project.select(&[]).unwrap() {
        let recording = Recording::read(&project.root, pair, None).unwrap();
        for variant in &pair.variants {
            let name = variant.name();
            assert_eq!(recording.variant(*variant).is_some(), variant.takes_steps(), "{name}");
        }
        assert!(recording.variant(Variant::CompileFail).is_none(), "{}", pair.stem);
    }
}

/// Whether a program's recorder is told for what it waits: by asyncio, or by our tasks.
fn tells_reasons(recorded: &Recorded) -> bool {
    let text = fs::read_to_string(root().join(&recorded.source)).unwrap();
    ["import asyncio", "from asyncio", "twin_tasks"].iter().any(|library| text.contains(library))
}

#[test]
fn what_is_suspended_has_a_reason_or_says_that_none_is_recorded() {
    let (mut without, mut held, mut by_source) = (Vec::new(), 0, Vec::new());
    for recorded in all() {
        let Recorded { name, program, .. } = &recorded;
        let names = steps::names(program);
        let tells = tells_reasons(&recorded);
        for (place, step) in program.steps.iter().enumerate() {
            if step.event != Event::Suspend {
                continue;
            }
            let said = why::words(program, place, &names, Lang::En).unwrap();
            let Some(Why::Waits(waits)) = &step.why else {
                assert_eq!(said, "waits, reason not recorded", "{name}");
                if tells {
                    without.push(format!("{name}: {}", steps::describe(program, place)));
                }
                continue;
            };
            assert!(!waits.is_empty() && said.starts_with("waits for "), "{name}: {said}");
            held += 1;
            if tells && waits[0].kind == WaitKind::Source {
                by_source.push(format!("{name}: {said}"));
            }
        }
    }
    println!(
        "{held} have a reason; where asyncio or our tasks run, the source tells {}",
        by_source.len()
    );
    println!("{}", by_source.join("\n"));
    assert!(without.is_empty(), "{} of {held}:\n{}", without.len(), without.join("\n"));
    assert!(held > 500, "{held}");
}

/// The programs in which something else is waited for, or by something else ended, than in Python.
const OTHER_REASONS: [&str; 26] = [
    // Another function stands between.
    "race, rust",
    "cancel_safety, rust",
    "aclose_cleanup, rust",
    "async_delegation, rust",
    "broker, rust",
    // Rust's clean-up is polled with what it cleans up after.
    "async_context_manager, rust",
    // What gather polls may be over at once, or goes on in its parent's turn, where Python's tasks have
    // not begun, or have turns of their own.
    "rate_limiter, rust",
    "one_thread, rust",
    "blocking_blocks, rust",
    "greedy_task, rust",
    "lock_across_await, rust",
    // The delegates lie on one stack, and who drives it resumes the one on top.
    "flatten, rust",
    "flatten, native",
    "tree_walk, rust",
    "nested_dolls, rust",
    "nested_dolls, native",
    // The pause wakes its task itself; Python's loop takes up again what has paused.
    "one_machine_two_drivers, rust",
    "event_loop_by_hand, rust",
    // Python has tasks, and a queue, where Rust polls both generators in place, as the pairs tell.
    "merge_in_time, rust",
    "follow_two_logs, rust",
    // asyncio tells of a result by a callback of its loop; ours comes from who gives it.
    "as_completed, rust",
    "retry_backoff, rust",
    // When the time is up, Python's loop cancels a task; a future is dropped by who holds it.
    "virtual_time, rust",
    "virtual_time, tokio",
    "graceful_shutdown, rust",
    // Here one loop polls them, one after the other.
    "dining_philosophers, deadlock",
];

#[test]
fn both_languages_wait_for_the_same() {
    let all = all();
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for pair in all.chunk_by(|a, b| a.pair == b.pair) {
        let (python, rusts) = pair.split_first().unwrap();
        for rust in rusts {
            let [left, right] = [&python.program, &rust.program];
            if OTHER_REASONS.contains(&&*rust.name) {
                if steps::unequal_reasons(left, right).is_empty() {
                    wrong.push(format!("{}: they are the same by now, take it out", rust.name));
                }
                continue;
            }
            compared += steps::reasons(left, right).0;
            let say = |program, place: Option<usize>| {
                let said = why::words(program, place.unwrap(), &steps::names(program), Lang::En);
                format!("{} {}", steps::describe(program, place.unwrap()), said.unwrap_or_default())
            };
            for (l, r) in steps::unequal_reasons(left, right) {
                let (left, right) = (say(left, l), say(right, r));
                wrong.push(format!("{}: in Python {left}, in Rust {right}", rust.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared > 300, "{compared}");
}
