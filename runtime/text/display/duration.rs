//! Durations as people write them: `90`, `500ms`, `1m 30s`.

use std::time::Duration;

/// The longest duration: longer ones would overflow a clock, and mean nothing.
const MAX: Duration = Duration::from_secs(365 * 24 * 3600);

/// Seconds with or without a fraction, or numbers with their units. None if it is neither, negative or longer than a year.
#[must_use]
pub fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    let duration = match text.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        Err(_) => humantime::parse_duration(text).ok(),
    };
    duration.filter(|duration| *duration <= MAX)
}

/// A duration in words that [`parse`] reads: `1h 30m`.
#[must_use]
pub fn shown(duration: Duration) -> String {
    humantime::format_duration(duration).to_string()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn durations_have_units() {
        for (text, milliseconds) in [
            ("90", Some(90_000)),
            ("0.5", Some(500)),
            ("0", Some(0)),
            (" 30s ", Some(30_000)),
            ("5m", Some(300_000)),
            ("1m 30s", Some(90_000)),
            ("500ms", Some(500)),
            ("", None),
            ("-1", None),
            ("abc", None),
            ("NaN", None),
            ("inf", None),
            ("1e300", None),
            ("5 parsecs", None),
            ("99999999d", None),
        ] {
            assert_eq!(parse(text).map(|duration| duration.as_millis()), milliseconds, "{text:?}");
        }
    }
}
