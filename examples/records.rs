//! Every record of files of PubMed XML as one line of JSON, every field as it was read, to compare with other readers
//! (`scripts/readers.sh`). `cargo run --release --example records -- FILE…`
#![allow(missing_docs)]

use std::fs::File;
use std::io::{BufWriter, Write};

use tamis::entrez::xml::for_each_article;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    for path in std::env::args_os().skip(1) {
        let mut failure = None;
        for_each_article(File::open(path)?, |article| {
            let line = serde_json::to_writer(&mut out, &article.record).map_err(std::io::Error::from);
            failure = failure.take().or(line.and_then(|()| out.write_all(b"\n")).err());
            Ok(())
        })?;
        if let Some(error) = failure {
            return Err(error.into());
        }
    }
    out.flush()?;
    Ok(())
}
