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
    let mended = repair(PRINTED, &[]);
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
        assert_eq!(repair(text, &[]).repaired, text);
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
        ("a strategy with all its lines", "#1 x1[ti]\n#2 y1[ti]\n#3 #1 AND #2", &[]),
        ("a line that nothing refers to", "1. x1[ti]\n2. y1[ti]\n3. #1 NOT z1[ti]", &["Q039"]),
        ("a range in two quotations", "\"2015/01/01\"[dp] : \"3000\"[dp]", &[]),
        ("a range with two tags", "2015[dp]:2020/12[dp]", &[]),
        ("a range backwards", "2020:2015[dp]", &["Q024"]),
        ("a date within one branch", "(x1[ti] AND 2015:2020[dp]) OR y1[ti]", &["Q025"]),
        ("dates beside each other are no branch", "x1[ti] AND (2015[dp] OR 2017[dp])", &[]),
        ("a date without a field", "x1[ti] AND 2015:2020", &["Q026"]),
        ("a string in quotation marks", "\"x1[ti] AND y1[ti]\"", &["Q033"]),
        ("years that exclude each other", "x1[ti] AND 2010:2012[dp] AND 2015:2020[dp]", &["Q037"]),
        ("taken away from itself", "x1[ti] NOT x1[ti]", &["Q037"]),
        ("no animals, among others", "x1[ti] NOT (animals[mh] OR mice[ti])", &["Q011"]),
        ("the double negation is right", "x1[ti] NOT (animals[mh] NOT humans[mh])", &[]),
        ("a bracket that is not closed", "(gdm[tiab) AND (\"x y\"[mh])", &["Q015"]),
        ("a bracket not closed hides nothing", "gdm[tiab AND \"x y\"[ab]", &["Q003", "Q015"]),
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
fn notes_tell_what_is_right_and_still_worth_knowing() {
    let cases: &[(&str, &str, &str)] = &[
        ("a truncated phrase", "\"scratch cat*\"[tiab]", "Q010"),
        ("an unquoted phrase with a tag", "heart attack[tiab]", "Q027"),
        ("NOT", "a1[ti] NOT b1[ti]", "Q028"),
        ("a character read as a blank", "\"4.0\"[tiab]", "Q031"),
        ("a term that another covers", "diabetes[tiab] OR diabet*[tiab]", "Q032"),
        ("a phrase that one of its words covers", "\"decision aid\"[tiab] OR decision[tiab]", "Q032"),
        ("curly quotation marks", "\u{201c}a b\u{201d}[ti]", "Q035"),
        ("two terms side by side", "a1[ti] b1[ti]", "Q036"),
        ("a date that moves", "\"last 5 years\"[dp]", "Q038"),
        ("a filter on indexing", "review[pt]", "Q014"),
    ];
    for (sentence, text, code) in cases {
        let found: Vec<_> = parse(text).diagnostics.iter().map(|d| d.code).collect();
        assert!(found.contains(code), "{sentence}: {text}: {found:?}");
    }
    let silent: &[(&str, &str, &str)] = &[
        ("of two fields none covers the other", "diabetes[ti] OR diabet*[tiab]", "Q032"),
        ("headings whose names hold one another", "\"Insulin Lispro\"[mh] OR Insulin[mh]", "Q032"),
        ("another stem", "diabetes[tiab] OR diabol*[tiab]", "Q032"),
        ("a quoted phrase needs no index", "\"heart attack\"[tiab:~0]", "Q027"),
        ("lines of a strategy are joined by it", "#1 a1[ti]\n#2 #1 AND b1[ti]", "Q036"),
    ];
    for (sentence, text, code) in silent {
        assert!(!parse(text).diagnostics.iter().any(|d| d.code == *code), "{sentence}: {text}");
    }
}

