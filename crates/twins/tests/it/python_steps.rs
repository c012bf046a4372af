//! The steps of Python programs: the same under every CPython at hand.

use std::{env, fmt::Debug, fs, path::PathBuf, time::Duration};

use twins::{
    language::Lang,
    python::Interpreter,
    record::{python::record, steps::Steps},
    recording::{Event, Program, Step},
    why,
};

use crate::fixture::Fixture;

/// Every CPython that `python3.N` and pyenv have here, one a version.
fn interpreters() -> Vec<Interpreter> {
    let pyenv = env::home_dir().unwrap().join(".pyenv/versions");
    let installed = fs::read_dir(pyenv).into_iter().flatten();
    let installed = installed.map(|entry| entry.unwrap().path().join("bin/python3"));
    let named = (11..=13).map(|minor| PathBuf::from(format!("python3.{minor}")));
    let mut found = vec![Interpreter::find(None).unwrap()];
    found.extend(named.chain(installed).filter_map(|path| Interpreter::find(Some(&path)).ok()));
    found.sort_by(|a, b| a.version.cmp(&b.version));
    found.dedup_by(|a, b| a.version == b.version);
    // What came after 3.13 is not held yet.
    found
        .retain(|python| ["3.11.", "3.12.", "3.13."].iter().any(|v| python.version.starts_with(v)));
    found
}

/// Records a program under every interpreter, and holds what `of` makes of its steps.
#[track_caller]
fn hold<T: PartialEq + Debug>(source: &str, of: impl Fn(Steps) -> T, expected: T) {
    let fixture = Fixture::new();
    fixture.write("program.py", source);
    for python in interpreters() {
        let limit = Duration::from_secs(60);
        let raw =
            record(&python, "program.py".as_ref(), &fixture.root, limit, 0, |_| Ok((None, None)))
                .unwrap();
        assert_eq!(of(Steps::of(&raw).unwrap()), expected, "under {}", python.version);
    }
}

/// Holds a program's steps, written like `main start 5`, under every interpreter. A line's local
/// variables follow it: `main line 6 a=1`.
#[track_caller]
fn check(source: &str, expected: &str) {
    let rows = |steps: Steps| -> Vec<String> {
        let row = |step: &Step| {
            let activation = &steps.activations[step.activation];
            let name = match activation.thread {
                0 => activation.function.clone(),
                thread => format!("{}@{thread}", activation.function),
            };
            let (what, more) = match &step.event {
                Event::Start => ("start", String::new()),
                Event::Line(locals) => {
                    let locals = locals.iter().map(|(name, value)| match value {
                        Some(value) => format!(" {name}={value}"),
                        None => format!(" -{name}"),
                    });
                    ("line", locals.collect())
                }
                Event::Suspend | Event::Yield(_) => ("suspend", String::new()),
                Event::Fold(_) => ("fold", String::new()),
                Event::Resume => ("resume", String::new()),
                Event::Send(value) => ("send", format!(" {value}")),
                Event::Throw(error) => ("throw", format!(" {error}")),
                Event::Return(_) => ("return", String::new()),
                Event::Raise(_) => ("raise", String::new()),
                Event::Cancel => ("cancel", String::new()),
                Event::Close => ("close", String::new()),
                Event::Drop => ("drop", String::new()),
                Event::Print(text) => ("print", format!(" {}", text.trim_end())),
            };
            format!("{name} {what} {}{more}", step.line)
        };
        steps.steps.iter().map(row).collect()
    };
    let expected = expected.lines().map(str::trim).filter(|row| !row.is_empty());
    hold(source, rows, expected.map(str::to_owned).collect());
}

/// Holds all that a program prints.
#[track_caller]
fn check_prints(source: &str, expected: &str) {
    let prints = |steps: Steps| -> String {
        let prints = steps.steps.iter().filter_map(|step| match &step.event {
            Event::Print(text) => Some(&**text),
            _ => None,
        });
        prints.collect()
    };
    hold(source, prints, expected.to_owned());
}

#[test]
fn a_generator_starts_at_its_first_next_and_suspends_at_its_yields() {
    check(
        "def count(n):
    for i in range(n):
        yield i

def main():
    numbers = count(1)
    next(numbers)
    next(numbers, None)

main()
",
        "main start 5
        main line 6
        main line 7
        count start 1
        count line 2 n=1
        count line 3 i=0
        count suspend 3
        main line 8
        count resume 3
        count line 2
        count return 2
        main return 8",
    );
}

#[test]
fn a_module_without_a_main_function_is_main() {
    check(
        "import asyncio

async def main():
    await asyncio.sleep(0)

print('before')
asyncio.run(main())
",
        "main start 6
        main line 6
        main print 6 before
        main line 7
        main start 3
        main line 4
        main suspend 4
        main resume 4
        main return 4
        main return 7",
    );
}

