//! Questions into SQL. Words of a whole subtree become one FTS5 expression; other parts are looked up in their tables.

use rusqlite::{Connection, types::Value};

use crate::query::Operator;
use crate::query::index::{COLUMNS, Question};

/// Most words that one truncated word may stand for.
const MOST_ENDINGS: usize = 5_000;
/// Most phrases that a phrase with truncated words may stand for.
const MOST_PHRASES: usize = 2_000;

/// A query whose rows are `id`, and its parameters in order.
pub(super) struct Plan {
    pub sql: String,
    pub values: Vec<Value>,
}

impl Plan {
    fn new(sql: impl Into<String>, values: Vec<Value>) -> Self {
        Self { sql: sql.into(), values }
    }

    fn joined(parts: Vec<Self>, word: &str) -> Self {
        let sql = parts.iter().map(|p| format!("SELECT id FROM ({})", p.sql)).collect::<Vec<_>>();
        Self { sql: sql.join(word), values: parts.into_iter().flat_map(|p| p.values).collect() }
    }
}

/// The plan of a question; none when it would stand for too many words.
pub(super) fn plan(c: &Connection, question: &Question) -> rusqlite::Result<Option<Plan>> {
    if let Some(expression) = expression(c, question)? {
        return Ok(match expression {
            Words::Expression(text) => {
                Some(Plan::new("SELECT rowid AS id FROM words WHERE words MATCH ?", vec![Value::from(text)]))
            }
            Words::Nothing => Some(nothing()),
            Words::TooMany => None,
        });
    }
    let text = |t: &str| Value::from(t.to_owned());
    Ok(Some(match question {
        Question::Group(operator, parts) => return group(c, *operator, parts),
        Question::Value(field, wanted) => {
            let (sql, values) = one_of("value", wanted);
            Plan::new(
                format!("SELECT record AS id FROM value WHERE field = ? AND ({sql})"),
                prepend(text(field), values),
            )
        }
        Question::Within(field, part) => Plan::new(
            "SELECT record AS id FROM value WHERE field = ? AND instr(value, ?) > 0",
            vec![text(field), text(part)],
        ),
        Question::Heading(names, qualifier, major) => {
            let (sql, mut values) = one_of("descriptor", names);
            let (which, more) = one_of("qualifier", &[qualifier.clone().unwrap_or_default()]);
            values.extend(more);
            let major = if *major { " AND major = 1" } else { "" };
            Plan::new(format!("SELECT DISTINCT record AS id FROM heading WHERE ({sql}) AND ({which}){major}"), values)
        }
        Question::Author(field, words) => author(field, words),
        Question::Days(field, from, to) => Plan::new(
            "SELECT DISTINCT record AS id FROM day WHERE field = ? AND day BETWEEN ? AND ?",
            vec![text(field), Value::from(*from), Value::from(*to)],
        ),
        Question::Pmids(ranges) => {
            let sql = vec!["pmid BETWEEN ? AND ?"; ranges.len()].join(" OR ");
            let values = ranges.iter().flat_map(|r| [Value::from(r.0 as i64), Value::from(r.1 as i64)]).collect();
            if ranges.is_empty() {
                nothing()
            } else {
                Plan::new(format!("SELECT pmid AS id FROM record WHERE {sql}"), values)
            }
        }
        Question::Everything => Plan::new("SELECT pmid AS id FROM record", Vec::new()),
        Question::Nothing | Question::Phrase(..) | Question::Near(..) => nothing(),
    }))
}

fn nothing() -> Plan {
    Plan::new("SELECT pmid AS id FROM record WHERE 0", Vec::new())
}

fn prepend(first: Value, rest: Vec<Value>) -> Vec<Value> {
    std::iter::once(first).chain(rest).collect()
}

