//! The second review: another field, the same program.

use crate::Desk;

const REVIEW: &str = "covid-hospital-deaths";

#[test]
fn a_review_without_a_gene_in_it_runs_from_its_twin_and_awaits_a_person() {
    let desk = Desk::new();
    let run = desk.tamis(&["run", REVIEW, "-q"]);
    assert_eq!(run.code, 4, "{run:?}");
    let flow = desk.json(&["flow", REVIEW, "--format", "json"]);
    let boxes: Vec<(&str, u64, u64)> = flow["excluded"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["criterion"].as_str().unwrap(), e["n"].as_u64().unwrap(), e["by_person"].as_u64().unwrap()))
        .collect();
    let expected = [
        ("non-human", 1, 0),
        ("non-english", 1, 0),
        ("no-original-data", 2, 0),
        ("not-covid", 1, 0),
        ("not-adults-in-hospital", 2, 1),
        ("no-mortality", 0, 0),
    ];
    assert_eq!(boxes, expected);
    assert_eq!(
        (&flow["identified"], &flow["included"]["studies"], &flow["unresolved"]),
        (&12.into(), &4.into(), &1.into())
    );
}

#[test]
fn its_rules_say_of_its_cases_what_they_must() {
    let done = Desk::new().tamis(&["protocol", "test", REVIEW]);
    assert!(done.code == 0 && done.out.contains("under 6 criteria: 0 wrong"), "{}{}", done.out, done.err);
}

#[test]
fn its_rules_alone_agree_with_the_labels_of_its_twin() {
    let desk = Desk::new();
    desk.tamis(&["run", REVIEW, "-q"]);
    let labels = format!("queries/{REVIEW}/twin/labels.csv");
    let told = desk.json(&["evaluate", REVIEW, "--labels", &labels, "--format", "json"]);
    assert_eq!((&told["records"], &told["agreement"]["k"]), (&12.into(), &12.into()), "{}", told["disagreements"]);
    assert_eq!((&told["false_exclusions"]["n"], &told["false_inclusions"]["n"]), (&0.into(), &0.into()));
}
