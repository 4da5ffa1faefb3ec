//! Whatever order updates, changes of the protocol, judgements and kills come in, every flow of every run closes.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;

use crate::Desk;

/// Something that happens to a review.
#[derive(Debug, Clone)]
enum Step {
    /// The search asked again, until a day of this year after 2021, perhaps of the later files.
    Update { years: u8, later: bool },
    /// The protocol changed, one way or back.
    Protocol(u8),
    /// A ruling on the n-th record, or the last ruling taken back.
    Judge { record: usize, ruling: u8 },
    /// An update killed after so many milliseconds.
    Kill { milliseconds: u64, later: bool },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1u8..4, any::<bool>()).prop_map(|(years, later)| Step::Update { years, later }),
        (0u8..4).prop_map(Step::Protocol),
        (0usize..200, 0u8..4).prop_map(|(record, ruling)| Step::Judge { record, ruling }),
        (5u64..400, any::<bool>()).prop_map(|(milliseconds, later)| Step::Kill { milliseconds, later }),
    ]
}

/// Changes of the protocol, each told from its text.
const CHANGES: [(&str, &str); 4] = [
    ("retracted = \"person\"", "retracted = \"exclude\""),
    ("retracted = \"exclude\"", "retracted = \"keep\""),
    ("on_conflict = \"unclear\"", "on_conflict = \"keep\""),
    ("on_conflict = \"keep\"", "on_conflict = \"unclear\""),
];

struct Story {
    desk: Desk,
    judgements: usize,
    undone: usize,
    /// The update killed last, to be run again.
    killed: Option<bool>,
}

