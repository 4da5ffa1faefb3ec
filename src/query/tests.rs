#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::record::{AbstractSection, Keyword, MeshHeading, PartialDate, Pmid, Record};

const PRINTED: &str = "ALK*[AB] AND [CRIZOTINIB*(AB) OR ALK inhibitor (TI) OR kinase inhibitor (TI)] AND [SARCOMA*(AB) OR SARCOMATOID(TI) OR INFLAMMATORY MYOFIBROBLASTIC TUMOR (TI)]";

fn codes(text: &str) -> Vec<&'static str> {
    parse(text).diagnostics.iter().filter(|d| d.severity != Severity::Note).map(|d| d.code).collect()
}

fn record() -> Record {
    let mut r = Record::new(Pmid(7));
    r.title = "Crizotinib in an ALK-rearranged Inflammatory Myofibroblastic Tumor".into();
    r.abstract_sections = vec![AbstractSection {
        text: "A sarcomatous mass; alkaline phosphatase high. Café.".into(),
        ..Default::default()
    }];
    r.keywords = vec![Keyword { owner: Some("NOTNLM".into()), text: "kinase inhibitor".into(), major: false }];
    r.mesh = vec![MeshHeading { descriptor: "Sarcoma".into(), ..Default::default() }];
    r.languages = vec!["eng".into()];
    r.pub_date = Some(PartialDate { year: 2016, month: None, day: None });
    r
}

#[test]
fn the_papers_printed_string_is_refused_and_its_repair_is_what_is_sent() {
    assert!(parse(PRINTED).has_errors());
    let mended = repair(PRINTED);
    assert_eq!(
        mended.repaired,
        "ALK[tiab] AND (CRIZOTINIB*[tiab] OR \"ALK inhibitor\"[ti] OR \"kinase inhibitor\"[ti]) AND (SARCOMA*[tiab] OR SARCOMATOID[ti] OR \"INFLAMMATORY MYOFIBROBLASTIC TUMOR\"[ti])"
    );
    assert_eq!(codes(&mended.repaired), Vec::<&str>::new());
    assert_eq!(mended.undo(), PRINTED, "a repair can be taken back");
    assert!(mended.changes.iter().all(|c| !c.reason.is_empty()));
}

#[test]
fn a_sound_string_is_left_alone_by_repair() {
    for text in ["ALK[tiab] AND (a[ti] OR b[ti])", "\"some phrase\"[tiab]", "2010:2021[dp]"] {
        assert_eq!(repair(text).repaired, text);
    }
}

