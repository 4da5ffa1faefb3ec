//! Gene fusions in text, for any gene: `RANBP2-ALK`, `RANBP2::ALK`, `ALK/CLTC`, "fusion of TRAF3
//! with ALK", "ALK fused to clathrin heavy chain (CLTC)", "partners of ALK, including CLTC and TPM3".
//!
//! What is no fusion: `ALK-positive`, `ALK-TKI`, `BCR-ABL inhibitor`. What is one without a named
//! partner: `ALK-rearranged`, `ALK fusion`. A partner is known when the review's vocabulary holds it;
//! else a symbol counts by its form, where the grammar leaves no doubt, and is marked as unknown.

use std::ops::Range;

use memchr::memmem;

use super::reading::Text;
use super::words::{Form, Lexicon, Set};
use crate::protocol::Vocabulary;

/// A fusion named in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FusionMention {
    /// Byte range in the text.
    pub span: Range<usize>,
    /// The partner: its preferred name when the vocabulary knows it, else the symbol as written; none
    /// where no partner is named.
    pub partner: Option<String>,
    /// Whether the vocabulary knows it.
    pub known: bool,
    /// Whether the gene itself stands in the sentence, not only "the partner was CLTC".
    pub with_gene: bool,
}

/// Capitals that stand beside a gene without being its partner: methods, diseases, outcomes, markers,
/// and the other genes that are tested or inhibited along with it.
const NO_PARTNERS: &[&str] = &[
    "IHC", "FISH", "TKI", "TKIS", "NGS", "PCR", "RTPCR", "RACE", "RNA", "DNA", "CDNA", "CTDNA", "IMT", "IMTS", "EIMS",
    "EIMT", "PSC", "NSCLC", "ALCL", "LBCL", "RMS", "RCC", "HCC", "D5F3", "5A4", "1A4", "PD", "PDL1", "WT", "KD", "US",
    "FDA", "EMA", "CT", "MRI", "PET", "CR", "PR", "SD", "OS", "PFS", "ORR", "DCR", "DOR", "CI", "HR", "MAPK", "ERK",
    "STAT3", "AKT", "PI3K", "MTOR", "JAK", "ABL", "ABL1", "BCR", "RAS", "II", "III", "IV", "ROS1", "ROS", "MET",
    "NTRK", "NTRK1", "NTRK2", "NTRK3", "RET", "EGFR", "KRAS", "NRAS", "BRAF", "HER2", "ERBB2", "FGFR", "FGFR1",
    "FGFR2", "FGFR3", "PDGFR", "PDGFRA", "PDGFRB", "KIT", "CD30", "CD31", "CD34", "CD68", "CD246", "CD8", "CD4", "CK7",
    "TTF1", "SMA", "AND", "OR", "NON", "ANTI", "PAN", "PRE", "POST", "TP53", "P53", "MDM2", "CDK4", "MYC", "MYCN",
    "INI1", "TRK", "LTK", "IGF1R", "VEGFR", "CDKN2A", "BAP1", "NF2", "PIK3CA", "PTEN", "WHO", "ASCO", "NCCN", "ESMO",
    "COG", "MSI", "TMB", "HIV", "EBV", "PDX", "AE", "AES", "SEER", "TCGA", "MSKCC", "TCR",
];

/// A gene and what is known of its fusions, as lists of a lexicon.
#[derive(Debug, Clone)]
pub(super) struct Fusions {
    gene: String,
    /// The gene's letters, sought also within words.
    letters: memmem::Finder<'static>,
    genes: Set,
    partners: Set,
    /// Fusion, rearrangement and the like.
    rearranged: Set,
    /// These, and the words with which a transcript is described.
    described: Set,
    /// "partner".
    partner: Set,
    /// Words before a partner: with, to, between …
    leads: Set,
    /// Words between a rearrangement and its gene.
    links: Set,
    symbols: Vec<(String, String)>,
}

const REARRANGED: &[&str] = &[
    "fusion*",
    "fused",
    "fuse/fuses/fusing",
    "rearrang*",
    "re arrang*",
    "translocat*",
    "break apart",
    "breakapart",
    "split signal*",
    "inversion/inversions",
    "juxtapos*",
    "chimer*",
    "oncofusion*",
    "transloc",
];
const DESCRIBED: &[&str] = &[
    "exon/exons",
    "intron/introns",
    "transcript/transcripts",
    "in frame",
    "joined/joining/joins",
    "junction/junctions",
    "breakpoint*",
    "partner/partners",
    "intragenic",
    "preceded by",
];

