//! The records that benches run over: real ones where `../shared/data/pubmed-2021-a.xml.gz` is at hand (or the file that
//! `TAMIS_PUBMED` names), else the twin's many times over.

use std::io::Read;
use std::path::Path;

use tamis::entrez::xml::read_articles;
use tamis::record::Record;

pub(crate) fn records() -> Vec<Record> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = std::env::var("TAMIS_PUBMED").ok().map(Into::into);
    let real = named.unwrap_or_else(|| root.join("../shared/data/pubmed-2021-a.xml.gz"));
    if let Ok(bytes) = std::fs::read(&real) {
        let mut text = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut text).unwrap();
        return read_articles(&text).unwrap().articles.into_iter().map(|a| a.record).collect();
    }
    let folder = root.join("queries/alk-crizotinib/twin");
    let mut twin = Vec::new();
    for file in ["01.xml", "02.xml", "03.xml", "04.xml"] {
        let set = read_articles(&std::fs::read(folder.join(file)).unwrap()).unwrap();
        twin.extend(set.articles.into_iter().map(|a| a.record));
    }
    twin.iter().cycle().take(10_400).cloned().collect()
}
