//! The repository tree in README.md is compared with the files that git tracks.

use std::collections::BTreeSet;

use crate::home::Home;
use crate::run;

/// The first two levels of a list of files; folders end in a slash.
fn two_levels(files: &str) -> BTreeSet<String> {
    let mut tree = BTreeSet::new();
    for file in files.lines() {
        let parts: Vec<&str> = file.split('/').collect();
        for depth in 1..=parts.len().min(2) {
            let slash = if depth < parts.len() { "/" } else { "" };
            tree.insert(parts[..depth].join("/") + slash);
        }
    }
    tree
}

/// The names in the README's tree: one a line, the second level indented by two spaces.
fn in_readme(readme: &str) -> BTreeSet<String> {
    let block = readme.split("```tree\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap_or_default();
    let mut tree = BTreeSet::new();
    let mut folder = "";
    for line in block.lines() {
        let Some(name) = line.split_whitespace().next() else { continue };
        if line.starts_with("  ") {
            tree.insert(format!("{folder}{name}"));
        } else {
            folder = name;
            tree.insert(name.to_owned());
        }
    }
    tree
}

#[test]
fn readme_tree_is_the_repository() -> run::Result {
    let home = Home::find()?;
    let readme = std::fs::read_to_string(home.root.join("README.md")).map_err(|error| format!("README.md: {error}"))?;
    let tracked = run::ask(home.command("git").arg("ls-files")).ok_or("git ls-files says nothing")?;
    let (written, real) = (in_readme(&readme), two_levels(&tracked));
    let missing: Vec<_> = real.difference(&written).collect();
    let gone: Vec<_> = written.difference(&real).collect();
    assert!(missing.is_empty() && gone.is_empty(), "the tree in README.md lacks {missing:?} and has {gone:?} too many");
    Ok(())
}

#[test]
fn both_sides_are_read_alike() {
    let readme =
        "text\n```tree\nREADME.md   this file\ncrate/      the trainer\n  src/      its sources\n  a.toml\n```\n";
    assert_eq!(in_readme(readme), two_levels("README.md\ncrate/a.toml\ncrate/src/b/c.rs\ncrate/src/lib.rs"));
}
