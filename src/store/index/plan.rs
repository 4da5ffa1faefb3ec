//! Questions into SQL: words and values become FTS5 expressions, days and PMIDs conditions on a row of facts.

use rusqlite::{Connection, types::Value as Sql};

use crate::query::Operator;
use crate::query::index::{BLANK, COLUMNS, DAYS, Question, Value, token};

/// Most words that one truncated word may stand for.
const MOST_ENDINGS: usize = 5_000;
/// Most phrases that a phrase with truncated words may stand for.
const MOST_PHRASES: usize = 2_000;
/// The column of values.
const VALUE: &[usize] = &[COLUMNS.len() - 1];

/// A condition on a row `f` of facts, as it grows.
#[derive(Debug)]
pub(super) struct Plan<'c> {
    connection: &'c Connection,
    pub(super) sql: String,
    pub(super) values: Vec<Sql>,
    /// Whether what it finds is what was asked; else it finds more.
    pub(super) exact: bool,
}

impl<'c> Plan<'c> {
    /// The plan of a question.
    pub(super) fn of(connection: &'c Connection, question: &Question, exact: bool) -> rusqlite::Result<Self> {
        let mut plan = Self { connection, sql: String::new(), values: Vec::new(), exact };
        plan.add(question, true)?;
        Ok(plan)
    }

    /// `more`: where it cannot be told, whether to find too much rather than too little.
    fn add(&mut self, question: &Question, more: bool) -> rusqlite::Result<()> {
        if is_words(question) {
            match self.expression(question, more)? {
                None => self.sql.push('0'),
                Some(text) => {
                    self.sql.push_str("f.id IN (SELECT rowid FROM words WHERE words MATCH ?)");
                    self.values.push(Sql::from(text));
                }
            }
            return Ok(());
        }
        match question {
            Question::Group(operator, parts) => self.group(*operator, parts, more)?,
            Question::Days(columns, from, to) => {
                let tests = columns.iter().map(|c| format!("f.{} BETWEEN ? AND ?", DAYS[*c]));
                // A day that is missing is in no range, and what is in no range is outside of it.
                self.sql.push_str(&format!("({}) IS TRUE", tests.collect::<Vec<_>>().join(" OR ")));
                columns.iter().for_each(|_| self.values.extend([Sql::from(*from), Sql::from(*to)]));
            }
            Question::Pmids(ranges) if !ranges.is_empty() => {
                self.sql.push_str(&format!("({})", vec!["f.pmid BETWEEN ? AND ?"; ranges.len()].join(" OR ")));
                let bound = |n: u64| Sql::from(i64::try_from(n).unwrap_or(i64::MAX));
                self.values.extend(ranges.iter().flat_map(|r| [bound(r.0), bound(r.1)]));
            }
            Question::Everything => self.sql.push('1'),
            Question::Pmids(_)
            | Question::Nothing
            | Question::Phrase(..)
            | Question::Near(..)
            | Question::Value(..) => {
                self.sql.push('0');
            }
        }
        Ok(())
    }

    /// Parts of words are one expression, which narrows the rest.
    fn group(&mut self, operator: Operator, parts: &[Question], more: bool) -> rusqlite::Result<()> {
        let (first, rest) = parts.split_at(usize::from(operator == Operator::Not));
        let (words, other): (Vec<&Question>, Vec<&Question>) = rest.iter().partition(|p| is_words(p));
        let together =
            |list: &[&Question], operator| Question::Group(operator, list.iter().map(|q| (*q).clone()).collect());
        let joined = match operator {
            Operator::Not => Operator::Or,
            other => other,
        };
        let mut list: Vec<Question> = other.into_iter().cloned().collect();
        if !words.is_empty() {
            list.insert(0, together(&words, joined));
        }
        self.sql.push('(');
        for (i, part) in first.iter().chain(&list).enumerate() {
            let against = operator == Operator::Not && i > 0;
            match operator {
                _ if i == 0 => {}
                Operator::Or => self.sql.push_str(" OR "),
                Operator::And => self.sql.push_str(" AND "),
                Operator::Not => self.sql.push_str(" AND NOT "),
            }
            self.add(part, more != against)?;
        }
        self.sql.push(')');
        Ok(())
    }

    /// The FTS5 expression of words and values; none when nothing can fit it.
    fn expression(&mut self, question: &Question, more: bool) -> rusqlite::Result<Option<String>> {
        Ok(match question {
            Question::Phrase(within, words) => match self.phrases(words, more)? {
                list if list.is_empty() => None,
                list => Some(format!("({} : ({}))", columns(within), list.join(" OR "))),
            },
            Question::Near(within, words, between) => {
                let quoted: Vec<String> = words.iter().map(|w| format!("\"{}\"", token(w))).collect();
                // FTS5 counts everything between the first and the last, the words in the middle too.
                let between = (*between as usize).saturating_add(words.len() - 2).min(1_000_000);
                Some(format!("({} : NEAR({}, {between}))", columns(within), quoted.join(" ")))
            }
            Question::Value(tag, wanted) => match self.values_of(tag, wanted, more)? {
                list if list.is_empty() => None,
                list => Some(format!("({} : ({}))", columns(VALUE), list.join(" OR "))),
            },
            Question::Group(operator, parts) => {
                let mut list = Vec::new();
                for (i, part) in parts.iter().enumerate() {
                    let against = *operator == Operator::Not && i > 0;
                    list.push(self.expression(part, more != against)?);
                }
                let nothing = match operator {
                    Operator::And => list.iter().any(Option::is_none),
                    Operator::Not => list[0].is_none(),
                    Operator::Or => false,
                };
                let list: Vec<String> = if nothing { Vec::new() } else { list.into_iter().flatten().collect() };
                (!list.is_empty()).then(|| format!("({})", list.join(&format!(" {} ", operator.name()))))
            }
            _ => None,
        })
    }

