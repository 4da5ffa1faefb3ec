//! The laws of the house: arrows between rooms never turn back.

use std::path::{Path, PathBuf};

/// Each room with the rooms it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("record", &[]),
    ("diagnostic", &["record"]),
    ("citations", &["record"]),
    ("query", &["record", "diagnostic"]),
    ("protocol", &["record", "diagnostic", "query"]),
    ("screen", &["record", "diagnostic", "query", "protocol"]),
    ("flow", &["record", "protocol", "screen"]),
    ("worksheet", &["record", "protocol", "screen"]),
    ("pooled", &["protocol"]),
    ("entrez", &["record", "diagnostic", "query"]),
    ("store", &["record", "query", "protocol", "screen", "flow"]),
    ("export", &["record", "diagnostic", "query", "protocol", "screen", "flow", "worksheet", "pooled"]),
    (
        "jobs",
        &[
            "record",
            "diagnostic",
            "citations",
            "query",
            "protocol",
            "screen",
            "flow",
            "worksheet",
            "entrez",
            "store",
            "export",
            "pooled",
        ],
    ),
    ("cli", &["jobs"]),
];

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") && path.file_stem().is_some_and(|s| s != "tests") {
            out.push(path);
        }
    }
}

#[test]
fn rooms_use_only_rooms_to_their_right() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut broken = Vec::new();
    for file in files {
        let relative = file.strip_prefix(&src).unwrap();
        let first = relative.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        let room = first.trim_end_matches(".rs");
        let Some((_, allowed)) = MAY_USE.iter().find(|(r, _)| *r == room) else { continue };
        for used in std::fs::read_to_string(&file).unwrap().split("crate::").skip(1) {
            let name: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if name != room && !allowed.contains(&name.as_str()) {
                broken.push(format!("{} uses {name}", relative.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn only_the_store_knows_sqlite_and_only_jobs_and_entrez_touch_the_clock_of_the_world() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let relative = file.strip_prefix(&src).unwrap().to_string_lossy().into_owned();
        assert!(!text.contains("rusqlite") || relative.starts_with("store"), "{relative} knows SQLite");
        let clock = text.contains("Timestamp::now") || text.contains("SystemTime::now");
        assert!(!clock || relative.starts_with("jobs") || relative.starts_with("entrez"), "{relative} reads the clock");
    }
}
