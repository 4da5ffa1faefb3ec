//! Strategies of several lines: `#1 …`, `1. …`, each a search of its own that later lines refer to as `#1`.

use std::ops::Range;

/// One line of a strategy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Its number.
    pub number: u32,
    /// The search, without the number before it.
    pub search: Range<usize>,
}

/// The lines of a strategy; none when the text is a single search. A line without a number goes on with the one before
/// it. The word `Search`, which PubMed's history prints before each, is no part of it.
pub(super) fn lines(text: &str) -> Option<Vec<Line>> {
    let mut out: Vec<Line> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let end = start + line.trim_end().len();
        let lead = start + (line.len() - line.trim_start().len());
        if lead >= end {
            continue;
        }
        match number(&text[lead..end]) {
            Some((number, skip)) => out.push(Line { number, search: lead + skip..end }),
            None => match out.last_mut() {
                Some(before) => before.search.end = end,
                // Text before the first number: no strategy, or a single search.
                None => return None,
            },
        }
    }
    // One numbered line alone is a strategy only if nothing else could be meant: `#1 x` is, `2. x` may be.
    (out.len() > 1 || out.len() == 1 && text.trim_start().starts_with('#') && out[0].search.len() > 1).then_some(out)
}

/// `#1 `, `1. `, `1) `, `#1: ` at the beginning of a line: the number, and bytes up to the search.
fn number(line: &str) -> Option<(u32, usize)> {
    let hash = line.starts_with('#');
    let rest = &line[usize::from(hash)..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number = rest[..digits].parse().ok()?;
    let after = &rest[digits..];
    let mark = usize::from(after.starts_with(['.', ')', ':']));
    if !hash && mark == 0 {
        return None;
    }
    let tail = &after[mark..];
    if hash && mark == 0 && !tail.starts_with(char::is_whitespace) {
        return None;
    }
    // `#1 AND #2` is the search itself, not line 1.
    let first = tail.split_whitespace().next().unwrap_or("");
    if hash && mark == 0 && (first.is_empty() || matches!(first.to_uppercase().as_str(), "AND" | "OR" | "NOT")) {
        return None;
    }
    let mut skip = line.len() - tail.trim_start().len();
    if let Some(search) = line[skip..].strip_prefix("Search ") {
        skip = line.len() - search.trim_start().len();
    }
    Some((number, skip))
}

/// The number in a reference such as `#3`.
pub(super) fn reference(word: &str) -> Option<u32> {
    word.strip_prefix('#')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strategy_is_told_from_a_search() {
        type Lines<'a> = Option<&'a [(u32, &'a str)]>;
        let cases: &[(&str, &str, Lines<'_>)] = &[
            ("a search", "a[ti] AND b[ti]", None),
            ("a combination alone", "#1 AND #2", None),
            ("a year at the beginning", "2015 [dp]", None),
            (
                "numbers with a hash",
                "#1 a[ti]\n#2 b[ti]\n#3 #1 AND #2",
                Some(&[(1, "a[ti]"), (2, "b[ti]"), (3, "#1 AND #2")]),
            ),
            (
                "numbers with a dot",
                "1. a\n2. b OR\nc\n3. #1 AND #2",
                Some(&[(1, "a"), (2, "b OR\nc"), (3, "#1 AND #2")]),
            ),
            ("a dot without a blank", "1.a\n2.#1 AND b", Some(&[(1, "a"), (2, "#1 AND b")])),
            (
                "PubMed's own history",
                "#1 Search asthma\n#2 Search #1 NOT child",
                Some(&[(1, "asthma"), (2, "#1 NOT child")]),
            ),
            ("an item of a list", "1. a", None),
        ];
        for (sentence, text, expected) in cases {
            let found = lines(text);
            let found: Option<Vec<(u32, &str)>> =
                found.as_ref().map(|l| l.iter().map(|l| (l.number, &text[l.search.clone()])).collect());
            assert_eq!(found.as_deref(), *expected, "{sentence}");
        }
    }
}
