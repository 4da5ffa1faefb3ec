//! Criteria on a record: outcome, reason and evidence.

use std::cell::RefCell;
use std::ops::Range;

use super::look::{Mark, Pass};
use super::plan::{Plan, Shared};
use super::reading::{Read, read};
use super::standing::Cues;
use super::text::boundary;
use super::{Assessment, Evidence, Outcome, Weight};
use crate::protocol::{Criterion, Policy, Protocol};
use crate::record::{Field, Record};

/// Most evidence kept for one criterion and one direction.
const ENOUGH: usize = 6;

/// A sentence of more bytes is kept only around what was found in it, so many bytes to each side.
const WHOLE: usize = 1_200;
const AROUND: usize = 500;

/// How many cases a record says its report brings, and where.
pub type Cases = (u32, Vec<Evidence>);

/// A protocol's rules, ready to be applied.
#[derive(Debug)]
pub struct Screener {
    criteria: Vec<Ready>,
    cases: Option<Plan>,
    shared: Shared,
    cues: Cues,
}

#[derive(Debug)]
struct Ready {
    criterion: Criterion,
    excludes: Plan,
    keeps: Plan,
    needs: String,
}

impl Screener {
    /// Compiles a protocol's rules once.
    ///
    /// # Errors
    /// When a pattern or a vocabulary cannot be compiled.
    pub fn new(protocol: &Protocol) -> Result<Self, String> {
        let mut shared = Shared::default();
        let cues = Cues::new(&mut shared.lexicon);
        let words = &protocol.vocabularies;
        let mut criteria = Vec::with_capacity(protocol.criteria.len());
        for criterion in &protocol.criteria {
            let needs = match criterion.needs.as_slice() {
                [] => String::new(),
                needs => format!(" (needs {})", needs.join(", ")),
            };
            criteria.push(Ready {
                excludes: shared.plan(&criterion.excludes_if, words)?,
                keeps: shared.plan(&criterion.keeps_if, words)?,
                criterion: criterion.clone(),
                needs,
            });
        }
        let cases = match &protocol.case_count {
            Some(rule) => Some(shared.plan(rule, words)?),
            None => None,
        };
        Ok(Self { criteria, cases, shared, cues })
    }

    /// Every criterion on a record, in the protocol's order, and how many cases it says its report brings.
    pub fn screen(&self, record: &Record) -> (Vec<Assessment>, Option<Cases>) {
        let reads = read(record, &self.shared.fields, &self.shared.lexicon, &self.cues);
        let named = RefCell::new(vec![None; self.shared.named]);
        let pass = Pass { shared: &self.shared, cues: &self.cues, record, reads: &reads, named };
        (self.criteria.iter().map(|c| assess_one(c, &pass)).collect(), self.case_count(&pass))
    }

    /// Every criterion on a record, in the protocol's order.
    pub fn assess(&self, record: &Record) -> Vec<Assessment> {
        self.screen(record).0
    }

    fn case_count<'p>(&'p self, pass: &Pass<'p, '_>) -> Option<Cases> {
        let found = pass.find(self.cases.as_ref()?)?;
        let found: Vec<Evidence> = found.iter().map(|m| evidence(m, pass.record, pass.reads, Weight::Keeps)).collect();
        let counts: Vec<u32> = found.iter().filter_map(|e| e.value.as_deref()).filter_map(number).collect();
        // A single patient unless a number is written, or several numbers contradict each other.
        let first = counts.first().copied().unwrap_or(1);
        counts.iter().all(|c| *c == first).then_some((first, found))
    }
}

fn assess_one<'p>(ready: &'p Ready, pass: &Pass<'p, '_>) -> Assessment {
    let criterion = &ready.criterion;
    let out = pass.find(&ready.excludes);
    let stay = pass.find(&ready.keeps);
    let of = |policy| match policy {
        Policy::Unclear => Outcome::Unclear,
        Policy::Keep => Outcome::NotMet,
        Policy::Exclude => Outcome::Met,
    };
    let (outcome, reason) = match (&out, &stay) {
        (Some(_), None) => (Outcome::Met, "a rule that excludes was found, none that keeps".to_owned()),
        (None, Some(_)) => (Outcome::NotMet, "a rule that keeps was found, none that excludes".to_owned()),
        (Some(_), Some(_)) => {
            let o = of(criterion.on_conflict);
            (o, format!("rules that exclude and rules that keep were found; the protocol then says {}", o.name()))
        }
        (None, None) => {
            let o = of(criterion.if_silent);
            (o, format!("the record does not tell{}; the protocol then says {}", ready.needs, o.name()))
        }
    };
    let speaks = |list: Option<Vec<Mark<'p>>>, weight| {
        let mut kept: Vec<Mark<'p>> = Vec::new();
        for mark in list.unwrap_or_default() {
            merge(&mut kept, mark);
            if kept.len() >= ENOUGH {
                break;
            }
        }
        kept.into_iter().map(move |m| evidence(&m, pass.record, pass.reads, weight))
    };
    let evidence = speaks(out, Weight::Excludes).chain(speaks(stay, Weight::Keeps)).collect();
    Assessment { criterion: criterion.id.clone(), outcome, reason, evidence }
}

