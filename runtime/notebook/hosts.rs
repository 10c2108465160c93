//! The hosts that a notebook names.

use std::collections::BTreeSet;

use url::Url;

use crate::model::Notebook;

/// Maximum number of URLs, and maximum bytes of each: a text may consist of URLs only.
const MAX_URLS: usize = 10_000;
const MAX_URL_BYTES: usize = 2048;

/// The hosts of all URLs in code or in the front matter's `site:`, with their ports unless default. URLs that code
/// computes are not included.
pub(super) fn hosts(notebook: &Notebook) -> BTreeSet<String> {
    let urls = notebook.cells().flat_map(|cell| {
        let starts = ["http://", "https://"].into_iter().flat_map(|scheme| cell.code.match_indices(scheme));
        starts.filter_map(|(start, _)| cell.code.get(start..))
    });
    let mut hosts: BTreeSet<String> = urls.take(MAX_URLS).filter_map(first_host).collect();
    hosts.extend(notebook.front_matter.get("site").and_then(|site| first_host(site.trim())));
    hosts
}

/// The host of the URL that `text` begins with.
fn first_host(text: &str) -> Option<String> {
    let text = text.get(..text.floor_char_boundary(MAX_URL_BYTES))?;
    let end = text.find(|c: char| c.is_whitespace() || "'\"`<>\\)|,;".contains(c)).unwrap_or(text.len());
    let url = Url::parse(text.get(..end)?).ok()?;
    let host = url.host_str().filter(|host| !host.is_empty() && !host.contains(['{', '}', '$', '*']))?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

#[cfg(test)]
mod tests {
    use crate::model::Notebook;

    #[test]
    fn hosts_are_found_in_code() {
        let text = "---\nsite: https://site.test/x\n---\nhttps://text.test/\n\n```js\nload('http://a.test:81/x'); // https://B.test\nfetch(`https://${D}.c.test/`); 'https://u:p@d.test/?q=https://e.test'\n'http://' + host; \"https://é.test\"\n```\n";
        let hosts = Notebook::parse("n.md", text).hosts();
        let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
        assert_eq!(hosts, ["a.test:81", "b.test", "d.test", "e.test", "site.test", "xn--9ca.test"]);
    }

    #[test]
    fn a_text_of_urls_takes_linear_time() {
        let text = format!("```js\n{}\n```\n", "http://".repeat(1 << 20));
        assert_eq!(Notebook::parse("n.md", text).hosts().len(), 1);
        let text = format!("```js\nhttp://é.test{}\n```\n", "é".repeat(4096));
        assert!(Notebook::parse("n.md", text).hosts().len() <= 1);
    }
}
