//! The modules of Node, which a notebook does not have, and what it has in their place.

/// What to do without a module that has nothing in its place.
pub(super) const NOTHING: &str =
    "A notebook has the web platform and no access to the system; use a package for browsers";

/// The modules of Node by what a notebook has in their place.
const MODULES: &[(&str, &[&str])] = &[
    ("Read a file of the project with `file(path)`, and write one with `save(path, value)`", &["fs", "fs/promises"]),
    ("Call `fetch(url)`", &["http", "https", "http2", "net", "tls", "dgram", "dns", "dns/promises"]),
    ("Use `crypto`, the Web Crypto API", &["crypto"]),
    ("Use `assert`, or an assertion library", &["assert", "assert/strict"]),
    ("Use `new URL(path, base)`", &["path", "path/posix", "path/win32"]),
    ("Use `URL` and `URLSearchParams`", &["url", "querystring", "punycode"]),
    ("Use `Uint8Array`, `Blob`, `btoa` and `atob`", &["buffer"]),
    ("Use `setTimeout`, or `sleep(ms)`", &["timers", "timers/promises"]),
    ("Use `EventTarget`", &["events"]),
    ("Use `ReadableStream` and `WritableStream`", &["stream", "stream/promises", "stream/web", "stream/consumers"]),
    ("Use `CompressionStream` and `DecompressionStream`", &["zlib"]),
    ("Use `TextEncoder`, `TextDecoder` and `structuredClone`", &["util", "util/types", "string_decoder"]),
    ("Use `performance`", &["perf_hooks"]),
    ("Use `console`", &["console"]),
    ("Use `prompt(question)`", &["readline", "readline/promises"]),
    ("Write each test as a cell", &["test", "test/reporters"]),
    (
        NOTHING,
        &[
            "async_hooks",
            "child_process",
            "cluster",
            "constants",
            "diagnostics_channel",
            "domain",
            "inspector",
            "inspector/promises",
            "module",
            "os",
            "process",
            "repl",
            "sea",
            "sqlite",
            "sys",
            "trace_events",
            "tty",
            "v8",
            "vm",
            "wasi",
            "worker_threads",
        ],
    ),
];

/// What a notebook has in place of a module of Node; none if Node has no module of that name.
pub(super) fn instead_of(name: &str) -> Option<&'static str> {
    MODULES.iter().find(|(_, names)| names.contains(&name)).map(|(instead, _)| *instead)
}
