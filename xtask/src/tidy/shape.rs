//! How the code is written.

use super::Finding;
use super::tree::{SourceFile, Tree};

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

/// The tables of commands and routes: what is missing there only a program asks for.
const TABLES: &[&str] = &["src-tauri/src/commands.rs", "pbx-core/src/http.rs"];

/// Codes whose words are for the log, or for programs that read files in.
const UNSAID: &[&str] = &["Code::Internal", "Code::UnknownFormat"];

/// What the local backend and the server say of a failure is said in the person's language: its code,
/// or a rule of the closed list of `pbx-api`, which every catalogue has a text for. Words of their own
/// are English, and stand only where they are for the log or for a program, or where a rule says the
/// same. On the server, where programs send what they like, a field may have such words too.
pub fn failures_are_said_in_every_language(tree: &Tree) -> Vec<Finding> {
    let what = "English alone: say it by a pbx_api::Rule, Problem::because or Problem::broken";
    let product = |path: &str| {
        (path.starts_with("src-tauri/src/") || path.starts_with("pbx-core/src/"))
            && !path.contains("tests")
            && !TABLES.contains(&path)
    };
    let mut findings = Vec::new();
    for file in tree.ending(&[".rs"]).filter(|file| product(&file.path)) {
        let desktop = file.path.starts_with("src-tauri/");
        let own_words = |code: &str| {
            let field = ["Problem::invalid(", "FieldError {"];
            desktop && field.iter().any(|word| code.contains(word))
        };
        for statement in statements(file) {
            let has = |word: &str| statement.iter().any(|(_, code)| code.contains(word));
            let said = has("Rule::") || UNSAID.iter().any(|code| has(code));
            let wrong = statement
                .iter()
                .filter(|(_, code)| own_words(code) || (code.contains(".detail(") && !said));
            findings.extend(wrong.map(|(line, _)| file.finding(*line, what)));
        }
    }
    findings
}

/// The lines of a file by statement or arm of a match, as well as they are told apart by their ends.
fn statements(file: &SourceFile) -> Vec<Vec<(usize, &str)>> {
    let mut statements = Vec::new();
    let mut statement = Vec::new();
    for (line, code) in file.code() {
        if code.contains("=>") {
            statements.push(std::mem::take(&mut statement));
        }
        statement.push((line, code));
        if code.trim_end().ends_with([';', '{', '}']) {
            statements.push(std::mem::take(&mut statement));
        }
    }
    statements.push(statement);
    statements
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

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<usize> {
        let tree = Tree {
            root: String::new(),
            files: vec![SourceFile {
                path: path.into(),
                text: text.into(),
            }],
        };
        let findings = failures_are_said_in_every_language(&tree);
        findings.into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn english_of_one_s_own_is_found() {
        let english = r#"
            let a = Problem::invalid("path", "Choose another name");
            let b = Problem::new(Code::Disk).detail(format!("{name} is full"));
            let c = Problem::new(Code::Internal).detail(error.to_string());
            let d = Problem::new(Code::Internal)
                .detail("for the log");
            let e = Problem::new(Code::Disk).because(Rule::DiskFull { name });
        "#;
        assert_eq!(found("src-tauri/src/export/mod.rs", english), [2, 3]);
        assert_eq!(found("pbx-core/src/audit/undo.rs", english), [3]);
        for elsewhere in ["pbx-core/src/http.rs", "src-tauri/src/export/tests.rs"] {
            assert!(found(elsewhere, english).is_empty(), "{elsewhere}");
        }
    }

    #[test]
    fn english_stands_beside_the_rule_that_says_it() {
        let english = r#"
            match why {
                A => Problem::new(Code::InUse)
                    .detail(format!("{users} users have it"))
                    .breaks(
                        "profiles",
                        Rule::TakenFromUsers { users },
                    ),
                B => Problem::new(Code::Forbidden).detail("It was undone already."),
                C => Problem::new(Code::Forbidden).because(Rule::Gone),
            }
            Problem::new(Code::UnknownFormat).detail(why).into()
        }
        fn refused(words: &str) -> Error {
            Problem::new(Code::Forbidden).detail(words).into()
        }
        "#;
        assert_eq!(found("pbx-core/src/audit/undo.rs", english), [9, 15]);
    }
}
