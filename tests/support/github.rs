//! The commands that the runner of GitHub Actions finds in the output of a program, parsed like its `ActionCommand` and
//! `ActionCommandManager`.

const REGISTERED: [&str; 13] = [
    "stop-commands",
    "add-mask",
    "add-matcher",
    "remove-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "notice",
    "save-state",
    "warning",
];

/// Every line that is executed, except those that stop and resume commands.
pub(crate) fn github_commands(printed: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut token: Option<String> = None;
    for line in printed.replace("\r\n", "\n").split(['\n', '\r']) {
        let Some(name) = command(line, token.as_deref()) else { continue };
        match &token {
            Some(token_) if *token_ == name => token = None,
            Some(_) => {}
            None if name == "stop-commands" => {
                token = Some(line.trim_start().trim_start_matches("::stop-commands::").to_owned());
            }
            None => found.push(line.to_owned()),
        }
    }
    assert_eq!(token, None, "the fence is left open");
    found
}

/// The command name of a line.
fn command(line: &str, token: Option<&str>) -> Option<String> {
    let known = |info: &str| {
        let name = info.split(' ').next().unwrap_or_default().to_ascii_lowercase();
        (REGISTERED.contains(&name.as_str()) || Some(name.as_str()) == token).then_some(name)
    };
    let by_colons = line.trim_start().strip_prefix("::").and_then(|rest| known(rest.split_once("::")?.0));
    by_colons.or_else(|| known(line.split_once("##[")?.1.split_once(']')?.0))
}
