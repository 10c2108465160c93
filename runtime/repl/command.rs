//! The commands of the REPL: a dot, a name, and perhaps an argument.

use std::io;

use apinb_client::completion::candidate::CommandArgument;
use apinb_client::locate::Unknown;
use apinb_project::reading::notebook::Unreadable;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::display::quote::use_one_of;
use apinb_text::display::suggest::suggest;

/// A command with its argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Lists the commands.
    Help,
    /// Explains a client path.
    Doc(String),
    /// Lists resources and methods.
    Tree(String),
    /// Finds methods.
    Search(String),
    /// Prints the last call as a curl command.
    Curl,
    /// Prints the last exchange in full.
    Last,
    /// Prints the last result in full.
    Result,
    /// Lists the entered code.
    History,
    /// Lists prompts and answers.
    Inputs,
    /// Lists the clients.
    Clients,
    /// Lists security schemes.
    Auth,
    /// Runs a file.
    Load(String),
    /// Edits code in an editor.
    Edit,
    /// Saves the session as a notebook.
    Save(String),
    /// Clears the screen.
    Clear,
    /// Ends the session.
    Exit,
}

/// A row of the table of commands, the source of parsing, completion and help.
#[derive(Debug)]
pub struct Row {
    /// With its dot.
    pub name: &'static str,
    argument: Argument,
    /// For `.help` and completion.
    pub help: &'static str,
}

/// The argument of a command, and how to make the command.
#[derive(Debug)]
enum Argument {
    None(Command),
    Optional { shown: &'static str, completes: CommandArgument, make: fn(String) -> Command },
    Required { shown: &'static str, completes: CommandArgument, missing: &'static str, make: fn(String) -> Command },
}

/// The commands, in the order of `.help`.
pub static COMMANDS: [Row; 16] = [
    Row { name: ".help", argument: Argument::None(Command::Help), help: "list the commands" },
    Row {
        name: ".doc",
        argument: Argument::Optional { shown: "PATH", completes: CommandArgument::Code, make: Command::Doc },
        help: "explain a client path or an operation: .doc client.users.id(5).get, .doc getUser",
    },
    Row {
        name: ".tree",
        argument: Argument::Optional { shown: "[PATH]", completes: CommandArgument::Code, make: Command::Tree },
        help: "list resources and methods",
    },
    Row {
        name: ".search",
        argument: Argument::Required {
            shown: "WORDS",
            completes: CommandArgument::None,
            missing: "words to search for: `.search create user`",
            make: Command::Search,
        },
        help: "find methods by words",
    },
    Row { name: ".curl", argument: Argument::None(Command::Curl), help: "print the last call as a curl command" },
    Row { name: ".last", argument: Argument::None(Command::Last), help: "print the last request and response in full" },
    Row { name: ".result", argument: Argument::None(Command::Result), help: "print the last result in full" },
    Row { name: ".history", argument: Argument::None(Command::History), help: "list the entered code" },
    Row { name: ".inputs", argument: Argument::None(Command::Inputs), help: "list the prompts and their answers" },
    Row { name: ".clients", argument: Argument::None(Command::Clients), help: "list the clients and their APIs" },
    Row { name: ".auth", argument: Argument::None(Command::Auth), help: "list security schemes and sign-ins" },
    Row {
        name: ".load",
        argument: Argument::Required {
            shown: "FILE",
            completes: CommandArgument::File,
            missing: "the file to run",
            make: Command::Load,
        },
        help: "run a notebook or a script",
    },
    Row { name: ".edit", argument: Argument::None(Command::Edit), help: "edit code in $VISUAL or $EDITOR" },
    Row {
        name: ".save",
        argument: Argument::Required {
            shown: "FILE.md",
            completes: CommandArgument::File,
            missing: "the file to write: `.save notebook.md`",
            make: Command::Save,
        },
        help: "save the session as a notebook",
    },
    Row { name: ".clear", argument: Argument::None(Command::Clear), help: "clear the screen" },
    Row { name: ".exit", argument: Argument::None(Command::Exit), help: "end the session, like Ctrl-D" },
];

impl Row {
    /// The completion of the argument.
    #[must_use]
    pub fn completes(&self) -> CommandArgument {
        match &self.argument {
            Argument::None(_) => CommandArgument::None,
            Argument::Optional { completes, .. } | Argument::Required { completes, .. } => *completes,
        }
    }

    fn shown(&self) -> &'static str {
        match &self.argument {
            Argument::None(_) => "",
            Argument::Optional { shown, .. } | Argument::Required { shown, .. } => shown,
        }
    }

