//! The examples and notes under each `--help`.

use super::exit;

const PROGRAM: &str = "\
Examples:
  apinb run notebook.md                   run a notebook
  apinb run --mock notebook.md            run it on a mock server made from its API definition
  apinb check notebook.md                 list what it needs, and what is wrong with it
  apinb port notebooks/                   write an apinb.toml with which existing notebooks run
  apinb repl --definition client=api.raml call its API at a prompt
  apinb definition check api.raml         find errors in a definition
  apinb contract check calls.har --definition api.raml
                                          find where an API and its definition disagree
";

/// The notes of the program.
pub(super) fn program() -> String {
    format!("{PROGRAM}\n{}", exit::help())
}

/// The notes of `apinb run`.
pub(super) fn run() -> String {
    format!("{RUN}\n\n{}", exit::help())
}

const RUN: &str = "\
Examples:
  apinb run notebook.md
  apinb run --mock notebook.md
  apinb run notebook.md --input DOMAIN=acme --input 'CLIENT_*=x'
  apinb run notebook.md --input 'Please, enter your subdomain.=acme'
  APINB_INPUT_CLIENT_SECRET=… apinb run notebook.md
  apinb run notebook.md --definition client=api.raml --base-uri client=http://localhost:8080
  apinb run notebook.md --token \"client=$TOKEN\"
  APINB_TOKEN_CLIENT=… apinb run notebook.md
  apinb run notebook.md --auth client.clientId=… --auth \"client.clientSecret=$SECRET\"
  apinb run notebook.md --script https://example.org/chai.js=chai.js
  apinb run notebook.md --env staging              with the sections [env.staging…] of apinb.toml
  apinb run notebook.md --env-file ci.env
  apinb run notebook.md --inputs users.csv         once for each row; its columns are variables
  apinb run *.md -q --fail-fast --report json=report.json
  apinb run notebooks/ --report junit=report.xml --report html=report.html
  apinb run notebooks/                             all notebooks in a folder
  apinb run notebooks/ --tag smoke --skip-tag slow --exclude 'drafts/**'
  apinb run notebooks/ --fail-on-status            a 404 that a notebook ignores is a failure
  apinb run notebooks/ --contract                  calls that break their definition fail the run
  apinb run notebooks/ --contract-baseline         later runs fail because of new ones only
  apinb run notebooks/ --report coverage=coverage.html --coverage-min operations=80
  apinb run notebook.md --only 0-2 --only 'Create a user'
  apinb run notebook.md --watch                    run again whenever something changes
  apinb run https://example.org/notebook.md        asks for permission; --yes grants it
  apinb run notebooks/ --jobs auto                 in parallel on all CPUs
  apinb run notebooks/ --shard 1/2                 half of them, on the first of two machines
  apinb run notebook.md --retry 3 --delay 200ms --cacert ca.pem
  cat notebook.md | apinb run - --report json=- | jq .summary
  apinb run notebook.md --json | jq 'select(.event == \"call\").url'

