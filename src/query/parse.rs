//! Reading a search string: left to right, as PubMed does, and on past the first mistake.

use std::collections::BTreeMap;
use std::ops::Range;

use super::history::{self, reference};
use super::lex::{Placed, Token, lex};
use super::review::review;
use super::{Kind, Node, Operator, Parsed, Query, SearchField, Term};
use crate::diagnostic::{Diagnostic, Severity};

/// Longest string read, in bytes. PubMed itself breaks far below.
const LONGEST: usize = 200_000;
/// Most parts of a strategy with its lines put in.
const LARGEST: usize = 100_000;
/// Deepest nesting of parentheses.
const DEEPEST: usize = 200;

/// Reads a search string.
pub fn parse(text: &str) -> Parsed {
    let mut problems = Vec::new();
    if text.len() > LONGEST {
        problems.push(
            Diagnostic::error("Q018", 0..0, format!("the string has {} bytes; at most {LONGEST} are read", text.len()))
                .help("split the strategy into parts"),
        );
        return Parsed { query: None, diagnostics: problems };
    }
    let root = match history::lines(text) {
        Some(lines) => strategy(text, &lines, &mut problems),
        None => search(text, 0..text.len(), &BTreeMap::new(), &mut problems),
    };
    let root = root.unwrap_or(Node { span: 0..text.len(), kind: Kind::Group(Operator::And, Vec::new()) });
    review(text, &root, &mut problems);
    problems.sort_by_key(|d| d.span.start);
    let failed = problems.iter().any(|d| d.severity == Severity::Error);
    let query = (!failed).then(|| Query { root, text: text.to_owned() });
    Parsed { query, diagnostics: problems }
}

/// One search: the whole text, or a line of a strategy with the lines before it.
fn search(
    text: &str,
    within: Range<usize>,
    lines: &BTreeMap<u32, Node>,
    problems: &mut Vec<Diagnostic>,
) -> Option<Node> {
    let tokens = lex(text, within.clone(), problems);
    if tokens.is_empty() {
        if !problems.iter().any(|p| p.severity == Severity::Error && p.span.start >= within.start) {
            problems.push(Diagnostic::error("Q009", within, "there is nothing to search for").help("write a term"));
        }
        return None;
    }
    let found = std::mem::take(problems);
    let mut parser = Parser { text, lines, tokens, at: 0, problems: found, depth: 0, end: within.end };
    let root = parser.sequence();
    *problems = parser.problems;
    root
}

/// The last line of a strategy with the lines it refers to in its place.
fn strategy(text: &str, lines: &[history::Line], problems: &mut Vec<Diagnostic>) -> Option<Node> {
    let mut known: BTreeMap<u32, Node> = BTreeMap::new();
    let mut size = 0;
    for line in lines {
        let node = search(text, line.search.clone(), &known, problems)?;
        size += node.size();
        // Lines that repeat each other can double the tree at every step.
        if size > LARGEST {
            problems.push(Diagnostic::error(
                "Q018",
                line.search.clone(),
                format!("with the lines it refers to, this strategy has more than {LARGEST} parts"),
            ));
            return None;
        }
        known.insert(line.number, node);
    }
    let (last, earlier) = lines.split_last()?;
    let used = |n: u32| {
        lines.iter().any(|l| {
            text[l.search.clone()].split(|c: char| !c.is_alphanumeric() && c != '#').any(|w| reference(w) == Some(n))
        })
    };
    for line in earlier.iter().filter(|l| !used(l.number)) {
        problems.push(
            Diagnostic::warning("Q039", line.search.clone(), format!("no later line refers to line {}", line.number))
                .help("the last line is the search that is run; refer to the others there"),
        );
    }
    known.remove(&last.number)
}

