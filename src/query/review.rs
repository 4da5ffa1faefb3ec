//! What parses and still is not what was meant: checks of terms and groups.

use std::ops::Range;

use super::{Kind, Node, Operator, SearchField, Term};
use crate::diagnostic::Diagnostic;

/// Words PubMed ignores (User Guide, "Stopwords"); fatal when tagged.
const STOP_WORDS: &[&str] = &[
    "a",
    "about",
    "again",
    "all",
    "almost",
    "also",
    "although",
    "always",
    "among",
    "an",
    "and",
    "another",
    "any",
    "are",
    "as",
    "at",
    "be",
    "because",
    "been",
    "before",
    "being",
    "between",
    "both",
    "but",
    "by",
    "can",
    "could",
    "did",
    "do",
    "does",
    "done",
    "due",
    "during",
    "each",
    "either",
    "enough",
    "especially",
    "etc",
    "for",
    "found",
    "from",
    "further",
    "had",
    "has",
    "have",
    "having",
    "here",
    "how",
    "however",
    "i",
    "if",
    "in",
    "into",
    "is",
    "it",
    "its",
    "itself",
    "just",
    "kg",
    "km",
    "made",
    "mainly",
    "make",
    "may",
    "mg",
    "might",
    "ml",
    "mm",
    "most",
    "mostly",
    "must",
    "nearly",
    "neither",
    "no",
    "nor",
    "obtained",
    "of",
    "often",
    "on",
    "our",
    "overall",
    "perhaps",
    "pmid",
    "quite",
    "rather",
    "really",
    "regarding",
    "seem",
    "seen",
    "several",
    "should",
    "show",
    "showed",
    "shown",
    "shows",
    "significantly",
    "since",
    "so",
    "some",
    "such",
    "than",
    "that",
    "the",
    "their",
    "theirs",
    "them",
    "then",
    "there",
    "therefore",
    "these",
    "they",
    "this",
    "those",
    "through",
    "thus",
    "to",
    "upon",
    "use",
    "used",
    "using",
    "various",
    "very",
    "was",
    "we",
    "were",
    "what",
    "when",
    "which",
    "while",
    "with",
    "within",
    "without",
    "would",
];

/// Checks of terms and groups that parsed.
pub(super) fn review(node: &Node, problems: &mut Vec<Diagnostic>) {
    match &node.kind {
        Kind::Group(operator, parts) => {
            for (i, part) in parts.iter().enumerate() {
                if parts[..i].contains(part) && *operator != Operator::Not {
                    problems.push(Diagnostic::note("Q017", part.span.clone(), "this term stands here twice"));
                }
                let animals = matches!(&part.kind, Kind::Term(t) if t.field == SearchField::Mesh
                    && t.text.eq_ignore_ascii_case("animals"));
                if *operator == Operator::Not && i > 0 && animals {
                    problems.push(
                        Diagnostic::warning(
                            "Q011",
                            part.span.clone(),
                            "this drops every study of people that is indexed with Animals too",
                        )
                        .help("write NOT (animals[mh] NOT humans[mh])"),
                    );
                }
                review(part, problems);
            }
        }
        Kind::Term(term) => review_term(term, &node.span, problems),
        Kind::Range { from, to, field } => {
            for value in [from, to] {
                let good = if *field == SearchField::Pmid {
                    value.parse::<u64>().is_ok()
                } else {
                    super::matching::day(value, false).is_some()
                };
                if !good {
                    problems.push(
                        Diagnostic::error(
                            "Q019",
                            node.span.clone(),
                            format!("`{value}` is no value of a range in this field"),
                        )
                        .help("write YYYY/MM/DD:YYYY/MM/DD[dp]"),
                    );
                }
            }
        }
    }
}

fn review_term(term: &Term, span: &Range<usize>, problems: &mut Vec<Diagnostic>) {
    let text = term.text.trim();
    if super::matching::words(text).is_empty() {
        problems.push(Diagnostic::error("Q009", span.clone(), "this term has no letter or digit"));
        return;
    }
    if text.contains('*') && term.effective() != text {
        let n = text.find('*').unwrap_or(0);
        problems.push(
            Diagnostic::warning("Q004", span.clone(), format!("{n} characters stand before `*`, PubMed needs four"))
                .label(format!("runs as `{}`", term.effective()))
                .help("write out the endings you want, joined with OR"),
        );
    }
    if term.tagged
        && !term.quoted
        && term.field != SearchField::Subset
        && STOP_WORDS.contains(&text.to_lowercase().as_str())
    {
        problems.push(
            Diagnostic::warning(
                "Q016",
                span.clone(),
                format!("`{text}` is a stop word; with a tag it matches nothing"),
            )
            .help("take it out"),
        );
    }
    if !term.tagged && !term.quoted && !text.contains('*') {
        problems.push(
            Diagnostic::note("Q013", span.clone(), format!("`{text}` goes through PubMed's automatic term mapping"))
                .help("tag it, for example with [tiab], to search what is written"),
        );
    }
    if term.field.is_date() && super::matching::day(text, false).is_none() {
        problems.push(
            Diagnostic::error("Q019", span.clone(), format!("`{text}` is no date"))
                .help("write YYYY, YYYY/MM or YYYY/MM/DD"),
        );
    }
    if matches!(term.field, SearchField::Mesh | SearchField::MeshMajor | SearchField::Subheading) {
        problems.push(Diagnostic::note(
            "Q014",
            span.clone(),
            "records that are not indexed yet have no MeSH terms and are lost here",
        ));
    }
    if term.field == SearchField::Language {
        problems.push(Diagnostic::note("Q023", span.clone(), "a limit by language loses studies"));
    }
}
