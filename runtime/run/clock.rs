//! Durations of records.

use std::time::Duration;

/// A duration in milliseconds.
pub(super) fn milliseconds(time: Duration) -> f64 {
    to_the_microsecond(time.as_secs_f64() * 1e3)
}

/// Milliseconds, rounded to microseconds.
pub(super) fn to_the_microsecond(milliseconds: f64) -> f64 {
    (milliseconds * 1e3).round() / 1e3
}
