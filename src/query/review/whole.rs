//! Checks of the string as a text.

use crate::diagnostic::Diagnostic;

/// Longest term sent in an address, in bytes once encoded: past about 2,000 some way stations break it, past 8,000
/// NCBI itself. tamis and EDirect send forms, which have no such bound.
const LONGEST_ADDRESS: usize = 2_000;
/// Asterisks in one search, past which PubMed's search backend fails.
const MOST_ASTERISKS: usize = 256;

pub(super) fn review(text: &str, problems: &mut Vec<Diagnostic>) {
    let trimmed = text.trim();
    let quotes = trimmed.matches(['"', '\u{201c}', '\u{201d}']).count();
    if quotes == 2
        && trimmed.starts_with(['"', '\u{201c}'])
        && trimmed.ends_with(['"', '\u{201d}'])
        && [" AND ", " OR ", " NOT "].iter().any(|o| trimmed.contains(o))
    {
        problems.push(
            Diagnostic::warning(
                "Q033",
                0..text.len(),
                "the whole string stands in quotation marks: PubMed looks for it as one phrase",
            )
            .help("take the quotation marks at both ends away"),
        );
    }
    let stars: Vec<usize> = text.match_indices('*').map(|(i, _)| i).collect();
    if let Some(at) = stars.get(MOST_ASTERISKS) {
        problems.push(
            Diagnostic::error(
                "Q034",
                *at..at + 1,
                format!("{} asterisks are more than PubMed's {MOST_ASTERISKS}", stars.len()),
            )
            .label("the first too many")
            .help("split the string into parts and join their results"),
        );
    }
    let encoded: usize = text.bytes().map(|b| if b.is_ascii_alphanumeric() { 1 } else { 3 }).sum();
    if encoded > LONGEST_ADDRESS {
        problems.push(
            Diagnostic::note("Q029", 0..0, format!("in an address this string takes {encoded} bytes"))
                .help("tamis sends it as a form; a link or a script that uses GET may be cut or refused"),
        );
    }
    let mut told = false;
    for (at, c) in text.char_indices() {
        if super::super::lex::is_curly(c) && !told {
            told = true;
            problems.push(
                Diagnostic::note(
                    "Q035",
                    at..at + c.len_utf8(),
                    "curly quotation marks: PubMed reads them as straight ones",
                )
                .help("other programs do not; write straight ones in what you publish"),
            );
        }
    }
}
