//! The encoding of a file, by its mark or by what its bytes can be.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// The text of a file and its encoding: that of its byte order mark, else UTF-8, else Windows-1252, in which older
/// reference managers write. What cannot be decoded becomes U+FFFD, and the flag says so.
pub fn decode(bytes: &[u8]) -> (String, &'static str, bool) {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => WINDOWS_1252,
    };
    let (text, encoding, broken) = encoding.decode(bytes);
    (text.into_owned(), encoding.name(), broken)
}
