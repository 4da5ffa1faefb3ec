//! Gene fusions in text, for any gene: `RANBP2-ALK`, `RANBP2::ALK`, `ALK/CLTC`, "fusion of TRAF3
//! with ALK", "ALK fused to clathrin heavy chain (CLTC)". What is no fusion: `ALK-positive`,
//! `ALK-TKI`, `ALK-rearranged`.

use std::ops::Range;

use regex::Regex;

use crate::protocol::Vocabulary;

/// A fusion named in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FusionMention {
    /// Byte range in the text.
    pub span: Range<usize>,
    /// The partner: its preferred name when the vocabulary knows it, else the symbol as written.
    pub partner: Option<String>,
    /// Whether the vocabulary knows it.
    pub known: bool,
}

/// Capitals that stand beside a gene without being a gene.
const NO_GENES: &[&str] = &[
    "IHC", "FISH", "TKI", "TKIS", "NGS", "PCR", "RNA", "DNA", "IMT", "IMTS", "EIMS", "EIMT", "PSC", "NSCLC", "ALCL",
    "D5F3", "PD", "WT", "KD", "US", "FDA", "CT", "MRI", "PET", "CR", "PR", "SD", "OS", "PFS", "ORR", "MAPK", "ERK",
    "STAT3", "AKT", "ABL", "BCR", "RAS", "II", "III", "IV", "ROS1", "MET", "NTRK", "NTRK1", "NTRK3", "RET", "CD30",
    "SMA", "AND", "OR",
];

/// Finds fusions of one gene.
#[derive(Debug, Clone)]
pub struct Finder {
    patterns: Vec<Regex>,
    names: Vec<(String, String)>,
    loose: Option<Regex>,
}

impl Finder {
    /// For a gene, with a vocabulary of partners (`symbols` and long `words` of each).
    pub fn new(gene: &str, partners: Option<&Vocabulary>) -> Self {
        let g = regex::escape(gene);
        let symbol = r"[A-Z][A-Z0-9]{1,9}(?:orf\d+)?";
        let join = r"\s?(?:::|[-\u{2010}-\u{2015}\u{2212}/:])\s?";
        let terms = partners.map(|v| v.terms.as_slice()).unwrap_or_default();
        let mut names: Vec<(String, String)> = Vec::new();
        for term in terms {
            for s in term.symbols.iter().chain([&term.name]) {
                names.push((s.to_uppercase(), term.name.clone()));
            }
            for w in &term.words {
                names.push((w.to_uppercase(), term.name.clone()));
            }
        }
        let mut long: Vec<String> = names.iter().map(|(n, _)| regex::escape(n)).collect();
        long.sort_by_key(|n| std::cmp::Reverse(n.len()));
        let any = if long.is_empty() { String::from("$^") } else { long.join("|") };
        let named = format!(r"(?P<p>(?i:{any})|{symbol})");
        let texts = [
            // RANBP2-ALK, also with a long name before: Ran-binding protein 2 (RANBP2)-ALK.
            format!(r"\b{named}\)?{join}{g}\b"),
            // ALK-PTPN3.
            format!(r"\b{g}{join}{named}\b"),
            // fusion of TRAF3 with ALK; fusion between ALK and the clathrin heavy chain (CLTC) gene.
            format!(
                r"(?i:fusion|fused|rearrangement|translocation)\s+(?i:of|between)\s+(?i:the\s+)?{named}\)?\s+(?:\w+\s+){{0,3}}?(?i:with|to|and)\s+(?:\w+\s+){{0,2}}?{g}\b"
            ),
            format!(
                r"(?i:fusion|fused|rearrangement|translocation)\s+(?i:of|between)\s+(?i:the\s+)?{g}\s+(?:\w+\s+){{0,3}}?(?i:with|to|and)\s+(?:[a-z]\w*\s+){{0,3}}?\(?{named}\b"
            ),
            // ALK fused to CLTC; ALK was fused in frame with TNS1.
            format!(
                r"\b{g}\b(?:\s\w+){{0,4}}?\s(?i:fused|joined|juxtaposed)(?:[\s-]\w+){{0,4}}?\s(?i:to|with)\s(?:[a-z]\w*\s+){{0,3}}?\(?{named}\b"
            ),
            format!(
                r"\b{named}\b(?:\s\w+){{0,4}}?\s(?i:fused|joined|juxtaposed)(?:[\s-]\w+){{0,4}}?\s(?i:to|with)\s(?:[a-z]\w*\s+){{0,4}}?{g}\b"
            ),
            // CLTC was the fusion partner of ALK; ALK fusion partners, including CLTC.
            format!(r"\b{named}\b(?:\s\w+){{0,5}}?\s(?i:as|was|is)\s(?i:the|a|its)\s(?:\w+\s)?(?:fusion )?partner"),
            format!(
                r"(?i:partners?(?:\s\w+)?)(?:\s(?i:of|for)\s{g})?,?\s(?i:including|such as|were|was|is|being|identified as|namely)\s(?:[a-z]\w*\s+){{0,3}}?\(?{named}\b"
            ),
            // fusion transcript joining exon 2 of EML4 to exon 20 of ALK.
            format!(r"(?i:exon)s?\s\d+\s(?i:of\s)?(?:the\s)?{named}\b.{{0,60}}?\b{g}\b"),
            format!(r"\b{named}\s(?i:exons?)\s\d+.{{0,60}}?\b{g}\b"),
        ];
        let compile = |t: &String| Regex::new(t).ok();
        let patterns = texts.iter().filter_map(compile).collect();
        // The dash lost: RANBP2ALK.
        let loose = Regex::new(&format!(r"\b(?P<p>(?i:{any})){g}\b")).ok();
        Self { patterns, names, loose }
    }

