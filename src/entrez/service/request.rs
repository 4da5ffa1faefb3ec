//! Request parameters: names in any case, from the address and from a form, `id` as often as it comes.

use std::collections::HashMap;

use crate::record::Pmid;

/// The parameters of one request.
pub(super) struct Parameters(HashMap<String, String>);

impl Parameters {
    pub(super) fn read(query: &str, body: &[u8]) -> Self {
        let mut map: HashMap<String, String> = HashMap::new();
        for part in [query.as_bytes(), body] {
            for pair in part.split(|b| *b == b'&').filter(|p| !p.is_empty()) {
                let mut halves = pair.splitn(2, |b| *b == b'=');
                let name = decode(halves.next().unwrap_or_default()).to_lowercase();
                let value = decode(halves.next().unwrap_or_default());
                match map.get_mut(&name) {
                    // Some clients send one `id=` a PMID.
                    Some(ids) if name == "id" => {
                        ids.push(',');
                        ids.push_str(&value);
                    }
                    _ => {
                        map.insert(name, value);
                    }
                }
            }
        }
        Self(map)
    }

    /// A value; an empty one counts as none, as with NCBI.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|v| v.trim()).filter(|v| !v.is_empty())
    }

    /// A whole number; what is none counts as the default, a negative one as zero.
    pub(super) fn number(&self, name: &str, default: usize) -> usize {
        match self.get(name) {
            None => default,
            Some(text) if text.starts_with('-') => 0,
            Some(text) => text.parse().unwrap_or(default),
        }
    }

    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        self.get(name).is_some_and(|v| v.eq_ignore_ascii_case(value))
    }

    /// The PMIDs of `id`; what is none is left out, as NCBI leaves it out.
    pub(super) fn ids(&self) -> Vec<Pmid> {
        let list = self.get("id").unwrap_or("");
        let words = list.split(|c: char| c == ',' || c.is_whitespace());
        words.filter_map(|w| w.parse().ok()).filter(|n| *n > 0).map(Pmid).collect()
    }
}

/// `application/x-www-form-urlencoded`, decoded.
fn decode(text: &[u8]) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut i = 0;
    while i < text.len() {
        let hex = |at: usize| text.get(at).and_then(|b| (*b as char).to_digit(16));
        match (text[i], hex(i + 1), hex(i + 2)) {
            (b'%', Some(a), Some(b)) => {
                out.push((a * 16 + b) as u8);
                i += 2;
            }
            (b'+', ..) => out.push(b' '),
            (byte, ..) => out.push(byte),
        }
        i += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_as_the_clients_send_them() {
        let p =
            Parameters::read("db=pubmed&WEBENV=x&id=1&retmode=", b"id=2,3&id=4+5&term=a%5Bti%5D&retmax=-1&retstart=z");
        assert_eq!(p.ids(), [1, 2, 3, 4, 5].map(Pmid), "`id` repeated, with commas, with blanks");
        assert_eq!(p.get("webenv"), Some("x"), "names in any case");
        assert_eq!(p.get("retmode"), None, "an empty value is none");
        assert_eq!(p.get("term"), Some("a[ti]"));
        assert_eq!((p.number("retmax", 20), p.number("retstart", 7), p.number("other", 9)), (0, 7, 9));
        assert_eq!(Parameters::read("id=10.1000/182", b"").ids(), [], "a DOI is no PMID");
    }
}
