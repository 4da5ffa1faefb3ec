//! The review that ships with the program, from the search to the worksheet.

use std::time::Duration;

use crate::{Desk, Done};

fn boxes(flow: &serde_json::Value) -> Vec<u64> {
    flow["excluded"].as_array().unwrap().iter().map(|e| e["n"].as_u64().unwrap()).collect()
}

#[test]
fn the_flow_equals_the_published_figure_box_by_box() {
    let desk = Desk::new();
    let run = desk.tamis(&["run"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("SYNTHETIC"), "what is printed from the twin says so");
    let flow = desk.json(&["flow", "--format", "json"]);
    assert_eq!(flow["identified"], 104);
    assert_eq!(boxes(&flow), [4, 3, 7, 26, 9, 22, 5]);
    assert_eq!((&flow["included"]["studies"], &flow["included"]["cases"]), (&28.into(), &33.into()));
    assert_eq!(flow["unresolved"], 0);
    assert_eq!(flow["published"]["matches"], true);
    let by_person: u64 = flow["excluded"].as_array().unwrap().iter().map(|e| e["by_person"].as_u64().unwrap()).sum();
    assert!(by_person >= 15, "about a quarter of the exclusions needs a person, not {by_person}");
    let sheet = desk.json(&["worksheet", "--format", "json"]);
    assert_eq!(sheet["rows"].as_array().unwrap().len(), 33);
    assert_eq!(desk.tamis(&["flow", "--check"]).code, 0);
    let again = desk.tamis(&["run"]);
    assert!(again.out.contains("already searched") && again.out.contains(" 0 assessed now"), "{again:?}");
}

#[test]
fn taking_away_a_judgement_a_word_or_a_sentence_changes_the_flow_and_names_the_box() {
    let desk = Desk::new();
    assert_eq!(desk.tamis(&["run"]).code, 0);
    let path = desk.file("judgements/reviewer-1.toml");
    let whole = std::fs::read_to_string(&path).unwrap();
    let cut = whole.rfind("[[judgement]]").unwrap();
    std::fs::write(&path, &whole[..cut]).unwrap();
    let less = desk.tamis(&["flow", "--check"]);
    assert!(less.code == 3 && less.err.contains("differs: unresolved: 1 here, 0 published"), "a judgement: {less:?}");
    std::fs::write(&path, whole).unwrap();
    assert_eq!(desk.tamis(&["flow", "--check"]).code, 0, "the judgement put back");

    desk.edit("vocabulary/crizotinib.toml", "\"crizotinib\", \"xalkori\"", "\"xalkori\"");
    let less = desk.tamis(&["flow", "--check"]);
    assert!(less.code == 3 && less.err.contains("differs: excluded:no-crizotinib"), "a vocabulary word: {less:?}");
    desk.edit("vocabulary/crizotinib.toml", "\"xalkori\"", "\"crizotinib\", \"xalkori\"");

    for file in ["01", "02", "03", "04"] {
        let path = desk.file(&format!("twin/{file}.xml"));
        let text = std::fs::read_to_string(&path).unwrap();
        if text.contains("crizotinib was not given") {
            std::fs::write(&path, text.replace("He was treated by surgery alone; crizotinib was not given.", ""))
                .unwrap();
        }
    }
    let stale = desk.tamis(&["flow", "--check"]);
    assert!(stale.code == 3 && stale.err.contains("changed since"), "an abstract, before the search: {stale:?}");
    let less = desk.tamis(&["run"]);
    assert!(less.code == 3 && less.err.contains("differs: excluded:no-crizotinib: 4 here, 5 published"), "{less:?}");
}

#[test]
fn every_stage_may_be_killed_and_run_again() {
    let desk = Desk::new();
    for milliseconds in [5, 20, 40, 60, 80, 110, 150, 200, 300, 450] {
        let mut child = desk.command(&["run", "-q"]).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        let _ = child.kill();
        child.wait().unwrap();
    }
    let end = desk.tamis(&["run"]);
    assert_eq!(end.code, 0, "{end:?}");
    let flow = desk.json(&["flow", "--format", "json"]);
    assert_eq!((&flow["identified"], &flow["duplicates"], &flow["screened"]), (&104.into(), &0.into(), &104.into()));
    assert_eq!(flow["published"]["matches"], true);
}

#[test]
fn each_stage_is_a_command_of_its_own_and_names_the_next() {
    let desk = Desk::new();
    assert!(desk.tamis(&["flow"]).err.contains("tamis run"), "a flow before a search tells what to do");
    for (stage, next) in
        [("search", "tamis fetch"), ("fetch", "tamis screen"), ("screen", "tamis flow"), ("flow", "tamis audit")]
    {
        let done = desk.tamis(&[stage]);
        assert!(done.code == 0 && done.err.contains(next), "{stage}: {done:?}");
    }
    for stage in ["worksheet", "audit", "status"] {
        assert_eq!(desk.tamis(&[stage]).code, 0, "{stage}");
    }
}

#[test]
fn an_explanation_has_the_sentence_the_rule_the_person_and_the_day() {
    let desk = Desk::new();
    desk.tamis(&["run", "-q"]);
    let flow = desk.json(&["flow", "--format", "json"]);
    let excluded = &flow["excluded"][5];
    let mut seen = (false, false);
    for pmid in excluded["pmids"].as_array().unwrap() {
        let told = desk.json(&["explain", &pmid.to_string(), "--format", "json"]);
        assert_eq!((&told["decision"], &told["criterion"]), (&"excluded".into(), &"no-fusion-partner".into()));
        assert_eq!(
            told["assessments"].as_array().unwrap().len(),
            9,
            "every criterion is assessed, and what is announced"
        );
        assert_eq!(told["search"]["matched"], true);
        if told["decided_by"] == "person" {
            assert!(told["judgements"][0]["when"].as_str().unwrap().starts_with("2021-0"));
            seen.0 = true;
        } else {
            let quote = told["assessments"][5]["evidence"][0]["quote"].as_str().unwrap();
            assert!(quote.to_lowercase().contains("partner"), "{quote}");
            seen.1 = true;
        }
    }
    assert_eq!(seen, (true, true), "some by a person, some by rule");
    let why = desk.tamis(&["explain", "1"]);
    assert!(why.code == 1 && why.err.contains("tamis query why 1"), "{why:?}");
}

#[test]
fn a_new_review_runs_as_it_is_and_awaits_a_person() {
    let desk = Desk::new();
    assert_eq!(desk.tamis(&["init", "mine"]).code, 0);
    let run: Done = desk.tamis(&["run", "mine"]);
    assert_eq!(run.code, 4, "{run:?}");
    let flow = desk.json(&["flow", "mine", "--format", "json"]);
    assert_eq!((&flow["identified"], &flow["unresolved"]), (&3.into(), &1.into()));
    assert_eq!(desk.tamis(&["init", "mine"]).code, 1, "never over a folder that is there");
}

#[test]
fn bad_input_is_named_with_its_place_and_leaves_the_database_as_it_was() {
    let desk = Desk::new();
    assert_eq!(desk.tamis(&["run", "-q"]).code, 0);
    let db = desk.folder.path().join("db/alk-crizotinib.sqlite");
    let before = std::fs::read(&db).unwrap();
    desk.edit("protocol.toml", "date_field", "date_feild");
    let done = desk.tamis(&["run"]);
    assert!(
        done.code == 1 && done.err.contains("protocol.toml:") && done.err.contains("did you mean `date_field`?"),
        "{done:?}"
    );
    desk.edit("protocol.toml", "date_feild", "date_field");
    let cut = desk.folder.path().join("cut.xml");
    let text = std::fs::read_to_string(desk.file("twin/01.xml")).unwrap();
    std::fs::write(&cut, &text[..text.len() / 2]).unwrap();
    let done = desk.tamis(&["run", "--source", "cut.xml"]);
    assert!(done.code == 1 && done.err.contains("cut.xml: line") && done.err.contains("after PMID"), "{done:?}");
    let done = desk.tamis(&["run", "--source", "http://127.0.0.1:1/"]);
    assert!(done.code == 2 || done.code == 1, "{done:?}");
    // A file where a folder should be stands for every place that cannot be written to.
    let done = desk.tamis(&["run", "--db", "cut.xml/x.sqlite"]);
    assert!(done.code == 1 && done.err.contains("cannot be opened") && done.err.contains("--db"), "{done:?}");
    let done = desk.tamis(&["run", "--out", "cut.xml/out"]);
    assert!(done.code == 1 && done.err.contains("cannot be made") && done.err.contains("--out"), "{done:?}");
    assert_eq!(std::fs::read(&db).unwrap(), before);
}

#[test]
fn the_rules_alone_exclude_no_relevant_article_and_leave_to_people_what_needs_the_full_text() {
    let desk = Desk::new();
    desk.tamis(&["run", "-q"]);
    let labels = desk.file("twin/labels.csv").display().to_string();
    let told = desk.json(&["evaluate", "--labels", &labels, "--format", "json"]);
    assert_eq!((&told["records"], &told["false_exclusions"]["n"]), (&104.into(), &0.into()));
    assert!(told["unclear"]["k"].as_u64().unwrap() >= 15, "{}", told["unclear"]);
    let exam = desk.file("twin/01.xml").display().to_string();
    let direct = desk.json(&["evaluate", "--labels", &labels, "--records", &exam, "--format", "json"]);
    assert!(direct["records"].as_u64().unwrap() > 10, "records may be screened without a search");
    std::fs::write(desk.folder.path().join("bad.csv"), "pmid,decision,criterion\n1,exclude,non-humans\n").unwrap();
    let bad = desk.tamis(&["evaluate", "--labels", "bad.csv"]);
    assert!(
        bad.code == 1 && bad.err.contains("bad.csv:2: column 3") && bad.err.contains("did you mean `non-human`"),
        "{bad:?}"
    );
}

#[test]
fn every_criterion_answers_every_case_as_the_case_says_and_a_wrong_answer_is_shown_with_its_evidence() {
    let desk = Desk::new();
    let done = desk.tamis(&["protocol", "test"]);
    assert!(done.code == 0 && done.out.contains("under 9 criteria: 0 wrong"), "{done:?}");
    desk.edit("cases/no-crizotinib.toml", "is = \"excludes\"", "is = \"keeps\"");
    let wrong = desk.tamis(&["protocol", "test"]);
    assert!(wrong.code == 1 && wrong.out.contains("no-crizotinib must be: keeps; it is met"), "{wrong:?}");
    assert!(wrong.out.contains("[abstract:1] Crizotinib was not given"), "the denied mention with its cue: {wrong:?}");
    desk.edit("cases/no-crizotinib.toml", "is = \"keeps\"", "is = \"kept\"");
    assert!(desk.tamis(&["protocol", "test"]).err.contains("did you mean `keeps`?"));
}

#[test]
fn a_faulty_rule_is_named_with_its_place_and_its_cure() {
    for (old, new, told) in [
        ("{ use = \"own-case\" }", "{ use = \"own-cases\" }", "did you mean `own-case`?"),
        ("species = \"animal-only\"", "species = \"animals\"", "is not a value of"),
        ("vocabulary = \"laboratory\"", "vocabulary = \"laboratories\"", "did you mean `laboratory`?"),
        ("[rule.own-case]\nany = [", "[rule.own-case]\nany = [\n  { use = \"own-case\" },", "uses itself"),
        ("age = true, mention", "age = true, words = [\"x\"], mention", "looks for several things"),
    ] {
        let desk = Desk::new();
        desk.edit("protocol.toml", old, new);
        let done = desk.tamis(&["protocol", "test"]);
        assert!(done.code == 1 && done.err.contains("protocol.toml:") && done.err.contains(told), "{new}: {done:?}");
    }
}

#[test]
fn new_dates_make_a_new_run_and_status_says_what_came_and_went() {
    let desk = Desk::new();
    desk.tamis(&["run", "-q"]);
    let later = desk.tamis(&["run", "--to", "2023-01-01", "--quiet"]);
    assert_eq!(later.code, 3, "a wider window is not the published one: {later:?}");
    let status = desk.json(&["status", "--format", "json"]);
    let second = &status["runs"][1];
    assert!(second["came"].as_u64().unwrap() >= 3 && second["went"] == 0 && second["changed"] == 0, "{second}");
}

#[test]
fn what_if_the_criteria_stood_otherwise_is_recounted_from_the_same_assessments() {
    let desk = Desk::new();
    desk.tamis(&["run", "-q"]);
    let without = desk.json(&["flow", "--without", "non-english", "--format", "json"]);
    assert_eq!(without["excluded"].as_array().unwrap().len(), 6);
    let order = desk.json(&["flow", "--order", "no-crizotinib", "--format", "json"]);
    assert_eq!(order["excluded"][0]["criterion"], "no-crizotinib");
    assert_eq!(order["included"]["studies"], 28, "another order, other reasons, the same studies");
    assert_eq!(desk.tamis(&["flow", "--order", "no-crizotinb"]).code, 1);
}

#[test]
fn a_run_tells_where_its_records_came_from_as_text_as_json_and_as_a_checklist() {
    let desk = Desk::new();
    assert_eq!(desk.tamis(&["provenance"]).code, 1, "before a search there is nothing to tell");
    desk.tamis(&["run", "-q"]);
    desk.tamis(&["search", "--to", "2023-01-01", "-q"]);
    let text = desk.tamis(&["provenance", "--run", "1"]);
    assert!(text.code == 0 && text.out.starts_with("SYNTHETIC"), "{text:?}");
    for words in ["104 records were found; 104 were fetched", "first search of the review", "[AB]", "Build-local."] {
        assert!(text.out.contains(words), "no `{words}` in {}", text.out);
    }
    let json = desk.json(&["provenance", "--run", "1", "--format", "json"]);
    assert_eq!((&json["platform"], &json["tamis"]["reported"]), (&"pubmed".into(), &104.into()));
    assert!(json["search_string"].as_str().unwrap().contains("ALK[tiab]"));
    assert_eq!(json["tamis"]["pmids_sha256"].as_str().unwrap().len(), 64);
    let list = desk.tamis(&["provenance", "--format", "prisma-s"]);
    assert!(list.out.contains("[x]  8 Full search strategies: As run: ALK[tiab]"), "{list:?}");
    assert!(list.out.contains("run 1 times before") && list.out.contains("missing"), "{list:?}");
}
