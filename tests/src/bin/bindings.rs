//! Writes `ui/src/api/bindings.ts` from the Rust types.

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let path = tandem_stage::workspace::root()?.join(tandem_tests::BINDINGS);
    std::fs::write(&path, tandem::commands::bindings()).with_context(|| path.display().to_string())
}
