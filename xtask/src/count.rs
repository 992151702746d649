//! How many tests ran, read from the reports of the test programs.

use std::fmt;
use std::ops::AddAssign;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Count {
    pub passed: u64,
    pub failed: u64,
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Rust's test programs, in the browser too: one "test result:" line each.
pub fn libtest(text: &str) -> Count {
    let mut count = Count::default();
    for line in text.lines().filter(|line| line.starts_with("test result:")) {
        count += Count { passed: before(line, "passed"), failed: before(line, "failed") };
    }
    count
}

/// pytest: the last summary line; a test that could not be set up counts as failed.
pub fn pytest(text: &str) -> Count {
    let words = ["passed", "failed", "error", "errors"];
    let summary = |line: &&str| line.contains(" in ") && words.iter().any(|word| before(line, word) > 0);
    let Some(line) = text.lines().rev().find(summary) else { return Count::default() };
    let failed = before(line, "failed") + before(line, "error") + before(line, "errors");
    Count { passed: before(line, "passed"), failed }
}

/// Playwright's JSON report; a test that passes only now and then has failed.
pub fn playwright(json: &str) -> Count {
    let Some((_, stats)) = json.rsplit_once("\"stats\"") else { return Count::default() };
    let number = |key: &str| {
        let value = stats.split_once(&format!("\"{key}\":")).map_or("", |(_, rest)| rest.trim_start());
        value.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
    };
    Count { passed: number("expected"), failed: number("unexpected") + number("flaky") }
}

/// Node's own test runner: lines such as "# pass 12", or "ℹ pass 12" in its other report.
pub fn node(text: &str) -> Count {
    let number = |word: &str| {
        let line = |line: &str| line.trim_start_matches(['#', 'ℹ', ' ']).strip_prefix(word)?.trim().parse().ok();
        text.lines().rev().find_map(line).unwrap_or(0)
    };
    Count { passed: number("pass "), failed: number("fail ") + number("cancelled ") }
}

/// The number in front of a word: 3 for "passed" in "ok. 3 passed; 0 failed".
fn before(line: &str, word: &str) -> u64 {
    let words: Vec<&str> = line.split_whitespace().collect();
    let found = words.windows(2).find(|pair| pair[1].trim_end_matches([',', ';', '.']) == word);
    found.and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libtest_adds_up_all_programs() {
        let text = "running 3 tests\ntest a ... ok\n\
            test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
            test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 7 filtered out; finished in 1.20s\n";
        assert_eq!(libtest(text), Count { passed: 4, failed: 2 });
        assert_eq!(libtest("error: could not compile"), Count::default());
    }

    #[test]
    fn pytest_reads_the_summary_only() {
        assert_eq!(pytest("5 passed in 0.02s\n"), Count { passed: 5, failed: 0 });
        let text = "test says 9 passed\n=== 1 failed, 4 passed, 1 skipped, 2 errors in 3.10s ===\n";
        assert_eq!(pytest(text), Count { passed: 4, failed: 3 });
        assert_eq!(pytest("=== no tests ran in 0.00s ==="), Count::default());
    }

    #[test]
    fn node_reads_both_reports() {
        let text = "ok 1 - adds\n# tests 4\n# pass 2\n# fail 1\n# cancelled 1\n# skipped 0\n";
        assert_eq!(node(text), Count { passed: 2, failed: 2 });
        assert_eq!(node("✔ adds\nℹ tests 3\nℹ pass 3\nℹ fail 0\n"), Count { passed: 3, failed: 0 });
        assert_eq!(node("nothing"), Count::default());
    }

    #[test]
    fn playwright_counts_flaky_as_failed() {
        let text = "{ \"suites\": [], \"stats\": { \"duration\": 3.5, \"expected\": 12, \"skipped\": 1, \"unexpected\": 2, \"flaky\": 1 } }";
        assert_eq!(playwright(text), Count { passed: 12, failed: 3 });
        assert_eq!(playwright(""), Count::default());
    }
}
