//! A plan on a record: what is found, and where.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;

use super::plan::{Look, Plan, Seek, Shared, TextPlan, Where};
use super::reading::Read;
use super::standing::{Cues, Standing};
use super::words::Hit;
use crate::protocol::rule::{Indexing, Mesh, Partner, Polarity, Species, Told};
use crate::record::{Field, NoticeKind, Record};

/// A place that a rule rests on.
#[derive(Debug, Clone)]
pub(super) struct Mark<'p> {
    /// The field and its number among the passages of that field.
    pub(super) field: Field,
    pub(super) number: usize,
    pub(super) bytes: Range<usize>,
    /// The sentence's bytes; for lists, the whole text.
    pub(super) sentence: Range<usize>,
    pub(super) rule: &'p str,
    pub(super) value: Option<Cow<'p, str>>,
}

/// One record under one protocol.
pub(super) struct Pass<'p, 'r> {
    pub(super) shared: &'p Shared,
    pub(super) cues: &'p Cues,
    pub(super) record: &'r Record,
    pub(super) reads: &'r [Read<'r>],
    /// What named rules found.
    pub(super) named: RefCell<Vec<Option<Found<'p>>>>,
}

/// The marks of a rule; none when it is not found. No marks are a finding without a place.
pub(super) type Found<'p> = Option<Vec<Mark<'p>>>;

/// A mention in a sentence.
struct Mention<'p> {
    words: Range<u32>,
    bytes: Range<usize>,
    value: Option<Cow<'p, str>>,
}

const ANIMALS: &[&str] = &[
    "Animals",
    "Rats",
    "Zebrafish",
    "Dogs",
    "Cats",
    "Rabbits",
    "Swine",
    "Cattle",
    "Sheep",
    "Horses",
    "Chickens",
    "Guinea Pigs",
    "Cricetinae",
    "Macaca mulatta",
    "Drosophila melanogaster",
    "Caenorhabditis elegans",
    "Xenopus laevis",
];

fn is_animal(descriptor: &str) -> bool {
    ANIMALS.contains(&descriptor) || descriptor.starts_with("Mice") || descriptor.starts_with("Rats,")
}

