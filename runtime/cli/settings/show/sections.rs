//! What each section of `apinb.toml`, and the flags and variables beside it, give.

use std::path::Path;
use std::time::Duration;

use apinb_auth::sign_in::token_variable;
use apinb_core::text::secret::names::is_secret_name;
use url::Url;

use crate::cli::arguments::{GivenArguments, NetworkArguments};
use crate::cli::settings::file::ConfigFile;
use crate::cli::settings::job::{CALL_TIMEOUT, CELL_TIMEOUT, MAX_HEAP};
use crate::cli::settings::parse::{heap, time};
use crate::cli::settings::show::Origin;
use crate::cli::settings::show::list::{Given, List, at, quoted};
use crate::cli::settings::toml::Placed;
use crate::run::inputs::{VARIABLE_PREFIX, environment_name};
use crate::run::value::Value;

impl List {
    pub(crate) fn sources(&mut self, section: &str, entries: &[(String, Placed)], folder: &Path) {
        for (url, placed) in entries {
            let source = placed.value.resolve().map(|text| self.source(&text, folder)).unwrap_or_default();
            self.put_placed(&format!("{section}.{}", quoted(url)), placed, false, |_| source);
        }
    }

    pub(crate) fn scripts(&mut self, config: &ConfigFile, given: &GivenArguments) {
        self.sources("scripts", &config.scripts, &config.folder);
        for (url, text) in given.script.iter().filter_map(|script| script.rsplit_once('=')) {
            let source = self.source(text, &self.here.clone());
            self.put(&format!("scripts.{}", quoted(url)), source.into(), Origin::Flag, "--script");
        }
    }

    pub(crate) fn clients(&mut self, config: &ConfigFile, given: &GivenArguments) {
        for (name, client) in &config.clients {
            let key = |key: &str| format!("clients.{}.{key}", quoted(name));
            if let Some(placed) = &client.definition {
                let source = placed.value.resolve().map(|text| self.source(&text, &config.folder)).unwrap_or_default();
                self.put_placed(&key("definition"), placed, false, |_| source);
            }
            if let Some(placed) = &client.base_uri {
                if let Ok(url) = placed.value.resolve().map(|text| Url::parse(&text)) {
                    url.iter().for_each(|url| self.hide_password(url));
                }
                self.put_placed(&key("base-uri"), placed, false, |text| text);
            }
            if let Some(placed) = &client.token {
                self.put_placed(&key("token"), placed, true, |text| text);
            }
            for (option, placed) in &client.auth {
                self.put_placed(&key(&format!("auth.{}", quoted(option))), placed, true, |text| text);
            }
        }
        let known = config.clients.keys().map(String::as_str);
        let named: Vec<&str> = known.chain(pairs(&given.token).map(|(client, _)| client)).collect();
        for (variable, (value, origin, from)) in self.variables_with("APINB_TOKEN_") {
            // An empty one gives no token.
            if value.is_empty() {
                continue;
            }
            let client = named.iter().find(|client| token_variable(client) == variable);
            let key = client.map_or_else(|| variable.clone(), |client| format!("clients.{}.token", quoted(client)));
            self.put_secret(&key, &value, origin, from);
        }
        for (client, text) in pairs(&given.definition) {
            let source = self.source(text, &self.here.clone());
            self.put(&format!("clients.{}.definition", quoted(client)), source.into(), Origin::Flag, "--definition");
        }
        for (client, text) in pairs(&given.base_uri) {
            Url::parse(text).iter().for_each(|url| self.hide_password(url));
            self.put(&format!("clients.{}.base-uri", quoted(client)), text.into(), Origin::Flag, "--base-uri");
        }
        for (client, text) in pairs(&given.token) {
            self.put_secret(&format!("clients.{}.token", quoted(client)), text, Origin::Flag, "--token");
        }
        for ((client, option), text) in pairs(&given.auth).filter_map(|(key, text)| Some((key.split_once('.')?, text)))
        {
            let key = format!("clients.{}.auth.{}", quoted(client), quoted(option));
            self.put_secret(&key, text, Origin::Flag, "--auth");
        }
    }

    pub(crate) fn inputs(&mut self, config: &ConfigFile, given: &GivenArguments, mock: bool) {
        let secret = |key: &str, value: &Value| value.is_secret() || is_secret_name(key);
        for (key, placed) in &config.inputs {
            self.put_placed(&format!("inputs.{}", quoted(key)), placed, secret(key, &placed.value), |text| text);
        }
        for (variable, (value, origin, from)) in self.variables_with(VARIABLE_PREFIX) {
            let name = variable.strip_prefix(VARIABLE_PREFIX).unwrap_or(&variable);
            let known = config.inputs.iter().map(|(key, _)| key.as_str());
            let mut known = known.chain(pairs(&given.input).map(|(key, _)| key));
            let same = known.find(|key| *key == name || environment_name(key) == name);
            let key = format!("inputs.{}", quoted(same.unwrap_or(name)));
            if is_secret_name(name) || same.is_some_and(is_secret_name) {
                self.put_secret(&key, &value, origin, from);
            } else {
                self.put(&key, value.into(), origin, from);
            }
        }
        for (key, text) in pairs(&given.input) {
            let full = format!("inputs.{}", quoted(key));
            if is_secret_name(key) {
                self.put_secret(&full, text, Origin::Flag, "--input");
            } else {
                self.put(&full, text.into(), Origin::Flag, "--input");
            }
        }
        for (key, placed) in config.mock_inputs.iter().filter(|_| mock) {
            self.put_placed(&format!("mock.inputs.{}", quoted(key)), placed, secret(key, &placed.value), |text| text);
        }
    }

