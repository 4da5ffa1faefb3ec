//! Criteria on a record: outcome, reason and evidence.

use std::cell::RefCell;

use super::look::{Mark, Pass};
use super::plan::{Plan, Shared};
use super::reading::{Read, read};
use super::standing::Cues;
use super::{Assessment, Evidence, Outcome, Weight};
use crate::protocol::{Criterion, Policy, Protocol};
use crate::record::{Field, Record};

/// Most evidence kept for one criterion and one direction.
const ENOUGH: usize = 6;

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

    /// Every criterion on a record, in the protocol's order.
    pub fn assess(&self, record: &Record) -> Vec<Assessment> {
        let reads = read(record, &self.shared.fields, &self.shared.lexicon, &self.cues);
        let pass = self.pass(record, &reads);
        self.criteria.iter().map(|c| assess_one(c, &pass)).collect()
    }

    fn pass<'p, 'r>(&'p self, record: &'r Record, reads: &'r [Read<'r>]) -> Pass<'p, 'r> {
        let named = RefCell::new(vec![None; self.shared.named]);
        Pass { shared: &self.shared, cues: &self.cues, record, reads, named }
    }

    /// How many cases the record says its report brings, and where.
    pub fn case_count(&self, record: &Record) -> Option<(u32, Vec<Evidence>)> {
        let plan = self.cases.as_ref()?;
        let reads = read(record, &self.shared.fields, &self.shared.lexicon, &self.cues);
        let found = self.pass(record, &reads).find(plan)?;
        let found: Vec<Evidence> = found.iter().map(|m| evidence(m, record, &reads, Weight::Keeps)).collect();
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
    let mut all: Vec<Evidence> = Vec::new();
    for (list, weight) in [(out, Weight::Excludes), (stay, Weight::Keeps)] {
        let from = all.len();
        for mark in list.unwrap_or_default() {
            merge(&mut all, from, evidence(&mark, pass.record, pass.reads, weight), pass);
            if all.len() - from >= ENOUGH {
                break;
            }
        }
    }
    Assessment { criterion: criterion.id.clone(), outcome, reason, evidence: all }
}

/// Adds evidence; where it overlaps evidence that is there, the two become one.
fn merge(all: &mut Vec<Evidence>, from: usize, new: Evidence, pass: &Pass<'_, '_>) {
    let same = all[from..]
        .iter_mut()
        .find(|o| o.field == new.field && o.sentence == new.sentence && o.start < new.end && new.start < o.end);
    let Some(old) = same else { return all.push(new) };
    if new.start < old.start || new.end > old.end {
        (old.start, old.end) = (old.start.min(new.start), old.end.max(new.end));
        if let Some(passage) = pass.record.passage(&old.field) {
            passage.text[old.start..old.end].clone_into(&mut old.quote);
        }
    }
    match (&mut old.value, new.value) {
        (Some(have), Some(more)) if !have.split("; ").any(|v| v == more) => *have = format!("{have}; {more}"),
        (none @ None, more) => *none = more,
        _ => {}
    }
}

fn evidence(mark: &Mark<'_>, record: &Record, reads: &[Read<'_>], weight: Weight) -> Evidence {
    let read = reads.iter().find(|r| r.passage.field == mark.field && r.passage.number == mark.number);
    let at = mark.number.saturating_sub(1);
    let text = match (read, mark.field) {
        (Some(read), _) => read.passage.text,
        (None, Field::Mesh) => record.mesh[at].descriptor.as_str(),
        (None, Field::PublicationType) => record.publication_types[at].name.as_str(),
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
        sentence: text[mark.sentence.clone()].to_owned(),
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