impl Fusions {
    pub(super) fn new(lexicon: &mut Lexicon, gene: &str, also: &[String], vocabulary: Option<&Vocabulary>) -> Self {
        let genes = lexicon.new_set();
        lexicon.add(genes, gene, Form::Symbol, None, false);
        also.iter().for_each(|name| lexicon.add(genes, name, Form::Word, None, false));
        let partners = lexicon.new_set();
        let mut symbols = Vec::new();
        for term in vocabulary.map(|v| v.terms.as_slice()).unwrap_or_default() {
            let name = lexicon.new_name(&term.name);
            for symbol in term.symbols.iter().chain([&term.name]) {
                lexicon.add(partners, symbol, Form::Symbol, Some(name), false);
                symbols.push((symbol.clone(), term.name.clone()));
            }
            term.words.iter().for_each(|w| lexicon.add(partners, w, Form::Exact, Some(name), false));
        }
        let mut list = |words: &[&[&str]]| {
            let set = lexicon.new_set();
            words.iter().copied().flatten().for_each(|w| lexicon.add(set, w, Form::Exact, None, false));
            set
        };
        Self {
            gene: gene.to_owned(),
            letters: memmem::Finder::new(gene).into_owned(),
            genes,
            partners,
            rearranged: list(&[REARRANGED]),
            described: list(&[REARRANGED, DESCRIBED]),
            partner: list(&[&["partner/partners"]]),
            links: list(&[&["of/in/at/on/for/the/involving/affecting/with/both/gene/locus"]]),
            leads: list(&[&["with/to/of/between/and/is/was/as", "gene"]]),
            symbols,
        }
    }

    /// Whether a text holds a word without which it names no fusion.
    pub(super) fn may_stand(&self, source: &str, text: &Text) -> bool {
        !text.hits.of(self.genes).is_empty()
            || !text.hits.of(self.partner).is_empty()
            || self.letters.find(source.as_bytes()).is_some()
    }

    /// Every fusion in one sentence of a text, in order.
    pub(super) fn find(
        &self,
        lexicon: &Lexicon,
        source: &str,
        text: &Text,
        sentence: &Range<u32>,
    ) -> Vec<FusionMention> {
        let genes: Vec<Range<u32>> = text.in_sentence(self.genes, sentence).iter().map(|h| h.first..h.end).collect();
        let mut out = self.glued(source, text, sentence);
        if genes.is_empty() && text.in_sentence(self.partner, sentence).is_empty() {
            return out;
        }
        let candidates = self.candidates(lexicon, source, text, sentence, &genes);
        for c in &candidates {
            if let Some(span) = self.named(c, &genes, source, text, sentence) {
                out.push(FusionMention {
                    span: text.bytes_of(&span),
                    partner: Some(c.name.clone()),
                    known: c.known,
                    with_gene: !genes.is_empty(),
                });
            }
        }
        if out.is_empty() {
            let rearranged = text.in_sentence(self.rearranged, sentence);
            let or = |word: Option<u32>| {
                let token = word.filter(|w| sentence.contains(w)).map(|w| &source[text.tokens[w as usize].range()]);
                token.is_some_and(|t| t.eq_ignore_ascii_case("or"))
            };
            for g in &genes {
                // "Fusions of ALK or ROS1" leave open which.
                if or(Some(g.end)) || or(g.start.checked_sub(1)) {
                    continue;
                }
                let links = text.in_sentence(self.links, sentence);
                // Before the gene only "of", "in" and the like link the word to it: "TFCP2 fusions and common ALK".
                let linked = |words: Range<u32>| words.clone().all(|w| links.iter().any(|l| l.first == w));
                let near = rearranged
                    .iter()
                    .find(|r| distance(g, &(r.first..r.end)) <= 4 && (r.first >= g.end || linked(r.end..g.start)));
                if let Some(r) = near {
                    let span = g.start.min(r.first)..g.end.max(r.end);
                    out.push(FusionMention {
                        span: text.bytes_of(&span),
                        partner: None,
                        known: false,
                        with_gene: true,
                    });
                    break;
                }
            }
        }
        out.sort_by_key(|m| (m.span.start, m.span.end));
        // A long name and its symbol, and a fusion told twice at one place, are one mention.
        let mut unique: Vec<FusionMention> = Vec::new();
        for m in out {
            match unique.iter_mut().find(|u| u.partner == m.partner && u.span.end + 2 >= m.span.start) {
                Some(same) => same.span.end = same.span.end.max(m.span.end),
                None => unique.push(m),
            }
        }
        unique
    }

