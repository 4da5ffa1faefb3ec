//! A text cut into its entries.

use super::Format;

/// The first words of a text tell what it is.
pub(super) fn format(text: &str) -> Option<Format> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let begins = |tag: &str| text.starts_with(tag) || text.contains(&format!("\n{tag}"));
    let head: String = text.chars().take(4_000).collect();
    if text.starts_with('<') {
        return match () {
            () if head.contains("<PubmedArticle") || head.contains("<PubmedBookArticle") => Some(Format::PubmedXml),
            () if head.contains("<records>") || head.contains("<record>") => Some(Format::EndnoteXml),
            () => None,
        };
    }
    // Cochrane's files open with a line of their own before the first tag.
    if begins("TY  -") {
        return Some(Format::Ris);
    }
    if begins("PMID-") {
        return Some(Format::Nbib);
    }
    if text.starts_with("%0 ") || text.starts_with("%T ") {
        return Some(Format::Enw);
    }
    let entry = |line: &str| line.starts_with('@') && line.contains('{');
    if text.lines().map(str::trim_start).filter(|l| !l.is_empty() && !l.starts_with('%')).take(1).any(entry) {
        return Some(Format::Bibtex);
    }
    let first = text.lines().next().unwrap_or_default().to_lowercase();
    (first.contains("title") && (first.contains(',') || first.contains(';') || first.contains('\t')))
        .then_some(Format::Csv)
}

/// Whether a line begins an entry.
fn begins(line: &str, format: Format) -> bool {
    let line = line.trim_start_matches('\u{feff}');
    match format {
        Format::Ris => line.starts_with("TY  -"),
        Format::Nbib => line.starts_with("PMID-"),
        Format::Enw => line.starts_with("%0 "),
        Format::Bibtex => line.trim_start().starts_with('@'),
        _ => false,
    }
}

/// The entries with the line each begins on, from 1. What stands before the first belongs to none.
pub(super) fn cut(text: &str, format: Format) -> Vec<(usize, &str)> {
    if format == Format::EndnoteXml {
        return between(text, "<record>", "</record>");
    }
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if begins(line, format) {
            starts.push((number + 1, at));
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).map(|s| s.1).chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|((line, from), to)| (*line, &text[*from..to]))
        // BibTeX keeps remarks and abbreviations in entries of their own.
        .filter(|(_, piece)| {
            let word = piece.trim_start().to_lowercase();
            !["@comment", "@string", "@preamble"].iter().any(|w| word.starts_with(w))
        })
        .collect()
}

fn between<'t>(text: &'t str, open: &str, close: &str) -> Vec<(usize, &'t str)> {
    let mut out = Vec::new();
    let (mut at, mut line) = (0, 1);
    while let Some(from) = text[at..].find(open).map(|i| at + i) {
        let to = text[from..].find(close).map_or(text.len(), |i| from + i + close.len());
        line += text[at..from].matches('\n').count();
        out.push((line, &text[from..to]));
        line += text[from..to].matches('\n').count();
        at = to;
    }
    out
}
