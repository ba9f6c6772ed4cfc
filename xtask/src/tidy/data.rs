//! What lies beside the code.

use sha2::{Digest, Sha256};

use super::Finding;
use super::tree::Tree;

/// What test data may be licensed under. It is carried along with the repository, whose own licence is another.
const LICENCES: &[&str] = &[
    "CC0-1.0",
    "CC-BY-4.0",
    "CC-BY-SA-3.0",
    "CC-BY-SA-4.0",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "MIT",
    "PSF-2.0",
    "own work",
];

/// Where the hash of the drawing is kept that the icons were made from.
pub const DRAWN_FROM: &str = "src-tauri/icons/drawn-from.sha256";

/// The repository works wherever it lies.
pub fn no_paths_of_one_machine(tree: &Tree) -> Vec<Finding> {
    let homes = ["/home/", "/root/", "/Users/", "C:\\Users\\"];
    // "./features/home/Home" is a path of the repository: one of a machine has nothing before it.
    let begins = |line: &str, home: &str| {
        let before = |at: usize| line[..at].chars().next_back();
        line.match_indices(home)
            .any(|(at, _)| before(at).is_none_or(|c| !c.is_alphanumeric() && !"._-})".contains(c)))
    };
    // A short root such as "/src" would be found in every URL.
    let here = (tree.root.matches('/').count() > 1).then_some(tree.root.as_str());
    tree.files
        .iter()
        .filter(|file| {
            !file.path.starts_with("tests/data/") && file.path != "xtask/src/tidy/data.rs"
        })
        .flat_map(|file| {
            let wrong = |line: &str| {
                here.is_some_and(|here| line.contains(here))
                    || homes.iter().any(|home| begins(line, home))
            };
            file.text
                .lines()
                .enumerate()
                .filter(move |(_, line)| wrong(line))
                .map(|(at, _)| file.finding(at + 1, "a path of one machine"))
        })
        .collect()
}

/// Every folder of test data is covered by a README, in it or above it, that names a licence from the list and no other kind.
pub fn test_data_has_a_licence(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let data = |path: &str| path.starts_with("tests/data/");
    for file in tree
        .files
        .iter()
        .filter(|file| data(&file.path) && file.name() != "README.md")
    {
        let covered = file.path.match_indices('/').any(|(at, _)| {
            let folder = &file.path[..=at];
            data(folder) && tree.file(&format!("{folder}README.md")).is_some()
        });
        if !covered {
            findings.push(file.finding(
                0,
                "no README.md in its folder or above says where it comes from",
            ));
        }
    }
    for readme in tree
        .files
        .iter()
        .filter(|file| data(&file.path) && file.name() == "README.md")
    {
        if !LICENCES.iter().any(|licence| readme.text.contains(licence)) {
            findings.push(readme.finding(0, &format!("names none of {}", LICENCES.join(", "))));
        }
        let strict = readme
            .text
            .lines()
            .position(|line| line.contains("GPL") || line.contains("General Public"));
        if let Some(at) = strict {
            findings.push(readme.finding(at + 1, "files under this licence can't be carried here"));
        }
    }
    findings
}

/// The icons in all their sizes come from the drawing as it is now.
pub fn icons_are_those_of_the_drawing(tree: &Tree) -> Vec<Finding> {
    let Some(drawing) = tree.file("icons/tandem.svg") else {
        return vec![Finding {
            path: "icons/tandem.svg".into(),
            line: 0,
            what: "is missing".into(),
        }];
    };
    let is = fingerprint(&drawing.text);
    match tree.file(DRAWN_FROM) {
        Some(was) if was.text.trim() == is => Vec::new(),
        _ => vec![drawing.finding(0, "the icons are of an earlier drawing: cargo xtask icons")],
    }
}

/// The same on a checkout that turned line ends into CR LF.
pub fn fingerprint(drawing: &str) -> String {
    hex::encode(Sha256::digest(drawing.replace('\r', "")))
}
