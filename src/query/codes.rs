//! The codes of what is noticed in a search string, each with a page of its own.

/// A code and its explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// `Q001` …
    pub code: &'static str,
    /// A title.
    pub title: &'static str,
    /// What PubMed really does, and the cure.
    pub text: &'static str,
}

/// Every code.
pub const CODES: &[Code] = &[
    Code {
        code: "Q001",
        title: "unbalanced parenthesis",
        text: "PubMed answers a string with an unclosed parenthesis with an error hidden in a page that says 200 OK, or closes it where it pleases. Close every parenthesis.",
    },
    Code {
        code: "Q002",
        title: "unbalanced quotation mark",
        text: "PubMed drops a lone quotation mark and the phrase with it: its words are then searched one by one. Close the quotation.",
    },
    Code {
        code: "Q003",
        title: "unknown field tag",
        text: "PubMed drops a tag it does not know without a word, and searches the term in all fields with automatic term mapping. `[ab]` is the commonest: PubMed has no field for the abstract alone; `[tiab]` is title, abstract and keywords.",
    },
    Code {
        code: "Q004",
        title: "truncation too short",
        text: "Four characters must stand before the first `*` of a term or phrase. With fewer, PubMed turns the `*` into a blank and does not say so: `ALK*[tiab]` runs as `ALK[tiab]`.",
    },
    Code {
        code: "Q005",
        title: "AND and OR mixed without parentheses",
        text: "PubMed reads strictly from left to right: `a OR b AND c` is `(a OR b) AND c`. Write the parentheses.",
    },
    Code {
        code: "Q006",
        title: "operator in lower case",
        text: "PubMed's operators are upper case. `and`, `or` and `not` in lower case are words, mostly ignored as stop words, and the neighbours are joined with AND.",
    },
    Code {
        code: "Q007",
        title: "tag on a group",
        text: "A field tag belongs to one term. After a parenthesis PubMed ignores it, and the terms within are searched in all fields. Tag each term.",
    },
    Code {
        code: "Q008",
        title: "proximity misused",
        text: "`[field:~N]` works for a quoted phrase of two or more words, without `*`, in ti, tiab or ad. Elsewhere PubMed ignores it.",
    },
    Code {
        code: "Q009",
        title: "empty part",
        text: "An operator without a term beside it, or an empty pair of parentheses, makes PubMed guess or fail.",
    },
    Code {
        code: "Q010",
        title: "truncation and phrases",
        text: "A truncated phrase is searched as it stands, and automatic term mapping is off for any term with `*`: a MeSH term with one is not exploded.",
    },
    Code {
        code: "Q011",
        title: "NOT animals",
        text: "In MeSH, Humans stands below Animals, so `NOT animals[mh]` throws away every study of people that is indexed with both. Write `NOT (animals[mh] NOT humans[mh])`.",
    },
    Code {
        code: "Q012",
        title: "character that only looks like another",
        text: "Typographic asterisks and look-alike letters match nothing. Curly quotation marks are understood.",
    },
    Code {
        code: "Q013",
        title: "untagged term",
        text: "A term without a tag, quotes or `*` goes through automatic term mapping, which adds MeSH terms and may break a phrase into words. Tag the term to search what is written.",
    },
    Code {
        code: "Q014",
        title: "filter on indexing",
        text: "MeSH terms, publication types and some filters stand only in records that have been indexed; the newest, and some for ever, are lost.",
    },
    Code {
        code: "Q015",
        title: "square brackets as parentheses",
        text: "Square brackets hold a field tag. A bracket that holds a search is read as an unknown tag and dropped with all that is in it. Use parentheses.",
    },
    Code {
        code: "Q016",
        title: "stop word with a tag",
        text: "A stop word with a tag matches nothing, and its AND makes the whole search empty.",
    },
    Code { code: "Q017", title: "repeated term", text: "The same term twice under one operator changes nothing." },
    Code {
        code: "Q018",
        title: "too long or too deep",
        text: "A search string beyond these bounds cannot be sent to PubMed, or read by a person.",
    },
    Code {
        code: "Q019",
        title: "date that is no date",
        text: "Dates are YYYY, YYYY/MM or YYYY/MM/DD; a range has a colon between two of them and one tag at the end.",
    },
    Code {
        code: "Q020",
        title: "field that cannot be tried here",
        text: "Records at hand do not hold what this field or filter asks for, so the string can be sent to PubMed, but not run over local records.",
    },
    Code {
        code: "Q021",
        title: "history line",
        text: "`#1` refers to a line of a strategy. Given with all its lines (`#1 …` or `1. …`, one a line), the strategy is read as one search; without them it means nothing.",
    },
    Code {
        code: "Q022",
        title: "parenthesised tag",
        text: "A tag stands in square brackets. `(TI)` is a search for the word TI, joined with AND.",
    },
    Code {
        code: "Q023",
        title: "language limit",
        text: "Limiting by language loses studies; Cochrane and Campbell advise to screen for language instead.",
    },
    Code {
        code: "Q024",
        title: "range backwards",
        text: "PubMed takes a range as it stands: one that ends before it begins holds nothing, and with AND the whole search is empty.",
    },
    Code {
        code: "Q025",
        title: "limit within a branch",
        text: "A limit by date, journal or language inside an OR limits only the branch it stands in; the other branches are searched without it. Join limits with AND to the whole string.",
    },
    Code {
        code: "Q026",
        title: "date without a field",
        text: "A date without a tag is searched as a word in all fields, where it finds grant numbers and page ranges. Tag it, for example `2010:2021[dp]`.",
    },
    Code {
        code: "Q027",
        title: "phrase without quotes",
        text: "PubMed looks an unquoted phrase with a tag up in its index of phrases. When it is not there, the words are joined with AND and may stand anywhere in the field. `\"…\"[tiab:~0]` asks for the words side by side whether or not they are in the index.",
    },
    Code {
        code: "Q028",
        title: "NOT",
        text: "NOT drops every record that mentions what follows, also those that say the patients did not have it, or that study both. Check what it drops.",
    },
    Code {
        code: "Q029",
        title: "too long for an address",
        text: "Browsers, proxies and NCBI cut or refuse addresses of some thousand characters; a search sent by GET may be answered for its beginning only. Send it as a form (POST).",
    },
    Code {
        code: "Q030",
        title: "not a MeSH heading",
        text: "A term tagged [mh] that is no heading is looked up among entry terms and, when it is not there either, finds nothing, or goes through automatic term mapping. This can be told only when a list of headings is given.",
    },
    Code {
        code: "Q031",
        title: "character read as a blank",
        text: "PubMed turns most punctuation into blanks: `4.0` is searched as `4 0`. Hyphens join words; an apostrophe within a word is kept as it is indexed.",
    },
    Code {
        code: "Q032",
        title: "covered term",
        text: "Of two terms in one field and one group, the truncated one finds whatever the other finds; with OR the longer changes nothing, with AND the shorter.",
    },
    Code {
        code: "Q033",
        title: "string in quotation marks",
        text: "Quotation marks around a whole search make one phrase of it, operators included, which PubMed does not find and then takes apart as it sees fit.",
    },
    Code {
        code: "Q034",
        title: "too many asterisks",
        text: "With more than 256 asterisks PubMed's search backend fails, in an answer that says 200 OK.",
    },
    Code {
        code: "Q035",
        title: "curly quotation marks",
        text: "PubMed reads typographic quotation marks as straight ones; Ovid, EndNote and many programs do not. Nothing is wrong with the search in PubMed.",
    },
    Code {
        code: "Q036",
        title: "nothing between two terms",
        text: "Two terms side by side are joined with AND. Where an OR was meant, the search is silently narrow.",
    },
    Code {
        code: "Q037",
        title: "contradiction",
        text: "Two parts joined so that nothing can match: date ranges without a common day joined with AND, or a term taken away from itself.",
    },
    Code {
        code: "Q038",
        title: "date that moves",
        text: "`last 5 years` is counted back from the day the search is run, and reaches into the future; a search with it cannot be repeated. Write the first and the last day.",
    },
    Code {
        code: "Q039",
        title: "line that is not used",
        text: "The last line of a strategy is the search that is run. A line that nothing refers to has no part in it.",
    },
    Code {
        code: "Q040",
        title: "PubMed's own remark",
        text: "PubMed answers a search with what it did not find (PhraseNotFound, FieldNotFound: left out of the search), what it ignored (PhraseIgnored), which phrases it broke into words (QuotedPhraseNotFound), and remarks. They come beside a count that looks like any other.",
    },
    Code {
        code: "Q041",
        title: "not in PubMed's translation",
        text: "PubMed's translation of the search does not show this term as it was written. Unknown tags, tags on groups and short truncation are never reported; the translation is the only place where they can be seen.",
    },
];

/// Every page, as Markdown: `docs/query-codes.md`.
pub fn pages() -> String {
    let mut out =
        String::from("# What is noticed in a search string\n\n`tamis query explain-code CODE` prints one page.\n");
    for c in CODES {
        out.push_str(&format!("\n## {} {}\n\n{}\n", c.code, c.title, c.text));
    }
    out
}