    /// The dash lost: `RANBP2ALK`.
    fn glued(&self, source: &str, text: &Text, sentence: &Range<u32>) -> Vec<FusionMention> {
        let words = sentence.start as usize..sentence.end as usize;
        text.tokens[words]
            .iter()
            .filter_map(|t| {
                let before = source[t.range()].strip_suffix(self.gene.as_str()).filter(|b| !b.is_empty())?;
                let (_, name) = self.symbols.iter().find(|(s, _)| s == before)?;
                Some(FusionMention { span: t.range(), partner: Some(name.clone()), known: true, with_gene: true })
            })
            .collect()
    }

    fn candidates(
        &self,
        lexicon: &Lexicon,
        source: &str,
        text: &Text,
        sentence: &Range<u32>,
        genes: &[Range<u32>],
    ) -> Vec<Candidate> {
        let overlaps = |words: &Range<u32>, others: &[Range<u32>]| {
            others.iter().any(|g| g.start < words.end && words.start < g.end)
        };
        let mut out: Vec<Candidate> = text
            .in_sentence(self.partners, sentence)
            .iter()
            .filter(|h| !overlaps(&(h.first..h.end), genes))
            .map(|h| Candidate {
                words: h.first..h.end,
                name: lexicon.name(h).unwrap_or_default().to_owned(),
                known: true,
            })
            .collect();
        let known: Vec<Range<u32>> = out.iter().map(|c| c.words.clone()).collect();
        for i in sentence.clone() {
            let word = &source[text.tokens[i as usize].range()];
            let words = i..i + 1;
            if is_symbol(word) && !overlaps(&words, genes) && !overlaps(&words, &known) {
                out.push(Candidate { words, name: word.to_owned(), known: false });
            }
        }
        out
    }

    /// The words of the mention, if a candidate is said to be fused to the gene.
    fn named(
        &self,
        c: &Candidate,
        genes: &[Range<u32>],
        source: &str,
        text: &Text,
        sentence: &Range<u32>,
    ) -> Option<Range<u32>> {
        let hits = |set: Set| text.in_sentence(set, sentence).iter().map(|h| h.first..h.end);
        let rearranged_near = |words: &Range<u32>| hits(self.rearranged).any(|r| distance(&r, words) <= 4);
        for g in genes {
            let (first, second) = if c.words.start < g.start { (&c.words, g) } else { (g, &c.words) };
            if first.end == second.start {
                let Some(join) = join(source, text, first.end) else { continue };
                let sure = c.known || join == Join::Fusion || rearranged_near(&(first.start..second.end));
                let forward = c.words.start < g.start;
                if sure && (c.known || forward || rearranged_near(&(first.start..second.end))) {
                    return Some(first.start..second.end);
                }
            }
        }
        // FN1-ROS1 beside a word about ALK is a fusion of another gene.
        if self.joined_to_another(c, genes, source, text) {
            return None;
        }
        // A symbol that no list holds is a partner where it is called one: "the partner was CCDC6".
        let lead = |w: u32| [self.leads, self.links].into_iter().any(|set| hits(set).any(|h| h.contains(&w)));
        let called = hits(self.partner).find(|p| p.end < c.words.start && (p.end..c.words.start).all(lead));
        if let Some(p) = called
            && (c.name.len() > 3 || c.name.chars().any(|ch| ch.is_ascii_digit()))
        {
            return Some(p.start..c.words.end);
        }
        let gene = genes.iter().min_by_key(|g| distance(g, &c.words));
        if c.known {
            let by_partner = hits(self.partner).find(|p| distance(p, &c.words) <= 6);
            if let Some(p) = by_partner {
                return Some(p.start.min(c.words.start)..p.end.max(c.words.end));
            }
        }
        let g = gene.filter(|g| distance(g, &c.words) <= if c.known { 16 } else { 8 })?;
        let word = hits(self.described).find(|r| distance(r, &c.words) <= if c.known { 9 } else { 6 })?;
        if !c.known {
            let led = hits(self.leads).any(|l| l.end == c.words.start);
            let digit = c.name.chars().any(|ch| ch.is_ascii_digit());
            // Nothing but such words and those that describe a transcript may stand between it and the gene.
            let between = if c.words.end <= g.start { c.words.end..g.start } else { g.end..c.words.start };
            let bridged = between.clone().all(|w| {
                let number = source[text.tokens[w as usize].range()].starts_with(|ch: char| ch.is_ascii_digit());
                number
                    || [self.links, self.leads, self.described].into_iter().any(|set| hits(set).any(|h| h.contains(&w)))
            });
            if !led || !bridged || !digit && c.name.len() < 4 {
                return None;
            }
        }
        Some(g.start.min(c.words.start).min(word.start)..g.end.max(c.words.end).max(word.end))
    }

