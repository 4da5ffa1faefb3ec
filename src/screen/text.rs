//! Sentences, and whether what stands in one is affirmed, negated or merely possible.
//!
//! The method is NegEx (Chapman et al. 2001, J Biomed Inform 34:301): a trigger before or after a
//! mention reaches to the next word that ends its scope. The triggers are chosen for abstracts.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Abbreviations after which a full stop ends no sentence.
const ABBREVIATIONS: &[&str] =
    &["e.g", "i.e", "vs", "al", "fig", "no", "approx", "ca", "dr", "cf", "resp", "st", "spp"];

/// The sentences of a text as byte ranges, without the blanks between them.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        if !matches!(c, '.' | '?' | '!') {
            continue;
        }
        let end = i + c.len_utf8();
        let Some((_, next)) = chars.peek() else { continue };
        if !next.is_whitespace() {
            continue;
        }
        let before = &text[start..i];
        let last = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("").to_lowercase();
        let following = text[end..].trim_start().chars().next();
        let begins = following
            .is_some_and(|c| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '(' | '[' | '"' | '\u{201c}'));
        if ABBREVIATIONS.contains(&last.as_str()) || !begins {
            continue;
        }
        out.push(trimmed(text, start..end));
        start = end;
    }
    if !text[start..].trim().is_empty() {
        out.push(trimmed(text, start..text.len()));
    }
    out
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start().len());
    start..start + piece.trim().len()
}

/// How a mention stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Said to be so.
    Affirmed,
    /// Said not to be so.
    Negated,
    /// Said that it may be, or could be, or is to be studied.
    Possible,
}

#[allow(clippy::expect_used)]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns of this file are constants, tried by its tests")
}

/// Not negations, though they look it: blanked out before triggers are sought.
static PSEUDO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\bno(?:t)? (?:only|further|longer|significant|increase|change|difference|other|necessarily)\b|\bnot certain (?:if|whether)\b|\bwithout (?:difficulty|delay|interruption|further)\b|\bno (?:serious |severe )?(?:adverse|toxicit)\w*|\b(?:no|without) (?:any )?evidence of (?:disease|recurrence|relapse|progression)\b|\bno recurrence\b",
    )
});
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:no|not|non|without|lack(?:s|ed|ing)?(?: of)?|absence of|absent|negative for|never|neither|nor|none of|failed to (?:show|reveal|detect|demonstrate)|did not|does not|do not|was not|were not|is not|rule[ds]? out|ruling out|excluded?|excluding|rather than|other than|except(?: for)?|instead of|devoid of|cannot|declined|refused|denied)\b",
    )
});
static AFTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:was|were|is|are|has been|had been|could be|being)\s+(?:\w+\s+){0,2}?(?:not|never|negative|absent|excluded|ruled out|declined|refused|lacking|wild[- ]type|intact)\b|\b(?:not|never) (?:been )?(?:given|used|detected|found|identified|observed|available|administered|started|tested|performed|rearranged|present|seen)\b|^\s*[- ]?negative\b|\bwas (?:declined|withheld|unavailable)\b|: (?:negative|absent|none)\b",
    )
});
static POSSIBLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:may|might|could|would|should|can|possibl[ey]|potential(?:ly)?|perhaps|candidate for|option|promising|future|planned|proposed?|suggest(?:s|ed|ing)?|consider(?:ed|ation)?|if|whether|warrant(?:s|ed)?|remains to be|hypothes\w+|eligible|discussed|offered)\b",
    )
});
static SCOPE_ENDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)[;:]|,? \b(?:but|however|although|though|because|which|whereas|while|yet|apart from|secondary to|(?:he|she|they|we) (?:was|were|is|has|had|received)|followed by|and (?:she|he|they|the patient|was|were|received|responded|treatment|crizotinib))\b",
    )
});

/// How the mention at `at` (byte range in `sentence`) stands in it.
pub fn standing(sentence: &str, at: Range<usize>) -> Standing {
    let mut masked = sentence.to_owned();
    for found in PSEUDO.find_iter(sentence) {
        masked.replace_range(found.range(), &" ".repeat(found.len()));
    }
    // Triggers reach over at most about eight words, as NegEx lets them.
    let before = &masked[..at.start];
    let scope = SCOPE_ENDS.find_iter(before).last().map_or(0, |m| m.end());
    let near = tail_words(&before[scope..], 8);
    if BEFORE.is_match(near) {
        return Standing::Negated;
    }
    let after = &masked[at.end..];
    let scope = SCOPE_ENDS.find(after).map_or(after.len(), |m| m.start());
    let follows = head_words(&after[..scope], 8);
    if AFTER.is_match(follows) {
        return Standing::Negated;
    }
    if POSSIBLE.is_match(tail_words(&before[scope_start(before)..], 12))
        || POSSIBLE.is_match(head_words(&after[..scope], 5))
    {
        return Standing::Possible;
    }
    Standing::Affirmed
}

