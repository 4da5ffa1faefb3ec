//! A record that tries everything a text can try, and is a megabyte long, is shown harmlessly wherever it is shown.

use crate::Desk;

/// The hostile record with an abstract of a megabyte: one sentence, then many.
fn megabyte() -> String {
    let text = include_str!("../data/hostile.xml");
    let one =
        "ALK fusion of a sarcoma, crizotinib was given, =HYPERLINK(1) \u{202e} &lt;script&gt;alert(1)&lt;/script&gt; ";
    let many = "No ALK fusion was found. The patient received crizotinib. ";
    let long = format!("{}. {}", one.repeat(500_000 / one.len()), many.repeat(500_000 / many.len()));
    let at = text.find("</AbstractText>").unwrap();
    format!("{} {long}{}", &text[..at], &text[at..])
}

/// Characters that steer a terminal or a line's direction.
fn steers(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\r' && c != '\t'
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn a_hostile_record_of_a_megabyte_is_harmless_in_terminal_page_table_and_spreadsheet() {
    let desk = Desk::new();
    std::fs::write(desk.file("twin/99.xml"), megabyte()).unwrap();
    assert_eq!(desk.tamis(&["run", "-q"]).code, 3, "one record more than the published figure");
    let judge = ["judge", "99990001", "--include", "--cases", "1", "--stage", "full-text", "--by", "reviewer-1", "-q"];
    let quote = ["--quote", "=1+1 <script>alert(1)</script> \u{1b}[31m"];
    assert_eq!(desk.tamis(&[&judge[..], &quote].concat()).code, 0);

    for words in [&["explain", "99990001"][..], &["audit", "--record", "99990001"], &["status"], &["flow"]] {
        let done = desk.tamis(words);
        assert!(!done.out.chars().any(steers) && !done.err.chars().any(steers), "{words:?}");
    }
    let page = desk.tamis(&["audit", "--format", "html"]).out;
    let report = desk.tamis(&["report", "--format", "html"]).out;
    for (name, html) in [("audit", &page), ("report", &report)] {
        assert!(!html.contains("<script>alert") && !html.contains("<img src=x"), "{name}");
        assert!(!html.chars().any(steers), "{name}");
    }
    assert!(page.len() > 900_000, "nothing of the abstract is lost");
    assert_eq!(desk.tamis(&["worksheet", "-q"]).code, 0);
    let out = desk.folder.path().join("out/alk-crizotinib");
    let worksheet = std::fs::read_to_string(out.join("worksheet.csv")).unwrap();
    let audit = desk.tamis(&["audit", "--format", "csv"]).out;
    let table = |format: &str| desk.tamis(&["export", "--to", format]).out;
    let tables = [worksheet, audit, table("asreview"), table("rayyan"), table("covidence")];
    for text in &tables {
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        for row in reader.records() {
            for cell in &row.unwrap() {
                let first = cell.chars().next().unwrap_or('a');
                let number = cell.parse::<f64>().is_ok();
                assert!(number || !matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n'), "{cell:.80}");
            }
        }
    }
    let back = desk.tamis(&["worksheet", "import", out.join("worksheet.xlsx").to_str().unwrap()]);
    assert_eq!(back.code, 0, "the workbook opens again: {}", back.err);
}
