//! Where the two are meant to differ: each difference by its name, with its reason.
//!
//! The reasons stand in the libraries' own tables of differences. A rule names the row that it
//! follows; a test holds that each row has one and each rule a row.

use crate::program::{Kind, Program};
use crate::tasks;

/// A known difference.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// The library.
    pub kind: Kind,
    /// The first cell of its row in the library's table.
    pub row: &'static str,
    /// What is done about it here.
    pub treatment: Treatment,
}

/// What is done about a known difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treatment {
    /// No program has such a thing: it can't be written in both languages, or would mean two things.
    NotWritten,
    /// CPython is given a piece of Python that does what we do, under the rule's name; all lines are
    /// compared.
    Followed,
    /// CPython's side tells where in a program it comes into play, exactly; lines after that may
    /// differ.
    Excused,
}

use Treatment::{Excused, Followed, NotWritten};

const fn of_tasks(name: &'static str, treatment: Treatment, row: &'static str) -> Rule {
    Rule { name, kind: Kind::Tasks, row, treatment }
}

const fn of_generators(name: &'static str, treatment: Treatment, row: &'static str) -> Rule {
    Rule { name, kind: Kind::Generators, row, treatment }
}

const fn of_async_generators(name: &'static str, treatment: Treatment, row: &'static str) -> Rule {
    Rule { name, kind: Kind::AsyncGenerators, row, treatment }
}