fn scope_start(before: &str) -> usize {
    before.rfind(';').map_or(0, |i| i + 1)
}

fn tail_words(text: &str, n: usize) -> &str {
    let mut starts: Vec<usize> =
        text.split_whitespace().map(|w| w.as_ptr() as usize - text.as_ptr() as usize).collect();
    let keep = starts.len().saturating_sub(n);
    starts.drain(..keep);
    starts.first().map_or("", |s| &text[*s..])
}

fn head_words(text: &str, n: usize) -> &str {
    let end =
        text.split_whitespace().take(n).last().map_or(0, |w| w.as_ptr() as usize - text.as_ptr() as usize + w.len());
    &text[..end]
}

/// Headings under which a sentence tells of others' work or of hopes, not of findings.
pub fn is_background(label: Option<&str>) -> bool {
    label.is_some_and(|l| {
        let l = l.to_uppercase();
        ["BACKGROUND", "INTRODUCTION", "RATIONALE", "OBJECTIVE", "AIM", "PURPOSE", "CONTEXT"]
            .iter()
            .any(|h| l.contains(h))
            && !l.contains("CASE")
    })
}

static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:is known|are known|have been (?:reported|described)|has been (?:reported|described)|previously (?:reported|described)|is (?:a|the) (?:usual|common|typical|characteristic)|in the literature|literature|(?:commonly|usually|typically|often|frequently) (?:harbou?rs?|carr\w+|involv\w+)|is approved|was approved|are approved|in lung (?:cancer|adenocarcinoma)|in non-small|have shown|has shown)\b",
    )
});

static OWN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\b(?:we (?:here(?:in)? )?(?:report|describe|present)|our (?:patients?|case)|herein)\b")
});

/// Whether a sentence speaks of what is known elsewhere rather than of this report's patients.
/// "We report … and review the literature" speaks of its own.
pub fn speaks_of_others(sentence: &str) -> bool {
    ELSEWHERE.is_match(sentence) && !OWN.is_match(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        let text = "A tumor (e.g. IMT) grew. It was 3.5 cm. Smith et al. said so! Was it ALK? Yes.";
        let found: Vec<&str> = sentences(text).into_iter().map(|r| &text[r]).collect();
        assert_eq!(
            found,
            ["A tumor (e.g. IMT) grew.", "It was 3.5 cm.", "Smith et al. said so!", "Was it ALK?", "Yes."]
        );
    }

    #[test]
    fn what_is_known_elsewhere_is_told_from_what_is_reported_here() {
        assert!(speaks_of_others("RANBP2-ALK is known in epithelioid tumors."));
        assert!(!speaks_of_others("We report a RANBP2-ALK tumor and review the literature."));
        assert!(!speaks_of_others("The tumor harbored RANBP2-ALK."));
    }

    #[test]
    fn a_mention_is_affirmed_negated_or_possible() {
        use Standing::{Affirmed, Negated, Possible};
        let cases: &[(&str, &str, Standing)] = &[
            ("The patient received crizotinib.", "crizotinib", Affirmed),
            ("Crizotinib was not given.", "Crizotinib", Negated),
            ("She was treated without crizotinib.", "crizotinib", Negated),
            ("He may respond to crizotinib.", "crizotinib", Possible),
            ("Crizotinib could be an option.", "Crizotinib", Possible),
            ("No ALK rearrangement was found.", "ALK rearrangement", Negated),
            ("Not only ALK fusion but also crizotinib response was seen.", "ALK fusion", Affirmed),
            ("There was no response to surgery, but crizotinib worked.", "crizotinib", Affirmed),
            ("No adverse events occurred on crizotinib.", "crizotinib", Affirmed),
            ("ALK fusion was absent.", "ALK fusion", Negated),
            ("The patient declined crizotinib.", "crizotinib", Negated),
        ];
        for (sentence, word, expected) in cases {
            let at = sentence.find(word).unwrap_or(0);
            assert_eq!(standing(sentence, at..at + word.len()), *expected, "{sentence}");
        }
    }
}