#[test]
fn what_loops_in_itself_is_one_line_of_the_function_around_it() {
    check(
        "def double(n):
    return 2 * n

def main():
    numbers = [
        double(n)
        for n in range(2)
    ]
    best = max(numbers, key=lambda n: -n)
    total = sum(n for n in numbers)

main()
",
        "main start 4
        main line 5
        double start 1
        double line 2 n=0
        double return 2
        double start 1
        double line 2 n=1
        double return 2
        main line 9 numbers=[0, 2]
        main line 10 best=0
        main return 10",
    );
}

#[test]
fn a_closure_belongs_to_the_function_around_it() {
    check(
        "def main():
    calls = 0
    def call():
        nonlocal calls
        calls += 1
        print('called')
    call()
    call()

main()
",
        "main start 1
        main line 2
        main line 3 calls=0
        main line 7
        main line 5
        main line 6 calls=1
        main print 6 called
        main line 8
        main line 5
        main line 6 calls=2
        main print 6 called
        main return 8",
    );
}

#[test]
fn errors_that_are_caught_thrown_and_closed() {
    check(
        "def catch():
    try:
        yield 1
    except ValueError:
        yield 2
    finally:
        done = True

def main():
    job = catch()
    next(job)
    job.throw(ValueError())
    job.close()
    try:
        fail()
    except KeyError as error:
        return None

def fail():
    raise KeyError('tea')

main()
",
        "main start 9
        main line 10
        main line 11
        catch start 1
        catch line 2
        catch line 3
        catch suspend 3
        main line 12
        catch throw 3 ValueError()
        catch line 4
        catch line 5
        catch suspend 5
        main line 13
        catch resume 5
        catch line 7
        catch close 7
        main line 14
        main line 15
        fail start 19
        fail line 20
        fail raise 20
        main line 16
        main line 17
        main return 17",
    );
}

#[test]
fn coroutines_async_generators_and_tasks() {
    check(
        "import asyncio

async def fetch(n):
    await asyncio.sleep(0)
    return n

async def items():
    yield await fetch(1)

async def main():
    async for item in items():
        print(item)
    both = await asyncio.gather(fetch(2), fetch(3))
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(60)
    except TimeoutError:
        print(both)

asyncio.run(main())
",
        "main start 20
        main line 20
        main start 10
        main line 11
        main suspend 11
        items start 7
        items line 8
        items suspend 8
        fetch start 3
        fetch line 4 n=1
        fetch suspend 4
        fetch resume 4
        fetch line 5
        fetch return 5
        items resume 8
        items suspend 8
        main resume 11
        main line 12 item=1
        main print 12 1
        main line 11
        items resume 8
        items return 8
        main line 13
        main suspend 13
        fetch start 3
        fetch line 4 n=2
        fetch suspend 4
        fetch start 3
        fetch line 4 n=3
        fetch suspend 4
        fetch resume 4
        fetch line 5
        fetch return 5
        fetch resume 4
        fetch line 5
        fetch return 5
        main resume 13
        main line 14 both=[2, 3]
        main line 15
        main line 16
        main suspend 16
        main resume 16
        main line 15
        main line 17
        main line 18
        main print 18 [2, 3]
        main return 18
        main return 20",
    );
}

#[test]
fn what_a_decorator_does_while_the_program_is_read_is_no_step() {
    check(
        "def twice(function):
    def call():
        function()
        function()
    return call

@twice
def tick():
    print('tick')

def main():
    tick()

main()
",
        "main start 11
        main line 12
        twice start 2
        twice line 3
        tick start 8
        tick line 9
        tick print 9 tick
        tick return 9
        twice line 4
        tick start 8
        tick line 9
        tick print 9 tick
        tick return 9
        twice return 4
        main return 12",
    );
}

#[test]
fn groups_of_errors_and_generators_that_never_began() {
    check(
        "def unused():
    yield

def main():
    unused().close()
    try:
        raise ExceptionGroup('both', [KeyError(), ValueError()])
    except* KeyError:
        print('key')
    except* ValueError:
        for cup in [1]:
            print('value')

main()
",
        "main start 4
        main line 5
        main line 6
        main line 7
        main line 9
        main print 9 key
        main line 11
        main line 12 cup=1
        main print 12 value
        main line 11
        main return 11",
    );
}

#[test]
fn threads_are_told_apart() {
    check(
        "from threading import Thread

def work():
    print('working')

def main():
    thread = Thread(target=work)
    # One line: which thread comes first to its next one is chance.
    thread.start(); thread.join()
    print('done')

main()
",
        "main start 6
        main line 7
        main line 9
        work@1 start 3
        work@1 line 4
        work@1 print 4 working
        work@1 return 4
        main line 10
        main print 10 done
        main return 10",
    );
}

#[test]
fn what_a_forked_process_does_is_not_told() {
    check(
        "import os

def work():
    print('working')

def main():
    if os.fork() == 0:
        for _ in range(1000):
            work()
        os._exit(0)
    os.wait()
    print('done')

main()
",
        "main start 6
        main line 7
        main line 11
        main line 12
        main print 12 done
        main return 12",
    );
}

