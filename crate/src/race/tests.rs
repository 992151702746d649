//! Races on the tests' synthetic set, on the CPU. The same on both backends: `tests/browser.rs`.
