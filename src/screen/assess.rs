//! Rules on a record: what is found, where, and what follows.

use std::collections::HashMap;

use regex::Regex;

use super::fusion::Finder;
use super::text::{Standing, is_background, sentences, speaks_of_others, standing};
use super::{Assessment, Evidence, Outcome, Weight};
use crate::protocol::rule::{Place, Polarity, Rule, RuleKind, TextRule, Wanted};
use crate::protocol::{Criterion, Policy, Protocol, Vocabulary};
use crate::record::{Field, Passage, Record};

/// Most evidence kept for one criterion and one direction.
const ENOUGH: usize = 6;

/// A protocol's rules, ready to be applied.
#[derive(Debug)]
pub struct Screener {
    criteria: Vec<Criterion>,
    cases: Option<Rule>,
    words: HashMap<String, Matcher>,
    finders: HashMap<(String, String), Finder>,
}

#[derive(Debug)]
struct Matcher {
    pattern: Regex,
    /// Lower-cased words to the term's preferred name.
    names: HashMap<String, String>,
}

impl Matcher {
    fn name(&self, found: &str) -> Option<String> {
        self.names.get(&found.to_lowercase()).cloned()
    }
}

/// A word or phrase as a pattern: a final `*` is any ending, blanks and hyphens are alike.
fn word_pattern(word: &str) -> String {
    let (stem, open) = match word.strip_suffix('*') {
        Some(stem) => (stem, r"\w*"),
        None => (word, ""),
    };
    let parts: Vec<String> = stem.split([' ', '-']).map(regex::escape).collect();
    format!(r"{}{open}", parts.join(r"[\s\-\u{2010}-\u{2015}]+"))
}

fn matcher(words: &[String], symbols: &[String], names: HashMap<String, String>) -> Result<Matcher, String> {
    let mut all: Vec<(usize, String)> = words.iter().map(|w| (w.len(), format!("(?i:{})", word_pattern(w)))).collect();
    all.extend(symbols.iter().map(|s| (s.len(), word_pattern(s))));
    // The longest first, so that a phrase is found whole.
    all.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
    let joined = all.into_iter().map(|(_, p)| p).collect::<Vec<_>>().join("|");
    let pattern = Regex::new(&format!(r"\b(?:{joined})(?:\b|$)")).map_err(|e| e.to_string())?;
    Ok(Matcher { pattern, names })
}

fn key_of(what: &Wanted) -> String {
    match what {
        Wanted::Vocabulary(name) => format!("v:{name}"),
        Wanted::Words(words) => format!("w:{}", words.join("\u{1}")),
        Wanted::Pattern(pattern) => format!("p:{pattern}"),
    }
}

impl Screener {
    /// Compiles a protocol's rules once.
    ///
    /// # Errors
    /// When a pattern or a vocabulary cannot be compiled.
    pub fn new(protocol: &Protocol) -> Result<Self, String> {
        let mut screener = Self {
            criteria: protocol.criteria.clone(),
            cases: protocol.case_count.clone(),
            words: HashMap::new(),
            finders: HashMap::new(),
        };
        let rules = protocol.criteria.iter().flat_map(|c| [&c.excludes_if, &c.keeps_if]).chain(&protocol.case_count);
        for rule in rules.cloned().collect::<Vec<_>>() {
            screener.compile(&rule, &protocol.vocabularies)?;
        }
        Ok(screener)
    }

    fn compile(
        &mut self,
        rule: &Rule,
        vocabularies: &std::collections::BTreeMap<String, Vocabulary>,
    ) -> Result<(), String> {
        match &rule.kind {
            RuleKind::All(list) | RuleKind::Any(list) => list.iter().try_for_each(|r| self.compile(r, vocabularies)),
            RuleKind::Not(inner) => self.compile(inner, vocabularies),
            RuleKind::Text(text) => self.compile_text(text, vocabularies),
            RuleKind::Sentence(list) => list.iter().try_for_each(|t| self.compile_text(t, vocabularies)),
            RuleKind::Fusion { gene, partners, .. } => {
                let key = (gene.clone(), partners.clone());
                self.finders.entry(key).or_insert_with(|| Finder::new(gene, vocabularies.get(partners)));
                Ok(())
            }
            RuleKind::Mesh(_) | RuleKind::PublicationType(_) | RuleKind::Language(_) | RuleKind::HasAbstract(_) => {
                Ok(())
            }
        }
    }

