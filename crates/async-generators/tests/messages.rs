//! What the compiler says of a mistake names the remedy.
//!
//! Each file of `tests/messages/` is a program with one mistake, and with what the compiler's
//! message must say: a line `//~ words` for each. What else it says is the compiler's business.

use twins_conformance::check_messages;

#[test]
fn messages_name_the_remedy() {
    check_messages(
        "twin-async-generators",
        env!("CARGO_MANIFEST_DIR"),
        env!("CARGO_TARGET_TMPDIR"),
        cfg!(feature = "nightly"),
    );
}
