//! The smallest program that shows a difference.
//!
//! Nothing here knows what a program means. It is taken as a tree of JSON, and pieces are taken out:
//! an item of a list; a statement, of which the blocks inside stay; a number, for a smaller one.
//! What then reads as a valid program and still shows the difference is smaller by that.

use anyhow::Result;
use serde_json::Value;

use crate::compare::Traces;
use crate::program::Program;

/// How many candidates are run at once.
const AT_ONCE: usize = 400;

/// Shrinks a program as long as `differs` says of one of its smaller versions that it does. It is
/// asked for many at once, the smallest first, and tells the first that does.
///
/// # Errors
///
/// Those of `differs`.
pub fn shrink(
    mut program: Program,
    mut first_that_differs: impl FnMut(&[Program]) -> Result<Option<usize>>,
) -> Result<Program> {
    'smaller: loop {
        let candidates = smaller(&program);
        for some in candidates.chunks(AT_ONCE) {
            if let Some(found) = first_that_differs(some)? {
                program = some[found].clone();
                continue 'smaller;
            }
        }
        return Ok(program);
    }
}

/// The first line of a difference, without its numbers: what stays while a program shrinks.
#[must_use]
pub fn signature(traces: &Traces) -> Option<String> {
    let line = traces.difference()?;
    let words = |trace: &[String]| -> String {
        let line = trace.get(line).map_or("nothing", String::as_str);
        line.chars().filter(|letter| !letter.is_ascii_digit()).collect()
    };
    Some(format!("{} | {}", words(&traces.python), words(&traces.rust)))
}

/// All that is smaller by one step, the smallest first.
fn smaller(program: &Program) -> Vec<Program> {
    let tree = serde_json::to_value(program).expect("a program is data");
    let length = tree.to_string().len();
    let mut trees = Vec::new();
    reduce(&tree, &mut |tree| trees.push(tree));
    let mut sized: Vec<(usize, Value)> =
        trees.into_iter().map(|tree| (tree.to_string().len(), tree)).collect();
    sized.sort_by_key(|(length, _)| *length);
    let shorter =
        sized.into_iter().filter(|(other, tree)| *other < length || is_less(tree, program));
    shorter
        .filter_map(|(_, tree)| serde_json::from_value::<Program>(tree).ok())
        .filter(|smaller| smaller.is_valid() && smaller != program)
        .collect()
}

/// Of equal length: a number has become smaller.
fn is_less(tree: &Value, program: &Program) -> bool {
    let other = serde_json::to_value(program).expect("a program is data");
    sum(tree) < sum(&other)
}

fn sum(tree: &Value) -> i64 {
    match tree {
        Value::Number(number) => number.as_i64().unwrap_or_default().abs(),
        Value::Bool(set) => i64::from(*set),
        Value::Array(items) => items.iter().map(sum).sum(),
        Value::Object(fields) => fields.values().map(sum).sum(),
        _ => 0,
    }
}

/// Gives each tree that is `tree` with one piece less.
fn reduce(tree: &Value, give: &mut dyn FnMut(Value)) {
    match tree {
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                let with = |new: &[Value]| {
                    Value::Array([&items[..place], new, &items[place + 1..]].concat())
                };
                give(with(&[]));
                for block in blocks(item) {
                    give(with(block));
                }
                reduce(item, &mut |smaller| give(with(&[smaller])));
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                reduce(field, &mut |smaller| {
                    let mut fields = fields.clone();
                    fields[name] = smaller;
                    give(Value::Object(fields));
                });
            }
        }
        Value::Number(number) => {
            for smaller in [0, 1] {
                if number.as_i64().is_some_and(|number| number.abs() > smaller) {
                    give(smaller.into());
                }
            }
        }
        Value::Bool(true) => give(false.into()),
        Value::Null | Value::Bool(false) | Value::String(_) => {}
    }
}

/// The lists in a statement, which may stand in its place.
fn blocks(statement: &Value) -> Vec<&[Value]> {
    let mut blocks = Vec::new();
    if let Value::Object(fields) = statement {
        for field in fields.values() {
            match field {
                Value::Array(items) => blocks.push(&**items),
                // {"loop": {"times": 2, "body": […]}}
                inner @ Value::Object(_) => blocks.extend(self::blocks(inner)),
                _ => {}
            }
        }
    } else if let Value::Array(items) = statement {
        // A handler: [pattern, […]].
        blocks.extend(items.iter().filter_map(|item| item.as_array().map(Vec::as_slice)));
    }
    blocks
}
