//! History that cannot be bent: judgements, what flows stood on, versions.

use crate::Desk;

#[test]
fn a_judgement_is_appended_counts_at_once_and_is_taken_back_by_an_entry_of_its_own() {
    let desk = Desk::new();
    assert_eq!(desk.tamis(&["run", "-q"]).code, 0);
    let file = desk.file("judgements/reviewer-1.toml");
    let before = std::fs::read_to_string(&file).unwrap();
    let quote = "No \"fusion\" was\nlooked for \\ at all.";
    let rule = [
        "judge",
        "99000010",
        "--exclude",
        "no-alk-fusion",
        "--stage",
        "consensus",
        "--by",
        "reviewer-1",
        "--quote",
        quote,
        "--when",
        "2021-09-30",
    ];
    let done = desk.tamis(&rule);
    assert!(done.code == 0 && done.out.contains("included -> excluded: no-alk-fusion"), "{done:?}");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.starts_with(&before), "a file is only ever added to");
    let told = desk.json(&["explain", "99000010", "--format", "json"]);
    assert_eq!((&told["decision"], &told["criterion"]), (&"excluded".into(), &"no-alk-fusion".into()));
    let kept = told["judgements"].as_array().unwrap().last().unwrap()["quote"].as_str().unwrap().to_owned();
    assert_eq!(kept, quote.replace('\n', " "), "quotation marks, backslashes and lines survive");
    assert_eq!(desk.json(&["flow", "--format", "json"])["included"]["studies"], 27);

    let done = desk.tamis(&["judge", "99000010", "--undo", "--by", "reviewer-1", "--note", "wrong article"]);
    assert!(
        done.code == 0 && done.out.contains("excluded: no-alk-fusion (") && done.out.contains("-> included"),
        "{done:?}"
    );
    assert!(std::fs::read_to_string(&file).unwrap().starts_with(&text), "an undo is added too");
    assert_eq!(desk.tamis(&["flow", "--check"]).code, 0, "the figure is as before");
}

#[test]
fn a_judgement_that_is_not_sound_is_refused_and_leaves_every_file_as_it_was() {
    let desk = Desk::new();
    assert_eq!(desk.tamis(&["run", "-q"]).code, 0);
    let file = desk.file("judgements/reviewer-1.toml");
    let before = std::fs::read(&file).unwrap();
    let with = |more: &[&str]| {
        let mut words = vec!["judge", "99000010", "--by", "reviewer-1"];
        words.extend(more);
        desk.tamis(&words)
    };
    let cases: [(&str, &[&str], i32, &str); 6] = [
        (
            "a criterion nobody knows",
            &["--exclude", "no-fusion", "--stage", "full-text", "--quote", "q"],
            1,
            "did you mean",
        ),
        ("no reading", &["--include", "--quote", "q"], 1, "--stage"),
        ("no sentence", &["--include", "--stage", "full-text"], 1, "--quote"),
        ("an empty sentence", &["--include", "--stage", "full-text", "--quote", " "], 1, "the sentence it rests on"),
        ("nothing ruled", &["--stage", "full-text", "--quote", "q"], 2, "--include"),
        ("two rulings", &["--include", "--undo", "--stage", "full-text", "--quote", "q"], 2, "cannot be used with"),
    ];
    for (sentence, words, code, says) in cases {
        let done = with(words);
        assert!(done.code == code && done.err.contains(says), "{sentence}: {done:?}");
    }
    let stranger =
        desk.tamis(&["judge", "1", "--include", "--stage", "full-text", "--quote", "q", "--by", "reviewer-1"]);
    assert!(stranger.code == 1 && stranger.err.contains("tamis query why 1"), "{stranger:?}");
    let nothing = desk.tamis(&["judge", "99000001", "--undo", "--by", "reviewer-1"]);
    assert!(nothing.code == 1 && nothing.err.contains("no judgement on 99000001 to undo"), "{nothing:?}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn a_file_of_judgements_is_taken_whole_or_not_at_all_and_only_once() {
    let desk = Desk::new();
    assert_eq!(desk.tamis(&["run", "-q"]).code, 0);
    let csv = desk.folder.path().join("rulings.csv");
    let head = "pmid,stage,verdict,criterion,quote,note,when,cases\n";
    let sound = "99000010,consensus,exclude,no-crizotinib,\"Alectinib, not crizotinib.\",,2021-09-01,\n";
    std::fs::write(&csv, format!("{head}{sound}99000051,full-text,exclude,no-crizotinb,q,,2021-09-01,\n")).unwrap();
    let bad = desk.tamis(&["judge", "import", "rulings.csv", "--by", "reviewer-3"]);
    assert!(
        bad.code == 1 && bad.err.contains("rulings.csv:3: column 4 (criterion)") && bad.err.contains("did you mean"),
        "{bad:?}"
    );
    std::fs::write(&csv, format!("{head}{sound}1,full-text,include,,q,,2021-09-01,\n")).unwrap();
    let bad = desk.tamis(&["judge", "import", "rulings.csv", "--by", "reviewer-3"]);
    assert!(bad.code == 1 && bad.err.contains("rulings.csv:3: no search brought a record with PMID 1"), "{bad:?}");
    assert!(!desk.file("judgements/reviewer-3.toml").exists(), "none half taken");
    std::fs::write(&csv, format!("{head}{sound}")).unwrap();
    let good = desk.tamis(&["judge", "import", "rulings.csv", "--by", "reviewer-3"]);
    assert!(good.code == 0 && good.out.contains("1 judgements taken, 0 were there already"), "{good:?}");
    let again = desk.tamis(&["judge", "import", "rulings.csv", "--by", "reviewer-3"]);
    assert!(again.out.contains("0 judgements taken, 1 were there already"), "{again:?}");
    assert_eq!(desk.json(&["flow", "--format", "json"])["included"]["studies"], 27);
}

#[test]
fn a_flow_prints_as_it_was_whatever_came_after() {
    let desk = Desk::new();
    assert_eq!(desk.tamis(&["run", "-q"]).code, 0);
    let then = desk.tamis(&["flow", "--run", "1"]).out;
    let json = desk.tamis(&["flow", "--run", "1", "--format", "json"]).out;
    assert!(then.contains("every box equals"), "{then}");
    assert_eq!(desk.tamis(&["run", "--to", "2023-01-01", "-q"]).code, 3);
    desk.edit("protocol.toml", "label = \"Non-human data\"", "label = \"Animals\"");
    desk.edit("published.toml", "identified = 104", "identified = 104 # as printed");
    let rule = [
        "judge",
        "99000010",
        "--exclude",
        "no-alk-fusion",
        "--stage",
        "consensus",
        "--by",
        "reviewer-1",
        "--quote",
        "q",
    ];
    assert_eq!(desk.tamis(&rule).code, 0);
    assert_eq!(desk.tamis(&["flow", "--run", "1"]).out, then);
    assert_eq!(desk.tamis(&["flow", "--run", "1", "--format", "json"]).out, json);
    let now = desk.json(&["flow", "--run", "1", "--now", "--format", "json"]);
    assert_eq!((&now["excluded"][0]["label"], &now["included"]["studies"]), (&"Animals".into(), &27.into()));
    let update = desk.json(&["flow", "--since", "1", "--format", "json"]);
    assert_eq!(update["update"]["since"], 1);
    let versions = desk.json(&["flow", "--versions", "--format", "json"]);
    assert_eq!(versions.as_array().unwrap().len(), 2);
    assert!(desk.tamis(&["flow", "--versions"]).out.contains("run 2"));
    assert_eq!(desk.tamis(&["flow", "--run", "1", "--since", "2"]).code, 1);
}
