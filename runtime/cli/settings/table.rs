//! The settings: one row each. All else about a setting (its flag and its help, its place in `apinb.toml`, what
//! `config show`, the JSON Schema and the documentation say of it) is derived from its row.
//!
//! The order is that of `--help` and of `config show`.

use std::path::PathBuf;
use std::time::Duration;

use apinb_cassette::scan::Allowed;
use apinb_http::proxy::Proxy;
use apinb_project::cassette::{CassetteMode, Expired};
use apinb_project::overrides::inputs::VARIABLE_PREFIX;
use apinb_project::settings::{FailFast, MockSearch, Source};
use apinb_record::contract::ContractMode;
use apinb_text::web::allowed::AllowedHost;
use url::Url;

use super::parse::{self, AcceptedTrust};
use super::pattern::FilePattern;
use super::setting::{AnySetting, Entry, Flag, Hint, Secret, Setting, Split, Trust, Variable};

/// A table of `apinb.toml`.
#[derive(Debug)]
pub(crate) struct Section {
    /// Its name at the top of the file.
    pub(crate) name: &'static str,
    /// The heading of its flags in `--help`.
    pub(crate) heading: &'static str,
    /// Whether `[env.NAME]` may have it.
    pub(crate) in_environments: bool,
    pub(crate) help: &'static str,
}

/// The heading of flags for inputs, definitions, credentials and scripts.
pub(crate) const OVERRIDES: &str = "Inputs and overrides";

/// The heading of flags for the check of calls against definitions.
pub(crate) const CONTRACT_HEADING: &str = "Contract";

/// The tables of `apinb.toml`.
pub(crate) static SECTIONS: [Section; 10] = [
    Section { name: "inputs", heading: OVERRIDES, in_environments: true, help: "Answers to prompts." },
    Section {
        name: "clients",
        heading: OVERRIDES,
        in_environments: true,
        help: "Overrides for clients, by the name that the notebook gives them.",
    },
    Section {
        name: "scripts",
        heading: OVERRIDES,
        in_environments: true,
        help: "Where to load scripts from, by the URL in the notebook.",
    },
    Section {
        name: "definitions",
        heading: OVERRIDES,
        in_environments: true,
        help: "Where to load definitions from, by the URL in the notebook.",
    },
    Section {
        name: "imports",
        heading: OVERRIDES,
        in_environments: true,
        help: "The import map: where to import modules from, by the specifier in the code.",
    },
    Section { name: "mock", heading: OVERRIDES, in_environments: false, help: "Settings for `--mock` only." },
    Section {
        name: "cassette",
        heading: "Recording",
        in_environments: true,
        help: "How recorded calls are replayed and recorded.",
    },
    Section {
        name: "run",
        heading: "Limits",
        in_environments: true,
        help: "Limits of a run, what it runs, and what it may read.",
    },
    Section {
        name: "contract",
        heading: CONTRACT_HEADING,
        in_environments: true,
        help: "How the calls are held against the definitions of their APIs. `[contract.rules]` sets severities for all operations, `[contract.\"GET /users\"]` for one.",
    },
    Section { name: "network", heading: "Network", in_environments: true, help: "How calls use the network." },
];

/// Makes a static of each row, and the list of all.
macro_rules! table {
    ($($name:ident: $value:ty = $kind:path, $entry:expr;)*) => {
        $(pub(crate) static $name: Setting<$value> = Setting { kind: &$kind, entry: $entry };)*

        /// All settings.
        pub(crate) static TABLE: &[&dyn AnySetting] = &[$(&$name),*];
    };
}

