//! A review a year later: the twin as PubMed stood on the day of the search, then as it stood the year after.

use std::time::Duration;

use serde_json::Value;

use crate::Desk;

const LATER: [&str; 6] =
    ["update", "--until", "2022-08-22", "--source", "queries/alk-crizotinib/twin", "queries/alk-crizotinib/twin-later"];

fn pmids(list: &Value, keep: impl Fn(&Value) -> bool) -> Vec<u64> {
    list.as_array().unwrap().iter().filter(|v| keep(v)).map(|v| v["pmid"].as_u64().unwrap()).collect()
}

fn update(desk: &Desk, more: &[&str]) -> Value {
    let words: Vec<&str> = LATER.iter().chain(more).copied().chain(["--format", "json"]).collect();
    desk.json(&words)
}

#[test]
fn an_update_tells_what_came_went_and_changed_by_name_and_leaves_the_past_as_it_was() {
    let desk = Desk::new();
    assert_eq!(desk.tamis(&["run", "-q"]).code, 0);
    let then = desk.tamis(&["flow", "--run", "1"]).out;
    let judgements = std::fs::read(desk.file("judgements/reviewer-1.toml")).unwrap();

    let told = update(&desk, &[]);
    let new = pmids(&told["came"], |c| c["kind"] == "new");
    let written: Vec<u64> = (99_000_301..=99_000_312).collect();
    assert_eq!(new, [&[99_000_059, 99_000_099, 99_000_106], written.as_slice()].concat(), "3 dated later, 12 new");
    assert_eq!(pmids(&told["came"], |c| c["kind"] == "late"), [99_000_313, 99_000_314], "old dates, entered late");
    let gone = |kind: &str| pmids(&told["gone"], |g| g["kind"] == kind);
    assert_eq!((gone("deleted"), gone("merged")), (vec![99_000_028, 99_000_048], vec![99_000_207]));
    assert_eq!(told["came"][14]["merged_from"], serde_json::json!([99_000_207]));
    let changed = pmids(&told["changed"], |_| true);
    assert_eq!(changed, [99_000_092, 99_000_146, 99_000_158, 99_000_164, 99_000_233]);
    let of = |pmid: u64| told["changed"].as_array().unwrap().iter().find(|c| c["pmid"] == pmid).unwrap();
    let flip = &of(99_000_233)["flips"][0];
    assert_eq!(
        (&flip["criterion"], &flip["before"], &flip["after"]),
        (&"non-english".into(), &"met".into(), &"not-met".into())
    );
    assert_eq!(of(99_000_158)["flips"], serde_json::json!([]), "a tag given by a machine outweighs no patient");
    assert_eq!(pmids(&told["changed"], |c| c["look_again"] == true), [99_000_092], "judged on other words");
    assert_eq!(of(99_000_146)["notices"][0]["kind"], "retracted");
    assert_eq!(of(99_000_164)["notices"][0]["kind"], "corrected", "an erratum is no retraction");

    let flow = &told["flow"];
    let n = |v: &Value| v.as_u64().unwrap();
    let excluded: u64 = flow["excluded"].as_array().unwrap().iter().map(|e| n(&e["n"])).sum();
    let u = &flow["update"];
    assert_eq!(
        n(&flow["identified"]),
        n(&flow["duplicates"]) + n(&flow["not_retrieved"]) + n(&u["known"]) + n(&flow["screened"])
    );
    assert_eq!(n(&flow["screened"]), excluded + n(&flow["unresolved"]) + n(&flow["included"]["reports"]));
    let withdrawn = u["withdrawn"].as_array().unwrap().len() as u64;
    assert_eq!(n(&u["total"]["reports"]) + withdrawn, n(&u["previous"]["reports"]) + n(&flow["included"]["reports"]));
    assert_eq!((n(&u["previous"]["reports"]), n(&u["total"]["reports"])), (28, 34));

    assert_eq!(desk.tamis(&["flow", "--run", "1"]).out, then, "the old flow prints as it did");
    assert_eq!(std::fs::read(desk.file("judgements/reviewer-1.toml")).unwrap(), judgements, "judgements survive");
    let kept = desk.json(&["explain", "99000051", "--format", "json"]);
    assert_eq!((&kept["criterion"], &kept["decided_by"]), (&"no-fusion-partner".into(), &"person".into()));

    let again = update(&desk, &[]);
    assert_eq!(again["changed_nothing"], true, "doing it twice changes nothing: {again}");
    assert_eq!(desk.json(&["status", "--format", "json"])["runs"].as_array().unwrap().len(), 2);
    assert_eq!(update(&desk, &["--since", "1"])["came"], told["came"], "and it can be told again");
    let back = desk.tamis(&["update", "--until", "2020-01-01"]);
    assert!(back.code == 1 && back.err.contains("before that of run 2"), "{back:?}");
}

#[test]
fn of_a_service_only_what_is_new_or_revised_is_asked_for_again() {
    let desk = Desk::new();
    assert_eq!(desk.tamis(&["run", "-q"]).code, 0);
    let empty = desk.tamis(&["update", "--db", "empty.sqlite"]);
    assert!(empty.code == 1 && empty.err.contains("tamis run"), "there is nothing to update: {empty:?}");
    let told = update(&desk, &["--revised-since", "2021-09-01"]);
    let (fetched, both) = (told["fetched"].as_u64().unwrap(), told["in_both"].as_u64().unwrap());
    assert!(fetched >= 17 + 5 && fetched < 17 + both, "{fetched} of {both} asked for");
    assert_eq!(pmids(&told["changed"], |_| true), [99_000_092, 99_000_146, 99_000_158, 99_000_164, 99_000_233]);
}

#[test]
fn an_update_may_be_killed_at_any_moment_and_run_again() {
    let desk = Desk::new();
    assert_eq!(desk.tamis(&["run", "-q"]).code, 0);
    for milliseconds in [30, 90, 160, 240, 330, 450, 700, 1000, 1500] {
        let mut child = desk.command(&LATER).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        let _ = child.kill();
        child.wait().unwrap();
    }
    let told = update(&desk, &["--since", "1"]);
    assert_eq!((told["came"].as_array().unwrap().len(), told["gone"].as_array().unwrap().len()), (17, 3));
    assert_eq!(told["changed"].as_array().unwrap().len(), 5);
    assert_eq!(told["flow"]["update"]["total"]["reports"], 34);
    assert_eq!(desk.json(&["status", "--format", "json"])["runs"].as_array().unwrap().len(), 2, "one update, one run");
}
