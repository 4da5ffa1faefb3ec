//! The program as a person meets it: the real binary, real files, real sockets.
#![allow(missing_docs, clippy::unwrap_used)]

mod account;
mod announced;
mod assess;
mod citations;
mod corpus;
mod exam;
mod history;
mod hostile;
mod house;
mod interleaving;

mod pool;
mod recorded;
mod reference;
mod review;
mod second;
mod service;
mod storm;
mod story;
mod takeaway;
mod trial;
mod weather;
mod whatif;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder with a copy of the shipped review, to change at will.
struct Desk {
    folder: tempfile::TempDir,
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries/alk-crizotinib");
        copy(&from, &folder.path().join("queries/alk-crizotinib"));
        Self { folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("queries/alk-crizotinib").join(name)
    }

    /// Replaces text in one of the review's files; it must be there.
    fn edit(&self, name: &str, old: &str, new: &str) {
        let path = self.file(name);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(old), "{name} does not hold `{old}`");
        std::fs::write(path, text.replacen(old, new, 1)).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tamis"));
        command.current_dir(self.folder.path()).args(arguments).env_remove("NCBI_API_KEY");
        command
    }

    fn tamis(&self, arguments: &[&str]) -> Done {
        Done::from(self.command(arguments).output().unwrap())
    }

    fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let done = self.tamis(arguments);
        serde_json::from_str(&done.out).unwrap_or_else(|e| panic!("{e}: {}{}", done.out, done.err))
    }
}

#[derive(Debug)]
struct Done {
    code: i32,
    out: String,
    err: String,
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
