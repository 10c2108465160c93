//! The hosts that a secret may be sent to.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use url::Url;

use crate::web::host::{Port, host, is_below, split_port};
use crate::web::uri::{self, Piece, UriTemplate};

/// The hosts that a secret may be sent to. Clones share the list.
///
/// A host comes from a URL or from a URI template. Where a parameter of the template is left of a fixed domain
/// (`{instance}.example.com`), every host below that domain counts; where a parameter can name any domain, only a host
/// that the user has named in an answer.
#[derive(Clone, Default)]
pub struct BoundHosts {
    rules: Arc<RwLock<BTreeSet<Rule>>>,
    answers: Answers,
    /// Whether an empty list allows every host.
    open: bool,
}

/// The texts with which the user has answered prompts: a host that one of them names was chosen by the user. Clones share
/// them.
#[derive(Clone, Default)]
pub struct Answers(Arc<RwLock<BTreeSet<String>>>);

impl Answers {
    /// Adds the text of an answer.
    pub fn add(&self, text: &str) {
        let text = text.trim().trim_end_matches('/');
        if !text.is_empty() {
            self.0.write().unwrap_or_else(PoisonError::into_inner).insert(text.to_owned());
        }
    }

    fn any(&self, mut matches: impl FnMut(&str) -> bool) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).iter().any(|answer| matches(answer))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rule {
    hosts: Hosts,
    /// Whether the host is called over TLS only.
    secure: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Hosts {
    /// One host, with its port if it is not the usual one.
    One(String),
    /// All below a domain, by the usual port or the one of the template.
    Below { domain: String, port: Port },
    /// Those that an answer of the user names, in a template of host and port.
    Named(String),
}

impl BoundHosts {
    /// No host yet; `answers` are those of the user.
    #[must_use]
    pub fn new(answers: Answers) -> Self {
        Self { rules: Arc::default(), answers, open: false }
    }

    /// Every host, until the first is added.
    #[must_use]
    pub fn open(answers: Answers) -> Self {
        Self { open: true, ..Self::new(answers) }
    }

    /// A list of its own with the hosts of this one.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self { rules: Arc::new(RwLock::new(self.rules())), answers: self.answers.clone(), open: self.open }
    }

    /// Adds the host of a URL.
    pub fn add_url(&self, url: &Url) {
        if let Some(host) = host(url) {
            self.add(Rule { hosts: Hosts::One(host), secure: url.scheme() == "https" });
        }
    }

    /// Adds the hosts of a URI template; `secure`: whether a template without a scheme is for TLS only.
    pub fn add_template(&self, template: &str, secure: bool) {
        let template = template.trim();
        let (scheme, _) = template.split_once("://").unwrap_or_default();
        let secure = match scheme {
            "" => secure,
            scheme => scheme.eq_ignore_ascii_case("https"),
        };
        if let Some(authority) = UriTemplate::parse(template).host {
            self.add(Rule { hosts: Hosts::of_template(&authority, secure), secure });
        }
    }

    /// Adds all hosts of another list.
    pub fn extend(&self, other: &Self) {
        let others = other.rules();
        self.rules.write().unwrap_or_else(PoisonError::into_inner).extend(others);
    }

    /// Whether a secret may be sent to the host of `url`.
    #[must_use]
    pub fn allows(&self, url: &Url) -> bool {
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        if self.open && rules.is_empty() {
            return true;
        }
        rules.iter().any(|rule| {
            let is_plain = url.scheme() != "https";
            !(rule.secure && is_plain) && rule.hosts.contains(url, &self.answers)
        })
    }

    /// Whether both have the same hosts.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.rules, &other.rules)
            || (Arc::ptr_eq(&self.answers.0, &other.answers.0) && self.rules() == other.rules())
    }

    /// Whether every host of `other` is one of these.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        if Arc::ptr_eq(&self.rules, &other.rules) {
            return true;
        }
        let own = self.rules();
        if self.open && own.is_empty() {
            return true;
        }
        other.rules().iter().all(|rule| own.iter().any(|known| known.covers(rule)))
    }

    /// The hosts as text: `https://api.example.com`, `https://*.example.com`, `{host}`.
    #[must_use]
    pub fn listed(&self) -> BTreeSet<String> {
        self.rules().iter().map(Rule::to_string).collect()
    }

    fn rules(&self) -> BTreeSet<Rule> {
        self.rules.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn add(&self, rule: Rule) {
        self.rules.write().unwrap_or_else(PoisonError::into_inner).insert(rule);
    }
}

