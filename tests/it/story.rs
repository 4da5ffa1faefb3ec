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
    assert_eq!((n(&u["previous"]["reports"]), n(&u["total"]["reports"])), (28, 33));
    let why =
        |pmid: u64| u["withdrawn"].as_array().unwrap().iter().find(|w| w["pmid"] == pmid).map(|w| w["why"].clone());
    assert_eq!(why(99_000_146), Some("unresolved: retracted".into()), "a retraction holds up what was in");

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
    assert_eq!(told["flow"]["update"]["total"]["reports"], 33);
    assert_eq!(desk.json(&["status", "--format", "json"])["runs"].as_array().unwrap().len(), 2, "one update, one run");
}

#[test]
fn the_audit_tells_who_when_on_what_and_keeps_changes_of_mind_in_order() {
    let desk = Desk::new();
    assert_eq!(desk.tamis(&["run", "-q"]).code, 0);
    update(&desk, &[]);
    let judge = |more: &[&str]| {
        let words: Vec<&str> = ["judge", "99000158", "--by", "reviewer-1", "-q"].iter().chain(more).copied().collect();
        assert_eq!(desk.tamis(&words).code, 0, "{words:?}");
    };
    let on = ["--stage", "full-text", "--quote", "A 24-year-old man"];
    judge(&[&["--exclude", "non-human", "--when", "2022-09-01"], &on[..]].concat());
    judge(&[&["--include", "--when", "2022-09-02"], &on[..]].concat());
    judge(&["--undo", "--when", "2022-09-03"]);
    judge(&[&["--keep", "non-human", "--when", "2022-09-04"], &on[..]].concat());

    let told = desk.json(&["audit", "--record", "99000158", "--format", "json"]);
    assert_eq!(told["protocol"].as_str().unwrap().len(), 64);
    let record = &told["records"][0];
    let stands: Vec<&str> =
        record["judgements"].as_array().unwrap().iter().map(|j| j["standing"].as_str().unwrap()).collect();
    assert_eq!(stands, ["stands", "undone", "stands"], "the undone one is still there");
    let kinds: Vec<&str> = record["history"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.iter().filter(|k| **k == "found").count(), 2, "found by both searches: {kinds:?}");
    for kind in ["judgement", "undo", "revision", "changed-revision", "decision", "changed-decision"] {
        assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
    }
    let some = |words: &[&str]| {
        let words: Vec<&str> = ["audit", "--format", "json"].iter().chain(words).copied().collect();
        pmids(&desk.json(&words)["records"].as_array().unwrap().iter().cloned().collect(), |_| true)
    };
    assert_eq!(some(&["--criterion", "no-crizotinib"]).len(), 6);
    assert_eq!(some(&["--reviewer", "reviewer-2"]).len(), 13);
    let changed = some(&["--changed-since", "2"]);
    assert!(
        [99_000_092, 99_000_146, 99_000_158, 99_000_164, 99_000_233].iter().all(|p| changed.contains(p)),
        "{changed:?}"
    );
    assert!(desk.tamis(&["audit", "--criterion", "non-humn"]).err.contains("did you mean"));
    assert!(desk.tamis(&["audit", "--changed-since", "soon"]).err.contains("neither a day"));
    assert!(desk.tamis(&["audit", "--record", "99000146"]).out.contains("RETRACTED"));
    assert_eq!(some(&["--run", "1"]).len(), 104, "the audit of a past flow");

    let sheet = desk.tamis(&["audit", "--format", "csv", "--record", "99000158"]).out;
    assert!(sheet.contains("2022-09-02 Reviewer 1 (synthetic): include, undone"), "{sheet}");
    let page = desk.tamis(&["audit", "--format", "html"]).out;
    for words in
        ["<html lang=\"en\">", "<main>", "<label", "<h2 id=\"records\"", "<th scope=\"col\">", "To the records"]
    {
        assert!(page.contains(words), "the page has no {words}");
    }
    let addresses = page.replace("http://www.w3.org/2000/svg", "");
    assert!(!addresses.contains("http://") && !addresses.contains("src="), "the page asks for nothing");
}

#[test]
fn a_search_run_again_is_graded_by_its_count_its_pmids_and_its_boxes() {
    let desk = Desk::new();
    let bare = desk.json(&["verify", "--format", "json"]);
    assert_eq!((&bare["then"], &bare["now"], &bare["reproduced"]), (&104.into(), &104.into(), &true.into()));
    assert_eq!((&bare["compared_with"], &bare["boxes"][1]["grade"]), (&Value::Null, &"unknown".into()));
    assert_eq!(desk.tamis(&["run", "-q"]).code, 0);
    let sound = desk.tamis(&["verify"]);
    assert!(sound.code == 0 && !sound.out.contains("cannot be known"), "{sound:?}");
    let later = ["--source", "queries/alk-crizotinib/twin", "queries/alk-crizotinib/twin-later"];
    let words: Vec<&str> = ["verify", "--format", "json"].iter().chain(&later).copied().collect();
    let told = desk.json(&words);
    let came: Vec<u64> = pmids(&told["came"], |_| true);
    assert_eq!(came, [99_000_313, 99_000_314], "late arrivals only: the window is the published one");
    let went: Vec<(u64, &str)> = told["went"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| (w["pmid"].as_u64().unwrap(), w["kind"].as_str().unwrap()))
        .collect();
    assert_eq!(went, [(99_000_028, "deleted"), (99_000_048, "deleted"), (99_000_207, "merged")]);
    assert_eq!(desk.json(&["status", "--format", "json"])["runs"].as_array().unwrap().len(), 1, "nothing is stored");
    desk.edit("published.toml", "{ criterion = \"non-human\", n = 4 }", "{ criterion = \"non-human\", n = 5 }");
    desk.edit("published.toml", "{ criterion = \"non-english\", n = 3 }", "{ criterion = \"non-english\", n = 2 }");
    assert_eq!(desk.tamis(&["verify"]).code, 3, "two boxes are not consistent");
}

