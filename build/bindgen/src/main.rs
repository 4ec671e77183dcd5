//! `bindgen <module.wasm> <folder>`: writes the module and its glue, without a loader.

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let input = arguments.next().context("which module?")?;
    let folder = arguments.next().context("into which folder?")?;
    Bindgen::new().input_path(input).bundler(true)?.typescript(false).out_name("wxlogin").generate(folder)
}
