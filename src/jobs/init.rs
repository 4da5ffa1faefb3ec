//! `tamis init`: a new review from the commented template.

use std::path::Path;

use anyhow::Result;

use super::{Outcome, advice, locate, print, write_whole};

/// Writes the template to `queries/NAME`.
///
/// # Errors
/// When the name is no plain folder name, or the folder is there already.
pub fn command(name: &str) -> Result<Outcome> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || !name.chars().all(plain) || name.starts_with('-') {
        return Err(advice(
            format!("`{name}` cannot be the name of a review"),
            "use letters, digits and hyphens, for example `larotrectinib-sarcoma`",
        ));
    }
    let folder = Path::new("queries").join(name);
    if folder.exists() {
        return Err(advice(format!("{} is there already", folder.display()), "choose another name"));
    }
    for (path, bytes) in locate::template() {
        write_whole(&folder.join(&path), bytes)?;
        print(&format!("{}\n", folder.join(path).display()))?;
    }
    eprintln!("next: edit {}, then tamis run {name}", folder.join("protocol.toml").display());
    Ok(Outcome::Done)
}
