//! The floor that `tamis corpus check` is measured against: quick-xml alone, every event of a file and nothing done with
//! it. `cargo run --release --example tokens -- FILE.xml`
#![allow(missing_docs)]

use std::fs::File;
use std::io::BufReader;

use quick_xml::Reader;
use quick_xml::events::Event;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: tokens FILE.xml")?;
    let mut reader = Reader::from_reader(BufReader::with_capacity(1 << 18, File::open(path)?));
    let mut buffer = Vec::new();
    let mut events = 0_u64;
    loop {
        match reader.read_event_into(&mut buffer)? {
            Event::Eof => break,
            _ => events += 1,
        }
        buffer.clear();
    }
    println!("{events} events");
    Ok(())
}
