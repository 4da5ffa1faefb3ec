//! When NCBI wants large jobs: at weekends, or from 9 in the evening to 5 in the morning, US Eastern time
//! (E-utilities manual, NBK25497, "Frequency, Timing and Registration").

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;

/// A job of more requests than this is large.
pub const LARGE: u64 = 100;

/// Whether NCBI's busy hours are on.
pub fn is_on(now: Timestamp) -> bool {
    // Washington's clock: daylight saving from the second Sunday of March to the first of November.
    let Ok(zone) = TimeZone::posix("EST5EDT,M3.2.0,M11.1.0") else { return false };
    let there = zone.to_datetime(now);
    let weekend = matches!(there.weekday(), Weekday::Saturday | Weekday::Sunday);
    !weekend && (5..21).contains(&there.hour())
}

/// What to tell before so many requests to NCBI; nothing when they are few or the hour is right.
pub fn hint(requests: u64, now: Timestamp) -> Option<String> {
    (requests > LARGE && is_on(now)).then(|| {
        format!(
            "{requests} requests in NCBI's busy hours: NCBI asks to run large jobs at weekends or from 21:00 to 5:00 US \
             Eastern time"
        )
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn busy_hours_are_weekdays_from_five_to_nine_in_washington_summer_and_winter() {
        for (sentence, now, busy) in [
            ("Tuesday noon in winter", "2026-11-24T17:00:00Z", true),
            ("Tuesday 20:59 in winter", "2026-11-25T01:59:00Z", true),
            ("Tuesday 21:00 in winter", "2026-11-25T02:00:00Z", false),
            ("Tuesday 4:59 in summer", "2026-07-14T08:59:00Z", false),
            ("Tuesday 5:00 in summer", "2026-07-14T09:00:00Z", true),
            ("Saturday noon", "2026-11-28T17:00:00Z", false),
            ("Sunday evening there, Monday in Europe", "2026-11-30T01:00:00Z", false),
        ] {
            let now: Timestamp = now.parse().unwrap();
            assert_eq!(is_on(now), busy, "{sentence}");
            assert_eq!(hint(101, now).is_some(), busy, "{sentence}");
            assert_eq!(hint(100, now), None, "a small job may run at any time");
        }
    }
}
