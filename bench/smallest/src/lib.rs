//! One function, so that there is something to call.

use wasm_bindgen::prelude::wasm_bindgen;

/// Gives back what it was given.
#[wasm_bindgen]
pub fn echo(value: u32) -> u32 {
    value
}
