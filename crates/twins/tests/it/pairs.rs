//! Every pair of this project under the CPython at hand: `TWINS_PYTHON`, or `python3`.

use std::{env, path::PathBuf};

use serde_json::Value;

use crate::fixture::{run, twins};

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

#[test]
fn all_programs_of_all_pairs_print_the_same() {
    let ran = run(twins(&root(), &["check", "--json"]));
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
    let programs = report["programs"].as_array().unwrap();
    let wrong: Vec<&Value> = programs.iter().filter(|row| row["good"] != true).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(report["errors"], Value::Array(Vec::new()));
    ran.expect(0, &[]);
    assert!(programs.len() > 15, "the document's five pairs alone have more: {}", programs.len());

    // The document: five requests take ten seconds one by one and two at once.
    let seconds = |pair: &str| -> Vec<f64> {
        let of_pair = programs.iter().filter(|row| row["pair"] == pair);
        of_pair.map(|row| row["seconds"].as_f64().unwrap()).collect()
    };
    let sequential = seconds("fetch_sequential");
    assert!(sequential.iter().all(|seconds| *seconds >= 10.0), "{sequential:?}");
    for seconds in seconds("fetch_parallel") {
        assert!((2.0..sequential[0] / 2.0).contains(&seconds), "{seconds} s of {sequential:?}");
    }
}
