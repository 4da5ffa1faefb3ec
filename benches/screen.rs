//! How fast records are screened, and what each matcher and each criterion takes of it.
//!
//! Reading XML is not measured.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tamis::jobs::locate::locate;
use tamis::protocol::load::{Files, load};
use tamis::protocol::{Protocol, Review};
use tamis::record::Record;
use tamis::screen::Screener;

mod records;
use records::records;

/// One small criterion a matcher, over the words of the shipped review.
const MATCHERS: &[(&str, &str)] = &[
    ("words and sentences, nothing sought", r#"{ words = ["xyzzy"] }"#),
    ("language", r#"{ language = ["eng"] }"#),
    ("mesh", r#"{ mesh = ["Humans"] }"#),
    ("words", r#"{ words = ["crizotinib", "patient"] }"#),
    ("vocabulary", r#"{ vocabulary = "other-tumors" }"#),
    ("age", r#"{ age = true }"#),
    ("count", r#"{ count = ["patient"] }"#),
    ("near", r#"{ near = [{ vocabulary = "crizotinib" }, { vocabulary = "drug-given" }] }"#),
    ("fusion", r#"{ fusion = "ALK", partners = "fusion-partners" }"#),
    ("pattern", r#"{ pattern = '\bpatients?\b' }"#),
];

fn review(files: &Files) -> Review {
    load("bench", "bench", files).expect("the shipped review is sound")
}

fn only(protocol: &Protocol, id: &str) -> Protocol {
    let mut one = protocol.clone();
    one.criteria.retain(|c| c.id == id);
    one
}

fn screen_all(screener: &Screener, records: &[Record]) -> usize {
    records.iter().map(|r| screener.assess(r).len()).sum()
}

fn screening(c: &mut Criterion) {
    let records = records();
    let located = locate(Some(concat!(env!("CARGO_MANIFEST_DIR"), "/queries/alk-crizotinib"))).unwrap();
    let protocol = review(&located.files).protocol;

    let mut group = c.benchmark_group("seven criteria");
    group.sample_size(10);
    let whole = Screener::new(&protocol).unwrap();
    for part in [records.len() / 4, records.len() / 2, records.len()] {
        group.throughput(Throughput::Elements(part as u64));
        group.bench_with_input(BenchmarkId::from_parameter(part), &records[..part], |b, some| {
            b.iter(|| screen_all(&whole, black_box(some)));
        });
    }
    group.finish();

    let some = &records[..records.len() / 4];
    let mut group = c.benchmark_group("one criterion");
    group.sample_size(10).throughput(Throughput::Elements(some.len() as u64));
    for criterion in &protocol.criteria {
        let screener = Screener::new(&only(&protocol, &criterion.id)).unwrap();
        group.bench_function(&criterion.id, |b| b.iter(|| screen_all(&screener, black_box(some))));
    }
    group.finish();

    let mut group = c.benchmark_group("one matcher");
    group.sample_size(10).throughput(Throughput::Elements(some.len() as u64));
    for (name, rule) in MATCHERS {
        let mut files = located.files.clone();
        files.retain(|name, _| name.starts_with("vocabulary/"));
        let text = format!(
            "title = \"b\"\n[search]\ndatabase = \"PubMed\"\nsent = \"a[tiab]\"\nfrom = 2010-01-01\nto = 2030-01-01\n\
             [[criterion]]\nid = \"one\"\nlabel = \"one\"\nsource = \"-\"\nabsence = \"-\"\n\
             excludes_if = {{ language = [\"xxx\"] }}\nkeeps_if = {rule}\n"
        );
        files.insert("protocol.toml".into(), text);
        let screener = Screener::new(&review(&files).protocol).unwrap();
        group.bench_function(*name, |b| b.iter(|| screen_all(&screener, black_box(some))));
    }
    group.finish();
}

criterion_group!(benches, screening);
criterion_main!(benches);
