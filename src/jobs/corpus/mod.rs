//! PubMed by the file: NLM's baseline and update files.

use std::path::PathBuf;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

pub mod add;
pub mod check;
pub mod export;
pub mod search;
pub mod shelf;

/// Where the corpus is unless told otherwise.
pub const PLACE: &str = "db/corpus.sqlite";

/// Bytes of all these files as they lie on the disk, for a bar.
fn size(files: &[PathBuf]) -> u64 {
    files.iter().filter_map(|f| std::fs::metadata(f).ok()).map(|m| m.len()).sum()
}

/// A bar over bytes with rate and time left.
fn bar(files: &[PathBuf], what: &str, quiet: bool) -> ProgressBar {
    let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let bar = ProgressBar::with_draw_target(Some(size(files)), target);
    let template = "{prefix:>10} {wide_bar:.cyan/dim} {bytes}/{total_bytes} {bytes_per_sec} {msg} {eta}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("━╸─"));
    }
    bar.set_prefix(what.to_owned());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
