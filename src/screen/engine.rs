//! Which engine this is, told by its own text.

use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

/// Everything that decides what is found in a record: this room, letter by letter.
const TEXTS: &[(&str, &str)] = &[
    ("assess.rs", include_str!("assess.rs")),
    ("cues.toml", include_str!("cues.toml")),
    ("fusion.rs", include_str!("fusion.rs")),
    ("look.rs", include_str!("look.rs")),
    ("plan.rs", include_str!("plan.rs")),
    ("reading.rs", include_str!("reading.rs")),
    ("standing.rs", include_str!("standing.rs")),
    ("text.rs", include_str!("text.rs")),
    ("words.rs", include_str!("words.rs")),
    ("words/inflect.rs", include_str!("words/inflect.rs")),
    ("words/seek.rs", include_str!("words/seek.rs")),
];

static ENGINE: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    TEXTS.iter().for_each(|(name, text)| hash.update(format!("{name}\0{text}\0")));
    hash.finalize().iter().take(6).map(|b| format!("{b:02x}")).collect()
});

/// Tells one engine from another: twelve hexadecimal figures over the rules' code and cues. Assessments of
/// two engines are kept apart, though protocol and version are the same.
pub fn engine() -> &'static str {
    &ENGINE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_that_decides_is_in_the_mark() {
        let room = concat!(env!("CARGO_MANIFEST_DIR"), "/src/screen");
        let mut files = Vec::new();
        for (folder, prefix) in [(room.to_owned(), ""), (format!("{room}/words"), "words/")] {
            for entry in std::fs::read_dir(folder).expect("the room").map_while(Result::ok) {
                if entry.path().is_file() {
                    files.push(format!("{prefix}{}", entry.file_name().to_string_lossy()));
                }
            }
        }
        // These hold no rules: what a case says, names of outcomes, this mark.
        files.retain(|f| !["case.rs", "mod.rs", "engine.rs"].contains(&f.as_str()));
        files.sort();
        let told: Vec<&str> = TEXTS.iter().map(|(name, _)| *name).collect();
        assert_eq!(files, told);
        assert_eq!(engine().len(), 12);
    }
}