    fn make(&'static self, argument: &str) -> Result<Command, Problem> {
        match &self.argument {
            Argument::None(command) => Ok(command.clone()),
            Argument::Required { missing, .. } if argument.is_empty() => {
                Err(Problem::NoArgument { name: self.name, missing })
            }
            Argument::Optional { make, .. } | Argument::Required { make, .. } => Ok(make(argument.to_owned())),
        }
    }
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// No command has this name.
    #[error("unknown command `{name}`")]
    NoCommand { name: String },
    /// Its argument is missing.
    #[error("`{name}` needs {missing}")]
    NoArgument { name: &'static str, missing: &'static str },
    /// No method has these words.
    #[error("no method matches `{words}`")]
    NoMethod { words: String },
    /// The result of an entry is not JSON.
    #[error("{reason}")]
    NoJson { reason: String },
    #[error("no call yet")]
    NoCall,
    #[error("no result yet")]
    NoResult,
    /// The path names no client.
    #[error("`{text}` does not begin with the name of a client")]
    NoClient {
        text: String,
        /// The clients of the session.
        clients: Vec<String>,
    },
    /// The client has no such path.
    #[error(transparent)]
    Unknown(#[from] Unknown),
    /// A file cannot be read.
    #[error(transparent)]
    Unreadable(Unreadable),
    /// A file cannot be written.
    #[error("cannot write `{path}`")]
    Unwritable {
        path: String,
        #[source]
        cause: io::Error,
    },
    /// The file to write exists.
    #[error("`{path}` already exists")]
    Exists { path: String },
    #[error("cannot edit with `{editor}`")]
    NoEditor {
        editor: String,
        #[source]
        cause: io::Error,
    },
}

impl Diagnostic for Problem {
    fn help(&self) -> Option<String> {
        match self {
            Self::NoCommand { name } => Some(match suggest(name, COMMANDS.iter().map(|row| row.name)) {
                Some(meant) => format!("Did you mean `{meant}`?"),
                None => "Enter `.help` for a list of the commands.".to_owned(),
            }),
            Self::NoClient { clients, .. } if clients.is_empty() => {
                Some("Make a client: `API.createClient('client', 'api.raml')`.".to_owned())
            }
            Self::NoClient { clients, .. } => Some(use_one_of(clients, usize::MAX)),
            Self::Unknown(unknown) => unknown.help(),
            Self::Exists { .. } => Some("Name another file, or delete it first.".to_owned()),
            Self::NoEditor { .. } => Some("Set `VISUAL` or `EDITOR` to an editor.".to_owned()),
            Self::NoMethod { .. } => Some("Enter `.tree` for a list of all methods.".to_owned()),
            Self::NoJson { .. } => Some("End with an expression whose value is JSON, such as `….body`.".to_owned()),
            Self::NoArgument { .. } | Self::NoCall | Self::NoResult => None,
            Self::Unreadable(unreadable) => unreadable.help(),
            Self::Unwritable { .. } => None,
        }
    }
}

impl Command {
    /// Parses a command; none: the text is code. No JavaScript begins with a dot and a letter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Result<Self, Problem>> {
        let text = text.trim();
        if !text.strip_prefix('.')?.starts_with(|first: char| first.is_ascii_alphabetic()) || text.contains('\n') {
            return None;
        }
        let (name, argument) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        Some(match COMMANDS.iter().find(|row| row.name == name) {
            Some(row) => row.make(argument.trim()),
            None => Err(Problem::NoCommand { name: name.to_owned() }),
        })
    }
}

/// Whether `line` continues a chain of properties and calls: `.get()`, `?.name`. It does not if it begins with a command,
/// or with a name so close to one that it is a mistake, unless it is indented or goes on as no command does.
pub(super) fn is_chain(line: &str) -> bool {
    let text = line.trim_start();
    if text.starts_with("?.") {
        return true;
    }
    let Some(name) = text.strip_prefix('.').filter(|name| name.starts_with(begins_name)) else { return false };
    let end = name.find(|next: char| !begins_name(next) && !next.is_ascii_digit()).unwrap_or(name.len());
    let (name, behind) = text.split_at_checked(end + 1).unwrap_or((text, ""));
    if behind.starts_with(['(', '[', '.', '?', '`']) || text.len() < line.len() {
        return true;
    }
    let commands = || COMMANDS.iter().map(|row| row.name);
    commands().all(|command| command != name) && suggest(name, commands()).is_none()
}

fn begins_name(first: char) -> bool {
    first.is_alphabetic() || matches!(first, '_' | '$')
}

/// The text of `.help`: commands and keys.
#[must_use]
pub fn help() -> String {
    let mut text: String =
        COMMANDS.iter().map(|row| format!("{:<18}{}\n", format!("{} {}", row.name, row.shown()), row.help)).collect();
    text.push_str("\n_ is the last result, _error the last error, $0, $1, … are all results.\n");
    text.push_str("Tab completes, Ctrl-R searches the history, Ctrl-C interrupts, Ctrl-D exits.\n");
    text
}

#[cfg(test)]
mod tests {
    use apinb_text::diagnostic::Diagnostic as _;

    use super::{Command, is_chain};

    #[test]
    fn chains_are_distinguished_from_commands() {
        for line in [".get()", ".load('x')", ".last[0]", ".exit.code", "?.name", ".body", "  .last", "\t.x", ".a = 1"] {
            assert!(is_chain(line), "{line}");
        }
        for line in [".last", ".load x", ".doc client", ".hlep", "1", "...x", ".5", "", ".", "  1"] {
            assert!(!is_chain(line), "{line}");
        }
    }

    #[test]
    fn commands_are_distinguished_from_code() {
        for code in ["1", ".5 + 1", "", "...x", ".5\n.load x", "a.exit"] {
            assert!(Command::parse(code).is_none(), "{code}");
        }
        for (text, command) in [
            (".help", Command::Help),
            ("  .exit ", Command::Exit),
            (".doc client.users.id(5) ", Command::Doc("client.users.id(5)".to_owned())),
            (".save a b.md", Command::Save("a b.md".to_owned())),
        ] {
            assert_eq!(Command::parse(text).and_then(Result::ok), Some(command), "{text}");
        }
    }

    #[test]
    fn unknown_commands_have_a_suggestion() {
        for (text, message, help) in [
            (".hlep", "unknown command `.hlep`", Some("Did you mean `.help`?")),
            (".zzzzzzz", "unknown command `.zzzzzzz`", Some("Enter `.help` for a list of the commands.")),
            (".save", "`.save` needs the file to write: `.save notebook.md`", None),
        ] {
            let Some(Err(problem)) = Command::parse(text) else { panic!("{text} is right") };
            assert_eq!((problem.to_string().as_str(), problem.help().as_deref()), (message, help));
        }
    }
}
