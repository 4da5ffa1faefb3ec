//! A protocol's rules made ready: every word list in one lexicon, every rule a plan that points into it.

use std::collections::{BTreeMap, HashMap};

use regex::Regex;

use super::fusion::Fusions;
use super::words::{Form, Lexicon, Set};
use crate::protocol::Vocabulary;
use crate::protocol::rule::{
    Indexing, Mesh, Partner, Place, Polarity, Rule, RuleKind, Section, Species, TextRule, Told, Wanted,
};
use crate::record::{Field, NoticeKind};

/// A rule made ready.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) path: String,
    pub(super) look: Look,
}

/// What a plan looks for.
#[derive(Debug)]
pub(super) enum Look {
    All(Vec<Plan>),
    Any(Vec<Plan>),
    Not(Box<Plan>),
    /// A named rule: found once a record, and remembered at this place.
    Named(usize, Box<Plan>),
    Mesh(Mesh),
    Species(Species),
    Indexed(Vec<Indexing>),
    PublicationType(Vec<String>),
    Language(Vec<String>),
    HasAbstract(bool),
    Announced(Vec<NoticeKind>),
    Text(TextPlan, Where),
    Near {
        parts: Vec<TextPlan>,
        within: Option<usize>,
        ordered: bool,
        place: Where,
    },
    Fusion {
        fusions: usize,
        partner: Partner,
        place: Where,
    },
}

/// Words or a pattern made ready.
#[derive(Debug)]
pub(super) struct TextPlan {
    pub(super) seek: Seek,
    pub(super) polarity: Polarity,
    pub(super) range: (Option<u32>, Option<u32>),
}

/// How a text rule is found.
#[derive(Debug, Clone, Copy)]
pub(super) enum Seek {
    Words(Set),
    /// Words with a number in them, which is the value.
    Numbers(Set),
    /// An age; the number is of this many years: a list each for years, months, weeks and days.
    Age(Set),
    Pattern(usize),
}

/// Where a plan looks.
#[derive(Debug)]
pub(super) struct Where {
    pub(super) fields: Vec<Field>,
    pub(super) told: Told,
    pub(super) sections: Vec<Section>,
    pub(super) except: Vec<Section>,
    pub(super) unless: Option<Seek>,
}

/// The plans of one protocol share this.
#[derive(Debug, Default)]
pub(super) struct Shared {
    pub(super) lexicon: Lexicon,
    pub(super) patterns: Vec<Regex>,
    pub(super) fusions: Vec<Fusions>,
    pub(super) fields: Vec<Field>,
    pub(super) named: usize,
    seeks: HashMap<Wanted, Seek>,
    genes: HashMap<(String, String), usize>,
    places: HashMap<String, usize>,
}

/// Who is counted among people, for ages.
const PEOPLE: &str = "man/woman/boy/girl/male/female/patient/child/infant/adolescent/teenager/lady/gentleman/student/adult/baby/toddler/newborn/neonate/smoker/nonsmoker/white/asian/caucasian/japanese/chinese";

impl Shared {
    /// Makes a rule ready.
    ///
    /// # Errors
    /// When a pattern cannot be compiled.
    pub(super) fn plan(&mut self, rule: &Rule, words: &BTreeMap<String, Vocabulary>) -> Result<Plan, String> {
        let mut list = |rules: &[Rule]| rules.iter().map(|r| self.plan(r, words)).collect::<Result<Vec<_>, _>>();
        let look = match &rule.kind {
            RuleKind::All(rules) => Look::All(list(rules)?),
            RuleKind::Any(rules) => Look::Any(list(rules)?),
            RuleKind::Not(inner) => Look::Not(Box::new(self.plan(inner, words)?)),
            RuleKind::Named(name, inner) => {
                let place = match self.places.get(name) {
                    Some(place) => *place,
                    None => {
                        self.named += 1;
                        self.places.insert(name.clone(), self.named - 1);
                        self.named - 1
                    }
                };
                Look::Named(place, Box::new(self.plan(inner, words)?))
            }
            RuleKind::Mesh(mesh) => Look::Mesh(mesh.clone()),
            RuleKind::Species(species) => Look::Species(*species),
            RuleKind::Indexed(by) => Look::Indexed(by.clone()),
            RuleKind::PublicationType(types) => Look::PublicationType(types.clone()),
            RuleKind::Language(codes) => Look::Language(codes.clone()),
            RuleKind::HasAbstract(wanted) => Look::HasAbstract(*wanted),
            RuleKind::Announced(kinds) => Look::Announced(kinds.clone()),
            RuleKind::Text(text) => Look::Text(self.text(text, words)?, self.place(&text.place, words)?),
            RuleKind::Near { parts, within, ordered, place } => Look::Near {
                parts: parts.iter().map(|p| self.text(p, words)).collect::<Result<_, _>>()?,
                within: *within,
                ordered: *ordered,
                place: self.place(place, words)?,
            },
            RuleKind::Fusion(fusion) => {
                let key = (fusion.gene.clone(), fusion.partners.clone());
                let fusions = match self.genes.get(&key) {
                    Some(known) => *known,
                    None => {
                        let partners = words.get(&fusion.partners);
                        self.fusions.push(Fusions::new(&mut self.lexicon, &fusion.gene, &fusion.also, partners));
                        self.genes.insert(key, self.fusions.len() - 1);
                        self.fusions.len() - 1
                    }
                };
                Look::Fusion { fusions, partner: fusion.partner, place: self.place(&fusion.place, words)? }
            }
        };
        Ok(Plan { path: rule.path.clone(), look })
    }

