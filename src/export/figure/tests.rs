//! The figure at few, some and many reasons, in every form.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::flow::{DecidedBy, Decision, Fate, Identification, Previous};
use crate::protocol::Stage;

fn fate(n: u64, decision: Decision, stage: Option<Stage>) -> Fate {
    let decided_by = if stage.is_some() { DecidedBy::Person } else { DecidedBy::Rule };
    Fate { pmid: Pmid(n), decision, decided_by, stage, reviewer: None, cases: Some(1) }
}

const LABELS: [&str; 7] = [
    "Non-human subjects",
    "Language other than English, of which the abstract alone was in English; no translation could be had in time",
    "Reviews <without> original cases & \"letters\"",
    "Tumour other than sarcoma",
    "No ALK fusion",
    "Fusion partner not named",
    "Not treated with crizotinib",
];

fn from(records: u64) -> Identification {
    Identification {
        review: "r".into(),
        source: "twin".into(),
        synthetic: true,
        search_run: 1,
        searched_on: "2021-08-22".into(),
        identified: records + 2,
        duplicates: 2,
        not_retrieved: 0,
        origins: Vec::new(),
    }
}

fn heading() -> Heading {
    Heading {
        title: "ALK & sarcoma".into(),
        citation: None,
        synthetic: true,
        search: "ALK[tiab] AND sarcoma".into(),
        window: "2010-01-01 to 2021-08-22".into(),
        criteria: Vec::new(),
        protocol: None,
    }
}

/// Each reason excludes as many records as its number, every other one on the full text; five are in, one waits.
fn parts(reasons: usize) -> (Vec<(String, String)>, Vec<Fate>) {
    let criteria: Vec<(String, String)> = (0..reasons)
        .map(|i| (format!("c{i}"), LABELS.get(i).map_or(format!("Reason {}", i + 1), |l| (*l).into())))
        .collect();
    let mut fates = Vec::new();
    for i in 0..reasons {
        for _ in 0..=i {
            let stage = (i % 2 == 1).then_some(Stage::FullText);
            fates.push(fate(fates.len() as u64 + 1, Decision::Excluded(format!("c{i}")), stage));
        }
    }
    for _ in 0..5 {
        fates.push(fate(fates.len() as u64 + 1, Decision::Included, None));
    }
    fates.push(fate(fates.len() as u64 + 1, Decision::Unresolved("c0".into()), None));
    (criteria, fates)
}

fn flow(reasons: usize) -> Flow {
    let (criteria, fates) = parts(reasons);
    Flow::build(from(fates.len() as u64), &criteria, &fates, None)
}

/// The numbers in brackets of a box.
fn numbers(figure: &Figure, key: &str) -> Vec<u64> {
    let node = figure.nodes.iter().find(|n| n.key == key).unwrap();
    let text: Vec<&str> = node.lines.iter().map(|l| l.text.as_str()).collect();
    text.join("\n").split("n\u{a0}=\u{a0}").skip(1).map(|t| t.split(')').next().unwrap().parse().unwrap()).collect()
}

#[test]
fn the_boxes_of_both_layouts_close_at_any_number_of_reasons() {
    for reasons in [0, 1, 3, 7, 20] {
        let flow = flow(reasons);
        for layout in [Layout::Prisma2020, Layout::SingleStage] {
            let figure = figure(&flow, &heading(), layout);
            let first = |key| numbers(&figure, key)[0];
            let mut out = first("excluded");
            assert_eq!(numbers(&figure, "excluded")[1..].iter().sum::<u64>(), out, "reasons sum to their head");
            if layout == Layout::Prisma2020 {
                assert_eq!(first("screened") - out - first("awaiting"), first("sought"), "{reasons}");
                assert_eq!(first("sought") - first("not-retrieved"), first("assessed"));
                assert_eq!(first("assessed") - first("reports-excluded"), numbers(&figure, "included")[1]);
                out += first("reports-excluded");
            }
            assert_eq!(first("screened"), out + first("awaiting") + numbers(&figure, "included")[1], "{reasons}");
            let text = draw(&figure, true);
            sound(&text);
            assert!(
                !text.contains("<without>")
                    && text.contains("<title id=\"t\">PRISMA 2020 flow diagram: ALK &amp; sarcoma")
            );
        }
    }
}

