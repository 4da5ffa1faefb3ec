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

#[cfg(feature = "pdf")]
#[test]
fn the_figure_comes_as_a_pdf_with_its_font_within() {
    let desk = Desk::new();
    desk.tamis(&["run", "-q"]);
    let done = desk.tamis(&["flow", "--format", "pdf", "-o", "figure.pdf"]);
    let bytes = std::fs::read(desk.folder.path().join("figure.pdf")).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(done.code == 0 && bytes.starts_with(b"%PDF-"), "{done:?}");
    assert!(text.contains("/FontFile") && text.contains("DejaVu"), "text is text, in a font of its own");
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

#[test]
fn the_report_tells_every_exclusion_with_its_words_the_pooled_numbers_and_what_is_left_to_people() {
    let desk = Desk::new();
    desk.tamis(&["run", "-q"]);
    let done = desk.tamis(&["report", "-q"]);
    assert_eq!(done.code, 0, "{done:?}");
    let read = |name: &str| std::fs::read_to_string(desk.folder.path().join("out/alk-crizotinib").join(name)).unwrap();
    let (page, text) = (read("report.html"), read("report.md"));
    let flow = desk.json(&["flow", "--format", "json"]);
    for reason in flow["excluded"].as_array().unwrap() {
        let heading = format!("### {} (n = {})", reason["label"].as_str().unwrap(), reason["n"]);
        let section = text.split(&heading).nth(1).unwrap_or_else(|| panic!("no `{heading}`"));
        let rows = section.split("\n#").next().unwrap().lines().filter(|l| l.starts_with("| 99")).count();
        assert_eq!(rows as u64, reason["n"].as_u64().unwrap(), "{heading}");
    }
    for words in [
        "Every box equals the published figure",
        "| 99000118 | **A zebrafish platform",
        "A **zebrafish** platform",
        "of cases whose response was assessed | 26/30 | 86.7 %",
        "42 items,",
        "16 items,",
        "[to be written by the reviewers]",
        "```mermaid",
    ] {
        let escaped = words.replace('[', "\\[").replace(']', "\\]");
        assert!(text.contains(words) || text.contains(&escaped), "no `{words}`");
    }
    assert!(
        page.contains("Synthetic records") && page.contains("data:image/svg+xml;base64,") && !page.contains("<script")
    );
    let first = desk.tamis(&["report", "--run", "1", "--format", "markdown"]).out;
    assert_eq!(first, text, "as it was reported is as it is");
}

#[test]
fn a_report_of_a_review_without_a_plan_says_so_and_one_that_is_not_finished_says_so() {
    let desk = Desk::new();
    let review = desk.folder.path().join("queries/alk-crizotinib");
    std::fs::remove_file(review.join("analysis.toml")).unwrap();
    std::fs::remove_dir_all(review.join("judgements")).unwrap();
    desk.tamis(&["run", "-q"]);
    let text = desk.tamis(&["report", "--format", "markdown"]).out;
    assert!(text.contains("None: the review has no plan of analysis"), "{text}");
    assert!(text.contains("> **Not finished: ") && text.contains("## Records that await a person"), "{text}");
}