    fn place(&mut self, place: &Place, words: &BTreeMap<String, Vocabulary>) -> Result<Where, String> {
        for field in &place.fields {
            if !self.fields.contains(field) {
                self.fields.push(*field);
            }
        }
        let unless = match &place.unless {
            Some(wanted) => Some(self.seek(wanted, words)?),
            None => None,
        };
        Ok(Where {
            fields: place.fields.clone(),
            told: place.told,
            sections: place.sections.clone(),
            except: place.except_sections.clone(),
            unless,
        })
    }

    fn text(&mut self, rule: &TextRule, words: &BTreeMap<String, Vocabulary>) -> Result<TextPlan, String> {
        Ok(TextPlan { seek: self.seek(&rule.what, words)?, polarity: rule.polarity, range: rule.range })
    }

    fn seek(&mut self, wanted: &Wanted, vocabularies: &BTreeMap<String, Vocabulary>) -> Result<Seek, String> {
        if let Some(known) = self.seeks.get(wanted) {
            return Ok(*known);
        }
        let lexicon = &mut self.lexicon;
        let seek = match wanted {
            Wanted::Words(list) => {
                let set = lexicon.new_set();
                list.iter().for_each(|w| lexicon.add(set, w, Form::Word, None, false));
                Seek::Words(set)
            }
            Wanted::Vocabulary(name) => {
                let set = lexicon.new_set();
                if let Some(vocabulary) = vocabularies.get(name) {
                    let form = if vocabulary.exact { Form::Exact } else { Form::Word };
                    for term in &vocabulary.terms {
                        let name = Some(lexicon.new_name(&term.name));
                        term.words.iter().for_each(|w| lexicon.add(set, w, form, name, false));
                        term.symbols.iter().for_each(|w| lexicon.add(set, w, Form::Symbol, name, false));
                    }
                    vocabulary.decoys.iter().for_each(|w| lexicon.add(set, w, form, None, true));
                }
                Seek::Words(set)
            }
            Wanted::Count(things) => {
                let set = lexicon.new_set();
                for thing in things {
                    lexicon.add(set, &format!("# {thing}"), Form::Word, None, false);
                    lexicon.add(set, &format!("# … {thing}"), Form::Word, None, false);
                }
                Seek::Numbers(set)
            }
            Wanted::Age => {
                let set = lexicon.new_set();
                for unit in ["year", "month", "week", "day"] {
                    let name = Some(lexicon.new_name(unit));
                    for shape in ["# UNIT old", "aged # UNIT", "age of # UNIT", "# UNIT of age", "# UNIT old … PEOPLE"]
                    {
                        let phrase = shape.replace("UNIT", unit).replace("PEOPLE", PEOPLE);
                        lexicon.add(set, &phrase, Form::Word, name, false);
                    }
                }
                Seek::Age(set)
            }
            Wanted::Pattern(pattern) => {
                // Word boundaries of ASCII keep the automaton fast; abstracts are English.
                let ascii = if pattern.contains(r"\\") { pattern.clone() } else { pattern.replace(r"\b", r"(?-u:\b)") };
                let compiled = Regex::new(&format!("(?i){ascii}")).map_err(|e| e.to_string())?;
                self.patterns.push(compiled);
                Seek::Pattern(self.patterns.len() - 1)
            }
        };
        self.seeks.insert(wanted.clone(), seek);
        Ok(seek)
    }
}