impl fmt::Debug for BoundHosts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.listed()).finish()
    }
}

impl Rule {
    fn covers(&self, other: &Self) -> bool {
        if self.secure && !other.secure {
            return false;
        }
        match (&self.hosts, &other.hosts) {
            (Hosts::Below { domain, port: Port::Usual | Port::Any }, Hosts::One(host)) => {
                !host.contains(':') && is_below(host, domain)
            }
            (own, hosts) => own == hosts,
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.secure { "https://" } else { "http://" })?;
        match &self.hosts {
            Hosts::One(host) => formatter.write_str(host),
            Hosts::Below { domain, port } => {
                write!(formatter, "*.{domain}")?;
                match port {
                    Port::Usual => Ok(()),
                    Port::Number(port) => write!(formatter, ":{port}"),
                    Port::Any => formatter.write_str(":*"),
                }
            }
            Hosts::Named(template) => formatter.write_str(template),
        }
    }
}

impl Hosts {
    /// `authority`: host and port of a template.
    fn of_template(authority: &str, secure: bool) -> Self {
        let (name, port) = split_port(authority);
        let pieces = uri::pieces(name);
        let has_parameters = pieces.iter().any(|piece| matches!(piece, Piece::Parameter(_)));
        let port = match port {
            None => Some(Port::Usual),
            Some(port) if port.starts_with('{') => Some(Port::Any),
            Some(port) => port.parse().ok().map(Port::Number),
        };
        if !has_parameters && let Some(Port::Usual | Port::Number(_)) = port {
            // As URLs write it: `api.example.com:443` of https is `api.example.com`.
            let scheme = if secure { "https" } else { "http" };
            let url = Url::parse(&format!("{scheme}://{authority}")).ok();
            return Self::One(url.as_ref().and_then(host).unwrap_or_else(|| authority.to_owned()));
        }
        match (pieces.last(), port) {
            (Some(Piece::Literal(tail)), Some(port)) if has_parameters && is_fixed_domain(tail) => {
                Self::Below { domain: tail.trim_start_matches('.').to_owned(), port }
            }
            _ => Self::Named(authority.to_owned()),
        }
    }

    fn contains(&self, url: &Url, answers: &Answers) -> bool {
        let Some(name) = url.host_str() else { return false };
        match self {
            Self::One(known) => host(url).is_some_and(|host| host == *known),
            Self::Below { domain, port } => port.matches(url) && is_below(name, domain),
            Self::Named(template) => answers.any(|answer| names(template, answer, url)),
        }
    }
}

/// Whether the template with `answer` for its parameters, or for the whole of its host, is the host of `url`.
fn names(template: &str, answer: &str, url: &Url) -> bool {
    let given = Url::parse(answer).ok().filter(Url::has_host);
    let answered = given.as_ref().and_then(host).unwrap_or_else(|| answer.to_owned());
    let (name, port) = split_port(template);
    let filled = uri::fill(name, |_| answered.as_str());
    let filled = match port {
        Some(port) if !port.starts_with('{') => format!("{filled}:{port}"),
        _ => filled,
    };
    let Ok(filled) = Url::parse(&format!("{}://{filled}", url.scheme())) else { return false };
    let same_port = port.is_some_and(|port| port.starts_with('{')) || filled.port() == url.port();
    filled.host_str() == url.host_str() && same_port
}

