//! What PubMed said of a search, put back to its place in the string.

use std::ops::Range;

use super::{Kind, Node, Query};
use crate::diagnostic::Diagnostic;

/// PubMed's complaints, each a kind (`PhraseNotFound`, `QuotedPhraseNotFound`, `PhraseIgnored`, `FieldNotFound`,
/// `OutputMessage`) and a text, as problems of the string. A complaint whose words are not in the string has an empty
/// place at its beginning.
pub fn heard(text: &str, says: &[(String, String)]) -> Vec<Diagnostic> {
    says.iter()
        .map(|(kind, words)| {
            let span = place(text, words).unwrap_or(0..0);
            let (message, help) = match kind.as_str() {
                "PhraseNotFound" => {
                    ("PubMed found nothing for this and left it out of the search", "check its spelling and its tag")
                }
                "FieldNotFound" => ("PubMed has no such field", "see the tags it has: `tamis query explain-code Q003`"),
                "QuotedPhraseNotFound" => (
                    "PubMed's index of phrases does not hold this: its words were searched one by one",
                    "write \"…\"[tiab:~0] for the words side by side",
                ),
                "PhraseIgnored" => ("PubMed ignored this", "take it out, or quote the phrase it belongs to"),
                _ => ("PubMed remarks", "read it beside the count"),
            };
            let problem = match kind.as_str() {
                "PhraseNotFound" | "FieldNotFound" => Diagnostic::error("Q040", span, format!("{message}: {words}")),
                "OutputMessage" => Diagnostic::note("Q040", span, format!("{message}: {words}")),
                _ => Diagnostic::warning("Q040", span, format!("{message}: {words}")),
            };
            problem.label(kind.clone()).help(help)
        })
        .collect()
}

/// Where the words stand, whatever their case, quotation marks and tag.
fn place(text: &str, words: &str) -> Option<Range<usize>> {
    let (text, bare) = (text.to_lowercase(), words.trim().to_lowercase());
    // Lower case may change lengths; then places would lie.
    let name = bare.split('[').next().unwrap_or("").trim().trim_matches('"').trim().to_owned();
    [bare, name].iter().filter(|w| !w.is_empty()).find_map(|w| text.find(w.as_str()).map(|at| at..at + w.len()))
}

/// Tagged terms of the string that PubMed's own translation does not show as they were written: mapped, broken apart or
/// dropped. PubMed writes `"alk"[Title/Abstract]`.
pub fn lost(query: &Query, translation: &str) -> Vec<Diagnostic> {
    let said = translation.to_lowercase();
    let mut out = Vec::new();
    visit(query.root(), &said, &mut out);
    out
}

fn visit(node: &Node, said: &str, out: &mut Vec<Diagnostic>) {
    match &node.kind {
        Kind::Group(_, parts) => parts.iter().for_each(|p| visit(p, said, out)),
        Kind::Term(t) if t.tagged && super::matching::is_text(t.field) => {
            let text = t.effective().to_lowercase();
            let field = t.field.full_name().to_lowercase();
            let shown = [format!("\"{text}\"[{field}"), format!("{text}[{field}")];
            if !shown.iter().any(|s| said.contains(s)) {
                out.push(
                    Diagnostic::note(
                        "Q041",
                        node.span.clone(),
                        "PubMed's translation does not show this term as written",
                    )
                    .help("read the translation: it may be mapped, broken into words, or gone"),
                );
            }
        }
        Kind::Term(_) | Kind::Range { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_finds_its_place_whatever_its_case_and_tag() {
        let text = "(\"body battery\"[tiab] OR asthma) AND the[tiab]";
        let says = |kind: &str, words: &str| (kind.to_owned(), words.to_owned());
        let cases = [
            (says("QuotedPhraseNotFound", "\"Body Battery\"[tiab]"), 1..21),
            (says("PhraseNotFound", "the"), 37..40),
            (says("PhraseNotFound", "nowhere"), 0..0),
        ];
        for (one, expected) in cases {
            assert_eq!(heard(text, std::slice::from_ref(&one))[0].span, expected, "{one:?}");
        }
    }

    #[test]
    fn a_term_that_the_translation_lacks_is_told() {
        let query =
            super::super::parse("ALK*[tiab] AND sarcoma*[tiab] AND word[ti]").query.unwrap_or_else(|| unreachable!());
        let said = "\"alk\"[Title/Abstract] AND \"sarcoma*\"[Title/Abstract] AND \"words\"[Title]";
        let lost_there = lost(&query, said);
        assert_eq!((lost_there.len(), &lost_there[0].span), (1, &(34..42)));
        assert!(lost(&query, &query.translation()).is_empty(), "our own translation shows every term");
    }
}
