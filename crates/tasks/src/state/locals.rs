//! The variables of a task.

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

pub(crate) type Value = Arc<dyn Any + Send + Sync>;
pub(crate) type Values = BTreeMap<usize, Value>;

/// The variables of one task, or of several that share them. `None` as long as none was set, which
/// costs the many tasks nothing that have none.
#[derive(Clone, Default)]
pub(crate) struct Locals(Option<Rc<RefCell<Values>>>);

impl Locals {
    /// Variables that several tasks share.
    pub(crate) fn new(values: Values) -> Self {
        Self(Some(Rc::new(RefCell::new(values))))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// A copy, which later changes don't reach.
    pub(crate) fn copied(&self) -> Self {
        let values = self.0.as_ref().filter(|values| !values.borrow().is_empty());
        Self(values.map(|values| Rc::new(RefCell::new(values.borrow().clone()))))
    }

    pub(crate) fn values(&self) -> Values {
        self.0.as_ref().map(|values| values.borrow().clone()).unwrap_or_default()
    }

    pub(crate) fn get(&self, key: usize) -> Option<Value> {
        self.0.as_ref()?.borrow().get(&key).cloned()
    }

    pub(crate) fn set(&mut self, key: usize, value: Value) {
        let before = self.0.get_or_insert_default().borrow_mut().insert(key, value);
        drop(before);
    }
}
