//! How many tests passed and failed, read from what the runners print.

use std::ops::AddAssign;

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// The sum of every summary line in `lines`. Zero where no runner printed one.
pub fn read<'a>(lines: impl IntoIterator<Item = &'a str>) -> Counts {
    let mut sum = Counts::default();
    for line in lines {
        sum += of_line(&plain(line)).unwrap_or_default();
    }
    sum
}

fn of_line(line: &str) -> Option<Counts> {
    let line = line.trim();
    // nextest: "Summary [   1.2s] 12 tests run: 11 passed, 1 failed, 0 skipped"
    // cargo test: "test result: ok. 5 passed; 0 failed; 0 ignored"
    // Vitest: "Tests  12 passed | 1 failed (13)"; its line "Test Files" counts the same tests once more.
    // Playwright: "12 passed (3.4s)" and "1 failed", each on a line of its own.
    let counted = line.starts_with("Summary [")
        || line.starts_with("test result:")
        || line.starts_with("Tests  ");
    let words: Vec<&str> = line
        .split(|c: char| c.is_whitespace() || ",;|()".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    let alone = words.len() >= 2
        && words[0].parse::<u64>().is_ok()
        && ["passed", "failed", "flaky"].contains(&words[1]);
    if !(counted || alone && words.len() <= 3) {
        return None;
    }
    let before = |name: &str| -> u64 {
        words
            .windows(2)
            .find(|pair| pair[1] == name)
            .and_then(|pair| pair[0].parse().ok())
            .unwrap_or_default()
    };
    // nextest counts a test that ran into its limit apart from the failed ones.
    Some(Counts {
        passed: before("passed"),
        failed: before("failed") + before("timed") + before("flaky"),
    })
}

/// The line without terminal colours.
pub fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('\u{1b}') {
        text.push_str(&rest[..at]);
        rest = rest[at..]
            .find(|c: char| c.is_ascii_alphabetic())
            .map_or("", |end| &rest[at + end + 1..]);
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn says(text: &str, passed: u64, failed: u64) {
        assert_eq!(read(text.lines()), Counts { passed, failed });
    }

    #[test]
    fn every_runner_is_understood() {
        says(
            "     Summary [   1.204s] 12 tests run: 11 passed (2 slow), 1 failed, 3 skipped",
            11,
            1,
        );
        says(
            "     Summary [  61.204s] 12 tests run: 10 passed, 1 failed, 1 timed out, 0 skipped",
            10,
            2,
        );
        says(
            "test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            5,
            0,
        );
        says(
            " Test Files  3 passed (3)\n      Tests  1 failed | 40 passed (41)",
            40,
            1,
        );
        says(
            "  1 failed\n    e2e/home.spec.ts:3:1 › home\n  12 passed (3.4s)",
            12,
            1,
        );
    }

    #[test]
    fn colours_do_not_hide_a_summary() {
        says(
            "\u{1b}[32;1m     Summary\u{1b}[0m [   0.1s] \u{1b}[1m2\u{1b}[0m tests run: \u{1b}[1m2\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m",
            2,
            0,
        );
    }

    #[test]
    fn other_lines_count_nothing() {
        says(
            "test story::three_passed ... ok\nthe 2 passed away\nFinished in 3 s",
            0,
            0,
        );
    }
}
