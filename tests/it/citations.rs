//! What is exported is imported again as it was, and citations of other sources join a review.

use proptest::prelude::*;
use tamis::citations::{format, read, xml};
use tamis::entrez::service::medline::medline;
use tamis::entrez::xml::read_record;
use tamis::export::references::{Entry, Form, References};
use tamis::flow::{DecidedBy, Decision, Fate};
use tamis::record::{AbstractSection, Author, PartialDate, Pmid, Record};

use crate::Desk;

fn words() -> impl Strategy<Value = String> {
    // Letters of several scripts, and the signs that formats keep for themselves. PubMed's text breaks lines after
    // hyphens too, so a blank after one does not come through.
    prop::collection::vec("[A-Za-zäéßøł0-9(){}%&#_$~^\"'<>/=+@;:,.|\\\\-]{1,12}", 3..12)
        .prop_map(|w| format!("A{}", w.join(" ").replace("- ", "-x ")))
}

fn record() -> impl Strategy<Value = Record> {
    let person = "[A-Z][a-zäéø]{1,10}(-[A-Z][a-z]{1,6})?";
    (words(), words(), prop::collection::vec((person, "[A-Z][a-z]{2,8}"), 1..4), 1900i16..2030, 1u64..90_000_000)
        .prop_map(|(title, text, people, year, pmid)| {
            let mut r = Record::new(Pmid(pmid));
            r.title = title;
            r.abstract_sections = vec![AbstractSection { text, ..AbstractSection::default() }];
            r.authors = people
                .into_iter()
                .map(|(last, fore)| Author {
                    initials: Some(fore.chars().take(1).collect()),
                    last_name: Some(last),
                    fore_name: Some(fore),
                    ..Author::default()
                })
                .collect();
            r.journal.title = "Journal of Twins".into();
            r.journal.medline_ta = Some("J Twins".into());
            r.journal.volume = Some("12".into());
            r.journal.issue = Some("3".into());
            r.pub_date = Some(PartialDate { year, month: None, day: None });
            r.doi = Some(format!("10.1000/x{pmid}"));
            r.languages = vec!["eng".into()];
            r
        })
}

fn same(name: &str, read: &Record, written: &Record) -> Result<(), TestCaseError> {
    prop_assert_eq!(&read.title, &written.title, "{}", name);
    prop_assert_eq!(read.pmid, written.pmid, "{}", name);
    prop_assert_eq!(&read.doi, &written.doi, "{}", name);
    prop_assert_eq!(read.year(), written.year(), "{}", name);
    let people = |r: &Record| r.authors.iter().map(|a| a.last_name.clone().unwrap_or_default()).collect::<Vec<_>>();
    prop_assert_eq!(people(read), people(written), "{}", name);
    let text = |r: &Record| r.abstract_sections.iter().map(|s| s.text.clone()).collect::<Vec<_>>().join(" ");
    prop_assert_eq!(text(read), text(written), "{}", name);
    prop_assert_eq!(&read.journal.title, &written.journal.title, "{}", name);
    Ok(())
}

proptest! {
    #[test]
    fn what_is_written_in_any_format_is_read_again_as_it_was(r in record()) {
        let fate = Fate { pmid: r.pmid, decision: Decision::Included, decided_by: DecidedBy::Rule, stage: None, reviewer: None, cases: None };
        let entry = Entry { record: r.clone(), fate, label: None };
        for (name, form) in [
            ("RIS", Form::Ris),
            ("nbib", Form::Nbib(medline)),
            ("EndNote XML", Form::EndnoteXml),
            ("BibTeX", Form::Bibtex),
            ("CoLRev", Form::Colrev(Vec::new())),
            ("Rayyan", Form::Rayyan),
            ("Covidence", Form::Covidence),
        ] {
            let mut file = References::new(form, Vec::new());
            file.push(&entry).unwrap();
            let text = String::from_utf8(file.end().unwrap()).unwrap();
            let found = format(&text);
            prop_assert!(found.is_some(), "{}: {}", name, text);
            let contents = read(&text, found.unwrap());
            prop_assert!(contents.bad.is_empty() && contents.citations.len() == 1, "{}: {:?}\n{}", name, contents, text);
            same(name, &contents.citations[0].record, &r)?;
        }
        let own = read_record(&xml(&r).unwrap()).unwrap();
        same("PubMed's XML", &own, &r)?;
    }
}

/// A record of the twin in RIS, one with another title but its DOI, one with a DOI of its own and no PMID.
fn embase(desk: &Desk) -> String {
    let told = desk.json(&["explain", "99000010", "--format", "json"]);
    let title = told["title"].as_str().unwrap();
    format!(
        "TY  - JOUR\nTI  - {title}.\nPY  - 1990\nAN  - 99000010\nDB  - PubMed\nER  - \n\n\
         TY  - JOUR\nTI  - {}\nER  - \n\n\
         TY  - JOUR\nTI  - Crizotinib in a child with inflammatory myofibroblastic tumor and a TPM3-ALK fusion\nAU  - Alpha, Ann\n\
         PY  - 2020\nLA  - English\nDO  - 10.1000/embase.1\nAB  - We report a 7-year-old boy with an inflammatory \
         myofibroblastic tumor. A TPM3-ALK fusion was detected and he was treated with crizotinib; a partial response was \
         seen.\nM3  - Case Reports\nER  - \n\n\
         TY  - JOUR\nTI  - Crizotinib in a Child with Inflammatory Myofibroblastic Tumor and a TPM3/ALK Fusion\nPY  - 2021\nER  - \n",
        title.to_uppercase()
    )
}

