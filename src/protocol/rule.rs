//! The rule language of a protocol: what a criterion looks for in a record.

/// A rule as read from TOML.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule;
