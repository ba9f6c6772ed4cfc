//! The invariants of ARCHITECTURE.md, each a rule here. A rule reads text: quick, and with no compiler to wait for.

mod borders;
mod data;
mod shape;
mod tree;

use std::path::Path;

use anyhow::{Result, bail};

use tree::Tree;

/// What a rule found: the file and, from 1, the line (0 for the whole file), and what is wrong there.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    pub path: String,
    pub line: usize,
    pub what: String,
}

#[cfg(feature = "icons")]
pub use data::{DRAWN_FROM, fingerprint};

type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: &[Rule] = &[
    borders::tauri_only_in_the_shell,
    borders::tauri_apps_only_in_one_file,
    borders::sql_only_in_stores,
    borders::dependencies_point_one_way,
    borders::only_the_demo_simulates,
    shape::names_say_what_a_thing_is,
    shape::no_test_is_left_out,
    shape::failures_are_said_in_every_language,
    shape::long_files_have_reasons,
    data::no_paths_of_one_machine,
    data::test_data_has_a_licence,
    data::icons_are_those_of_the_drawing,
];

/// Prints every finding, and fails when there is one.
pub fn run(root: &Path) -> Result<()> {
    let findings = findings(root)?;
    for Finding { path, line, what } in &findings {
        println!("  {path}:{line}: {what}");
    }
    if !findings.is_empty() {
        bail!("{} findings", findings.len());
    }
    Ok(())
}

fn findings(root: &Path) -> Result<Vec<Finding>> {
    let tree = Tree::read(root)?;
    Ok(RULES.iter().flat_map(|rule| rule(&tree)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let root = tandem_stage::workspace::root().expect("cargo tests inside the checkout");
        assert_eq!(findings(&root).expect("readable"), []);
    }
}