/// Well-formed, and no box reaches past the picture.
fn sound(svg: &str) {
    let mut reader = quick_xml::Reader::from_str(svg);
    let (mut width, mut deepest) = (0.0f64, 0.0f64);
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Start(e) | quick_xml::events::Event::Empty(e) => {
                let number = |name: &str| -> f64 {
                    let value = e.try_get_attribute(name).unwrap().map(|a| a.value.into_owned());
                    value.and_then(|v| v.parse().ok()).unwrap_or(0.0)
                };
                match e.name().as_ref() {
                    "svg" => width = number("width"),
                    "rect" => deepest = deepest.max(number("x") + number("width")),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    assert!(width > 0.0 && deepest <= width, "{deepest} of {width}");
}

#[test]
fn an_update_shows_the_previous_version_what_is_new_and_the_total() {
    let (criteria, fates) = parts(3);
    let previous = Previous { run: 1, searched_on: "2020-01-01".into(), fates: fates[..8].to_vec() };
    let flow = Flow::build_update(from(fates.len() as u64), &criteria, &fates, &previous);
    let figure = figure(&flow, &heading(), Layout::Prisma2020);
    assert_eq!(numbers(&figure, "previous"), [2, 2]);
    assert_eq!((numbers(&figure, "included")[0], numbers(&figure, "total")[0]), (3, 5));
    assert_eq!(numbers(&figure, "removed"), [2, 8], "known records leave before screening");
}

#[test]
fn r_reads_every_reason_with_its_number_whatever_the_reasons_are_called() {
    let text = String::from_utf8(prisma_csv::prisma_csv(&flow(7)).unwrap()).unwrap();
    assert!(text.starts_with("data,node,box,description,boxtext,tooltips,url,n\n"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let n = |data: &str| rows.iter().find(|r| &r[0] == data).unwrap()[7].to_owned();
    // As the package reads a list: split at semicolons, the name before the first comma, the number after the last.
    let list = n("dbr_excluded");
    let read: Vec<(&str, u64)> = list
        .split(';')
        .map(|item| (item.split(',').next().unwrap().trim(), item.rsplit(',').next().unwrap().trim().parse().unwrap()))
        .collect();
    assert_eq!(read.iter().map(|r| r.1).collect::<Vec<_>>(), [2, 4, 6]);
    assert!(list.split(';').all(|item| item.matches(',').count() == 1), "{list}");
    assert_eq!(
        (n("dbr_assessed"), n("previous_studies"), n("register_results")),
        ("17".into(), "NA".into(), "NA".into())
    );
}

#[test]
fn mermaid_is_spared_every_letter_it_would_take_for_markup() {
    let text = mermaid::mermaid(&figure(&flow(7), &heading(), Layout::Prisma2020));
    let inside = text.lines().filter(|l| l.contains("[\"")).all(|l| l.matches('"').count() == 2);
    assert!(inside && text.contains("#60;without#62;") && text.contains("screened --> excluded"), "{text}");
}

#[test]
fn the_page_leads_from_each_box_to_its_records_and_runs_no_script() {
    let titles = [(Pmid(1), ("A et al. J 2020".to_owned(), "<script>alert(1)</script>".to_owned()))].into();
    let page = html::html(&figure(&flow(3), &heading(), Layout::Prisma2020), &titles).unwrap();
    for key in ["screened", "excluded", "awaiting", "assessed", "reports-excluded", "included"] {
        assert!(page.contains(&format!("href=\"#{key}\"")) && page.contains(&format!("id=\"{key}\"")), "{key}");
    }
    assert!(!page.contains("<script"));
}

#[test]
fn the_figure_is_drawn_as_it_was_looked_at() {
    for (reasons, kept) in
        [(3, include_str!("kept/3.svg")), (7, include_str!("kept/7.svg")), (20, include_str!("kept/20.svg"))]
    {
        let drawn = svg(&flow(reasons), &heading(), Layout::Prisma2020);
        if std::env::var_os("TAMIS_KEEP_FIGURES").is_some() {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/export/figure/kept");
            std::fs::write(folder.join(format!("{reasons}.svg")), drawn).unwrap();
        } else {
            assert_eq!(drawn, kept, "look at it, then keep it with TAMIS_KEEP_FIGURES=1");
        }
    }
}

#[cfg(feature = "png")]
#[test]
fn a_png_is_drawn_with_letters_in_it() {
    let text = svg(&flow(3), &heading(), Layout::Prisma2020);
    let with = png::png(&text).unwrap();
    let without = png::png(&text.replace("<text", "<g").replace("</text", "</g")).unwrap();
    assert!(with.starts_with(b"\x89PNG") && with.len() > without.len() * 2, "{} and {}", with.len(), without.len());
}