#[test]
fn each_mistake_has_its_code_and_one_does_not_hide_the_next() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("an unclosed parenthesis", "(x[ti] AND b[ti]", &["Q001"]),
        ("a closing one too many", "x[ti]) AND b[ti]", &["Q001"]),
        ("an open quotation", "\"a b", &["Q002"]),
        ("the abstract is no field", "x[ab]", &["Q003"]),
        ("short truncation", "ALK*[tiab]", &["Q004"]),
        ("mixed operators", "x[ti] OR b[ti] AND c[ti]", &["Q005"]),
        ("operators in lower case", "x[ti] and b[ti]", &["Q006"]),
        ("a tag on a group", "(x OR b)[tiab]", &["Q007"]),
        ("proximity on one word", "\"word\"[tiab:~3]", &["Q008"]),
        ("proximity with truncation", "\"two word*\"[tiab:~3]", &["Q008"]),
        ("an operator at the end", "x[ti] AND", &["Q009"]),
        ("empty parentheses", "x[ti] AND ()", &["Q009", "Q009"]),
        ("no animals", "x[ti] NOT animals[mh]", &["Q011"]),
        ("an asterisk that is none", "interven\u{2217}[ti]", &["Q012"]),
        ("brackets around a search", "x[ti] AND [b OR c]", &["Q015", "Q009"]),
        ("a tagged stop word", "the[tiab] AND a1[ti]", &["Q016"]),
        ("a date that is none", "201O[dp]", &["Q019"]),
        ("a line of a history", "#1 AND x[ti]", &["Q021"]),
        ("a tag in parentheses", "a (TI)", &["Q022"]),
        ("two mistakes at once", "x[ab] AND \"b", &["Q003", "Q009", "Q002"]),
        ("nuclides are no tags", "[11C] choline", &["Q003"]),
        ("nuclides after a word are text", "choline [11C] uptake", &[]),
        ("a sound string", "a1*[tiab] OR \"b c\"[tiab:~2] OR neoplasms/drug therapy[mh:noexp]", &["Q004"]),
    ];
    let mut wrong = Vec::new();
    for (sentence, text, expected) in cases {
        let mut found = codes(text);
        found.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        if found != expected {
            wrong.push(format!("{sentence}: {text}: {found:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_used_has_a_page() {
    for text in ["(a", "a)", "\"a", "a[xx]", "ab*[ti]", "a or b", "", "(a)[ti]", "#1", "a[ti] NOT animals[mh]"] {
        for d in parse(text).diagnostics {
            assert!(CODES.iter().any(|c| c.code == d.code), "{} has no page", d.code);
        }
    }
}

#[test]
fn a_record_matches_by_words_phrases_fields_and_dates() {
    let cases: &[(&str, &str, bool)] = &[
        ("a hyphen separates words", "ALK[tiab]", true),
        ("short truncation finds only the word", "ALK*[ti]", true),
        ("truncation finds every ending", "sarcoma*[tiab]", true),
        ("a word is not its beginning", "sarcoma[tiab]", false),
        ("truncation within a word", "inflam*ory[ti]", true),
        ("a phrase in the title", "\"inflammatory myofibroblastic tumor\"[ti]", true),
        ("a phrase does not cross its fields", "\"tumor a\"[tiab]", false),
        ("keywords count for tiab", "\"kinase inhibitor\"[tiab]", true),
        ("keywords do not count for ti", "\"kinase inhibitor\"[ti]", false),
        ("diacritics are folded", "cafe[tiab]", true),
        ("proximity in any order", "\"tumor inflammatory\"[ti:~1]", true),
        ("proximity too far", "\"tumor crizotinib\"[ti:~2]", false),
        ("MeSH", "sarcoma[mh]", true),
        ("NOT", "ALK[tiab] NOT eng[la]", false),
        ("language by name", "english[la]", true),
        ("a year alone is the first of January", "2016/01/01[dp]", true),
        ("a range", "2010:2015/12/31[dp]", false),
        ("a range that holds it", "2010/01/01:2021/08/22[dp]", true),
        ("a list of PMIDs", "1 7 9[uid]", true),
        ("a range of PMIDs", "1:6[uid]", false),
        ("left to right", "nothing[ti] AND nothing[ti] OR ALK[ti]", true),
        ("left to right again", "ALK[ti] OR nothing[ti] AND nothing[ti]", false),
    ];
    let record = record();
    for (sentence, text, expected) in cases {
        let parsed = parse(text);
        let query = parsed.query.unwrap_or_else(|| panic!("{text}: {:?}", parsed.diagnostics));
        assert_eq!(query.matches(&record), *expected, "{sentence}: {text}");
        assert_eq!(query.explain(&record).matched, *expected, "{sentence}: explained otherwise than matched");
    }
}

#[test]
fn an_explanation_quotes_the_words_that_matched() {
    let query = parse("ALK[tiab] AND (missing[ti] OR sarcoma*[tiab])").query.unwrap();
    let tree = query.explain(&record());
    assert_eq!(tree.children[0].hits[0].text, "ALK");
    let group = &tree.children[1];
    assert!(group.matched && !group.children[0].matched);
    assert_eq!(group.children[1].hits[0].field, "abstract:1");
    assert_eq!(group.text, "(missing[ti] OR sarcoma*[tiab])");
}

#[test]
fn hostile_strings_are_refused_within_bounds() {
    assert_eq!(parse(&"(".repeat(100_000)).diagnostics.iter().filter(|d| d.code == "Q018").count(), 1);
    assert!(parse(&"a ".repeat(1_000_000)).has_errors());
}

fn term() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{4,8}\\*?\\[(ti|tiab|mh|la|all)\\]",
        "\"[a-z]{2,5} [a-z]{2,5}\"\\[(ti|tiab)(:~[0-9])?\\]",
        "20[01][0-9]:20[12][0-9]\\[dp\\]",
        "[a-z]{5,8}",
    ]
}

fn string() -> impl Strategy<Value = String> {
    term().prop_recursive(4, 24, 4, |inner| {
        (prop::collection::vec(inner, 2..4), prop_oneof![Just(" AND "), Just(" OR "), Just(" NOT ")])
            .prop_map(|(parts, op)| format!("({})", parts.join(op)))
    })
}

proptest! {
    #[test]
    fn printing_and_reading_again_gives_the_same_tree(text in string()) {
        if let Some(query) = parse(&text).query {
            let printed = query.to_string();
            let again = parse(&printed).query;
            prop_assert_eq!(Some(query.root), again.map(|q| q.root), "{} printed as {}", text, printed);
        }
    }

    #[test]
    fn nothing_panics_and_places_lie_within(text in "\\PC{0,60}") {
        for d in parse(&text).diagnostics {
            prop_assert!(d.span.end <= text.len());
        }
        let mended = repair(&text);
        prop_assert_eq!(mended.undo(), text);
    }
}
