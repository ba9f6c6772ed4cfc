//! Who may know whom.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use super::tree::{Tree, names};

/// Everything else of the desktop runs without a window, in tests and in the browser build.
pub fn tauri_only_in_the_shell(tree: &Tree) -> Vec<Finding> {
    let shell = [
        "src-tauri/src/shell/",
        "src-tauri/src/shell.rs",
        "src-tauri/src/main.rs",
        "src-tauri/build.rs",
    ];
    tree.ending(&[".rs"])
        // These rules name in strings what they look for.
        .filter(|file| {
            !shell.iter().any(|part| file.path.starts_with(part))
                && !file.path.starts_with("xtask/src/tidy/")
        })
        .flat_map(|file| {
            file.lines_that("only src-tauri/src/shell may import tauri", |code| {
                ["tauri::", "tauri_build::", "tauri_plugin", "wry::", "tao::"]
                    .iter()
                    .any(|word| names(code, word))
            })
        })
        .collect()
}

/// The browser build replaces that one file.
pub fn tauri_apps_only_in_one_file(tree: &Tree) -> Vec<Finding> {
    let imports = ["from ", "import ", "import("];
    tree.ending(&[".ts", ".js", ".svelte"])
        .filter(|file| file.path.starts_with("ui/") && file.path != "ui/src/api/tauri.ts")
        .flat_map(|file| {
            file.lines_that("only ui/src/api/tauri.ts may import it", |code| {
                let quoted = |word: &&str| {
                    ['"', '\'']
                        .iter()
                        .any(|quote| code.contains(&format!("{word}{quote}@tauri-apps")))
                };
                imports.iter().any(quoted)
            })
        })
        .collect()
}

/// SQL has its rooms: a reader who wants to know what touches a table looks into few files.
pub fn sql_only_in_stores(tree: &Tree) -> Vec<Finding> {
    let begins = [
        "\"select ",
        "\"insert into ",
        "\"insert or ",
        "\"update ",
        "\"delete from ",
        "\"create table ",
        "\"with recursive ",
    ];
    tree.ending(&[".rs"])
        .filter(|file| file.path.starts_with("pbx-core/src/"))
        .filter(|file| {
            !["store.rs", "db.rs", "meta.rs", "tests.rs"].contains(&file.name())
                && !file.path.contains("/db/")
        })
        .flat_map(|file| {
            file.lines_that("SQL belongs into a store.rs", |code| {
                names(code, "sqlx::query") || begins.iter().any(|begin| code.contains(begin))
            })
        })
        .collect()
}

/// What the desktop shares with the server is types alone, and the browser tests' router is in no product.
pub fn dependencies_point_one_way(tree: &Tree) -> Vec<Finding> {
    let may_not: &[(&str, &[&str])] = &[
        (
            "pbx-api",
            &["axum", "sqlx", "tokio", "reqwest", "hyper", "rusqlite"],
        ),
        ("pbx-capture", &["axum", "sqlx", "tokio", "reqwest"]),
        ("pbx-import", &["axum", "sqlx", "tokio", "reqwest"]),
        (
            "pbx-numbers",
            &["axum", "sqlx", "tokio", "reqwest", "rusqlite"],
        ),
        (
            "tandem",
            &[
                "axum",
                "sqlx",
                "object_store",
                "pbx-core",
                "pbx-import",
                "tandem-tests",
                "tandem-stage",
            ],
        ),
        ("tandem-cache", &["tauri", "tokio", "reqwest", "pbx-core"]),
        ("tandem-audio", &["tauri", "reqwest", "pbx-core"]),
        (
            "pbx-core",
            &[
                "tauri",
                "tandem",
                "tandem-cache",
                "tandem-audio",
                "tandem-tests",
            ],
        ),
        (
            "xtask",
            &["tokio", "tauri", "pbx-core", "tandem", "libsqlite3-sys"],
        ),
    ];
    let Some(lock) = tree.file("Cargo.lock") else {
        return Vec::new();
    };
    let mut packages = packages(&lock.text);
    for manifest in tree.ending(&["Cargo.toml"]) {
        let (name, only_tests) = only_for_tests(&manifest.text);
        if let Some(all) = packages.get_mut(name) {
            all.retain(|dependency| !only_tests.contains(dependency));
        }
    }
    let mut findings = Vec::new();
    for (package, forbidden) in may_not {
        let reached = reached(&packages, package);
        for name in forbidden.iter().filter(|name| reached.contains(*name)) {
            findings.push(lock.finding(0, &format!("{package} reaches {name}, which it may not")));
        }
    }
    findings
}

