//! XML in one form for all texts that mean the same: without the declaration, comments and white space between elements,
//! with sorted attributes.

/// The parts of a document in order; none for what does not look like XML.
pub(crate) fn canonical(text: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut rest = text.trim_start_matches('\u{feff}').trim();
    if !rest.starts_with('<') {
        return None;
    }
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.split_once("-->")?.1;
        } else if let Some(after) = rest.strip_prefix("<![CDATA[") {
            let (data, after) = after.split_once("]]>")?;
            push_text(&mut parts, data);
            rest = after;
        } else if let Some(after) = rest.strip_prefix("<?") {
            rest = after.split_once("?>")?.1;
        } else if let Some(after) = rest.strip_prefix('<') {
            let end = tag_end(after)?;
            let (tag, after) = (after.get(..end)?, after.get(end + 1..)?);
            push_tag(&mut parts, tag);
            rest = after;
        } else {
            let end = rest.find('<').unwrap_or(rest.len());
            let (data, after) = rest.split_at_checked(end)?;
            if !data.trim().is_empty() {
                push_text(&mut parts, &unescaped(data));
            }
            rest = after;
        }
    }
    Some(parts)
}

/// Where a tag ends: at the `>` outside of quotes.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    tag.char_indices().find_map(|(at, character)| match (quote, character) {
        (None, '>') => Some(at),
        (None, '"' | '\'') => {
            quote = Some(character);
            None
        }
        (Some(open), _) if open == character => {
            quote = None;
            None
        }
        _ => None,
    })
}

/// Adds text; neighboring pieces of text are one.
fn push_text(parts: &mut Vec<String>, text: &str) {
    match parts.last_mut().filter(|last| !last.starts_with('<')) {
        Some(last) => last.push_str(text),
        // No text begins with the mark of a tag.
        None => parts.push(format!("={text}")),
    }
}

fn push_tag(parts: &mut Vec<String>, tag: &str) {
    let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
    let tag = tag.trim();
    let end = tag.find(char::is_whitespace).unwrap_or(tag.len());
    let (name, mut rest) = tag.split_at_checked(end).unwrap_or((tag, ""));
    let mut attributes = Vec::new();
    while let Some((key, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let Some(quote) = after.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { break };
        let Some((value, behind)) = after.get(1..).and_then(|after| after.split_once(quote)) else { break };
        attributes.push(format!(" {}=\"{}\"", key.trim(), unescaped(value)));
        rest = behind;
    }
    attributes.sort();
    parts.push(format!("<{name}{}>", attributes.concat()));
    if is_empty {
        parts.push(format!("</{name}>"));
    }
}

fn unescaped(text: &str) -> String {
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    named.iter().fold(text.to_owned(), |text, (escape, character)| text.replace(escape, character))
}
