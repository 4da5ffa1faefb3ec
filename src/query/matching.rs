//! Whether a record matches, and why.
//!
//! What PubMed does inside cannot all be known; `docs/search-semantics.md` has the choices made here.

use serde::Serialize;

use super::{Kind, Node, Operator, Query, SearchField, Term};
use crate::diagnostic::Diagnostic;
use crate::record::{Author, Field, PartialDate, Passage, Record};

/// A place where a term matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// Address of the passage, or the name of the field.
    pub field: String,
    /// First byte in the passage.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// The words.
    pub text: String,
}

/// A clause of the string against one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clause {
    /// Its text.
    pub text: String,
    /// First byte in the string.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// `AND`, `OR` or `NOT` for a group.
    pub operator: Option<&'static str>,
    /// Whether it matches.
    pub matched: bool,
    /// Where a term matched.
    pub hits: Vec<Hit>,
    /// The parts of a group.
    pub children: Vec<Clause>,
}

/// A word with its place in a text.
pub(super) struct Word {
    pub(super) text: String,
    start: usize,
    end: usize,
}

/// Calls `each` with every word of a text, folded, and its place; `*` stays part of a word, for patterns.
pub(super) fn each_word(text: &str, mut each: impl FnMut(&str, usize, usize)) {
    let mut word = String::new();
    let mut start = 0;
    let mut end = |word: &mut String, start, end| {
        if word.contains(|c| c != '*') {
            each(word, start, end);
        }
        word.clear();
    };
    for (i, c) in text.char_indices() {
        if c.is_alphanumeric() || c == '*' {
            if word.is_empty() {
                start = i;
            }
            fold(c, &mut word);
        } else if !word.is_empty() {
            end(&mut word, start, i);
        }
    }
    end(&mut word, start, text.len());
}

/// The words of a text.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::new();
    each_word(text, |word, start, end| out.push(Word { text: word.to_owned(), start, end }));
    out
}

fn fold(c: char, out: &mut String) {
    let plain = match c {
        c if c.is_ascii() => return out.push(c.to_ascii_lowercase()),
        'à'..='å' | 'À'..='Å' => "a",
        'ç' | 'Ç' => "c",
        'è'..='ë' | 'È'..='Ë' => "e",
        'ì'..='ï' | 'Ì'..='Ï' => "i",
        'ñ' | 'Ñ' => "n",
        'ò'..='ö' | 'Ò'..='Ö' | 'ø' | 'Ø' => "o",
        'ù'..='ü' | 'Ù'..='Ü' => "u",
        'ý' | 'ÿ' | 'Ý' => "y",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ß' => "ss",
        _ => return out.extend(c.to_lowercase()),
    };
    out.push_str(plain);
}

