//! Checks of one term or range.

use std::ops::Range;

use super::super::{SearchField, Term, matching};
use super::stop_words::is_stop_word;
use crate::diagnostic::Diagnostic;

/// Characters that PubMed turns into blanks (User Guide); hyphens and apostrophes within words are another matter.
const BLANKS: &[char] =
    &['{', '}', '!', '#', '$', '%', '+', ';', '<', '=', '>', '?', '\\', '^', '_', '~', '@', '.', ','];

pub(super) fn review(term: &Term, span: &Range<usize>, problems: &mut Vec<Diagnostic>) {
    let text = term.text.trim();
    if matching::words(text).is_empty() {
        problems.push(Diagnostic::error("Q009", span.clone(), "this term has no letter or digit"));
        return;
    }
    truncation(term, text, span, problems);
    if term.tagged && !term.quoted && term.field != SearchField::Subset && is_stop_word(text) {
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
        untagged(text, span, problems);
    }
    if term.tagged && !term.quoted && is_words(term.field) && !text.contains('*') && matching::words(text).len() > 1 {
        problems.push(
            Diagnostic::note(
                "Q027",
                span.clone(),
                format!("if `{text}` is not in PubMed's index of phrases, its words are joined with AND"),
            )
            .help(format!("write \"{text}\"[{}:~0] for these words side by side", term.field.tag())),
        );
    }
    if let Some(c) = text.chars().find(|c| BLANKS.contains(c)).filter(|_| is_words(term.field)) {
        problems.push(Diagnostic::note("Q031", span.clone(), format!("PubMed reads `{c}` as a blank")).label(format!(
            "runs as `{}`",
            text.replace(BLANKS, " ").split_whitespace().collect::<Vec<_>>().join(" ")
        )));
    }
    if term.field.is_date() {
        date(text, span, problems);
    }
    if term.field == SearchField::Pmid
        && !text.split([' ', ',']).filter(|p| !p.is_empty()).all(|p| p.parse::<u64>().is_ok())
    {
        problems.push(
            Diagnostic::error("Q019", span.clone(), format!("`{text}` is no PMID")).help("a PMID is a whole number"),
        );
    }
    indexing(term, span, problems);
}

/// Fields whose words PubMed looks up one by one or as phrases.
fn is_words(field: SearchField) -> bool {
    field == SearchField::All || matching::is_text(field)
}

fn truncation(term: &Term, text: &str, span: &Range<usize>, problems: &mut Vec<Diagnostic>) {
    let Some(n) = text.find('*').map(|i| text[..i].chars().count()) else { return };
    if term.effective() != text {
        problems.push(
            Diagnostic::warning("Q004", span.clone(), format!("{n} characters stand before `*`, PubMed needs four"))
                .label(format!("runs as `{}`", term.effective()))
                .help("write out the endings you want, joined with OR"),
        );
    } else if matches!(term.field, SearchField::Mesh | SearchField::MeshMajor) {
        problems.push(
            Diagnostic::note(
                "Q010",
                span.clone(),
                "a truncated MeSH term finds headings by their beginning, and is not exploded",
            )
            .help("name the heading above them all instead"),
        );
    } else if term.quoted || text.contains(char::is_whitespace) {
        problems.push(Diagnostic::note(
            "Q010",
            span.clone(),
            "a truncated phrase is found as it stands, and automatic term mapping is off",
        ));
    }
}

fn untagged(text: &str, span: &Range<usize>, problems: &mut Vec<Diagnostic>) {
    let dated = |t: &str| matching::day(t, false).is_some_and(|d| (1800..=3000).contains(&d.0));
    let is_date = match text.split_once(':') {
        Some((from, to)) => dated(from) && dated(to),
        None => text.contains('/') && dated(text),
    };
    if is_date {
        problems.push(
            Diagnostic::warning(
                "Q026",
                span.clone(),
                format!("`{text}` is a date without a field: PubMed looks for it as a word"),
            )
            .help(format!("write {text}[dp] for the date of publication")),
        );
        return;
    }
    problems.push(
        Diagnostic::note("Q013", span.clone(), format!("`{text}` goes through PubMed's automatic term mapping"))
            .help("tag it, for example with [tiab], to search what is written"),
    );
}

/// A single day, month or year, or `last 5 years`.
fn date(text: &str, span: &Range<usize>, problems: &mut Vec<Diagnostic>) {
    if matching::day(text, false).is_some() {
        return;
    }
    if let Some(n) = matching::last_days(text) {
        problems.push(
            Diagnostic::note("Q038", span.clone(), format!("`{text}` means other {n} days every time it is run"))
                .help("write the first and the last day"),
        );
        return;
    }
    problems.push(
        Diagnostic::error("Q019", span.clone(), format!("`{text}` is no date"))
            .help("write YYYY, YYYY/MM or YYYY/MM/DD"),
    );
}

fn indexing(term: &Term, span: &Range<usize>, problems: &mut Vec<Diagnostic>) {
    use SearchField as F;
    let subset = term.field == F::Subset
        && matches!(
            term.text.to_lowercase().trim(),
            "medline" | "humans" | "human" | "animals" | "male" | "female" | "english"
        );
    if matches!(term.field, F::Mesh | F::MeshMajor | F::Subheading | F::PublicationType) || subset {
        problems.push(Diagnostic::note(
            "Q014",
            span.clone(),
            "records that are not indexed yet lack this and are lost here",
        ));
    }
    if term.field == F::Language {
        problems.push(Diagnostic::note("Q023", span.clone(), "a limit by language loses studies"));
    }
}

pub(super) fn range(from: &str, to: &str, field: SearchField, span: &Range<usize>, problems: &mut Vec<Diagnostic>) {
    let good = |value: &str| match field {
        SearchField::Pmid => value.parse::<u64>().is_ok(),
        _ => matching::day(value, false).is_some(),
    };
    for value in [from, to].into_iter().filter(|v| !good(v)) {
        problems.push(
            Diagnostic::error("Q019", span.clone(), format!("`{value}` is no value of a range in this field"))
                .help("write YYYY/MM/DD:YYYY/MM/DD[dp]"),
        );
    }
    let backwards = match field {
        SearchField::Pmid => matches!((from.parse::<u64>(), to.parse::<u64>()), (Ok(a), Ok(b)) if b < a),
        _ => matches!((matching::day(from, false), matching::day(to, true)), (Some(a), Some(b)) if b < a),
    };
    if backwards {
        problems.push(
            Diagnostic::error("Q024", span.clone(), "this range ends before it begins: it holds nothing")
                .help(format!("write {to}:{from}")),
        );
    }
}
