//! The mechanical parts of the Python package: words, classes of results, exports.

mod class;
mod classes;
mod exports;
mod imports;
mod operations;
mod permissions;
mod records;
mod text;
mod types;
mod words;

use std::path::Path;
use std::process::Command;

use crate::definitions::Definitions;
use crate::files::Files;

const PACKAGE: &str = "entra-ir-py/python/entra_ir";

/// Writes them.
pub(crate) fn write(files: &mut Files) {
    let definitions = Definitions::of_the_core();
    files.add(&format!("{PACKAGE}/_words.py"), words::file(&definitions));
    for module in classes::MODULES {
        files.add(&format!("{PACKAGE}/{}.py", module.name), records::file(&definitions, module));
    }
    files.add(&format!("{PACKAGE}/_operations.py"), operations::file());
    let client = files.read(&format!("{PACKAGE}/_client.py"));
    files.add(&format!("{PACKAGE}/_client.py"), permissions::client(&client));
    let init = files.read(&format!("{PACKAGE}/__init__.py"));
    files.add(&format!("{PACKAGE}/__init__.py"), exports::package(&init));
    let types = files.read(&format!("{PACKAGE}/types.py"));
    files.add(&format!("{PACKAGE}/types.py"), exports::types(&types));
}

/// Makes the asynchronous client of the other one, which must be there by now.
pub(crate) fn asynchronous(check: bool) -> Result<(), String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../entra-ir-py/make_async_client.py");
    let mut python = Command::new(std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into()));
    let status = python.arg(script).args(check.then_some("--check")).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err("stale: _async_client.py; run `cargo xtask generate`".to_owned()),
        Err(error) => Err(format!("python3 is needed to make _async_client.py: {error}")),
    }
}
