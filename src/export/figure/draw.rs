//! Boxes into SVG. Text stays text in fonts that every machine has, nothing is fetched, and no meaning hangs on a
//! colour.

use std::fmt::Write;

use super::measure::{width, wrap};
use super::{Band, Column, Figure, Node, escape};

const SIZE: f64 = 13.0;
const LINE: f64 = 18.0;
const PAD: f64 = 12.0;
const INDENT: f64 = 14.0;
const GAP: f64 = 34.0;
const LEFT: f64 = 64.0;

/// A box with its place.
struct Placed<'a> {
    node: &'a Node,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    /// Text, whether bold, how far in.
    lines: Vec<(String, bool, f64)>,
}

impl Placed<'_> {
    fn middle(&self) -> f64 {
        self.x + self.width / 2.0
    }

    fn draw(&self, out: &mut String, links: bool) {
        let Self { node, x, y, width, height, lines } = self;
        let linked = links && !node.lists.is_empty();
        if linked {
            let _ = writeln!(out, r##"<a href="#{}">"##, node.key);
        }
        let _ = writeln!(
            out,
            r##"<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="2" fill="#fff" stroke="#222"/>"##
        );
        for (i, (line, bold, indent)) in lines.iter().enumerate() {
            let weight = if *bold { r#" font-weight="bold""# } else { "" };
            let (tx, ty) = (x + PAD + indent, y + PAD + 12.0 + i as f64 * LINE);
            let _ = writeln!(out, r#"<text x="{tx}" y="{ty}"{weight}>{}</text>"#, escape(line));
        }
        if linked {
            out.push_str("</a>\n");
        }
    }
}

fn column_width(column: Column) -> f64 {
    match column {
        Column::Previous => 220.0,
        Column::Main => 300.0,
        Column::Side => 380.0,
    }
}

/// Where columns begin, and where the last one ends.
fn columns(figure: &Figure) -> (impl Fn(Column) -> f64, f64) {
    let previous = figure.nodes.iter().any(|n| n.column == Column::Previous);
    let main = LEFT + if previous { column_width(Column::Previous) + 50.0 } else { 0.0 };
    let side = main + column_width(Column::Main) + 60.0;
    let at = move |column| match column {
        Column::Previous => LEFT,
        Column::Main => main,
        Column::Side => side,
    };
    (at, side + column_width(Column::Side) + 16.0)
}

fn place<'a>(figure: &'a Figure, at: &impl Fn(Column) -> f64, top: f64) -> Vec<Placed<'a>> {
    let mut boxes: Vec<Placed<'a>> = figure
        .nodes
        .iter()
        .map(|node| {
            let width = column_width(node.column);
            let mut lines = Vec::new();
            for line in &node.lines {
                let indent = if line.indented { INDENT } else { 0.0 };
                for (i, text) in
                    wrap(&line.text, width - 2.0 * PAD - 2.0 * indent, SIZE, line.bold).into_iter().enumerate()
                {
                    // What runs over stands further in, so that reasons are told apart.
                    lines.push((text, line.bold, if i > 0 && line.indented { indent * 2.0 } else { indent }));
                }
            }
            let height = lines.len() as f64 * LINE + 2.0 * PAD - 4.0;
            Placed { node, x: at(node.column), y: 0.0, width, height, lines }
        })
        .collect();
    let rows = boxes.iter().map(|b| b.node.row).max().unwrap_or(0);
    let mut y = top;
    for row in 0..=rows {
        let here: Vec<&Placed<'_>> = boxes.iter().filter(|b| b.node.row == row).collect();
        // The word of a band that has one row stands upright in it.
        let band = here.iter().find(|b| b.node.column == Column::Main).map(|b| b.node.band);
        let alone = boxes.iter().filter(|b| b.node.column == Column::Main && Some(b.node.band) == band).count() == 1;
        let least = band.filter(|_| alone).map_or(0.0, |b| width(b.name(), 12.0, true) + 16.0);
        let tallest = here.iter().map(|b| b.height).fold(least, f64::max);
        for b in boxes.iter_mut().filter(|b| b.node.row == row) {
            b.y = y;
        }
        y += tallest + GAP;
    }
    boxes
}

