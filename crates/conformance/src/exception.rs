//! Python's exceptions, as far as the programs look at them.

use std::fmt;
use std::sync::Arc;

/// An exception: a kind and a text. As in Python, two that look equal may be two.
#[derive(Clone)]
pub struct Exception(Arc<(&'static str, String)>);

impl Exception {
    /// `kind(text)`
    pub fn new(kind: &'static str, text: impl fmt::Display) -> Self {
        Self(Arc::new((kind, text.to_string())))
    }

    /// `type(error).__name__`
    pub fn kind(&self) -> &'static str {
        self.0.0
    }

    /// `str(error)`
    pub fn text(&self) -> &str {
        &self.0.1
    }

    /// Python's `is`.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// Python's `repr`, but for the quotes, which are for [`repr`](crate::repr) to change.
impl fmt::Debug for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text().parse::<f64>() {
            Ok(_) => write!(f, "{}({})", self.kind(), self.text()),
            Err(_) => write!(f, "{}({:?})", self.kind(), self.text()),
        }
    }
}

impl std::error::Error for Exception {}

/// `ValueError(text)`
pub fn value_error(text: impl fmt::Display) -> Exception {
    Exception::new("ValueError", text)
}

/// `KeyError(text)`
pub fn key_error(text: impl fmt::Display) -> Exception {
    Exception::new("KeyError", text)
}

/// `RuntimeError(text)`
pub fn runtime_error(text: impl fmt::Display) -> Exception {
    Exception::new("RuntimeError", text)
}

/// `ZeroDivisionError(text)`
pub fn zero_division(text: impl fmt::Display) -> Exception {
    Exception::new("ZeroDivisionError", text)
}
