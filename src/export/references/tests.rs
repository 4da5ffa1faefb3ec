//! What is written is read again, whatever stands in a record.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::flow::DecidedBy;
use crate::record::{AbstractSection, Pmid};

fn entry(title: &str, last: &str, decision: Decision) -> Entry {
    let mut record = Record::new(Pmid(99_000_001));
    record.title = title.into();
    record.journal.title = "Synthetic Twin".into();
    record.journal.pages = Some("123-8".into());
    record.pub_date = Some(PartialDate { year: 2019, month: Some(11), day: None });
    record.abstract_sections = vec![AbstractSection { text: title.into(), ..AbstractSection::default() }];
    record.authors = vec![
        Author { last_name: Some(last.into()), fore_name: Some("Ann".into()), ..Author::default() },
        Author { collective: Some("Group of Alpha and Beta".into()), ..Author::default() },
    ];
    record.doi = Some("10.0/x_y".into());
    let label = decision.criterion().map(|_| "Letters; notes, \"others\"\n=1+1".to_owned());
    let fate = Fate {
        pmid: record.pmid,
        decision,
        decided_by: DecidedBy::Person,
        stage: Some(Stage::FullText),
        reviewer: Some("reviewer-1".into()),
        cases: None,
    };
    Entry { record, fate, label }
}

fn excluded(title: &str) -> Entry {
    entry(title, "Alpha", Decision::Excluded("letters".into()))
}

fn written(form: Form, entries: &[Entry]) -> String {
    let mut file = References::new(form, Vec::new());
    entries.iter().for_each(|e| file.push(e).unwrap());
    String::from_utf8(file.end().unwrap()).unwrap()
}

/// As any reader of RIS: tag and text a line.
fn ris_lines(text: &str) -> Vec<(&str, &str)> {
    text.lines().filter(|l| !l.trim().is_empty()).map(|l| l.split_once("  - ").unwrap()).collect()
}

fn one_line(text: &str) -> String {
    line(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

proptest! {
    #[test]
    fn any_title_comes_through_every_format_and_makes_no_field_of_its_own(title in "\\PC{1,40}[\n\r\t]?(ER  - )?\\PC{0,20}") {
        let e = [excluded(&title)];
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");

        let text = written(Form::Ris, &e);
        let lines = ris_lines(&text);
        prop_assert_eq!(lines.iter().filter(|l| l.0 == "ER").count(), 1);
        if let Some(ti) = lines.iter().find(|l| l.0 == "TI") {
            prop_assert_eq!(flat(ti.1), one_line(&title));
        }

        let item: Value = serde_json::from_str(&written(Form::CslJson, &e)).unwrap();
        prop_assert_eq!(flat(item[0]["title"].as_str().unwrap_or("")), one_line(&title));

        let back: Value = serde_json::from_str(&written(Form::Jsonl, &e)).unwrap();
        let record: Record = serde_json::from_value(back["record"].clone()).unwrap();
        prop_assert_eq!(&record, &e[0].record, "JSON Lines hold the whole record");

        for form in [Form::Asreview, Form::Rayyan, Form::Covidence] {
            let csv = written(form, &e);
            let mut reader = csv::Reader::from_reader(csv.as_bytes());
            let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            prop_assert_eq!(rows.len(), 1);
            for cell in &rows[0] {
                prop_assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{}", cell);
                prop_assert!(!cell.contains(['\t', '\n', '\r']), "{:?}", cell);
            }
        }

        let xml = written(Form::EndnoteXml, &e);
        let mut reader = quick_xml::Reader::from_str(&xml);
        let mut records = 0;
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Start(t) if t.name().as_ref() == "record" => records += 1,
                _ => {}
            }
        }
        prop_assert_eq!(records, 1);

        for form in [Form::Bibtex, Form::Colrev(vec!["letters".into()])] {
            let bib = written(form, &e);
            let (mut depth, mut escaped) = (0i32, false);
            for c in bib.chars() {
                match c {
                    '{' if !escaped => depth += 1,
                    '}' if !escaped => depth -= 1,
                    _ => {}
                }
                escaped = c == '\\' && !escaped;
                prop_assert!(depth >= 0);
            }
            prop_assert_eq!(depth, 0, "braces balance: {}", bib);
        }
    }
}

#[test]
fn each_dialect_carries_the_decision_in_its_own_way() {
    let two = [excluded("A tumour & its name"), entry("B", "Beta", Decision::Included)];
    let text = written(Form::Ris, &two);
    for part in [
        "KW  - tamis:excluded\r\n",
        "N1  - tamis: excluded: Letters; notes, \"others\" =1+1 (reviewer-1, full-text)\r\n",
        "SP  - 123\r\nEP  - 128\r\n",
        "AU  - Group of Alpha and Beta\r\n",
        "DA  - 2019/11/\r\n",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let text = written(Form::Colrev(vec!["species".into(), "letters".into(), "drug".into()]), &two);
    for part in [
        "{rev_excluded}",
        "{species=in;letters=out}",
        "{rev_included}",
        "{Group of Alpha and Beta}",
        "A tumour \\& its name",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert_eq!(
        tables::rayyan_note(&two[0]),
        "RAYYAN-INCLUSION: {\"reviewer-1\"=>\"Excluded\"} | RAYYAN-EXCLUSION-REASONS: Letters; notes others 1+1"
    );
    let text = written(Form::Asreview, &two);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let labels: Vec<String> = reader.records().map(|r| r.unwrap()[8].to_owned()).collect();
    assert_eq!(labels, ["0", "1"]);
    let waiting = entry("C", "Gamma", Decision::Unresolved("drug".into()));
    assert_eq!((waiting.relevant(), bibtex::state(&waiting)), (None, "md_processed"));
}

#[test]
fn formulas_are_text_in_every_csv() {
    for title in ["=HYPERLINK(\"http://x\")", "@SUM(1)", "+1", "-1", "\t=1", "\n=1"] {
        for form in [Form::Asreview, Form::Rayyan, Form::Covidence] {
            let text = written(form, &[excluded(title)]);
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let row = reader.records().next().unwrap().unwrap();
            assert!(
                row.iter().any(|c| c.starts_with('\'')) && row.iter().all(|c| !c.trim_start().starts_with('=')),
                "{text}"
            );
        }
    }
}