impl Story {
    fn sources(later: bool) -> Vec<&'static str> {
        let all = ["queries/alk-crizotinib/twin/01.xml", "queries/alk-crizotinib/twin-later"];
        all[..1 + usize::from(later)].to_vec()
    }

    fn update(&self, until: &str, later: bool) -> Vec<String> {
        let words = ["update", "-q", "--until", until, "--source"].into_iter().chain(Self::sources(later));
        words.map(str::to_owned).collect()
    }

    /// A flow; none of a search that was killed before all its records were there, which says so.
    fn flow(&self, more: &[&str]) -> Option<Value> {
        let words: Vec<&str> = ["flow", "--format", "json"].iter().chain(more).copied().collect();
        let done = self.desk.tamis(&words);
        if done.err.contains("are not fetched yet") && self.killed.is_some() {
            return None;
        }
        assert_eq!(done.code, 0, "{more:?}: {}", done.err);
        Some(serde_json::from_str(&done.out).unwrap())
    }

    fn apply(&mut self, step: &Step) {
        match step {
            Step::Update { years, later } => {
                let words = self.update(&format!("{}-08-22", 2021 + u16::from(*years)), *later);
                let done = self.desk.tamis(&words.iter().map(String::as_str).collect::<Vec<_>>());
                // A window that ends before an earlier one is refused; anything else must be done.
                assert!(done.code != 1 || done.err.contains("before that of run"), "{done:?}");
            }
            Step::Protocol(n) => {
                let (old, new) = CHANGES[usize::from(*n)];
                let path = self.desk.file("protocol.toml");
                let text = std::fs::read_to_string(&path).unwrap();
                std::fs::write(path, text.replacen(old, new, 1)).unwrap();
            }
            Step::Judge { record, ruling } => self.judge(*record, *ruling),
            Step::Kill { milliseconds, later } => {
                let words = self.update("2025-01-01", *later);
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let mut command = self.desk.command(&words);
                let mut child =
                    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
                std::thread::sleep(Duration::from_millis(*milliseconds));
                let _ = child.kill();
                child.wait().unwrap();
                self.killed = Some(*later);
            }
        }
    }

    fn judge(&mut self, record: usize, ruling: u8) {
        let Some(flow) = self.flow(&[]) else { return };
        let lists = flow["excluded"].as_array().unwrap().iter().map(|e| &e["pmids"]);
        let pmids: Vec<u64> = lists
            .chain([&flow["included"]["pmids"]])
            .flat_map(|l| l.as_array().unwrap().iter().map(|p| p.as_u64().unwrap()))
            .collect();
        let pmid = pmids[record % pmids.len()].to_string();
        let rule: &[&str] = match ruling {
            0 => &["--include", "--cases", "2"],
            1 => &["--exclude", "no-crizotinib"],
            2 => &["--keep", "non-sarcoma"],
            _ => &["--undo"],
        };
        let mut words = vec!["judge", &pmid, "--by", "reviewer-2", "-q"];
        words.extend(rule);
        if ruling < 3 {
            words.extend(["--stage", "consensus", "--quote", "as both of us read it"]);
        }
        match (self.desk.tamis(&words).code, ruling) {
            (0, 3) => self.undone += 1,
            (0, _) => self.judgements += 1,
            (_, 3) => {}
            (code, _) => panic!("{words:?} ended with {code}"),
        }
    }

    /// The sums of every flow, done again from its numbers; what was judged is all there.
    fn closes(&mut self) {
        if let Some(later) = self.killed {
            self.apply(&Step::Update { years: 9, later });
        }
        let runs = self.desk.json(&["status", "--format", "json"])["runs"].as_array().unwrap().len();
        let flows: Vec<Value> =
            (1..=runs).flat_map(|n| self.flow(&["--run", &n.to_string(), "--now"])).chain(self.flow(&[])).collect();
        // A killed search that another one overtook stays unfinished, and says so; the newest is whole.
        assert!(
            flows.len() == runs + 1 || self.killed.is_some() && flows.last().is_some_and(|f| f["search_run"] == runs)
        );
        for flow in &flows {
            let n = |key: &str| flow[key].as_u64().unwrap();
            let out: u64 = flow["excluded"].as_array().unwrap().iter().map(|e| e["n"].as_u64().unwrap()).sum();
            let included = flow["included"]["reports"].as_u64().unwrap();
            assert_eq!(n("identified"), n("duplicates") + n("not_retrieved") + n("screened"), "{flow}");
            assert_eq!(n("screened"), out + n("unresolved") + included, "{flow}");
            for e in flow["excluded"].as_array().unwrap() {
                assert_eq!(e["n"], e["by_rule"].as_u64().unwrap() + e["by_person"].as_u64().unwrap(), "{e}");
            }
        }
        if runs > 1 {
            let updated = self.flow(&["--since", "1"]).expect("the newest run is whole");
            let u = &updated["update"];
            let n = |v: &Value| v.as_u64().unwrap();
            let withdrawn = u["withdrawn"].as_array().unwrap().len() as u64;
            assert_eq!(
                n(&u["total"]["reports"]) + withdrawn,
                n(&u["previous"]["reports"]) + n(&updated["included"]["reports"]),
                "{updated}"
            );
        }
        let text = std::fs::read_to_string(self.desk.file("judgements/reviewer-2.toml")).unwrap();
        assert_eq!(text.matches("as both of us read it").count(), self.judgements, "judgements are only ever added");
        assert_eq!(text.matches("verdict = \"undo\"").count(), self.undone);
    }
}

/// Stories told: `TAMIS_STORIES`, else a few.
fn stories() -> ProptestConfig {
    let cases = std::env::var("TAMIS_STORIES").ok().and_then(|n| n.parse().ok()).unwrap_or(4);
    ProptestConfig { cases, max_shrink_iters: 12, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(stories())]

    #[test]
    fn every_flow_closes_whatever_happened_before(steps in prop::collection::vec(step(), 3..8)) {
        let mut story = Story { desk: Desk::new(), judgements: 0, undone: 0, killed: None };
        let words = ["run", "-q", "--source", "queries/alk-crizotinib/twin/01.xml"];
        prop_assert!(story.desk.tamis(&words).code != 1);
        for step in &steps {
            story.apply(step);
        }
        story.closes();
    }
}
