//! What a record's words must hold for a query to match: enough to look in an index first.
//!
//! A need may ask for too little, never for too much: whatever it lets through, the query itself decides. What is
//! sought elsewhere than in [`Record::passages`] (dates, authors, journals) is not asked for.

use super::matching::words;
use super::{Kind, Node, Operator, Query, SearchField, Term};
use crate::record::Record;

/// A condition on the words of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// This word.
    Word(String),
    /// A word that begins so.
    Prefix(String),
    /// All of these.
    All(Vec<Need>),
    /// One of these.
    Any(Vec<Need>),
}

/// The words that [`Need`]s ask for: of every passage, folded, each once, in alphabetical order.
pub fn indexed_words(record: &Record) -> Vec<String> {
    let mut list: Vec<String> = record.passages().iter().flat_map(|p| words(p.text)).map(|w| w.text).collect();
    list.sort_unstable();
    list.dedup();
    list
}

impl Query {
    /// What a record's words must hold for it to match; none when that cannot be told from words alone.
    pub fn need(&self) -> Option<Need> {
        of(&self.root)
    }
}

fn of(node: &Node) -> Option<Need> {
    match &node.kind {
        Kind::Term(term) => of_term(term),
        Kind::Range { .. } => None,
        Kind::Group(Operator::And, parts) => {
            let mut list: Vec<Need> = parts.iter().filter_map(of).collect();
            if list.len() > 1 { Some(Need::All(list)) } else { list.pop() }
        }
        // One part that cannot be told makes the whole untold.
        Kind::Group(Operator::Or, parts) => parts.iter().map(of).collect::<Option<Vec<_>>>().map(Need::Any),
        // What must not be there narrows nothing.
        Kind::Group(Operator::Not, parts) => parts.first().and_then(of),
    }
}

fn of_term(term: &Term) -> Option<Need> {
    use SearchField as F;
    let in_passages = matches!(
        term.field,
        F::All | F::TextWord | F::TitleAbstract | F::Title | F::OtherTerm | F::PublicationType | F::Substance
    );
    if !in_passages {
        return None;
    }
    let mut list: Vec<Need> = words(&term.effective())
        .into_iter()
        .filter_map(|w| match w.text.split_once('*') {
            None => Some(Need::Word(w.text)),
            Some(("", _)) => None,
            Some((head, _)) => Some(Need::Prefix(head.to_owned())),
        })
        .collect();
    if list.len() > 1 { Some(Need::All(list)) } else { list.pop() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn shown(need: &Need) -> String {
        let joined = |list: &[Need], with: &str| format!("({})", list.iter().map(shown).collect::<Vec<_>>().join(with));
        match need {
            Need::Word(word) => word.clone(),
            Need::Prefix(head) => format!("{head}…"),
            Need::All(list) => joined(list, " & "),
            Need::Any(list) => joined(list, " | "),
        }
    }

    #[test]
    fn a_need_asks_for_too_little_never_for_too_much() {
        let cases: &[(&str, &str, &str)] = &[
            ("a word is needed", "sarcoma[ti]", "sarcoma"),
            ("a phrase needs its words", "\"inflammatory myofibroblastic\"[tiab]", "(inflammatory & myofibroblastic)"),
            ("a truncated word, its beginning", "crizotin*[tiab]", "crizotin…"),
            ("what is no text needs no word", "ALK[tiab] AND 2010:2021[dp] AND Smith J[au]", "alk"),
            ("either of two", "alk[ti] OR ros1[ti]", "(alk | ros1)"),
            ("an alternative that cannot be told leaves all open", "alk[ti] OR 2016[dp]", "-"),
            ("MeSH may explode to other words", "sarcoma[mh]", "-"),
            ("what must be missing narrows nothing", "alk[ti] NOT lung[ti]", "alk"),
        ];
        for (sentence, string, expected) in cases {
            let query = super::super::parse(string).query.unwrap();
            assert_eq!(query.need().as_ref().map_or("-".to_owned(), shown), *expected, "{sentence}");
        }
    }

    #[test]
    fn words_are_folded_and_told_once() {
        let mut record = Record::new(crate::record::Pmid(1));
        record.title = "Naïve ALK, alk and T2*".to_owned();
        assert_eq!(indexed_words(&record), ["alk", "and", "naive", "t2*"]);
    }
}
