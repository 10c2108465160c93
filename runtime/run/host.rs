//! Serves the engine: answers prompts from inputs or the person, and starts the mock servers of a mocked run.

use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use apinb_client::request::made_up;
use apinb_definition::model::Definition;
use apinb_definition::model::hosts::hosts;
use apinb_engine::host::{Answer, DefinitionRead, Host, HostError, Unanswered};
use apinb_http::exchange::Call;
use apinb_http::network::Network;
use apinb_http::route::Route;
use apinb_mock::{AcceptedHosts, Mock, MockSettings, Search};
use apinb_project::overrides::inputs::{Found, Inputs};
use apinb_project::overrides::question::{Question, QuestionKind, yes_or_no};
use apinb_project::overrides::value::ValueError;
use apinb_project::settings::MockSearch;
use apinb_record::call::CallRecord;
use apinb_record::run::{ConsoleRecord, PromptOrigin, PromptRecord};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::secret::redactor::Redactor;
use apinb_text::web::host::HostPattern;
use apinb_text::web::uri::UriTemplate;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::cassette::traffic::NotebookTraffic;
use super::contract::NotebookContract;
use super::made_up::answer;
use super::observer::Observer;
use super::prompter::{NoAnswer, Prompter};
use super::signing_in::SigningIn;

/// The names and definitions of an engine's clients, in the order in which they were made.
pub(super) type Definitions = Rc<RefCell<Vec<(String, Arc<Definition>)>>>;

/// What follows the definitions and the calls of a notebook, beside its record.
#[derive(Clone, Default)]
pub(super) struct Followers {
    pub(super) definitions: Definitions,
    /// The recorded traffic that it uses.
    pub(super) cassette: Option<Arc<NotebookTraffic>>,
    /// The check of its calls.
    pub(super) contract: Option<Rc<NotebookContract>>,
}

/// The inputs of a notebook.
pub(super) trait Answers {
    /// The input that answers a question.
    ///
    /// # Errors
    /// When an input answers it, but its value cannot be read.
    fn input(&self, question: &Question) -> Result<Option<Found>, ValueError>;

    /// The values of the row of `--inputs`, if there is one.
    fn row(&self) -> Option<Map<String, Value>>;
}

impl Answers for Inputs {
    fn input(&self, question: &Question) -> Result<Option<Found>, ValueError> {
        self.answer(&question.text, question.variable.as_deref())
    }

    fn row(&self) -> Option<Map<String, Value>> {
        self.row_values.clone()
    }
}

/// This machine, on any port. A base URI whose host is a parameter may be filled in with it.
const LOCAL_HOSTS: [&str; 2] = ["localhost:{port}", "127.0.0.1:{port}"];
/// After so many refusals a remote notebook asks for no further host: it could name hosts without end.
const MAX_DECLINED: usize = 3;
/// The most hosts of a definition that a person is asked about at once.
const MAX_ASKED: usize = 30;

/// The host of one notebook's engine.
pub(super) struct RunHost {
    pub(super) answers: Box<dyn Answers>,
    pub(super) mock: bool,
    /// None without a terminal, and in a mocked run.
    pub(super) person: Option<Rc<dyn Prompter>>,
    /// Signs the same person in.
    pub(super) signing_in: Option<SigningIn>,
    pub(super) observer: Rc<dyn Observer>,
    pub(super) network: Network,
    pub(super) redactor: Redactor,
    pub(super) base_uris: BTreeMap<String, Url>,
    pub(super) cancel: CancellationToken,
    /// Started for the first definition.
    pub(super) mock_server: RefCell<Option<RunningMock>>,
    pub(super) mock_search: MockSearch,
    pub(super) declined: RefCell<Declined>,
    pub(super) definitions: Definitions,
    /// Replays and records.
    pub(super) cassette: Option<Arc<NotebookTraffic>>,
    /// Checks the calls, if they are checked.
    pub(super) contract: Option<Rc<NotebookContract>>,
}

/// The questions for permission that the person answered with no.
#[derive(Debug, Default)]
pub(super) struct Declined {
    questions: usize,
    hosts: BTreeSet<String>,
}

/// Why an answer cannot be used.
#[derive(Debug, thiserror::Error)]
enum AnswerError {
    /// Its value cannot be read.
    #[error("{cause}")]
    Value {
        #[source]
        cause: ValueError,
        flag: String,
    },
    /// The input of a `confirm` is neither yes nor no.
    #[error("expected `yes` or `no` for the input `{question}`")]
    NeitherYesNorNo { question: String },
    /// The person did not answer.
    #[error(transparent)]
    Prompter(NoAnswer),
}