table! {
    INPUT: String = parse::TEXT, Entry {
        key: "inputs.*",
        flag: Some(Flag::pairs("input", "KEY=VALUE", "DOMAIN=acme", Split::First)),
        variable: Some(Variable::Prefix { prefix: VARIABLE_PREFIX, allows_empty: true }),
        secret: Secret::ByName,
        help: "Answer a prompt; KEY is its variable, its text, or a pattern with `*` and `?` over either",
        ..Entry::NEW
    };
    CLIENT_DEFINITION: Source = parse::SOURCE, Entry {
        key: "clients.*.definition",
        flag: Some(Flag::pairs("definition", "CLIENT=FILE|URL", "client=api.raml", Split::First)),
        trust: Trust::OutsideFile,
        help: "Use this definition for a client: a file or a URL",
        ..Entry::NEW
    };
    CLIENT_BASE_URI: Url = parse::BASE_URI, Entry {
        key: "clients.*.base-uri",
        flag: Some(Flag::pairs("base-uri", "CLIENT=URL", "client=http://localhost:8080", Split::First)),
        help: "Set the base URI of a client, complete and without `{parameters}`",
        ..Entry::NEW
    };
    CLIENT_TOKEN: String = parse::TEXT, Entry {
        key: "clients.*.token",
        flag: Some(Flag::pairs("token", "CLIENT=TOKEN", "client=…", Split::First)),
        variable: Some(Variable::Prefix { prefix: "APINB_TOKEN_", allows_empty: false }),
        secret: Secret::Yes,
        help: "Set the access token of a client, which then does not sign in",
        ..Entry::NEW
    };
    CLIENT_AUTH: String = parse::AUTH_OPTION, Entry {
        key: "clients.*.auth.*",
        flag: Some(Flag::pairs("auth", "CLIENT.OPTION=VALUE", "client.clientId=…", Split::Dotted)),
        secret: Secret::Yes,
        help: "Set a sign-in option of a client, as in `API.authenticate`: `clientId`, `password`, `header.X-Key`, …",
        ..Entry::NEW
    };
    CLIENT_EXPOSE: bool = parse::SWITCH, Entry {
        key: "clients.*.expose",
        trust: Trust::Unless(Some("false")),
        help: "Give the notebook the tokens and passwords of this client as they are, instead of handles that only calls to its hosts resolve",
        ..Entry::NEW
    };
    KEEP_TOKENS: String = parse::TEXT, Entry {
        key: "APINB_KEEP_TOKENS",
        flag: Some(Flag::switch("no-token-cache", "none").help("Sign in again, and store no token for later runs")),
        variable: Some(Variable::Exact("APINB_KEEP_TOKENS")),
        help: "Store tokens in the `keyring` or in a `file`, or do not: `none`",
        ..Entry::NEW
    };
    SCRIPT: Source = parse::SOURCE, Entry {
        key: "scripts.*",
        flag: Some(Flag::pairs("script", "URL=FILE", "https://example.org/chai.js=chai.js", Split::Last)),
        trust: Trust::OutsideFile,
        help: "Load a script of the notebook from a file or another URL",
        ..Entry::NEW
    };
    IMPORT: Source = parse::SOURCE, Entry {
        key: "imports.*",
        trust: Trust::OutsideFile,
        help: "Import a module from a file or URL; a key that ends with `/` maps all specifiers that begin with it",
        ..Entry::NEW
    };
    DEFINITION: Source = parse::SOURCE, Entry {
        key: "definitions.*",
        trust: Trust::OutsideFile,
        help: "Load a definition from a file or another URL; the key is the URL in the notebook",
        ..Entry::NEW
    };
    MOCK_INPUT: String = parse::TEXT, Entry {
        key: "mock.inputs.*",
        secret: Secret::ByName,
        help: "Answer a prompt with `--mock`, if nothing else answers it",
        ..Entry::NEW
    };
    MOCK_SEARCH: MockSearch = parse::MOCK_SEARCH, Entry {
        key: "mock.search",
        help: "Answer a search that finds nothing with an empty list (`matching`, the default) or with a made-up hit (`always`)",
        ..Entry::NEW
    };

    CASSETTE_MODE: CassetteMode = parse::CASSETTE_MODE, Entry {
        key: "cassette.mode",
        flag: Some(Flag::of_run("record", "[=always|missing]")),
        default: Some("off"),
        help: "Use the cassette of a notebook: `replay`, `record`, `record-always`, `record-missing`, or not at all (`off`)",
        ..Entry::NEW
    };
    CASSETTE_IGNORE: Vec<String> = parse::CASSETTE_IGNORE, Entry {
        key: "cassette.ignore",
        list: true,
        help: "Do not compare these parts of requests: `body:$.request_id`, `query:ts`, `header:X-Trace`",
        ..Entry::NEW
    };
    CASSETTE_REDACT: Vec<String> = parse::CASSETTE_REDACT, Entry {
        key: "cassette.redact",
        list: true,
        help: "Record samples in place of these parts of JSON bodies: `$..email`",
        ..Entry::NEW
    };
    CASSETTE_MAX_AGE: Duration = parse::AGE, Entry {
        key: "cassette.max-age",
        help: "Use a recording that is older as `expired` says: `30d`",
        ..Entry::NEW
    };
    CASSETTE_EXPIRED: Expired = parse::EXPIRED, Entry {
        key: "cassette.expired",
        default: Some("warn"),
        help: "Replay an expired recording with a warning (`warn`), fail its notebook (`fail`), or record it again (`record`)",
        ..Entry::NEW
    };

    CELL_TIMEOUT: Duration = parse::TIME, Entry {
        key: "run.cell-timeout",
        flag: Some(Flag::value("cell-timeout", "TIME", Hint::Other)),
        default: Some("60s"),
        help: "Limit the time of a cell: `90`, `90s`, `5m`, `500ms`",
        ..Entry::NEW
    };
    CALL_TIMEOUT: Duration = parse::TIME, Entry {
        key: "run.timeout",
        flag: Some(Flag::value("timeout", "TIME", Hint::Other)),
        default: Some("30s"),
        help: "Limit the time of a call",
        ..Entry::NEW
    };
    MAX_HEAP: usize = parse::HEAP, Entry {
        key: "run.max-heap",
        flag: Some(Flag::value("max-heap", "MB", Hint::Other)),
        default: Some("1024"),
        help: "Limit the memory of a notebook, in MB",
        ..Entry::NEW
    };
    MAX_OUTPUT: usize = parse::OUTPUT, Entry {
        key: "run.max-output",
        flag: Some(Flag::value("max-output", "MB", Hint::Other)),
        default: Some("8"),
        help: "Limit the console output of a cell that is shown and recorded, in MB",
        ..Entry::NEW
    };
    STRICT: bool = parse::SWITCH, Entry {
        key: "run.strict",
        flag: Some(Flag::switch("strict", "true")),
        default: Some("false"),
        help: "Fail a cell that passes an unknown option to a call or a sign-in, instead of a warning",
        ..Entry::NEW
    };

    EXCLUDE: Vec<FilePattern> = parse::PATTERNS, Entry {
        key: "run.exclude",
        flag: Some(Flag::list_of_run("exclude", " GLOB…")),
        help: "Do not run these files of a folder: `drafts/**`, `*.draft.md`",
        ..Entry::NEW
    };
    INCLUDE: Vec<FilePattern> = parse::PATTERNS, Entry {
        key: "run.include",
        flag: Some(Flag::list_of_run("include", " GLOB…")),
        help: "Run these files of a folder too, which are not run because of their names: `README.md`",
        ..Entry::NEW
    };
    FAIL_FAST: FailFast = parse::FAIL_FAST, Entry {
        key: "run.fail-fast",
        flag: Some(Flag::of_run("fail-fast", "[=all]")),
        default: Some("false"),
        help: "End a notebook at its first failed cell (`true`), or the whole run (`all`); cells that are marked `teardown` run all the same",
        ..Entry::NEW
    };

    FAIL_ON_STATUS: bool = parse::SWITCH, Entry {
        key: "run.fail-on-status",
        flag: Some(Flag::of_run("fail-on-status", "")),
        default: Some("false"),
        help: "Fail a cell if the notebook does not read the status of a response of 400 or more",
        ..Entry::NEW
    };

    ALLOW_READ: Vec<PathBuf> = parse::FOLDERS, Entry {
        key: "run.allow-read",
        flag: Some(Flag::list("allow-read", "DIR", Hint::Folder)),
        trust: Trust::OutsideFile,
        help: "Let notebooks and definitions read files below this folder too, beside those of their project",
        ..Entry::NEW
    };

    OUTPUT_DIR: PathBuf = parse::FOLDER, Entry {
        key: "run.output-dir",
        flag: Some(Flag::value("output-dir", "DIR", Hint::Folder)),
        trust: Trust::OutsideFile,
        help: "Save files of notebooks (`save(path, value)`) below this folder [default: `output` in the project]",
        ..Entry::NEW
    };

    CONTRACT_MODE: ContractMode = parse::CONTRACT_MODE, Entry {
        key: "contract.mode",
        flag: Some(Flag::of_run("contract", "[=MODE]")),
        variable: Some(Variable::Exact("APINB_CONTRACT")),
        help: "Hold the calls against the definitions of their APIs: report differences (`warn`, the default), fail the run because of them (`fail`), or do not check (`off`, the default with `--mock`)",
        ..Entry::NEW
    };
    CONTRACT_BASELINE: PathBuf = parse::OUTPUT_FILE, Entry {
        key: "contract.baseline",
        flag: Some(Flag::of_run("contract-baseline", "[=FILE]")),
        trust: Trust::OutsideFile,
        help: "Do not fail because of the differences in this file, which the flag writes [default: `apinb.contract.json` beside `apinb.toml`, else in the working directory]",
        ..Entry::NEW
    };
    CONTRACT_FAIL_ON: bool = parse::FAILS_ON_WARNINGS, Entry {
        key: "contract.fail-on",
        default: Some("error"),
        help: "Fail because of differences that are at least this serious: `error` or `warning`",
        ..Entry::NEW
    };
    CONTRACT_COVERAGE: bool = parse::SWITCH, Entry {
        key: "contract.coverage",
        flag: Some(Flag::of_run("coverage", "")),
        variable: Some(Variable::Exact("APINB_COVERAGE")),
        default: Some("false"),
        help: "Count how much of the definitions the calls show, mocked ones as well; `--coverage-min` and `--report coverage=FILE` do, too",
        ..Entry::NEW
    };
    CONTRACT_RULE: String = parse::LEVEL, Entry {
        key: "contract.rules.*",
        help: "Set the severity of a rule: `error`, `warning`, `note` or `off`",
        ..Entry::NEW
    };
    CONTRACT_OPERATION_RULE: String = parse::LEVEL, Entry {
        key: "contract.*.*",
        help: "Set the severity of a rule for one operation",
        ..Entry::NEW
    };

    ALLOWED_HOSTS: Vec<AllowedHost> = parse::HOSTS, Entry {
        key: "network.hosts",
        flag: Some(Flag::list("allow-host", "HOST", Hint::Host)),
        help: "Call only these hosts: `api.example.com`, `*.example.com`, `localhost:8080`; definitions and scripts come from them too",
        ..Entry::NEW
    };
    RETRY: u32 = parse::COUNT, Entry {
        key: "network.retry",
        flag: Some(Flag::value("retry", "N", Hint::Other)),
        default: Some("0"),
        help: "Retry a GET, HEAD, PUT, DELETE or OPTIONS up to N times on connection failure or 429, 502, 503, 504",
        ..Entry::NEW
    };
    RETRY_DELAY: Duration = parse::TIME, Entry {
        key: "network.retry-delay",
        flag: Some(Flag::value("retry-delay", "TIME", Hint::Other)),
        help: "Wait this long before a retry when there is no `Retry-After` [default: 1s, doubled each time]",
        ..Entry::NEW
    };
    RETRY_ALL_METHODS: bool = parse::SWITCH, Entry {
        key: "network.retry-all-methods",
        flag: Some(Flag::switch("retry-all-methods", "true")),
        default: Some("false"),
        help: "Retry POST, PATCH and all other methods too",
        ..Entry::NEW
    };
    DELAY: Duration = parse::PAUSE, Entry {
        key: "network.delay",
        flag: Some(Flag::value("delay", "TIME", Hint::Other)),
        default: Some("0s"),
        help: "Wait at least this long between two calls",
        ..Entry::NEW
    };
    MAX_REDIRECTS: u32 = parse::COUNT, Entry {
        key: "network.max-redirs",
        flag: Some(Flag::value("max-redirs", "N", Hint::Other)),
        default: Some("20"),
        help: "Follow up to N redirects of a call",
        ..Entry::NEW
    };
    PROXY: Proxy = parse::PROXY, Entry {
        key: "network.proxy",
        flag: Some(Flag::value("proxy", "URL", Hint::Url).short('x')),
        trust: Trust::Unless(None),
        help: "Send all calls through this proxy instead of that of `HTTP_PROXY`, `HTTPS_PROXY` or `ALL_PROXY`; `NO_PROXY` lists hosts to call directly",
        ..Entry::NEW
    };
    CA_CERTIFICATE: Vec<u8> = parse::TRUSTED_PEM, Entry {
        key: "network.cacert",
        flag: Some(Flag::value("cacert", "FILE", Hint::File)),
        trust: Trust::Unless(None),
        help: "Trust these certificates (PEM) in addition to those of the system",
        ..Entry::NEW
    };
    CERTIFICATE: Vec<u8> = parse::PEM, Entry {
        key: "network.cert",
        flag: Some(Flag::value("cert", "FILE", Hint::File)),
        trust: Trust::OutsideFile,
        help: "Present this certificate (PEM) to servers that ask for one",
        ..Entry::NEW
    };
    PRIVATE_KEY: Vec<u8> = parse::PEM, Entry {
        key: "network.key",
        flag: Some(Flag::value("key", "FILE", Hint::File).requires("cert")),
        trust: Trust::OutsideFile,
        help: "Use this private key (PEM) for the certificate, if it is not in the same file",
        ..Entry::NEW
    };
    INSECURE: bool = parse::SWITCH, Entry {
        key: "network.insecure",
        flag: Some(Flag::switch("insecure", "true").short('k')),
        default: Some("false"),
        trust: Trust::Unless(Some("false")),
        help: "Accept any certificate: others can then read and change the traffic",
        ..Entry::NEW
    };

    TRUST: AcceptedTrust = parse::TRUST, Entry {
        key: "APINB_TRUST",
        flag: Some(Flag::value("trust", "HASH|all", Hint::Other)),
        variable: Some(Variable::Exact("APINB_TRUST")),
        help: "Accept what `apinb.toml` asks for beyond the project: the list with this hash, as `apinb trust show` prints it, or `all`",
        ..Entry::NEW
    };
    CACHE_FOLDER: String = parse::TEXT, Entry {
        key: "APINB_CACHE_DIR",
        variable: Some(Variable::Exact("APINB_CACHE_DIR")),
        help: "Cache scripts in this folder",
        ..Entry::NEW
    };
    DATA_FOLDER: String = parse::TEXT, Entry {
        key: "APINB_DATA_DIR",
        variable: Some(Variable::Exact("APINB_DATA_DIR")),
        help: "Store tokens and the history of `apinb repl` below this folder",
        ..Entry::NEW
    };

    SCAN_ALLOW: Allowed = parse::SCAN_ALLOW, Entry {
        key: "cassette.scan-allow",
        flag: Some(Flag::list_of_run("allow", " RULE[=PATTERN]…")),
        help: "Do not report these findings of `apinb cassette scan`: rules, or a rule and a pattern of its values: `personal/email=*@mycompany.com`",
        ..Entry::NEW
    };
}

/// The section of a setting; none for one that `apinb.toml` does not have.
pub(crate) fn section(entry: &Entry) -> Option<&'static Section> {
    let (name, _) = entry.key.split_once('.')?;
    SECTIONS.iter().find(|section| section.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::{SECTIONS, TABLE, section};

    #[test]
    fn every_setting_is_complete() {
        let keys: BTreeSet<&str> = TABLE.iter().map(|setting| setting.entry().key).collect();
        assert_eq!(keys.len(), TABLE.len(), "a key is there twice");
        for setting in TABLE {
            let entry = setting.entry();
            assert_eq!(section(entry).is_some(), entry.is_in_file(), "{}", entry.key);
            if let Some(default) = entry.default {
                setting.check(default, Path::new("/")).expect(entry.key);
            }
        }
        for name in SECTIONS.each_ref().map(|section| section.name) {
            assert!(keys.iter().any(|key| key.starts_with(&format!("{name}."))), "{name}");
        }
    }
}
