//! Where a session lies between two starts (laws S3, S4). What a start goes by is read in
//! JavaScript, before there is a module; everything that is written is written here.

use super::values::{self, Options};
use crate::session::Saved;
use gloo_storage::{LocalStorage, Storage};
use js_sys::JSON;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

thread_local! {
    /// The place that [`HostStorage`] stands for: its trait has no `self`.
    static PLACE: RefCell<JsValue> = const { RefCell::new(JsValue::UNDEFINED) };
}

/// The host's storage, or the app's own, in the shape of Web Storage.
struct HostStorage;

impl Storage for HostStorage {
    fn raw() -> web_sys::Storage {
        PLACE.with_borrow(Clone::clone).unchecked_into()
    }
}

/// One client's place in storage.
pub struct Store {
    place: Place,
    key: String,
}

enum Place {
    /// There is none: sessions live in memory.
    None,
    Host(JsValue),
    Browser,
}

impl Store {
    /// As the options say.
    pub fn new(options: &Options) -> Self {
        let given = options.storage();
        let place = if !given.is_undefined() {
            Place::Host(given)
        } else if options.web_storage() {
            Place::Browser
        } else {
            Place::None
        };
        Store { place, key: options.storage_key() }
    }

    /// Writes the session down, or removes what is there.
    pub fn write(&self, saved: Option<&Saved>) -> Result<(), JsValue> {
        match &self.place {
            Place::None => Ok(()),
            Place::Browser => self.write_to::<LocalStorage>(saved),
            Place::Host(place) => {
                PLACE.set(place.clone());
                self.write_to::<HostStorage>(saved)
            }
        }
    }

    /// By `raw()`: gloo's own `set` would bring a second JSON.
    fn write_to<S: Storage>(&self, saved: Option<&Saved>) -> Result<(), JsValue> {
        match saved {
            Some(saved) => {
                let text = String::from(JSON::stringify(&values::stored(saved))?);
                S::raw().set_item(&self.key, &text)
            }
            None => S::raw().remove_item(&self.key),
        }
    }
}
