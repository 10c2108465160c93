//! `apinb auth`: signing in outside of a run, and managing stored tokens.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use apinb_auth::bound;
use apinb_auth::credentials::Credentials;
use apinb_auth::error::AuthError;
use apinb_auth::oauth2::authorized::{Authorized, Renewal, Renewed};
use apinb_auth::oauth2::grant::Grant;
use apinb_auth::oauth2::request::OAuth2Request;
use apinb_auth::person::Person;
use apinb_auth::sign_in::choose::choose;
use apinb_auth::sign_in::error::SignInError;
use apinb_auth::sign_in::provided::ProvidedFields;
use apinb_auth::sign_in::request::{SignIn, SignedIn};
use apinb_auth::store::key::StoredTokens;
use apinb_auth::store::{Store, StoreError};
use apinb_files::folders::DATA_VARIABLE;
use apinb_http::network::Network;
use apinb_http::policy::Policy;
use apinb_project::trust::tokens::{OtherTokens, ProjectTokens};
use apinb_record::tokens::{TokenRecord, Tokens, VERSION};
use apinb_report::terminal::{TerminalReport, Verbosity};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::diagnostic::causes::with_causes;
use apinb_text::display::escape::escape_controls;
use apinb_text::display::timestamp;
use apinb_text::secret::bound::Answers;
use apinb_text::secret::redactor::Redactor;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::load::usable;
use crate::cli::arguments::{AuthCommand, LoginArguments};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt;
use crate::cli::jobs::web;
use crate::cli::person::AtTerminal;
use crate::cli::progress::Progress;
use crate::cli::settings::job::here;
use crate::cli::settings::problem::UsageProblem;
use crate::cli::settings::sign_in::user_token_store;
use crate::cli::streams::Streams;
use crate::run::observer::Observer;
use crate::run::signing_in::SigningIn;

/// How long a person may take to sign in.
const LIMIT: Duration = Duration::from_secs(600);

