//! A made-up library of fifteen behaviours whose account is right, and what becomes of it when
//! one thing in it is wrong.

use super::*;

const PAGE: &str = "\
//! | area | 15 | 13 | 1 | 1 |
//!
//! # Differences
//!
//! | `test_a.py::A::test_1` | in Python | here | why |
//!
//! # What the compiler refuses
//!
//! | `test_a.py::A::test_typed` | in Python | E0277: no `T`; E0599: nothing to throw |
";
const REFUSED: &str = "\
/// ```compile_fail,E0277
/// fn f() {}
/// ```
///
/// ```compile_fail,E0599
/// 1.throw();
/// ```
fn test_a_py__A__test_typed() {}
";
const FRONT: &str = "\
//! Of 15 behaviours, 13 are tests, 1 are refused
//! by the compiler, and 1 differ from what CPython does.
";

/// The account that is right.
const ACCOUNT: Account<'_> = Account {
    areas: &["area"],
    page: PAGE,
    refused: REFUSED,
    front: FRONT,
    typed_tests: &["test_a.py::A::test_typed_too"],
};

/// Thirteen portable behaviours, of which one differs, and two typed ones.
fn behaviours() -> Vec<Behaviour> {
    let portable = (1..=13).map(|number| format!("test_a.py::A::test_{number}"));
    let portable = portable.map(|id| Behaviour::made_up(&id, Verdict::Portable));
    let typed = ["test_a.py::A::test_typed", "test_a.py::A::test_typed_too"];
    portable.chain(typed.map(|id| Behaviour::made_up(id, Verdict::Typed))).collect()
}

/// The tests of the made-up library, at the root of their program.
fn tests() -> Vec<String> {
    let portable = (2..=13).map(|number| format!("test_a_py__A__test_{number}"));
    portable.chain(["test_a_py__A__test_typed_too".to_owned()]).collect()
}

/// Checks that one problem is found, which says `what`.
#[track_caller]
fn check_found(problems: &[String], what: &str) {
    assert!(problems.len() == 1 && problems[0].contains(what), "{problems:#?}");
}

#[track_caller]
fn check_tests(tests: &[String], what: &str) {
    let tests: Vec<_> = tests.iter().map(String::as_str).collect();
    check_found(&ACCOUNT.problems_of_tests(&behaviours(), &tests), what);
}

#[track_caller]
fn check_docs(account: Account<'_>, what: &str) {
    check_found(&account.problems_of_docs(&behaviours()), what);
}

#[test]
fn right_account_has_no_problems() {
    let tests = tests();
    let at_root: Vec<_> = tests.iter().map(String::as_str).collect();
    assert_eq!(ACCOUNT.problems_of_tests(&behaviours(), &at_root), [""; 0]);
    let in_module: Vec<_> = tests.iter().map(|name| format!("area::{name}")).collect();
    let in_module: Vec<_> = in_module.iter().map(String::as_str).collect();
    assert_eq!(ACCOUNT.problems_of_tests(&behaviours(), &in_module), [""; 0]);
    assert_eq!(ACCOUNT.problems_of_docs(&behaviours()), [""; 0]);
}

#[test]
fn missing_test_is_found() {
    check_tests(&tests()[1..], "test_a.py::A::test_2 is no test");
}

#[test]
fn test_without_behaviour_is_found() {
    let mut tests = tests();
    tests.push("test_b_py__B__test_1".to_owned());
    check_tests(&tests, "test_b_py__B__test_1 is the test of no behaviour");
}

#[test]
fn test_in_the_module_of_another_area_is_found() {
    let mut tests = tests();
    tests.push("elsewhere::test_a_py__A__test_2".to_owned());
    check_tests(&tests, "elsewhere::test_a_py__A__test_2 is the test of no behaviour");
}

#[test]
fn test_of_what_differs_or_is_refused_is_found() {
    for (id, place) in [("1", "Differs"), ("typed", "Refused")] {
        let mut tests = tests();
        tests.push(format!("test_a_py__A__test_{id}"));
        check_tests(&tests, &format!("test_{id} is a test, and {place} in the docs"));
    }
}

#[test]
fn tests_are_read_from_the_list_of_a_program() {
    let list = "every_id: test\nlock::test_a: test\ntest_b: test\ntest_c: benchmark\n\n2 tests";
    assert_eq!(listed(list), ["lock::test_a", "test_b"]);
}

#[test]
fn wrong_count_is_found() {
    let page = PAGE.replace("| 13 |", "| 12 |");
    check_docs(Account { page: &page, ..ACCOUNT }, "the row | area | 15 | 13 | 1 | 1 |");
    let front = FRONT.replace("13", "12");
    check_docs(Account { front: &front, ..ACCOUNT }, "should say: Of 15 behaviours, 13 are tests");
}

#[test]
fn several_areas_have_a_sum() {
    let page = format!("{PAGE}//! | none | 0 | 0 | 0 | 0 |\n");
    let two = Account { areas: &["area", "none"], page: &page, ..ACCOUNT };
    check_docs(two, "the row | all | 15 | 13 | 1 | 1 |");
}

#[test]
fn wrong_code_is_found() {
    let page = PAGE.replace("E0599", "E0600");
    check_docs(Account { page: &page, ..ACCOUNT }, r#"fail by {"E0277", "E0599"}"#);
    let refused = REFUSED.replace("compile_fail,E0599", "compile_fail");
    check_docs(Account { refused: &refused, ..ACCOUNT }, r#"fail by {"E0277"}"#);
}

/// The counts lack a behaviour that has no place, and are wrong as well.
#[test]
fn behaviour_in_no_place_or_two_is_found() {
    let page = PAGE.replace("refuses", "accepts");
    let named = PAGE.replace("::test_1`", "::test_typed_too`");
    for account in [
        Account { refused: "", ..ACCOUNT },
        Account { page: &page, ..ACCOUNT },
        Account { typed_tests: &[], ..ACCOUNT },
        Account { page: &named, ..ACCOUNT },
    ] {
        let problems = account.problems_of_docs(&behaviours());
        assert!(problems[0].contains(" is Typed; it differs: "), "{problems:#?}");
    }
}

#[test]
fn row_or_program_of_no_behaviour_is_found() {
    let page = format!("{PAGE}//! | `test_b.py::B::test_1` | in Python | E0277 |\n");
    check_docs(Account { page: &page, ..ACCOUNT }, "test_b.py::B::test_1 is no behaviour");
    let refused = format!("{REFUSED}\n/// ```compile_fail,E0277\n/// ```\nfn test_b() {{}}\n");
    check_docs(Account { refused: &refused, ..ACCOUNT }, "test_b is the program of no behaviour");
    let typed_tests = &["test_a.py::A::test_typed_too", "test_b"];
    check_docs(Account { typed_tests, ..ACCOUNT }, "test_b is no behaviour");
}

#[test]
fn row_that_stands_twice_is_found() {
    let row = PAGE.lines().last().unwrap();
    let page = format!("{PAGE}{row}\n");
    check_docs(Account { page: &page, ..ACCOUNT }, "test_a.py::A::test_typed has two rows");
}

#[test]
fn more_than_one_difference_in_twelve_is_found() {
    let behaviours: Vec<_> = behaviours().into_iter().skip(2).collect();
    let page = PAGE.replace("| 15 | 13 |", "| 13 | 11 |").replace("::test_1`", "::test_3`");
    let front = FRONT.replace("15", "14").replace("13 are", "11 are").replace("14", "13");
    let account = Account { page: &page, front: &front, ..ACCOUNT };
    check_found(&account.problems_of_docs(&behaviours), "more than one portable behaviour");
}
