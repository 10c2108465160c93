//! The secrets that only the requests and responses of a sign-in contain: codes, verifiers, additional tokens.

use apinb_http::exchange::{Call, Response};
use apinb_text::secret::names::is_credential;
use apinb_text::secret::redactor::Redactor;
use serde_json::Value;
use url::{Url, form_urlencoded};

/// Adds every secret of a call that is part of a sign-in to the redactor.
pub fn register_secrets(redactor: &Redactor, call: &Call) {
    let learn = |name: &str, value: &str| {
        if is_credential(name) {
            redactor.add(value);
        }
    };
    of_url(&call.request.url, &learn);
    of_body(call.request.body.as_deref().unwrap_or_default(), &learn);
    if let Ok(response) = &call.outcome {
        of_response(response, &learn);
    }
}

fn of_response(response: &Response, learn: &impl Fn(&str, &str)) {
    of_url(&response.url, learn);
    for (_, location) in response.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("location")) {
        if let Ok(url) = response.url.join(location) {
            of_url(&url, learn);
        }
    }
    of_body(&response.body, learn);
}

fn of_url(url: &Url, learn: &impl Fn(&str, &str)) {
    for part in [url.query(), url.fragment()].into_iter().flatten() {
        of_form(part.as_bytes(), learn);
    }
}

fn of_body(body: &[u8], learn: &impl Fn(&str, &str)) {
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => {
            for (name, value) in &fields {
                if let Some(value) = value.as_str() {
                    learn(name, value);
                }
            }
        }
        _ => of_form(body.trim_ascii(), learn),
    }
}

fn of_form(form: &[u8], learn: &impl Fn(&str, &str)) {
    form_urlencoded::parse(form).for_each(|(name, value)| learn(&name, &value));
}
