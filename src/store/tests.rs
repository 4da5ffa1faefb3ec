#![allow(clippy::unwrap_used)]

use super::*;
use crate::flow::{DecidedBy, Decision, Fate};
use crate::protocol::{Judgement, JudgementFile, Stage, Verdict};
use crate::record::{Pmid, RecordKind};
use crate::screen::{Assessment, Outcome};

const NOW: &str = "2021-08-22T12:00:00Z";

fn run() -> NewRun {
    NewRun {
        review: "r".into(),
        source: "twin".into(),
        endpoint: "http://127.0.0.1/".into(),
        term: "a".into(),
        date_field: "pdat".into(),
        date_from: "2010-01-01".into(),
        date_to: "2021-08-22".into(),
        asked_at: NOW.into(),
        program: "tamis 0".into(),
        reported: 3,
        translation: "a".into(),
        says: "[]".into(),
        database_info: "{}".into(),
    }
}

#[test]
fn a_screening_that_was_begun_goes_on_with_what_it_has_not_seen_whatever_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("x.sqlite")).unwrap();
    let pmids = [0, 1, 2, 3, 4, 5];
    let id = store.add_run(&run(), &pmids).unwrap();
    for pmid in pmids {
        store.add_records(id, &[(Pmid(pmid), 1, RecordKind::Article, b"<x/>", true)], NOW).unwrap();
    }
    let screening = store.start_screening("r", &protocol(), "tamis 0", NOW).unwrap();
    let all = store.to_screen(screening, id, -1, 10).unwrap();
    let seen = all.iter().filter(|(pmid, _)| [2, 4].contains(pmid));
    let seen = seen.map(|(_, r)| StoredAssessment { revision: r.revision, assessments: Vec::new(), cases: None });
    store.add_assessments(screening, &seen.collect::<Vec<_>>()).unwrap();
    let mut left = Vec::new();
    while let chunk = store.to_screen(screening, id, left.last().copied().unwrap_or(-1), 2).unwrap()
        && !chunk.is_empty()
    {
        left.extend(chunk.iter().map(|(pmid, _)| *pmid));
    }
    assert_eq!(left, [0, 1, 3, 5]);
    assert_eq!(store.count_to_screen(screening, id).unwrap(), 4);
}

/// A store with one record whose criteria `a`, `b`, `c` came out as given.
fn screened(outcomes: [Outcome; 3], judged: &[(&str, Stage, Verdict, Option<&str>, &str)]) -> Fate {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("x.sqlite")).unwrap();
    let id = store.add_run(&run(), &[1]).unwrap();
    store.add_records(id, &[(Pmid(1), 1, RecordKind::Article, b"<x/>", true)], NOW).unwrap();
    let protocol = protocol();
    let screening = store.start_screening("r", &protocol, "tamis 0", NOW).unwrap();
    let revision = store.to_screen(screening, id, -1, 10).unwrap()[0].1.revision;
    let assessments = ["a", "b", "c"]
        .iter()
        .zip(outcomes)
        .map(|(c, outcome)| Assessment { criterion: (*c).into(), outcome, reason: String::new(), evidence: Vec::new() })
        .collect();
    store.add_assessments(screening, &[StoredAssessment { revision, assessments, cases: None }]).unwrap();
    let files: Vec<JudgementFile> = judged
        .iter()
        .enumerate()
        .map(|(i, (who, stage, verdict, criterion, when))| JudgementFile {
            path: format!("judgements/{i}.toml"),
            hash: format!("{i}"),
            reviewer: (*who).into(),
            judgements: vec![Judgement {
                pmid: Pmid(1),
                stage: *stage,
                verdict: *verdict,
                criterion: criterion.map(str::to_owned),
                quote: "q".into(),
                note: None,
                when: when.parse().unwrap(),
                cases: None,
                line: 1,
            }],
            undone: Vec::new(),
        })
        .collect();
    let (import, _) = store.import_judgements("r", &files, NOW).unwrap();
    let order: Vec<String> = ["a", "b", "c"].map(String::from).to_vec();
    store.fates(id, Some(screening), Some(import), &order).unwrap().remove(0)
}

fn protocol() -> crate::protocol::Protocol {
    let text = "title = \"T\"\n[search]\ndatabase = \"PubMed\"\nsent = \"a[tiab]\"\nfrom = 2010-01-01\nto = 2021-08-22\n".to_owned()
        + &["a", "b", "c"]
            .map(|c| {
                format!(
                    "[[criterion]]\nid = \"{c}\"\nlabel = \"{c}\"\nsource = \"s\"\nabsence = \"unclear\"\nexcludes_if = {{ language = [\"fre\"] }}\nkeeps_if = {{ language = [\"eng\"] }}\n"
                )
            })
            .concat();
    let words = "[[term]]\nname = \"a\"\nwords = [\"a\"]\n".to_owned();
    let files = [("protocol.toml".to_owned(), text), ("vocabulary/words.toml".to_owned(), words)].into();
    crate::protocol::load::load("r", "r", &files).unwrap().protocol
}

