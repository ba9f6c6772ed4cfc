//! How the code is written.

use super::Finding;
use super::tree::Tree;

/// Past this a file is a question.
const LONG_LINES: usize = 400;

/// The files that are longer, each with the answer.
const LONG_FILES: &[(&str, &str)] = &[];

/// Written by a program, not read by a person.
const GENERATED: &[&str] = &["ui/src/api/bindings.ts"];

/// A type is called after what it is. These endings say only that nobody knew.
pub fn names_say_what_a_thing_is(tree: &Tree) -> Vec<Finding> {
    let kinds = ["struct", "enum", "trait", "type", "class", "interface"];
    tree.ending(&[".rs", ".ts", ".svelte"])
        .flat_map(|file| {
            file.lines_that("no Manager, Helper or Util: say what it is", |code| {
                let words: Vec<&str> = code
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .filter(|word| !word.is_empty())
                    .collect();
                words.windows(2).any(|pair| {
                    kinds.contains(&pair[0])
                        && ["Manager", "Helper", "Util"]
                            .iter()
                            .any(|end| pair[1].contains(end))
                })
            })
        })
        .collect()
}

/// A test that does not run is a claim that nothing shows.
pub fn no_test_is_left_out(tree: &Tree) -> Vec<Finding> {
    // Put together here, so that this file does not find itself.
    let rust = ["#[ign", "ore"].concat();
    let web = ["only", "skip", "todo", "fixme"].map(|word| format!(".{word}("));
    let callers = ["test", "it", "describe", "suite"];
    tree.ending(&[".rs", ".ts", ".js"])
        .flat_map(|file| {
            file.lines_that("every test runs", |code| {
                let left_out = |ending: &String| {
                    code.match_indices(ending.as_str())
                        .any(|(at, _)| callers.iter().any(|caller| code[..at].ends_with(caller)))
                };
                if file.path.ends_with(".rs") {
                    code.contains(&rust)
                } else {
                    web.iter().any(left_out)
                }
            })
        })
        .collect()
}

/// A long file is split, or listed above with its reason.
pub fn long_files_have_reasons(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree
        .ending(&[".rs", ".ts", ".svelte", ".css"])
        .filter(|file| !GENERATED.contains(&file.path.as_str()))
    {
        let lines = file.text.lines().count();
        let listed = LONG_FILES.iter().any(|(path, _)| *path == file.path);
        if lines > LONG_LINES && !listed {
            findings.push(file.finding(0, &format!("{lines} lines; past {LONG_LINES} it is split, or listed with a reason in xtask/src/tidy/shape.rs")));
        } else if lines <= LONG_LINES && listed {
            findings.push(file.finding(
                0,
                "is no longer long: off the list in xtask/src/tidy/shape.rs",
            ));
        }
    }
    for (path, _) in LONG_FILES
        .iter()
        .filter(|(path, _)| tree.file(path).is_none())
    {
        findings.push(Finding {
            path: (*path).to_owned(),
            line: 0,
            what: "is gone: off the list in xtask/src/tidy/shape.rs".into(),
        });
    }
    findings
}
