//! Files as they come: plain, or compressed by gzip, which a thread of its own undoes.

use std::io::{self, Cursor, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use flate2::bufread::MultiGzDecoder;

/// Bytes handed from the unpacking thread at a time, and how often it may be ahead.
const BLOCK: usize = 1 << 18;
const AHEAD: usize = 4;

/// What a file holds, unpacked if its first bytes say that gzip packed it.
///
/// # Errors
/// When its first bytes cannot be read. Damage further on is an error of reading on.
pub fn unpack(mut file: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let mut magic = [0_u8; 2];
    let mut got = 0;
    while got < magic.len() {
        match file.read(&mut magic[got..]) {
            Ok(0) => break,
            Ok(n) => got += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    let whole = Cursor::new(magic[..got].to_vec()).chain(file);
    if magic != [0x1f, 0x8b] {
        return Ok(Box::new(whole));
    }
    let (full, blocks) = sync_channel(AHEAD);
    let (empty, used) = sync_channel(AHEAD + 2);
    std::thread::Builder::new().name("unpack".to_owned()).spawn(move || send_blocks(whole, &full, &used))?;
    Ok(Box::new(Blocks { blocks, empty, block: Vec::new(), at: 0 }))
}

fn send_blocks(file: impl Read, full: &SyncSender<io::Result<Vec<u8>>>, used: &Receiver<Vec<u8>>) {
    let mut unpacked = MultiGzDecoder::new(io::BufReader::with_capacity(1 << 16, file));
    loop {
        let mut block = used.try_recv().unwrap_or_default();
        block.resize(BLOCK, 0);
        let mut length = 0;
        let end = loop {
            match unpacked.read(&mut block[length..]) {
                Ok(0) => break Ok(length < BLOCK),
                Ok(n) => length += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => break Err(e),
            }
        };
        block.truncate(length);
        // Whoever reads may have stopped: then there is nobody to tell.
        if length > 0 && full.send(Ok(block)).is_err() {
            return;
        }
        match end {
            Ok(false) => {}
            Ok(true) => return,
            Err(e) => {
                let _ = full.send(Err(e));
                return;
            }
        }
    }
}

/// The blocks as they come, read one after the other.
struct Blocks {
    blocks: Receiver<io::Result<Vec<u8>>>,
    empty: SyncSender<Vec<u8>>,
    block: Vec<u8>,
    at: usize,
}

impl Read for Blocks {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.block.len() {
            let _ = self.empty.try_send(std::mem::take(&mut self.block));
            self.at = 0;
            match self.blocks.recv() {
                Ok(block) => self.block = block?,
                Err(_) => return Ok(0),
            }
        }
        let n = out.len().min(self.block.len() - self.at);
        out[..n].copy_from_slice(&self.block[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}
