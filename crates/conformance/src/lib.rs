//! The harness that holds the libraries against CPython, behaviour by behaviour.
//!
//! The catalogue `conformance/*.jsonl` has small Python programs with their output. Three things
//! are to hold, and each has a module:
//!
//! - [`check`]: a twin prints what CPython prints. A test is named after the id of a behaviour,
//!   and prints by [`say!`] with the few [words](repr) of Python that the programs use.
//! - [`check_programs`]: the Python programs print what the catalogue says, under the local
//!   CPython.
//! - [`Account`]: every behaviour is a test, or refused by the compiler, or a difference, and the
//!   docs of the library say which and how many.
//!
//! Besides, [`check_messages`]: what the compiler says of a mistake names the remedy.
//!
//! Only tests use this crate; who builds a library does not build it.
//!
//! ```
//! use twins_conformance::{or_none, repr, say, take_printed};
//!
//! say!("{} {}", repr(["a", "b"]), or_none(None::<i32>));
//! assert_eq!(take_printed(), "['a', 'b'] None\n");
//! ```

#![forbid(unsafe_code)]

// In reading order, which rustfmt keeps across empty lines.
mod catalogue;

mod printed;

mod words;

mod exception;

mod python;

mod account;

mod docs;

mod messages;

pub use account::Account;
pub use exception::{Exception, key_error, runtime_error, value_error, zero_division};
pub use messages::check_messages;
pub use printed::{check, print, take_printed};
pub use python::check_programs;
pub use words::{Finally, or_none, repr};
