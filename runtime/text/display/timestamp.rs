//! Points in time as text: RFC 3339, UTC.

use std::time::{Duration, SystemTime};

/// The end of the year 9999, the last that RFC 3339 can write, in seconds since 1970.
const END: u64 = 253_402_300_799;

/// To the millisecond: `2026-01-31T12:00:00.000Z`. A time before 1970 or after 9999 becomes the nearest one that is not.
#[must_use]
pub fn milliseconds(time: SystemTime) -> String {
    humantime::format_rfc3339_millis(within(time)).to_string()
}

/// A time in RFC 3339, UTC; none for another text.
#[must_use]
pub fn parse(text: &str) -> Option<SystemTime> {
    humantime::parse_rfc3339(text).ok()
}

/// To the second: `2026-01-31T12:00:00Z`. Other times as in [`milliseconds`].
#[must_use]
pub fn seconds(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(within(time)).to_string()
}

/// Whether it can be written.
#[must_use]
pub fn is_writable(time: SystemTime) -> bool {
    within(time) == time
}

fn within(time: SystemTime) -> SystemTime {
    let end = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(END)).unwrap_or(SystemTime::UNIX_EPOCH);
    time.clamp(SystemTime::UNIX_EPOCH, end)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{is_writable, milliseconds, seconds};

    #[test]
    fn times_outside_of_the_calendar_are_clamped() {
        let epoch = SystemTime::UNIX_EPOCH;
        let after = |seconds| epoch + Duration::from_secs(seconds);
        assert_eq!(milliseconds(after(1) + Duration::from_millis(20)), "1970-01-01T00:00:01.020Z");
        assert_eq!(seconds(epoch - Duration::from_secs(5)), "1970-01-01T00:00:00Z");
        assert_eq!(seconds(after(253_402_300_800)), "9999-12-31T23:59:59Z");
        assert!(is_writable(after(253_402_300_799)) && !is_writable(after(253_402_300_800)));
        assert!(!is_writable(epoch - Duration::from_secs(1)));
    }
}