fn bands(boxes: &[Placed<'_>], out: &mut String) {
    for band in [Band::Identification, Band::Screening, Band::Included] {
        let here: Vec<&Placed<'_>> = boxes.iter().filter(|b| b.node.band == band).collect();
        let top = here.iter().map(|b| b.y).fold(f64::INFINITY, f64::min);
        let bottom = here.iter().map(|b| b.y + b.height).fold(0.0, f64::max);
        if here.is_empty() {
            continue;
        }
        let height = (bottom - top).max(width(band.name(), 12.0, true) + 16.0);
        let middle = top + height / 2.0;
        let _ = writeln!(
            out,
            r##"<rect x="16" y="{top}" width="30" height="{height}" rx="6" fill="#dbe7f3" stroke="#39597d"/>
<text transform="translate(35 {middle}) rotate(-90)" text-anchor="middle" font-size="12" font-weight="bold">{}</text>"##,
            band.name()
        );
    }
}

fn arrow(from: &Placed<'_>, to: &Placed<'_>, out: &mut String) {
    let path = match (from.node.column, to.node.column) {
        (Column::Previous, _) => {
            let y = to.y + to.height / 2.0;
            format!("M{} {}V{y}H{}", from.middle(), from.y + from.height, to.x)
        }
        (_, Column::Side) => {
            // Straight across when the boxes share a row; else down from beside the way, then across.
            let y = to.y + from.height.min(to.height) / 2.0;
            if from.node.row == to.node.row {
                format!("M{} {y}H{}", from.x + from.width, to.x)
            } else {
                format!("M{} {}V{y}H{}", from.middle(), from.y + from.height, to.x)
            }
        }
        _ => format!("M{} {}V{}", from.middle(), from.y + from.height, to.y),
    };
    let _ = writeln!(out, r##"<path d="{path}" stroke="#222" fill="none" marker-end="url(#arrow)"/>"##);
}

/// Draws the boxes; with `links`, each leads to `#` and its key.
pub fn draw(figure: &Figure, links: bool) -> String {
    drawn(figure, links, "", 0.0).0
}

/// Draws several figures beside each other, the first at the left.
pub fn draw_beside(figures: &[Figure], title: &str) -> String {
    let (mut width, mut height, mut inner) = (0.0_f64, 0.0_f64, String::new());
    for (i, figure) in figures.iter().enumerate() {
        let (svg, right, foot) = drawn(figure, false, &format!("v{}-", i + 1), width);
        inner.push_str(&svg);
        width += right;
        height = height.max(foot);
    }
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="group" aria-labelledby="t">
<title id="t">{}</title>
<rect width="{width}" height="{height}" fill="#fff"/>
{inner}</svg>
"##,
        escape(title)
    )
}

/// A drawing from `x` rightwards, whose ids begin with `prefix`; its width and height.
fn drawn(figure: &Figure, links: bool, prefix: &str, x: f64) -> (String, f64, f64) {
    let (at, right) = columns(figure);
    let mut heads = String::new();
    let mut top: f64 = 16.0;
    let mut below = top;
    for (column, text) in &figure.headings {
        let x = at(*column);
        let room = if *column == Column::Main { right - 16.0 - x } else { column_width(*column) };
        let lines = wrap(text, room - 2.0 * PAD, SIZE, true);
        let height = lines.len() as f64 * LINE + 14.0;
        let _ = writeln!(
            heads,
            r##"<rect x="{x}" y="{top}" width="{room}" height="{height}" rx="6" fill="#f3e3b3" stroke="#7a6320"/>"##
        );
        for (i, line) in lines.iter().enumerate() {
            let _ = writeln!(
                heads,
                r#"<text x="{}" y="{}" text-anchor="middle" font-weight="bold">{}</text>"#,
                x + room / 2.0,
                top + 20.0 + i as f64 * LINE,
                escape(line)
            );
        }
        below = below.max(top + height);
    }
    top = below + 20.0;
    let boxes = place(figure, &at, top);
    let foot = boxes.iter().map(|b| b.y + b.height).fold(top, f64::max) + 30.0;
    let notes: Vec<String> = figure.notes.iter().flat_map(|n| wrap(n, right - 32.0, 11.0, false)).collect();
    let height = foot + notes.len() as f64 * 15.0 + 6.0;
    // A picture that holds links is a group of them to a screen reader.
    let role = if links { "group" } else { "img" };
    let place = if prefix.is_empty() { String::new() } else { format!(r#" x="{x}""#) };
    let mut out = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg"{place} viewBox="0 0 {right} {height}" width="{right}" height="{height}" role="{role}" aria-labelledby="{prefix}t {prefix}d" font-family="Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif" font-size="{SIZE}" fill="#111">
<title id="{prefix}t">{}</title>
<desc id="{prefix}d">{}</desc>
<rect width="{right}" height="{height}" fill="#fff"/>
<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L10 5L0 10z" fill="#222"/></marker></defs>
"##,
        escape(&figure.title),
        escape(&figure.description)
    );
    out.push_str(&heads);
    bands(&boxes, &mut out);
    for (from, to) in &figure.arrows {
        let find = |key: &str| boxes.iter().find(|b| b.node.key == key);
        if let (Some(from), Some(to)) = (find(from), find(to)) {
            arrow(from, to, &mut out);
        }
    }
    for b in &boxes {
        b.draw(&mut out, links);
    }
    for (i, note) in notes.iter().enumerate() {
        let y = foot + i as f64 * 15.0;
        let _ = writeln!(out, r##"<text x="16" y="{y}" font-size="11" fill="#333">{}</text>"##, escape(note));
    }
    (out + "</svg>\n", right, height)
}