    pub(crate) fn limits(&mut self, config: &ConfigFile, given: &GivenArguments) {
        let limits = &config.limits;
        let seconds = |placed: &Placed<Duration>| (shown_time(placed.value), at(&placed.location));
        let megabytes = |bytes: usize| -> serde_json::Value { (bytes >> 20).into() };
        let cell = Given { flag: &given.cell_timeout, file: limits.cell_timeout.as_ref().map(seconds) };
        self.put_setting("run.cell-timeout", cell, |text| time(text).map(shown_time), Some(shown_time(CELL_TIMEOUT)));
        let call = Given { flag: &given.timeout, file: limits.timeout.as_ref().map(seconds) };
        self.put_setting("run.timeout", call, |text| time(text).map(shown_time), Some(shown_time(CALL_TIMEOUT)));
        let file = limits.max_heap.as_ref().map(|placed| (megabytes(placed.value), at(&placed.location)));
        let source = Given { flag: &given.max_heap, file };
        self.put_setting("run.max-heap", source, |text| heap(text).map(megabytes), Some(megabytes(MAX_HEAP)));
    }

    pub(crate) fn network(&mut self, config: &ConfigFile, flags: &NetworkArguments) {
        let table = &config.network;
        let usual = apinb_http::policy::Policy::default();
        let number = |text: &str| text.trim().parse::<u32>().ok().map(Into::into);
        let count = |placed: &Placed<u32>| (placed.value.into(), at(&placed.location));
        let seconds = |placed: &Placed<Duration>| (shown_time(placed.value), at(&placed.location));
        let source = Given { flag: &flags.retry, file: table.retry.as_ref().map(count) };
        self.put_setting("network.retry", source, number, Some(0.into()));
        let source = Given { flag: &flags.retry_delay, file: table.retry_delay.as_ref().map(seconds) };
        self.put_setting("network.retry-delay", source, |text| time(text).map(shown_time), None);
        let source = Given { flag: &flags.delay, file: table.delay.as_ref().map(seconds) };
        let none = Some(shown_time(Duration::ZERO));
        self.put_setting("network.delay", source, |text| time(text).map(shown_time), none);
        let source = Given { flag: &flags.max_redirs, file: table.max_redirs.as_ref().map(count) };
        self.put_setting("network.max-redirs", source, number, Some(usual.max_redirects.into()));
        for (key, flag, placed) in [
            ("retry-all-methods", flags.retry_all_methods, &table.retry_all_methods),
            ("insecure", flags.insecure, &table.insecure),
        ] {
            let file = placed.as_ref().map(|placed| (placed.value.into(), at(&placed.location)));
            let flag = flag.then(|| "true".to_owned());
            let source = Given { flag: &flag, file };
            self.put_setting(&format!("network.{key}"), source, |_| Some(true.into()), Some(false.into()));
        }
        let hide = |list: &Self, text: &str| Url::parse(text).iter().for_each(|url| list.hide_password(url));
        if let Some(placed) = &table.proxy {
            placed.value.resolve().iter().for_each(|text| hide(self, text));
            self.put_placed("network.proxy", placed, false, |text| text);
        }
        if let Some(text) = &flags.proxy {
            hide(self, text);
            self.put("network.proxy", text.as_str().into(), Origin::Flag, "--proxy");
        }
        for (key, flag, placed) in [
            ("cacert", &flags.cacert, &table.cacert),
            ("cert", &flags.cert, &table.cert),
            // A certificate and its key come from one source.
            ("key", &flags.key, if flags.cert.is_some() { &None } else { &table.key }),
        ] {
            if let Some(placed) = placed {
                let path = placed.value.resolve().map(|text| self.path(&config.folder.join(text))).unwrap_or_default();
                self.put_placed(&format!("network.{key}"), placed, false, |_| path);
            }
            if let Some(text) = flag {
                self.put(&format!("network.{key}"), text.as_str().into(), Origin::Flag, format!("--{key}"));
            }
        }
    }

    /// What `apinb.toml` has no key for.
    pub(crate) fn programs_own(&mut self, given: &GivenArguments) {
        for name in ["APINB_CACHE_DIR", "APINB_DATA_DIR", "APINB_KEEP_TOKENS"] {
            if let Some(value) = std::env::var(name).ok().filter(|value| !value.is_empty()) {
                self.put(name, value.into(), Origin::Environment, format!("environment variable {name}"));
            }
        }
        if given.no_token_cache {
            self.put("APINB_KEEP_TOKENS", "none".into(), Origin::Flag, "--no-token-cache");
        }
    }
}

fn pairs(texts: &[String]) -> impl Iterator<Item = (&str, &str)> {
    texts.iter().filter_map(|text| text.split_once('='))
}

fn shown_time(time: Duration) -> serde_json::Value {
    humantime::format_duration(time).to_string().into()
}