#[test]
fn citations_of_another_database_are_matched_screened_and_counted_and_stay_in_later_searches() {
    let desk = Desk::new();
    assert_eq!(desk.tamis(&["run", "-q"]).code, 0);
    let path = desk.folder.path().join("embase.ris");
    std::fs::write(&path, embase(&desk)).unwrap();
    let words = ["import", "embase.ris", "--from", "Embase", "--json"];

    let dry = desk.json(&[&words[..], &["--dry-run"]].concat());
    assert_eq!(desk.json(&["status", "--format", "json"])["runs"].as_array().unwrap().len(), 1, "nothing was stored");
    let told = desk.json(&words);
    assert_eq!(told, dry);
    let reasons: Vec<&str> = told.as_array().unwrap().iter().map(|t| t["reason"].as_str().unwrap()).collect();
    let begins =
        ["duplicate: the same PMID", "duplicate: the same title", "new: without a PMID", "duplicate: the same title"];
    for (reason, begin) in reasons.iter().zip(begins) {
        assert!(reason.starts_with(begin), "{reason} / {begin}");
    }
    assert_eq!((&told[2]["pmid"], &told[2]["line"]), (&9_000_000_001_u64.into(), &12.into()));

    let flow = desk.json(&["flow", "--format", "json"]);
    assert_eq!((&flow["identified"], &flow["duplicates"], &flow["screened"]), (&108.into(), &3.into(), &105.into()));
    assert_eq!(flow["origins"], serde_json::json!([{ "name": "Embase", "kind": "database", "n": 4 }]));
    let own = desk.json(&["explain", "9000000001", "--format", "json"]);
    assert_eq!(own["decision"], "included", "{own}");
    for (format, words) in [("svg", "Embase"), ("text", "Embase"), ("prisma2020-csv", "Embase, 4")] {
        let out = desk.tamis(&["flow", "--format", format]).out;
        assert!(out.contains(words), "{format}: {out}");
    }
    let judged = desk.tamis(&[
        "judge",
        "9000000001",
        "--exclude",
        "no-crizotinib",
        "--stage",
        "full-text",
        "--quote",
        "none",
        "--by",
        "reviewer-1",
    ]);
    assert_eq!(judged.code, 0, "{judged:?}");
    let out = desk.tamis(&["export", "--to", "ris"]).out;
    assert!(!out.contains("pubmed.ncbi.nlm.nih.gov/9000000001") && !out.contains("AN  - 9000000001"));

    for format in ["endnote-xml", "bibtex", "csl-json", "asreview", "rayyan", "covidence"] {
        let out = desk.tamis(&["export", "--to", format]).out;
        assert!(out.contains("TPM3-ALK fusion"), "{format}");
        assert!(!out.contains("pubmed.ncbi.nlm.nih.gov/9000000001"), "{format} leads to a page that is not there");
    }

    let again = desk.tamis(&["import", "embase.ris", "--from", "Embase"]);
    assert!(again.code == 0 && again.err.contains("imported already"), "{again:?}");
    let update = ["update", "-q", "--until", "2022-08-22", "--format", "json", "--source"];
    let later = ["queries/alk-crizotinib/twin", "queries/alk-crizotinib/twin-later"];
    let told = desk.json(&[&update[..], &later].concat());
    assert!(told["gone"].as_array().unwrap().iter().all(|g| g["pmid"] != 9_000_000_001_u64), "{}", told["gone"]);
    let own = desk.json(&["explain", "9000000001", "--format", "json"]);
    assert_eq!((&own["decision"], &own["decided_by"]), (&"excluded".into(), &"person".into()), "its judgement stays");
    assert_eq!(desk.json(&["flow", "--format", "json"])["origins"][0]["n"], 4);
}

#[test]
fn a_file_with_a_bad_entry_is_refused_whole_unless_the_rest_is_asked_for() {
    let desk = Desk::new();
    assert_eq!(desk.tamis(&["run", "-q"]).code, 0);
    let write = |name: &str, text: &str| std::fs::write(desk.folder.path().join(name), text).unwrap();
    write("list.csv", "title,year,pmid\nA title of some length for a case,2019,\nAnother,soon,\n");
    let refused = desk.tamis(&["import", "list.csv", "--from", "a list"]);
    assert!(refused.code == 1 && refused.err.contains("list.csv:3: `soon` is no year"), "{refused:?}");
    assert_eq!(desk.json(&["status", "--format", "json"])["runs"].as_array().unwrap().len(), 1);
    let taken = desk.tamis(&["import", "list.csv", "--from", "a list", "--kind", "website", "--partial"]);
    assert!(taken.code == 0 && taken.out.contains("1 citations from a list: 1 new, 0 duplicates"), "{taken:?}");
    write("letter.txt", "Dear all,\nsee below.\n");
    let none = desk.tamis(&["import", "letter.txt", "--from", "a letter"]);
    assert!(none.code == 1 && none.err.contains("in no format that can be imported"), "{none:?}");
}
