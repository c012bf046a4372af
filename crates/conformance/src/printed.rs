//! What a twin prints, held against what CPython prints.

use std::cell::RefCell;
use std::fmt;

use crate::catalogue::behaviours;

thread_local! {
    static PRINTED: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Python's `print`, of one formatted line.
#[macro_export]
macro_rules! say {
    ($($text:tt)*) => { $crate::print(::std::format_args!($($text)*)) };
}

/// Prints a line; [`say!`] is the shorter way.
pub fn print(line: fmt::Arguments<'_>) {
    // Formatted first: what is formatted may print, too.
    let line = line.to_string();
    PRINTED.with_borrow_mut(|printed| {
        printed.push_str(&line);
        printed.push('\n');
    });
}

/// Takes what this thread has printed.
pub fn take_printed() -> String {
    PRINTED.take()
}

/// The path of the function around it: `lock::test_…::here`, as [`check`] wants it.
#[macro_export]
macro_rules! here {
    () => {{
        fn here() {}
        ::std::any::type_name_of_val(&here)
    }};
}

/// Runs the twin of the behaviour that the surrounding test is named after, and holds what it
/// prints against what CPython prints.
///
/// The test stands in the module of its area, or in the program of that name: [`here!`] tells.
/// `engine` says in a failure which twin it was.
///
/// # Panics
///
/// If the twin prints something else, or no behaviour of the area has the name of the test.
#[track_caller]
pub fn check(here: &str, engine: &str, twin: impl FnOnce()) {
    let mut path = here.rsplit("::").skip(1);
    let (Some(name), Some(area)) = (path.next(), path.next()) else {
        panic!("{here} is no path of a function in a test of a module");
    };
    let behaviour = behaviours(area)
        .into_iter()
        .find(|behaviour| behaviour.test_name() == name)
        .unwrap_or_else(|| panic!("no behaviour of the area {area} has the id of {name}"));

    take_printed();
    twin();
    assert_eq!(take_printed(), behaviour.expected(), "on the engine {engine}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repr;

    /// Where a test of `Event` that prints `True True` would stand.
    const WAIT_ON_SET: &str =
        "conformance::event::test_asyncio_test_locks_py__EventTests__test_wait_on_set::here";

    #[test]
    fn twin_that_prints_the_same_is_one() {
        say!("left over from before");
        check(WAIT_ON_SET, "test", || say!("{} {}", repr(true), repr(true)));
    }

    #[test]
    #[should_panic = "on the engine test"]
    fn twin_that_prints_less_is_none() {
        check(WAIT_ON_SET, "test", || ());
    }

    #[test]
    #[should_panic = "no behaviour of the area event has the id of test_unheard_of"]
    fn test_of_no_behaviour_is_found() {
        check("event::test_unheard_of::here", "test", || ());
    }

    #[test]
    fn here_is_the_function_around_it() {
        let here = here!();
        assert!(here.ends_with("::tests::here_is_the_function_around_it::here"), "{here}");
    }
}
