//! The index finds what the meaning of a search, written for one record, says.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::query::index::{Detail, Parts};
use crate::query::parse;
use crate::record::{
    AbstractSection, Author, Keyword, MeshHeading, PartialDate, Pmid, PublicationType, Qualifier, Record,
};

fn record(pmid: u64, title: &str, text: &[&str], year: i16) -> Record {
    let mut r = Record::new(Pmid(pmid));
    r.title = title.into();
    r.abstract_sections = text.iter().map(|t| AbstractSection { text: (*t).into(), ..Default::default() }).collect();
    r.languages = vec![if pmid.is_multiple_of(3) { "fre".into() } else { "eng".into() }];
    r.pub_date = Some(PartialDate { year, month: pmid.is_multiple_of(2).then_some(6), day: None });
    r.status = Some(if pmid.is_multiple_of(2) { "MEDLINE".into() } else { "Publisher".into() });
    r
}

fn library() -> Vec<Record> {
    let mut list = vec![
        record(1, "Crizotinib in an ALK-rearranged sarcoma", &["The tumor shrank.", "ALK was found."], 2012),
        record(2, "Alkaline phosphatase in bone", &["Inflammatory markers rose; café au lait."], 2015),
        record(
            3,
            "Organisation of care",
            &["A randomised trial of organizations", "kinase inhibitor of tumor growth"],
            2018,
        ),
        record(4, "Inflammatory myofibroblastic tumor: response to crizotinib", &["sarcoma"], 2020),
        record(5, "", &["tumor inflammatory crizotinib one two three sarcoma"], 2021),
        record(6, "Sarcomatous change", &[], 2010),
    ];
    list[0].keywords = vec![Keyword { owner: Some("NOTNLM".into()), text: "kinase inhibitor".into(), major: false }];
    list[1].keywords = vec![Keyword { owner: Some("NLM".into()), text: "sarcoma".into(), major: false }];
    let qualifier = |name: &str, major| Qualifier { name: name.into(), major, ..Default::default() };
    list[2].mesh = vec![
        MeshHeading {
            descriptor: "Sarcoma".into(),
            qualifiers: vec![qualifier("drug therapy", true)],
            ..Default::default()
        },
        MeshHeading { descriptor: "Humans".into(), ..Default::default() },
    ];
    list[3].mesh = vec![MeshHeading { descriptor: "Sarcoma, Kaposi".into(), major: true, ..Default::default() }];
    list[3].publication_types = vec![PublicationType { name: "Case Reports".into(), ..Default::default() }];
    let author = |last: &str, initials: &str, at: &str| Author {
        last_name: Some(last.into()),
        initials: Some(initials.into()),
        affiliations: vec![at.into()],
        ..Default::default()
    };
    list[5].abstract_sections =
        vec![AbstractSection { text: "HLA-A*24 and CYP2D6*4; T2*-weighted.".into(), ..Default::default() }];
    list[5].grants = vec!["CA-123456/CA/NCI".into()];
    list[5].journal.pages = Some("E12-E15".into());
    list[5].doi = Some("10.1000/ab.c".into());
    list[4].authors = vec![author("Alpha", "AB", "Dept of Oncology, North"), author("Beta", "C", "South")];
    list
}

fn parts(record: &Record) -> Parts {
    crate::query::index::parts(record, Detail::Most)
}

fn index(records: &[Record]) -> Index {
    let mut index = Index::in_memory().unwrap();
    let rows: Vec<_> = records.iter().map(|r| (r.pmid.0, r.version, parts(r))).collect();
    index.add(&rows, Some(("a file", "hash"))).unwrap();
    index
}

/// What the index cannot tell is found all the same, with more.
fn finds_enough(index: &Index, records: &[Record], text: &str) {
    let query = parse(text).query.unwrap();
    let answer = search(&index.connection, &query, Detail::Most, "f.pmid IS NOT NULL").unwrap();
    assert!(!answer.exact, "{text}");
    let found: Vec<u64> = answer.found.iter().map(|f| f.0).collect();
    for r in records.iter().filter(|r| query.matches(r)) {
        assert!(found.contains(&r.pmid.0), "{text}: {}", r.pmid);
    }
    assert!(found.len() < records.len(), "{text} is narrowed");
}