impl Diagnostic for AnswerError {
    fn help(&self) -> Option<String> {
        match self {
            Self::Value { flag, .. } => Some(format!("Pass `{flag}`.")),
            Self::NeitherYesNorNo { .. } => Some("Pass `yes` or `no`.".to_owned()),
            Self::Prompter(_) => None,
        }
    }
}

impl From<AnswerError> for Unanswered {
    fn from(error: AnswerError) -> Self {
        Self::Unusable(Box::new(error))
    }
}

/// The mock server of a notebook: it serves all of its definitions.
pub(super) struct RunningMock {
    /// Stops listening when it is dropped.
    mock: Mock,
    /// The hosts whose calls it gets.
    routed: BTreeSet<String>,
}

impl Host for RunHost {
    fn ask(&self, question: &Question) -> Result<Answer, Unanswered> {
        let answer = self.answer(question)?;
        if let Some(text) = answer.text.as_deref().filter(|_| question.secret && question.kind == QuestionKind::Prompt)
        {
            self.redactor.add(text);
        }
        let secret = answer
            .text
            .as_deref()
            .filter(|_| (question.secret || answer.hidden) && question.kind == QuestionKind::Prompt);
        if let (Some(cassette), Some(text)) = (&self.cassette, secret) {
            cassette.name_answer(question.variable.as_deref().unwrap_or(&question.text), text);
        }
        Ok(answer)
    }

    fn definition_loaded(&self, client: &str, definition: &Arc<Definition>) -> Result<(), HostError> {
        let mut definitions = self.definitions.borrow_mut();
        definitions.retain(|(name, _)| name != client);
        definitions.push((client.to_owned(), Arc::clone(definition)));
        if let Some(cassette) = &self.cassette {
            cassette.add_definition(client, definition, self.base_uris.get(client));
        }
        if !self.mock {
            // Only the definition says where it signs in.
            let permitted = &self.network.policy().hosts;
            let is_new = |host: &String| !host.contains(['*', '{']) && !permitted.has(host);
            let new: Vec<String> = hosts(definition).into_iter().filter(is_new).take(MAX_ASKED).collect();
            if !new.is_empty() && self.agree_to(&new) {
                new.into_iter().for_each(|host| permitted.allow(host));
            }
            return Ok(());
        }
        // The mock server responds below the base URI of the calls, and for the hosts of the sign-in.
        let mut definition = Arc::clone(definition);
        let mut others = Vec::new();
        if let Some(base_uri) = self.base_uris.get(client) {
            others.extend(authority(base_uri));
            Arc::make_mut(&mut definition).base_uri = Some(base_uri.to_string());
        }
        let named = hosts(&definition);
        if definition.base_uri.as_ref().is_none_or(|uri| UriTemplate::parse(uri).host.is_none()) {
            others.push(made_up::host(client));
        }
        if named.iter().any(|host| HostPattern::new(host).is_any_host()) {
            others.extend(LOCAL_HOSTS.map(str::to_owned));
        }
        let mut running = self.mock_server.borrow_mut();
        let running = match &mut *running {
            Some(running) => running,
            none => {
                let search = match self.mock_search {
                    MockSearch::Matching => Search::Matching,
                    MockSearch::Always => Search::Always,
                };
                let settings = MockSettings { hosts: AcceptedHosts::Routed, search, ..MockSettings::default() };
                let mock = Mock::start(Vec::new(), SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), settings)?;
                none.insert(RunningMock { mock, routed: BTreeSet::new() })
            }
        };
        running.mock.add(&definition, &others);
        for host in named.into_iter().chain(others) {
            if running.routed.insert(host.clone()) {
                self.network.add_route(Route { host, target: running.mock.address() });
            }
        }
        Ok(())
    }

    fn row(&self) -> Option<Map<String, Value>> {
        self.answers.row()
    }

    fn client_named(&self, client: &str) {
        self.observer.client_named(client);
    }

    fn agree(&self, host: &str) -> bool {
        self.agree_to(&[host.to_owned()])
    }

    fn person(&self) -> Option<&dyn apinb_auth::person::Person> {
        self.signing_in.as_ref().filter(|_| !self.mock).map(|person| person as &dyn apinb_auth::person::Person)
    }

    fn console(&self, line: &ConsoleRecord) {
        self.observer.console(line);
    }

    fn prompted(&self, prompt: &PromptRecord) {
        self.observer.prompted(prompt);
    }

    fn call_ended(&self, call: &CallRecord) {
        self.observer.call_ended(call);
    }

    fn files_read(&self, files: &[String]) {
        self.observer.files_read(files);
    }

    fn definition_read(&self, read: &DefinitionRead<'_>) {
        if let Some(contract) = &self.contract {
            contract.definition_read(read);
        }
        if let (Some(cassette), Some(root)) = (&self.cassette, read.sources.first()) {
            cassette.add_source(read.client, root);
        }
    }

    fn base_used(&self, definition: &Arc<Definition>, base: &str) {
        if let Some(contract) = &self.contract {
            contract.base_used(definition, base);
        }
    }

    fn exchanged(&self, call: Call, number: usize) {
        if let Some(contract) = &self.contract {
            contract.exchanged(call, number);
        }
    }

    fn time_left(&self, left: Option<Duration>) {
        self.observer.time_left(left);
    }
}