    fn compile_text(
        &mut self,
        rule: &TextRule,
        vocabularies: &std::collections::BTreeMap<String, Vocabulary>,
    ) -> Result<(), String> {
        let key = key_of(&rule.what);
        if self.words.contains_key(&key) {
            return Ok(());
        }
        let compiled = match &rule.what {
            Wanted::Pattern(p) => {
                Matcher { pattern: Regex::new(&format!("(?i){p}")).map_err(|e| e.to_string())?, names: HashMap::new() }
            }
            Wanted::Words(words) => matcher(words, &[], HashMap::new())?,
            Wanted::Vocabulary(name) => {
                let terms = vocabularies.get(name).map(|v| v.terms.as_slice()).unwrap_or_default();
                let mut names = HashMap::new();
                let (mut words, mut symbols) = (Vec::new(), Vec::new());
                for term in terms {
                    for w in term.words.iter().chain(&term.symbols) {
                        names.insert(w.trim_end_matches('*').to_lowercase(), term.name.clone());
                    }
                    words.extend(term.words.iter().cloned());
                    symbols.extend(term.symbols.iter().cloned());
                }
                matcher(&words, &symbols, names)?
            }
        };
        self.words.insert(key, compiled);
        Ok(())
    }

    /// Every criterion on a record, in the protocol's order.
    pub fn assess(&self, record: &Record) -> Vec<Assessment> {
        let passages = record.passages();
        self.criteria.iter().map(|c| self.assess_one(c, record, &passages)).collect()
    }

