//! Against R 4.2.2 with survival 3.5-3; `scripts/reference.R` asks R again where it is installed.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn observations(times: &[f64], status: &[u8]) -> Vec<Observation> {
    times.iter().zip(status).map(|(t, s)| Observation { time: *t, event: *s == 1 }).collect()
}

/// Weeks to discontinuation of an intrauterine device (Collett, table 1.1).
fn iud() -> Vec<Observation> {
    let times = [10., 13., 18., 19., 23., 30., 36., 38., 54., 56., 59., 75., 93., 97., 104., 107., 107., 107.];
    observations(&times, &[1, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 0, 1, 0, 0])
}

/// Maintained and not: acute myelogenous leukaemia (Miller 1981; R's `aml`).
fn aml() -> [Vec<Observation>; 2] {
    [
        observations(&[9., 13., 13., 18., 23., 28., 31., 34., 45., 48., 161.], &[1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0]),
        observations(&[5., 5., 8., 8., 12., 16., 23., 27., 30., 33., 43., 45.], &[1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1]),
    ]
}

fn near(ours: Option<f64>, theirs: Option<f64>, bound: f64, what: &str) {
    match (ours, theirs) {
        (Some(a), Some(b)) => assert!((a - b).abs() <= bound * b.abs().max(1.0), "{what}: {a}, not {b}"),
        (a, b) => assert_eq!(a, b, "{what}"),
    }
}

fn median(observations: &[Observation], method: &str) -> Median {
    curve(observations).medians().into_iter().find(|m| m.method.contains(method)).unwrap()
}

#[test]
fn the_curve_and_greenwoods_errors_are_those_of_r() {
    // survfit(Surv(time, status) ~ 1, data = aml): surv, std.err * surv, lower and upper (conf.type "log")
    let both = aml().concat();
    let steps = curve(&both).steps;
    let expected = [
        (5., 23, 0.91304347826087, 0.0587533847558414, 0.804854797782958, 1.0),
        (8., 21, 0.826086956521739, 0.0790341964475118, 0.684839468071899, 0.996466605022982),
        (9., 19, 0.782608695652174, 0.0860061487037983, 0.630957910599588, 0.970708759207681),
        (12., 18, 0.739130434782609, 0.0915605371517001, 0.579799217968031, 0.942246527231519),
    ];
    for (step, (time, risk, survival, error, low, high)) in steps.iter().zip(expected) {
        assert_eq!((step.time, step.at_risk), (time, risk));
        near(Some(step.survival), Some(survival), 1e-9, "survival");
        near(step.standard_error(), Some(error), 1e-9, "standard error");
        let interval = step.interval(Band::Log).unwrap();
        near(Some(interval.0), Some(low), 1e-9, "lower");
        near(Some(interval.1), Some(high), 1e-9, "upper");
    }
    // 161 is censored with one at risk: the curve stays up and never reaches zero.
    assert!(steps.last().unwrap().survival > 0.0);
}

/// What it is, the data, the method, median with limits, and how near ours must be.
type Expected<'a> = (&'a str, &'a [Observation], &'a str, (Option<f64>, Option<f64>, Option<f64>), f64);

#[test]
fn medians_by_method_are_those_of_r_and_of_spss_formula() {
    // quantile(survfit(…, conf.type = …), 0.5); the SPSS rows by the formula in IBM's algorithms.
    let both = aml().concat();
    let [kept, not] = aml();
    let cases: [Expected<'_>; 12] = [
        ("iud log", &iud(), "log (R)", (Some(93.), Some(59.), None), 0.0),
        ("iud log-log", &iud(), "log-log", (Some(93.), Some(36.), None), 0.0),
        ("iud plain", &iud(), "plain", (Some(93.), Some(59.), None), 0.0),
        ("iud SPSS", &iud(), "SPSS", (Some(93.), Some(59.42375), Some(126.57625)), 1e-7),
        ("aml log", &both, "log (R)", (Some(27.), Some(18.), Some(48.)), 0.0),
        ("aml log-log", &both, "log-log", (Some(27.), Some(13.), Some(34.)), 0.0),
        ("aml plain", &both, "plain", (Some(27.), Some(18.), Some(34.)), 0.0),
        ("aml SPSS", &both, "SPSS", (Some(27.), Some(14.5192), Some(39.4808)), 1e-6),
        ("maintained", &kept, "log (R)", (Some(31.), Some(18.), None), 0.0),
        ("maintained SPSS", &kept, "SPSS", (Some(31.), Some(16.578), Some(45.422)), 1e-5),
        ("not maintained", &not, "log (R)", (Some(23.), Some(8.), None), 0.0),
        ("not maintained SPSS", &not, "SPSS", (Some(23.), Some(0.6031), Some(45.3969)), 1e-4),
    ];
    for (what, data, method, (middle, low, high), bound) in cases {
        let m = median(data, method);
        near(m.median, middle, bound, what);
        near(m.interval.low, low, bound, what);
        near(m.interval.high, high, bound, what);
    }
}

