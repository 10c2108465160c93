//! The imports among the files of a crate, from `use` lines and paths, and their cycles.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use regex::Regex;

type Module = Vec<String>;

/// The cycles of files in a crate, each as the sorted paths of its files. `sources` has the path of each file relative
/// to the folder of the crate, and its code without comments.
pub(crate) fn circles(sources: &[(String, String)]) -> Vec<Vec<String>> {
    let files: BTreeMap<Module, &(String, String)> = sources.iter().map(|file| (module(&file.0), file)).collect();
    let edges: BTreeMap<&Module, BTreeSet<&Module>> =
        files.iter().map(|(module, (_, code))| (module, imports(module, code, &files))).collect();
    let reached: BTreeMap<&Module, HashSet<&Module>> = edges.keys().map(|from| (*from, reach(from, &edges))).collect();
    let mut circles: BTreeSet<Vec<String>> = BTreeSet::new();
    for (from, reached_from) in &reached {
        let circle = reached_from.iter().filter(|to| reached.get(**to).is_some_and(|back| back.contains(from)));
        let mut circle: Vec<String> =
            circle.filter_map(|module| files.get(*module)).map(|file| file.0.clone()).collect();
        circle.sort();
        if circle.len() > 1 {
            circles.insert(circle);
        }
    }
    circles.into_iter().collect()
}

/// `raml/types/mod.rs` → `raml::types`.
fn module(path: &str) -> Module {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let mut segments: Module = path.split('/').map(str::to_owned).collect();
    if matches!(segments.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        segments.pop();
    }
    segments
}

fn reach<'m>(from: &Module, edges: &BTreeMap<&'m Module, BTreeSet<&'m Module>>) -> HashSet<&'m Module> {
    let mut reached = HashSet::new();
    let mut open: Vec<&Module> = edges.get(from).into_iter().flatten().copied().collect();
    while let Some(module) = open.pop() {
        if reached.insert(module) {
            open.extend(edges.get(module).into_iter().flatten());
        }
    }
    reached
}

fn imports<'m>(from: &Module, code: &str, files: &'m BTreeMap<Module, &(String, String)>) -> BTreeSet<&'m Module> {
    // Tests of a file may use modules above it.
    let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    // A visibility is not an import.
    let code = Regex::new(r"pub\(in [^)]*\)").unwrap().replace_all(code, "pub");
    let lines = Regex::new(r"(?m)^\s*(?:pub(?:\([^)]*\))? )?use ([^;]+);").unwrap();
    let mut paths: Vec<String> = lines.captures_iter(&code).flat_map(|line| leaves(&line[1])).collect();
    let rest = lines.replace_all(&code, "");
    // A path that starts with a child module, or at the root.
    let inline = Regex::new(r"\b[a-z_]\w*(?:::\w+)+").unwrap();
    paths.extend(inline.find_iter(&rest).map(|path| path.as_str().to_owned()));
    let targets = paths.iter().filter_map(|path| {
        let mut segments = path.split("::").map(str::trim).peekable();
        let mut base = match *segments.peek()? {
            "crate" => {
                segments.next();
                Vec::new()
            }
            "self" | "super" => from.clone(),
            _ => {
                let child: Module = from.iter().cloned().chain([(*segments.peek()?).to_owned()]).collect();
                files.contains_key(&child).then(|| from.clone())?
            }
        };
        while matches!(segments.peek(), Some(&"self" | &"super")) {
            if segments.next() == Some("super") {
                base.pop()?;
            }
        }
        base.extend(segments.map(str::to_owned));
        // The longest prefix that is a file; the rest is an item in it.
        let file = (0..=base.len()).rev().find_map(|end| files.get_key_value(base.get(..end)?))?;
        Some(file.0).filter(|module| *module != from)
    });
    targets.collect()
}

/// `a::{b, c::{d, self}}` → `a::b`, `a::c::d`, `a::c::self`.
fn leaves(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((prefix, list)) = tree.split_once('{') else {
        return vec![tree.split(" as ").next().unwrap_or_default().to_owned()];
    };
    let list = list.trim_end().strip_suffix('}').unwrap_or(list);
    let (mut parts, mut part, mut depth) = (Vec::new(), String::new(), 0);
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(std::mem::take(&mut part));
                continue;
            }
            _ => {}
        }
        part.push(c);
    }
    parts.push(part);
    let parts = parts.iter().filter(|part| !part.trim().is_empty());
    parts.flat_map(|part| leaves(part)).map(|leaf| format!("{}{leaf}", prefix.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::circles;

    #[test]
    fn circles_are_found_through_every_way_to_name_a_file() {
        let file = |path: &str, code: &str| (path.to_owned(), code.to_owned());
        let sources = [
            file("lib.rs", "mod a;\nmod b;\nmod c;\nuse a::A;\n"),
            file("a.rs", "Use crate::b::{deep::{Inner, self}, B};\n."),
            file("b/mod.rs", "mod deep;\npub(in crate::c) fn f() { deep::g() }\n"),
            file("b/deep.rs", "Use super::super::c::C;\n."),
            file("c.rs", "fn f() { crate::a::g(); }\n#[cfg(test)]\nmod tests {\n    use crate::lonely::L;\n}\n"),
            file("lonely.rs", "Use crate::c::C;\n."),
        ];
        assert_eq!(circles(&sources), [["a.rs", "b/deep.rs", "b/mod.rs", "c.rs"]]);
    }
}
