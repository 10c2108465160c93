//! The pages that the listener sends to a browser. They load nothing, and their only script posts the fragment of the URL,
//! which no server sees.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Sends the fragment to the page's own address and takes it out of the browser's history.
const HAND_OVER: &str = "const answer = location.hash.slice(1);
history.replaceState(null, \"\", location.pathname);
fetch(location.pathname, {method: \"POST\", headers: {\"content-type\": \"application/x-www-form-urlencoded\"}, body: answer})
  .then((response) => response.text())
  .then((text) => document.body.replaceChildren(...new DOMParser().parseFromString(text, \"text/html\").body.childNodes));";

/// A response to a browser.
pub(crate) struct Page {
    status: &'static str,
    title: &'static str,
    text: String,
    script: Option<&'static str>,
}

impl Page {
    /// A page whose script posts the fragment.
    pub(crate) fn fragment() -> Self {
        let text = "This page needs JavaScript to end the sign-in.".to_owned();
        Self { status: "200 OK", title: "One moment", text, script: Some(HAND_OVER) }
    }

    pub(crate) fn done() -> Self {
        let text = "You can close this page and go back to apinb.";
        Self { status: "200 OK", title: "You are signed in", text: text.to_owned(), script: None }
    }

    pub(crate) fn failed(reason: &str) -> Self {
        let text = format!("{reason}. You can close this page and go back to apinb.");
        Self { status: "200 OK", title: "Sign-in failed", text, script: None }
    }

    pub(crate) fn used() -> Self {
        let text = "This sign-in has ended already. You can close this page.";
        Self { status: "410 Gone", title: "Nothing to do", text: text.to_owned(), script: None }
    }

    /// For a redirect of another sign-in, or of none.
    pub(crate) fn foreign() -> Self {
        let text = "This is not the response to the sign-in that apinb waits for. You can close this page.";
        Self { status: "400 Bad Request", title: "Nothing to do", text: text.to_owned(), script: None }
    }

    pub(crate) fn unknown() -> Self {
        Self { status: "404 Not Found", title: "Not found", text: "You can close this page.".to_owned(), script: None }
    }

    pub(crate) fn invalid() -> Self {
        let text = "Unexpected request.";
        Self { status: "400 Bad Request", title: "Nothing to do", text: text.to_owned(), script: None }
    }

    /// The whole message.
    pub(crate) fn message(&self) -> String {
        let (title, text) = (escape(self.title), escape(&self.text));
        let (script, policy) = match self.script {
            Some(script) => {
                let hash = STANDARD.encode(Sha256::digest(script.as_bytes()));
                (format!("<script>{script}</script>\n"), format!("; script-src 'sha256-{hash}'; connect-src 'self'"))
            }
            None => (String::new(), String::new()),
        };
        let body = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
             <body>\n<h1>{title}</h1>\n<p>{text}</p>\n{script}</body>\n</html>\n"
        );
        format!(
            "HTTP/1.1 {}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\
             Cache-Control: no-store\r\nContent-Security-Policy: default-src 'none'{policy}\r\nReferrer-Policy: no-referrer\r\n\
             X-Content-Type-Options: nosniff\r\n\r\n{body}",
            self.status,
            body.len()
        )
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn untrusted_text_is_escaped() {
        let message = Page::failed("<script>alert('&\"')</script>").message();
        assert!(message.contains("&lt;script&gt;alert(&#39;&amp;&quot;&#39;)&lt;/script&gt;"), "{message}");
        assert!(!message.contains("<script"));
        let (head, body) = message.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())));
    }
}
