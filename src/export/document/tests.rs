use super::*;

const HOSTILE: &str = "a|b <script>alert(1)</script> *x* [y](z) `q`\u{1b}[31m \u{202e}";

fn sample() -> Document {
    let mut d = Document::new("A & B");
    d.section("Search");
    d.line(vec!["Asked with ".into(), Span::Code("a[ti] OR b".into()), " by ".into(), Span::pmid(Pmid(31452104))]);
    d.blocks.push(Block::Warning("Nothing here exists.".into()));
    d.list([vec!["one".into()], vec![Span::Strong("two".into())]]);
    d.table(&["what", "n"], vec![vec![HOSTILE, "3"]], &[1]);
    d.blocks.push(Block::Code("```\na".into()));
    let svg = "<svg/>".to_owned();
    d.blocks.push(Block::Picture(Picture { svg, says: "A flow.".into(), mermaid: Some("flowchart TD".into()) }));
    d
}

#[test]
fn markdown_shows_hostile_text_as_it_stands_and_keeps_its_tables_whole() {
    let text = sample().markdown();
    let row = text.lines().find(|l| l.contains("script")).unwrap_or_default();
    assert_eq!(row.replace("\\|", "").matches('|').count(), 3, "three bars hold two cells: {row}");
    assert!(row.contains("&lt;script>") && row.contains("\\*x\\*") && row.contains("\\[y\\](z)"), "{row}");
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
    assert!(text.contains("````\n```\na\n````"), "a fence longer than any within");
    assert!(text.contains("[31452104](<https://pubmed.ncbi.nlm.nih.gov/31452104/>)"));
    assert!(text.contains("| --- | ---: |") && text.contains("```mermaid\nflowchart TD\n```"));
}

#[test]
fn a_page_escapes_what_it_shows_and_allows_no_script() {
    let page = sample().html().unwrap_or_default();
    assert!(!page.contains("<script") && page.contains("&#60;script&#62;"), "{page}");
    assert!(!page.contains('\u{1b}') && !page.contains('\u{202e}'));
    assert!(page.contains("default-src 'none'") && page.contains("<h2 id=\"s0\">Search</h2>"));
    assert!(page.contains("src=\"data:image/svg+xml;base64,PHN2Zy8+\"") && page.contains("alt=\"A flow.\""));
}

#[test]
fn the_terminal_gets_lines_that_fit() {
    let text = sample().text(40);
    assert!(text.lines().all(|l| l.chars().count() <= 40), "{text}");
    assert!(text.contains("• one\n• two") && text.contains("! Nothing here exists."));
    assert!(!text.contains('\u{1b}'));
}
