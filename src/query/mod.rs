//! To be written.

/// The first error of a search string, in words.
pub fn first_error(_text: &str) -> Option<String> {
    None
}
