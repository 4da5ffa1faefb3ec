//! What people take away: the figure and the files of other tools, of the review that ships.

use crate::Desk;

/// The number in the last column of a row of the R package's CSV.
fn row(csv: &str, data: &str) -> String {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.records().map(Result::unwrap).find(|r| &r[0] == data).unwrap()[7].to_owned()
}

#[test]
fn the_figure_comes_in_every_form_with_the_numbers_of_the_flow() {
    let desk = Desk::new();
    desk.tamis(&["run", "-q"]);
    let flow = desk.json(&["flow", "--format", "json"]);
    for format in ["svg", "html", "mermaid", "prisma2020-csv"] {
        let done = desk.tamis(&["flow", "--format", format]);
        assert_eq!(done.code, 0, "{format}: {done:?}");
        assert!(done.out.contains("104") && done.out.contains("28"), "{format}: {}", done.out);
    }
    let csv = desk.tamis(&["flow", "--format", "prisma2020-csv"]).out;
    assert_eq!(row(&csv, "database_results"), flow["identified"].to_string());
    assert_eq!(row(&csv, "new_studies"), flow["included"]["studies"].to_string());
    // The two stages of the figure, from the reasons of the flow: nothing is excluded twice or lost.
    let full: usize =
        flow["excluded"].as_array().unwrap().iter().map(|e| e["full_text"].as_array().unwrap().len()).sum();
    let number = |data: &str| row(&csv, data).parse::<usize>().unwrap();
    assert_eq!(number("records_screened") - number("records_excluded"), number("dbr_sought_reports"));
    assert_eq!(number("dbr_assessed") - full, number("new_reports"));
    let single = desk.tamis(&["flow", "--format", "svg", "--layout", "single-stage", "-o", "figures/1.svg"]);
    let drawn = std::fs::read_to_string(desk.folder.path().join("figures/1.svg")).unwrap();
    assert!(single.code == 0 && !drawn.contains("Reports sought") && drawn.contains("</svg>"), "{single:?}");
}

#[cfg(feature = "png")]
#[test]
fn the_figure_comes_as_a_picture() {
    let desk = Desk::new();
    desk.tamis(&["run", "-q"]);
    let done = desk.tamis(&["flow", "--format", "png", "-o", "figure.png"]);
    let bytes = std::fs::read(desk.folder.path().join("figure.png")).unwrap();
    assert!(done.code == 0 && bytes.starts_with(b"\x89PNG"), "{done:?}");
}

#[test]
fn every_format_takes_every_record_and_filters_take_those_asked_for() {
    let desk = Desk::new();
    desk.tamis(&["run", "-q"]);
    let flow = desk.json(&["flow", "--format", "json"]);
    let total = flow["screened"].as_u64().unwrap() as usize;
    for (format, mark) in [
        ("ris", "\nER  - "),
        ("nbib", "PMID- "),
        ("endnote-xml", "<record>"),
        ("bibtex", "@article{"),
        ("csl-json", "\"PMID\":"),
        ("colrev", "colrev_status"),
        ("jsonl", "\"fate\":"),
    ] {
        let done = desk.tamis(&["export", "--to", format]);
        assert_eq!((done.code, done.out.matches(mark).count()), (0, total), "{format}: {}", done.err);
    }
    for format in ["asreview", "rayyan", "covidence"] {
        let done = desk.tamis(&["export", "--to", format]);
        assert_eq!(csv::Reader::from_reader(done.out.as_bytes()).records().count(), total, "{format}");
    }
    let ris = |arguments: &[&str]| {
        let done = desk.tamis(&[&["export", "--to", "ris"], arguments].concat());
        (done.code, done.out.matches("\nER  - ").count())
    };
    assert_eq!(ris(&["--decision", "included"]), (0, 28));
    let reason = &flow["excluded"][0];
    let id = reason["criterion"].as_str().unwrap();
    assert_eq!(ris(&["--decision", "excluded", "--criterion", id]), (0, reason["n"].as_u64().unwrap() as usize));
    let full = ris(&["--stage", "full-text"]).1;
    let early = ris(&["--stage", "title-abstract"]).1;
    assert_eq!(full + early, total, "every record was decided on one reading");
    let wrong = desk.tamis(&["export", "--to", "ris", "--criterion", "non-humn"]);
    assert!(wrong.code == 1 && wrong.err.contains("did you mean `non-human`"), "{wrong:?}");
}
