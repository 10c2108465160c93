//! A notebook to run, with its settings.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use apinb_auth::sign_in::provided::ProvidedFields;
use apinb_http::policy::Policy;
use apinb_http::proxy::Proxy;
use apinb_record::run::{RowRecord, with_row};
use apinb_text::secret::redactor::Redactor;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::overrides::inputs::Inputs;
use crate::reading::project::Project;
use crate::serialized;
use crate::settings::{Settings, Source};

/// A notebook to run, with its settings. Its serialization has the secrets of the settings, and no answers: the process
/// that runs it asks for each, and gets the other secrets as those of the run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    /// Its name in messages: the path on the command line.
    pub name: String,
    pub location: NotebookLocation,
    /// `site` is added when the notebook is read.
    pub settings: Settings,
    pub network: Policy,
    /// The row of `--inputs` that it runs with. Its answers are also in `inputs`.
    pub row: Option<RowRecord>,
    #[serde(skip)]
    pub inputs: Inputs,
    /// Secrets that are in no other field.
    #[serde(skip)]
    pub secrets: Vec<SecretString>,
    /// The files that values of its settings and inputs come from.
    #[serde(skip)]
    pub files: Vec<PathBuf>,
}

impl Job {
    /// A notebook without a row, answers and other secrets, with the default network policy.
    #[must_use]
    pub fn new(name: String, location: NotebookLocation, settings: Settings) -> Self {
        let (network, inputs) = (Policy::default(), Inputs::default());
        Self { name, location, settings, network, row: None, inputs, secrets: Vec::new(), files: Vec::new() }
    }

    /// The name in output: the path, and the row if there is one.
    #[must_use]
    pub fn shown(&self) -> String {
        with_row(&self.name, self.row.as_ref())
    }

    /// The project that it belongs to.
    #[must_use]
    pub fn project(&self) -> Project {
        match (&self.location, &self.settings.web) {
            (NotebookLocation::File(_), None) => self.settings.project.clone(),
            _ => Project::Nothing,
        }
    }

    /// The files and folders that the process of this notebook reads; of a folder also all that is below it. What the
    /// notebook itself may read of them is decided when it reads.
    #[must_use]
    pub fn readable(&self) -> Vec<PathBuf> {
        let Settings { folder, web, script_cache, allow_read, .. } = &self.settings;
        let mut readable = Vec::new();
        if web.is_none() {
            readable.push(folder.clone());
            readable.extend(self.project().folder().map(Path::to_owned));
        }
        if let NotebookLocation::File(path) = &self.location {
            readable.push(path.clone());
        }
        let Settings { definitions_by_client, definitions_by_url, scripts, imports, .. } = &self.settings;
        let around = self.settings.around();
        let named = definitions_by_client
            .values()
            .chain(definitions_by_url.values())
            .chain(scripts.values())
            .chain(imports.values());
        for source in named {
            if let Source::File(path) = source {
                readable.push(path.clone());
                // A definition includes others of its project.
                let project = path.parent().map(|parent| Project::of_named(parent, &around));
                readable.extend(project.and_then(|project| project.folder().map(Path::to_owned)));
            }
        }
        readable.extend(allow_read.iter().cloned());
        readable.extend(script_cache.clone());
        // The folder of `/dev/fd/63` has the open files of every process of the user.
        let real = readable.into_iter().filter_map(|path| path.canonicalize().ok());
        real.filter(|path| !path.starts_with("/proc") && !path.starts_with("/sys")).collect()
    }

    /// Adds its secrets to `redactor`.
    pub fn register_secrets(&self, redactor: &Redactor) {
        self.inputs.register_secrets(redactor);
        if let Some(password) = self.network.proxy.as_ref().and_then(Proxy::password) {
            redactor.add(&password);
        }
        let Settings { tokens, token_variables, auth, .. } = &self.settings;
        self.settings.urls().for_each(|url| redactor.add_url(url));
        for secret in tokens.values().chain(token_variables.values()).chain(&self.secrets) {
            redactor.add(secret.expose_secret());
        }
        for outside in auth.values() {
            ProvidedFields { options: &serde_json::Map::new(), outside }.register_secrets(redactor);
        }
    }
}

/// Where the text of a notebook is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum NotebookLocation {
    File(#[serde(with = "serialized::path")] PathBuf),
    Stdin,
    /// A notebook that was read before: from the web, or from stdin.
    Content(#[serde(with = "serialized::bytes")] Arc<[u8]>),
    /// There is no notebook: the REPL starts empty.
    Nowhere,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use apinb_http::hosts::Hosts;
    use apinb_text::web::allowed::AllowedHost;
    use secrecy::{ExposeSecret as _, SecretString};

    use super::{Job, NotebookLocation};
    use crate::settings::{Settings, Source};

    #[test]
    fn a_job_is_the_same_in_another_process_but_for_its_answers() {
        let mut settings = Settings::new("/a".into(), Duration::MAX, Duration::from_millis(1500), 64 << 20);
        settings.definitions_by_client.insert("api".to_owned(), Source::File("/b/api.raml".into()));
        settings.tokens.insert("api".to_owned(), SecretString::from("t0ken"));
        settings.auth.entry("api".to_owned()).or_default().insert("clientId".to_owned(), SecretString::from("1d"));
        settings.script_cache = Some("/cache".into());
        let mut job = Job::new("n.md".to_owned(), NotebookLocation::Content((*b"\xff").into()), settings);
        let listed = ["*.a.test:80", "[::1]", "*"].map(|text| AllowedHost::parse(text).expect(text));
        job.network.hosts = Hosts::only(["a.test".to_owned()]).listed(listed.to_vec()).mocked();
        job.network.proxy = apinb_http::proxy::Proxy::parse("u:p@proxy.test").ok();
        let text = serde_json::to_string(&job).expect("JSON");
        let same: Job = serde_json::from_str(&text).expect("a job");
        assert_eq!(format!("{same:?}"), format!("{job:?}"));
        assert_eq!(same.settings.tokens["api"].expose_secret(), "t0ken");
        assert_eq!(same.settings.auth["api"]["clientId"].expose_secret(), "1d");
        assert_eq!(same.network.proxy.and_then(|proxy| proxy.password()).as_deref(), Some("p"));
    }

    #[cfg(unix)]
    #[test]
    fn paths_need_not_be_unicode() {
        use std::os::unix::ffi::OsStringExt as _;

        let path = std::path::PathBuf::from(std::ffi::OsString::from_vec(b"/a\xff".to_vec()));
        let location = NotebookLocation::File(path.clone());
        let text = serde_json::to_string(&location).expect("JSON");
        let same: NotebookLocation = serde_json::from_str(&text).expect("a location");
        assert!(matches!(same, NotebookLocation::File(same) if same == path), "{text}");
    }
}