#[test]
fn a_judgement_outranks_a_rule_a_later_stage_an_earlier_and_disagreement_is_nobodys_decision() {
    use Outcome::{Met, NotMet, Unclear};
    use Stage::{Consensus, FullText, TitleAbstract};
    use Verdict::{Exclude, Include, Keep};
    let ex = |c: &str| Decision::Excluded(c.into());
    let open = |c: &str| Decision::Unresolved(c.into());
    type Case<'a> =
        (&'a str, [Outcome; 3], Vec<(&'a str, Stage, Verdict, Option<&'a str>, &'a str)>, Decision, DecidedBy);
    let d = "2021-09-01";
    let cases: Vec<Case<'_>> = vec![
        ("nothing excludes", [NotMet; 3], vec![], Decision::Included, DecidedBy::Rule),
        ("the first that excludes is the reason", [NotMet, Met, Met], vec![], ex("b"), DecidedBy::Rule),
        (
            "what is out for sure is out, though an earlier criterion is unclear",
            [Unclear, Met, NotMet],
            vec![],
            ex("b"),
            DecidedBy::Rule,
        ),
        ("an unclear criterion waits for a person", [NotMet, Unclear, Unclear], vec![], open("b"), DecidedBy::Nobody),
        (
            "a person excludes",
            [NotMet, Unclear, NotMet],
            vec![("X", FullText, Exclude, Some("c"), d)],
            ex("c"),
            DecidedBy::Person,
        ),
        (
            "a person includes against a rule",
            [Met, NotMet, NotMet],
            vec![("X", FullText, Include, None, d)],
            Decision::Included,
            DecidedBy::Person,
        ),
        (
            "a cleared criterion lets the next speak",
            [NotMet, Unclear, Met],
            vec![("X", FullText, Keep, Some("b"), d)],
            ex("c"),
            DecidedBy::Rule,
        ),
        (
            "clearing the last open criterion includes",
            [NotMet, Unclear, NotMet],
            vec![("X", FullText, Keep, Some("b"), d)],
            Decision::Included,
            DecidedBy::Person,
        ),
        (
            "clearing one leaves the other open",
            [Unclear, Unclear, NotMet],
            vec![("X", FullText, Keep, Some("a"), d)],
            open("b"),
            DecidedBy::Nobody,
        ),
        (
            "two people who disagree decide nothing",
            [NotMet, Unclear, NotMet],
            vec![("X", FullText, Include, None, d), ("Y", FullText, Exclude, Some("b"), d)],
            open("conflict"),
            DecidedBy::Nobody,
        ),
        (
            "consensus ends it",
            [NotMet, Unclear, NotMet],
            vec![
                ("X", FullText, Include, None, d),
                ("Y", FullText, Exclude, Some("b"), d),
                ("X and Y", Consensus, Exclude, Some("b"), d),
            ],
            ex("b"),
            DecidedBy::Person,
        ),
        (
            "the full text outranks the abstract",
            [NotMet, Unclear, NotMet],
            vec![("X", TitleAbstract, Exclude, Some("a"), "2021-09-05"), ("Y", FullText, Include, None, d)],
            Decision::Included,
            DecidedBy::Person,
        ),
        (
            "a changed mind is the later word of the same person",
            [NotMet, Unclear, NotMet],
            vec![("X", FullText, Include, None, d), ("X", FullText, Exclude, Some("b"), "2021-09-02")],
            ex("b"),
            DecidedBy::Person,
        ),
    ];
    for (sentence, outcomes, judged, decision, by) in cases {
        let fate = screened(outcomes, &judged);
        assert_eq!((&fate.decision, fate.decided_by), (&decision, by), "{sentence}");
    }
}