/// Adds a place; where it overlaps one that is there, the two become one.
fn merge<'p>(kept: &mut Vec<Mark<'p>>, new: Mark<'p>) {
    let same = kept.iter_mut().find(|o| {
        (o.field, o.number) == (new.field, new.number)
            && o.sentence == new.sentence
            && o.bytes.start < new.bytes.end
            && new.bytes.start < o.bytes.end
    });
    let Some(old) = same else { return kept.push(new) };
    old.bytes = old.bytes.start.min(new.bytes.start)..old.bytes.end.max(new.bytes.end);
    match (&mut old.value, new.value) {
        (Some(have), Some(more)) if !have.split("; ").any(|v| v == more) => *have = format!("{have}; {more}").into(),
        (none @ None, more) => *none = more,
        _ => {}
    }
}

/// A sentence, or of a long one the part around what was found.
fn excerpt(text: &str, sentence: &Range<usize>, found: &Range<usize>) -> String {
    if sentence.len() <= WHOLE {
        return text[sentence.clone()].to_owned();
    }
    let near = found.start.saturating_sub(AROUND)..(found.end + AROUND).min(text.len());
    let (before, after) = (boundary(text, near.start), boundary(text, near.end));
    let from = if before <= sentence.start {
        sentence.start
    } else {
        text[before..found.start].find(' ').map_or(found.start, |i| before + i + 1)
    };
    let to = if after >= sentence.end {
        sentence.end.max(found.end)
    } else {
        text[found.end..after].rfind(' ').map_or(found.end, |i| found.end + i)
    };
    let (opens, closes) = (if from > sentence.start { "…" } else { "" }, if to < sentence.end { "…" } else { "" });
    format!("{opens}{}{closes}", &text[from..to])
}

fn evidence(mark: &Mark<'_>, record: &Record, reads: &[Read<'_>], weight: Weight) -> Evidence {
    let read = reads.iter().find(|r| r.passage.field == mark.field && r.passage.number == mark.number);
    let at = mark.number.saturating_sub(1);
    let text = match (read, mark.field) {
        (Some(read), _) => read.passage.text,
        (None, Field::Mesh) => record.mesh[at].descriptor.as_str(),
        (None, Field::PublicationType) => record.publication_types[at].name.as_str(),
        (None, Field::Correction) => record.corrections[at].source.as_str(),
        (None, _) => record.languages[at].as_str(),
    };
    let field = match mark.number {
        0 => mark.field.name().to_owned(),
        n => format!("{}:{n}", mark.field.name()),
    };
    Evidence {
        field,
        start: mark.bytes.start,
        end: mark.bytes.end,
        quote: text[mark.bytes.clone()].to_owned(),
        sentence: excerpt(text, &mark.sentence, &mark.bytes),
        rule: mark.rule.to_owned(),
        weight,
        value: mark.value.as_deref().map(str::to_owned),
    }
}

/// A number in digits or words, to twelve.
fn number(text: &str) -> Option<u32> {
    const WORDS: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let text = text.trim().to_lowercase();
    text.parse().ok().or_else(|| WORDS.iter().position(|w| *w == text).map(|i| i as u32 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_sentence_the_part_around_what_was_found_is_kept() {
        let long = format!("{}crizotinib was given {}", "März 3, ".repeat(300), "and so on – ".repeat(300));
        let at = long.find("crizotinib").expect("it stands there");
        let found = at..at + "crizotinib".len();
        let kept = excerpt(&long, &(0..long.len()), &found);
        assert!(kept.starts_with('…') && kept.ends_with('…') && kept.contains(" crizotinib was given "), "{kept}");
        assert!(kept.len() < WHOLE && long.contains(kept.trim_matches('…')), "no word is changed or broken");
        let first = excerpt(&long, &(0..long.len()), &(0..1));
        assert!(first.starts_with("März") && first.ends_with('…'), "{first}");
        let short = "Crizotinib was given.";
        assert_eq!(excerpt(short, &(0..short.len()), &(0..10)), short);
    }
}
