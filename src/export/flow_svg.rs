//! The flow as a PRISMA 2020 diagram (Page et al. 2021, BMJ 372:n71): identification, screening,
//! included. Plain SVG: text stays text, nothing is fetched.

use std::fmt::Write;

use super::Heading;
use crate::flow::Flow;

/// Text made safe for XML: markup escaped, control characters dropped.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Lines of at most so many characters, broken at blanks but not at no-break spaces.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split([' ', '\n', '\t']).filter(|w| !w.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

const LINE: f64 = 18.0;

struct Box<'a> {
    x: f64,
    y: f64,
    width: f64,
    lines: &'a [(String, bool)],
}

impl Box<'_> {
    fn height(&self) -> f64 {
        self.lines.len() as f64 * LINE + 20.0
    }

    fn draw(&self, out: &mut String) {
        let Self { x, y, width, .. } = self;
        let h = self.height();
        let _ = writeln!(out, r#"<rect x="{x}" y="{y}" width="{width}" height="{h}" fill="white" stroke="black"/>"#);
        for (i, (line, bold)) in self.lines.iter().enumerate() {
            let weight = if *bold { r#" font-weight="bold""# } else { "" };
            let ty = y + 24.0 + i as f64 * LINE;
            let _ = writeln!(out, r#"<text x="{}" y="{ty}"{weight}>{}</text>"#, x + 12.0, escape(line));
        }
    }
}

/// Draws the diagram.
pub fn svg(flow: &Flow, heading: &Heading) -> String {
    let lines = |texts: &[String], width: usize| -> Vec<(String, bool)> {
        let mut out = Vec::new();
        for (i, text) in texts.iter().enumerate() {
            out.extend(wrap(text, width).into_iter().map(|l| (l, i == 0)));
        }
        out
    };
    let left = 70.0;
    let right = 440.0;
    let identified = lines(&["Records identified from PubMed".into(), format!("(n = {})", flow.identified)], 38);
    let mut removed =
        vec!["Records removed before screening".to_owned(), format!("Duplicate records (n = {})", flow.duplicates)];
    if flow.not_retrieved > 0 {
        removed.push(format!("Records that PubMed no longer gives (n = {})", flow.not_retrieved));
    }
    let removed = lines(&removed, 48);
    let screened = lines(&["Records screened".into(), format!("(n = {})", flow.screened)], 38);
    let total: u64 = flow.excluded.iter().map(|e| e.n).sum();
    let mut reasons = vec![format!("Records excluded (n = {total})")];
    for e in &flow.excluded {
        reasons.push(format!(
            "{} (n\u{a0}=\u{a0}{}; {}\u{a0}by\u{a0}rule, {}\u{a0}by\u{a0}person)",
            e.label, e.n, e.by_rule, e.by_person
        ));
    }
    let reasons = lines(&reasons, 48);
    let mut kept = vec![
        format!("Studies included in review (n = {})", flow.included.studies),
        format!("Reports of included studies (n = {})", flow.included.reports),
        format!("Cases, that is patients (n = {})", flow.included.cases),
    ];
    if !flow.included.cases_unknown.is_empty() {
        kept.push(format!("of {} reports the number of cases is not known", flow.included.cases_unknown.len()));
    }
    let kept = lines(&kept, 38);
    let waiting = lines(&["Records that await a person".into(), format!("(n = {})", flow.unresolved)], 48);

    let top = 60.0;
    let a = Box { x: left, y: top, width: 310.0, lines: &identified };
    let b = Box { x: right, y: top, width: 390.0, lines: &removed };
    // The sidebar holds its word upright, so the first row is never lower than that.
    let first = a.height().max(b.height()).max(110.0);
    let second = top + first + 40.0;
    let c = Box { x: left, y: second, width: 310.0, lines: &screened };
    let d = Box { x: right, y: second, width: 390.0, lines: &reasons };
    let w = Box { x: right, y: second + d.height() + 20.0, width: 390.0, lines: &waiting };
    let third = if flow.unresolved > 0 { w.y + w.height() + 40.0 } else { second + d.height() + 40.0 };
    let e = Box { x: left, y: third, width: 310.0, lines: &kept };
    let mut notes = wrap(
        &format!("Search of {} on {}, window {}: {}", flow.source, flow.searched_on, heading.window, heading.search),
        125,
    );
    if flow.synthetic {
        notes.insert(0, "Synthetic records: no article, patient or author in this figure exists.".to_owned());
    }
    let foot = third + e.height() + 36.0;
    let height = foot + notes.len() as f64 * 15.0 + 10.0;

    let mut out = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 {height}" width="860" height="{height}" role="img" aria-labelledby="t d" font-family="Helvetica, Arial, 'Liberation Sans', sans-serif" font-size="14">
<title id="t">PRISMA 2020 flow diagram: {}</title>
<desc id="d">{} records identified, {} screened, {total} excluded, {} await a person, {} studies with {} cases included.</desc>
<rect width="860" height="{height}" fill="white"/>
<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L10 5L0 10z"/></marker></defs>
<text x="430" y="32" text-anchor="middle" font-size="16" font-weight="bold">Identification of studies via databases</text>
"#,
        escape(&heading.title),
        flow.identified,
        flow.screened,
        flow.unresolved,
        flow.included.studies,
        flow.included.cases
    );
    for (name, y, h) in
        [("Identification", top, first), ("Screening", second, third - 40.0 - second), ("Included", third, e.height())]
    {
        let _ =
            writeln!(out, r##"<rect x="16" y="{y}" width="34" height="{h}" rx="6" fill="#dbe7f3" stroke="#5b7fa6"/>"##);
        let middle = y + h / 2.0;
        let _ = writeln!(
            out,
            r#"<text transform="translate(38 {middle}) rotate(-90)" text-anchor="middle" font-size="12" font-weight="bold">{name}</text>"#
        );
    }
    for shape in [&a, &b, &c, &d, &e] {
        shape.draw(&mut out);
    }
    let mut arrow = |x1: f64, y1: f64, x2: f64, y2: f64| {
        let _ =
            writeln!(out, r#"<path d="M{x1} {y1}L{x2} {y2}" stroke="black" fill="none" marker-end="url(#arrow)"/>"#);
    };
    let edge = left + 310.0;
    arrow(edge, a.y + a.height() / 2.0, right, a.y + a.height() / 2.0);
    arrow(left + 155.0, a.y + a.height(), left + 155.0, c.y);
    arrow(edge, c.y + c.height() / 2.0, right, c.y + c.height() / 2.0);
    arrow(left + 155.0, c.y + c.height(), left + 155.0, e.y);
    if flow.unresolved > 0 {
        arrow(left + 155.0, w.y + w.height() / 2.0, right, w.y + w.height() / 2.0);
        w.draw(&mut out);
    }
    for (i, note) in notes.iter().enumerate() {
        let y = foot + i as f64 * 15.0;
        let _ = writeln!(out, r##"<text x="16" y="{y}" font-size="11" fill="#333">{}</text>"##, escape(note));
    }
    out + "</svg>\n"
}