/// Whether a word fits a pattern in which `*` stands for any run of characters.
fn fits(pattern: &str, word: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(head) = parts.next() else { return false };
    let Some(mut rest) = word.strip_prefix(head) else { return false };
    let mut tail: Vec<&str> = parts.collect();
    let Some(last) = tail.pop() else { return rest.is_empty() };
    for part in tail {
        match rest.find(part) {
            Some(i) => rest = &rest[i + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// The day a date names: its first, or its last when `end`.
pub(super) fn day(text: &str, end: bool) -> Option<(i16, u8, u8)> {
    let mut parts = text.trim().split(['/', '-']);
    let year = parts.next().filter(|y| y.len() == 4)?.parse().ok()?;
    let rest: Vec<u8> = parts.map(|p| p.parse().ok()).collect::<Option<_>>()?;
    let (low, high) = if end { (12, 31) } else { (1, 1) };
    let month = rest.first().copied().unwrap_or(low);
    let date = rest.get(1).copied().unwrap_or(high);
    (rest.len() <= 2 && (1..=12).contains(&month) && (1..=31).contains(&date)).then_some((year, month, date))
}

/// The days of `last 5 years`, which PubMed counts back from the day it is asked.
pub(super) fn last_days(text: &str) -> Option<u32> {
    let text = text.to_lowercase();
    let mut words = text.split_whitespace();
    let (Some("last"), Some(n), Some(unit), None) = (words.next(), words.next(), words.next(), words.next()) else {
        return None;
    };
    let days = match unit.trim_end_matches('s') {
        "day" => 1,
        "month" => 30,
        "year" => 365,
        _ => return None,
    };
    n.parse::<u32>().ok()?.checked_mul(days)
}

pub(super) fn dates(record: &Record, field: SearchField) -> Vec<PartialDate> {
    use SearchField as F;
    let history = |name: &str| record.history_date(name);
    match field {
        F::PublicationDate => record.pub_date.into_iter().chain(record.electronic_date()).collect(),
        F::PrintDate => record.pub_date.into_iter().collect(),
        F::ElectronicDate => record.electronic_date().into_iter().collect(),
        F::EntrezDate | F::CreateDate => history("entrez").or_else(|| history("pubmed")).into_iter().collect(),
        F::MeshDate => history("medline").or_else(|| history("entrez")).into_iter().collect(),
        F::ModificationDate => record.date_revised.into_iter().collect(),
        F::CompletionDate => record.date_completed.into_iter().collect(),
        _ => Vec::new(),
    }
}

fn in_range(record: &Record, field: SearchField, from: &str, to: &str) -> bool {
    if field == SearchField::Pmid {
        let bound = |t: &str| t.parse::<u64>().ok();
        return bound(from).is_some_and(|a| record.pmid.0 >= a) && bound(to).is_some_and(|b| record.pmid.0 <= b);
    }
    match (day(from, false), day(to, true)) {
        (Some(a), Some(b)) => dates(record, field).iter().any(|d| (a..=b).contains(&d.first_day())),
        _ => false,
    }
}

/// Whether a field's terms are words of texts, as PubMed's translation shows them.
pub(super) fn is_text(field: SearchField) -> bool {
    use SearchField as F;
    matches!(field, F::Title | F::TitleAbstract | F::TextWord | F::OtherTerm | F::Affiliation)
}

/// The passages a text field searches.
fn searched(field: SearchField, passage: &Passage<'_>) -> bool {
    use SearchField as F;
    match field {
        F::Title => passage.field == Field::Title,
        F::TitleAbstract => {
            matches!(passage.field, Field::Title | Field::Abstract | Field::OtherAbstract)
                || passage.field == Field::Keyword && passage.label.is_none_or(|owner| owner == "NOTNLM")
        }
        F::OtherTerm => passage.field == Field::Keyword,
        F::PublicationType => passage.field == Field::PublicationType,
        F::Substance => matches!(passage.field, Field::Chemical | Field::SupplementaryMesh),
        F::All | F::TextWord => true,
        _ => false,
    }
}

fn phrase_hits(pattern: &[Word], passage: &Passage<'_>, proximity: Option<u32>, out: &mut Vec<Hit>) {
    let text = words(passage.text);
    let n = pattern.len();
    let mut add = |from: usize, to: usize| {
        let (start, end) = (text[from].start, text[to].end);
        out.push(Hit { field: passage.address(), start, end, text: passage.text[start..end].to_owned() });
    };
    match proximity {
        None => {
            for i in 0..(text.len() + 1).saturating_sub(n) {
                if pattern.iter().zip(&text[i..]).all(|(p, w)| fits(&p.text, &w.text)) {
                    add(i, i + n - 1);
                }
            }
        }
        // All words, in any order, with at most that many others between.
        Some(between) => {
            for window in n..=(n + between as usize).min(text.len()) {
                for i in 0..=text.len() - window {
                    let slice = &text[i..i + window];
                    let ends = [&slice[0], &slice[window - 1]].iter().all(|w| pattern.iter().any(|p| p.text == w.text));
                    if ends && pattern.iter().all(|p| slice.iter().any(|w| w.text == p.text)) {
                        add(i, i + window - 1);
                    }
                }
            }
        }
    }
}

pub(super) fn same_words(a: &str, b: &str) -> bool {
    let (a, b) = (words(a), words(b));
    a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| fits(&a.text, &b.text))
}

fn author_matches(author: &Author, wanted: &str) -> bool {
    let name = author.display();
    let (wanted, name) = (words(wanted), words(&name));
    // PubMed truncates authors: `Alpha A` also finds `Alpha AB`.
    wanted.len() <= name.len()
        && wanted.iter().zip(&name).enumerate().all(|(i, (w, n))| {
            if i + 1 == wanted.len() && i > 0 { n.text.starts_with(&w.text) } else { fits(&w.text, &n.text) }
        })
}

/// The codes that a language may be stored under: the word itself, and the code it names. Names PubMed knows beside the
/// three-letter codes; the rest match by their first letters.
pub(super) fn language_codes(wanted: &str) -> Vec<String> {
    let wanted = wanted.trim().to_lowercase();
    let by_name = match wanted.as_str() {
        "german" => "ger",
        "japanese" => "jpn",
        "spanish" => "spa",
        "dutch" => "dut",
        "czech" => "cze",
        "greek" => "gre",
        "multiple languages" => "mul",
        other => other.get(..3).unwrap_or(other),
    };
    let by_name = by_name.to_owned();
    if by_name == wanted { vec![wanted] } else { vec![wanted, by_name] }
}

/// A qualifier's name, from its name or MEDLINE's two letters for it (MeSH Qualifiers, NLM).
pub(super) fn qualifier(text: &str) -> String {
    let text = text.trim();
    let letters = text.to_lowercase();
    let name = QUALIFIERS.split(';').find_map(|q| q.trim().strip_prefix(&letters)?.strip_prefix(' '));
    if letters.len() == 2 { name.unwrap_or(text).to_owned() } else { text.to_owned() }
}

const QUALIFIERS: &str = "\
    ab abnormalities; ad administration & dosage; ae adverse effects; ag agonists; aa analogs & derivatives; \
    an analysis; ah anatomy & histology; ai antagonists & inhibitors; bi biosynthesis; bs blood supply; bl blood; \
    cf cerebrospinal fluid; ch chemistry; ci chemically induced; cl classification; co complications; \
    cn congenital; cy cytology; df deficiency; de drug effects; di diagnosis; dg diagnostic imaging; dh diet therapy; \
    dt drug therapy; ec economics; ed education; em embryology; en enzymology; ep epidemiology; eh ethnology; \
    es ethics; et etiology; ge genetics; gd growth & development; hi history; im immunology; in injuries; \
    ir innervation; is instrumentation; ip isolation & purification; lj legislation & jurisprudence; me metabolism; \
    mt methods; mi microbiology; mo mortality; nu nursing; og organization & administration; ps parasitology; py pathogenicity; \
    pa pathology; pk pharmacokinetics; pd pharmacology; ph physiology; pp physiopathology; \
    po poisoning; pc prevention & control; px psychology; re radiation effects; rt radiotherapy; rh rehabilitation; \
    se secretion; sc secondary; sn statistics & numerical data; sd supply & distribution; su surgery; \
    st standards; tu therapeutic use; th therapy; to toxicity; td trends; tm transmission; \
    tx transplantation; ul ultrastructure; ur urine; us utilization; ve veterinary; vi virology";

fn field_hit(record: &Record, term: &Term) -> bool {
    use SearchField as F;
    let text = term.text.as_str();
    let option = |value: &Option<String>| value.as_deref().is_some_and(|v| same_words(text, v));
    match term.field {
        F::Mesh | F::MeshMajor => {
            let (descriptor, qualifier) = match text.split_once('/') {
                Some((d, q)) => (d, Some(q)),
                None => (text, None),
            };
            let qualifier = qualifier.map(self::qualifier);
            let qualified = |q: &crate::record::Qualifier| qualifier.as_deref().is_none_or(|w| same_words(w, &q.name));
            record.mesh.iter().any(|m| {
                let named = same_words(descriptor, &m.descriptor)
                    || term.headings.iter().any(|h| h.eq_ignore_ascii_case(&m.descriptor));
                let major = match qualifier {
                    None => m.major || m.qualifiers.iter().any(|q| q.major),
                    Some(_) => m.qualifiers.iter().any(|q| qualified(q) && (q.major || m.major)),
                };
                named && (qualifier.is_none() || m.qualifiers.iter().any(qualified)) && (term.field == F::Mesh || major)
            })
        }
        F::PublicationType => {
            let named = |h: &String| record.publication_types.iter().any(|t| same_words(h, &t.name));
            term.headings.iter().any(named)
        }
        F::Subheading => {
            let wanted = qualifier(text);
            record.mesh.iter().flat_map(|m| &m.qualifiers).any(|q| same_words(&wanted, &q.name))
        }
        F::Language => {
            let codes = language_codes(text);
            record.languages.iter().any(|l| codes.contains(&l.to_lowercase()))
        }
        F::Author => record.authors.iter().any(|a| author_matches(a, text)),
        F::FirstAuthor => record.authors.first().is_some_and(|a| author_matches(a, text)),
        F::LastAuthor => record.authors.last().is_some_and(|a| author_matches(a, text)),
        F::CorporateAuthor => record.authors.iter().any(|a| option(&a.collective)),
        F::Investigator => record.investigators.iter().any(|a| author_matches(a, text)),
        F::Affiliation => {
            let pattern = words(&term.effective());
            let lists = record.authors.iter().flat_map(|a| &a.affiliations);
            lists.into_iter().any(|a| {
                let mut hits = Vec::new();
                let passage = Passage { field: Field::Title, number: 0, label: None, text: a };
                phrase_hits(&pattern, &passage, term.proximity, &mut hits);
                !hits.is_empty()
            })
        }
        F::Journal => {
            same_words(text, &record.journal.title)
                || option(&record.journal.iso_abbreviation)
                || option(&record.journal.medline_ta)
                || option(&record.journal.nlm_id)
                || option(&record.journal.issn)
        }
        F::Volume => option(&record.journal.volume),
        F::Issue => option(&record.journal.issue),
        F::Pages => record.journal.pages.as_deref().is_some_and(|p| p.split('-').next() == Some(text) || p == text),
        F::Place => option(&record.journal.country),
        F::Grant => record.grants.iter().any(|g| g.to_lowercase().contains(&text.to_lowercase())),
        F::SecondarySource => record
            .data_banks
            .iter()
            .any(|d| d.eq_ignore_ascii_case(text) || d.split('/').nth(1).is_some_and(|n| n.eq_ignore_ascii_case(text))),
        F::ArticleId => {
            let ids = record.doi.iter().chain(&record.pmc).chain(record.other_ids.iter().map(|i| &i.1));
            ids.into_iter().any(|i| i.eq_ignore_ascii_case(text))
        }
        // PMIDs with blanks between them are any of these (PubMed User Guide).
        F::Pmid => text.split([' ', ',']).any(|p| p.parse() == Ok(record.pmid.0)),
        F::Subset => subset(record, text).unwrap_or(false),
        _ => false,
    }
}

/// The subsets that a record itself can tell.
pub(super) const SUBSETS: &[&str] =
    &["medline", "inprocess", "publisher", "pubmednotmedline", "pubmed books", "hasabstract"];

/// A subset's name without its other spellings.
pub(super) fn subset_name(name: &str) -> String {
    let name = name.trim().to_lowercase();
    match name.as_str() {
        "in process" => "inprocess".to_owned(),
        "books" => "pubmed books".to_owned(),
        "has abstract" => "hasabstract".to_owned(),
        _ => name,
    }
}

/// Whether a record is in a subset; none for those that a record cannot tell.
pub(super) fn subset(record: &Record, name: &str) -> Option<bool> {
    let status = |s: &str| record.status.as_deref() == Some(s);
    Some(match subset_name(name).as_str() {
        "medline" => status("MEDLINE"),
        "inprocess" => status("In-Process") || status("In-Data-Review"),
        "publisher" => status("Publisher"),
        "pubmednotmedline" => status("PubMed-not-MEDLINE"),
        "pubmed books" => record.kind == crate::record::RecordKind::Book,
        "hasabstract" => record.has_abstract(),
        "all" => true,
        _ => return None,
    })
}

fn term_hits(record: &Record, passages: &[Passage<'_>], term: &Term) -> Vec<Hit> {
    let whole = |text: String| vec![Hit { field: term.field.tag().to_owned(), start: 0, end: 0, text }];
    if term.field.is_date() {
        let found = dates(record, term.field).into_iter().find(|d| {
            matches!((day(&term.text, false), day(&term.text, true)), (Some(a), Some(b)) if (a..=b).contains(&d.first_day()))
        });
        return found.map(|d| whole(d.to_string())).unwrap_or_default();
    }
    let pattern = words(&term.effective());
    let mut hits = Vec::new();
    if pattern.is_empty() {
        return hits;
    }
    for passage in passages.iter().filter(|p| searched(term.field, p)) {
        phrase_hits(&pattern, passage, term.proximity, &mut hits);
    }
    if hits.is_empty() && field_hit(record, term) {
        return whole(term.text.clone());
    }
    hits
}

fn explain(node: &Node, source: &str, record: &Record, passages: &[Passage<'_>]) -> Clause {
    let mut clause = Clause {
        text: source[node.span.clone()].to_owned(),
        start: node.span.start,
        end: node.span.end,
        operator: None,
        matched: false,
        hits: Vec::new(),
        children: Vec::new(),
    };
    match &node.kind {
        Kind::Term(term) => {
            clause.hits = term_hits(record, passages, term);
            clause.matched = !clause.hits.is_empty();
        }
        Kind::Range { from, to, field } => clause.matched = in_range(record, *field, from, to),
        Kind::Group(operator, parts) => {
            clause.operator = Some(operator.name());
            clause.children = parts.iter().map(|p| explain(p, source, record, passages)).collect();
            let mut children = clause.children.iter().map(|c| c.matched);
            clause.matched = match operator {
                Operator::And => children.all(|m| m),
                Operator::Or => children.any(|m| m),
                Operator::Not => children.next().unwrap_or(false) && !children.any(|m| m),
            };
        }
    }
    clause
}

fn matches(node: &Node, record: &Record, passages: &[Passage<'_>]) -> bool {
    match &node.kind {
        Kind::Term(term) => !term_hits(record, passages, term).is_empty(),
        Kind::Range { from, to, field } => in_range(record, *field, from, to),
        Kind::Group(Operator::And, parts) => parts.iter().all(|p| matches(p, record, passages)),
        Kind::Group(Operator::Or, parts) => parts.iter().any(|p| matches(p, record, passages)),
        Kind::Group(Operator::Not, parts) => {
            parts.first().is_some_and(|p| matches(p, record, passages))
                && !parts[1..].iter().any(|p| matches(p, record, passages))
        }
    }
}

impl Query {
    /// Whether a record matches.
    pub fn matches(&self, record: &Record) -> bool {
        matches(&self.root, record, &record.passages())
    }

    /// Clause by clause, with the words that matched.
    pub fn explain(&self, record: &Record) -> Clause {
        explain(&self.root, &self.text, record, &record.passages())
    }

    /// What cannot be tried on local records (`Q020`): a service must refuse it, never ignore it.
    pub fn unsupported(&self) -> Vec<Diagnostic> {
        fn visit(node: &Node, out: &mut Vec<Diagnostic>) {
            match &node.kind {
                Kind::Group(_, parts) => parts.iter().for_each(|p| visit(p, out)),
                Kind::Term(t)
                    if t.field == SearchField::Subset
                        && subset(&Record::new(crate::record::Pmid(0)), &t.text).is_none() =>
                {
                    out.push(Diagnostic::error(
                        "Q020",
                        node.span.clone(),
                        format!("the filter `{}` cannot be tried on local records", t.text),
                    ));
                }
                Kind::Term(t) if t.field.is_date() && last_days(&t.text).is_some() => {
                    out.push(Diagnostic::error(
                        "Q020",
                        node.span.clone(),
                        "what is last depends on the day PubMed is asked; local records have no such day",
                    ));
                }
                Kind::Term(t) if t.field == SearchField::PharmacologicalAction => {
                    out.push(Diagnostic::error(
                        "Q020",
                        node.span.clone(),
                        "records do not hold pharmacological actions",
                    ));
                }
                Kind::Term(_) | Kind::Range { .. } => {}
            }
        }
        let mut out = Vec::new();
        visit(&self.root, &mut out);
        out
    }
}