#[test]
fn what_can_be_mended_is_and_what_may_mean_more_is_asked() {
    let cases: &[(&str, &str, &str, usize)] = &[
        ("Ovid's fields", "heart attack.ti,ab. OR stroke.ti.", "\"heart attack\"[tiab] OR stroke[ti]", 0),
        ("Ovid's headings", "exp Heart Failure/ AND *Sarcoma/", "\"Heart Failure\"[mh] AND \"Sarcoma\"[majr:noexp]", 0),
        ("curly quotation marks", "\u{201c}a b\u{201d}[ti]", "\"a b\"[ti]", 0),
        ("an asterisk that is none", "intervent\u{2217}[ti]", "intervent*[ti]", 0),
        ("operators between closed parts", "a1[ti] or (b1[ti] and c1[ti])", "a1[ti] OR (b1[ti] AND c1[ti])", 0),
        ("an `and` within a phrase stays", "\"head and neck\"[ti]", "\"head and neck\"[ti]", 0),
        ("an operator twice", "a1[ti] OR  OR b1[ti]", "a1[ti] OR b1[ti]", 0),
        ("a parenthesis too many is asked about", "a1[ti])", "a1[ti])", 1),
        ("a group without an end is asked about", "(a1[ti] OR b1[ti]", "(a1[ti] OR b1[ti]", 1),
        ("Ovid's mp is asked about", "sarcoma.mp.", "sarcoma.mp.", 1),
        ("Ovid's nearness is asked about", "a1[ti] adj3 b1[ti]", "a1[ti] adj3 b1[ti]", 1),
    ];
    for (sentence, text, expected, questions) in cases {
        let mended = repair(text, &[]);
        assert_eq!(mended.repaired, *expected, "{sentence}");
        assert_eq!(mended.questions.len(), *questions, "{sentence}: {:?}", mended.questions);
        assert_eq!(mended.undo(), *text, "{sentence}");
    }
    let answered = repair("(a1[ti] OR sarcoma.mp.", &[(1, 1), (2, 1)]);
    assert_eq!((answered.repaired.as_str(), answered.questions.len()), ("(a1[ti] OR sarcoma[tw])", 0));
    assert_eq!(answered.undo(), "(a1[ti] OR sarcoma.mp.");
}

#[test]
fn the_lines_of_a_strategy_become_one_search() {
    let query = parse("1. x1[ti] OR y1[ti]\n2. z1[ti]\n3. #1 AND #2").query.unwrap();
    assert_eq!(query.to_string(), "(x1[ti] OR y1[ti]) AND z1[ti]");
    assert_eq!(parse(&query.to_string()).query.unwrap().root, query.root);
    let doubling: String = (2..40).map(|i| format!("#{i} #{} OR #{}\n", i - 1, i - 1)).collect();
    assert!(
        parse(&format!("#1 a1[ti]\n{doubling}")).diagnostics.iter().any(|d| d.code == "Q018"),
        "it grows past all bounds"
    );
}

#[test]
fn the_pages_in_docs_are_those_of_the_program() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/query-codes.md");
    let written = std::fs::read_to_string(path).unwrap();
    let pages = pages();
    let own = written.split("\n# Beside").next().unwrap().trim_end();
    assert!(own == pages.trim_end(), "write it anew: scripts/query-codes.sh");
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
        "20[01][0-9]:20[12][0-9]\\[(dp|crdt|edat)\\]",
        "[a-z]{5,8}",
        "\"?[a-z]{4,6}( [a-z]{2,5})?\"?/(therapy|drug therapy)\\[(mh|majr)(:noexp)?\\]",
        "[a-z]{4}\\*[a-z]{1,3}\\*?\\[(ti|tiab|tw)\\]",
        "[1-9][0-9]{0,7}( [1-9][0-9]{3})?\\[uid\\]",
        "(hasabstract|medline|systematic)\\[sb\\]",
        "[a-z]{3,6} [a-z]\\[(au|1au|lastau)\\]",
        "20[01][0-9](/[01][0-9])?\\[(dp|mhda|lr)\\]",
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
        let mended = repair(&text, &[]);
        prop_assert_eq!(mended.undo(), text);
    }
}
