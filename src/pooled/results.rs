//! What comes out of a plan and cases.

use serde::Serialize;

use super::Interval;
use super::cases::Left;
use super::contingency::{Expected, Table, Test};
use super::proportion::Proportion;
use super::summary::Summary;
use super::survival::{Curve, LogRank, Median};

/// Everything that a plan asks of some cases.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Results {
    /// Cases.
    pub cases: usize,
    /// Reports they come from.
    pub reports: usize,
    /// Sets, with who is not in them.
    pub sets: Vec<SetResult>,
    /// Proportions.
    pub shares: Vec<ShareResult>,
    /// Cross tables.
    pub tables: Vec<CrossResult>,
    /// Survival.
    pub survival: Vec<SurvivalResult>,
    /// Numbers in short.
    pub numbers: Vec<NumbersResult>,
    /// Lists counted.
    pub tallies: Vec<TallyResult>,
    /// Bars of single cases.
    pub swimmers: Vec<SwimmerResult>,
    /// Marks of single cases.
    pub grids: Vec<GridResult>,
    /// What a statistician would say of these results, once.
    pub warnings: Vec<String>,
}

/// A set.
#[derive(Debug, Clone, Serialize)]
pub struct SetResult {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// Cases in it.
    pub n: usize,
    /// Cases not in it.
    pub left: Vec<Left>,
}

/// A proportion, overall and by groups.
#[derive(Debug, Clone, Serialize)]
pub struct ShareResult {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// The denominator's name.
    pub of: String,
    /// Overall first, then the parts of each group.
    pub rows: Vec<ShareRow>,
    /// Who is not in the overall denominator.
    pub left: Vec<Left>,
}

/// One proportion.
#[derive(Debug, Clone, Serialize)]
pub struct ShareRow {
    /// `response.or`, `response.or[age=children]`.
    pub key: String,
    /// Group and part; none overall.
    pub group: Option<(String, String)>,
    /// How many of how many.
    #[serde(flatten)]
    pub share: Proportion,
    /// The estimate, from 0 to 1.
    pub estimate: Option<f64>,
    /// Wilson's interval.
    pub wilson: Option<Interval>,
    /// Clopper and Pearson's interval.
    pub clopper_pearson: Option<Interval>,
}

/// A cross table with its tests.
#[derive(Debug, Clone, Serialize)]
pub struct CrossResult {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// The denominator's name.
    pub of: String,
    /// The counts.
    pub table: Table,
    /// Expected counts.
    pub expected: Option<Expected>,
    /// Tests.
    pub tests: Vec<Test>,
    /// Who is not in it.
    pub left: Vec<Left>,
}

/// Survival curves.
#[derive(Debug, Clone, Serialize)]
pub struct SurvivalResult {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// Unit of time.
    pub unit: String,
    /// One curve a group; one alone when there are no groups.
    pub groups: Vec<SurvivalGroup>,
    /// The log-rank test; none of one group or without events.
    pub log_rank: Option<LogRank>,
    /// Who is in no curve.
    pub left: Vec<Left>,
}

/// One curve.
#[derive(Debug, Clone, Serialize)]
pub struct SurvivalGroup {
    /// `survival.os[treatment=crizotinib alone]`.
    pub key: String,
    /// Its name.
    pub label: String,
    /// Cases.
    pub n: usize,
    /// Events.
    pub events: usize,
    /// The curve.
    pub curve: Curve,
    /// Its median by each method.
    pub medians: Vec<Median>,
    /// The times in short, as if none were censored.
    pub times: Option<Summary>,
}

/// Numbers in short.
#[derive(Debug, Clone, Serialize)]
pub struct NumbersResult {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// Their unit.
    pub unit: String,
    /// The numbers; none when there are none.
    pub summary: Option<Summary>,
    /// Who has no number.
    pub left: Vec<Left>,
}

/// Items of a list, the commonest first.
#[derive(Debug, Clone, Serialize)]
pub struct TallyResult {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// Cases looked at.
    pub n: usize,
    /// Items and the cases that have them.
    pub items: Vec<(String, usize)>,
}

/// The cases over time, the longest first.
#[derive(Debug, Clone, Serialize)]
pub struct SwimmerResult {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// Unit of time.
    pub unit: String,
    /// The colouring group's parts in order.
    pub colors: Vec<String>,
    /// The bars.
    pub bars: Vec<Bar>,
    /// Who has no bar.
    pub left: Vec<Left>,
}

/// One case over time.
#[derive(Debug, Clone, Serialize)]
pub struct Bar {
    /// `PMID.case`.
    pub case: String,
    /// Its length.
    pub time: f64,
    /// Whether it ends with the event.
    pub event: bool,
    /// Its part of the colouring group.
    pub color: Option<String>,
    /// What is written beside it.
    pub beside: Vec<String>,
}

/// The cases by two groups.
#[derive(Debug, Clone, Serialize)]
pub struct GridResult {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// The rows' names.
    pub rows: Vec<String>,
    /// The columns' names.
    pub columns: Vec<String>,
    /// The colouring group's parts in order.
    pub colors: Vec<String>,
    /// Row, column, and the part of the colouring group.
    pub marks: Vec<(usize, usize, Option<String>)>,
    /// Who is in no row or column.
    pub left: Vec<Left>,
}