/// All rules.
pub const RULES: &[Rule] = &[
    of_tasks(
        "gather polls",
        NotWritten,
        "`gather` makes tasks of its coroutines, which start at the next turn",
    ),
    of_tasks(
        "as_completed polls",
        NotWritten,
        "futures of `as_completed` are tasks and go on while the loop's body awaits",
    ),
    of_tasks(
        "place of a result",
        NotWritten,
        "a wait for a result of `as_completed` that is cancelled has used up its place",
    ),
    of_tasks("main owns", NotWritten, "`asyncio.run` takes what borrows anything"),
    of_tasks(
        "siblings of futures",
        NotWritten,
        "after the first exception in `gather` the siblings go on",
    ),
    of_tasks(
        "weak tasks",
        NotWritten,
        "a task that nobody keeps may vanish half-way: the loop has only a weak reference",
    ),
    of_tasks("children own", NotWritten, "a child of a group may use its parent's locals"),
    of_tasks("errors", Followed, "an exception is caught where it passes"),
    of_tasks("failed child", Followed, "a failed child of a group raises in what awaits it, too"),
    of_tasks("race", NotWritten, "the losers of a race can be cancelled and awaited"),
    of_tasks("catch_cancelled", NotWritten, "`except CancelledError` around any `await`"),
    of_tasks("wait for no time", Followed, "`wait_for(f(), 0)` never starts `f`"),
    of_tasks("no limit", NotWritten, "`Queue(0)` has no limit"),
    of_tasks("guards", NotWritten, "a lock is released by any caller of `release`"),
    of_tasks(
        "passed over",
        NotWritten,
        "whom a request does not reach is served in its order by `notify`, `Semaphore.release`, `Queue.put`",
    ),
    of_tasks("borrowed guard", NotWritten, "`Condition.wait` needs no guard"),
    of_tasks("values", NotWritten, "`set` of a context variable takes anything"),
    of_tasks("cancel", Excused, "`cancel` reaches what the task waits for before it returns"),
    of_tasks(
        "together",
        Excused,
        "`gather` goes on two turns after the last of its tasks has ended",
    ),
    of_tasks(
        "ready",
        Excused,
        "a request reaches at once all that a task waits for together, also if one has just ended",
    ),
    of_tasks(
        "cancelled gather",
        Excused,
        "a cancelled `gather` goes on when the first child has cleaned up",
    ),
    of_tasks(
        "variables of a gather",
        NotWritten,
        "children of a `gather` have variables of their own",
    ),
    of_tasks("foreign", Followed, "several coroutines are combined by tasks"),
    of_tasks("foreign sets", Followed, "a set of other crates' is unknown"),
    of_tasks(
        "condition",
        Followed,
        "`Condition.wait` wakes another waiter when one is cancelled (3.13)",
    ),
    of_tasks(
        "expiring",
        Excused,
        "a timeout that expires asks at once, and counts that; also who answers a request already",
    ),
    of_tasks("ties", Excused, "timers of one deadline are due in the order of a heap"),
    of_tasks(
        "barrier",
        Followed,
        "a `Barrier` may give two one number, if one before them gave up; who comes while the round \
         before leaves is kept waiting, and `reset` and `abort` break those that leave, too",
    ),
    of_tasks(
        "dropped wait",
        NotWritten,
        "a coroutine can't be dropped in the middle of `Condition.wait`",
    ),
    of_tasks(
        "lent place",
        NotWritten,
        "a function on a thread that waits for the loop keeps its place: where all places are taken, \
         both wait for ever",
    ),
    of_tasks("cause", NotWritten, "`TimeoutError` has the `CancelledError` as its cause"),
    of_tasks("other loop", NotWritten, "a wait for a task of another loop waits, or fails later"),
    of_tasks(
        "circle",
        NotWritten,
        "two tasks that await each other raise `RecursionError` when they are cancelled",
    ),
    of_tasks(
        "order of the end",
        Followed,
        "`asyncio.run` cancels what is left in the order of a set",
    ),
    of_tasks(
        "refusal at the end",
        NotWritten,
        "a task that refuses at the end of `asyncio.run` keeps it waiting, for ever if need be",
    ),
    of_tasks(
        "late tasks",
        NotWritten,
        "what is started while `run` cancels what is left stays pending",
    ),
    of_tasks("reason", Excused, "the reason of a cancelled task comes to the first who awaits it"),
    of_tasks(
        "late request",
        Excused,
        "a request that came too late for a wait cancels a task that returns, and not one that raises",
    ),
    of_tasks("panic", Excused, "the exception of a task is raised in all who await it"),
    of_tasks(
        "promise",
        Excused,
        "of those who await a future that a request cancels, the first is the first to go on",
    ),
    of_tasks(
        "permit",
        NotWritten,
        "a `BoundedSemaphore` that was released too often raises at the end of an `async with`",
    ),
    of_tasks("forgotten", NotWritten, "a guard can't be forgotten"),
    of_tasks("recursion", NotWritten, "recursion is limited"),
    of_tasks("callbacks", NotWritten, "`loop.call_later`, callbacks, transports"),
    of_tasks("streams", NotWritten, "streams, subprocesses, files"),
    of_generators("drop", Followed, "a dropped generator is closed: its body sees `GeneratorExit`"),
    of_generators("try_yield", NotWritten, "`finally` and `except` around any `yield`"),
    of_generators(
        "late yield",
        NotWritten,
        "`yield` in a `finally` that a `return` or `raise` has entered",
    ),
    of_generators("one error", NotWritten, "any exception from any generator"),
    of_generators(
        "passing error",
        NotWritten,
        "an error that passes through a generator without `except`: its `finally` sees it",
    ),
    of_generators(
        "closing",
        NotWritten,
        "`closing`, `with`: what the clean-up raises replaces the block's error",
    ),
    of_generators("one exit", NotWritten, "`throw(GeneratorExit())`: an object like any other"),
    of_generators("no end thrown", NotWritten, "`StopIteration`, raised, thrown, caught"),
    of_generators(
        "items",
        Followed,
        "`for` over a body that raises `GeneratorExit`, or whose delegate ignored it, raises",
    ),
    of_generators("None", NotWritten, "`next` on a generator that wants values sends `None`"),
    of_generators("send None", NotWritten, "`send(None)` starts a generator"),
    of_generators("past", NotWritten, "`yield from g` whatever the past of `g`"),
    of_generators("depth", NotWritten, "`RecursionError` after 1,000 levels of `yield from`"),
    of_generators(
        "own frame",
        NotWritten,
        "`g` in its own body, `gi_frame`, `gi_running`, `gi_yieldfrom`",
    ),
    of_generators(
        "traceback",
        NotWritten,
        "`throw(type, value, traceback)`, `__context__`, `__cause__`",
    ),
    of_generators(
        "blocking",
        NotWritten,
        "a body may call anything that blocks, also an event loop",
    ),
    of_async_generators(
        "cancelled driver",
        NotWritten,
        "cancelling a task throws `CancelledError` into the generator that it waits for",
    ),
    of_async_generators(
        "half-way",
        Excused,
        "a step that was cancelled has thrown `CancelledError` into the body, which mostly ends by it",
    ),
    of_async_generators(
        "late error",
        Followed,
        "an exception thrown into a finished async generator is lost",
    ),
    of_async_generators("left open", Followed, "the event loop closes whatever was left open"),
    of_async_generators(
        "clean-up at the end",
        NotWritten,
        "`asyncio.run` cancels a clean-up that is under way at its end",
    ),
    of_async_generators(
        "second aclose",
        Excused,
        "a second `aclose`, of a body that ignored the first, raises `StopAsyncIteration`",
    ),
    of_async_generators(
        "aclosing",
        NotWritten,
        "after the block, `aclosing` raises what the clean-up raised, in place of the block's own \
         error",
    ),
    of_async_generators("firstiter", NotWritten, "the `firstiter` hook"),
    of_async_generators("async try_yield", NotWritten, "`finally` and `except` around any `yield`"),
    of_async_generators("async one error", NotWritten, "any exception from any generator"),
    of_async_generators(
        "async passing error",
        NotWritten,
        "an error that passes through a generator without `except`: its `finally` sees it",
    ),
    of_async_generators("asend None", NotWritten, "`asend(None)` starts a generator"),
    of_async_generators("async past", NotWritten, "delegation whatever the past of `g`"),
    of_async_generators(
        "async depth",
        NotWritten,
        "`RecursionError` after 1,000 levels of delegation",
    ),
    of_async_generators(
        "no async end thrown",
        NotWritten,
        "`StopAsyncIteration`, raised, thrown, caught",
    ),
    of_async_generators(
        "async items",
        Followed,
        "`async for` over a body that raises `GeneratorExit`, or whose delegate ignored it, raises",
    ),
];

