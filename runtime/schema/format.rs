//! Formats that JSON Schema does not define: those of RAML 1.0 ("Date").

/// A predicate for strings of a format.
pub(super) type Check = fn(&str) -> bool;

/// The formats of RAML 1.0, by name.
pub(super) const RAML: [(&str, Check); 6] = [
    ("date-only", is_date),
    ("time-only", is_time),
    ("datetime-only", is_datetime),
    ("rfc3339", is_rfc3339),
    ("rfc2616", is_rfc2616),
    ("datetime-rfc2616", is_rfc2616),
];

/// `2015-05-23`.
fn is_date(text: &str) -> bool {
    let Some((year, month, day)) = parts(text, '-') else { return false };
    let (Some(year), Some(month), Some(day)) = (digits(year, 4), digits(month, 2), digits(day, 2)) else {
        return false;
    };
    (1..=12).contains(&month) && (1..=days(year, month)).contains(&day)
}

/// `12:30:00`, with or without fractional seconds, without a time zone.
fn is_time(text: &str) -> bool {
    let Some((hour, minute, second)) = parts(text, ':') else { return false };
    let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let below = |text: &str, limit: u32| digits(text, 2).is_some_and(|number| number < limit);
    below(hour, 24) && below(minute, 60) && below(second, 61) && is_fraction
}

/// `2015-07-04T21:00:00`, without a time zone.
fn is_datetime(text: &str) -> bool {
    text.split_once('T').is_some_and(|(date, time)| is_date(date) && is_time(time))
}

/// `2016-02-28T16:41:41.090Z` (RFC 3339).
fn is_rfc3339(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    let Some((local, zone)) = text
        .char_indices()
        .skip(19)
        .find(|(_, c)| matches!(c, 'Z' | '+' | '-'))
        .and_then(|(at, _)| text.split_at_checked(at))
    else {
        return false;
    };
    let offset = || {
        let (hour, minute) = zone.get(1..)?.split_once(':')?;
        Some(digits(hour, 2)? < 24 && digits(minute, 2)? < 60)
    };
    is_datetime(local) && (zone == "Z" || !zone.starts_with('Z') && offset() == Some(true))
}

/// `Sun, 28 Feb 2016 16:41:41 GMT` (RFC 2616, section 3.3.1).
fn is_rfc2616(text: &str) -> bool {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let words: Vec<&str> = text.split(' ').collect();
    let [weekday, day, month, year, time, "GMT"] = words.as_slice() else { return false };
    let Some(month) = MONTHS.iter().position(|known| known == month) else { return false };
    let is_weekday = weekday.strip_suffix(',').is_some_and(|weekday| DAYS.contains(&weekday));
    is_weekday && !time.contains('.') && is_time(time) && is_date(&format!("{year}-{:02}-{day}", month + 1))
}

fn parts(text: &str, separator: char) -> Option<(&str, &str, &str)> {
    let mut parts = text.split(separator);
    let found = (parts.next()?, parts.next()?, parts.next()?);
    parts.next().is_none().then_some(found)
}

/// Parses a number with exactly `count` digits.
fn digits(text: &str, count: usize) -> Option<u32> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::RAML;

    fn check(format: &str, valid: &[&str], invalid: &[&str]) {
        let (_, check) = RAML.iter().find(|(name, _)| *name == format).unwrap();
        for (texts, expected) in [(valid, true), (invalid, false)] {
            for text in texts {
                assert_eq!(check(text), expected, "{format} {text:?}");
            }
        }
    }

    #[test]
    fn dates_and_times_are_validated() {
        check("date-only", &["2015-05-23", "2016-02-29"], &["2015-02-29", "2015-13-01", "15-05-23", "", "é-é-é"]);
        check("time-only", &["12:30:00", "00:00:60.5"], &["12:30", "24:00:00", "12:30:00Z", "12:30:00."]);
        check("datetime-only", &["2015-07-04T21:00:00"], &["2015-07-04T21:00:00Z", "2015-07-04"]);
        check("rfc3339", &["2016-02-28T16:41:41.090Z", "2016-02-28t16:41:41+01:30"], &["2016-02-28T16:41:41", "é"]);
        check(
            "rfc2616",
            &["Sun, 28 Feb 2016 16:41:41 GMT"],
            &["28 Feb 2016 16:41:41 GMT", "Sun, 30 Feb 2016 16:41:41 GMT"],
        );
    }
}
