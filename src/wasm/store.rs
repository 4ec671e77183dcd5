//! Where a client's session lies between two starts (laws S3, S4).

use super::page::Host;
use super::value::JsRecord;
use crate::session::{Saved, Stored};
use gloo_storage::{LocalStorage, Storage};
use js_sys::JSON;
use serde::Serialize;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

thread_local! {
    /// gloo's trait is static, so what it speaks of is put here for the moment of one access.
    static CURRENT: RefCell<JsValue> = const { RefCell::new(JsValue::UNDEFINED) };
}

/// The host's synchronous storage, or the app's own, in the shape of Web Storage.
struct HostStorage;

impl Storage for HostStorage {
    fn raw() -> web_sys::Storage {
        CURRENT.with_borrow(|current| current.clone()).unchecked_into()
    }
}

/// One key of one storage.
pub struct Store {
    place: Place,
    key: String,
}

enum Place {
    Host(JsValue),
    Browser,
    Memory,
}

impl Store {
    pub fn new(host: &Host) -> Self {
        let place = match host.storage() {
            Some(storage) => Place::Host(storage.into()),
            None if host.has_local_storage() => Place::Browser,
            None => Place::Memory,
        };
        Store { place, key: host.storage_key() }
    }

    fn raw(&self) -> Option<web_sys::Storage> {
        match &self.place {
            Place::Host(storage) => {
                CURRENT.set(storage.clone());
                Some(HostStorage::raw())
            }
            Place::Browser => Some(LocalStorage::raw()),
            Place::Memory => None,
        }
    }

    /// The session that lies there. What can't be read is removed.
    pub fn read(&self, host: &Host) -> Result<Option<Saved>, JsValue> {
        let Some(storage) = self.raw() else { return Ok(None) };
        let Some(text) = storage.get_item(&self.key)? else { return Ok(None) };
        let saved = JSON::parse(&text).ok().and_then(|object| {
            let stored = JsRecord { host, object };
            Saved::from_stored(&stored, &stored.object("session"))
        });
        if saved.is_none() {
            storage.remove_item(&self.key)?;
        }
        Ok(saved)
    }

    /// Keeps that session there, or none.
    pub fn write(&self, saved: Option<&Saved>) -> Result<(), JsValue> {
        let Some(storage) = self.raw() else { return Ok(()) };
        match saved {
            Some(saved) => storage.set_item(&self.key, &stringify(saved.to_stored())?),
            None => storage.remove_item(&self.key),
        }
    }
}

fn stringify(stored: Stored<'_>) -> Result<String, JsValue> {
    JSON::stringify(&to_js(&stored)).map(String::from)
}

/// A plain JavaScript object of the same fields.
pub fn to_js<T: Serialize>(value: &T) -> JsValue {
    serde_wasm_bindgen::to_value(value).unwrap_or_default()
}
