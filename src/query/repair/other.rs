//! Repairs beside brackets and tags: characters, operators, balance; and what must be asked.

use std::ops::Range;

use super::super::lex::is_curly;
use super::Mending;

/// Curly quotation marks, characters that only look like others, Ovid's `$`.
pub(super) fn characters(mending: &mut Mending<'_>) {
    let text = mending.text;
    for (at, c) in text.char_indices() {
        let span = at..at + c.len_utf8();
        if is_curly(c) {
            mending.change(span, "\"", "Q035", "PubMed reads it as a straight quotation mark; other programs may not");
        } else if matches!(c, '\u{2217}' | '\u{ff0a}' | '\u{2731}') {
            mending.change(
                span,
                "*",
                "Q012",
                format!("U+{:04X} only looks like an asterisk, and matches nothing", c as u32),
            );
        } else if matches!(c, '\u{a0}' | '\u{2009}' | '\u{202f}') {
            mending.change(span, " ", "Q012", "a blank that is none: other programs do not divide words at it");
        } else if c == '$' && text[..at].ends_with(|c: char| c.is_alphanumeric()) {
            mending.change(span, "*", "Q031", "Ovid's truncation; PubMed reads `$` as a blank");
        }
    }
}

/// A word of the text outside quotations, with its place.
fn words(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let next = at + c.len_utf8();
        if c == '"' || is_curly(c) {
            let close = text[next..].char_indices().find(|(_, c)| *c == '"' || is_curly(*c));
            let end = close.map_or(text.len(), |(i, c)| next + i + c.len_utf8());
            out.push((&text[at..end], at..end));
            at = end;
        } else if c == '[' {
            let end = text[next..].find(']').map_or(text.len(), |i| next + i + 1);
            out.push((&text[at..end], at..end));
            at = end;
        } else if c.is_whitespace() || c == ']' {
            at = next;
        } else if c == '(' || c == ')' {
            out.push((&text[at..next], at..next));
            at = next;
        } else {
            let end = text[at..]
                .char_indices()
                .find(|(_, c)| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '"') || is_curly(*c))
                .map_or(text.len(), |(i, _)| at + i);
            out.push((&text[at..end], at..end));
            at = end;
        }
    }
    out
}

/// Ovid's `adj`, `adj3`.
pub(super) fn is_nearness(word: &str) -> bool {
    let distance = word.strip_prefix("adj").or(word.strip_prefix("ADJ"));
    distance.is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit()))
}

/// Doubled operators and operators in lower case; Ovid's `adj`, and `.mp.`, which PubMed has no word for.
pub(super) fn operators(mending: &mut Mending<'_>) {
    let words = words(mending.text);
    let operator = |w: &str| matches!(w, "AND" | "OR" | "NOT");
    for pair in words.windows(2) {
        let [(a, first), (b, second)] = pair else { continue };
        if a == b && operator(a) {
            mending.change(first.end..second.end, "", "Q009", format!("{a} stands here twice"));
        }
    }
    for three in words.windows(3) {
        let [(before, _), (word, span), (after, _)] = three else { continue };
        // Between tagged, quoted or parenthesised parts it can only be an operator.
        let closed = before.ends_with([']', ')', '"', '\u{201d}', '/', '.']);
        let opens = after.starts_with(['(', '"', '\u{201c}', '[']) || !operator(after);
        if closed && opens && matches!(word.to_lowercase().as_str(), "and" | "or" | "not") && !operator(word) {
            let upper = word.to_uppercase();
            mending.change(
                span.clone(),
                &upper,
                "Q006",
                format!("PubMed's operators are upper case; `{word}` is a word to it"),
            );
        }
        if is_nearness(word) {
            mending.ask(
                span.clone(),
                "Q008",
                format!(
                    "`{word}` is Ovid's nearness, which PubMed has only for a quoted phrase, as \"two words\"[tiab:~N]"
                ),
                &[("AND", "both anywhere: finds more"), ("OR", "either: finds far more")],
            );
        }
    }
    for (word, span) in &words {
        if word.to_lowercase().ends_with(".mp.") {
            let at = span.end - 4..span.end;
            mending.ask(
                at,
                "Q022",
                "Ovid's .mp. looks in title, abstract, headings and keywords, which is no field of PubMed",
                &[("[tw]", "text words: the nearest"), ("[tiab]", "title, abstract and keywords: finds less")],
            );
        }
    }
}

/// Parentheses and quotations that do not close.
pub(super) fn balance(mending: &mut Mending<'_>) {
    let text = mending.text;
    let mut open: Vec<usize> = Vec::new();
    for (word, span) in words(text) {
        match word {
            "(" => open.push(span.start),
            ")" if open.pop().is_none() => mending.ask(
                span.clone(),
                "Q001",
                "this parenthesis closes what was never opened",
                &[("", "take it out")],
            ),
            _ if word.starts_with('"') && (word.len() == 1 || !word.ends_with('"')) => {
                mending.ask(
                    span.start..span.start + 1,
                    "Q002",
                    "this quotation is never closed",
                    &[("", "take the mark out")],
                );
            }
            _ => {}
        }
    }
    // Square brackets that stand for parentheses pair with parentheses; with them the count here means nothing.
    if mending.changes.iter().any(|c| c.code == "Q015") {
        return;
    }
    for at in open {
        let end = text.len();
        let before = text[..at].chars().count() + 1;
        mending.ask(
            end..end,
            "Q001",
            format!("the parenthesis at character {before} is never closed; where its group ends must be told"),
            &[(")", "with the string; for another place close it by hand")],
        );
    }
}