/// A column that is one of some values; `*` stands for any run of letters and digits, never for a blank.
fn one_of(column: &str, wanted: &[String]) -> (String, Vec<Value>) {
    let (open, plain): (Vec<&String>, Vec<&String>) = wanted.iter().partition(|w| w.contains('*'));
    let mut tests = Vec::new();
    let mut values: Vec<Value> = plain.iter().map(|w| Value::from((*w).clone())).collect();
    if !plain.is_empty() {
        // A list rather than a row of ORs: SQLite then seeks each value with the record behind it.
        tests.push(format!("{column} IN ({})", vec!["?"; plain.len()].join(", ")));
    }
    for w in open {
        // GLOB's asterisk crosses blanks, so the number of words must be the same too.
        tests.push(format!("({column} GLOB ? AND length({column}) - length(replace({column}, ' ', '')) = ?)"));
        values.extend([Value::from(w.clone()), Value::from(w.matches(' ').count() as i64)]);
    }
    if tests.is_empty() { ("0".to_owned(), values) } else { (tests.join(" OR "), values) }
}

/// `smith j` also finds `smith ja`; `smith` alone finds every Smith.
fn author(field: &str, words: &[String]) -> Plan {
    let Some((last, before)) = words.split_last() else { return nothing() };
    let name = words.join(" ");
    let field = Value::from(field.to_owned());
    let sql = "SELECT DISTINCT record AS id FROM author WHERE field = ? AND";
    if before.is_empty() {
        let open = format!("{last} *");
        return Plan::new(
            format!("{sql} (name = ? OR name GLOB ?)"),
            vec![field, Value::from(name), Value::from(open)],
        );
    }
    Plan::new(format!("{sql} name GLOB ?"), vec![field, Value::from(format!("{name}*"))])
}

/// AND begins with the words, which find the fewest, and asks of each record found whether the rest holds.
fn group(c: &Connection, operator: Operator, parts: &[Question]) -> rusqlite::Result<Option<Plan>> {
    let (words, other): (Vec<&Question>, Vec<&Question>) = parts.iter().partition(|p| is_words(p));
    let together = |list: &[&Question]| Question::Group(operator, list.iter().map(|q| (*q).clone()).collect());
    let mut plans = Vec::new();
    match operator {
        Operator::Or => {
            let list: Vec<Question> = if words.len() > 1 {
                std::iter::once(together(&words)).chain(other.into_iter().cloned()).collect()
            } else {
                parts.to_vec()
            };
            for part in &list {
                let Some(plan) = plan(c, part)? else { return Ok(None) };
                plans.push(plan);
            }
            Ok(Some(Plan::joined(plans, " UNION ")))
        }
        Operator::Not => {
            for part in parts {
                let Some(plan) = plan(c, part)? else { return Ok(None) };
                plans.push(plan);
            }
            Ok(Some(Plan::joined(plans, " EXCEPT ")))
        }
        Operator::And => {
            let (first, rest): (Question, Vec<&Question>) = if words.is_empty() {
                // Dates find most and are asked last.
                let at =
                    other.iter().position(|q| !matches!(q, Question::Days(..) | Question::Everything)).unwrap_or(0);
                let rest = other.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, q)| *q).collect();
                (other[at].clone(), rest)
            } else {
                (if words.len() > 1 { together(&words) } else { words[0].clone() }, other)
            };
            let Some(Plan { sql, mut values }) = plan(c, &first)? else { return Ok(None) };
            let mut sql = format!("SELECT id FROM ({sql}) AS found WHERE 1");
            for question in rest {
                if let Question::Days(field, from, to) = question {
                    sql.push_str(" AND EXISTS (SELECT 1 FROM day WHERE day.record = found.id AND field = ? AND day BETWEEN ? AND ?)");
                    values.extend([Value::from((*field).to_owned()), Value::from(*from), Value::from(*to)]);
                    continue;
                }
                let Some(other) = plan(c, question)? else { return Ok(None) };
                sql.push_str(&format!(" AND id IN ({})", other.sql));
                values.extend(other.values);
            }
            Ok(Some(Plan { sql, values }))
        }
    }
}

fn is_words(question: &Question) -> bool {
    match question {
        Question::Phrase(..) | Question::Near(..) => true,
        Question::Group(_, parts) => parts.iter().all(is_words),
        _ => false,
    }
}

