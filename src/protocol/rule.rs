//! The rule language of a protocol: what a criterion looks for in a record.

use std::collections::BTreeMap;

use super::Vocabulary;
use super::table::Node;

/// A rule as read from TOML.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule;

impl Rule {
    /// A rule that is never found.
    pub fn never() -> Self {
        Self
    }
}

/// Reads a rule. `path` is its place in the protocol, cited by evidence.
pub fn read(_node: &Node<'_, '_>, _path: &str, _vocabularies: &BTreeMap<String, Vocabulary>) -> Option<Rule> {
    Some(Rule)
}