/// Characters that steer a terminal or a line.
fn steers(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\r' && c != '\t')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn a_hostile_record_is_shown_harmlessly_wherever_it_is_shown() {
    let desk = Desk::new();
    let hostile = include_str!("../data/hostile.xml");
    // More than a cell of Excel holds, in a single sentence.
    let long = format!("{} </AbstractText>", "and so on and so on and so on, ".repeat(2_000));
    std::fs::write(desk.file("twin/99.xml"), hostile.replace("</AbstractText>", &long)).unwrap();
    desk.tamis(&["run", "-q"]);
    let rule =
        ["--include", "--stage", "full-text", "--by", "reviewer-1", "--quote", "=HYPERLINK(\"x\") \u{9b}31m \u{202e}"];
    assert_eq!(desk.tamis(&[&["judge", "99990001"], &rule[..]].concat()).code, 0);
    for words in [
        &["explain", "99990001"][..],
        &["audit", "--record", "99990001"],
        &["audit", "--reviewer", "reviewer-1"],
        &["flow"],
        &["status"],
        &["audit", "--format", "csv"],
    ] {
        let done = desk.tamis(words);
        assert_eq!(done.code, 0, "{words:?}: {}", done.err);
        let found: Vec<char> = done.out.chars().filter(|c| steers(*c)).collect();
        assert!(found.is_empty(), "{words:?} prints {found:?}");
    }
    let sheet = desk.tamis(&["audit", "--format", "csv"]).out;
    let mut reader = csv::Reader::from_reader(sheet.trim_start_matches('\u{feff}').as_bytes());
    for row in reader.records().map(Result::unwrap) {
        for cell in &row {
            assert!(!cell.starts_with(['=', '+', '-', '@']), "a formula: {cell}");
            assert!(cell.chars().count() <= 32_767, "more than a cell of Excel holds");
        }
    }
    let page = desk.tamis(&["audit", "--format", "html"]).out;
    assert_eq!(page.matches("<script").count(), 1, "the page's own");
    assert!(
        !page.contains("<img") && !page.contains("onerror=\"") && !page.contains("\"onmouseover"),
        "no markup of a record"
    );
    assert!(!page.chars().any(steers), "nothing steers the page");
    assert_eq!(page.matches("</article>").count(), page.matches("<article").count());
    assert_eq!(desk.tamis(&["worksheet"]).code, 0, "the workbook is made");
    let cases = std::fs::read_to_string(desk.folder.path().join("out/alk-crizotinib/worksheet.csv")).unwrap();
    assert!(cases.contains("'=cmd|") && !cases.chars().any(steers), "no formula in the worksheet");
}

#[test]
fn two_machines_with_the_same_inputs_write_the_same_bytes_and_a_receipt_says_what_first_differs() {
    let here = Desk::new();
    let there = Desk::new();
    for desk in [&here, &there] {
        let run = desk.command(&["run", "-q"]).env("SOURCE_DATE_EPOCH", "1629633600").output().unwrap();
        assert_eq!(run.status.code(), Some(0), "{run:?}");
    }
    let file =
        |desk: &Desk, name: &str| std::fs::read(desk.folder.path().join("out/alk-crizotinib").join(name)).unwrap();
    for name in ["flow.json", "flow.svg", "worksheet.csv", "worksheet.xlsx", "audit.csv", "audit.html"] {
        assert!(file(&here, name) == file(&there, name), "{name} differs");
    }
    let later = Desk::new();
    assert_eq!(later.tamis(&["run", "-q"]).code, 0);
    for desk in [&here, &later] {
        assert_eq!(desk.tamis(&["receipt"]).code, 0);
    }
    assert_eq!(file(&here, "receipt.json"), file(&later, "receipt.json"), "a receipt holds no clock and no path");
    let sealed = here.folder.path().join("out/alk-crizotinib/receipt.json").display().to_string();
    assert!(later.tamis(&["receipt", "--check", &sealed]).out.contains("everything holds"));

    let ruled = ["judge", "99000010", "--by", "reviewer-2", "--include", "--stage", "consensus", "--quote", "q"];
    assert_eq!(later.tamis(&ruled).code, 0);
    let told = later.tamis(&["receipt", "--check", &sealed]);
    assert!(told.code == 3 && told.out.contains("DIFFERS judgements: judgements/reviewer-2.toml differs"), "{told:?}");
    assert!(told.out.contains("holds   assessments") && told.out.contains("99000010 differs"), "{told:?}");
    let bad = later.tamis(&["receipt", "--check", "queries/alk-crizotinib/protocol.toml"]);
    assert!(bad.code == 1 && bad.err.contains("is no receipt: line 1"), "{bad:?}");
}