A file `apinb.toml` beside the notebook, or in a folder above it, sets the same; flags override it:
  [definitions]
  \"https://example.org/api.raml\" = \"api.raml\"      # by URL, as the notebook writes it
  [clients.client]                                 # by the client's name
  definition = \"api.raml\"
  base-uri = \"http://localhost:8080\"
  token = { env = \"API_TOKEN\" }
  [clients.client.auth]                            # overrides options of API.authenticate
  clientId = \"…\"
  clientSecret = { env = \"API_SECRET\" }
  redirect-uri = \"http://localhost:8000/callback\"  # as registered
  [inputs]
  DOMAIN = \"acme\"
  CLIENT_SECRET = { file = \"secret.txt\" }
  [scripts]
  \"https://example.org/chai.js\" = \"chai.js\"
  [mock.inputs]                                    # for --mock only
  DOMAIN = \"acme\"
  [run]
  cell-timeout = \"5m\"
  timeout = 10
  max-heap = 512
  [network]                                        # as the options under Network
  retry = 3
  proxy = { env = \"OUR_PROXY\" }
  cacert = \"ca.pem\"
  [env.staging.inputs]                             # over [inputs] with --env staging
  DOMAIN = \"acme-staging\"

A file `.env` beside the notebook or `apinb.toml` has environment variables, a line `NAME=value`
each, for `{ env = \"NAME\" }`, APINB_INPUT_… and APINB_TOKEN_…. The real environment overrides
it.";

pub(super) const CHECK: &str = "\
Examples:
  apinb check notebook.md
  apinb check notebooks/ --mock                    what runs with --mock need
  apinb check notebook.md --online                 loads definitions from the web too
  apinb check notebook.md --json | jq '.notebooks[].findings'
  apinb check notebooks/ --report sarif=check.sarif   for code scanning

It lists definitions, scripts, prompts, security schemes and hosts, and which of them are found.
Each finding has its line and the code of its rule: invalid JavaScript, calls that the definition
does not have, browser APIs that apinb does not provide. `apinb rules` explains the codes. What only
running a cell can tell is not reported. Exit code 1 if there are errors, 2 if a notebook cannot be
read.";

pub(super) const PORT: &str = "\
Examples:
  apinb port notebooks/                            writes notebooks/apinb.toml
  apinb port notebook.md --dry-run                 prints it, and writes nothing
  apinb port notebooks/ --online                   lets the mocked runs load scripts from the web
  apinb port notebooks/ --force                    overwrites another apinb.toml
  apinb port notebooks/ --json | jq '.notebooks[].run.failed'

It searches the folder and those above it for definitions, picks one for each client, reports how
certain that is, and lists what is left to fill in. Then it runs each notebook on a mock server. It
changes no notebook; it keeps an apinb.toml that differs, and prints the difference. Exit code 1 if
there is a difference, or a notebook fails on the mock server; 2 if a notebook cannot be read.";

pub(super) const REPL: &str = "\
Examples:
  apinb repl --definition client=api.raml
  apinb repl --definition client=https://example.org/api.raml --token \"client=$TOKEN\"
  apinb repl --definition client=openapi.yaml --mock
  apinb repl notebook.md --until 3                 after the cells up to $3
  apinb repl --definition client=api.raml --eval 'client.users.get().status'
  echo 'client.users.get().body' | apinb repl --definition client=api.raml

Enter JavaScript as in the cells of a notebook, or a command; .help lists the commands. Tab
completes, Ctrl-C interrupts, Ctrl-D exits. From a pipe, and with --eval, only results go to stdout;
the first error ends the session with exit code 1.";

pub(super) const EXPORT: &str = "\
Examples:
  apinb export notebook.md --to html -o notebook.html
  apinb export notebook.md --to ipynb > notebook.ipynb
  apinb export notebook.md --to curl --definition client=api.raml > calls.sh
  apinb export https://example.org/notebook.md --to curl --online
  cat notebook.md | apinb export - --to md

`curl` writes a script for sh with a command for each call of a client. Answers to prompts, and
values known only when the notebook runs, are variables: DOMAIN=acme sh calls.sh. Exit code 2 if
the notebook cannot be read.";

pub(super) const NEW: &str = "\
Examples:
  apinb new api.yaml
  apinb new api.raml -o notebooks/first.md
  apinb new https://example.org/openapi.json -o -
  apinb new --project
  apinb new api.yaml --project tests

For each kind of things that the API has, the notebook creates one, reads it, changes it, lists all and
deletes it. All its cells pass on the mock server: what does not is left out. No file is replaced:
exit code 2 if one exists.";

pub(super) const MOCK: &str = "\
Examples:
  apinb mock api.raml
  apinb mock api.raml other.raml --port 8080
  apinb mock api.yaml --validate-requests          refuse requests that break the definition
  apinb mock api.yaml --cors https://app.example.org
  curl -H 'Prefer: code=404' http://127.0.0.1:8080/users/5

It prints its base URL and then a line for each request, until Ctrl-C.";

pub(super) const DEFINITION: &str = "\
Examples:
  apinb definition check api.raml
  apinb definition tree api.raml
  apinb definition show api.raml 'users.{id}.get'
  apinb definition search api.raml delete user";

pub(super) const DEFINITION_CHECK: &str = "\
Examples:
  apinb definition check api.raml
  apinb definition check apis/*.raml
  apinb definition check api.raml --report sarif=api.sarif   for code scanning

Exit code 1 if there are errors; with `--strict` for warnings, too.";

pub(super) const DEFINITION_TREE: &str = "\
Examples:
  apinb definition tree api.raml
  apinb definition tree api.raml --json | jq '.resources[].path'";

pub(super) const DEFINITION_SHOW: &str = "\
Examples:
  apinb definition show api.raml
  apinb definition show api.raml users
  apinb definition show api.raml 'users.{id}.get'
  apinb definition show api.raml 'client.users.id(5).groups.get()'
  apinb definition show api.raml GET /users/5/groups
  apinb definition show openapi.yaml createTodo
  apinb definition show api.raml 'users.post' --json | jq -r .call";

pub(super) const DEFINITION_SEARCH: &str = "\
Examples:
  apinb definition search api.raml delete user
  apinb definition search openapi.yaml todo --limit 3
  apinb definition search openapi.yaml todo --json | jq -r '.methods[].call'

The best match is first. Exit code 1 if nothing matches.";

pub(super) const AUTH: &str = "\
Examples:
  apinb auth login api.raml --auth clientId=…
  apinb auth status
  apinb auth logout login.example.org

Tokens are stored by host, client id and scopes: in the system's keyring if there is one, else in a
file that only you can read, in the data folder (set APINB_DATA_DIR for another). Set
APINB_KEEP_TOKENS to `keyring`, `file` or `none`.";

pub(super) const AUTH_LOGIN: &str = "\
Examples:
  apinb auth login api.raml
  apinb auth login api.raml --scheme oauth_2_0 --auth clientId=… --auth 'scopes=read write'
  apinb auth login https://example.org/api.raml --uri-parameter domain=acme --no-browser";

pub(super) const AUTH_STATUS: &str = "\
Examples:
  apinb auth status
  apinb auth status login.example.org && apinb run notebook.md";

pub(super) const AUTH_REFRESH: &str = "\
Examples:
  apinb auth refresh
  apinb auth refresh login.example.org --client-secret-env CLIENT_SECRET";

pub(super) const AUTH_LOGOUT: &str = "\
Examples:
  apinb auth logout login.example.org
  apinb auth logout --all";

pub(super) const AUTH_LIST: &str = "\
Examples:
  apinb auth list
  apinb auth list --json | jq '.tokens[].host'";

pub(super) const CACHE: &str = "\
Examples:
  apinb cache add https://example.org/chai.js chai.js
  apinb cache list
  apinb cache clear

apinb caches a script when it is first loaded; set APINB_CACHE_DIR for another folder.";

pub(super) const CACHE_ADD: &str = "\
Example:
  apinb cache add https://example.org/chai.js node_modules/chai/chai.js";

pub(super) const CACHE_LIST: &str = "\
Example:
  apinb cache list";

pub(super) const CACHE_CLEAR: &str = "\
Example:
  apinb cache clear";

pub(super) const CONFIG: &str = "\
Examples:
  apinb config show notebook.md
  apinb config schema > apinb.schema.json";

pub(super) const CONFIG_SHOW: &str = "\
Examples:
  apinb config show notebook.md
  apinb config show notebook.md --env staging --input DOMAIN=acme
  apinb config show --json | jq '.settings[] | select(.origin == \"env_file\")'

Each line ends with the source of its value: a flag, an environment variable, a line of `.env` or
`apinb.toml`, or the default. Secrets are redacted.";

pub(super) const CONFIG_SCHEMA: &str = "\
Examples:
  apinb config schema > apinb.schema.json

Editors that use taplo for TOML read it from a line at the top of `apinb.toml`:
  #:schema ./apinb.schema.json";

pub(super) const TRUST: &str = "\
Examples:
  apinb trust show notebook.md
  apinb trust list
  apinb trust revoke notebooks/

A project is trusted once: `apinb run` asks before it uses an `apinb.toml` that reads environment
variables or files outside of the project, or that changes how apinb uses the network. Without a
terminal, `--trust=HASH` or APINB_TRUST=HASH accepts the list that `apinb trust show` prints.";

pub(super) const TRUST_SHOW: &str = "\
Examples:
  apinb trust show
  apinb trust show notebooks/notebook.md
  apinb trust show --json | jq -r .hash

The hash covers what is asked for and the hosts that it is for, and nothing else: any other change
of the project keeps it.";

pub(super) const TRUST_LIST: &str = "\
Examples:
  apinb trust list
  apinb trust list --json | jq -r '.answers[].folder'";

pub(super) const TRUST_REVOKE: &str = "\
Examples:
  apinb trust revoke
  apinb trust revoke notebooks/
  apinb trust revoke --all";

pub(super) const CONTRACT: &str = "\
Examples:
  apinb contract check calls.har --definition api.yaml";

pub(super) const CONTRACT_CHECK: &str = "\
Examples:
  apinb contract check calls.har --definition api.yaml
  apinb contract check calls.har --definition api.raml --base-uri http://localhost:8080
  apinb contract check calls.har --definition api.yaml --rule undocumented-property=off
  apinb contract check calls.har --definition api.yaml --baseline apinb.contract.json --update-baseline
  apinb contract check calls.har --definition api.yaml --baseline apinb.contract.json --fail-on warning
  apinb contract check calls.har --definition api.yaml --coverage --coverage-min operations=80
  apinb contract check calls.har --definition api.yaml --report coverage=coverage.html
  apinb contract check calls.har --definition api.yaml --report sarif=contract.sarif
  apinb run notebook.md --report har=calls.har     records the calls of a notebook

Each difference is reported once, with both sides: the line of the definition, and the value of the
first call that breaks it. `apinb rules contract/response-body` explains a rule.";

pub(super) const CASSETTE: &str = "\
Examples:
  apinb cassette show users.cassette
  apinb cassette check
  apinb cassette scan";

pub(super) const CASSETTE_SHOW: &str = "\
Examples:
  apinb cassette show                              all cassettes in and below this folder
  apinb cassette show users.md
  apinb cassette show users.cassette --json";

pub(super) const CASSETTE_CHECK: &str = "\
Examples:
  apinb cassette check                             all cassettes in and below this folder
  apinb cassette check users.cassette --definition api.yaml
  apinb cassette check users.md --baseline apinb.contract.json

It sends nothing: the recorded calls are held against the definitions by the rules of `apinb contract check`,
so that a change of a definition that old responses break is noticed without the server. A definition at a
URL is read from there.";

pub(super) const CASSETTE_SCAN: &str = "\
Examples:
  apinb cassette scan                              all cassettes in and below this folder
  apinb cassette scan users.cassette
  apinb cassette scan calls.har notes.txt          any files
  apinb cassette scan --allow 'personal/email=*@mycompany.com'
  apinb rules secret/service-key                   explains a rule

No output has a value that was found. Values that the definition has in its examples are not reported.";

pub(super) const CASSETTE_EXPORT: &str = "\
Examples:
  apinb cassette export users.cassette --to har > users.har
  apinb cassette export users.md --to wiremock > mappings.json";
pub(super) const REPORT: &str = "\
Examples:
  apinb report merge shard-*.json --report junit=report.xml";

pub(super) const REPORT_MERGE: &str = "\
Examples:
  apinb run notebooks/ --shard 1/2 --report json=shard-1.json     on one machine
  apinb run notebooks/ --shard 2/2 --report json=shard-2.json     on another one
  apinb report merge shard-*.json --report html=report.html --report junit=report.xml
  apinb report merge shard-*.json --report coverage=coverage.html --coverage-min operations=80
  cat shard-2.json | apinb report merge shard-1.json - --report json=report.json

The notebooks of shards are in the order of the whole run. The exit code does not say whether cells failed:
the runs did.";

pub(super) const RULES: &str = "\
Examples:
  apinb rules
  apinb rules client/unknown-member
  apinb rules --json | jq -r '.rules[].code'

A message starts with the severity and the code of its rule: error[client/unknown-member]: …";

pub(super) const MAN: &str = "\
Examples:
  apinb man | man -l -
  apinb man run | man -l -
  apinb man --dir ~/.local/share/man/man1          writes all pages to where `man apinb-run` finds them";

pub(super) const COMPLETIONS: &str = "\
Examples:
  apinb completions bash > ~/.local/share/bash-completion/completions/apinb
  apinb completions zsh > ~/.zfunc/_apinb
  apinb completions fish > ~/.config/fish/completions/apinb.fish";
