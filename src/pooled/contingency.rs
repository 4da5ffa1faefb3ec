//! Cross tables and their tests, as SPSS prints them (CROSSTABS, CHISQ).

use serde::Serialize;
use statrs::function::factorial::ln_factorial;

use super::chi_square_tail;

/// Counts of cases: rows are the groups compared, columns what is compared, both in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// The rows' names.
    pub rows: Vec<String>,
    /// The columns' names.
    pub columns: Vec<String>,
    /// Counts, row by row.
    pub counts: Vec<Vec<u64>>,
}

/// One test of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Test {
    /// Its name.
    pub name: &'static str,
    /// Its statistic; none for an exact test.
    pub statistic: Option<f64>,
    /// Degrees of freedom; none for an exact test.
    pub df: Option<usize>,
    /// Two-sided P.
    pub p: f64,
}

/// How far the chi-square approximation may be believed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Expected {
    /// Smallest expected count.
    pub least: f64,
    /// Cells with an expected count below five.
    pub below_five: usize,
    /// All cells.
    pub cells: usize,
}

/// Names of the tests.
pub const PEARSON: &str = "Pearson chi-square";
/// With Yates' correction, of two by two.
pub const YATES: &str = "Pearson chi-square with Yates' correction";
/// G squared.
pub const LIKELIHOOD: &str = "likelihood ratio";
/// Mantel's test of trend.
pub const LINEAR: &str = "linear-by-linear association";
/// Exact.
pub const FISHER: &str = "Fisher's exact test";

/// More tables than this are not enumerated.
const MOST_TABLES: u64 = 2_000_000;

impl Table {
    /// The same without rows and columns that hold nobody, which no test can use.
    #[must_use]
    pub fn occupied(&self) -> Self {
        let row = |i: usize| self.counts[i].iter().sum::<u64>() > 0;
        let column = |j: usize| self.counts.iter().map(|r| r[j]).sum::<u64>() > 0;
        let rows: Vec<usize> = (0..self.rows.len()).filter(|i| row(*i)).collect();
        let columns: Vec<usize> = (0..self.columns.len()).filter(|j| column(*j)).collect();
        Self {
            rows: rows.iter().map(|i| self.rows[*i].clone()).collect(),
            columns: columns.iter().map(|j| self.columns[*j].clone()).collect(),
            counts: rows.iter().map(|i| columns.iter().map(|j| self.counts[*i][*j]).collect()).collect(),
        }
    }

    /// Everybody in it.
    pub fn total(&self) -> u64 {
        self.counts.iter().flatten().sum()
    }

    fn margins(&self) -> (Vec<u64>, Vec<u64>) {
        let rows = self.counts.iter().map(|r| r.iter().sum()).collect();
        let columns = (0..self.columns.len()).map(|j| self.counts.iter().map(|r| r[j]).sum()).collect();
        (rows, columns)
    }

    /// Observed and expected count of each cell under independence.
    fn cells(&self) -> Vec<(f64, f64)> {
        let (rows, columns) = self.margins();
        let n = self.total() as f64;
        let cell = |i: usize, j: usize| (self.counts[i][j] as f64, rows[i] as f64 * columns[j] as f64 / n);
        (0..rows.len()).flat_map(|i| (0..columns.len()).map(move |j| (i, j))).map(|(i, j)| cell(i, j)).collect()
    }

    /// Expected counts; none of an empty table.
    pub fn expected(&self) -> Option<Expected> {
        let cells = self.cells();
        let least = cells.iter().map(|c| c.1).reduce(f64::min).filter(|e| e.is_finite())?;
        Some(Expected { least, below_five: cells.iter().filter(|c| c.1 < 5.0).count(), cells: cells.len() })
    }

    fn is_two_by_two(&self) -> bool {
        self.rows.len() == 2 && self.columns.len() == 2
    }

    /// Every test that applies, on the rows and columns that hold somebody. None when one row or one
    /// column is all there is.
    pub fn tests(&self) -> Vec<Test> {
        let table = self.occupied();
        if table.rows.len() < 2 || table.columns.len() < 2 {
            return Vec::new();
        }
        let df = (table.rows.len() - 1) * (table.columns.len() - 1);
        let chi = |name, statistic: f64, df| Test {
            name,
            statistic: Some(statistic),
            df: Some(df),
            p: chi_square_tail(statistic, df),
        };
        let mut out = vec![chi(PEARSON, table.pearson(0.0), df)];
        if table.is_two_by_two() {
            out.push(chi(YATES, table.pearson(0.5), df));
        }
        out.push(chi(LIKELIHOOD, table.likelihood_ratio(), df));
        if let Some(statistic) = table.linear_by_linear() {
            out.push(chi(LINEAR, statistic, 1));
        }
        if let Some(p) = table.fisher() {
            out.push(Test { name: FISHER, statistic: None, df: None, p });
        }
        out
    }

