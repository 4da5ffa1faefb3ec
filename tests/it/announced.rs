//! Articles that were retracted, put in doubt or corrected after they were published: what the protocol says becomes of
//! them, and where they are seen.

use crate::Desk;

/// An included article of the twin that a later PubMed announces as retracted.
const RETRACTED: &str = "99000146";

fn updated(policy: &str) -> Desk {
    let desk = Desk::new();
    desk.edit("protocol.toml", "retracted = \"person\"", policy);
    assert_eq!(desk.tamis(&["run", "-q"]).code, 0);
    let later = ["queries/alk-crizotinib/twin", "queries/alk-crizotinib/twin-later"];
    let words = ["update", "-q", "--until", "2022-08-22", "--source"].into_iter().chain(later);
    assert_ne!(desk.tamis(&words.collect::<Vec<_>>()).code, 1);
    desk
}

#[test]
fn the_protocol_says_what_becomes_of_a_retracted_article_that_would_be_in() {
    // Policy, decision, criterion, and the words of its label in the flow.
    let cases = [
        ("retracted = \"keep\"", "included", None, ""),
        ("retracted = \"person\"", "unresolved", Some("retracted"), ""),
        ("retracted = \"exclude\"", "excluded", Some("retracted"), "Retracted publications"),
    ];
    for (policy, decision, criterion, label) in cases {
        let desk = updated(policy);
        let told = desk.json(&["explain", RETRACTED, "--format", "json"]);
        assert_eq!((told["decision"].as_str(), told["criterion"].as_str()), (Some(decision), criterion), "{policy}");
        let flow = desk.tamis(&["flow"]).out;
        assert!(flow.contains(label), "{policy}: {flow}");
        assert_eq!(flow.contains("announced by PubMed: 99000146"), decision != "excluded", "{policy}: {flow}");
        if let Some(criterion) = criterion {
            let all = told["assessments"].as_array().unwrap();
            let why = all.iter().find(|a| a["criterion"] == criterion).unwrap();
            assert!(why["evidence"][0]["quote"].as_str().is_some_and(|q| q.contains("Retract") || q.contains("2022")));
        }
    }
}

#[test]
fn announcements_are_seen_in_status_flow_figure_audit_and_worksheet() {
    let desk = updated("retracted = \"keep\"");
    let place = "Synth Twin. 2022 Jun;22(6):1";
    for words in [
        &["status"][..],
        &["flow"],
        &["flow", "--format", "svg"],
        &["audit", "--format", "html"],
        &["report", "--format", "markdown"],
        &["explain", RETRACTED],
    ] {
        let out = desk.tamis(words).out;
        assert!(out.to_lowercase().contains("retracted") && out.contains(place), "{words:?}: {out}");
    }
    assert_eq!(desk.tamis(&["worksheet", "-q"]).code, 0);
    let sheet = std::fs::read_to_string(desk.folder.path().join("out/alk-crizotinib/worksheet.csv")).unwrap();
    let row = sheet.lines().find(|l| l.starts_with("99000146.1")).unwrap();
    assert!(row.contains("retracted: Synth Twin"), "{row}");
    let sheet = desk.folder.path().join("out/alk-crizotinib/worksheet.xlsx");
    let back = desk.tamis(&["worksheet", "import", sheet.to_str().unwrap()]);
    assert_eq!(back.code, 0, "the sheet is taken back with its new column: {back:?}");
}

#[test]
fn an_unknown_wish_and_a_criterion_of_the_same_name_are_refused_with_their_place() {
    let desk = Desk::new();
    desk.edit("protocol.toml", "retracted = \"person\"", "retracted = \"perhaps\"");
    let done = desk.tamis(&["flow"]);
    assert!(done.code == 1 && done.err.contains("protocol.toml") && done.err.contains("keep"), "{done:?}");
    let desk = Desk::new();
    desk.edit("protocol.toml", "id = \"no-crizotinib\"", "id = \"retracted\"");
    let done = desk.tamis(&["flow"]);
    assert!(done.code == 1 && done.err.contains("criterion `retracted` of its own"), "{done:?}");
}

#[test]
fn status_names_the_records_on_which_reviewers_disagree() {
    let desk = Desk::new();
    assert_eq!(desk.tamis(&["run", "-q"]).code, 0);
    let judge = |by: &str, rule: &[&str]| {
        let on = ["judge", "99000010", "--by", by, "--stage", "full-text", "--quote", "as I read it", "-q"];
        assert_eq!(desk.tamis(&on.iter().chain(rule).copied().collect::<Vec<_>>()).code, 0);
    };
    judge("reviewer-1", &["--include", "--cases", "1"]);
    judge("reviewer-2", &["--exclude", "no-crizotinib"]);
    assert_eq!(desk.tamis(&["screen", "-q"]).code, 0);
    let standing = &desk.json(&["status", "--format", "json"])["standing"];
    assert_eq!((&standing["unresolved"], &standing["conflicts"][0]["pmid"]), (&1.into(), &99_000_010.into()));
    let rulings = standing["conflicts"][0]["rulings"].as_array().unwrap();
    assert_eq!(rulings.len(), 3, "the one that ships, and these two: {standing}");
    let text = desk.tamis(&["status"]).out;
    assert!(
        text.contains("reviewers disagree on 99000010") && text.contains("exclude no-crizotinib (full-text)"),
        "{text}"
    );
}