/// Whether `tail`, the literal end of a host, is a domain that one organization holds: at least two labels, three below
/// a country's `co.uk`, and not an address.
fn is_fixed_domain(tail: &str) -> bool {
    let Some(domain) = tail.strip_prefix('.') else { return false };
    let labels: Vec<&str> = domain.split('.').collect();
    let [.., second, top] = labels.as_slice() else { return false };
    if labels.iter().any(|label| label.is_empty()) || top.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    labels.len() > 2 || !(top.len() == 2 && second.len() <= 3)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{Answers, BoundHosts};

    fn check(template: &str, answers: &[&str], expected: &[(&str, bool)]) {
        let named = Answers::default();
        answers.iter().for_each(|answer| named.add(answer));
        let bound = BoundHosts::new(named);
        bound.add_template(template, true);
        for (url, allowed) in expected {
            assert_eq!(bound.allows(&Url::parse(url).unwrap()), *allowed, "{template} {answers:?} {url}");
        }
    }

    #[test]
    fn a_fixed_host_is_the_only_one() {
        let expected = [
            ("https://api.example.com/any", true),
            ("https://API.example.com:443/", true),
            ("https://api.example.com:8443/", false),
            ("http://api.example.com/", false),
            ("https://x.api.example.com/", false),
            ("https://api.example.com.evil.test/", false),
            ("https://api.example.com@evil.test/", false),
        ];
        check("https://api.example.com/v1/{id}", &[], &expected);
        check("api.example.com:443", &["evil.test"], &expected);
        check("http://127.0.0.1:81/", &[], &[("http://127.0.0.1:81/", true), ("http://127.0.0.1/", false)]);
        check("http://a.test", &[], &[("http://a.test/", true), ("https://a.test/", true)]);
    }

    #[test]
    fn parameters_fill_labels_of_a_fixed_domain() {
        for template in ["https://{instance}.example.com", "{a}.{b}.example.com/v1", "https://api-{a}.example.com"] {
            check(
                template,
                &[],
                &[
                    ("https://na1.example.com/", true),
                    ("https://acme.my.example.com/", true),
                    ("https://example.com/", false),
                    ("https://evilexample.com/", false),
                    ("https://na1.example.com.evil.test/", false),
                    ("https://na1.example.com:8443/", false),
                    ("http://na1.example.com/", false),
                ],
            );
        }
        check("http://{a}.example.co.uk:81", &[], &[("http://b.example.co.uk:81/", true)]);
    }

    #[test]
    fn a_host_that_a_parameter_names_is_named_by_the_user() {
        for template in ["https://{host}/api", "{url}/services", "https://{host}:{port}"] {
            for answer in ["api.test", "https://api.test", "https://api.test/", " api.test "] {
                check(template, &[answer], &[("https://api.test/", true), ("https://evil.test/", false)]);
            }
            check(template, &[], &[("https://api.test/", false)]);
            check(template, &["test"], &[("https://api.test/", false)]);
        }
        for template in ["https://{shop}.com", "https://{shop}.co.uk", "https://api.{top}", "https://x{shop}"] {
            check(
                template,
                &[],
                &[("https://evil.com/", false), ("https://evil.co.uk/", false), ("https://api.evil/", false)],
            );
        }
        check("https://{shop}.com", &["acme"], &[("https://acme.com/", true), ("https://evil.com/", false)]);
        check("http://{h}:81", &["a.test"], &[("http://a.test:81/", true), ("http://a.test/", false)]);
    }

    #[test]
    fn one_list_covers_another() {
        let bound = |templates: &[&str]| {
            let bound = BoundHosts::default();
            templates.iter().for_each(|template| bound.add_template(template, true));
            bound
        };
        let own = bound(&["https://{a}.example.com", "https://login.test"]);
        assert!(own.covers(&bound(&["https://login.test", "https://x.example.com"])));
        assert!(own.covers(&own.fork()) && own.covers(&own));
        for other in ["http://login.test", "https://evil.test", "https://{a}.test.com", "https://{any}"] {
            assert!(!own.covers(&bound(&["https://login.test", other])), "{other}");
        }
        let fork = own.fork();
        fork.add_url(&Url::parse("https://evil.test").unwrap());
        assert!(!own.allows(&Url::parse("https://evil.test").unwrap()));
        let open = BoundHosts::open(Answers::default());
        assert!(open.covers(&own) && open.allows(&Url::parse("https://any.test").unwrap()));
        open.extend(&own);
        assert!(!open.allows(&Url::parse("https://any.test").unwrap()));
        assert_eq!(own.listed().into_iter().collect::<Vec<_>>(), ["https://*.example.com", "https://login.test"]);
    }
}
