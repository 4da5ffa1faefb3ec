//! The rules alone on abstracts they were not written for: see `tests/exam/README.md`.

use crate::Desk;

#[test]
fn no_relevant_article_of_the_examination_is_excluded_by_a_rule() {
    let desk = Desk::new();
    let exam = |name: &str| format!("{}/tests/exam/{name}", env!("CARGO_MANIFEST_DIR"));
    let (labels, records) = (exam("labels.csv"), exam("records.xml"));
    let score = desk.json(&["evaluate", "--labels", &labels, "--records", &records, "--format", "json"]);
    assert_eq!(score["records"], 150);
    assert_eq!(score["false_exclusions"]["pmids"].as_array().map(Vec::len), Some(0), "{}", score["false_exclusions"]);
    assert_eq!(score["false_inclusions"]["n"], 0, "{}", score["false_inclusions"]);
    // The second score: 116 labels were met before the rules had seen the set.
    assert!(score["agreement"]["k"].as_u64() >= Some(145), "{}", score["agreement"]);
}
