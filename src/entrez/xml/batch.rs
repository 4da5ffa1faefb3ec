//! Pieces by the hundred kilobytes, to be handed to another thread.

use std::io::Read;
use std::ops::Range;

use super::XmlError;
use super::stream::{Kind, Piece, Pieces, Place};

/// Bytes after which a batch is full.
const FULL: usize = 1 << 18;

/// Some pieces of a stream, in its order, with their bytes.
#[derive(Debug, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    pieces: Vec<(Kind, Range<usize>, Place)>,
}

impl Batch {
    /// Its pieces.
    pub fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        self.pieces.iter().map(|(kind, range, place)| Piece {
            kind: *kind,
            raw: &self.bytes[range.clone()],
            place: *place,
        })
    }
}

/// The batches of a stream.
#[derive(Debug)]
pub struct Batches<R> {
    pieces: Pieces<R>,
    failed: Option<XmlError>,
}

impl<R: Read> Batches<R> {
    /// The batches of these pieces.
    pub fn new(pieces: Pieces<R>) -> Self {
        Self { pieces, failed: None }
    }

    /// Bytes of the stream that were cut so far.
    pub fn offset(&self) -> u64 {
        self.pieces.offset()
    }

    /// The next batch; none when the stream has ended. What was cut before a failure comes before it.
    ///
    /// # Errors
    /// As [`Pieces::next_piece`].
    pub fn next_batch(&mut self) -> Result<Option<Batch>, XmlError> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let mut batch = Batch { bytes: Vec::with_capacity(FULL + FULL / 8), pieces: Vec::new() };
        while batch.bytes.len() < FULL {
            match self.pieces.next_piece() {
                Ok(Some(piece)) => {
                    let start = batch.bytes.len();
                    batch.bytes.extend_from_slice(piece.raw);
                    batch.pieces.push((piece.kind, start..batch.bytes.len(), piece.place));
                }
                Ok(None) => break,
                Err(error) if batch.pieces.is_empty() => return Err(error),
                Err(error) => {
                    self.failed = Some(error);
                    break;
                }
            }
        }
        Ok((!batch.pieces.is_empty()).then_some(batch))
    }
}