    fn assess_one(&self, criterion: &Criterion, record: &Record, passages: &[Passage<'_>]) -> Assessment {
        let look = |rule: &Rule, weight| self.find(rule, weight, record, passages);
        let out = look(&criterion.excludes_if, Weight::Excludes);
        let stay = look(&criterion.keeps_if, Weight::Keeps);
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
                let needs = if criterion.needs.is_empty() {
                    String::new()
                } else {
                    format!(" (needs {})", criterion.needs.join(", "))
                };
                (o, format!("the record does not tell{needs}; the protocol then says {}", o.name()))
            }
        };
        let mut evidence: Vec<Evidence> = Vec::new();
        for list in [out, stay].into_iter().flatten() {
            let mut kept = 0;
            for e in list {
                let again = evidence
                    .iter()
                    .any(|o| o.field == e.field && o.start == e.start && o.end == e.end && o.weight == e.weight);
                if !again && kept < ENOUGH {
                    kept += 1;
                    evidence.push(e);
                }
            }
        }
        Assessment { criterion: criterion.id.clone(), outcome, reason, evidence }
    }

    /// How many cases the record says its report brings, and where.
    pub fn case_count(&self, record: &Record) -> Option<(u32, Vec<Evidence>)> {
        let found = self.find(self.cases.as_ref()?, Weight::Keeps, record, &record.passages())?;
        let counts: Vec<u32> = found.iter().filter_map(|e| e.value.as_deref()).filter_map(number).collect();
        // A single patient unless a number is written, or several numbers contradict each other.
        let first = counts.first().copied().unwrap_or(1);
        counts.iter().all(|c| *c == first).then_some((first, found))
    }

    /// The evidence of a rule; none when it is not found. Empty evidence is a finding without a place.
    fn find(&self, rule: &Rule, weight: Weight, record: &Record, passages: &[Passage<'_>]) -> Option<Vec<Evidence>> {
        let listed = |field: Field, test: &dyn Fn(&str) -> bool| {
            let found: Vec<Evidence> = passages
                .iter()
                .filter(|p| p.field == field && test(p.text))
                .map(|p| evidence(p, 0..p.text.len(), p.text, rule, weight, None))
                .collect();
            (!found.is_empty()).then_some(found)
        };
        let any_of = |list: &'_ [String], text: &str| list.iter().any(|w| w.eq_ignore_ascii_case(text));
        match &rule.kind {
            RuleKind::All(list) => {
                let mut all = Vec::new();
                for part in list {
                    all.extend(self.find(part, weight, record, passages)?);
                }
                Some(all)
            }
            RuleKind::Any(list) => {
                let found: Vec<_> = list.iter().filter_map(|r| self.find(r, weight, record, passages)).collect();
                (!found.is_empty()).then(|| found.into_iter().flatten().collect())
            }
            RuleKind::Not(inner) => self.find(inner, weight, record, passages).is_none().then(Vec::new),
            RuleKind::Mesh(list) => listed(Field::Mesh, &|t| any_of(list, t)),
            RuleKind::PublicationType(list) => listed(Field::PublicationType, &|t| any_of(list, t)),
            RuleKind::Language(list) => listed(Field::Language, &|t| any_of(list, t)),
            RuleKind::HasAbstract(wanted) => (record.has_abstract() == *wanted).then(Vec::new),
            RuleKind::Text(text) => {
                let found = self.each_sentence(&text.place, passages, |p, s| {
                    self.hits(text, p, s)
                        .into_iter()
                        .map(|(at, value)| evidence(p, at, &p.text[s.clone()], rule, weight, value))
                        .collect()
                });
                (!found.is_empty()).then_some(found)
            }
            RuleKind::Sentence(list) => {
                let place = &list.first()?.place;
                let found = self.each_sentence(place, passages, |p, s| {
                    let each: Vec<_> = list.iter().map(|t| self.hits(t, p, s)).collect();
                    if each.iter().any(Vec::is_empty) {
                        return Vec::new();
                    }
                    let first = each.into_iter().filter_map(|mut h| (!h.is_empty()).then(|| h.remove(0)));
                    first.map(|(at, value)| evidence(p, at, &p.text[s.clone()], rule, weight, value)).collect()
                });
                (!found.is_empty()).then_some(found)
            }
            RuleKind::Fusion { gene, partners, place } => {
                let finder = self.finders.get(&(gene.clone(), partners.clone()))?;
                let found = self.each_sentence(place, passages, |p, s| {
                    let sentence = &p.text[s.clone()];
                    let mentions = finder.find(sentence).into_iter();
                    mentions
                        .filter(|m| standing(sentence, m.span.clone()) != Standing::Negated)
                        .map(|m| {
                            let at = s.start + m.span.start..s.start + m.span.end;
                            evidence(p, at, sentence, rule, weight, m.partner)
                        })
                        .collect()
                });
                (!found.is_empty()).then_some(found)
            }
        }
    }

    fn each_sentence(
        &self,
        place: &Place,
        passages: &[Passage<'_>],
        look: impl Fn(&Passage<'_>, &std::ops::Range<usize>) -> Vec<Evidence>,
    ) -> Vec<Evidence> {
        let mut found = Vec::new();
        for passage in passages.iter().filter(|p| place.fields.contains(&p.field)) {
            if place.findings_only && is_background(passage.label) {
                continue;
            }
            for sentence in sentences(passage.text) {
                if place.findings_only
                    && passage.field == Field::Abstract
                    && speaks_of_others(&passage.text[sentence.clone()])
                {
                    continue;
                }
                found.extend(look(passage, &sentence));
            }
        }
        found
    }

    /// Mentions in one sentence: byte range in the passage, and the vocabulary's name for it.
    fn hits(
        &self,
        rule: &TextRule,
        passage: &Passage<'_>,
        sentence: &std::ops::Range<usize>,
    ) -> Vec<(std::ops::Range<usize>, Option<String>)> {
        let Some(matcher) = self.words.get(&key_of(&rule.what)) else { return Vec::new() };
        let text = &passage.text[sentence.clone()];
        let mut out = Vec::new();
        for captures in matcher.pattern.captures_iter(text) {
            let Some(whole) = captures.get(0).filter(|m| !m.is_empty()) else { continue };
            let how = standing(text, whole.range());
            let wanted = match rule.polarity {
                Polarity::Any => true,
                Polarity::Affirmed => how == Standing::Affirmed,
                Polarity::Negated => how == Standing::Negated,
            };
            if wanted {
                let value = captures.get(1).map(|m| m.as_str().to_owned()).or_else(|| matcher.name(whole.as_str()));
                out.push((sentence.start + whole.start()..sentence.start + whole.end(), value));
            }
        }
        out
    }
}

fn evidence(
    passage: &Passage<'_>,
    at: std::ops::Range<usize>,
    sentence: &str,
    rule: &Rule,
    weight: Weight,
    value: Option<String>,
) -> Evidence {
    Evidence {
        field: passage.address(),
        start: at.start,
        end: at.end,
        quote: passage.text[at].to_owned(),
        sentence: sentence.to_owned(),
        rule: rule.path.clone(),
        weight,
        value,
    }
}

/// A number in digits or words, to twelve.
fn number(text: &str) -> Option<u32> {
    const WORDS: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let text = text.trim().to_lowercase();
    text.parse().ok().or_else(|| WORDS.iter().position(|w| *w == text).map(|i| i as u32 + 1))
}
