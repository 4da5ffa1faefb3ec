//! Assessing as a filter: the same decisions as the database comes to, in any company.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::{Desk, Done};

fn filter(desk: &Desk, arguments: &[&str], input: &[u8]) -> Done {
    let mut child = desk.command(arguments);
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // A program that failed early reads no more.
        let _ = stdin.write_all(&input);
    });
    let output: Output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Done::from(output)
}

fn twin(desk: &Desk) -> String {
    let text = |n| std::fs::read_to_string(desk.file(&format!("twin/0{n}.xml"))).unwrap();
    (1..=4).map(text).collect()
}

fn lines(done: &Done) -> Vec<Value> {
    done.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[test]
fn the_filter_decides_as_a_screening_without_judgements_does() {
    let desk = Desk::new();
    for n in 1..=2 {
        std::fs::remove_file(desk.file(&format!("judgements/reviewer-{n}.toml"))).unwrap();
    }
    let run = desk.tamis(&["run", "-q"]);
    assert_eq!(run.code, 3, "without judgements the flow is not the published one: {}", run.err);
    let audit = desk.json(&["audit", "--format", "json"]);
    let stored: BTreeMap<u64, (String, Value)> = audit["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| (d["pmid"].as_u64().unwrap(), (d["decision"].as_str().unwrap().to_owned(), d["criterion"].clone())))
        .collect();
    assert!(stored.len() > 100);
    let done = filter(&desk, &["assess"], twin(&desk).as_bytes());
    assert_eq!(done.code, 0, "{}", done.err);
    let mut seen = 0;
    for line in lines(&done) {
        let Some((decision, criterion)) = stored.get(&line["pmid"].as_u64().unwrap()) else { continue };
        seen += 1;
        assert_eq!((line["decision"].as_str().unwrap(), &line["criterion"]), (decision.as_str(), criterion), "{line}");
        assert_eq!(line["assessments"].as_array().unwrap().len(), 9, "seven, and what is announced");
    }
    assert_eq!(seen, stored.len(), "every stored record came through the filter");
    assert!(!desk.folder.path().join("out/assess").exists());
}

#[test]
fn order_and_bytes_are_the_same_on_any_number_of_threads_and_however_the_input_is_cut() {
    let desk = Desk::new();
    let whole = twin(&desk);
    let one = filter(&desk, &["assess", "-q", "--jobs", "1"], whole.as_bytes());
    let pmids: Vec<u64> = lines(&one).iter().map(|l| l["pmid"].as_u64().unwrap()).collect();
    let expected: Vec<u64> =
        whole.split("<PMID").filter_map(|p| p.split_once('>')?.1.split_once('<')?.0.parse().ok()).collect();
    assert!(pmids.iter().all(|p| expected.contains(p)) && pmids.len() == whole.matches("<PubmedArticle>").count());
    assert_eq!(filter(&desk, &["assess", "-q", "--jobs", "5"], whole.as_bytes()).out, one.out);

    // Record by record, without the set around them, as a cluster hands them out.
    let bare: String = whole
        .split("<PubmedArticle>")
        .skip(1)
        .map(|p| format!("<PubmedArticle>{}</PubmedArticle>\n", p.split("</PubmedArticle>").next().unwrap()))
        .collect();
    assert_eq!(filter(&desk, &["assess", "-q"], bare.as_bytes()).out, one.out);
    let nothing = filter(&desk, &["assess"], b"");
    assert_eq!((nothing.code, nothing.out.as_str()), (0, ""), "an empty part of a cluster's work is no fault");
    assert!(nothing.err.contains("0 records assessed"), "{}", nothing.err);
}

#[test]
fn what_cannot_be_read_fails_the_filter_and_the_rest_is_assessed() {
    let desk = Desk::new();
    let good = "<PubmedArticle><MedlineCitation><PMID>99900001</PMID></MedlineCitation></PubmedArticle>";
    let bad = "<PubmedArticle><MedlineCitation><PMID>x</PMID></MedlineCitation></PubmedArticle>";
    let cases: &[(&str, String, usize, &str)] = &[
        (
            "a record without a PMID",
            format!("{good}{bad}{good}"),
            2,
            "fault: record 2, byte 87: an article without a PMID",
        ),
        ("a stream that is cut", format!("{good}{}", &good[..40]), 1, "the answer was cut"),
        ("a web page", "<html>".to_owned(), 0, "expected <PubmedArticleSet>, found <html>"),
    ];
    for (sentence, input, records, message) in cases {
        let done = filter(&desk, &["assess"], input.as_bytes());
        assert_eq!((done.code, done.out.lines().count()), (1, *records), "{sentence}: {}", done.err);
        assert!(done.err.contains(message), "{sentence}: {}", done.err);
    }
    let decided = lines(&filter(&desk, &["assess"], good.as_bytes()));
    assert_eq!(decided[0]["decision"], "unresolved", "a record that says nothing is for a person: {}", decided[0]);
}
