//! Purpose: `.ci/run` says what it lacks before it begins.
//!
//! Invariant: nothing of this machine's tools is used but what a test puts on the path; nothing is built or installed.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::root;

/// What the script takes for granted on any machine.
const ORDINARY: [&str; 10] =
    ["bash", "cut", "date", "dirname", "env", "grep", "head", "sed", "sort", "timeout"];
const CARGO: &str = "#!/bin/sh\n[ \"$1\" != --version ] || echo 'cargo 1.95.1 (0000000 2026-01-01)'\n";

/// A copy of the script and of what it reads first, and a path with chosen tools.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        fs::create_dir_all(place.path().join(".ci")).unwrap();
        fs::create_dir_all(place.path().join("tools")).unwrap();
        for file in [".ci/run", "Cargo.toml", "README.md"] {
            fs::copy(root().join(file), place.path().join(file)).unwrap();
        }
        for tool in ORDINARY {
            symlink(found(tool), place.path().join("tools").join(tool)).unwrap();
        }
        place
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Puts a program on the path.
    fn with(self, name: &str, script: &str) -> Self {
        let tool = self.path().join("tools").join(name);
        fs::write(&tool, script).unwrap();
        fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    /// Everything is there, but building stops at the first step.
    fn with_all_tools(self) -> Self {
        let cargo = format!("{CARGO}[ \"$*\" != 'fmt --check' ] || exit 1\n");
        self.with("cargo", &cargo).with("cc", "#!/bin/sh\n")
    }

    /// Runs the script: whether it was content, and what it said.
    fn run(&self) -> (bool, String) {
        let mut command = Command::new(found("bash"));
        command.arg(self.path().join(".ci/run")).env_clear().env("PATH", self.path().join("tools"));
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    }
}

fn found(tool: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&path).map(|folder| folder.join(tool));
    places.find(|place| place.is_file()).unwrap_or_else(|| panic!("there is no {tool}"))
}

#[test]
fn what_is_missing_to_build_is_said_at_once_with_how_to_get_it() {
    let (is_well, said) = Place::new().run();
    assert!(!is_well && !said.contains("==>"), "{said}");
    for words in ["cargo, rustfmt and clippy", "https://rustup.rs", "a C compiler", "build-essential"] {
        assert!(said.contains(words), "`{words}` is missing: {said}");
    }
    let bare = "#!/bin/sh\n[ \"$1\" = --version ] && echo 'cargo 1.85.0 (0000000 2025-01-01)'\n";
    let (is_well, said) = Place::new().with("cargo", bare).with("cc", "#!/bin/sh\n").run();
    assert!(!is_well && !said.contains("==>") && !said.contains("C compiler"), "{said}");
    for words in ["instead of 1.85.0", "component add rustfmt", "component add clippy"] {
        assert!(said.contains(words), "`{words}` is missing: {said}");
    }
}

#[test]
fn a_readme_without_the_test_command_is_a_failure() {
    let place = Place::new().with_all_tools();
    let (_, said) = place.run();
    assert!(said.contains("FAILED in step \"format\""), "with everything there the steps begin: {said}");
    let readme = place.path().join("README.md");
    let text = fs::read_to_string(&readme).unwrap().replace("cargo test --locked", "cargo test");
    fs::write(&readme, text).unwrap();
    let (is_well, said) = place.run();
    assert!(!is_well && said.contains("README.md has no line \"cargo test --locked\""), "{said}");
    fs::remove_file(&readme).unwrap();
    let (is_well, said) = place.run();
    assert!(!is_well && said.contains("there is no README.md"), "{said}");
}
