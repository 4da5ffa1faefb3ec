//! What parses and still is not what was meant: checks of the whole string, of groups and of terms.

use super::{Kind, Node, Operator, SearchField, Term, matching};
use crate::diagnostic::Diagnostic;

mod stop_words;
mod term;
mod whole;

/// Every check of a string and its tree.
pub(super) fn review(text: &str, root: &Node, problems: &mut Vec<Diagnostic>) {
    whole::review(text, problems);
    visit(root, &[], problems);
}

/// `above` are the groups around a part, outermost first: their operator and how many parts they have.
fn visit(node: &Node, above: &[Operator], problems: &mut Vec<Diagnostic>) {
    match &node.kind {
        Kind::Group(operator, parts) => {
            group(*operator, parts, problems);
            let above: Vec<Operator> = above.iter().copied().chain([*operator]).collect();
            parts.iter().for_each(|p| visit(p, &above, problems));
        }
        Kind::Term(t) => {
            term::review(t, &node.span, problems);
            limit(t.field, node, above, problems);
        }
        Kind::Range { from, to, field } => {
            term::range(from, to, *field, &node.span, problems);
            limit(*field, node, above, problems);
        }
    }
}

/// A date, a journal or a language within an OR limits only its own branch.
fn limit(field: SearchField, node: &Node, above: &[Operator], problems: &mut Vec<Diagnostic>) {
    let what = match field {
        f if f.is_date() => "date",
        SearchField::Journal => "journal",
        SearchField::Language => "language",
        _ => return,
    };
    let or = above.iter().position(|o| *o == Operator::Or);
    if or.is_some_and(|or| above[or..].contains(&Operator::And)) {
        problems.push(
            Diagnostic::warning("Q025", node.span.clone(), format!("this {what} limits one branch of an OR only"))
                .help("put limits at the end, joined with AND to the whole string in parentheses"),
        );
    }
}

fn group(operator: Operator, parts: &[Node], problems: &mut Vec<Diagnostic>) {
    for (i, part) in parts.iter().enumerate() {
        let before = &parts[..i];
        if before.contains(part) {
            problems.push(match operator {
                Operator::Not => {
                    Diagnostic::warning("Q037", part.span.clone(), "this takes away just what was asked for")
                        .help("take one of the two out")
                }
                _ => Diagnostic::note("Q017", part.span.clone(), "this term stands here twice"),
            });
            continue;
        }
        if let Some((narrow, wide)) = before.iter().find_map(|b| covered(b, part)) {
            let (narrow, wide) = (show(narrow), show(wide));
            let message = match operator {
                Operator::Or => format!("{wide} finds whatever {narrow} finds"),
                Operator::And => format!("whatever has {narrow} has {wide} too"),
                Operator::Not => continue,
            };
            problems.push(Diagnostic::note("Q032", part.span.clone(), message).help("one of the two changes nothing"));
        }
        if operator == Operator::And
            && let Some(other) = before.iter().find(|b| apart(b, part))
        {
            let message = format!("no record can have both this and {}", show_node(other));
            problems.push(Diagnostic::warning("Q037", part.span.clone(), message).help("join the two with OR"));
        }
        if operator == Operator::Not && i > 0 {
            taken_away(part, problems);
        }
    }
}

fn show_node(node: &Node) -> String {
    match &node.kind {
        Kind::Range { from, to, .. } => format!("{from}:{to}"),
        Kind::Term(t) => show(t),
        Kind::Group(..) => "the group before it".to_owned(),
    }
}

fn show(term: &Term) -> String {
    format!("`{}`", term.text)
}

/// Of two terms in one field, the one that the other covers, and the other: `diabetes` and `diabet*`.
fn covered<'n>(a: &'n Node, b: &'n Node) -> Option<(&'n Term, &'n Term)> {
    let (Kind::Term(a), Kind::Term(b)) = (&a.kind, &b.kind) else { return None };
    if a.field != b.field || a.proximity.is_some() || b.proximity.is_some() || !a.tagged || !b.tagged {
        return None;
    }
    let wider = |narrow: &Term, wide: &Term| {
        // Words of a text: whoever has the longer phrase has the words within it. Headings are no texts.
        let (long, short) = (matching::words(&narrow.effective()), matching::words(&wide.effective()));
        let within = |n: &[matching::Word]| n.iter().zip(&short).all(|(a, b)| a.text == b.text);
        if matching::is_text(a.field)
            && !short.is_empty()
            && long.len() > short.len()
            && long.windows(short.len()).any(within)
        {
            return true;
        }
        let stem = wide.effective().to_lowercase();
        let text = narrow.effective().to_lowercase();
        // Only the last word of the wider one is open, and the narrower goes on within that word or with another.
        stem.strip_suffix('*').is_some_and(|s| !s.contains('*') && text != stem && text.starts_with(s))
    };
    match (wider(a, b), wider(b, a)) {
        (true, false) => Some((a, b)),
        (false, true) => Some((b, a)),
        _ => None,
    }
}

/// Whether two date ranges in one field have no day in common.
fn apart(a: &Node, b: &Node) -> bool {
    let days = |n: &Node| match &n.kind {
        Kind::Range { from, to, field } if field.is_date() => {
            Some((*field, matching::day(from, false)?, matching::day(to, true)?))
        }
        _ => None,
    };
    match (days(a), days(b)) {
        (Some((f, from, to)), Some((g, other_from, other_to))) => f == g && (to < other_from || other_to < from),
        _ => false,
    }
}

/// NOT: the animals' trap, and whatever else it takes away.
fn taken_away(part: &Node, problems: &mut Vec<Diagnostic>) {
    let animals = |n: &Node| {
        matches!(&n.kind, Kind::Term(t) if matches!(t.field, SearchField::Mesh | SearchField::MeshMajor)
            && !t.no_explosion && (t.text.eq_ignore_ascii_case("animals") || t.text.eq_ignore_ascii_case("animal")))
    };
    let trap = match &part.kind {
        Kind::Group(Operator::Or, parts) => parts.iter().any(animals),
        _ => animals(part),
    };
    if trap {
        problems.push(
            Diagnostic::warning(
                "Q011",
                part.span.clone(),
                "this drops every study of people that is indexed with Animals too",
            )
            .help("write NOT (animals[mh] NOT humans[mh])"),
        );
        return;
    }
    // `NOT (animals NOT humans)` is the way it is meant to be.
    if matches!(&part.kind, Kind::Group(Operator::Not, _)) {
        return;
    }
    problems.push(
        Diagnostic::note("Q028", part.span.clone(), "NOT drops every record that so much as mentions this")
            .help("see which it drops: `tamis query counts` tries the string with and without it"),
    );
}
