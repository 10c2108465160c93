//! Times and sizes as people write them.

use std::time::Duration;

use crate::cli::settings::problem::UsageProblem;

/// What is right for a time.
pub(crate) const TIME_HELP: &str = "write seconds, as `90`, or a time, as `500ms`, `30s`, `5m`";
/// What is right for the heap.
pub(crate) const HEAP_HELP: &str = "write MB, from 32 to 65536";

const MEGABYTE: usize = 1 << 20;
/// The longest time: longer ones would overflow a clock, and mean nothing.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// Seconds with or without a fraction, or a number with its unit.
pub(crate) fn time(text: &str) -> Option<Duration> {
    let text = text.trim();
    let time = match text.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        Err(_) => humantime::parse_duration(text).ok(),
    };
    time.filter(|time| !time.is_zero() && *time <= LONGEST)
}

/// MB as bytes.
pub(crate) fn heap(text: &str) -> Option<usize> {
    let megabytes: usize = text.trim().parse().ok()?;
    (32..=65536).contains(&megabytes).then(|| megabytes.saturating_mul(MEGABYTE))
}

/// The time that a flag gives.
pub(crate) fn time_flag(text: &str) -> Result<Duration, UsageProblem> {
    let unfit = || UsageProblem::Unfit { value: text.to_owned(), what: "is not a time", help: TIME_HELP.to_owned() };
    time(text).ok_or_else(unfit)
}

/// The heap that a flag gives, in bytes.
pub(crate) fn heap_flag(text: &str) -> Result<usize, UsageProblem> {
    let what = "is not a size of the heap";
    heap(text).ok_or_else(|| UsageProblem::Unfit { value: text.to_owned(), what, help: HEAP_HELP.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{heap, time};

    fn check(text: &str, milliseconds: Option<u128>) {
        assert_eq!(time(text).map(|time| time.as_millis()), milliseconds, "{text:?}");
    }

    #[test]
    fn times() {
        check("90", Some(90_000));
        check("0.5", Some(500));
        check("30s", Some(30_000));
        check("5m", Some(300_000));
        check("1m 30s", Some(90_000));
        check("500ms", Some(500));
        for text in ["", "0", "-1", "0s", "abc", "NaN", "inf", "1e300", "5 parsecs", "99999999d"] {
            check(text, None);
        }
    }

    #[test]
    fn heaps() {
        assert_eq!(heap("64"), Some(64 << 20));
        for text in ["", "0", "31", "65537", "1GB", "-5", "99999999999999999999"] {
            assert_eq!(heap(text), None, "{text:?}");
        }
    }
}
