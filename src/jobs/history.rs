//! What a flow stands on: a run, a screening, an import of judgements, a protocol's criteria, a published figure; as
//! of now, or as it was when the run's flow was last reported.

use anyhow::Result;

use super::{PROGRAM, Workplace, now, screen};
use crate::flow::Fate;
use crate::protocol::{Published, load};
use crate::store::{SearchRun, Standing, Store};

/// What a flow stands on.
#[derive(Debug, Clone)]
pub struct Stand {
    /// The search run.
    pub run: SearchRun,
    /// The screening.
    pub screening: i64,
    /// The import of judgements.
    pub import: i64,
    /// The protocol's hash.
    pub protocol: String,
    /// Criteria in order: id and label.
    pub criteria: Vec<(String, String)>,
    /// The published figure.
    pub published: Option<Published>,
    /// The report this was read from; none when it is as of now.
    pub then: Option<Standing>,
}

impl Stand {
    /// Criterion ids in the protocol's order.
    pub fn order(&self) -> Vec<String> {
        self.criteria.iter().map(|c| c.0.clone()).collect()
    }

    /// What became of every record.
    pub fn fates(&self, store: &Store, order: &[String]) -> Result<Vec<Fate>> {
        Ok(store.fates(self.run.id, Some(self.screening), Some(self.import), order)?)
    }
}

/// The run under today's protocol and judgements, after bringing the screening up to date.
///
/// # Errors
/// Those of the screening.
pub fn today(place: &Workplace, store: &mut Store, run: &SearchRun) -> Result<Stand> {
    let account = screen::screen(place, store, run)?;
    let protocol = &place.review.protocol;
    Ok(Stand {
        run: run.clone(),
        screening: account.screening,
        import: account.import,
        protocol: protocol.hash.clone(),
        criteria: protocol.criteria.iter().map(|c| (c.id.clone(), c.label.clone())).collect(),
        published: place.review.published.clone(),
        then: None,
    })
}

/// A report as it was.
///
/// # Errors
/// When the database cannot be read.
pub fn read(store: &Store, run: &SearchRun, standing: Standing) -> Result<Stand> {
    let criteria = store.criteria(&standing.protocol)?;
    let ids: Vec<String> = criteria.iter().map(|c| c.0.clone()).collect();
    Ok(Stand {
        run: run.clone(),
        screening: standing.screening,
        import: standing.import,
        protocol: standing.protocol.clone(),
        published: standing.published.as_deref().and_then(|text| load::published(text, &ids)),
        criteria,
        then: Some(standing),
    })
}

/// What a run's flow stood on when it was last reported; none when it never was.
///
/// # Errors
/// When the database cannot be read.
pub fn last(store: &Store, run: &SearchRun) -> Result<Option<Stand>> {
    store.standings(run.id)?.pop().map(|standing| read(store, run, standing)).transpose()
}

/// A run named by its number as its flow was last reported; the newest run, when none is named, as of now.
///
/// # Errors
/// When there is no such run, and those of the screening.
pub fn of(place: &Workplace, store: &mut Store, run: Option<i64>) -> Result<Stand> {
    let found = place.run(store, run)?;
    if run.is_some()
        && let Some(then) = last(store, &found)?
    {
        return Ok(then);
    }
    today(place, store, &found)
}

/// Notes that a flow was reported, if it is as of now.
///
/// # Errors
/// When the database cannot be written.
pub fn report(place: &Workplace, store: &mut Store, stand: &Stand) -> Result<()> {
    if stand.then.is_some() {
        return Ok(());
    }
    let text = place.located.files.get("published.toml");
    let hash = text.map(|t| load::sha256(t.as_bytes()));
    let published = hash.as_deref().zip(text.map(String::as_str));
    let ids = (stand.run.id, stand.screening, stand.import);
    Ok(store.add_standing(&place.review.name, ids, published, PROGRAM, &now())?)
}