    /// The FTS5 phrases that words stand for. A final `*` is FTS5's own; any other is looked up in the vocabulary.
    fn phrases(&mut self, words: &[String], more: bool) -> rusqlite::Result<Vec<String>> {
        let mut all: Vec<String> = vec![String::new()];
        let most = if words.len() == 1 { MOST_ENDINGS } else { MOST_PHRASES };
        let mut tail = "";
        for (i, word) in words.iter().enumerate() {
            let last = i + 1 == words.len();
            let stem = word.strip_suffix('*').filter(|s| last && !s.contains('*') && !s.is_empty());
            let found = match stem {
                Some(stem) => {
                    tail = " *";
                    vec![token(stem)]
                }
                None if word.contains('*') => match self.vocabulary("", word)? {
                    Some(found) => found,
                    None => return Ok(self.cannot_tell(words, more)),
                },
                None => vec![token(word)],
            };
            if all.len() * found.len() > most {
                return Ok(self.cannot_tell(words, more));
            }
            all = all
                .iter()
                .flat_map(|p| found.iter().map(move |w| format!("{p}{}{w}", if i > 0 { " " } else { "" })))
                .collect();
        }
        Ok(all.into_iter().map(|p| format!("\"{p}\"{tail}")).collect())
    }

    /// All words by their beginnings, in any place.
    fn cannot_tell(&mut self, words: &[String], more: bool) -> Vec<String> {
        self.exact = false;
        let heads: Vec<String> =
            words.iter().filter_map(|w| w.split('*').next()).filter(|h| !h.is_empty()).map(token).collect();
        if !more || heads.is_empty() {
            return Vec::new();
        }
        vec![format!("({})", heads.iter().map(|h| format!("\"{h}\" *")).collect::<Vec<_>>().join(" AND "))]
    }

    fn values_of(&mut self, tag: &str, wanted: &[Value], more: bool) -> rusqlite::Result<Vec<String>> {
        let mut list = Vec::new();
        for value in wanted {
            match value {
                Value::Whole(text) => list.push(format!("\"{tag}{}\"", token(&format!("={text}")))),
                Value::Begins(text) => list.push(format!("\"{tag}{}\" *", token(&format!("={text}")))),
                Value::Open(text) => match self.vocabulary(tag, text)? {
                    Some(found) => list.extend(found.iter().map(|w| format!("\"{w}\""))),
                    None => list.extend(self.cannot_tell(&[format!("{tag}={text}")], more)),
                },
                Value::Holds(text) => {
                    let found = self.terms(&format!("{tag}{}", token("=")), &format!("*{}*", token(text)))?;
                    match found {
                        Some(found) => list.extend(found.iter().map(|w| format!("\"{w}\""))),
                        None => list.extend(self.cannot_tell(&[format!("{tag}=")], more)),
                    }
                }
            }
        }
        Ok(list)
    }

    /// The words that a pattern with `*` stands for, or the values of a field; none when they are too many.
    fn vocabulary(&self, tag: &str, pattern: &str) -> rusqlite::Result<Option<Vec<String>>> {
        let (head, tail) = pattern.split_once('*').unwrap_or((pattern, ""));
        let head = if tag.is_empty() { token(head) } else { format!("{tag}{}", token(&format!("={head}"))) };
        let tail: Vec<String> = tail.split('*').map(token).collect();
        // GLOB's asterisk crosses the blanks of a value, a search string's does not.
        let blanks = |t: &str| t.chars().filter(|c| *c == BLANK).count();
        let wanted = blanks(&head) + tail.iter().map(|t| blanks(t)).sum::<usize>();
        let found = self.terms(&head, &format!("*{}", tail.join("*")))?;
        Ok(found.map(|list| list.into_iter().filter(|t| blanks(t) == wanted).collect()))
    }

    fn terms(&self, head: &str, rest: &str) -> rusqlite::Result<Option<Vec<String>>> {
        // Past every word that begins so.
        let end = format!("{head}{}", char::MAX);
        let mut statement = self
            .connection
            .prepare_cached("SELECT term FROM vocabulary WHERE term >= ?1 AND term < ?2 AND term GLOB ?3 LIMIT ?4")?;
        let values = rusqlite::params![head, end, format!("{head}{rest}"), MOST_ENDINGS as i64 + 1];
        let found = statement.query_map(values, |r| r.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
        Ok((found.len() <= MOST_ENDINGS).then_some(found))
    }
}

fn columns(list: &[usize]) -> String {
    let names: Vec<&str> = list.iter().map(|i| COLUMNS[*i]).collect();
    format!("{{{}}}", names.join(" "))
}

fn is_words(question: &Question) -> bool {
    match question {
        Question::Phrase(..) | Question::Near(..) | Question::Value(..) => true,
        Question::Group(_, parts) => parts.iter().all(is_words),
        _ => false,
    }
}