    fn joined_to_another(&self, c: &Candidate, genes: &[Range<u32>], source: &str, text: &Text) -> bool {
        let other = |word: u32, boundary: u32| {
            !genes.iter().any(|g| g.contains(&word))
                && text.tokens.get(word as usize).is_some_and(|t| {
                    let w = &source[t.range()];
                    w.chars().next().is_some_and(|ch| ch.is_ascii_uppercase())
                        && w.chars().filter(|ch| ch.is_ascii_uppercase() || ch.is_ascii_digit()).count() >= 3
                })
                && join(source, text, boundary) == Some(Join::Fusion)
        };
        other(c.words.end, c.words.end) || c.words.start.checked_sub(1).is_some_and(|w| other(w, c.words.start))
    }
}

struct Candidate {
    words: Range<u32>,
    name: String,
    known: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Join {
    /// A dash or a double colon.
    Fusion,
    /// A slash or a colon, which also list genes.
    Listing,
}

/// What joins the words before and after a boundary, if it is the sign of a fusion.
fn join(source: &str, text: &Text, boundary: u32) -> Option<Join> {
    let before = text.tokens.get(boundary.checked_sub(1)? as usize)?;
    let after = text.tokens.get(boundary as usize)?;
    let between: String = source[before.end as usize..after.start as usize]
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, ')' | '(' | '"' | '\u{2032}' | '\''))
        .collect();
    match between.as_str() {
        "-" | "\u{2010}" | "\u{2011}" | "\u{2012}" | "\u{2013}" | "\u{2014}" | "\u{2212}" | "::" | "--" => {
            Some(Join::Fusion)
        }
        "/" | ":" => Some(Join::Listing),
        _ => None,
    }
}

/// Whether a word has the form of a gene symbol that may be a partner.
fn is_symbol(word: &str) -> bool {
    let upper = word.to_ascii_uppercase();
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let capitals = word.chars().filter(char::is_ascii_uppercase).count();
    let form = word.len() >= 3
        && word.len() <= 12
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && (capitals + digits == word.len() || word.contains("orf") && capitals > 0)
        && (capitals >= 2 || word.contains("orf"));
    form && !NO_PARTNERS.contains(&upper.as_str())
}

fn distance(a: &Range<u32>, b: &Range<u32>) -> u32 {
    if a.end <= b.start { b.start - a.end } else { a.start.saturating_sub(b.end) }
}

/// Finds fusions of one gene in a text of its own.
#[derive(Debug, Clone)]
pub struct Finder {
    lexicon: Lexicon,
    fusions: Fusions,
}

impl Finder {
    /// For a gene, with a vocabulary of partners (`symbols` and long `words` of each).
    pub fn new(gene: &str, partners: Option<&Vocabulary>) -> Self {
        let mut lexicon = Lexicon::default();
        let fusions = Fusions::new(&mut lexicon, gene, &[], partners);
        Self { lexicon, fusions }
    }

    /// Every fusion with a named partner in a text, in order.
    pub fn find(&self, text: &str) -> Vec<FusionMention> {
        self.all(text).into_iter().filter(|m| m.partner.is_some()).collect()
    }

    /// Every fusion in a text, in order, whether its partner is named or not.
    pub fn all(&self, text: &str) -> Vec<FusionMention> {
        let read = Text::new(&self.lexicon, text);
        read.sentences.iter().flat_map(|s| self.fusions.find(&self.lexicon, text, &read, &s.words)).collect()
    }
}

#[cfg(test)]
mod tests;
