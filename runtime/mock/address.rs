//! URI templates of a definition, taken apart into host and path. The segments of a path are [`crate::segment`]'s.

/// A URI template: `https://{domain}.example.com/api/{version}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UriTemplate {
    /// With its port if it names one, in lower case outside of tags; none for a template that is only a path.
    pub(crate) host: Option<String>,
    /// Without query and fragment; empty or with a leading `/`.
    pub(crate) path: String,
}

impl UriTemplate {
    /// Takes a template apart. Any text is one.
    pub(crate) fn parse(text: &str) -> Self {
        let text = text.trim();
        let text = text.find(['?', '#']).and_then(|end| text.get(..end)).unwrap_or(text);
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        if rest.starts_with('/') {
            return Self { host: None, path: rest.trim_end_matches('/').to_owned() };
        }
        let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let host = (!host.is_empty()).then(|| lower_outside_tags(host));
        Self { host, path: path.trim_end_matches('/').to_owned() }
    }
}

fn lower_outside_tags(host: &str) -> String {
    let mut in_tag = false;
    let lowered = host.chars().map(|character| {
        in_tag = (in_tag || character == '{') && character != '}';
        if in_tag { character } else { character.to_ascii_lowercase() }
    });
    lowered.collect()
}

/// Whether `template` is nothing but a tag, and so says nothing about the host.
pub(crate) fn is_any_host(template: &str) -> bool {
    template.starts_with('{') && template.find('}') == Some(template.len() - 1)
}

/// Whether `host`, of a `Host` header, fits `template`: a tag stands for one or more characters that are no `.`.
/// Where the template names no port, any port fits.
pub(crate) fn host_fits(template: &str, host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let named = split_port(template);
    let given = split_port(&host);
    if named.1.is_some() && named.1 != given.1 {
        return false;
    }
    let (labels, parts) = (named.0.split('.'), given.0.split('.'));
    labels.clone().count() == parts.clone().count() && labels.zip(parts).all(|(label, part)| label_fits(label, part))
}

fn label_fits(label: &str, part: &str) -> bool {
    crate::segment::Segment::parse(label, None).values(part).is_some()
}

fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, Some(port)),
        _ => (host, None),
    }
}

#[cfg(test)]
mod tests {
    use super::{UriTemplate, host_fits, is_any_host};

    fn check(text: &str, host: Option<&str>, path: &str) {
        let expected = UriTemplate { host: host.map(str::to_owned), path: path.to_owned() };
        assert_eq!(UriTemplate::parse(text), expected, "{text}");
    }

    #[test]
    fn templates_are_taken_apart() {
        check("https://{domain}.Zendesk.com/api/{version}/", Some("{domain}.zendesk.com"), "/api/{version}");
        check("https://API.example.com:8443", Some("api.example.com:8443"), "");
        check("{baseUri}/v1?x=1", Some("{baseUri}"), "/v1");
        check("/oauth/token#here", None, "/oauth/token");
        check("http://user@example.com/a", Some("example.com"), "/a");
        check("", None, "");
        check("https://", None, "");
    }

    #[test]
    fn hosts_fit_their_templates() {
        let table = [
            ("{domain}.zendesk.com", "acme.zendesk.com", true),
            ("{domain}.zendesk.com", "ACME.zendesk.com:443", true),
            ("{domain}.zendesk.com", "a.b.zendesk.com", false),
            ("{domain}.zendesk.com", ".zendesk.com", false),
            ("api-{dc}.example.com:8443", "api-eu.example.com:8443", true),
            ("api.example.com:8443", "api.example.com", false),
            ("api.example.com", "127.0.0.1:80", false),
        ];
        for (template, host, fits) in table {
            assert_eq!(host_fits(template, host), fits, "{template} {host}");
        }
        assert!(is_any_host("{baseUri}"));
        assert!(!is_any_host("{a}.com") && !is_any_host("{a}{b}") && !is_any_host("a.com") && !is_any_host(""));
    }
}