#[test]
fn the_log_rank_test_is_that_of_survdiff() {
    // survdiff(Surv(time, status) ~ x, data = aml): chisq 3.39638869898, p 0.0653393220405
    let test = log_rank(&aml()).unwrap();
    near(Some(test.statistic), Some(3.396_388_698_98), 1e-9, "chi-square");
    near(Some(test.p), Some(0.065_339_322_040_5), 1e-9, "P");
    assert_eq!(test.df, 1);
    near(Some(test.observed.iter().sum()), Some(test.expected.iter().sum()), 1e-12, "events");
}

#[test]
fn at_one_half_exactly_r_takes_the_middle_of_the_stretch_and_spss_its_beginning() {
    // Four events: S is 0.5 from the second to the third. survfit(Surv(c(1,2,4,8), rep(1,4)) ~ 1): median 3
    let four = observations(&[1., 2., 4., 8.], &[1, 1, 1, 1]);
    assert_eq!(median(&four, "log (R)").median, Some(3.0));
    assert_eq!(median(&four, "SPSS").median, Some(2.0));
    // And stays on one half to the last, censored, time: the middle of 2 and 8.
    let stays = observations(&[1., 2., 8., 8.], &[1, 1, 0, 0]);
    assert_eq!(median(&stays, "log (R)").median, Some(5.0));
}

#[test]
fn the_edges() {
    let never = observations(&[3., 5., 9.], &[0, 1, 0]);
    assert_eq!(median(&never, "SPSS").median, Some(5.0), "one of two at risk: one half");
    let high = observations(&[3., 5., 9., 9., 9.], &[0, 1, 0, 0, 0]);
    for m in curve(&high).medians() {
        assert_eq!((m.median, m.interval.high), (None, None), "{}: a curve above one half", m.method);
    }
    assert!(curve(&[]).steps.is_empty());
    assert!(curve(&[]).medians().iter().all(|m| m.median.is_none()));
    let at_the_event = observations(&[4., 4.], &[1, 0]);
    assert_eq!(curve(&at_the_event).steps[0].at_risk, 2, "censored at an event was at risk for it");
    let dead = curve(&observations(&[4.], &[1]));
    assert_eq!((dead.steps[0].survival, dead.steps[0].standard_error()), (0.0, None));
    assert_eq!(log_rank(&[aml()[0].clone()]), None, "one group");
    assert_eq!(log_rank(&[aml()[0].clone(), Vec::new()]), None, "an empty group is no group");
    assert_eq!(log_rank(&[observations(&[1.], &[0]), observations(&[2.], &[0])]), None, "no events");
    assert_eq!(curve(&aml()[0]).at_risk(24.0), 6);
}

fn some() -> impl Strategy<Value = Vec<Observation>> {
    prop::collection::vec(
        (0_u32..40, any::<bool>()).prop_map(|(t, event)| Observation { time: f64::from(t) / 2.0, event }),
        1..30,
    )
}

proptest! {
    #[test]
    fn survival_never_rises_and_lies_within_its_bands(data in some()) {
        let steps = curve(&data).steps;
        for pair in steps.windows(2) {
            prop_assert!(pair[1].survival <= pair[0].survival && pair[1].at_risk < pair[0].at_risk);
        }
        for step in &steps {
            for (band, name) in BANDS {
                if let Some((low, high)) = step.interval(band) {
                    prop_assert!(low <= step.survival + 1e-12 && step.survival <= high + 1e-12, "{} {:?}", name, step);
                    prop_assert!((0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high));
                }
            }
        }
    }

    #[test]
    fn the_order_of_cases_does_not_matter(mut data in some()) {
        let one = curve(&data);
        data.reverse();
        prop_assert_eq!(one, curve(&data));
    }

    #[test]
    fn log_rank_is_symmetric_in_its_groups(a in some(), b in some(), c in some()) {
        let (one, other) = (log_rank(&[a.clone(), b.clone(), c.clone()]), log_rank(&[c, a, b]));
        match (one, other) {
            (Some(x), Some(y)) => prop_assert!((x.statistic - y.statistic).abs() < 1e-6 * x.statistic.max(1.0)),
            (x, y) => prop_assert_eq!(x.is_some(), y.is_some()),
        }
    }
}
