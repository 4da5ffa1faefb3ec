//! Where a review is: a folder, a name under `queries/`, or the copy inside the program.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use include_dir::{Dir, include_dir};

use super::advice;
use crate::protocol::load::Files;

/// The review that ships with the program.
pub const DEFAULT: &str = "alk-crizotinib";

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/queries");

/// A review found.
#[derive(Debug)]
pub struct Located {
    /// Its name: the folder's.
    pub name: String,
    /// The folder as shown in messages.
    pub display: String,
    /// The folder.
    pub folder: PathBuf,
    /// Where `db/` and `out/` go: the folder that holds `queries/`, else the current one.
    pub root: PathBuf,
    /// Its text files (`.toml`).
    pub files: Files,
}

/// Finds a review: a folder; else a name under `queries/` here or above; else the copy inside the
/// program, which is then written out. Without a name: the review one stands in, else [`DEFAULT`].
///
/// # Errors
/// When there is none, naming those there are.
pub fn locate(review: Option<&str>) -> Result<Located> {
    let here = std::env::current_dir().context("while asking for the current folder")?;
    let Some(name) = review else {
        return match here.ancestors().find(|a| a.join("protocol.toml").is_file()) {
            Some(folder) => found(folder, &here),
            None => named(DEFAULT, &here),
        };
    };
    let folder = Path::new(name);
    if folder.join("protocol.toml").is_file() {
        return found(&here.join(folder), &here);
    }
    named(name, &here)
}

fn named(name: &str, here: &Path) -> Result<Located> {
    for above in here.ancestors() {
        let folder = above.join("queries").join(name);
        if folder.join("protocol.toml").is_file() {
            return found(&folder, here);
        }
    }
    if let Some(dir) = EMBEDDED.get_dir(name).filter(|_| !name.is_empty()) {
        let folder = here.join("queries").join(name);
        extract(dir, &here.join("queries"))?;
        eprintln!("note: the review `{name}` that ships with tamis was written to queries/{name}");
        return found(&folder, here);
    }
    let known = known(here);
    let help = match crate::protocol::table::nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("reviews here: {}; make one with `tamis init NAME`", known.join(", ")),
    };
    Err(advice(format!("there is no review `{name}`: no such folder with a protocol.toml, nor queries/{name}"), help))
}

/// Names of the reviews one can ask for here.
pub fn known(here: &Path) -> Vec<String> {
    let mut names: Vec<String> = EMBEDDED
        .dirs()
        .filter_map(|d| d.path().file_name())
        .map(|n| n.to_string_lossy().into_owned())
        .filter(|n| n != "template")
        .collect();
    for above in here.ancestors() {
        for entry in std::fs::read_dir(above.join("queries")).into_iter().flatten().flatten() {
            if entry.path().join("protocol.toml").is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
    }
    names.sort();
    names.dedup();
    names
}

/// Writes an embedded folder out under `to`.
fn extract(dir: &Dir<'_>, to: &Path) -> Result<()> {
    for file in dir.files() {
        super::write_whole(&to.join(file.path()), file.contents())?;
    }
    dir.dirs().try_for_each(|d| extract(d, to))
}

/// The files of the template of `tamis init`.
pub fn template() -> Vec<(PathBuf, &'static [u8])> {
    fn collect(dir: &'static Dir<'static>, out: &mut Vec<(PathBuf, &'static [u8])>) {
        for file in dir.files() {
            let path = file.path().strip_prefix("template").unwrap_or(file.path());
            out.push((path.to_owned(), file.contents()));
        }
        dir.dirs().for_each(|d| collect(d, out));
    }
    let mut out = Vec::new();
    if let Some(dir) = EMBEDDED.get_dir("template") {
        collect(dir, &mut out);
    }
    out
}

fn found(folder: &Path, here: &Path) -> Result<Located> {
    let name = match folder.file_name() {
        Some(name) => name.to_string_lossy().into_owned(),
        None => "review".to_owned(),
    };
    let root = match folder.parent() {
        Some(parent) if parent.file_name().is_some_and(|n| n == "queries") => {
            parent.parent().unwrap_or(here).to_owned()
        }
        _ => here.to_owned(),
    };
    let display = folder.strip_prefix(here).unwrap_or(folder).display().to_string();
    let mut files = Files::new();
    read_toml(folder, "", &mut files)?;
    for sub in ["vocabulary", "judgements", "cases"] {
        read_toml(&folder.join(sub), &format!("{sub}/"), &mut files)?;
    }
    Ok(Located { name, display, folder: folder.to_owned(), root, files })
}

/// Reads the `.toml` files of a folder, as `prefix` and name to text; a folder that is not there has none.
pub(super) fn read_toml(folder: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    let list = std::fs::read_dir(folder).with_context(|| format!("while listing {}", folder.display()))?;
    for entry in list {
        let path = entry.with_context(|| format!("while listing {}", folder.display()))?.path();
        if path.extension().is_some_and(|e| e == "toml") && path.is_file() {
            let bytes = std::fs::read(&path).with_context(|| format!("while reading {}", path.display()))?;
            let text = String::from_utf8(bytes).map_err(|e| {
                let line = e.as_bytes()[..e.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
                advice(
                    format!("{} is not UTF-8 text (line {line})", path.display()),
                    "save the file as UTF-8 in your editor",
                )
            })?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            files.insert(format!("{prefix}{name}"), text);
        }
    }
    Ok(())
}
