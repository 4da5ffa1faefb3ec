//! `analysis.toml`: what to compute from the filled worksheet, and which published number each result answers.
//!
//! `queries/README.md` tells each key with an example.

mod read;

pub use read::read;

/// The plan of a pooled analysis.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// What it is.
    pub title: String,
    /// Where the review says how it was done.
    pub source: String,
    /// Named sets of cases.
    pub sets: Vec<Set>,
    /// Ways to divide cases.
    pub groups: Vec<Grouping>,
    /// Proportions.
    pub shares: Vec<Share>,
    /// Cross tables.
    pub tables: Vec<Cross>,
    /// Survival curves.
    pub curves: Vec<Survival>,
    /// Numbers in short.
    pub numbers: Vec<Numbers>,
    /// Counts of the items of a list.
    pub tallies: Vec<Tally>,
    /// Pictures of single cases over time.
    pub swimmers: Vec<Swimmer>,
    /// Pictures of single cases by two groups.
    pub grids: Vec<Grid>,
    /// What answers a published number, where the keys are not the same or something must be said.
    pub against: Vec<Against>,
}

/// Some of the cases. Of a case whose cell is blank, a condition on that cell is not known.
#[derive(Debug, Clone)]
pub enum Condition {
    /// The cell is one of these.
    Is(String, Vec<String>),
    /// The cell is a number from the first to below the second.
    Within(String, Option<f64>, Option<f64>),
    /// The cell is filled, or is blank.
    Reported(String, bool),
    /// Every one.
    All(Vec<Condition>),
    /// At least one.
    Any(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
}

/// A named set of cases.
#[derive(Debug, Clone)]
pub struct Set {
    /// Its id.
    pub id: String,
    /// Its name in tables.
    pub label: String,
    /// Who is in it.
    pub condition: Condition,
}

/// A way to divide cases.
#[derive(Debug, Clone)]
pub struct Grouping {
    /// Its id.
    pub id: String,
    /// Its name in tables.
    pub label: String,
    /// The column divided by.
    pub column: String,
    /// Its parts with their conditions, in order; without any, every value that occurs is a part.
    pub parts: Vec<(String, Condition)>,
    /// Whether a case comes into its part only while it is watched, as by an operation after the start: who dies early
    /// cannot, and survival by such a part is biased (immortal time).
    pub after_start: bool,
}

/// A proportion, overall and by groups.
#[derive(Debug, Clone)]
pub struct Share {
    /// Its id.
    pub id: String,
    /// Its name in tables.
    pub label: String,
    /// What is counted.
    pub event: Condition,
    /// The set it is counted in; none is all cases.
    pub of: Option<String>,
    /// Groups it is told apart by.
    pub by: Vec<String>,
}

/// A cross table.
#[derive(Debug, Clone)]
pub struct Cross {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// Groups compared.
    pub rows: String,
    /// What is compared.
    pub columns: String,
    /// The set it is counted in; none is all cases.
    pub of: Option<String>,
}

/// Survival curves.
#[derive(Debug, Clone)]
pub struct Survival {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// The column of times.
    pub time: String,
    /// Their unit.
    pub unit: String,
    /// What ends a case's time as an event.
    pub event: Condition,
    /// The set; none is all cases.
    pub of: Option<String>,
    /// Groups, one curve each; none is one curve.
    pub by: Option<String>,
}

/// Numbers in short.
#[derive(Debug, Clone)]
pub struct Numbers {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// The column.
    pub column: String,
    /// Its unit.
    pub unit: String,
    /// The set; none is all cases.
    pub of: Option<String>,
}

/// How often each item of a column of lists stands in it.
#[derive(Debug, Clone)]
pub struct Tally {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// The column, items joined by semicolons.
    pub column: String,
    /// The set; none is all cases.
    pub of: Option<String>,
}

/// A picture of the cases over time, one bar each.
#[derive(Debug, Clone)]
pub struct Swimmer {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// The column of times.
    pub time: String,
    /// Their unit.
    pub unit: String,
    /// What ends a bar as an event.
    pub event: Condition,
    /// The group that colours a bar.
    pub color: String,
    /// Columns written beside a bar.
    pub beside: Vec<String>,
}

/// A picture of the cases by two groups, one mark each.
#[derive(Debug, Clone)]
pub struct Grid {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// The group of the rows.
    pub rows: String,
    /// The group of the columns.
    pub columns: String,
    /// The group that colours a mark.
    pub color: String,
}

/// What answers a published number.
#[derive(Debug, Clone)]
pub struct Against {
    /// The published number's key.
    pub published: String,
    /// The key of the result; none when there is none.
    pub ours: Option<String>,
    /// The test or method that the paper names.
    pub named: Option<String>,
    /// Why it cannot be derived from what is printed.
    pub because: Option<String>,
}
