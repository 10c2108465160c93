//! The commands of the REPL: a point, a name, and perhaps a text.

use std::io;

use apinb_core::client::locate::Unknown;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::display::suggest::suggest;

use crate::run::reading::Unreadable;

/// A command, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Lists the commands.
    Help,
    /// Explains a place of a client.
    Doc(String),
    /// Lists resources and methods.
    Tree(String),
    /// The last call as a curl command.
    Curl,
    /// The last exchange, whole.
    Last,
    /// The last result, whole.
    Result,
    /// What was entered.
    History,
    /// What was asked and answered.
    Inputs,
    /// The clients.
    Clients,
    /// Who is signed in.
    Auth,
    /// Runs a file.
    Load(String),
    /// Writes code in an editor.
    Edit,
    /// Writes a notebook.
    Save(String),
    /// Clears the screen.
    Clear,
    /// Leaves.
    Exit,
}

/// Name, what follows it, and what it does: for `.help` and for completion.
pub const COMMANDS: [(&str, &str, &str); 15] = [
    (".help", "", "list the commands"),
    (".doc", "PLACE", "what the definition says: .doc client.users.id(5).get"),
    (".tree", "[PLACE]", "resources and methods"),
    (".curl", "", "the last call as a curl command"),
    (".last", "", "the last request and its answer in full"),
    (".result", "", "the last result in full"),
    (".history", "", "what was entered"),
    (".inputs", "", "what was asked, and the answers"),
    (".clients", "", "the clients and their APIs"),
    (".auth", "", "who is signed in, and how"),
    (".load", "FILE", "run a notebook or a script"),
    (".edit", "", "write code in $VISUAL or $EDITOR"),
    (".save", "FILE.md", "write what was entered as a notebook"),
    (".clear", "", "clear the screen"),
    (".exit", "", "leave, as Ctrl-D does"),
];

/// Why a command cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// There is none of that name.
    #[error("there is no command `{name}`")]
    NoCommand {
        /// As it was written.
        name: String,
    },
    /// It needs a text.
    #[error("`{name}` needs {what}")]
    NoArgument {
        /// The command.
        name: &'static str,
        /// What it needs.
        what: &'static str,
    },
    /// Nothing was called.
    #[error("no call was made yet")]
    NoCall,
    /// Nothing was entered.
    #[error("nothing was entered yet")]
    NoResult,
    /// It is not said of which client.
    #[error("`{text}` begins with no client")]
    NoClient {
        /// As it was written.
        text: String,
        /// Those that are there.
        clients: Vec<String>,
    },
    /// The client has no such place.
    #[error(transparent)]
    Unknown(#[from] Unknown),
    /// A file cannot be read.
    #[error(transparent)]
    Unreadable(Unreadable),
    /// A file cannot be written.
    #[error("cannot write `{path}`")]
    Unwritable {
        /// Its path.
        path: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// A file is there already.
    #[error("`{path}` is there already")]
    Exists {
        /// Its path.
        path: String,
    },
    /// The editor cannot be used.
    #[error("cannot edit with `{editor}`")]
    NoEditor {
        /// The command that was tried.
        editor: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

impl Diagnostic for Problem {
    fn help(&self) -> Option<String> {
        match self {
            Self::NoCommand { name } => Some(match suggest(name, COMMANDS.iter().map(|(name, ..)| *name)) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "`.help` lists the commands".to_owned(),
            }),
            Self::NoClient { clients, .. } if clients.is_empty() => {
                Some("`API.createClient('client', 'api.raml')` makes a client".to_owned())
            }
            Self::NoClient { clients, .. } => Some(format!("there are `{}`", clients.join("`, `"))),
            Self::Unknown(unknown) => unknown.help(),
            Self::Exists { .. } => Some("name another file, or remove it first".to_owned()),
            Self::NoEditor { .. } => Some("`VISUAL` or `EDITOR` names the editor".to_owned()),
            Self::NoArgument { .. } | Self::NoCall | Self::NoResult => None,
            Self::Unreadable(unreadable) => unreadable.help(),
            Self::Unwritable { .. } => None,
        }
    }
}

impl Command {
    /// Reads a command; none: the text is code. No JavaScript begins with a point and a letter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Result<Self, Problem>> {
        let text = text.trim();
        if !text.strip_prefix('.')?.starts_with(|first: char| first.is_ascii_alphabetic()) || text.contains('\n') {
            return None;
        }
        let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim().to_owned();
        let needed = |name, what, command: fn(String) -> Self| {
            if rest.is_empty() { Err(Problem::NoArgument { name, what }) } else { Ok(command(rest.clone())) }
        };
        Some(match name {
            ".help" => Ok(Self::Help),
            ".doc" => Ok(Self::Doc(rest)),
            ".tree" => Ok(Self::Tree(rest)),
            ".curl" => Ok(Self::Curl),
            ".last" => Ok(Self::Last),
            ".result" => Ok(Self::Result),
            ".history" => Ok(Self::History),
            ".inputs" => Ok(Self::Inputs),
            ".clients" => Ok(Self::Clients),
            ".auth" => Ok(Self::Auth),
            ".load" => needed(".load", "the file to run", Self::Load),
            ".edit" => Ok(Self::Edit),
            ".save" => needed(".save", "the file to write: `.save notebook.md`", Self::Save),
            ".clear" => Ok(Self::Clear),
            ".exit" => Ok(Self::Exit),
            name => Err(Problem::NoCommand { name: name.to_owned() }),
        })
    }
}

/// The commands and keys, as lines.
#[must_use]
pub fn help() -> String {
    let mut text: String =
        COMMANDS.iter().map(|(name, rest, about)| format!("{:<18}{about}\n", format!("{name} {rest}"))).collect();
    text.push_str("\n_ is the last result, _error the last error, $0, $1, … are all results.\n");
    text.push_str("Tab completes, Ctrl-R searches what was entered, Ctrl-C ends what runs, Ctrl-D leaves.\n");
    text
}

#[cfg(test)]
mod tests {
    use apinb_text::diagnostic::Diagnostic as _;

    use super::Command;

    #[test]
    fn commands_are_told_from_code() {
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
    fn wrong_commands_say_what_was_meant() {
        for (text, message, help) in [
            (".hlep", "there is no command `.hlep`", Some("did you mean `.help`?")),
            (".zzzzzzz", "there is no command `.zzzzzzz`", Some("`.help` lists the commands")),
            (".save", "`.save` needs the file to write: `.save notebook.md`", None),
        ] {
            let Some(Err(problem)) = Command::parse(text) else { panic!("{text} is right") };
            assert_eq!((problem.to_string().as_str(), problem.help().as_deref()), (message, help));
        }
    }
}
