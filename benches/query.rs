//! How fast a search string is read and checked, and an index of records searched: `cargo bench --bench query`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tamis::query;
use tamis::query::index::{Detail, parts};
use tamis::store::index::Index;

mod records;
use records::records;

/// The shipped review's string, and strings of other kinds over the same records.
const STRINGS: &[(&str, &str)] = &[
    ("words of one field", "cancer[tiab] AND treatment[tiab]"),
    ("a phrase", "\"cell lung cancer\"[tiab]"),
    ("a truncated word", "sarcom*[tiab] NOT review[pt]"),
    ("headings and dates", "\"neoplasms\"[mh] AND 2021[dp]"),
];

/// A strategy of at least 15,000 characters, no part of which is another's.
fn strategy() -> String {
    let mut text = String::new();
    for n in 0.. {
        if text.len() >= 15_000 {
            break;
        }
        let joint = if n == 0 { "" } else { " AND " };
        write!(
            text,
            "{joint}(\"soft tissue sarcoma {n}\"[tiab] OR sarcom{n}*[tiab] OR \"sarcoma type{n}\"[mh:noexp] OR \
             \"fusion gene{n}\"[tiab:~3] OR (kinase{n}[ti] NOT mouse{n}[tw]))"
        )
        .unwrap();
    }
    text
}

fn reading(c: &mut Criterion) {
    let long = strategy();
    let mut group = c.benchmark_group("a strategy of 15,000 characters");
    group.throughput(Throughput::Bytes(long.len() as u64));
    group.bench_function("read and checked", |b| b.iter(|| query::parse(black_box(&long))));
    group.finish();
}

fn searching(c: &mut Criterion) {
    let records = records();
    let mut index = Index::in_memory().unwrap();
    // The twin again and again holds the same PMIDs; each row of the index needs its own.
    let rows: Vec<_> = records.iter().zip(1..).map(|(r, n)| (n, 1, parts(r, Detail::Most))).collect();
    index.add(&rows, None).unwrap();
    let protocol: toml::Table = include_str!("../queries/alk-crizotinib/protocol.toml").parse().unwrap();
    let shipped = protocol["search"]["sent"].as_str().unwrap();
    let mut group = c.benchmark_group(format!("{} records, indexed", records.len()));
    for (name, string) in STRINGS.iter().chain(&[("the review's string", shipped)]) {
        let query = query::parse(string).query.expect("a sound string");
        group.bench_function(*name, |b| b.iter(|| index.search(black_box(&query)).unwrap()));
    }
    group.finish();
}

criterion_group!(benches, reading, searching);
criterion_main!(benches);