/// A subtree of words for FTS5.
enum Words {
    Expression(String),
    Nothing,
    TooMany,
}

/// The FTS5 expression of a subtree that is words alone; none when it is not.
fn expression(c: &Connection, question: &Question) -> rusqlite::Result<Option<Words>> {
    let columns = |list: &[usize]| {
        let names: Vec<&str> = list.iter().map(|i| COLUMNS[*i]).collect();
        format!("{{{}}}", names.join(" "))
    };
    Ok(match question {
        Question::Phrase(within, words) => Some(match phrases(c, words)? {
            None => Words::TooMany,
            Some(list) if list.is_empty() => Words::Nothing,
            Some(list) => Words::Expression(format!("({} : ({}))", columns(within), list.join(" OR "))),
        }),
        Question::Near(within, words, between) => {
            let quoted: Vec<String> = words.iter().map(|w| format!("\"{w}\"")).collect();
            // FTS5 counts everything between the first and the last, the words in the middle too.
            let between = *between as usize + words.len() - 2;
            Some(Words::Expression(format!("({} : NEAR({}, {between}))", columns(within), quoted.join(" "))))
        }
        Question::Group(operator, parts) if is_words(question) => {
            let mut list = Vec::new();
            for part in parts {
                match expression(c, part)? {
                    Some(Words::TooMany) | None => return Ok(Some(Words::TooMany)),
                    Some(Words::Expression(e)) => list.push(Some(e)),
                    Some(Words::Nothing) => list.push(None),
                }
            }
            Some(match operator {
                Operator::And if list.iter().any(Option::is_none) => Words::Nothing,
                Operator::Not if list[0].is_none() => Words::Nothing,
                _ => {
                    let list: Vec<String> = list.into_iter().flatten().collect();
                    if list.is_empty() {
                        Words::Nothing
                    } else {
                        Words::Expression(format!("({})", list.join(&format!(" {} ", operator.name()))))
                    }
                }
            })
        }
        _ => None,
    })
}

/// The FTS5 phrases that words stand for. A final `*` is FTS5's own; any other is looked up in the vocabulary.
fn phrases(c: &Connection, words: &[String]) -> rusqlite::Result<Option<Vec<String>>> {
    let mut all: Vec<Vec<String>> = vec![Vec::new()];
    let mut open = false;
    for (i, word) in words.iter().enumerate() {
        let last = i + 1 == words.len();
        let stem = word.strip_suffix('*').filter(|s| last && !s.contains('*') && !s.is_empty());
        let found = match stem {
            Some(stem) => {
                open = true;
                vec![stem.to_owned()]
            }
            None if word.contains('*') => match endings(c, word)? {
                Some(found) => found,
                None => return Ok(None),
            },
            None => vec![word.clone()],
        };
        if all.len() * found.len() > MOST_PHRASES.max(if words.len() == 1 { MOST_ENDINGS } else { 0 }) {
            return Ok(None);
        }
        all = all.iter().flat_map(|p| found.iter().map(|w| [p.as_slice(), std::slice::from_ref(w)].concat())).collect();
    }
    let tail = if open { " *" } else { "" };
    Ok(Some(all.into_iter().map(|p| format!("\"{}\"{tail}", p.join(" "))).collect()))
}

/// The words that a pattern with `*` stands for; none when they are too many.
fn endings(c: &Connection, pattern: &str) -> rusqlite::Result<Option<Vec<String>>> {
    let stem = pattern.split('*').next().unwrap_or("");
    let mut end = stem.to_owned();
    // Past every word that begins so.
    end.push(char::MAX);
    let mut statement =
        c.prepare_cached("SELECT term FROM vocabulary WHERE term >= ?1 AND term < ?2 AND term GLOB ?3 LIMIT ?4")?;
    let rows = statement
        .query_map(rusqlite::params![stem, end, pattern, MOST_ENDINGS as i64 + 1], |r| r.get::<_, String>(0))?;
    let found = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok((found.len() <= MOST_ENDINGS).then_some(found))
}