    /// The sum over cells of (|observed - expected| - correction)² / expected, the correction never more than the
    /// difference itself (Yates 1934, J R Stat Soc Suppl 1:217).
    fn pearson(&self, correction: f64) -> f64 {
        self.cells().iter().map(|(o, e)| ((o - e).abs() - correction.min((o - e).abs())).powi(2) / e).sum()
    }

    /// Twice the sum of observed × ln(observed / expected).
    fn likelihood_ratio(&self) -> f64 {
        2.0 * self.cells().iter().filter(|(o, _)| *o > 0.0).map(|(o, e)| o * (o / e).ln()).sum::<f64>()
    }

    /// (n - 1) r², rows and columns scored 1, 2, 3 … in their order (Mantel 1963, J Am Stat Assoc 58:690). It means
    /// something only where that order does.
    fn linear_by_linear(&self) -> Option<f64> {
        let n = self.total() as f64;
        let (mut x, mut y, mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (i, row) in self.counts.iter().enumerate() {
            for (j, count) in row.iter().enumerate() {
                let (a, b, c) = (i as f64, j as f64, *count as f64);
                x += c * a;
                y += c * b;
                xx += c * a * a;
                yy += c * b * b;
                xy += c * a * b;
            }
        }
        let (sx, sy, sxy) = (xx - x * x / n, yy - y * y / n, xy - x * y / n);
        (sx > 0.0 && sy > 0.0).then(|| (n - 1.0) * sxy * sxy / (sx * sy))
    }

    /// The probability, given both margins, of this table and of all that are no likelier (Fisher 1935; Freeman and
    /// Halton 1951, Biometrika 38:141). For tables with two rows or two columns; none when there are too many tables.
    fn fisher(&self) -> Option<f64> {
        let (rows, columns) = self.margins();
        let (pair, parts, first): (_, Vec<u64>, Vec<u64>) = if rows.len() == 2 {
            (rows, columns, self.counts[0].clone())
        } else if columns.len() == 2 {
            (columns, rows, self.counts.iter().map(|r| r[0]).collect())
        } else {
            return None;
        };
        let tables = parts.iter().try_fold(1_u64, |n, p| n.checked_mul(p + 1)).filter(|n| *n <= MOST_TABLES);
        tables?;
        let all = ln_choose(pair[0] + pair[1], pair[0]);
        let chance = |first: &[u64]| -> f64 {
            (parts.iter().zip(first).map(|(p, k)| ln_choose(*p, *k)).sum::<f64>() - all).exp()
        };
        let observed = chance(&first);
        let (mut extreme, mut drawn) = (0.0, vec![0; parts.len()]);
        enumerate(&parts, pair[0], 0, &mut drawn, &mut |drawn| {
            let p = chance(drawn);
            // Tables equally likely differ by rounding alone; R allows as much.
            if p <= observed * (1.0 + 1e-7) {
                extreme += p;
            }
        });
        Some(extreme.min(1.0))
    }
}

fn ln_choose(n: u64, k: u64) -> f64 {
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

/// Every way to draw `left` from the parts.
fn enumerate(parts: &[u64], left: u64, at: usize, drawn: &mut Vec<u64>, visit: &mut dyn FnMut(&[u64])) {
    if at + 1 == parts.len() {
        if left <= parts[at] {
            drawn[at] = left;
            visit(drawn);
        }
        return;
    }
    for k in 0..=left.min(parts[at]) {
        drawn[at] = k;
        enumerate(parts, left - k, at + 1, drawn, visit);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(counts: &[&[u64]]) -> Table {
        Table {
            rows: (0..counts.len()).map(|i| format!("r{i}")).collect(),
            columns: (0..counts[0].len()).map(|j| format!("c{j}")).collect(),
            counts: counts.iter().map(|r| r.to_vec()).collect(),
        }
    }

    fn p(table: &Table, name: &str) -> Option<f64> {
        table.tests().into_iter().find(|t| t.name == name).map(|t| t.p)
    }

    #[test]
    fn two_by_two_is_as_r_and_scipy_have_it() {
        let t = table(&[&[8, 2], &[1, 18]]);
        let statistic = |name: &str| t.tests().into_iter().find(|t| t.name == name).unwrap().statistic.unwrap();
        // R 4.2.2: chisq.test(m, correct = FALSE), chisq.test(m), fisher.test(m)
        // SciPy 1.17: chi2_contingency(m, correction = False, lambda_ = "log-likelihood")
        let expected = [
            (PEARSON, 3.549_726_424_760_479e-5),
            (YATES, 2.050_164_431_421_494e-4),
            (FISHER, 8.637_040_121_297_994e-5),
        ];
        for (name, value) in expected {
            let ours = p(&t, name).unwrap();
            assert!((ours / value - 1.0).abs() < 1e-9, "{name}: {ours}, not {value}");
        }
        for (name, value) in
            [(PEARSON, 17.098_128_654_970_758), (LIKELIHOOD, 18.080_478_410_177_342), (LINEAR, 16.508_538_011_695_904)]
        {
            assert!((statistic(name) / value - 1.0).abs() < 1e-9, "{name}: {}, not {value}", statistic(name));
        }
        let expected = t.expected().unwrap();
        assert!((expected.least - 3.103_448_275_862_069).abs() < 1e-9);
        assert_eq!((expected.below_five, expected.cells), (1, 4));
    }

    #[test]
    fn a_wider_table_has_freeman_and_halton_and_no_yates() {
        // R 4.2.2: fisher.test(matrix(c(2,8,1,0, 7,9,2,1), 2, byrow = TRUE))$p.value
        let t = table(&[&[2, 8, 1, 0], &[7, 9, 2, 1]]);
        assert_eq!(p(&t, YATES), None);
        assert!((p(&t, LINEAR).unwrap() - 0.8087).abs() < 5e-5, "{:?}", p(&t, LINEAR));
        assert!((p(&t, FISHER).unwrap() - 0.710_464_767_616_196_7).abs() < 1e-9, "{:?}", p(&t, FISHER));
        let turned = table(&[&[2, 7], &[8, 9], &[1, 2], &[0, 1]]);
        assert!((p(&t, FISHER).unwrap() - p(&turned, FISHER).unwrap()).abs() < 1e-12);
    }

    #[test]
    fn rows_and_columns_without_anybody_are_left_out_and_what_is_left_may_be_too_little() {
        let t = table(&[&[3, 0, 4], &[5, 0, 1]]);
        assert_eq!(t.tests()[0].df, Some(1));
        assert!(table(&[&[3, 4], &[0, 0]]).tests().is_empty());
        assert!(table(&[&[0, 0], &[0, 0]]).tests().is_empty());
        // A zero cell is no trouble: its share of the likelihood ratio is nothing.
        assert!(p(&table(&[&[0, 5], &[6, 1]]), LIKELIHOOD).unwrap() < 0.01);
    }

    proptest! {
        #[test]
        fn the_order_of_groups_changes_no_p(a in 0_u64..9, b in 0_u64..9, c in 0_u64..9, d in 0_u64..9) {
            let (one, other) = (table(&[&[a, b], &[c, d]]).tests(), table(&[&[d, c], &[b, a]]).tests());
            prop_assert_eq!(one.len(), other.len());
            for (x, y) in one.iter().zip(&other) {
                prop_assert!((x.p - y.p).abs() < 1e-9 && (0.0..=1.0).contains(&x.p), "{:?} {:?}", x, y);
            }
        }

        #[test]
        fn the_chances_of_all_tables_make_one(parts in prop::collection::vec(0_u64..6, 2..5), share in 0.0..=1.0_f64) {
            let total: u64 = parts.iter().sum();
            let first = (total as f64 * share) as u64;
            let (mut sum, mut drawn) = (0.0, vec![0; parts.len()]);
            enumerate(&parts, first, 0, &mut drawn, &mut |d| {
                sum += (parts.iter().zip(d).map(|(p, k)| ln_choose(*p, *k)).sum::<f64>() - ln_choose(total, first)).exp();
            });
            prop_assert!((sum - 1.0).abs() < 1e-9, "{}", sum);
        }
    }
}
