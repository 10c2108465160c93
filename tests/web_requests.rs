//! `fetch` and `XMLHttpRequest`: how a request ends that nobody waits for any more.

use serde_json::json;

use crate::support::{Cells, Server};

#[test]
fn a_fetch_that_its_cell_did_not_wait_for_is_given_up() {
    let mut cells = Cells::bare(Server::start());
    cells.error("fetch('SERVER/hang').catch(() => { late = true }); fetch('SERVER/hang'); throw new Error('mine')");
    // No rejection arrives in a later cell.
    cells.gives("fetch('SERVER/text/x').then(() => typeof late)", &json!("undefined"));
}

#[test]
fn a_fetch_can_be_aborted() {
    let mut cells = Cells::bare(Server::start());
    cells.gives(
        "const signal = AbortSignal.timeout(20); fetch('SERVER/hang', { signal }).then(() => 0, (error) => error.name)",
        &json!("TimeoutError"),
    );
    cells.gives(
        "const abort = new AbortController(); setTimeout(() => abort.abort(), 20); \
         fetch('SERVER/hang', { signal: abort.signal }).catch((error) => error.name)",
        &json!("AbortError"),
    );
}

#[test]
fn a_request_that_takes_too_long_says_so() {
    let mut cells = Cells::bare(Server::start());
    cells.gives(
        "done = async(); x = new XMLHttpRequest(); x.open('GET', 'SERVER/hang'); x.timeout = 20; \
         x.ontimeout = () => done(null, 'timeout'); x.onerror = () => done(null, 'error'); x.send()",
        &json!("timeout"),
    );
}