#[test]
fn pieces_of_a_line_are_printed_as_one() {
    check(
        "import sys

def main():
    print('a', 1, end=' ')
    sys.stdout.write('b')
    print('c', 'd', sep='\\n')

main()
",
        "main start 3
        main line 4
        main line 5
        main line 6
        main print 6 a 1 bc
        main print 6 d
        main return 6",
    );
}

/// asyncio's own sets are in the order of addresses, another one in each run: eight tasks come in
/// this one by chance once in forty thousand runs.
#[test]
fn the_tasks_of_a_group_are_cancelled_in_the_order_of_their_start() {
    check_prints(
        "import asyncio

async def cook(dish):
    try:
        await asyncio.sleep(10)
    finally:
        print(dish, end=' ')

async def burn():
    raise ValueError

async def main():
    try:
        async with asyncio.TaskGroup() as group:
            for dish in range(8):
                group.create_task(cook(dish))
            group.create_task(burn())
    except* ValueError:
        print('burnt')

asyncio.run(main())
",
        "0 1 2 3 4 5 6 7 burnt\n",
    );
}

#[test]
fn as_completed_and_wait_keep_the_order_of_their_arguments() {
    check_prints(
        "import asyncio

async def answer(friend):
    print(friend, end=' ')
    await asyncio.sleep(0)
    return friend

async def main():
    answers = [answer(friend) for friend in range(8)]
    print('|', *[await one for one in asyncio.as_completed(answers)])
    tasks = [asyncio.create_task(answer(friend)) for friend in range(8)]
    done, pending = await asyncio.wait(tasks)
    print('|', *[task.result() for task in done], pending)

asyncio.run(main())
",
        "0 1 2 3 4 5 6 7 | 0 1 2 3 4 5 6 7\n0 1 2 3 4 5 6 7 | 0 1 2 3 4 5 6 7 set()\n",
    );
}

/// Whatever a program does to the sets that it gets, they hold what a plain set would.
#[test]
fn a_set_of_asyncio_is_a_set() {
    check_prints(
        "import asyncio

async def main():
    tasks = [asyncio.create_task(asyncio.sleep(0, n)) for n in range(4)]
    done, pending = await asyncio.wait(tasks)
    done -= {tasks[0]}
    done |= {tasks[0]}
    done.remove(tasks[1])
    done.update([tasks[2], 'more'])
    print(isinstance(done, set), len(done), done == {tasks[0], *tasks[2:], 'more'})
    print(len(list(done)), sorted(map(str, done)) == sorted(map(str, done | set())))
    done.clear()
    print(list(done), bool(pending))

asyncio.run(main())
",
        "True 4 True\n4 True\n[] False\n",
    );
}

/// The reasons of a program's steps, each with its activation, as they are shown.
#[track_caller]
fn check_reasons(source: &str, expected: &[&str]) {
    let reasons = |steps: Steps| {
        let Steps { activations, steps, .. } = steps;
        let program = Program {
            source: String::new(),
            code: String::new(),
            activations,
            steps,
            times: None,
            untraced: None,
        };
        let names = twins::steps::names(&program);
        let said = |place: usize| {
            let words = why::words(&program, place, &names, Lang::En)?;
            Some(format!("{} {words}", names[program.steps[place].activation]))
        };
        (0..program.steps.len()).filter_map(said).collect::<Vec<_>>()
    };
    hold(source, reasons, expected.iter().map(|&said| said.to_owned()).collect());
}

#[test]
fn a_generator_that_has_yielded_is_not_waited_for() {
    check_reasons(
        "import asyncio

async def tea():
    yield 'tea'

async def drink():
    cups = tea()
    await anext(cups)
    await asyncio.sleep(0.01)
    await cups.aclose()

asyncio.run(drink())
",
        &["drink waits for a timer of 0.01 s", "drink woken by the event loop"],
    );
}

#[test]
fn the_tasks_of_asyncio_itself_are_told_by_what_they_wait_for() {
    check_reasons(
        "import asyncio, time

async def main():
    queue = asyncio.Queue()
    put = asyncio.get_running_loop().call_later(0.02, queue.put_nowait, 1)
    await asyncio.gather(asyncio.sleep(0.01), asyncio.to_thread(time.sleep, 0.01), queue.get())

asyncio.run(main())
",
        &[
            "main (2) waits for a timer of 0.01 s, a thread, an item of a queue",
            "main (2) woken by the event loop",
        ],
    );
}

#[test]
fn an_error_that_with_lets_through_ends_the_function() {
    check(
        "import asyncio, contextlib

async def tea():
    async with contextlib.nullcontext():
        yield 'tea'

async def main():
    cups = tea()
    await anext(cups)
    try:
        await cups.athrow(KeyError('milk'))
    except KeyError:
        pass

asyncio.run(main())
",
        "
        main start 15
        main line 15
        main start 7
        main line 8
        main line 9
        tea start 3
        tea line 4
        tea line 5
        tea suspend 5
        main line 10
        main line 11
        tea throw 5 KeyError('milk')
        tea line 4
        tea raise 4
        main line 12
        main line 13
        main return 13
        main return 15
        ",
    );
}
