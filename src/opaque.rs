//! What passes through the core unread.

use std::any::Any;
use std::fmt;
use std::rc::Rc;

/// A value from outside (a one-time code, a detail, whatever was thrown) that the core hands
/// on and never looks into: it can be kept out of logs and needs no crossing of the border.
#[derive(Clone)]
pub struct Opaque(Rc<dyn Any>);

impl Opaque {
    /// Wraps the value.
    pub fn new<T: 'static>(value: T) -> Self {
        Opaque(Rc::new(value))
    }

    /// The value, for whoever knows what it is.
    pub fn get<T: 'static>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }
}

/// The same value, not merely one that looks alike: nothing here can look.
impl PartialEq for Opaque {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Opaque {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Opaque")
    }
}
