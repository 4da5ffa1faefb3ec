//! What goes out: a utility and a form, always by POST, so that no string is too long for an address.

use super::Settings;

/// One request, without what is the same in all: tool, address of the person, key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `esearch`, `efetch` …
    pub utility: &'static str,
    /// Names and values.
    pub form: Vec<(&'static str, String)>,
}

impl Request {
    /// EInfo of PubMed.
    pub fn einfo() -> Self {
        Self { utility: "einfo", form: vec![("db", "pubmed".to_owned())] }
    }

    /// EFetch of these PMIDs as XML.
    pub fn efetch(pmids: &[u64]) -> Self {
        let form = vec![("db", "pubmed".to_owned()), ("id", list(pmids)), ("retmode", "xml".to_owned())];
        Self { utility: "efetch", form }
    }

    /// EFetch of a page of a kept set as XML.
    pub fn efetch_kept(kept: &Kept, start: u64, most: u64) -> Self {
        let mut form = kept.form();
        form.extend([("retstart", start.to_string()), ("retmax", most.to_string()), ("retmode", "xml".to_owned())]);
        Self { utility: "efetch", form }
    }

    /// ESummary of these PMIDs, at most 500, as JSON.
    pub fn esummary(pmids: &[u64]) -> Self {
        let form = vec![("db", "pubmed".to_owned()), ("id", list(pmids)), ("retmode", "json".to_owned())];
        Self { utility: "esummary", form }
    }

    /// EPost of these PMIDs, at most 10,000.
    pub fn epost(pmids: &[u64]) -> Self {
        Self { utility: "epost", form: vec![("db", "pubmed".to_owned()), ("id", list(pmids))] }
    }

    /// The request as a person reads it: the address, then a line for each value. A key is shown as stars.
    pub fn describe(&self, settings: &Settings) -> String {
        let mut out = format!("POST {}{}.fcgi\n", settings.base, self.utility);
        let mut line = |name: &str, value: &str| out.push_str(&format!("    {name} = {value}\n"));
        self.form.iter().for_each(|(name, value)| line(name, value));
        line("tool", &settings.tool);
        if let Some(email) = &settings.email {
            line("email", email);
        }
        if settings.api_key.is_some() {
            line("api_key", "***");
        }
        out
    }
}

fn list(pmids: &[u64]) -> String {
    pmids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// A set kept on the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// `WebEnv`.
    pub web_env: String,
    /// `query_key`.
    pub query_key: String,
}

impl Kept {
    fn form(&self) -> Vec<(&'static str, String)> {
        vec![("db", "pubmed".to_owned()), ("WebEnv", self.web_env.clone()), ("query_key", self.query_key.clone())]
    }
}

/// What to search for. Dates as NCBI wants them, `YYYY/MM/DD`.
#[derive(Debug, Clone, Default)]
pub struct SearchRequest {
    /// The search string.
    pub term: String,
    /// `pdat`, `edat`, `mdat` or `crdt`.
    pub datetype: Option<String>,
    /// First day.
    pub mindate: Option<String>,
    /// Last day.
    pub maxdate: Option<String>,
    /// `relevance`, `pub_date` …; NCBI's default otherwise.
    pub sort: Option<String>,
    /// Offset.
    pub retstart: u64,
    /// How many PMIDs to return, at most 9,999.
    pub retmax: u64,
    /// Keep the set on the server.
    pub usehistory: bool,
}

impl SearchRequest {
    /// The request as it goes out.
    pub fn request(&self) -> Request {
        let mut form = vec![
            ("db", "pubmed".to_owned()),
            ("term", self.term.clone()),
            ("retstart", self.retstart.to_string()),
            ("retmax", self.retmax.to_string()),
        ];
        for (name, value) in
            [("datetype", &self.datetype), ("mindate", &self.mindate), ("maxdate", &self.maxdate), ("sort", &self.sort)]
        {
            form.extend(value.clone().map(|v| (name, v)));
        }
        if self.usehistory {
            form.push(("usehistory", "y".to_owned()));
        }
        Request { utility: "esearch", form }
    }
}
