//! The files of the checkout, as the rules see them.

use std::path::Path;

use anyhow::{Context, Result};

use super::Finding;

/// Folders that hold nothing a person wrote. Names match at any depth; with a slash, from the root.
const NOT_OURS: &[&str] = &[
    ".git",
    "target",
    "node_modules",
    "out",
    "ui/dist",
    "ui/dist-loopback",
    "ui/src/paraglide",
    "ui/test-results",
    "src-tauri/gen",
];

pub struct Tree {
    pub root: String,
    pub files: Vec<SourceFile>,
}

pub struct SourceFile {
    /// From the root, with `/` on every system.
    pub path: String,
    /// Empty when it is not text.
    pub text: String,
}

impl Tree {
    pub fn read(root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        walk(root, "", &mut files)?;
        files.sort_by(|a: &SourceFile, b| a.path.cmp(&b.path));
        Ok(Self {
            root: root.display().to_string(),
            files,
        })
    }

    pub fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The files whose names end so, such as `.rs`.
    pub fn ending(&self, ends: &'static [&'static str]) -> impl Iterator<Item = &SourceFile> {
        self.files
            .iter()
            .filter(move |file| ends.iter().any(|end| file.path.ends_with(end)))
    }
}

impl SourceFile {
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The lines that hold code, from 1: what follows `//` is cut off, so that a comment may name what code may not.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line.split("//").next().unwrap_or_default()))
    }

    /// A finding for each code line that `wrong` picks.
    pub fn lines_that(&self, what: &str, wrong: impl Fn(&str) -> bool) -> Vec<Finding> {
        self.code()
            .filter(|(_, code)| wrong(code))
            .map(|(line, _)| self.finding(line, what))
            .collect()
    }

    pub fn finding(&self, line: usize, what: &str) -> Finding {
        Finding {
            path: self.path.clone(),
            line,
            what: what.to_owned(),
        }
    }
}

/// True where `word` stands in `code` and no letter, digit or underscore stands before it.
pub fn names(code: &str, word: &str) -> bool {
    code.match_indices(word)
        .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

fn walk(folder: &Path, path: &str, files: &mut Vec<SourceFile>) -> Result<()> {
    for entry in std::fs::read_dir(folder)
        .with_context(|| format!("{} can't be listed", folder.display()))?
    {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}/{name}")
        };
        if NOT_OURS.contains(&name.as_str()) || NOT_OURS.contains(&path.as_str()) {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), &path, files)?;
        } else if kind.is_file() {
            // A file that goes while we look, such as an editor's, is none of the repository's.
            let Ok(bytes) = std::fs::read(entry.path()) else {
                continue;
            };
            files.push(SourceFile {
                path,
                text: String::from_utf8(bytes).unwrap_or_default(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_not_found_inside_another() {
        assert!(names("use tauri::Window;", "tauri::"));
        assert!(!names("use not_tauri::Window;", "tauri::"));
    }

    #[test]
    fn comments_may_say_anything() {
        let file = SourceFile {
            path: "a.rs".into(),
            text: "// tauri::x\nlet a = 1; // tauri::y\n".into(),
        };
        assert_eq!(file.lines_that("tauri", |code| names(code, "tauri::")), []);
    }
}