#[test]
fn no_row_of_any_table_can_be_changed_removed_or_replaced_not_even_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("x.sqlite")).unwrap();
    let first = store.add_run(&run(), &[1, 2]).unwrap();
    let second = store.add_run(&run(), &[1]).unwrap();
    store.add_records(first, &[(Pmid(1), 1, RecordKind::Article, b"<x/>", true)], NOW).unwrap();
    store.add_refusals(first, &[(2, "deleted: gone".into())], NOW).unwrap();
    let screening = store.start_screening("r", &protocol(), "tamis 0", NOW).unwrap();
    let revision = store.to_screen(screening, first, -1, 10).unwrap()[0].1.revision;
    let evidence = crate::screen::Evidence {
        field: "title".into(),
        start: 0,
        end: 1,
        quote: "q".into(),
        sentence: "q".into(),
        rule: "a.excludes_if".into(),
        weight: crate::screen::Weight::Excludes,
        value: None,
    };
    let assessment =
        Assessment { criterion: "a".into(), outcome: Outcome::Met, reason: String::new(), evidence: vec![evidence] };
    let screened = StoredAssessment { revision, assessments: vec![assessment], cases: None };
    store.add_assessments(screening, &[screened]).unwrap();
    let judgement = Judgement {
        pmid: Pmid(1),
        stage: Stage::FullText,
        verdict: Verdict::Include,
        criterion: None,
        quote: "q".into(),
        note: None,
        when: "2021-09-01".parse().unwrap(),
        cases: None,
        line: 1,
    };
    let undo = crate::protocol::Undo { undoes: 1, note: None, when: judgement.when, line: 9 };
    let file = JudgementFile {
        path: "judgements/a.toml".into(),
        hash: "h".into(),
        reviewer: "A".into(),
        judgements: vec![judgement],
        undone: vec![undo],
    };
    let (import, _) = store.import_judgements("r", &[file], NOW).unwrap();
    store.add_standing("r", (first, screening, import), Some(("h", "text")), "tamis 0", NOW).unwrap();
    let gone = NewDeparture { pmid: Pmid(2), kind: "deleted", reason: "gone".into(), record: None };
    store.add_departures(second, first, &[gone], NOW).unwrap();
    let cells = [("1.1".to_owned(), [("sex".to_owned(), "male".to_owned())].into())].into();
    assert!(store.add_worksheet("r", first, "filled.csv", &cells, "tamis 0", NOW).unwrap());
    let asked = store.run("r", Some(first)).unwrap().unwrap();
    let file = NewImport { source: "Embase", kind: "database", file: "a.ris", format: "RIS", hash: "h" };
    let reference = NewReference { line: 1, pmid: Pmid(1), reason: "the same PMID".into(), record: None };
    store.add_references(&asked, &file, &[reference], "tamis 0", NOW).unwrap();
    assert!(
        !store.add_worksheet("r", first, "filled.csv", &cells, "tamis 0", NOW).unwrap(),
        "the same cells are not new"
    );

    let tables: Vec<String> = store
        .connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .unwrap()
        .query_map([], |r| r.get(0))
        .unwrap()
        .map(std::result::Result::unwrap)
        .collect();
    assert!(tables.len() >= 18, "{tables:?}");
    for table in tables {
        let ask = |sql: &str| store.connection.query_row(sql, [], |r| r.get::<_, String>(0)).unwrap();
        let rows = ask(&format!("SELECT CAST(count(*) AS TEXT) FROM {table}"));
        assert_ne!(rows, "0", "{table} has no row to try it on");
        let column = ask(&format!("SELECT name FROM pragma_table_info('{table}') LIMIT 1"));
        for sql in [
            format!("UPDATE {table} SET {column} = {column}"),
            format!("DELETE FROM {table}"),
            format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}"),
        ] {
            let error = store.connection.execute(&sql, []).expect_err(&sql).to_string();
            assert!(error.contains("rows are only ever added"), "{sql}: {error}");
        }
        assert_eq!(ask(&format!("SELECT CAST(count(*) AS TEXT) FROM {table}")), rows, "{table}");
    }
}

#[test]
fn two_writers_cannot_meet_and_readers_may() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.sqlite");
    let first = Store::open(&path).unwrap();
    assert!(matches!(Store::open(&path), Err(StoreError::Busy(_))));
    assert!(Store::read(&path).unwrap().is_some());
    drop(first);
    assert!(Store::open(&path).is_ok());
}

#[test]
fn a_database_from_a_newer_version_or_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let newer = folder.path().join("newer.sqlite");
    let store = Store::open(&newer).unwrap();
    store.connection.pragma_update(None, "user_version", 99).unwrap();
    drop(store);
    assert!(matches!(Store::open(&newer), Err(StoreError::Newer { found: 99, .. })));
    let other = folder.path().join("other.sqlite");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    let error = Store::open(&other).unwrap_err().to_string();
    assert!(error.contains("not one of tamis"), "{error}");
}

#[test]
fn a_fetch_resumes_with_what_is_missing_and_the_same_wording_is_one_revision() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("x.sqlite")).unwrap();
    let one = store.add_run(&run(), &[3, 1, 2, 1]).unwrap();
    assert_eq!(store.to_fetch(one).unwrap(), [3, 1, 2]);
    store.add_records(one, &[(Pmid(1), 1, RecordKind::Article, b"<a/>", false)], NOW).unwrap();
    store.add_refusals(one, &[(2, "deleted".into())], NOW).unwrap();
    assert_eq!(store.to_fetch(one).unwrap(), [3]);
    let two = store.add_run(&run(), &[1]).unwrap();
    store.add_records(two, &[(Pmid(1), 1, RecordKind::Article, b"<a/>", false)], NOW).unwrap();
    assert_eq!(
        store.record(one, Pmid(1)).unwrap().unwrap().revision,
        store.record(two, Pmid(1)).unwrap().unwrap().revision
    );
    assert_eq!(store.record(two, Pmid(1)).unwrap().unwrap().xml, b"<a/>");
    let three = store.add_run(&run(), &[1, 9]).unwrap();
    store.add_records(three, &[(Pmid(1), 1, RecordKind::Article, b"<b/>", false)], NOW).unwrap();
    let mut difference: Vec<String> =
        store.difference(one, three).unwrap().into_iter().map(|(w, p)| format!("{w} {p}")).collect();
    difference.sort();
    assert_eq!(difference, ["came 9", "changed 1", "went 2", "went 3"]);
    let seen = store.identification(&store.run("r", Some(one)).unwrap().unwrap()).unwrap();
    assert_eq!((seen.identified, seen.duplicates, seen.not_retrieved), (4, 1, 1));
}