/// What CPython itself changed: the libraries follow 3.13, and an older CPython does not have it.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// Its name.
    pub name: &'static str,
    /// The first version that has it.
    pub since: (u32, u32),
    /// Whether a program has to do with it, and is not run by older versions. Of what is none
    /// `python/` gives older versions what is new.
    pub concerns: fn(&Program) -> bool,
}

/// All changes that show.
pub const CHANGES: &[Change] = &[
    Change { name: "wait_for is a timeout", since: (3, 12), concerns: |_| false },
    Change { name: "close gives a value", since: (3, 13), concerns: |_| false },
    Change { name: "uncancel takes a request back", since: (3, 13), concerns: |_| false },
    Change { name: "a group keeps a request", since: (3, 13), concerns: |_| false },
    Change { name: "asyncio.Queue.shutdown", since: (3, 13), concerns: shuts_a_queue_down },
];

fn shuts_a_queue_down(program: &Program) -> bool {
    let Program::Tasks(program) = program else { return false };
    let mut found = false;
    program.visit(&mut |statement| {
        found |= matches!(statement, tasks::Statement::Shutdown { .. });
    });
    found
}

/// The change that keeps a program from being run by this version, if there is one.
#[must_use]
pub fn change(program: &Program, version: (u32, u32)) -> Option<&'static Change> {
    CHANGES.iter().find(|change| version < change.since && (change.concerns)(program))
}

/// The rows of a library's table of differences, in its front page: what Python does, what this does,
/// and why.
#[must_use]
pub fn rows(kind: Kind) -> Vec<[String; 3]> {
    const HAS_NOT: &str = "//! # What Python has and this has not\n";
    let (front, heading) = match kind {
        Kind::Tasks => (include_str!("../../tasks/src/lib.rs"), "//! # Differences\n"),
        Kind::Generators => (include_str!("../../generators/src/lib.rs"), HAS_NOT),
        Kind::AsyncGenerators => (include_str!("../../async-generators/src/lib.rs"), HAS_NOT),
    };
    let table = front.split(heading).nth(1).expect("the front page has the table");
    let table = table.split("\n//! # ").next().unwrap_or(table);
    let rows = table.lines().filter_map(|line| line.strip_prefix("//! | ")).skip(1);
    let cells = |row: &str| {
        let row = row.strip_suffix(" |").unwrap_or(row);
        let mut cells = row.split(" | ").map(|cell| cell.replace("\\|", "|"));
        std::array::from_fn(|_| cells.next().expect("a row has three cells"))
    };
    rows.map(cells).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[track_caller]
    fn check(kind: Kind) {
        let told: BTreeSet<String> = rows(kind).into_iter().map(|[python, ..]| python).collect();
        let rules = RULES.iter().filter(|rule| rule.kind == kind);
        let ours: BTreeSet<String> = rules.map(|rule| rule.row.to_owned()).collect();
        let untold: Vec<_> = ours.difference(&told).collect();
        let unruled: Vec<_> = told.difference(&ours).collect();
        assert!(
            untold.is_empty() && unruled.is_empty(),
            "rules without a row: {untold:#?}\nrows without a rule: {unruled:#?}"
        );
    }

    #[test]
    fn rules_of_tasks_are_the_differences_that_the_crate_tells() {
        check(Kind::Tasks);
    }

    #[test]
    fn rules_of_generators_are_the_differences_that_the_crate_tells() {
        check(Kind::Generators);
    }

    #[test]
    fn rules_of_async_generators_are_the_differences_that_the_crate_tells() {
        check(Kind::AsyncGenerators);
    }

    #[test]
    fn no_two_rules_have_one_name() {
        let names: BTreeSet<_> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), RULES.len());
    }
}
