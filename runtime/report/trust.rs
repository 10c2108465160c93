//! Renders what projects ask for beyond their own files, for `apinb trust` and for the question of the first run.

use apinb_record::trust::{ANY_HOST, ProjectToken, ProjectTrust, TrustAnswers, TrustReach, TrustRequest};
use apinb_text::display::quote::quote;

use super::layout::{BOLD, DIM, GREEN, Line, PLAIN, YELLOW};

/// A line for each request, indented, without a line feed at the end of the last one.
#[must_use]
pub fn requests(requests: &[TrustRequest]) -> String {
    let lines: Vec<String> = requests.iter().map(|request| line(request).render(None, false)).collect();
    lines.concat().trim_end().to_owned()
}

/// The list of a project, its hash, and whether the user has accepted it.
#[must_use]
pub fn project(project: &ProjectTrust, color: bool) -> String {
    let mut head = Line::default();
    head.push(BOLD, &project.folder).push_as_it_is(PLAIN, "  ");
    let Some(hash) = &project.hash else {
        head.push(GREEN, "asks for nothing beyond its own files");
        return head.render(None, color);
    };
    match project.trusted {
        true => head.push(GREEN, "trusted"),
        false => head.push(YELLOW, "not trusted"),
    };
    let mut text = head.render(None, color);
    text.extend(project.requests.iter().map(|request| line(request).render(None, color)));
    let mut tail = Line::default();
    tail.push_as_it_is(PLAIN, "hash: ").push(PLAIN, hash);
    text + &tail.render(None, color)
}

/// The accepted lists.
#[must_use]
pub fn answers(answers: &TrustAnswers, color: bool) -> String {
    let mut text = String::new();
    for answer in &answers.answers {
        let mut head = Line::default();
        head.push(BOLD, &answer.folder).push_as_it_is(PLAIN, "  ");
        head.push(DIM, &format!("{}  {}", answer.hash, answer.accepted));
        text.push_str(&head.render(None, color));
        text.extend(answer.requests.iter().map(|request| line(request).render(None, color)));
    }
    for ProjectToken { folder, token } in &answers.tokens {
        let mut line = Line::default();
        line.push(BOLD, folder).push_as_it_is(PLAIN, "  ").push(PLAIN, &format!("uses the stored token {token}"));
        text.push_str(&line.render(None, color));
    }
    text
}

fn line(request: &TrustRequest) -> Line {
    let TrustRequest { setting, from, reach, value, hosts } = request;
    let mut line = Line::default();
    line.push_as_it_is(PLAIN, "  ");
    if let Some(from) = from {
        line.push(DIM, &format!("{from}: "));
    }
    line.push(
        PLAIN,
        &match reach {
            TrustReach::Variable => format!("`{setting}` reads the environment variable `{value}`"),
            TrustReach::File => format!("`{setting}` reads the file `{value}`, outside of the project"),
            TrustReach::Setting => format!("`{setting}` is `{value}`"),
        },
    );
    if !hosts.is_empty() {
        line.push(PLAIN, &format!(", for {}", self::hosts(hosts)));
    }
    line
}

fn hosts(hosts: &[String]) -> String {
    if hosts.iter().any(|host| host == ANY_HOST) {
        return "any host".to_owned();
    }
    let shown = |host: &String| match host.strip_prefix('$') {
        Some(variable) => format!("the host in `{variable}`"),
        None => quote(host),
    };
    hosts.iter().map(shown).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use apinb_record::trust::{ProjectTrust, TrustReach, TrustRequest, VERSION};

    use super::{project, requests};

    fn request(reach: TrustReach, hosts: &[&str]) -> TrustRequest {
        TrustRequest {
            setting: "inputs.KEY".to_owned(),
            from: Some("apinb.toml:2".to_owned()),
            reach,
            value: "NAME\u{1b}".to_owned(),
            hosts: hosts.iter().map(|&host| host.to_owned()).collect(),
        }
    }

    #[test]
    fn a_request_names_its_line_its_value_and_its_hosts() {
        for (reach, hosts, expected) in [
            (TrustReach::Variable, vec!["*"], "`inputs.KEY` reads the environment variable `NAME␛`, for any host"),
            (
                TrustReach::Variable,
                vec!["a.test", "*"],
                "`inputs.KEY` reads the environment variable `NAME␛`, for any host",
            ),
            (
                TrustReach::File,
                vec!["$API", "*.a.test", "b.test:81"],
                "`inputs.KEY` reads the file `NAME␛`, outside of the project, for the host in `API`, `*.a.test`, `b.test:81`",
            ),
            (TrustReach::Setting, vec![], "`inputs.KEY` is `NAME␛`"),
        ] {
            assert_eq!(requests(&[request(reach, &hosts)]), format!("  apinb.toml:2: {expected}"));
        }
    }

    #[test]
    fn a_project_has_a_hash_unless_it_asks_for_nothing() {
        let mut shown = ProjectTrust {
            version: VERSION,
            folder: "/p".to_owned(),
            hash: Some("0a".to_owned()),
            trusted: false,
            requests: vec![request(TrustReach::Setting, &[])],
        };
        assert_eq!(project(&shown, false), "/p  not trusted\n  apinb.toml:2: `inputs.KEY` is `NAME␛`\nhash: 0a\n");
        shown.hash = None;
        assert_eq!(project(&shown, false), "/p  asks for nothing beyond its own files\n");
    }
}