struct Parser<'a> {
    text: &'a str,
    /// The lines that `#1` may refer to.
    lines: &'a BTreeMap<u32, Node>,
    tokens: Vec<Placed>,
    at: usize,
    problems: Vec<Diagnostic>,
    depth: usize,
    end: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|t| &t.0)
    }

    fn span(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.end..self.end, |t| t.1.clone())
    }

    /// Parts and operators up to a closing parenthesis or the end, from left to right.
    fn sequence(&mut self) -> Option<Node> {
        let mut left: Option<Node> = None;
        let mut seen: Vec<Operator> = Vec::new();
        let mut pending: Option<(Operator, Range<usize>)> = None;
        loop {
            match self.peek() {
                None => break,
                Some(Token::Close) if self.depth > 0 => break,
                Some(Token::Close) => {
                    self.problems.push(
                        Diagnostic::error("Q001", self.span(), "a parenthesis closes what was never opened")
                            .help("take it out, or open it where the group begins"),
                    );
                    self.at += 1;
                }
                Some(Token::Operator(operator)) => {
                    let (operator, span) = (*operator, self.span());
                    if left.is_none() || pending.is_some() {
                        self.problems.push(
                            Diagnostic::error(
                                "Q009",
                                span.clone(),
                                format!("{} has nothing before it", operator.name()),
                            )
                            .help("write a term, or take the operator out"),
                        );
                    }
                    pending = Some((operator, span));
                    self.at += 1;
                }
                Some(_) => {
                    let start = self.span().start;
                    let Some(part) = self.part() else { continue };
                    let operator = pending.take().map(|p| p.0);
                    left = Some(match left {
                        None => part,
                        Some(before) => {
                            if operator.is_none() {
                                self.unjoined(&before, &part);
                            }
                            let operator = operator.unwrap_or(Operator::And);
                            if !seen.contains(&operator) {
                                seen.push(operator);
                                if seen.contains(&Operator::Or) && seen.len() > 1 {
                                    self.problems.push(
                                        Diagnostic::warning(
                                            "Q005",
                                            start..start,
                                            "AND and OR are mixed without parentheses",
                                        )
                                        .label("all before this is one group to PubMed")
                                        .help("PubMed reads from left to right; write the parentheses you mean"),
                                    );
                                }
                            }
                            join(before, operator, part)
                        }
                    });
                }
            }
        }
        if let Some((operator, span)) = pending {
            self.problems.push(
                Diagnostic::error("Q009", span, format!("{} has nothing after it", operator.name()))
                    .help("write a term, or take the operator out"),
            );
        }
        left
    }

    fn part(&mut self) -> Option<Node> {
        match self.peek()? {
            Token::Open => self.group(),
            Token::Tag(tag) => {
                let (tag, span) = (tag.clone(), self.span());
                self.at += 1;
                let looks_like_search = tag.contains(" OR ") || tag.contains(" AND ") || tag.contains('(');
                self.problems.push(if looks_like_search {
                    Diagnostic::error("Q015", span, "square brackets stand around a search")
                        .label("read as one unknown tag")
                        .help("use parentheses here; `tamis query repair` does it")
                } else {
                    Diagnostic::error("Q003", span, format!("the tag [{tag}] stands after no term"))
                        .help("put it right after the term it belongs to")
                });
                None
            }
            Token::Word(word, false) if reference(word).is_some() => {
                let (number, span) = (reference(word).unwrap_or_default(), self.span());
                self.at += 1;
                let line = self.lines.get(&number).cloned();
                if line.is_none() {
                    self.problems.push(
                        Diagnostic::error(
                            "Q021",
                            span.clone(),
                            format!("`#{number}` refers to a line of a search history"),
                        )
                        .help("put the line's own search in its place, or give all lines of the strategy"),
                    );
                }
                // In the place of a line that is not here stands the reference, so that one mistake does not hide the next.
                Some(line.unwrap_or_else(|| Node { span, kind: Kind::Term(Term::plain(&format!("#{number}"))) }))
            }
            _ => self.term(),
        }
    }

    /// Whether two terms stand side by side and one at least is tagged or quoted: PubMed joins them with AND.
    fn unjoined(&mut self, before: &Node, part: &Node) {
        let plain = |n: &Node| matches!(&n.kind, Kind::Term(t) if !t.tagged && !t.quoted);
        let between = &self.text[before.span.end.min(part.span.start)..part.span.start];
        let both_plain = plain(before) && plain(part);
        // Between lines of a strategy stands the next line's number.
        if !both_plain && !between.contains('#') {
            self.problems.push(
                Diagnostic::note(
                    "Q036",
                    part.span.clone(),
                    "nothing joins this with what stands before it: PubMed reads AND",
                )
                .help("write the operator you mean"),
            );
        }
    }

    fn group(&mut self) -> Option<Node> {
        let open = self.span();
        self.at += 1;
        if self.depth >= DEEPEST {
            self.problems.push(Diagnostic::error(
                "Q018",
                open.clone(),
                format!("parentheses are nested more than {DEEPEST} deep"),
            ));
            self.at = self.tokens.len();
            return None;
        }
        self.depth += 1;
        let inner = self.sequence();
        self.depth -= 1;
        let close = self.span();
        if self.peek() == Some(&Token::Close) {
            self.at += 1;
        } else if !self.problems.iter().any(|p| p.code == "Q018") {
            self.problems.push(
                Diagnostic::error("Q001", open.clone(), "a parenthesis is never closed")
                    .label("opened here")
                    .help("close it where the group ends"),
            );
        }
        if let Some(Token::Tag(tag)) = self.peek() {
            let problem = Diagnostic::error(
                "Q007",
                self.span(),
                format!("the tag [{tag}] stands after a group, where PubMed ignores it"),
            )
            .help("tag each term of the group");
            self.problems.push(problem);
            self.at += 1;
        }
        match inner {
            Some(mut node) => {
                node.span = open.start..close.end;
                Some(node)
            }
            None => {
                if !self.problems.iter().any(|p| p.span.start > open.start && p.severity == Severity::Error) {
                    let span = open.start..close.end;
                    self.problems.push(Diagnostic::error("Q009", span, "there is nothing between these parentheses"));
                }
                None
            }
        }
    }

    /// Words up to an operator, a parenthesis or a tag: one term.
    fn term(&mut self) -> Option<Node> {
        let start = self.span().start;
        let mut end = start;
        let mut words: Vec<(String, bool)> = Vec::new();
        while let Some(Token::Word(text, quoted)) = self.peek() {
            if !quoted && !words.is_empty() && (reference(text).is_some() || text == ":") {
                break;
            }
            if *quoted && !words.is_empty() || words.last().is_some_and(|w| w.1) {
                break;
            }
            words.push((text.clone(), *quoted));
            end = self.span().end;
            self.at += 1;
        }
        // A chemical's bracket such as [11C] is no tag: it belongs to the word.
        let mut tag = None;
        while let Some(Token::Tag(text)) = self.peek() {
            let (text, span) = (text.clone(), self.span());
            if tag.is_none() && is_chemical(&text) {
                if let Some(last) = words.last_mut() {
                    last.0.push_str(&format!(" {text}"));
                }
                end = span.end;
                self.at += 1;
                while let Some(Token::Word(more, false)) = self.peek() {
                    words.push((more.clone(), false));
                    end = self.span().end;
                    self.at += 1;
                }
                continue;
            }
            if tag.is_some() {
                break;
            }
            tag = Some((text, span.clone()));
            end = span.end;
            self.at += 1;
        }
        let quoted = words.first().is_some_and(|w| w.1);
        let text = words.into_iter().map(|w| w.0).collect::<Vec<_>>().join(" ");
        let span = start..end;
        let mut term = Term { text, quoted, tagged: tag.is_some(), ..Term::plain("") };
        if let Some((text, at)) = &tag {
            self.tag(text, at.clone(), &mut term);
        } else if let (Some(Token::Open), false) = (self.peek(), quoted) {
            self.parenthesised_tag();
        }
        if !term.tagged
            && let Some(to) = self.second_date()
        {
            let from = term.text.trim().to_owned();
            let span = span.start..self.tokens[self.at - 1].1.end;
            return Some(Node { span, kind: Kind::Range { from, to: to.0, field: to.1 } });
        }
        if term.field.is_date() || term.field == SearchField::Pmid {
            if let Some((from, to)) = term.text.split_once(':').filter(|_| !quoted) {
                let (from, to) = (from.trim().to_owned(), to.trim().to_owned());
                return Some(Node { span, kind: Kind::Range { from, to, field: term.field } });
            }
            if let Some((to, _)) = self.second_date() {
                let span = span.start..self.tokens[self.at - 1].1.end;
                let from = term.text.trim().to_owned();
                return Some(Node { span, kind: Kind::Range { from, to, field: term.field } });
            }
        }
        Some(Node { span, kind: Kind::Term(term) })
    }

    /// The rest of a range written in two quotations or with two tags: `"2010/01/01"[dp] : "2021"[dp]`.
    fn second_date(&mut self) -> Option<(String, SearchField)> {
        let rest = &self.tokens[self.at..];
        let (colon, value, tag) = match rest {
            [(Token::Word(colon, false), _), (Token::Word(value, _), _), (Token::Tag(tag), _), ..] if colon == ":" => {
                (2, value.clone(), tag)
            }
            [(Token::Word(value, false), _), (Token::Tag(tag), _), ..] if value.starts_with(':') && value.len() > 1 => {
                (1, value[1..].to_owned(), tag)
            }
            _ => return None,
        };
        let field = SearchField::from_tag(tag).filter(|f| f.is_date() || *f == SearchField::Pmid)?;
        self.at += colon + 1;
        Some((value.trim().to_owned(), field))
    }

    /// `(TI)` right after a term: a tag in the wrong brackets.
    fn parenthesised_tag(&mut self) {
        if let [(Token::Open, open), (Token::Word(word, false), _), (Token::Close, close)] =
            &self.tokens[self.at..(self.at + 3).min(self.tokens.len())]
            && (SearchField::from_tag(word).is_some() || word.eq_ignore_ascii_case("ab"))
            && word.len() <= 5
        {
            let problem = Diagnostic::error(
                "Q022",
                open.start..close.end,
                format!("({word}) is a search for the word {word}, not a tag"),
            )
            .help(format!("write [{}]; `tamis query repair` does it", word.to_lowercase()));
            self.problems.push(problem);
            self.at += 3;
        }
    }

    fn tag(&mut self, text: &str, span: Range<usize>, term: &mut Term) {
        let mut parts = text.split(':');
        let name = parts.next().unwrap_or("").trim();
        match SearchField::from_tag(name) {
            Some(field) => term.field = field,
            None => {
                let known: Vec<&str> = SearchField::every().map(|e| e.0).collect();
                let near = known.iter().find(|k| strsim::damerau_levenshtein(k, &name.to_lowercase()) <= 1);
                let help = match (name.eq_ignore_ascii_case("ab") || name.eq_ignore_ascii_case("abstract"), near) {
                    (true, _) => "PubMed has no field for the abstract alone; write [tiab]".to_owned(),
                    (_, Some(near)) => format!("did you mean [{near}]?"),
                    _ => "see `tamis query explain-code Q003`".to_owned(),
                };
                self.problems.push(
                    Diagnostic::error(
                        "Q003",
                        span.clone(),
                        format!("PubMed has no field [{name}] and would drop the tag"),
                    )
                    .label("would be searched in all fields")
                    .help(help),
                );
            }
        }
        for modifier in parts {
            let modifier = modifier.trim();
            if modifier.eq_ignore_ascii_case("noexp") {
                use SearchField as F;
                if matches!(term.field, F::Mesh | F::MeshMajor | F::Subheading | F::PublicationType) {
                    term.no_explosion = true;
                } else {
                    self.problems.push(Diagnostic::error(
                        "Q008",
                        span.clone(),
                        ":noexp belongs to MeSH fields; PubMed ignores it here",
                    ));
                }
            } else if let Some(n) = modifier.strip_prefix('~').and_then(|n| n.parse().ok()) {
                let words = super::matching::words(&term.text).len();
                let fault = if !term.quoted {
                    Some("a phrase in quotes")
                } else if words < 2 {
                    Some("two or more words")
                } else if term.text.contains('*') {
                    Some("whole words, without `*`")
                } else if !matches!(
                    term.field,
                    SearchField::Title | SearchField::TitleAbstract | SearchField::Affiliation
                ) {
                    Some("the field ti, tiab or ad")
                } else {
                    None
                };
                match fault {
                    None => term.proximity = Some(n),
                    Some(needs) => self.problems.push(Diagnostic::error(
                        "Q008",
                        span.clone(),
                        format!("proximity needs {needs}; PubMed would ignore it"),
                    )),
                }
            } else {
                self.problems.push(Diagnostic::error(
                    "Q003",
                    span.clone(),
                    format!("`:{modifier}` is no modifier PubMed knows"),
                ));
            }
        }
    }
}

/// Nuclides and the like: `[11C]`, `[99mTc]`, `[18F]`.
fn is_chemical(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=3).contains(&digits)
        && text.len() > digits
        && text.len() <= 7
        && text[digits..].chars().all(char::is_alphanumeric)
        && SearchField::from_tag(text).is_none()
}

/// `a op b`, flat where the operator is the same, so that `a AND b AND c` is one group.
fn join(left: Node, operator: Operator, right: Node) -> Node {
    let span = left.span.start..right.span.end;
    match left.kind {
        Kind::Group(o, mut parts)
            if o == operator && operator != Operator::Not && !left_was_closed(&left.span, &parts) =>
        {
            parts.push(right);
            Node { span, kind: Kind::Group(operator, parts) }
        }
        kind => {
            let left = Node { span: left.span, kind };
            Node { span, kind: Kind::Group(operator, vec![left, right]) }
        }
    }
}

/// Whether the group had parentheses of its own: then its span is wider than its parts.
fn left_was_closed(span: &Range<usize>, parts: &[Node]) -> bool {
    parts.first().is_none_or(|p| p.span.start > span.start)
}