fn agrees(index: &Index, records: &[Record], text: &str) {
    let Some(query) = parse(text).query else { return };
    let mut expected: Vec<u64> = records.iter().filter(|r| query.matches(r)).map(|r| r.pmid.0).collect();
    expected.reverse();
    if let Some(found) = index.search(&query).unwrap() {
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn the_index_finds_what_matching_says_of_each_record() {
    let (records, queries) = (
        library(),
        [
            "crizotinib[tiab]",
            "ALK[tiab]",
            "alk*[tiab]",
            "sarcoma*[tiab]",
            "sarcoma[all]",
            "sarcoma[ot]",
            "sarcoma[tiab]",
            "organi*ation[ti]",
            "organi*ation*[tiab]",
            "\"inflam* myofib*\"[ti]",
            "\"tumor alk\"[tiab]",
            "\"kinase inhibitor\"[tiab]",
            "\"crizotinib tumor\"[tiab:~3]",
            "\"tumor sarcoma crizotinib\"[tiab:~3]",
            "\"tumor found\"[tiab:~10]",
            "sarcoma[mh]",
            "sarcoma[majr]",
            "sarcoma/drug therapy[mh]",
            "sarcoma/dt[majr]",
            "dt[sh]",
            "sarcom*[mh]",
            "\"sarcoma, kaposi\"[majr]",
            "case reports[pt]",
            "english[la]",
            "fre[la]",
            "2012[dp]",
            "2015:2020[dp]",
            "2020/06[dp]",
            "1:3[uid]",
            "2 5 9[uid]",
            "alpha[au]",
            "alpha a[au]",
            "alpha[1au]",
            "beta[lastau]",
            "beta[1au]",
            "oncology[ad]",
            "\"dept south\"[ad:~9]",
            "medline[sb]",
            "hasabstract",
            "hasabstract[sb]",
            "cafe[tiab]",
            "nothing[ti]",
            "zzzz*zz[ti]",
            "all[sb]",
            "(crizotinib[tiab] OR alkaline[ti]) AND 2010:2016[dp]",
            "tumor[tiab] NOT (sarcoma[tiab] OR eng[la])",
            "eng[la] AND 2010:2021[dp]",
            "medline[sb] NOT tumor[tiab] NOT 2:3[uid]",
            "sarcoma[mh] OR sarcoma[tiab] OR 6[uid]",
            "nothing[ti] OR tumor[tiab]",
            "tumor[tiab] NOT nothing[ti]",
            "nothing[ti] NOT tumor[tiab]",
            "2012[dp] AND tumor[tiab] AND sarcoma[ti]",
            "sarcoma[tiab] NOT 2012[dp]",
            "all[sb] NOT 2015:2020[dp]",
            // An asterisk in a text is part of its word.
            "\"hla a\"[tiab]",
            "hla[tiab] AND cyp2d6[tiab]",
            "\"hla a\" AND t2[tiab]",
            // Values are told apart by what stands between their words, and by capitals where these count.
            "10.1000/ab.c[aid] OR 10.1000.ab.c[aid]",
            "e12[pg]",
            "E12[pg] AND 123456/ca[gr]",
            "sarcoma/[mh]",
            "*[ta] OR *[au]",
        ],
    );
    let index = index(&records);
    let mut answered = 0;
    for text in queries {
        agrees(&index, &records, text);
        answered += usize::from(parse(text).query.is_some_and(|q| index.search(&q).unwrap().is_some()));
    }
    assert!(answered >= queries.len() - 2, "{answered} of {} are answered by the index", queries.len());
}

#[test]
fn what_the_index_cannot_tell_is_narrowed_and_never_lost() {
    let (records, index) = (library(), index(&library()));
    for text in [
        "\"tumor sarcoma\"[tiab:~30]",
        "\"alk alk\"[tiab:~3]",
        "alph*[au]",
        "tumor[tiab] AND alph* a[au]",
        "tumor[tiab] NOT \"tumor sarcoma\"[tiab:~30]",
        "crizotinib[ti] NOT (sarcoma[tiab] NOT \"tumor sarcoma\"[tiab:~30])",
    ] {
        finds_enough(&index, &records, text);
        assert_eq!(index.search(&parse(text).query.unwrap()).unwrap(), None, "{text}");
    }
}

#[test]
fn a_newer_version_takes_the_place_of_an_older_and_a_deleted_record_is_gone() {
    let mut records = library();
    let mut index = index(&records);
    records[0].title = "Another title".into();
    records[0].version = 2;
    index.add(&[(1, 2, parts(&records[0]))], None).unwrap();
    index.add(&[(1, 1, parts(&library()[0]))], None).unwrap();
    agrees(&index, &records, "crizotinib[ti]");
    agrees(&index, &records, "another[ti]");
    index.remove(&[4, 77]).unwrap();
    records.remove(3);
    agrees(&index, &records, "crizotinib[tiab] OR \"sarcoma, kaposi\"[mh] OR case reports[pt] OR 2020[dp]");
    assert_eq!(index.len().unwrap(), 5);
    assert!(index.holds("hash").unwrap() && !index.holds("another").unwrap());
}

#[test]
fn an_index_of_another_version_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index.sqlite");
    let mut index = Index::open(&path).unwrap();
    index.add(&[(1, 1, parts(&library()[0]))], None).unwrap();
    drop(index);
    assert_eq!(Index::open(&path).unwrap().len().unwrap(), 1);
    Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 999").unwrap();
    assert!(Index::open(&path).unwrap().is_empty().unwrap());
    std::fs::write(&path, "no database at all, but long enough to be taken for one by its size alone").unwrap();
    assert!(Index::open(&path).unwrap().is_empty().unwrap());
}

const WORDS: [&str; 8] = ["tumor", "sarcoma", "alk", "kinase", "inhibitor", "crizotinib", "sarcomas", "trial"];

fn words(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&WORDS[..]), 0..most).prop_map(|w| w.join(" "))
}

