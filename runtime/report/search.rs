//! Renders the result of `apinb definition search`.

use apinb_record::search::{FoundMethod, Search, SearchWord};
use apinb_text::display::plural::pluralize;
use apinb_text::display::quote::quote_each;

use super::explanation::short_call;
use super::layout::{BOLD, DIM, GREEN, Line, PLAIN, YELLOW, wrap};

/// Minimum width for wrapping, in columns.
const MIN_WIDTH: usize = 30;

/// The methods as text, each with its summary and its call. Summaries are wrapped at `width` columns.
#[must_use]
pub fn text(search: &Search, width: usize, color: bool) -> String {
    let mut text = String::new();
    let mut add = |line: Line| text.push_str(&line.render(None, color));
    let styled = |style, text: &str| {
        let mut line = Line::default();
        line.push(style, text);
        line
    };
    for SearchWord { word, similar, .. } in &search.words {
        if let Some(similar) = similar {
            add(styled(DIM, &format!("`{similar}` instead of `{word}`, which nothing contains")));
        }
    }
    // Short words are articles and the like.
    let unknown = search.words.iter().filter(|one| !one.found && one.word.chars().count() > 2);
    let unknown: Vec<&str> = unknown.map(|one| one.word.as_str()).collect();
    if !unknown.is_empty() && !search.methods.is_empty() {
        add(styled(DIM, &format!("nothing contains {}", quote_each(unknown, ", "))));
    }
    for FoundMethod { path, name, summary } in &search.methods {
        let mut title = Line::default();
        title.push(GREEN, &summary.method).push(PLAIN, " ").push(BOLD, path);
        if let Some(name) = name {
            title.push(PLAIN, "  ").push(PLAIN, name);
        }
        if summary.deprecated {
            title.push(YELLOW, "  deprecated");
        }
        add(title);
        let said = summary.summary.as_deref().filter(|said| Some(*said) != name.as_deref());
        for line in wrap(said.unwrap_or_default(), width.max(MIN_WIDTH) - INDENT.len()) {
            let mut indented = Line::default();
            indented.push_as_it_is(PLAIN, INDENT).push(PLAIN, &line);
            add(indented);
        }
        let mut call = Line::default();
        call.push_as_it_is(PLAIN, INDENT).push(GREEN, &short_call(&summary.call));
        add(call);
    }
    if search.omitted > 0 {
        add(styled(DIM, &format!("and {}", pluralize(search.omitted, "other method"))));
    }
    text
}

const INDENT: &str = "    ";

#[cfg(test)]
mod tests {
    use apinb_record::explanation::Summary;
    use apinb_record::search::{FoundMethod, Search, SearchWord, VERSION};

    use super::text;

    fn method(name: Option<&str>, call: &str, summary: Option<&str>) -> FoundMethod {
        let summary = Summary {
            method: "POST".to_owned(),
            call: call.to_owned(),
            summary: summary.map(str::to_owned),
            deprecated: name.is_none(),
        };
        FoundMethod { path: "/todos".to_owned(), name: name.map(str::to_owned), summary }
    }

    #[test]
    fn a_method_has_its_summary_and_its_call() {
        let word = |word: &str, similar: Option<&str>, found| SearchWord {
            word: word.to_owned(),
            similar: similar.map(str::to_owned),
            found,
        };
        let long = "Creates a todo, and tells everybody about it at once";
        let mut search = Search {
            version: VERSION,
            words: vec![word("crate", Some("create"), true), word("zebra", None, false), word("todo", None, true)],
            methods: vec![
                method(Some("createTodo"), "client.todos.post({\n  title: 'x'\n})", Some(long)),
                method(None, "client.todos.post()", None),
            ],
            omitted: 1,
        };
        let expected = [
            "`create` instead of `crate`, which nothing contains",
            "nothing contains `zebra`",
            "POST /todos  createTodo",
            "    Creates a todo, and tells",
            "    everybody about it at once",
            "    client.todos.post({ … })",
            "POST /todos  deprecated",
            "    client.todos.post()",
            "and 1 other method",
            "",
        ];
        assert_eq!(text(&search, 30, false), expected.join("\n"));
        search.methods.clear();
        search.words.clear();
        search.omitted = 0;
        assert_eq!(text(&search, 30, false), "");
    }
}