/// Each package's direct dependencies, by name: two versions of one crate count as one here.
fn packages(lock: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut packages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut name = "";
    for line in lock.lines() {
        if let Some(value) = line.strip_prefix("name = ") {
            name = value.trim_matches('"');
        } else if let Some(value) = line.strip_prefix(" \"") {
            let dependency = value.split([' ', '"']).next().unwrap_or_default();
            packages.entry(name).or_default().push(dependency);
        }
    }
    packages
}

/// A manifest's package, and the dependencies that only its tests have. The lock file lists them among the others.
fn only_for_tests(manifest: &str) -> (&str, Vec<&str>) {
    let (mut section, mut name) = ("", "");
    let (mut tests, mut products) = (Vec::new(), Vec::new());
    for line in manifest.lines() {
        let key = line.split(['=', '.', ' ']).next().unwrap_or_default();
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']);
        } else if section == "package" && key == "name" {
            name = line.split('"').nth(1).unwrap_or_default();
        } else if section.ends_with("dev-dependencies") {
            tests.push(key);
        } else if section.ends_with("dependencies") {
            products.push(key);
        }
    }
    tests.retain(|name| !products.contains(name));
    (name, tests)
}

fn reached<'a>(packages: &BTreeMap<&'a str, Vec<&'a str>>, from: &'a str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(name) = open.pop() {
        for dependency in packages.get(name).into_iter().flatten() {
            if reached.insert(*dependency) {
                open.push(dependency);
            }
        }
    }
    reached
}

/// Calls that nobody makes are in the demo alone: no default feature brings them, and nothing else asks for them.
pub fn only_the_demo_simulates(tree: &Tree) -> Vec<Finding> {
    let what = "only xtask/src/demo.rs may ask for the simulator";
    let asks = |code: &str| {
        code.contains("pbx-core/simulator")
            || (code.contains("features") && code.contains("simulator") && !code.contains("cfg("))
            || (code.trim_start().starts_with("default") && code.contains("simulator"))
    };
    let sources = tree
        .ending(&["Cargo.toml", ".rs", ".sh", ".yml", "run"])
        .filter(|file| {
            file.path != "xtask/src/demo.rs" && !file.path.starts_with("xtask/src/tidy/")
        });
    let mut findings: Vec<Finding> = sources
        .flat_map(|file| file.lines_that(what, asks))
        .collect();
    let library = tree
        .file("pbx-core/src/lib.rs")
        .map_or("", |file| file.text.as_str());
    let gate = "#[cfg(any(test, feature = \"simulator\"))]\npub mod simulator;";
    if !library.contains(gate) {
        findings.push(Finding {
            path: "pbx-core/src/lib.rs".into(),
            line: 0,
            what: "the simulator stands behind its feature".into(),
        });
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_tests_use_is_told_apart() {
        let manifest = "[package]\nname = \"a\"\n[dependencies]\nb.workspace = true\n[dev-dependencies]\nb = \"1\"\nc.workspace = true\n";
        assert_eq!(only_for_tests(manifest), ("a", vec!["c"]));
    }

    #[test]
    fn a_dependency_is_found_through_another() {
        let lock = "[[package]]\nname = \"a\"\ndependencies = [\n \"b 1.0.0\",\n]\n[[package]]\nname = \"b\"\ndependencies = [\n \"c\",\n]\n";
        assert_eq!(reached(&packages(lock), "a"), BTreeSet::from(["b", "c"]));
    }
}
