//! A search string into words, quotations, tags, operators and parentheses, each with its place.

use std::ops::Range;

use super::Operator;
use crate::diagnostic::Diagnostic;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Open,
    Close,
    Operator(Operator),
    /// Text, whether quoted.
    Word(String, bool),
    /// What stands between square brackets.
    Tag(String),
}

pub(super) type Placed = (Token, Range<usize>);

fn quote_of(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{2033}' | '\u{ab}' | '\u{bb}')
}

/// Curly and other quotation marks, which PubMed reads as straight ones.
pub(super) fn is_curly(c: char) -> bool {
    quote_of(c) && c != '"'
}

/// The tokens of a part of a text; places are those of the whole text.
pub(super) fn lex(whole: &str, within: Range<usize>, problems: &mut Vec<Diagnostic>) -> Vec<Placed> {
    let text = &whole[..within.end];
    let mut tokens: Vec<Placed> = Vec::new();
    let mut rest = within.start;
    while let Some(c) = text[rest..].chars().next() {
        let start = rest;
        if c.is_whitespace() {
            rest += c.len_utf8();
        } else if c == '(' || c == ')' {
            rest += 1;
            tokens.push((if c == '(' { Token::Open } else { Token::Close }, start..rest));
        } else if c == '[' {
            // A tag that runs into a quotation or another bracket was never closed: `[tiab)) AND ("Diabetes"[mh]`.
            let closed = text[start + 1..].find(']').map(|i| start + 1 + i);
            let broken = text[start + 1..].find(['"', '[', '\n']).map(|i| start + 1 + i);
            match (closed, broken) {
                (Some(end), None) => {
                    rest = end + 1;
                    tokens.push((Token::Tag(text[start + 1..end].to_owned()), start..rest));
                }
                (Some(end), Some(other)) if end < other => {
                    rest = end + 1;
                    tokens.push((Token::Tag(text[start + 1..end].to_owned()), start..rest));
                }
                _ => {
                    let name =
                        text[start + 1..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'/').count();
                    rest = start + 1 + name;
                    if name > 0 {
                        tokens.push((Token::Tag(text[start + 1..rest].to_owned()), start..rest));
                    }
                    problems.push(
                        Diagnostic::error("Q015", start..start + 1, "a square bracket is never closed")
                            .label("opened here")
                            .help("close the tag with `]`, or use a parenthesis"),
                    );
                }
            }
        } else if c == ']' {
            rest += 1;
            problems.push(
                Diagnostic::error("Q015", start..rest, "a square bracket closes what was never opened")
                    .help("use parentheses around searches, square brackets around tags"),
            );
        } else if quote_of(c) {
            let inner = start + c.len_utf8();
            match text[inner..].char_indices().find(|(_, c)| quote_of(*c)) {
                Some((length, closing)) => {
                    rest = inner + length + closing.len_utf8();
                    tokens.push((Token::Word(text[inner..inner + length].to_owned(), true), start..rest));
                }
                None => {
                    rest = text.len();
                    problems.push(
                        Diagnostic::error("Q002", start..inner, "a quotation is never closed")
                            .label("opened here")
                            .help("close it after the phrase"),
                    );
                }
            }
        } else {
            let end = text[start..]
                .char_indices()
                .find(|(_, c)| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']') || quote_of(*c))
                .map_or(text.len(), |(i, _)| start + i);
            rest = end;
            word(&text[start..end], start, &mut tokens, problems);
        }
    }
    tokens
}

fn word(word: &str, start: usize, tokens: &mut Vec<Placed>, problems: &mut Vec<Diagnostic>) {
    let span = start..start + word.len();
    let operator = match word {
        "AND" | "&" => Some(Operator::And),
        "OR" | "|" => Some(Operator::Or),
        "NOT" => Some(Operator::Not),
        _ => None,
    };
    if let Some(operator) = operator {
        tokens.push((Token::Operator(operator), span));
        return;
    }
    if matches!(word, "and" | "or" | "not" | "And" | "Or" | "Not") {
        problems.push(
            Diagnostic::warning("Q006", span.clone(), format!("`{word}` is a word here, not an operator"))
                .help(format!("write {}", word.to_uppercase())),
        );
    }
    for (i, c) in word.char_indices() {
        let look = match c {
            '\u{2217}' | '\u{ff0a}' | '\u{2731}' => "an asterisk",
            '\u{410}'..='\u{44f}' => "a Latin letter",
            _ => continue,
        };
        let at = start + i..start + i + c.len_utf8();
        problems.push(
            Diagnostic::error("Q012", at, format!("U+{:04X} only looks like {look}", c as u32)).help("type it anew"),
        );
    }
    tokens.push((Token::Word(word.to_owned(), false), span));
}
