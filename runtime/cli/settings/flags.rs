//! The flags of settings: their definition for clap, and their assignments.

use std::collections::BTreeMap;
use std::path::Path;

use apinb_project::overrides::value::Value;
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};

use super::layers::{Assignment, Layers, Origin, Problems, of_flag};
use super::policy;
use super::problem::UsageProblem;
use super::setting::{AnySetting, Flag, Form, Hint, SEPARATOR};
use super::table::{self, TABLE};

/// The flags of all settings as they stand on the command line, by name.
#[derive(Clone, Debug, Default)]
pub struct SettingFlags {
    texts: BTreeMap<&'static str, Vec<String>>,
}

impl SettingFlags {
    /// The texts of a flag, which may be given several times.
    #[must_use]
    pub fn texts(&self, name: &str) -> &[String] {
        self.texts.get(name).map_or(&[], Vec::as_slice)
    }

    /// The flags with one that another struct has: `value` is that of its setting.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.texts.entry(name).or_default().push(value.into());
        self
    }

    /// The assignments of the flags. Relative paths start at `here`.
    ///
    /// # Errors
    /// All diagnostics about them.
    pub(crate) fn read(&self, here: &Path) -> Result<Vec<Assignment>, Problems> {
        let mut problems: Problems = Vec::new();
        let mut assignments = Vec::new();
        for (&setting, flag) in flags() {
            let texts = self.texts(flag.name);
            let list = texts.join(&SEPARATOR.to_string());
            let texts = match flag.form {
                _ if setting.entry().is_list() && !texts.is_empty() => std::slice::from_ref(&list),
                _ => texts,
            };
            for text in texts {
                let assigned = match flag.form {
                    Form::Value { .. } | Form::List { .. } | Form::Switch { .. } | Form::OfRun { .. } => {
                        Some((Vec::new(), text.as_str()))
                    }
                    Form::Pairs { split, .. } => split.apply(text),
                };
                match (assigned, flag.form) {
                    (Some((names, text)), _) => match setting.check_flag(text, here) {
                        Ok(()) => assignments.push(Assignment {
                            setting,
                            names,
                            value: Value::Text(text.to_owned()),
                            origin: Origin::Flag(flag.name),
                            folder: here.to_owned(),
                        }),
                        Err(invalid) => problems.push(Box::new(of_flag(flag.name, text, invalid))),
                    },
                    (None, Form::Pairs { shape, example, .. }) => {
                        problems.push(Box::new(UsageProblem::NoPair { flag: flag.name, shape, example }));
                    }
                    (None, Form::Value { .. } | Form::List { .. } | Form::Switch { .. } | Form::OfRun { .. }) => {}
                }
            }
        }
        // A certificate is checked together with its key, which is another flag.
        if problems.is_empty() {
            policy::tls(&Layers::new(assignments.iter().cloned()), &mut problems);
        }
        if problems.is_empty() { Ok(assignments) } else { Err(problems) }
    }
}

/// The settings that have a flag.
fn flags() -> impl Iterator<Item = (&'static &'static dyn AnySetting, &'static Flag)> {
    TABLE.iter().filter_map(|setting| Some((setting, setting.entry().flag.as_ref()?)))
}

impl Hint {
    fn for_shells(self) -> ValueHint {
        match self {
            Self::File => ValueHint::FilePath,
            Self::Host => ValueHint::Hostname,
            Self::Folder => ValueHint::DirPath,
            Self::Url => ValueHint::Url,
            Self::Other => ValueHint::Other,
        }
    }
}

/// None for a flag that another struct has.
fn argument(setting: &'static dyn AnySetting, flag: &'static Flag) -> Option<Arg> {
    let entry = setting.entry();
    let mut help = flag.help.unwrap_or(entry.help).to_owned();
    let argument = Arg::new(flag.name).long(flag.name).action(ArgAction::Set);
    let argument = match flag.form {
        Form::Value { value_name, hint } => {
            if let Some(default) = entry.default {
                help.push_str(&format!(" [default: {default}]"));
            }
            argument.value_name(value_name).value_hint(hint.for_shells())
        }
        Form::List { value_name, hint } => {
            argument.action(ArgAction::Append).value_name(value_name).value_hint(hint.for_shells())
        }
        Form::Switch { .. } => argument.action(ArgAction::SetTrue),
        Form::OfRun { .. } => return None,
        Form::Pairs { shape, .. } => argument.action(ArgAction::Append).value_name(shape).value_hint(ValueHint::Other),
    };
    let heading = table::section(entry).map_or(table::OVERRIDES, |section| section.heading);
    let argument = argument.help(help).help_heading(heading);
    let argument = flag.short.into_iter().fold(argument, Arg::short);
    Some(flag.requires.into_iter().fold(argument, Arg::requires))
}

impl clap::Args for SettingFlags {
    fn augment_args(command: Command) -> Command {
        command.args(flags().filter_map(|(&setting, flag)| argument(setting, flag)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for SettingFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for (_, flag) in flags() {
            let texts: Vec<String> = match flag.form {
                Form::Switch { value } => matches.get_flag(flag.name).then(|| value.to_owned()).into_iter().collect(),
                Form::OfRun { .. } => continue,
                Form::Value { .. } | Form::List { .. } | Form::Pairs { .. } => {
                    matches.get_many::<String>(flag.name).into_iter().flatten().cloned().collect()
                }
            };
            if !texts.is_empty() {
                self.texts.insert(flag.name, texts);
            }
        }
        Ok(())
    }
}
