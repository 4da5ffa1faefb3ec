//! Mending published forms of a search string, each change with its place and its reason.

use std::ops::Range;

use serde::Serialize;

use super::SearchField;

mod other;
mod ovid;

/// One change of a repair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// UTF-8 byte offsets in the string as printed.
    pub span: Range<usize>,
    /// What stood there.
    pub before: String,
    /// What stands there now.
    pub after: String,
    /// The code of the fault.
    pub code: &'static str,
    /// Why.
    pub reason: String,
}

/// A place where more than one thing may have been meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// UTF-8 byte offsets in the string as printed.
    pub span: Range<usize>,
    /// The code of the fault.
    pub code: &'static str,
    /// What must be told.
    pub question: String,
    /// What would stand at the place, and what that means; the first that may be chosen is number 1.
    pub choices: Vec<(String, String)>,
}

/// A repaired string.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repair {
    /// The new string.
    pub repaired: String,
    /// Every change, in the order of its place; applied to the old string they give the new one.
    pub changes: Vec<Change>,
    /// What is left as it was until somebody tells what was meant.
    pub questions: Vec<Question>,
}

/// What is being gathered.
struct Mending<'t> {
    text: &'t str,
    changes: Vec<Change>,
    questions: Vec<Question>,
}

impl Mending<'_> {
    fn change(&mut self, span: Range<usize>, after: &str, code: &'static str, reason: impl Into<String>) {
        let before = self.text[span.clone()].to_owned();
        let taken = self.changes.iter().any(|c| c.span.start < span.end && span.start < c.span.end);
        if before != after && !taken {
            self.changes.push(Change { span, before, after: after.to_owned(), code, reason: reason.into() });
        }
    }

    fn ask(&mut self, span: Range<usize>, code: &'static str, question: impl Into<String>, choices: &[(&str, &str)]) {
        let choices = choices.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        self.questions.push(Question { span, code, question: question.into(), choices });
    }
}

/// Mends what can be mended without guessing: square brackets that stand for parentheses, tags in
/// parentheses or of other platforms, curly quotation marks, look-alike characters, doubled operators, truncation too
/// short for PubMed, phrases without quotes. Where more than one thing may have been meant it asks; `answers` are
/// numbers of questions and of the choices taken, both from 1.
pub fn repair(text: &str, answers: &[(usize, usize)]) -> Repair {
    let mut mending = Mending { text, changes: Vec::new(), questions: Vec::new() };
    brackets(&mut mending);
    other::characters(&mut mending);
    other::operators(&mut mending);
    other::balance(&mut mending);
    let Mending { mut changes, mut questions, .. } = mending;
    questions.sort_by_key(|q| q.span.start);
    let mut open = Vec::new();
    for (i, question) in questions.into_iter().enumerate() {
        let chosen = answers.iter().find(|a| a.0 == i + 1).and_then(|a| question.choices.get(a.1.wrapping_sub(1)));
        let free = !changes.iter().any(|c| c.span.start < question.span.end && question.span.start < c.span.end);
        match chosen.filter(|_| free) {
            Some((after, meaning)) => changes.push(Change {
                before: text[question.span.clone()].to_owned(),
                span: question.span,
                after: after.clone(),
                code: question.code,
                reason: format!("as told: {meaning}"),
            }),
            None => open.push(question),
        }
    }
    changes.sort_by_key(|c| (c.span.start, c.span.end));
    Repair { repaired: apply(text, &changes), changes, questions: open }
}