fn term() -> impl Strategy<Value = String> {
    let word = || prop::sample::select(&WORDS[..]);
    let field = || prop::sample::select(&["ti", "tiab", "tw", "ot", "all"][..]);
    prop_oneof![
        (word(), field()).prop_map(|(w, f)| format!("{w}[{f}]")),
        (word(), field()).prop_map(|(w, f)| format!("{}*[{f}]", &w[..w.len().min(4)])),
        (word(), word(), field()).prop_map(|(a, b, f)| format!("\"{a} {b}\"[{f}]")),
        (word(), word(), 0..9_u32).prop_map(|(a, b, n)| format!("\"{a} {b}\"[tiab:~{n}]")),
        (word(), word(), word(), 0..5_u32).prop_map(|(a, b, c, n)| format!("\"{a} {b} {c}\"[tiab:~{n}]")),
        (2010..2022_i32, 0..9_i32).prop_map(|(y, n)| format!("{y}:{}[dp]", y + n)),
        (1..9_u64).prop_map(|n| format!("{n}:{}[uid]", n + 2)),
        Just("eng[la]".to_owned()),
        Just("medline[sb]".to_owned()),
    ]
}

fn string() -> impl Strategy<Value = String> {
    term().prop_recursive(3, 16, 3, |inner| {
        let operator = prop::sample::select(&[" AND ", " OR ", " NOT "][..]);
        (prop::collection::vec(inner, 2..4), operator).prop_map(|(parts, o)| format!("({})", parts.join(o)))
    })
}

proptest! {
    #[test]
    fn index_and_matching_agree_on_any_records_and_queries(
        texts in prop::collection::vec((words(6), words(12), words(8), words(3)), 1..10),
        queries in prop::collection::vec(string(), 1..6),
    ) {
        let records: Vec<Record> = texts.iter().enumerate().map(|(i, (title, one, two, keyword))| {
            let mut r = record(i as u64 + 1, title, &[one, two], 2010 + i as i16);
            r.keywords = vec![Keyword { owner: None, text: keyword.clone(), major: false }];
            r
        }).collect();
        let index = index(&records);
        for text in &queries {
            agrees(&index, &records, text);
        }
    }
}
