//! Notebooks from the web.

use apinb_http::exchange::{HttpError, Request};
use apinb_http::network::Network;
use apinb_http::policy::Policy;
use apinb_notebook::model::Notebook;
use apinb_project::settings::{Settings, Source};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::web::host::host;
use tokio_util::sync::CancellationToken;
use url::Url;

/// Maximum size of a notebook, in bytes.
const MAX_BYTES: u64 = 16 << 20;

/// A notebook that was fetched.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) text: String,
    /// Where it was, after redirects.
    pub(crate) url: Url,
}

/// Why a URL is not a notebook.
#[derive(Debug, thiserror::Error)]
pub enum WebProblem {
    /// No response.
    #[error("cannot read `{url}`")]
    Unreachable {
        url: Url,
        #[source]
        cause: HttpError,
    },
    #[error("cannot read `{url}`: status {status}")]
    Status { url: Url, status: u16 },
    #[error("`{url}` is not a notebook: it is {what}")]
    NotANotebook {
        url: Url,
        /// `a web page`.
        what: &'static str,
    },
}

impl WebProblem {
    /// Whether its host may not be called.
    pub(crate) fn is_refused(&self) -> bool {
        matches!(self, Self::Unreachable { cause: HttpError::Refused { .. }, .. })
    }
}

impl Diagnostic for WebProblem {
    fn help(&self) -> Option<String> {
        match self {
            Self::Unreachable { cause: HttpError::Refused { refusal }, .. } => Some(refusal.help()),
            Self::NotANotebook { .. } => {
                Some("Use the URL of the markdown file itself, such as its `raw` URL.".to_owned())
            }
            Self::Unreachable { .. } | Self::Status { .. } => None,
        }
    }
}

/// The URL that `name` is, if it is `http` or `https`.
pub(crate) fn url(name: &str) -> Option<Url> {
    let url = Url::parse(name).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

/// The URL in messages: without user and password.
pub(crate) fn shown(url: &Url) -> Url {
    let mut url = url.clone();
    // Both succeed for a URL with a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// Fetches the notebook at `url`, or behind the page at `url` that shows it.
pub(crate) fn fetch(url: &Url, policy: Policy) -> Result<Fetched, WebProblem> {
    let shown = || shown(url);
    let unreachable = |cause| WebProblem::Unreachable { url: shown(), cause };
    let network = Network::start(policy).map_err(unreachable)?;
    let mut request = Request::new("GET", raw(url));
    request.is_call = false;
    request.headers.push(("accept".to_owned(), "text/markdown, text/plain, */*".to_owned()));
    let response = network.send_up_to(request, MAX_BYTES, &CancellationToken::new()).wait().map_err(unreachable)?;
    if !(200..300).contains(&response.status) {
        return Err(WebProblem::Status { url: shown(), status: response.status });
    }
    let not = |what| WebProblem::NotANotebook { url: shown(), what };
    let text = String::from_utf8(response.body.into()).map_err(|_| not("not text"))?;
    let content_type = response.headers.iter().find(|(name, _)| name == "content-type");
    let start: String = text.trim_start().chars().take(15).collect::<String>().to_lowercase();
    if content_type.is_some_and(|(_, value)| value.trim_start().to_lowercase().starts_with("text/html"))
        || start.starts_with("<!doctype html")
        || start.starts_with("<html")
    {
        return Err(not("a web page"));
    }
    Ok(Fetched { text, url: response.url })
}

/// The most hosts that a person is asked about at once; apinb asks for the others one at a time.
const MAX_HOSTS: usize = 30;

/// The hosts that a notebook may call at first: its own, those that its code names, and those of its overrides.
pub(crate) fn hosts(fetched: &Fetched, settings: &Settings) -> Vec<String> {
    let named = Notebook::parse("", fetched.text.as_str()).hosts();
    let sources = settings.definitions_by_client.values().chain(settings.scripts.values());
    let sources = sources.chain(settings.imports.values());
    let given = sources.filter_map(|source| match source {
        Source::Url(url) => Some(url),
        Source::File(_) => None,
    });
    let given = given.chain(settings.base_uris.values()).filter_map(host);
    named.into_iter().take(MAX_HOSTS).chain(host(&fetched.url)).chain(given).collect()
}

/// The address of the text, where `url` is that of a page which shows it: a gist, a file on GitHub.
fn raw(url: &Url) -> Url {
    let parts: Vec<&str> =
        url.path_segments().map(|parts| parts.filter(|part| !part.is_empty()).collect()).unwrap_or_default();
    let address = match (url.host_str(), parts.as_slice()) {
        (Some("gist.github.com"), [user, gist]) => format!("https://gist.githubusercontent.com/{user}/{gist}/raw"),
        (Some("gist.github.com"), [user, gist, version]) if *version != "raw" => {
            format!("https://gist.githubusercontent.com/{user}/{gist}/raw/{version}")
        }
        (Some("github.com"), [owner, repository, "blob", path @ ..]) if path.len() > 1 => {
            format!("https://raw.githubusercontent.com/{owner}/{repository}/{}", path.join("/"))
        }
        _ => return url.clone(),
    };
    Url::parse(&address).unwrap_or_else(|_| url.clone())
}

#[cfg(test)]
mod tests {
    use super::{raw, url};

    #[test]
    fn urls_of_pages_become_urls_of_their_raw_text() {
        for (page, expected) in [
            ("https://gist.github.com/ann/0a1b", "https://gist.githubusercontent.com/ann/0a1b/raw"),
            ("https://gist.github.com/ann/0a1b/#file-n-md", "https://gist.githubusercontent.com/ann/0a1b/raw"),
            ("https://gist.github.com/ann/0a1b/77ff", "https://gist.githubusercontent.com/ann/0a1b/raw/77ff"),
            ("https://gist.github.com/ann/0a1b/raw", "https://gist.github.com/ann/0a1b/raw"),
            ("https://github.com/o/r/blob/main/a%20b/n.md", "https://raw.githubusercontent.com/o/r/main/a%20b/n.md"),
            ("https://github.com/o/r/blob/main", "https://github.com/o/r/blob/main"),
            ("https://example.org/n.md?x=1", "https://example.org/n.md?x=1"),
        ] {
            assert_eq!(raw(&url(page).expect("a URL")).as_str(), expected, "{page}");
        }
        for name in ["n.md", "file:///n.md", "C:\\n.md", "http:", "notebooks/http://a/n.md"] {
            assert_eq!(url(name), None, "{name}");
        }
    }
}
