#![allow(clippy::unwrap_used, clippy::type_complexity)]

use super::*;

const PROTOCOL: &str = r#"
title = "T"
[search]
database = "PubMed"
printed = "a[AB]"
sent = "a[tiab]"
from = 2010-01-01
to = 2021-08-22
[[search.repair]]
before = "[AB]"
after = "[tiab]"
reason = "PubMed has no field [AB]"
[[criterion]]
id = "non-human"
label = "Non-human"
source = "…"
absence = "unclear"
excludes_if = { language = ["fre"] }
keeps_if = { language = ["eng"] }
"#;

fn files(list: &[(&str, &str)]) -> Files {
    list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

fn problems(list: &[(&str, &str)]) -> String {
    match load("r", "queries/r", &files(list)) {
        Ok(_) => String::from("no problem"),
        Err(e) => e.files.iter().map(|p| p.render(false)).collect(),
    }
}

#[test]
fn a_sound_review_is_read_and_its_vocabularies_are_part_of_its_hash() {
    let one = load("r", "r", &files(&[("protocol.toml", PROTOCOL)])).unwrap();
    let vocabulary = "[[term]]\nname = \"mouse\"\nwords = [\"mouse\", \"mice\"]\n";
    let two = load("r", "r", &files(&[("protocol.toml", PROTOCOL), ("vocabulary/species.toml", vocabulary)])).unwrap();
    assert_eq!(one.protocol.criteria[0].id, "non-human");
    assert_eq!(two.protocol.vocabularies["species"].terms[0].words, ["mouse", "mice"]);
    assert_ne!(one.protocol.hash, two.protocol.hash);
}

#[test]
fn each_fault_is_named_with_its_place_and_its_cure() {
    let judged = |line: &str| format!("reviewer = \"Reviewer 1\"\n[[judgement]]\n{line}\n");
    let figure =
        "citation = \"c\"\n[figure]\nidentified = 10\nstudies = 5\nexcluded = [{ criterion = \"non-human\", n = 4 }]\n";
    let cases: &[(&str, Vec<(&str, String)>, &[&str])] = &[
        ("a folder without a protocol says how to make one", vec![], &["P010", "tamis init"]),
        (
            "a misspelt key is shown with its neighbour",
            vec![("protocol.toml", PROTOCOL.replace("absence", "absense"))],
            &["P002", "queries/r/protocol.toml:17:1", "did you mean `absence`?"],
        ),
        (
            "a silence that excludes is refused",
            vec![("protocol.toml", format!("{PROTOCOL}if_silent = \"exclude\"\n"))],
            &["P005", "if_silent", "the values are: unclear, keep"],
        ),
        (
            "a repair that quotes what is not there is refused",
            vec![("protocol.toml", PROTOCOL.replace("before = \"[AB]\"", "before = \"[XY]\""))],
            &["P015", "`[XY]` does not stand in the string as printed"],
        ),
        (
            "a figure that does not add up is refused",
            vec![("protocol.toml", PROTOCOL.into()), ("published.toml", figure.into())],
            &["P019", "10 identified - 4 excluded is not 5 studies"],
        ),
        (
            "a judgement on a criterion the protocol lacks gets the nearest",
            vec![
                ("protocol.toml", PROTOCOL.into()),
                (
                    "judgements/a.toml",
                    judged(
                        "pmid = 1\nstage = \"full-text\"\nverdict = \"exclude\"\ncriterion = \"non-humans\"\nquote = \"q\"\nwhen = 2021-09-01",
                    ),
                ),
            ],
            &["P023", "judgements/a.toml:6:13", "did you mean `non-human`?"],
        ),
        (
            "an exclusion without a reason is no judgement",
            vec![
                ("protocol.toml", PROTOCOL.into()),
                (
                    "judgements/a.toml",
                    judged("pmid = 1\nstage = \"full-text\"\nverdict = \"exclude\"\nquote = \"q\"\nwhen = 2021-09-01"),
                ),
            ],
            &["P024"],
        ),
        (
            "text that is no TOML is pointed at",
            vec![("protocol.toml", PROTOCOL.replace("title = \"T\"", "title = "))],
            &["P001", "protocol.toml:2"],
        ),
    ];
    for (sentence, list, expected) in cases {
        let list: Vec<(&str, &str)> = list.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let shown = problems(&list);
        for part in *expected {
            assert!(shown.contains(part), "{sentence}: `{part}` is missing in\n{shown}");
        }
    }
}