impl<'p> Pass<'p, '_> {
    /// What a plan finds.
    pub(super) fn find(&self, plan: &'p Plan) -> Found<'p> {
        let found = |marks: Vec<Mark<'p>>| (!marks.is_empty()).then_some(marks);
        match &plan.look {
            Look::All(list) => {
                let mut all = Vec::new();
                for part in list {
                    all.extend(self.find(part)?);
                }
                Some(all)
            }
            Look::Any(list) => {
                let all: Vec<_> = list.iter().filter_map(|p| self.find(p)).collect();
                (!all.is_empty()).then(|| all.into_iter().flatten().collect())
            }
            Look::Not(inner) => self.find(inner).is_none().then(Vec::new),
            Look::Named(place, inner) => {
                if let Some(known) = &self.named.borrow()[*place] {
                    return known.clone();
                }
                let found = self.find(inner);
                self.named.borrow_mut()[*place] = Some(found.clone());
                found
            }
            Look::Mesh(mesh) => found(self.mesh(plan, mesh)),
            Look::Species(species) => self.species(plan, *species),
            Look::Indexed(by) => {
                let method = match self.record.indexing_method.as_deref() {
                    _ if self.record.mesh.is_empty() => Indexing::Nobody,
                    None => Indexing::People,
                    Some(m) if m.eq_ignore_ascii_case("curated") => Indexing::Curated,
                    Some(_) => Indexing::Automated,
                };
                by.contains(&method).then(Vec::new)
            }
            Look::PublicationType(types) => {
                let names = self.record.publication_types.iter().map(|t| t.name.as_str());
                found(self.listed(plan, Field::PublicationType, names, |t| is_one_of(types, t)))
            }
            Look::Language(codes) => {
                let any = codes.iter().any(|c| c == "*");
                let languages = self.record.languages.iter().map(String::as_str);
                found(self.listed(plan, Field::Language, languages, |l| any || is_one_of(codes, l)))
            }
            Look::HasAbstract(wanted) => (self.record.has_abstract() == *wanted).then(Vec::new),
            Look::Announced(kinds) => self.announced(plan, kinds),
            Look::Text(text, place) => found(self.each_sentence(
                plan,
                place,
                |read| may_hold(text.seek, read),
                |read, s| self.mentions(text, read, s),
            )),
            Look::Near { parts, within, ordered, place } => found(self.each_sentence(
                plan,
                place,
                |read| parts.iter().all(|p| may_hold(p.seek, read)),
                |read, s| self.near(parts, *within, *ordered, read, s),
            )),
            Look::Fusion { fusions, partner, place } => found(self.each_sentence(
                plan,
                place,
                |read| self.shared.fusions[*fusions].may_stand(read.passage.text, read.text()),
                |read, s| self.fusions(*fusions, *partner, read, s),
            )),
        }
    }

    fn listed<'t>(
        &self,
        plan: &'p Plan,
        field: Field,
        texts: impl Iterator<Item = &'t str>,
        test: impl Fn(&str) -> bool,
    ) -> Vec<Mark<'p>> {
        let marked = texts.enumerate().filter(|(_, t)| test(t));
        marked
            .map(|(i, t)| Mark {
                field,
                number: i + 1,
                bytes: 0..t.len(),
                sentence: 0..t.len(),
                rule: &plan.path,
                value: None,
            })
            .collect()
    }

    /// Where an announcement is cited, and the publication type that tells of it.
    fn announced(&self, plan: &'p Plan, kinds: &[NoticeKind]) -> Found<'p> {
        let wanted = |kind: Option<NoticeKind>| kind.is_some_and(|k| kinds.contains(&k));
        let types = self.record.publication_types.iter().map(|t| t.name.as_str());
        let mut marks =
            self.listed(plan, Field::PublicationType, types, |t| wanted(NoticeKind::of_publication_type(t)));
        let cited = &self.record.corrections;
        let places = cited.iter().map(|c| c.source.as_str());
        let mut at = self.listed(plan, Field::Correction, places, |_| true);
        at.retain(|m| wanted(NoticeKind::of_reference(&cited[m.number - 1].kind)));
        marks.append(&mut at);
        (!marks.is_empty()).then_some(marks)
    }

    fn mesh(&self, plan: &'p Plan, mesh: &Mesh) -> Vec<Mark<'p>> {
        let headings = &self.record.mesh;
        let fits = |i: usize| {
            let h = &headings[i];
            let asked: Vec<_> = h.qualifiers.iter().filter(|q| is_one_of(&mesh.qualifiers, &q.name)).collect();
            is_one_of(&mesh.descriptors, &h.descriptor)
                && (mesh.qualifiers.is_empty() || !asked.is_empty())
                && (!mesh.major
                    || if asked.is_empty() {
                        h.major || h.qualifiers.iter().any(|q| q.major)
                    } else {
                        asked.iter().any(|q| q.major)
                    })
        };
        let at: Vec<usize> = (0..headings.len()).filter(|i| fits(*i)).collect();
        let names = headings.iter().map(|h| h.descriptor.as_str());
        let mut marks = self.listed(plan, Field::Mesh, names, |_| true);
        marks.retain(|m| at.contains(&(m.number - 1)));
        marks
    }

    fn species(&self, plan: &'p Plan, species: Species) -> Found<'p> {
        let names = || self.record.mesh.iter().map(|h| h.descriptor.as_str());
        let human = names().any(|n| n == "Humans");
        let marks = match species {
            Species::Human => self.listed(plan, Field::Mesh, names(), |n| n == "Humans"),
            Species::AnimalOnly if human => Vec::new(),
            Species::Animal | Species::AnimalOnly => self.listed(plan, Field::Mesh, names(), is_animal),
        };
        (!marks.is_empty()).then_some(marks)
    }

    fn each_sentence(
        &self,
        plan: &'p Plan,
        place: &Where,
        may: impl Fn(&Read<'_>) -> bool,
        look: impl Fn(&Read<'_>, usize) -> Vec<Mention<'p>>,
    ) -> Vec<Mark<'p>> {
        let mut out = Vec::new();
        for read in self.reads.iter().filter(|r| place.fields.contains(&r.passage.field)) {
            let of_abstract = read.passage.field == Field::Abstract;
            let elsewhere = of_abstract
                && (place.except.contains(&read.section)
                    || !place.sections.is_empty() && !place.sections.contains(&read.section));
            if elsewhere || !may(read) {
                continue;
            }
            for (i, sentence) in read.text().sentences.iter().enumerate() {
                let wanted = match place.told {
                    Told::Anywhere => true,
                    Told::Findings => !read.background(i),
                    Told::Background => read.background(i),
                };
                let barred = || place.unless.is_some_and(|u| !self.seek(u, read, i).is_empty());
                if !wanted {
                    continue;
                }
                let mentions = look(read, i);
                if mentions.is_empty() || barred() {
                    continue;
                }
                out.extend(mentions.into_iter().map(|m| Mark {
                    field: read.passage.field,
                    number: read.passage.number,
                    bytes: m.bytes,
                    sentence: sentence.bytes.clone(),
                    rule: &plan.path,
                    value: m.value,
                }));
            }
        }
        out
    }

    /// Everything a seek finds in a sentence, whatever it stands like; with the hit's place where it is one.
    fn seek(&self, seek: Seek, read: &Read<'_>, sentence: usize) -> Vec<(Mention<'p>, Option<usize>)> {
        let text = read.text();
        let s = &text.sentences[sentence];
        let set = match seek {
            Seek::Words(set) | Seek::Numbers(set) | Seek::Age(set) => set,
            Seek::Pattern(at) => {
                let piece = &read.passage.text[s.bytes.clone()];
                return self.shared.patterns[at]
                    .captures_iter(piece)
                    .filter_map(|c| {
                        let whole = c.get(0).filter(|m| !m.is_empty())?;
                        let bytes = s.bytes.start + whole.start()..s.bytes.start + whole.end();
                        let value = c.get(1).map(|m| Cow::Owned(m.as_str().to_owned()));
                        Some((Mention { words: text.words_of(&bytes), bytes, value }, None))
                    })
                    .collect();
            }
        };
        let found = text.hits.within(set, &s.words);
        found
            .map(|i| {
                let h = &text.hits.all()[i];
                let words = h.first..h.end;
                (Mention { bytes: text.bytes_of(&words), words, value: self.value(seek, h) }, Some(i))
            })
            .collect()
    }

    fn value(&self, seek: Seek, hit: &Hit) -> Option<Cow<'p, str>> {
        let name = self.shared.lexicon.name(hit);
        match (seek, hit.number) {
            (Seek::Numbers(_), Some(n)) => Some(Cow::Owned(n.to_string())),
            (Seek::Age(_), Some(n)) => Some(Cow::Owned(format!("{n} {}s", name.unwrap_or("year")))),
            _ => name.map(Cow::Borrowed),
        }
    }

    fn mentions(&self, plan: &TextPlan, read: &Read<'_>, sentence: usize) -> Vec<Mention<'p>> {
        let text = read.text();
        let mut out = Vec::new();
        for (mut mention, hit) in self.seek(plan.seek, read, sentence) {
            if !in_range(plan, hit.map(|h| &text.hits.all()[h]), &self.shared.lexicon) {
                continue;
            }
            let stands = || match hit {
                Some(hit) => read.standing(hit, sentence),
                None => self.cues.standing(text, mention.words.clone(), &text.sentences[sentence].words).0,
            };
            let wanted = match plan.polarity {
                Polarity::Any => true,
                Polarity::Affirmed => stands() == Standing::Affirmed,
                Polarity::Negated => stands() == Standing::Negated,
                Polarity::Possible => stands() == Standing::Possible,
            };
            if !wanted {
                continue;
            }
            // What is denied is shown with the words that deny it.
            if matches!(plan.polarity, Polarity::Negated | Polarity::Possible) {
                let words = &text.sentences[sentence].words;
                if let (_, Some(cue)) = self.cues.standing(text, mention.words.clone(), words) {
                    let cue = text.bytes_of(&cue);
                    mention.bytes = mention.bytes.start.min(cue.start)..mention.bytes.end.max(cue.end);
                }
            }
            out.push(mention);
        }
        out
    }

    /// All parts in one sentence: for every mention of the first, the nearest of the others.
    fn near(
        &self,
        parts: &[TextPlan],
        within: Option<usize>,
        ordered: bool,
        read: &Read<'_>,
        sentence: usize,
    ) -> Vec<Mention<'p>> {
        let mut lists = Vec::with_capacity(parts.len());
        for part in parts {
            let found = self.mentions(part, read, sentence);
            if found.is_empty() {
                return Vec::new();
            }
            lists.push(found);
        }
        let Some((firsts, others)) = lists.split_first() else { return Vec::new() };
        for first in firsts {
            let (mut start, mut end) = (first.words.start, first.words.end);
            let mut chosen = vec![first];
            let mut last_end = first.words.end;
            for list in others {
                let fits = list.iter().filter(|m| !ordered || m.words.start >= last_end);
                let nearest = fits.min_by_key(|m| gap(&m.words, &first.words));
                let Some(m) = nearest else { break };
                last_end = m.words.end;
                start = start.min(m.words.start);
                end = end.max(m.words.end);
                chosen.push(m);
            }
            let words: u32 = chosen.iter().map(|m| m.words.end - m.words.start).sum();
            let close = within.is_none_or(|n| (end - start).saturating_sub(words) as usize <= n);
            if chosen.len() == lists.len() && close {
                return chosen
                    .into_iter()
                    .map(|m| Mention { words: m.words.clone(), bytes: m.bytes.clone(), value: m.value.clone() })
                    .collect();
            }
        }
        Vec::new()
    }

    fn fusions(&self, at: usize, partner: Partner, read: &Read<'_>, sentence: usize) -> Vec<Mention<'p>> {
        let text = read.text();
        let words = &text.sentences[sentence].words;
        let found = self.shared.fusions[at].find(&self.shared.lexicon, read.passage.text, text, words);
        found
            .into_iter()
            .filter(|m| match partner {
                Partner::Named => m.partner.is_some(),
                Partner::Known => m.known,
                Partner::Unnamed => m.partner.is_none(),
                Partner::Any => m.with_gene,
            })
            .filter_map(|m| {
                let of = text.words_of(&m.span);
                let (how, _) = self.cues.standing(text, of.clone(), words);
                // A named fusion that is supposed to make a drug work was found all the same.
                let stands = how == Standing::Affirmed || how == Standing::Possible && m.partner.is_some();
                stands.then(|| {
                    let value = m.partner.map(|p| if m.known { p } else { format!("{p} (not in the vocabulary)") });
                    Mention { words: of, bytes: m.span, value: value.map(Cow::Owned) }
                })
            })
            .collect()
    }
}

/// Whether a passage can hold what is sought: it has a word of the list.
fn may_hold(seek: Seek, read: &Read<'_>) -> bool {
    match seek {
        Seek::Words(set) | Seek::Numbers(set) | Seek::Age(set) => !read.text().hits.of(set).is_empty(),
        Seek::Pattern(_) => true,
    }
}

fn is_one_of(list: &[String], text: &str) -> bool {
    list.iter().any(|w| w.eq_ignore_ascii_case(text))
}

fn gap(a: &Range<u32>, b: &Range<u32>) -> u32 {
    if a.end <= b.start { b.start - a.end } else { a.start.saturating_sub(b.end) }
}

fn in_range(plan: &TextPlan, hit: Option<&Hit>, lexicon: &super::words::Lexicon) -> bool {
    let (least, most) = plan.range;
    if least.is_none() && most.is_none() {
        return true;
    }
    let Some((hit, number)) = hit.and_then(|h| h.number.map(|n| (h, n))) else { return false };
    let number = match plan.seek {
        // Months, weeks and days of age are years of age, whole ones.
        Seek::Age(_) => match lexicon.name(hit) {
            Some("month") => number / 12,
            Some("week") => number / 52,
            Some("day") => number / 365,
            _ => number,
        },
        _ => number,
    };
    least.is_none_or(|n| number >= n) && most.is_none_or(|n| number <= n)
}
