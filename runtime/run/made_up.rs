//! Generated answers of a mocked run. The same question has the same answer.

use apinb_text::secret::names::is_secret_name;

/// The answer to a `prompt`.
pub(super) fn answer(text: &str, variable: Option<&str>, default: Option<&str>) -> String {
    if let Some(default) = default.filter(|default| !default.is_empty()) {
        return default.to_owned();
    }
    let about = variable.unwrap_or(text).to_lowercase();
    let names = |names: &[&str]| names.iter().any(|name| about.contains(name));
    if is_secret_name(&about) {
        format!("made-up-{}", slug(&about))
    } else if names(&["email", "e-mail"]) {
        "someone@example.org".to_owned()
    } else if names(&["url", "uri", "website"]) {
        "https://example.org/".to_owned()
    } else {
        slug(&about)
    }
}

/// Lower case with dashes, at most 40 characters: also valid as the name of a host.
fn slug(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let slug: String = words.join("-").chars().take(40).collect();
    let slug = slug.trim_matches('-');
    if slug.is_empty() { "made-up".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::answer;

    fn check(text: &str, variable: Option<&str>, default: Option<&str>, expected: &str) {
        assert_eq!(answer(text, variable, default), expected, "{text} {variable:?}");
    }

    #[test]
    fn sample_answers_fit_their_question() {
        check("Please, enter your subdomain.", Some("DOMAIN"), None, "domain");
        check("Your name?", None, None, "your-name");
        check("", Some("CLIENT_SECRET"), None, "made-up-client-secret");
        check("", Some("userEmail"), None, "someone@example.org");
        check("", Some("REDIRECT_URI"), None, "https://example.org/");
        check("", Some("x"), Some("7"), "7");
        check("Как вас зовут?", None, Some(""), "made-up");
    }
}
