//! Decides which calls are retried, and when.

use std::time::{Duration, SystemTime};

use apinb_text::web::verb::Verb;
use serde::{Deserialize, Serialize};

use crate::exchange::{HttpError, Request, Response};

/// The longest `Retry-After`; a call that would have to wait longer is not repeated.
const LONGEST: Duration = Duration::from_secs(5 * 60);
/// The first pause where neither server nor user sets one; each further one is twice as long.
const FIRST: Duration = Duration::from_secs(1);

/// How often a call is repeated that finds no server, or a busy one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// How often; 0: never.
    pub times: u32,
    /// The pause before each; none: one second, then twice as long each time. The server's `Retry-After` takes
    /// precedence.
    pub delay: Option<Duration>,
    /// Also for methods that may do something twice, such as POST.
    pub all_methods: bool,
}

impl Retry {
    /// How long to wait before a request is repeated that was repeated `times` times already; none: it is not repeated.
    #[must_use]
    pub fn pause(
        &self,
        times: u32,
        request: &Request,
        outcome: &Result<Response, HttpError>,
        now: SystemTime,
    ) -> Option<Duration> {
        if times >= self.times
            || !(self.all_methods || Verb::from_method(&request.method).is_some_and(Verb::is_idempotent))
        {
            return None;
        }
        let asked = match outcome {
            Ok(response) if matches!(response.status, 429 | 503) => {
                let header = |wanted: &str| response.headers.iter().find(|(name, _)| name == wanted);
                // A date is one of the server's clock.
                let sent = header("date").and_then(|(_, date)| httpdate::parse_http_date(date.trim()).ok());
                header("retry-after").and_then(|(_, value)| retry_after(value, sent.unwrap_or(now)))
            }
            Ok(response) if matches!(response.status, 502 | 504) => None,
            Err(HttpError::Connection { .. } | HttpError::Incomplete { .. }) => None,
            Ok(_)
            | Err(
                HttpError::Untrusted { .. }
                | HttpError::Timeout { .. }
                | HttpError::Unfinished { .. }
                | HttpError::TooLarge { .. }
                | HttpError::OutOfMemory { .. }
                | HttpError::Redirect { .. }
                | HttpError::Refused { .. }
                | HttpError::Invalid { .. }
                | HttpError::Protocol { .. }
                | HttpError::Missed { .. }
                | HttpError::Interrupted,
            ) => return None,
        };
        let own = || self.delay.unwrap_or_else(|| FIRST.saturating_mul(1 << times.min(8)).min(LONGEST));
        match asked {
            Some(asked) => (asked <= LONGEST).then_some(asked),
            None => Some(own()),
        }
    }
}

/// `Retry-After` (RFC 9110 section 10.2.3): seconds or a date. A date that is past is now.
fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use bytes::Bytes;
    use url::Url;

    use super::Retry;
    use crate::exchange::{HttpError, Request, Response};

    fn answer(status: u16, retry_after: Option<&str>) -> Result<Response, HttpError> {
        Ok(Response {
            status,
            status_text: String::new(),
            url: Url::parse("http://a.test/").unwrap(),
            redirected: false,
            headers: retry_after.map(|value| ("retry-after".to_owned(), value.to_owned())).into_iter().collect(),
            body: Bytes::new(),
            memory: None,
            sent: Default::default(),
            redirects: Vec::new(),
            mocked: false,
            replayed: false,
            version: String::new(),
            waited: Duration::ZERO,
            elapsed: Duration::ZERO,
        })
    }

    fn pause(retry: &Retry, times: u32, method: &str, outcome: &Result<Response, HttpError>) -> Option<u128> {
        let request = Request::new(method, Url::parse("http://a.test/").unwrap());
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770);
        retry.pause(times, &request, outcome, now).map(|pause| pause.as_millis())
    }

    #[test]
    fn retry_after_counts_within_bounds() {
        let retry = Retry { times: 3, ..Retry::default() };
        for (status, value, expected) in [
            (429, Some("7"), Some(7_000)),
            (503, Some(" 0 "), Some(0)),
            (503, Some("Sun, 06 Nov 1994 08:49:37 GMT"), Some(7_000)),
            (429, Some("Sunday, 06-Nov-94 08:49:37 GMT"), Some(7_000)),
            (429, Some("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0)),
            (429, Some("301"), None),
            (429, Some("99999999999999999999999"), None),
            (429, Some("Sat, 06 Nov 2094 08:49:37 GMT"), None),
            (429, Some("soon"), Some(1_000)),
            (429, Some("-1"), Some(1_000)),
            (429, None, Some(1_000)),
            (502, Some("7"), Some(1_000)),
            (504, None, Some(1_000)),
            (500, None, None),
            (404, Some("7"), None),
            (200, Some("7"), None),
        ] {
            assert_eq!(pause(&retry, 0, "GET", &answer(status, value)), expected, "{status} {value:?}");
        }
    }

    #[test]
    fn a_date_is_relative_to_the_clock_of_the_server() {
        let mut response = answer(429, Some("Sun, 06 Nov 1994 08:49:37 GMT")).unwrap();
        let retry = Retry { times: 1, ..Retry::default() };
        for (date, expected) in [("Sun, 06 Nov 1994 08:49:35 GMT", 2_000), ("soon", 7_000)] {
            response.headers.push(("date".to_owned(), date.to_owned()));
            assert_eq!(pause(&retry, 0, "GET", &Ok(response.clone())), Some(expected), "{date}");
            response.headers.pop();
        }
    }

    #[test]
    fn pauses_grow_unless_configured() {
        let mut retry = Retry { times: 100, ..Retry::default() };
        let refused = Err(HttpError::Connection { cause: "connection refused".to_owned() });
        for (times, expected) in [(0, 1_000), (1, 2_000), (3, 8_000), (50, 256_000)] {
            assert_eq!(pause(&retry, times, "GET", &refused), Some(expected), "{times}");
        }
        retry.delay = Some(Duration::from_millis(5));
        assert_eq!(pause(&retry, 4, "GET", &refused), Some(5));
        assert_eq!(pause(&retry, 100, "GET", &refused), None);
    }

    #[test]
    fn unsafe_methods_are_not_retried_by_default() {
        let mut retry = Retry { times: 1, ..Retry::default() };
        let busy = answer(503, None);
        for (method, expected) in
            [("GET", true), ("HEAD", true), ("PUT", true), ("DELETE", true), ("POST", false), ("PATCH", false)]
        {
            assert_eq!(pause(&retry, 0, method, &busy).is_some(), expected, "{method}");
        }
        retry.all_methods = true;
        assert!(pause(&retry, 0, "POST", &busy).is_some());
        let late = Err(HttpError::Timeout { limit: Duration::from_secs(1) });
        assert_eq!(pause(&retry, 0, "GET", &late), None);
        assert_eq!(pause(&Retry::default(), 0, "GET", &busy), None);
    }
}