/// Why a command about tokens ends without them.
#[derive(Debug, thiserror::Error)]
enum AuthProblem {
    #[error("tokens are not stored: this user has no data folder, or APINB_KEEP_TOKENS is `none`")]
    NoStore,
    #[error("no stored token{}", host.as_ref().map(|host| format!(" for `{host}`")).unwrap_or_default())]
    Nothing { host: Option<String> },
    #[error("{message}")]
    SignIn { message: String, help: Option<String> },
    #[error("{message}")]
    Renewal { message: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Diagnostic for AuthProblem {
    fn help(&self) -> Option<String> {
        match self {
            Self::NoStore => Some(format!("Set `{DATA_VARIABLE}` to a folder.")),
            Self::Nothing { .. } => {
                Some("Run `apinb auth login DEFINITION` to sign in, or `apinb auth list` to list tokens.".to_owned())
            }
            Self::SignIn { help, .. } => help.clone(),
            Self::Renewal { .. } => Some("Run `apinb auth login DEFINITION` to sign in again.".to_owned()),
            Self::Store(error) => error.help().map(str::to_owned),
        }
    }
}

pub(in crate::cli) fn auth(command: &AuthCommand, streams: Streams) -> Result<Exit, Failure> {
    let store = user_token_store().ok_or_else(|| Failure::unusable(AuthProblem::NoStore))?;
    for error in store.unusable() {
        streams.stderr.write(&format!("warning: {}\n", escape_controls(&error.to_string())))?;
    }
    match command {
        AuthCommand::Login(arguments) => login(arguments, &store, streams),
        AuthCommand::Status { host } => status(&store, host.as_deref(), streams),
        AuthCommand::Refresh { host, client_secret_env } => {
            refresh(&store, host.as_deref(), client_secret_env.as_deref(), streams)
        }
        AuthCommand::Logout { host, all } => logout(&store, host.as_deref(), *all, streams),
        AuthCommand::List { json } => list(&store, *json, streams),
    }
}

fn login(arguments: &LoginArguments, store: &Store, streams: Streams) -> Result<Exit, Failure> {
    let (definition, _) = usable(&arguments.definition, arguments.read.folders())?;
    let outside: BTreeMap<String, SecretString> =
        pairs("auth", &arguments.auth)?.into_iter().map(|(name, value)| (name, SecretString::from(value))).collect();
    let mut parameters: BTreeMap<String, String> = definition
        .base_uri_parameters
        .iter()
        .filter_map(|parameter| {
            Some((parameter.name.clone(), parameter.values.first().or(parameter.default.as_ref())?.clone()))
        })
        .collect();
    parameters.extend(pairs("uri-parameter", &arguments.uri_parameter)?);
    let options = serde_json::Map::new();
    let given = ProvidedFields { options: &options, outside: &outside };
    let redactor = Redactor::default();
    given.register_secrets(&redactor);
    let failed = |error: &SignInError| {
        let message = redactor.redact(&with_causes(error)).into_owned();
        Failure::Problems(Exit::Failed, vec![Box::new(AuthProblem::SignIn { message, help: help(error) })])
    };
    let scheme =
        choose(&definition.security_schemes, arguments.scheme.as_deref(), &given).map_err(|error| failed(&error))?;
    let (network, cancel) = (network()?, interruptible(streams)?);
    let report = TerminalReport::new(Verbosity::Quiet, streams.stderr.color, streams.stderr.width(), redactor.clone());
    let progress = Rc::new(Progress::new(report, streams.stderr, streams));
    let signing_in = SigningIn {
        person: Rc::new(AtTerminal::new(streams.stderr, Rc::clone(&progress), cancel.clone())),
        observer: Rc::clone(&progress) as Rc<dyn Observer>,
        redactor: redactor.clone(),
        browser: !arguments.no_browser,
        cancel: cancel.clone(),
    };
    let person: Option<&dyn Person> = if streams.person() { Some(&signing_in) } else { None };
    let bound = bound::of_api(&definition, None, None, Answers::default());
    let folder = folder(&arguments.definition)?;
    let own = ProjectTokens::store(store.clone(), &folder, OtherTokens::Adopt);
    let sign_in = SignIn {
        client: "client",
        scheme,
        given,
        parameters: &parameters,
        bound: &bound,
        person,
        store: Some(&own),
        network: &network,
        redactor: &redactor,
        cancel: &cancel,
        limit: LIMIT,
    };
    for warning in sign_in.warnings() {
        streams.stderr.write(&format!("warning: {}\n", escape_controls(&warning)))?;
    }
    let name = escape_controls(&scheme.name);
    let signed_in = match sign_in.credentials() {
        Ok(SignedIn { unkept: Some(error), .. }) => return Err(unkept(error)),
        Ok(SignedIn { credentials, unkept: None }) => Ok(credentials),
        Err(error) => Err(error),
    };
    match signed_in {
        Ok(Credentials::OAuth2(_) | Credentials::OAuth1(_)) if !store.list().is_empty() => {
            streams.stdout.write(&format!("signed in with `{name}`; `apinb auth list` lists the stored tokens\n"))?;
            Ok(Exit::Passed)
        }
        Ok(_) => {
            streams.stdout.write(&format!("`{name}` has no token to store; pass its credentials to each run\n"))?;
            Ok(Exit::Passed)
        }
        Err(_) if cancel.is_cancelled() => Ok(interrupt::exit()),
        Err(error) => Err(failed(&error)),
    }
}

/// The folder of a definition: the tokens are for the notebooks of its project. The working directory for a URL.
fn folder(definition: &str) -> Result<PathBuf, Failure> {
    let here = here()?;
    let path = if web::url(definition).is_some() { here.clone() } else { here.join(definition) };
    let folder = if path == here { path } else { path.parent().unwrap_or(&here).to_owned() };
    Ok(folder.canonicalize().unwrap_or(folder))
}

fn status(store: &Store, host: Option<&str>, streams: Streams) -> Result<Exit, Failure> {
    let all = chosen(store, host)?;
    let serves = |kept: &StoredTokens| !is_over(kept) || is_renewable(kept);
    streams.stdout.write(&all.iter().map(line).collect::<String>())?;
    Ok(if all.iter().any(serves) { Exit::Passed } else { Exit::Failed })
}

fn refresh(store: &Store, host: Option<&str>, secret: Option<&str>, streams: Streams) -> Result<Exit, Failure> {
    let client_secret = match secret {
        Some(variable) => Some(SecretString::from(std::env::var(variable).map_err(|_| {
            let help = format!("Set {variable} first.");
            Failure::unusable(UsageProblem::Unfit {
                value: variable.to_owned(),
                what: "is not an environment variable",
                help,
            })
        })?)),
        None => None,
    };
    let (network, cancel) = (network()?, interruptible(streams)?);
    for kept in chosen(store, host)?.into_iter().filter(is_renewable) {
        let request = OAuth2Request {
            authorization_uri: None,
            access_token_uri: kept.token_uri.clone(),
            refresh_uri: None,
            device_authorization_uri: None,
            grant: Grant::AuthorizationCode,
            client_id: kept.key.client_id.clone(),
            client_secret: client_secret.clone(),
            scopes: kept.key.scopes.iter().cloned().collect(),
            redirect_uri: None,
        };
        let renewal = Renewal { request, kept: Some((store.clone(), kept.key.clone())) };
        let authorized = Authorized::new(kept.tokens.clone(), Some(renewal));
        match authorized.renew(&kept.tokens, &network, &cancel) {
            Ok(Renewed { unkept: None, .. }) => {}
            Ok(Renewed { unkept: Some(error), .. }) => return Err(unkept(error)),
            Err(AuthError::Store(error)) => return Err(unkept(error)),
            Err(AuthError::Interrupted) => return Ok(interrupt::exit()),
            Err(error) => {
                let message = format!("the token for `{}` cannot be renewed: {}", kept.key.server, with_causes(&error));
                return Err(Failure::Problems(Exit::Failed, vec![Box::new(AuthProblem::Renewal { message })]));
            }
        }
    }
    streams.stdout.write(&chosen(store, host)?.iter().map(line).collect::<String>())?;
    Ok(Exit::Passed)
}

fn logout(store: &Store, host: Option<&str>, all: bool, streams: Streams) -> Result<Exit, Failure> {
    let kept = if all { store.list() } else { chosen(store, host)? };
    for kept in &kept {
        store.forget(&kept.key).map_err(|error| Failure::unusable(AuthProblem::from(error)))?;
    }
    let plural = if kept.len() == 1 { "" } else { "s" };
    streams.stdout.write(&format!("deleted {} token{plural}\n", kept.len()))?;
    Ok(Exit::Passed)
}

fn list(store: &Store, json: bool, streams: Streams) -> Result<Exit, Failure> {
    let all = store.list();
    if json {
        let token = |kept: &StoredTokens| TokenRecord {
            host: kept.key.host(),
            server: kept.key.server.clone(),
            client_id: kept.key.client_id.clone(),
            scopes: kept.key.scopes.iter().cloned().collect(),
            hosts: kept.key.hosts.iter().cloned().collect(),
            saved: timestamp::seconds(kept.saved),
            expires: kept.tokens.expires.map(timestamp::seconds),
            renewable: is_renewable(kept),
        };
        streams.stdout.write_json(&Tokens { version: VERSION, tokens: all.iter().map(token).collect() })?;
    } else if all.is_empty() {
        streams.stderr.write("no stored tokens\n")?;
    } else {
        streams.stdout.write(&all.iter().map(line).collect::<String>())?;
    }
    Ok(Exit::Passed)
}

/// New tokens are lost with this command.
fn unkept(error: StoreError) -> Failure {
    Failure::Problems(Exit::Failed, vec![Box::new(AuthProblem::Store(error))])
}

/// Help for a failed sign-in, with the options of this command.
fn help(error: &SignInError) -> Option<String> {
    match error {
        SignInError::Missing { fields, .. } => {
            let flags: Vec<String> = fields.iter().map(|field| format!("--auth {field}=…")).collect();
            Some(format!("Pass `{}`, or run the command at a terminal, which prompts for it.", flags.join(" ")))
        }
        SignInError::Failed { cause, .. } => cause.help().map(str::to_owned),
        error => error.help(),
    }
}

/// Those of a host, or all.
fn chosen(store: &Store, host: Option<&str>) -> Result<Vec<StoredTokens>, Failure> {
    let mut all = store.list();
    let is_of = |kept: &StoredTokens, host: &str| kept.key.host().eq_ignore_ascii_case(host) || kept.key.server == host;
    all.retain(|kept| host.is_none_or(|host| is_of(kept, host)));
    if all.is_empty() {
        let nothing = AuthProblem::Nothing { host: host.map(str::to_owned) };
        return Err(Failure::Problems(Exit::Failed, vec![Box::new(nothing)]));
    }
    Ok(all)
}

fn line(kept: &StoredTokens) -> String {
    let end = match kept.tokens.expires {
        None => "no expiry".to_owned(),
        Some(end) if is_over(kept) => {
            format!("ended {}{}", timestamp::seconds(end), if is_renewable(kept) { ", renewable" } else { "" })
        }
        Some(end) => format!("until {}", timestamp::seconds(end)),
    };
    let scopes: Vec<&str> = kept.key.scopes.iter().map(String::as_str).collect();
    let mut text = String::new();
    // Writing into a String cannot fail.
    let hosts: Vec<&str> = kept.key.hosts.iter().map(String::as_str).collect();
    let hosts = if hosts.is_empty() { String::new() } else { format!("for {}  ", hosts.join(" ")) };
    let _ = writeln!(text, "{}  {}  [{}]  {hosts}{end}", kept.key.server, kept.key.client_id, scopes.join(" "));
    escape_controls(&text).into_owned()
}

fn is_over(kept: &StoredTokens) -> bool {
    kept.tokens.expires.is_some_and(|end| end <= SystemTime::now())
}

fn is_renewable(kept: &StoredTokens) -> bool {
    kept.tokens.refresh_token.is_some() && kept.token_uri.is_some()
}

fn pairs(flag: &'static str, texts: &[String]) -> Result<Vec<(String, String)>, Failure> {
    let cut = |text: &String| {
        let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
        pair.map(|(name, value)| (name.to_owned(), value.to_owned())).ok_or_else(|| {
            Failure::unusable(UsageProblem::NoPair { flag, shape: "NAME=VALUE", example: "clientId=…" })
        })
    };
    texts.iter().map(cut).collect()
}

fn network() -> Result<Network, Failure> {
    Network::start(Policy::default()).map_err(|error| Failure::Output(std::io::Error::other(error)))
}

/// Ctrl-C ends the sign-in.
fn interruptible(streams: Streams) -> Result<CancellationToken, Failure> {
    let cancel = CancellationToken::new();
    interrupt::on_interrupt({
        let cancel = cancel.clone();
        move || {
            cancel.cancel();
            let _ = streams.stderr.write("interrupted\n");
        }
    })?;
    Ok(cancel)
}
