//! What the pictures of the pooled analysis share: a sheet of SVG, colours, ticks.

use std::fmt::Write;

use super::figure::escape;

/// Colours that people with any colour vision tell apart (Okabe and Ito 2008, Color Universal Design).
pub(super) const COLORS: [&str; 7] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555"];
/// Dashes of lines, so that colour is never the only sign.
pub(super) const DASHES: [&str; 4] = ["", "7 4", "2 3", "10 3 2 3"];

/// The colour of a part among its group; grey for none.
pub(super) fn color(parts: &[String], part: Option<&str>) -> &'static str {
    let place = part.and_then(|p| parts.iter().position(|q| q == p));
    place.map_or("#bbbbbb", |i| COLORS[i % COLORS.len()])
}

/// A picture being drawn. Lengths are CSS pixels.
pub(super) struct Sheet {
    body: String,
    width: f64,
    height: f64,
}

/// Where a text stands against its point.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Sheet {
    pub(super) fn new(width: f64, height: f64) -> Self {
        Self { body: String::new(), width, height }
    }

    pub(super) fn text(&mut self, x: f64, y: f64, anchor: Anchor, size: u32, bold: bool, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let weight = if bold { r#" font-weight="bold""# } else { "" };
        let text = escape(text);
        let _ = writeln!(
            self.body,
            r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" font-size="{size}"{weight}>{text}</text>"#
        );
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: &str) {
        let ((x1, y1), (x2, y2)) = (from, to);
        let _ = writeln!(self.body, r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" stroke="{stroke}"/>"#);
    }

    /// Any element, written out.
    pub(super) fn raw(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }

    /// The whole picture, with a title and a description for those who cannot see it.
    pub(super) fn finish(self, title: &str, description: &str) -> String {
        let Self { body, width, height } = self;
        let (title, description) = (escape(title), escape(description));
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-labelledby="t d" font-family="Helvetica, Arial, 'Liberation Sans', sans-serif">
<title id="t">{title}</title>
<desc id="d">{description}</desc>
<rect width="{width}" height="{height}" fill="white"/>
{body}</svg>
"#
        )
    }
}

/// Round numbers from 0 to at least `most`, about `wanted` of them.
pub(super) fn ticks(most: f64, wanted: usize) -> Vec<f64> {
    let rough = (most / wanted as f64).max(f64::MIN_POSITIVE);
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 3.0, 5.0, 6.0, 10.0].map(|s| s * power).into_iter().find(|s| *s >= rough).unwrap_or(rough);
    let last = (most / step).ceil().max(1.0) as usize;
    (0..=last).map(|i| i as f64 * step).collect()
}

/// A legend in one row: coloured squares with their names, from `x` on.
pub(super) fn legend(sheet: &mut Sheet, mut x: f64, y: f64, parts: &[String]) {
    for part in parts {
        let fill = color(parts, Some(part));
        sheet.raw(&format!(r#"<rect x="{x:.1}" y="{:.1}" width="12" height="12" fill="{fill}"/>"#, y - 10.0));
        sheet.text(x + 17.0, y, Anchor::Start, 12, false, part);
        x += 40.0 + 7.0 * part.chars().count() as f64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_reach_the_end() {
        for (most, expected) in [(55.2, 60.0), (9.0, 10.0), (0.5, 0.5), (33.0, 35.0), (130.0, 140.0)] {
            let found = ticks(most, 7);
            assert!((found[found.len() - 1] - expected).abs() < 1e-9, "{most}: {found:?}");
        }
        assert_eq!(ticks(0.0, 5)[0], 0.0);
    }
}
