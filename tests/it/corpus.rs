//! PubMed by the file: what is told of a file, and what of a faulty one.

use std::io::Write;

use crate::Desk;

const GOOD: &str = "<PubmedArticle><MedlineCitation><PMID Version=\"1\">99900001</PMID><Article><ArticleTitle>One</ArticleTitle>\
    <Abstract><AbstractText>Text.</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>";
const BAD: &str =
    "<PubmedArticle><MedlineCitation><PMID>99900002</PMID><Article></MedlineCitation></Article></PubmedArticle>";

fn set(parts: &[&str]) -> String {
    format!("<?xml version=\"1.0\"?>\n<PubmedArticleSet>\n{}\n</PubmedArticleSet>\n", parts.join("\n"))
}

fn gzip(text: &str) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(text.as_bytes()).unwrap();
    gz.finish().unwrap()
}

#[test]
fn check_counts_what_a_file_holds_and_stores_nothing() {
    let desk = Desk::new();
    let list = desk.json(&["corpus", "check", "--json", "queries/alk-crizotinib/twin/01.xml"]);
    let report = &list[0];
    let text = std::fs::read_to_string(desk.file("twin/01.xml")).unwrap();
    assert_eq!(report["records"], text.matches("<PubmedArticle>").count());
    assert_eq!(report["bytes"], text.len());
    assert_eq!(report["faults"], 0);
    assert!(!desk.folder.path().join("db").exists());
}

#[test]
fn a_fault_has_its_place_and_the_records_around_it_are_read() {
    let desk = Desk::new();
    let delete = "<DeleteCitation><PMID Version=\"1\">7</PMID><PMID>8</PMID></DeleteCitation>";
    let text = set(&[GOOD, BAD, &GOOD.replace("99900001", "99900003"), delete]);
    std::fs::write(desk.folder.path().join("update.xml.gz"), gzip(&text)).unwrap();
    let done = desk.tamis(&["corpus", "check", "--json", "update.xml.gz"]);
    assert_eq!(done.code, 1, "{}", done.err);
    let list: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!((list[0]["records"].as_u64(), list[0]["deleted"].as_u64()), (Some(2), Some(2)));
    let fault = &list[0]["first_faults"][0];
    assert_eq!((fault["record"].as_u64(), fault["line"].as_u64()), (Some(2), Some(4)));
    assert_eq!(fault["after_pmid"], 99_900_001);
    assert_eq!(fault["byte"], text.find("</MedlineCitation></Article>").unwrap(), "counted after decompression");

    let shown = desk.tamis(&["corpus", "check", "update.xml.gz"]);
    assert!(shown.out.contains("update.xml.gz: record 2, byte "), "{}", shown.out);
    assert!(shown.err.contains("1 faults in 1 of 1 files"), "{}", shown.err);
}

#[test]
fn a_file_that_is_cut_missing_or_no_set_is_a_fault_of_that_file_only() {
    let desk = Desk::new();
    let whole = gzip(&set(&[GOOD]));
    let folder = desk.folder.path();
    std::fs::write(folder.join("whole.xml.gz"), &whole).unwrap();
    std::fs::write(folder.join("cut.xml.gz"), &whole[..whole.len() - 9]).unwrap();
    std::fs::write(folder.join("page.xml"), "<html>Sorry</html>").unwrap();
    let files = ["cut.xml.gz", "page.xml", "missing.xml", "whole.xml.gz"];
    let done = desk.tamis(&[&["corpus", "check", "--json"], &files[..]].concat());
    let list: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    for (i, message) in
        ["breaks off", "expected <PubmedArticleSet>, found <html>", "cannot be opened"].iter().enumerate()
    {
        let told = list[i]["first_faults"][0]["message"].as_str().unwrap();
        assert!(told.contains(message), "{}: {told}", files[i]);
    }
    assert_eq!((list[3]["records"].as_u64(), list[3]["faults"].as_u64()), (Some(1), Some(0)));
    assert!(done.err.contains("3 faults in 3 of 4 files"), "{}", done.err);
}
