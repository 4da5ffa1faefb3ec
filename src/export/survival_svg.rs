//! Kaplan and Meier's curves with marks of censoring and the numbers at risk.

use super::chart::{Anchor, COLORS, DASHES, Sheet, ticks};
use crate::pooled::against::show_p;
use crate::pooled::results::{SurvivalGroup, SurvivalResult};

const LEFT: f64 = 170.0;
const RIGHT: f64 = 830.0;
/// The legend stands between the title and the plot, a row each.
const LEGEND: f64 = 58.0;
const ROW: f64 = 20.0;
const HIGH: f64 = 320.0;

/// Draws the curves of a result; `note` stands at the foot.
pub fn svg(result: &SurvivalResult, note: &str) -> String {
    let longest = result.groups.iter().filter_map(|g| g.curve.steps.last()).map(|s| s.time).fold(0.0, f64::max);
    let times = ticks(longest, 9);
    let end = times.last().copied().unwrap_or(1.0);
    let rows = result.groups.len() as f64;
    let top = LEGEND + ROW * (rows + f64::from(u8::from(result.log_rank.is_some())));
    let bottom = top + HIGH;
    let x = |t: f64| LEFT + t / end * (RIGHT - LEFT);
    let y = |s: f64| bottom - s * HIGH;
    let height = bottom + 130.0 + rows * ROW;
    let mut sheet = Sheet::new(860.0, height);
    sheet.text(430.0, 30.0, Anchor::Middle, 16, true, &result.label);
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        sheet.line((LEFT, y(share)), (RIGHT, y(share)), "#e4e4e4");
        sheet.text(LEFT - 8.0, y(share) + 4.0, Anchor::End, 12, false, &format!("{:.0} %", share * 100.0));
    }
    let table = bottom + 70.0;
    sheet.text(16.0, table, Anchor::Start, 12, true, "Number at risk");
    for time in &times {
        sheet.line((x(*time), bottom), (x(*time), bottom + 5.0), "black");
        sheet.text(x(*time), bottom + 20.0, Anchor::Middle, 12, false, &format!("{time}"));
        for (i, group) in result.groups.iter().enumerate() {
            let row = table + ROW * (i as f64 + 1.0);
            sheet.text(x(*time), row, Anchor::Middle, 12, false, &group.curve.at_risk(*time).to_string());
        }
    }
    sheet.line((LEFT, bottom), (RIGHT, bottom), "black");
    sheet.line((LEFT, top), (LEFT, bottom), "black");
    let middle = f64::midpoint(LEFT, RIGHT);
    sheet.text(middle, bottom + 42.0, Anchor::Middle, 13, false, &format!("Time ({})", result.unit));
    for (i, group) in result.groups.iter().enumerate() {
        let (stroke, dash) = (COLORS[i % COLORS.len()], DASHES[i % DASHES.len()]);
        let mut path = format!("M{:.1} {:.1}", x(0.0), y(1.0));
        let mut ticks = String::new();
        for step in &group.curve.steps {
            path.push_str(&format!("H{:.1}V{:.1}", x(step.time), y(step.survival)));
            if step.censored > 0 {
                ticks.push_str(&format!("M{:.1} {:.1}v10", x(step.time), y(step.survival) - 5.0));
            }
        }
        sheet.raw(&format!(
            r#"<path d="{path}" fill="none" stroke="{stroke}" stroke-width="2.5" stroke-dasharray="{dash}"/>"#
        ));
        sheet.raw(&format!(r#"<path d="{ticks}" fill="none" stroke="{stroke}" stroke-width="2"/>"#));
        let row = table + ROW * (i as f64 + 1.0);
        sheet.text(16.0, row, Anchor::Start, 12, false, &group.label);
        let key = LEGEND + ROW * i as f64;
        sheet.raw(&format!(
            r#"<path d="M{LEFT} {:.1}h36" stroke="{stroke}" stroke-width="2.5" stroke-dasharray="{dash}"/>"#,
            key - 4.0
        ));
        sheet.text(LEFT + 44.0, key, Anchor::Start, 12, false, &described(group, &result.unit));
    }
    if let Some(test) = &result.log_rank {
        let key = LEGEND + ROW * rows;
        sheet.text(LEFT + 44.0, key, Anchor::Start, 12, false, &format!("log-rank test: {}", show_p(test.p)));
    }
    sheet.text(16.0, height - 14.0, Anchor::Start, 11, false, note);
    let description = result.groups.iter().map(|g| described(g, &result.unit)).collect::<Vec<_>>().join("; ");
    sheet.finish(&result.label, &format!("Kaplan-Meier curves. {description}."))
}

fn described(group: &SurvivalGroup, unit: &str) -> String {
    let median = group.medians.first().and_then(|m| m.median);
    let median = median.map_or("median not reached".to_owned(), |m| format!("median {m} {unit}"));
    format!("{}: {} of {} had the event, {median}", group.label, group.events, group.n)
}
