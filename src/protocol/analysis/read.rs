//! The text of a plan into a checked [`Plan`].

use super::super::table::{Findings, Node, Table, nearest, parse};
use super::{Against, Condition, Cross, Grid, Grouping, Numbers, Plan, Set, Share, Survival, Swimmer, Tally};
use crate::diagnostic::{Diagnostic, Problems, Source};

/// Reads a plan. `columns` are the worksheet's.
///
/// # Errors
/// Every problem with its place.
pub fn read(source: &Source, columns: &[&str]) -> Result<Plan, Problems> {
    let findings = Findings::default();
    let document = parse(source, &findings);
    let root = Table::root(&document, &findings);
    let reader = Reader { columns };
    let mut plan = Plan { title: root.text("title"), source: root.text("source"), ..Plan::default() };
    each(&root, "set", |t| {
        let condition = reader.condition_at(t, "where");
        plan.sets.push(Set { id: t.text("id"), label: t.text("label"), condition });
    });
    each(&root, "group", |t| plan.groups.push(reader.grouping(t)));
    let known = Known {
        sets: plan.sets.iter().map(|s| s.id.clone()).collect(),
        groups: plan.groups.iter().map(|g| g.id.clone()).collect(),
    };
    each(&root, "share", |t| {
        plan.shares.push(Share {
            id: t.text("id"),
            label: t.text("label"),
            event: reader.condition_at(t, "event"),
            of: known.set(t),
            by: t.optional("by").map(|n| known.groups(&n)).unwrap_or_default(),
        });
    });
    each(&root, "table", |t| {
        plan.tables.push(Cross {
            id: t.text("id"),
            label: t.text("label"),
            rows: known.group(t, "rows").unwrap_or_default(),
            columns: known.group(t, "columns").unwrap_or_default(),
            of: known.set(t),
        });
    });
    each(&root, "survival", |t| {
        plan.curves.push(Survival {
            id: t.text("id"),
            label: t.text("label"),
            time: reader.column(t, "time"),
            unit: t.text("unit"),
            event: reader.condition_at(t, "event"),
            of: known.set(t),
            by: t.optional("by").map(|n| known.groups(&n)).and_then(|g| g.into_iter().next()),
        });
    });
    each(&root, "numbers", |t| {
        plan.numbers.push(Numbers {
            id: t.text("id"),
            label: t.text("label"),
            column: reader.column(t, "column"),
            unit: t.text("unit"),
            of: known.set(t),
        });
    });
    each(&root, "tally", |t| {
        plan.tallies.push(Tally {
            id: t.text("id"),
            label: t.text("label"),
            column: reader.column(t, "column"),
            of: known.set(t),
        });
    });
    each(&root, "swimmer", |t| {
        plan.swimmers.push(Swimmer {
            id: t.text("id"),
            label: t.text("label"),
            time: reader.column(t, "time"),
            unit: t.text("unit"),
            event: reader.condition_at(t, "event"),
            color: known.group(t, "color").unwrap_or_default(),
            beside: reader.columns(t, "beside"),
        });
    });
    each(&root, "grid", |t| {
        plan.grids.push(Grid {
            id: t.text("id"),
            label: t.text("label"),
            rows: known.group(t, "rows").unwrap_or_default(),
            columns: known.group(t, "columns").unwrap_or_default(),
            color: known.group(t, "color").unwrap_or_default(),
        });
    });
    each(&root, "against", |t| {
        let text = |key| t.optional(key).and_then(|n| n.text());
        let against = Against {
            published: t.text("published"),
            ours: text("ours"),
            named: text("named"),
            because: text("because"),
        };
        if against.ours.is_none() && against.because.is_none() {
            findings.push(
                Diagnostic::error("A003", t.span(), "this says neither what answers the number nor why nothing can")
                    .help("give `ours = \"…\"`, the key of a result, or `because = \"…\"`"),
            );
        }
        plan.against.push(against);
    });
    let ids: Vec<&String> = (plan.shares.iter().map(|s| &s.id))
        .chain(plan.tables.iter().map(|t| &t.id))
        .chain(plan.curves.iter().map(|c| &c.id))
        .chain(plan.numbers.iter().map(|n| &n.id))
        .chain(plan.tallies.iter().map(|t| &t.id))
        .chain(plan.swimmers.iter().map(|s| &s.id))
        .chain(plan.grids.iter().map(|g| &g.id))
        .collect();
    if let Some(twice) = ids.iter().enumerate().find_map(|(i, id)| ids[..i].contains(id).then_some(id)) {
        findings.push(Diagnostic::error("A004", 0..0, format!("two results have the id `{twice}`")));
    }
    root.finish();
    findings.finish(source)?;
    Ok(plan)
}

fn each(root: &Table<'_, '_>, key: &'static str, mut read: impl FnMut(&Table<'_, '_>)) {
    let Some(list) = root.optional(key).and_then(|n| n.list()) else { return };
    for table in list.iter().filter_map(Node::table) {
        read(&table);
        table.finish();
    }
}

struct Known {
    sets: Vec<String>,
    groups: Vec<String>,
}

/// A name that must be one of those; what is not is reported with the nearest.
fn named(node: &Node<'_, '_>, names: &[String], what: &str) -> Option<String> {
    let name = node.text()?;
    if names.contains(&name) {
        return Some(name);
    }
    let problem = Diagnostic::error("A001", node.span(), format!("there is no {what} `{name}`"));
    node.findings().push(match nearest(&name, names.iter().map(String::as_str)) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("there are: {}", names.join(", "))),
    });
    None
}

impl Known {
    fn set(&self, table: &Table<'_, '_>) -> Option<String> {
        table.optional("of").and_then(|n| named(&n, &self.sets, "set"))
    }

