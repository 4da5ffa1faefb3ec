//! One bar a case: how long it was watched, how it responded, how its time ended.

use super::chart::{Anchor, Sheet, color, legend, ticks};
use crate::pooled::results::SwimmerResult;

const LEFT: f64 = 330.0;
const RIGHT: f64 = 810.0;
const TOP: f64 = 90.0;
const ROW: f64 = 19.0;

/// Draws the bars of a result; `note` stands at the foot.
pub fn svg(result: &SwimmerResult, note: &str) -> String {
    let longest = result.bars.first().map_or(1.0, |b| b.time);
    let times = ticks(longest, 8);
    let end = times.last().copied().unwrap_or(1.0);
    let x = |t: f64| LEFT + t / end * (RIGHT - LEFT);
    let bottom = TOP + result.bars.len() as f64 * ROW;
    let height = bottom + 80.0;
    let mut sheet = Sheet::new(860.0, height);
    sheet.text(430.0, 30.0, Anchor::Middle, 16, true, &result.label);
    legend(&mut sheet, 16.0, 62.0, &result.colors);
    sheet.text(LEFT, 62.0, Anchor::Start, 12, false, "✕ event    ▶ censored");
    for time in &times {
        sheet.line((x(*time), TOP - 6.0), (x(*time), bottom), "#e4e4e4");
        sheet.text(x(*time), bottom + 18.0, Anchor::Middle, 12, false, &format!("{time}"));
    }
    for (i, bar) in result.bars.iter().enumerate() {
        let y = TOP + i as f64 * ROW;
        let beside = bar.beside.iter().filter(|b| !b.is_empty()).map(|b| short(b)).collect::<Vec<_>>().join(", ");
        sheet.text(16.0, y + 12.0, Anchor::Start, 11, false, &bar.case);
        sheet.text(LEFT - 8.0, y + 12.0, Anchor::End, 11, false, &beside);
        let fill = color(&result.colors, bar.color.as_deref());
        let (width, middle) = (x(bar.time) - LEFT, y + 8.0);
        sheet.raw(&format!(
            r#"<rect x="{LEFT}" y="{:.1}" width="{width:.1}" height="12" fill="{fill}"/>"#,
            middle - 6.0
        ));
        let tip = x(bar.time);
        // Signs differ in shape, not only in colour.
        sheet.raw(&if bar.event {
            format!(
                r#"<path d="M{:.1} {:.1}l9 9m0 -9l-9 9" stroke="black" stroke-width="2" fill="none"/>"#,
                tip + 4.0,
                middle - 4.5
            )
        } else {
            format!(r##"<path d="M{tip:.1} {:.1}l10 6l-10 6z" fill="#333"/>"##, middle - 6.0)
        });
        if let Some(part) = &bar.color {
            sheet.raw(&format!(
                r#"<text x="{:.1}" y="{:.1}" font-size="9" fill="white" font-weight="bold">{}</text>"#,
                LEFT + 3.0,
                middle + 3.2,
                if width > 22.0 { super::figure::escape(part) } else { String::new() }
            ));
        }
    }
    sheet.line((LEFT, TOP - 6.0), (LEFT, bottom), "black");
    sheet.text(
        f64::midpoint(LEFT, RIGHT),
        bottom + 38.0,
        Anchor::Middle,
        13,
        false,
        &format!("Time ({})", result.unit),
    );
    let without = result.left.len();
    let foot =
        if without > 0 { format!("{without} cases without a time are not shown. {note}") } else { note.to_owned() };
    sheet.text(16.0, height - 14.0, Anchor::Start, 11, false, &foot);
    let ended = result.bars.iter().filter(|b| b.event).count();
    sheet.finish(&result.label, &format!("{} cases, of which {ended} had the event, one bar each.", result.bars.len()))
}

/// A cell short enough to stand beside a bar.
fn short(text: &str) -> String {
    match text.split_once(';') {
        Some((first, rest)) => format!("{first} and {} more", rest.split(';').count()),
        None if text.chars().count() > 28 => format!("{}…", text.chars().take(27).collect::<String>()),
        None => text.to_owned(),
    }
}
