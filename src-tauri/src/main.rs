//! Starts Tandem with its window.

// Without a console window beside it on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> anyhow::Result<()> {
    tandem::shell::run()
}