/// Square brackets, tags and phrases, read from left to right.
fn brackets(mending: &mut Mending<'_>) {
    let text = mending.text;
    let mut add = |span: Range<usize>, after: &str, code: &'static str, reason: String| {
        mending.change(span, after, code, reason);
    };
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    // Where the term now being read began, for quotes around phrases.
    let mut term: Option<usize> = None;
    while let Some(c) = text[at..].chars().next() {
        let next = at + c.len_utf8();
        match c {
            '"' | '\u{201c}' | '\u{201d}' => {
                let end = text[next..].find(['"', '\u{201c}', '\u{201d}']).map_or(text.len(), |i| next + i);
                term = Some(at);
                at = text[end..].chars().next().map_or(end, |c| end + c.len_utf8());
                continue;
            }
            '[' | '(' => {
                let closing = if c == '[' { ']' } else { ')' };
                let inner = text[next..].find(closing).map(|i| &text[next..next + i]);
                if let (Some(inner), Some(from)) = (inner, term)
                    && let Some(field) = tag_of(inner)
                {
                    let end = next + inner.len() + 1;
                    let before = text[from..at].trim_end();
                    mend_term(text, from..from + before.len(), &mut add);
                    let span = from + before.len()..end;
                    let reason = if inner.eq_ignore_ascii_case("ab") {
                        "PubMed has no field for the abstract alone; [tiab] is title, abstract and keywords".to_owned()
                    } else if c == '(' {
                        format!("PubMed's tags stand in square brackets: ({inner}) would be searched as a word")
                    } else {
                        format!("the usual spelling of [{inner}]")
                    };
                    let code = if c == '(' { "Q022" } else { "Q003" };
                    if c == '(' || SearchField::from_tag(inner).is_none() || span.len() != inner.len() + 2 {
                        add(span, &format!("[{}]", field.tag()), code, reason);
                    }
                    term = None;
                    at = end;
                    continue;
                }
                if c == '[' {
                    add(at..next, "(", "Q015", "square brackets hold tags; a group stands in parentheses".to_owned());
                    open.push(at);
                }
                term = None;
            }
            ']' => {
                if open.pop().is_some() {
                    add(at..next, ")", "Q015", "square brackets hold tags; a group stands in parentheses".to_owned());
                }
                term = None;
            }
            ')' => term = None,
            _ if c.is_whitespace() => {}
            _ => {
                let end = text[at..]
                    .find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '"'))
                    .map_or(text.len(), |i| at + i);
                let word = &text[at..end];
                if matches!(word, "AND" | "OR" | "NOT")
                    || term.is_none() && matches!(word, "and" | "or" | "not")
                    || other::is_nearness(word)
                {
                    term = None;
                } else if let Some((cut, after, reason)) = ovid::fields(word) {
                    let from = term.unwrap_or(at);
                    mend_term(text, from..at + cut, &mut add);
                    add(at + cut..end, after, "Q022", reason.to_owned());
                    term = None;
                } else if word.ends_with('/') && word.len() > 1 && !text[end..].starts_with('[') {
                    let from = term.unwrap_or(at);
                    if let Some((after, reason)) = ovid::heading(&text[from..end]) {
                        add(from..end, &after, "Q022", reason);
                    }
                    term = None;
                } else if term.is_none() {
                    term = Some(at);
                }
                at = end;
                continue;
            }
        }
        at = next;
    }
}

fn tag_of(inner: &str) -> Option<SearchField> {
    if inner.eq_ignore_ascii_case("ab") {
        return Some(SearchField::TitleAbstract);
    }
    SearchField::from_tag(inner).filter(|_| inner.len() <= 20)
}

fn mend_term(text: &str, span: Range<usize>, add: &mut impl FnMut(Range<usize>, &str, &'static str, String)) {
    let term = &text[span.clone()];
    if term.starts_with(['"', '\u{201c}', '\u{201d}']) {
        return;
    }
    if term.contains(char::is_whitespace) {
        add(span.start..span.start, "\"", "Q013", "quotation marks keep the words of a phrase together".to_owned());
        add(span.end..span.end, "\"", "Q013", "quotation marks keep the words of a phrase together".to_owned());
    } else if let Some(i) = term.find('*').filter(|i| *i < 4) {
        let star = span.start + i..span.start + i + 1;
        add(
            star,
            "",
            "Q004",
            format!("PubMed needs four characters before `*` and runs `{term}` as `{}`", term.replace('*', "")),
        );
    }
}

fn apply(text: &str, changes: &[Change]) -> String {
    let mut out = String::new();
    let mut at = 0;
    for change in changes {
        out.push_str(&text[at..change.span.start]);
        out.push_str(&change.after);
        at = change.span.end;
    }
    out + &text[at..]
}

impl Repair {
    /// The string as it was printed, from the repaired one and the changes.
    pub fn undo(&self) -> String {
        let mut out = String::new();
        let (mut at, mut shift) = (0_usize, 0_isize);
        for change in &self.changes {
            let start = change.span.start.saturating_add_signed(shift);
            out.push_str(&self.repaired[at..start]);
            out.push_str(&change.before);
            at = start + change.after.len();
            shift += change.after.len() as isize - change.before.len() as isize;
        }
        out + &self.repaired[at..]
    }
}
