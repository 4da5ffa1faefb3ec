//! One mark a case, in rows and columns of two groups.

use super::chart::{Anchor, Sheet, color, legend};
use crate::pooled::results::GridResult;

const LEFT: f64 = 150.0;
const TOP: f64 = 150.0;
/// Width and height of a mark with its margin.
const MARK: (f64, f64) = (22.0, 16.0);
/// Marks side by side in a cell; more go below.
const ACROSS: usize = 6;

/// Draws the marks of a result; `note` stands at the foot.
pub fn svg(result: &GridResult, note: &str) -> String {
    let cell = |row: usize, column: usize| -> Vec<Option<&str>> {
        let here = result.marks.iter().filter(|m| m.0 == row && m.1 == column);
        let mut marks: Vec<Option<&str>> = here.map(|m| m.2.as_deref()).collect();
        marks.sort_by_key(|m| m.and_then(|m| result.colors.iter().position(|c| c == m)).unwrap_or(usize::MAX));
        marks
    };
    let most = |column: usize| (0..result.rows.len()).map(|r| cell(r, column).len()).max().unwrap_or(0);
    let widths: Vec<f64> =
        (0..result.columns.len()).map(|c| (most(c).min(ACROSS) as f64 * MARK.0 + 16.0).max(46.0)).collect();
    let heights: Vec<f64> = (0..result.rows.len())
        .map(|r| {
            let most = (0..result.columns.len()).map(|c| cell(r, c).len()).max().unwrap_or(0);
            most.div_ceil(ACROSS).max(1) as f64 * MARK.1 + 8.0
        })
        .collect();
    let right = LEFT + widths.iter().sum::<f64>();
    let bottom = TOP + heights.iter().sum::<f64>();
    // Names of columns lean out to the right of the last one.
    let width = (right + 110.0).max(720.0);
    let mut sheet = Sheet::new(width, bottom + 60.0);
    sheet.text(width / 2.0, 30.0, Anchor::Middle, 16, true, &result.label);
    legend(&mut sheet, 16.0, 60.0, &result.colors);
    let unknown = result.marks.iter().filter(|m| m.2.is_none()).count();
    let mut x = LEFT;
    for (column, wide) in result.columns.iter().zip(&widths) {
        let middle = x + wide / 2.0;
        sheet.raw(&format!(
            r#"<text transform="translate({:.1} {:.1}) rotate(-35)" font-size="12">{}</text>"#,
            middle - 4.0,
            TOP - 8.0,
            super::figure::escape(column)
        ));
        sheet.line((x, TOP), (x, bottom), "#e4e4e4");
        x += wide;
    }
    let mut y = TOP;
    for (r, (row, high)) in result.rows.iter().zip(&heights).enumerate() {
        sheet.line((LEFT, y), (right, y), "#e4e4e4");
        sheet.text(LEFT - 8.0, y + high / 2.0 + 4.0, Anchor::End, 12, false, row);
        let mut x = LEFT;
        for (c, wide) in widths.iter().enumerate() {
            for (i, mark) in cell(r, c).into_iter().enumerate() {
                let at = (x + 8.0 + (i % ACROSS) as f64 * MARK.0, y + 5.0 + (i / ACROSS) as f64 * MARK.1);
                let fill = color(&result.colors, mark);
                sheet.raw(&format!(
                    r#"<rect x="{:.1}" y="{:.1}" width="20" height="14" rx="3" fill="{fill}"/>"#,
                    at.0, at.1
                ));
                // Letters too, so that colour is not the only sign.
                let letters: String = mark.unwrap_or("?").chars().take(2).collect();
                sheet.raw(&format!(
                    r#"<text x="{:.1}" y="{:.1}" text-anchor="middle" font-size="9" font-weight="bold" fill="white">{}</text>"#,
                    at.0 + 10.0,
                    at.1 + 10.3,
                    super::figure::escape(&letters)
                ));
            }
            x += wide;
        }
        y += high;
    }
    sheet.line((LEFT, bottom), (right, bottom), "#e4e4e4");
    let foot = match unknown {
        0 => note.to_owned(),
        n => format!("? {n} cases without an assessed response. {note}"),
    };
    sheet.text(16.0, bottom + 40.0, Anchor::Start, 11, false, &foot);
    sheet.finish(
        &result.label,
        &format!("{} cases in {} rows and {} columns.", result.marks.len(), result.rows.len(), result.columns.len()),
    )
}