impl RunHost {
    /// Asks once for all of these hosts. Hosts that were declined are not asked for again, and after
    /// [`MAX_DECLINED`] refusals nothing is.
    fn agree_to(&self, hosts: &[String]) -> bool {
        let Some(person) = &self.person else { return false };
        {
            let declined = self.declined.borrow();
            if declined.questions >= MAX_DECLINED || hosts.iter().any(|host| declined.hosts.contains(host)) {
                return false;
            }
        }
        let agreed = match person.agree(hosts) {
            Ok(agreed) => agreed,
            Err(error) => {
                if matches!(error, NoAnswer::Interrupted) {
                    self.cancel.cancel();
                }
                false
            }
        };
        if !agreed {
            let mut declined = self.declined.borrow_mut();
            declined.questions += 1;
            declined.hosts.extend(hosts.iter().cloned());
        }
        agreed
    }

    fn answer(&self, question: &Question) -> Result<Answer, Unanswered> {
        let flag = || question.flag();
        let (given, is_unset) = match self.answers.input(question) {
            Ok(given) => (given, false),
            // A person knows what the environment does not.
            Err(ValueError::Unset { .. }) if self.person.is_some() => (None, true),
            Err(cause) => return Err(AnswerError::Value { cause, flag: flag() }.into()),
        };
        if let Some(Found { text, origin, secret }) = given {
            let hidden = secret && question.kind == QuestionKind::Prompt;
            if hidden {
                self.redactor.add(&text);
            }
            let text = match question.kind {
                QuestionKind::Prompt => text,
                QuestionKind::Confirm => {
                    let neither = || AnswerError::NeitherYesNorNo { question: question.text.clone() };
                    yes_or_no(&text).map(|yes| yes.to_string()).ok_or_else(neither)?
                }
            };
            return Ok(Answer { text: Some(text), origin, hidden });
        }
        if self.mock {
            let text = match question.kind {
                QuestionKind::Confirm => "true".to_owned(),
                QuestionKind::Prompt => {
                    answer(&question.text, question.variable.as_deref(), question.default.as_deref())
                }
            };
            return Ok(Answer { text: Some(text), origin: PromptOrigin::Generated, hidden: false });
        }
        let Some(person) = &self.person else {
            let text = question.text.clone();
            return Err(Unanswered::NoAnswer { kind: question.kind, text, flag: flag() });
        };
        let text = match question.kind {
            QuestionKind::Prompt => {
                person.prompt(&question.text, question.default.as_deref(), is_unset || question.secret)
            }
            QuestionKind::Confirm => person.confirm(&question.text).map(|yes| Some(yes.to_string())),
        };
        match text {
            Ok(text) => {
                // As if the environment had it.
                let hidden = is_unset && question.kind == QuestionKind::Prompt;
                if let Some(text) = text.as_deref().filter(|_| hidden) {
                    self.redactor.add(text);
                }
                Ok(Answer { text, origin: PromptOrigin::Terminal, hidden })
            }
            Err(error) => {
                if matches!(error, NoAnswer::Interrupted) {
                    self.cancel.cancel();
                }
                Err(AnswerError::Prompter(error).into())
            }
        }
    }
}

fn authority(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}