    /// Every fusion in a text, in order; of several readings at one place the longest partner.
    pub fn find(&self, text: &str) -> Vec<FusionMention> {
        let mut out: Vec<FusionMention> = Vec::new();
        for pattern in self.patterns.iter().chain(&self.loose) {
            for found in pattern.captures_iter(text) {
                let (Some(whole), Some(partner)) = (found.get(0), found.name("p")) else { continue };
                let written = partner.as_str();
                let known = self.names.iter().find(|(n, _)| *n == written.to_uppercase());
                if known.is_none() && (NO_GENES.contains(&written) || written.len() < 3) {
                    continue;
                }
                let span = whole.range();
                if out.iter().any(|m| m.span.start < span.end && span.start < m.span.end) {
                    continue;
                }
                out.push(FusionMention {
                    span,
                    partner: Some(known.map_or_else(|| written.to_owned(), |k| k.1.clone())),
                    known: known.is_some(),
                });
            }
        }
        out.sort_by_key(|m| m.span.start);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Term;

    fn partners() -> Vocabulary {
        let term = |name: &str, words: &[&str]| Term {
            name: name.into(),
            words: words.iter().map(|w| (*w).into()).collect(),
            symbols: vec![name.into()],
        };
        Vocabulary {
            name: "fusion-partners".into(),
            terms: vec![
                term("RANBP2", &["Ran-binding protein 2", "RANB2"]),
                term("CLTC", &["clathrin heavy chain"]),
                term("TRAF3", &[]),
            ],
        }
    }

    #[test]
    fn every_way_of_writing_a_fusion_names_its_partner() {
        let finder = Finder::new("ALK", Some(&partners()));
        let cases: &[(&str, Option<&str>)] = &[
            ("a RANBP2-ALK fusion", Some("RANBP2")),
            ("RANBP2::ALK", Some("RANBP2")),
            ("RANBP2/ALK", Some("RANBP2")),
            ("EML4\u{2013}ALK", Some("EML4")),
            ("RANB2-ALK", Some("RANBP2")),
            ("RANBP2ALK", Some("RANBP2")),
            ("an ALK-PTPN3 fusion", Some("PTPN3")),
            ("fusion of TRAF3 with ALK", Some("TRAF3")),
            ("fusion of ALK with the clathrin heavy chain (CLTC) gene", Some("CLTC")),
            ("ALK fused to clathrin heavy chain (CLTC)", Some("CLTC")),
            ("Ran-binding protein 2 (RANBP2)-ALK", Some("RANBP2")),
            ("fusion partners of ALK, including CLTC, TPM3 and others", Some("CLTC")),
            ("fusion between NUMA1 exon 14 and ALK exon 20", Some("NUMA1")),
            ("ALK-positive tumor", None),
            ("ALK-rearranged", None),
            ("an ALK-TKI", None),
            ("ALK-IHC and ALK/FISH", None),
            ("ROS1/ALK inhibitor", None),
            ("ALK inhibitor", None),
            ("BCR-ABL inhibitor", None),
        ];
        for (text, expected) in cases {
            let found = finder.find(text);
            assert_eq!(found.first().and_then(|m| m.partner.as_deref()), *expected, "{text}: {found:?}");
        }
    }
}
