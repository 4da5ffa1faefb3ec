#![allow(clippy::unwrap_used)]

use super::*;

const PROTOCOL: &str = r#"
title = "T"
[search]
database = "PubMed"
sent = "a[tiab]"
from = 2010-01-01
to = 2021-08-22
[[criterion]]
id = "a"
label = "A"
on_conflict = "keep"
excludes_if.any = [{ words = ["x", "y"] }, { mesh = ["Animals"] }, { pattern = 'p' }]
[[criterion]]
id = "b"
label = "B"
excludes_if = { vocabulary = "drug" }
[[criterion]]
id = "c"
label = "C"
"#;
const DRUG: &str = "[[term]]\nname = \"d\"\nwords = [\"d\"]\n[[term]]\nname = \"e\"\nwords = [\"e\"]\n";

fn files(protocol: &str, drug: &str) -> Files {
    [("protocol.toml", protocol), ("vocabulary/drug.toml", drug)].map(|(f, t)| (f.to_owned(), t.to_owned())).into()
}

/// The sentences and the criteria still shared after replacing text in the protocol or the vocabulary.
fn changed(old: &str, new: &str) -> (Vec<String>, Vec<String>) {
    let after = |text: &str| text.replace(old, new);
    assert!(PROTOCOL.contains(old) || DRUG.contains(old), "{old}");
    let (a, b) = (files(PROTOCOL, DRUG), files(&after(PROTOCOL), &after(DRUG)));
    let sentences = diff(&a, &b).unwrap().into_iter().map(|c| c.sentence).collect();
    (sentences, shared(&a, &b).unwrap().0)
}

#[test]
fn every_change_is_a_sentence_and_only_what_it_touches_is_assessed_anew() {
    let c_first = "[[criterion]]\nid = \"c\"\nlabel = \"C\"\n[[criterion]]\nid = \"a\"";
    let cases: &[(&str, &str, &[&str], &str)] = &[
        ("title = \"T\"", "title = \"T\"", &[], "abc"),
        ("a[tiab]", "b[tiab]", &["The search string is another."], "abc"),
        ("2021-08-22", "2023-01-01", &["The window ends 2023-01-01 (was 2021-08-22)."], "abc"),
        ("label = \"A\"", "label = \"Animals\"", &["a.label is now Animals (was A)."], "abc"),
        ("\"keep\"", "\"unclear\"", &["a.on_conflict is now unclear (was keep)."], "bc"),
        ("\"x\", \"y\"", "\"x\", \"z\"", &["a.excludes_if.any[1].words gains “z” and loses “y”."], "bc"),
        ("'p'", "'q'", &["a.excludes_if.any[3].pattern is now q (was p)."], "bc"),
        ("{ mesh = [\"Animals\"] }, ", "", &["a.excludes_if.any[2] is gone: { mesh = [\"Animals\"] }."], "bc"),
        (
            "{ pattern",
            "{ mesh = [\"Mice\"] }, { pattern",
            &["a.excludes_if.any[3] is new: { mesh = [\"Mice\"] }."],
            "bc",
        ),
        ("[\"e\"]", "[\"e\", \"f\"]", &["The vocabulary `drug`, `e`: words gains “f”."], "ac"),
        ("[[term]]\nname = \"e\"\nwords = [\"e\"]\n", "", &["The vocabulary `drug` loses the term `e`."], "ac"),
        ("[[criterion]]\nid = \"c\"\nlabel = \"C\"\n", "", &["`c` is no longer a criterion: C."], "ab"),
        (
            "[[criterion]]\nid = \"c\"\n",
            "[[criterion]]\nid = \"n\"\nlabel = \"N\"\n[[criterion]]\nid = \"c\"\n",
            &["`n` is a new criterion, the 3rd: N."],
            "abc",
        ),
        ("title = ", "[rule]\nanimals = 1\n#", &["rule is new: { animals = 1 }.", "title is gone: T."], ""),
    ];
    for (old, new, sentences, left) in cases {
        let (told, same) = changed(old, new);
        assert_eq!(told, *sentences, "{old} to {new}");
        assert_eq!(same.concat(), *left, "{old} to {new}");
    }
    let moved = PROTOCOL
        .replace("[[criterion]]\nid = \"c\"\nlabel = \"C\"\n", "")
        .replace("[[criterion]]\nid = \"a\"", c_first);
    let (a, b) = (files(PROTOCOL, DRUG), files(&moved, DRUG));
    let told = diff(&a, &b).unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].sentence, "The criteria stand in another order: c, a, b.");
    assert_eq!(shared(&a, &b).unwrap(), (vec!["c".into(), "a".into(), "b".into()], true), "an order is no rule");
}

#[test]
fn a_file_that_is_no_toml_is_named() {
    let broken = files("title = ", DRUG);
    assert!(diff(&files(PROTOCOL, DRUG), &broken).unwrap_err().starts_with("protocol.toml is not TOML"));
}
