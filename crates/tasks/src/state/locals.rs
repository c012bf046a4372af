//! The variables of a task.

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::mem;
use std::rc::Rc;
use std::sync::Arc;

use crate::outcome::drop_each;

pub(crate) type Value = Arc<dyn Any + Send + Sync>;
pub(crate) type Values = BTreeMap<usize, Value>;

/// The variables of one task, or of several that share them. `None` as long as none was set, which
/// costs the many tasks nothing that have none.
#[derive(Clone, Default)]
pub(crate) struct Locals(Option<Rc<Shared>>);

#[derive(Default)]
struct Shared(RefCell<Values>);

impl Drop for Shared {
    fn drop(&mut self) {
        drop_each(mem::take(self.0.get_mut()).into_values());
    }
}

impl Locals {
    /// Variables that several tasks share.
    pub(crate) fn new(values: Values) -> Self {
        Self(Some(Rc::new(Shared(RefCell::new(values)))))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// A copy, which later changes don't reach.
    pub(crate) fn copied(&self) -> Self {
        let values = self.values();
        if values.is_empty() { Self::default() } else { Self::new(values) }
    }

    pub(crate) fn values(&self) -> Values {
        self.0.as_ref().map(|shared| shared.0.borrow().clone()).unwrap_or_default()
    }

    pub(crate) fn get(&self, key: usize) -> Option<Value> {
        self.0.as_ref()?.0.borrow().get(&key).cloned()
    }

    pub(crate) fn set(&mut self, key: usize, value: Value) {
        let before = self.0.get_or_insert_default().0.borrow_mut().insert(key, value);
        drop(before);
    }
}
