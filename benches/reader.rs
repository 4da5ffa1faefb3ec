//! The reader's inner loops, on the synthetic twin: `cargo bench --bench reader`. Whole processes beside other readers are
//! `just bench`.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tamis::entrez::xml::{Kind, Pieces, read_record};

/// The twin's records in the dialect of NLM's files: indented, UTF-8.
fn indented() -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries/alk-crizotinib/twin");
    (1..=4).flat_map(|n| std::fs::read(folder.join(format!("0{n}.xml"))).unwrap()).collect()
}

/// The same in EFetch's dialect: one line a record, ASCII with character references.
fn one_line(xml: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(xml).unwrap();
    let lines = text.lines().map(str::trim_start).collect::<String>();
    let ascii = |c: char| if c.is_ascii() { c.to_string() } else { format!("&#x{:x};", u32::from(c)) };
    lines.chars().map(ascii).collect::<String>().into_bytes()
}

fn cut(xml: &[u8]) -> usize {
    let mut pieces = Pieces::new(xml);
    let mut n = 0;
    while let Some(piece) = pieces.next_piece().unwrap() {
        n += usize::from(black_box(piece).kind == Kind::Article);
    }
    n
}

fn read(xml: &[u8]) -> usize {
    let mut pieces = Pieces::new(xml);
    let mut n = 0;
    while let Some(piece) = pieces.next_piece().unwrap() {
        if piece.kind == Kind::Article {
            black_box(piece.record().unwrap());
            n += 1;
        }
    }
    n
}

/// What reading one record allocates, beside the strings and lists that it keeps.
fn allocations(xml: &[u8]) {
    let mut pieces = Pieces::new(xml);
    let (mut records, mut reading, mut keeping) = (0_u64, 0, 0);
    while let Some(piece) = pieces.next_piece().unwrap() {
        if piece.kind == Kind::Article {
            let record = read_record(piece.raw).unwrap();
            let mut again = None;
            reading += allocation_counter::measure(|| again = Some(read_record(piece.raw).unwrap())).count_total;
            keeping += allocation_counter::measure(|| again = Some(record.clone())).count_total;
            records += 1;
        }
    }
    println!(
        "allocations a record: {:.1} to read, {:.1} to copy what was read ({records} records)",
        reading as f64 / records as f64,
        keeping as f64 / records as f64
    );
}

fn reader(c: &mut Criterion) {
    let indented = indented();
    let one_line = one_line(&indented);
    allocations(&indented);
    let mut group = c.benchmark_group("reader");
    for (dialect, xml) in [("indented UTF-8", &indented), ("one line ASCII", &one_line)] {
        group.throughput(Throughput::Bytes(xml.len() as u64));
        group.bench_function(format!("cut into records, {dialect}"), |b| b.iter(|| cut(xml)));
        group.bench_function(format!("read every field, {dialect}"), |b| b.iter(|| read(xml)));
    }
    group.finish();
}

criterion_group!(benches, reader);
criterion_main!(benches);