    fn group(&self, table: &Table<'_, '_>, key: &'static str) -> Option<String> {
        table.required(key).and_then(|n| named(&n, &self.groups, "group"))
    }

    fn groups(&self, node: &Node<'_, '_>) -> Vec<String> {
        if node.is_text() {
            return named(node, &self.groups, "group").into_iter().collect();
        }
        node.list().unwrap_or_default().iter().filter_map(|n| named(n, &self.groups, "group")).collect()
    }
}

struct Reader<'c> {
    columns: &'c [&'c str],
}

impl Reader<'_> {
    fn known(&self, node: &Node<'_, '_>) -> Option<String> {
        let columns: Vec<String> = self.columns.iter().map(|c| (*c).to_owned()).collect();
        named(node, &columns, "column")
    }

    fn column(&self, table: &Table<'_, '_>, key: &'static str) -> String {
        table.required(key).and_then(|n| self.known(&n)).unwrap_or_default()
    }

    fn columns(&self, table: &Table<'_, '_>, key: &'static str) -> Vec<String> {
        let list = table.required(key).and_then(|n| n.list()).unwrap_or_default();
        list.iter().filter_map(|n| self.known(n)).collect()
    }

    fn condition_at(&self, table: &Table<'_, '_>, key: &'static str) -> Condition {
        table.required(key).and_then(|n| self.condition(&n)).unwrap_or(Condition::All(Vec::new()))
    }

    fn condition(&self, node: &Node<'_, '_>) -> Option<Condition> {
        let table = node.table()?;
        let list = |n: Node<'_, '_>| -> Vec<Condition> {
            n.list().unwrap_or_default().iter().filter_map(|n| self.condition(n)).collect()
        };
        let condition = if let Some(n) = table.optional("all") {
            Condition::All(list(n))
        } else if let Some(n) = table.optional("any") {
            Condition::Any(list(n))
        } else if let Some(n) = table.optional("not") {
            Condition::Not(Box::new(self.condition(&n)?))
        } else {
            let column = self.column(&table, "column");
            self.cell(&table, column)
        };
        table.finish();
        Some(condition)
    }

    /// What is asked of one column's cell: `is`, `from` and `below`, or `reported`.
    fn cell(&self, table: &Table<'_, '_>, column: String) -> Condition {
        let bound = |key| table.optional(key).and_then(|n: Node<'_, '_>| n.number());
        let (from, below) = (bound("from"), bound("below"));
        if let Some(n) = table.optional("is") {
            Condition::Is(column, n.texts())
        } else if let Some(n) = table.optional("reported") {
            Condition::Reported(column, n.boolean().unwrap_or(true))
        } else if from.is_some() || below.is_some() {
            Condition::Within(column, from, below)
        } else {
            table.findings().push(
                Diagnostic::error("A002", table.span(), "this condition asks nothing of its column")
                    .help("give `is = [\"…\"]`, `from` and `below` of a number, or `reported = true`"),
            );
            Condition::All(Vec::new())
        }
    }

    fn grouping(&self, table: &Table<'_, '_>) -> Grouping {
        let column = self.column(table, "column");
        let mut parts = Vec::new();
        for part in table.optional("parts").and_then(|n| n.list()).unwrap_or_default().iter().filter_map(Node::table) {
            parts.push((part.text("label"), self.cell(&part, column.clone())));
            part.finish();
        }
        Grouping {
            id: table.text("id"),
            label: table.text("label"),
            column,
            parts,
            after_start: table.optional("after_start").and_then(|n| n.boolean()).unwrap_or(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<&'static str> {
        let source = Source::new("analysis.toml", format!("title = \"t\"\nsource = \"s\"\n{text}"));
        match read(&source, &["response", "age_years"]) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.list.iter().map(|d| d.code).collect(),
        }
    }

    #[test]
    fn a_plan_is_read_or_refused_with_the_place_of_each_mistake() {
        let cases: &[(&str, &str, &[&str])] = &[
            (
                "a sound plan",
                "[[set]]\nid = \"e\"\nlabel = \"E\"\nwhere = { column = \"response\", is = [\"CR\"] }\n[[group]]\nid = \"age\"\nlabel = \"Age\"\ncolumn = \"age_years\"\nparts = [{ label = \"children\", below = 18 }]\n[[share]]\nid = \"or\"\nlabel = \"ORR\"\nevent = { not = { column = \"response\", is = \"PD\" } }\nof = \"e\"\nby = [\"age\"]",
                &[],
            ),
            (
                "a column that is none",
                "[[numbers]]\nid = \"n\"\nlabel = \"N\"\ncolumn = \"respons\"\nunit = \"weeks\"",
                &["A001"],
            ),
            (
                "a set that is none",
                "[[tally]]\nid = \"t\"\nlabel = \"T\"\ncolumn = \"response\"\nof = \"nobody\"",
                &["A001"],
            ),
            (
                "a condition that asks nothing",
                "[[set]]\nid = \"e\"\nlabel = \"E\"\nwhere = { column = \"response\" }",
                &["A002"],
            ),
            ("an answer that is none", "[[against]]\npublished = \"x\"", &["A003"]),
            (
                "an id that stands twice",
                "[[tally]]\nid = \"t\"\nlabel = \"T\"\ncolumn = \"response\"\n[[tally]]\nid = \"t\"\nlabel = \"T\"\ncolumn = \"response\"",
                &["A004"],
            ),
            ("a key that is none", "[[against]]\npublished = \"x\"\nours = \"y\"\nwhy = 1", &["P002"]),
        ];
        for (sentence, text, expected) in cases {
            assert_eq!(codes(text), *expected, "{sentence}");
        }
    }
}
