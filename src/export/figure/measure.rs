//! How wide a text is, measured in DejaVu Sans, the font that draws the PNG. It is wider than Helvetica and Arial, so
//! what fits here fits wherever the SVG is opened.

use std::sync::LazyLock;

use ttf_parser::Face;

static FACES: LazyLock<[Option<Face<'static>>; 2]> =
    LazyLock::new(|| [dejavu::sans::regular(), dejavu::sans::bold()].map(|f| Face::parse(f, 0).ok()));

/// The width of a text in the unit of `size`. A letter that the font lacks counts as a full em.
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    let Some(face) = &FACES[usize::from(bold)] else { return text.chars().count() as f64 * size };
    let em = f64::from(face.units_per_em());
    let units: f64 = text
        .chars()
        .map(|c| match face.glyph_index(c).and_then(|g| face.glyph_hor_advance(g)) {
            Some(advance) => f64::from(advance),
            None => em,
        })
        .sum();
    units / em * size
}

/// Lines no wider than `room`, broken at blanks but not at no-break spaces; a word too long for a line is cut.
pub fn wrap(text: &str, room: f64, size: f64, bold: bool) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    let fits = |text: &str| width(text, size, bold) <= room;
    for word in text.split([' ', '\n', '\t']).filter(|w| !w.is_empty()) {
        let Some(line) = lines.last_mut() else { break };
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer) {
            *line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(String::new());
        }
        for c in word.chars() {
            let Some(line) = lines.last_mut() else { break };
            line.push(c);
            if !fits(line) && line.chars().count() > 1 {
                line.pop();
                lines.push(c.to_string());
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_letter_is_lost_and_no_line_is_too_wide(text in "[a-zA-Zäß,; ]{0,200}", room in 40.0..400.0f64) {
            let lines = wrap(&text, room, 14.0, false);
            let kept: String = lines.concat().chars().filter(|c| *c != ' ').collect();
            prop_assert_eq!(kept, text.chars().filter(|c| *c != ' ').collect::<String>());
            for line in lines {
                prop_assert!(width(&line, 14.0, false) <= room, "{}", line);
            }
        }
    }
}
