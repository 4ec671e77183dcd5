//! `bindgen <module.wasm> <folder>`: writes the module and its glue, without a loader.

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let input = arguments.next().context("which module?")?;
    let folder = arguments.next().context("into which folder?")?;
    let mut output = Bindgen::new()
        .input_path(input)
        .bundler(true)?
        .typescript(false)
        .encode_into(EncodeInto::Always)
        .out_name("wxlogin")
        .generate_output()?;

    // The glue uses no exported global, and WeChat's engine on iOS knows none.
    let module = output.wasm_mut();
    let globals: Vec<_> = module.globals.iter().map(|global| global.id()).collect();
    for global in globals {
        while let Some(export) = module.exports.get_exported_global(global) {
            let id = export.id();
            module.exports.delete(id);
        }
    }
    output.emit(folder)
}
