//! The static imports of a cell: `import … from '…'`, found by tokens.
//!
//! V8 has no top-level `await` and no redeclaration in modules, so a cell is a script; its imports are taken out of the code,
//! which keeps its lines and columns, and run first.

use std::ops::Range;

use super::literal::string_value;
use super::tokens::{Token, TokenKind, tokens};

/// An import of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import<'a> {
    /// Its bytes in the code, with a semicolon that follows.
    pub range: Range<usize>,
    /// The bytes of the specifier with its quotes.
    pub specifier_range: Range<usize>,
    /// What it names: a path, a URL or a package.
    pub specifier: String,
    /// The variables that it declares.
    pub bindings: Vec<Binding<'a>>,
    /// The `{ … }` of `with { … }`.
    pub attributes: Option<&'a str>,
}

/// A variable that an import declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding<'a> {
    pub local: &'a str,
    /// The name of the export: `default` for a default import; none for the whole namespace.
    pub exported: Option<String>,
    /// Where `local` is in the code.
    pub start: usize,
}

/// The imports between the outermost statements of `code`. One that is incomplete or wrong is not among them.
#[must_use]
pub fn imports(code: &str) -> Vec<Import<'_>> {
    if !code.contains("import") {
        return Vec::new();
    }
    let tokens = tokens(code, code.len());
    statements(code, &tokens, "import")
        .filter_map(|at| Parser { code, tokens: &tokens, at: at + 1, ended: false }.import(at))
        .collect()
}

/// Whether `code` has an import or export declaration, so that it is a module and not a script.
#[must_use]
pub fn has_module_syntax(code: &str) -> bool {
    let tokens = tokens(code, code.len());
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    let declares = |keyword| {
        statements(code, &tokens, keyword).any(|at| match (keyword, text(at + 1)) {
            ("import", next) => next != "(",
            (_, next) => {
                matches!(next, "{" | "*" | "default" | "const" | "let" | "var" | "function" | "class" | "async")
            }
        })
    };
    declares("import") || declares("export")
}

/// Whether `code` ends within a static import, which goes on in the next line.
#[must_use]
pub fn is_incomplete_import(code: &str) -> bool {
    let tokens = tokens(code, code.len());
    statements(code, &tokens, "import").any(|at| {
        let mut parser = Parser { code, tokens: &tokens, at: at + 1, ended: false };
        parser.import(at).is_none() && parser.ended
    })
}

/// `code` with white space in place of `imports`, after a semicolon: the statement before ends there. Lines and columns stay,
/// in bytes and in UTF-16.
#[must_use]
pub fn without(code: &str, imports: &[Import<'_>]) -> String {
    let is_in = |at: usize| imports.iter().any(|import| import.range.contains(&at));
    let mut blanked = String::with_capacity(code.len());
    for (at, character) in code.char_indices() {
        if imports.iter().any(|import| import.range.start == at) {
            blanked.push(';');
        } else if !is_in(at) || character.is_whitespace() {
            blanked.push(character);
        } else {
            // White space of the same length in both encodings.
            blanked.push_str(match character.len_utf8() {
                1 => " ",
                2 => "\u{a0}",
                3 => "\u{2003}",
                _ => "\u{a0}\u{a0}",
            });
        }
    }
    blanked
}

/// The indices of the tokens at which an outermost statement begins with `keyword`.
fn statements<'t>(code: &'t str, tokens: &'t [Token<'t>], keyword: &'t str) -> impl Iterator<Item = usize> + 't {
    let mut depth = 0_usize;
    tokens.iter().enumerate().filter_map(move |(at, token)| {
        let outer = depth == 0;
        match (token.kind, token.text) {
            (TokenKind::Punctuator, "(" | "[" | "{") => depth += 1,
            (TokenKind::Punctuator, ")" | "]" | "}") => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_keyword = outer && token.kind == TokenKind::Word && token.text == keyword;
        (is_keyword && begins_statement(code, tokens, at)).then_some(at)
    })
}

fn begins_statement(code: &str, tokens: &[Token<'_>], at: usize) -> bool {
    let (Some(token), Some(before)) = (tokens.get(at), at.checked_sub(1).and_then(|before| tokens.get(before))) else {
        return true;
    };
    let gap = code.get(before.start + before.text.len()..token.start).unwrap_or_default();
    matches!(before.text, ";" | "}") || gap.contains(['\n', '\r']) && !matches!(before.text, "." | "?.")
}

struct Parser<'a, 't> {
    code: &'a str,
    tokens: &'t [Token<'a>],
    at: usize,
    /// Whether the code ended where more is needed.
    ended: bool,
}

impl<'a> Parser<'a, '_> {
    fn import(&mut self, keyword: usize) -> Option<Import<'a>> {
        let start = self.tokens.get(keyword)?.start;
        let mut bindings = Vec::new();
        if self.peek()?.kind != TokenKind::Literal {
            self.clause(&mut bindings)?;
            self.expect("from")?;
        }
        let specifier = self.next().filter(|token| token.kind == TokenKind::Literal)?;
        let value = string_value(specifier.text)?;
        let mut end = specifier.start + specifier.text.len();
        let mut attributes = None;
        if self.peek().is_some_and(|token| token.text == "with") {
            self.at += 1;
            let open = self.expect("{")?.start;
            while self.next()?.text != "}" {}
            end = self.tokens.get(self.at - 1)?.start + 1;
            attributes = self.code.get(open..end);
        }
        if let Some(semicolon) = self.peek().filter(|token| token.text == ";") {
            end = semicolon.start + 1;
        }
        Some(Import {
            range: start..end,
            specifier_range: specifier.start..specifier.start + specifier.text.len(),
            specifier: value,
            bindings,
            attributes,
        })
    }

    /// `a`, `* as a`, `{ a, b as c }`, or the first and one of the others.
    fn clause(&mut self, bindings: &mut Vec<Binding<'a>>) -> Option<()> {
        if self.peek()?.kind == TokenKind::Word {
            let token = self.next()?;
            bindings.push(Binding { local: token.text, exported: Some("default".to_owned()), start: token.start });
            if self.peek()?.text != "," {
                return Some(());
            }
            self.at += 1;
        }
        match self.next()?.text {
            "*" => {
                self.expect("as")?;
                let token = self.word()?;
                bindings.push(Binding { local: token.text, exported: None, start: token.start });
            }
            "{" => self.named(bindings)?,
            _ => return None,
        }
        Some(())
    }

    fn named(&mut self, bindings: &mut Vec<Binding<'a>>) -> Option<()> {
        loop {
            let name = self.next()?;
            let exported = match name.kind {
                TokenKind::Word => name.text.to_owned(),
                TokenKind::Literal => string_value(name.text)?,
                _ if name.text == "}" => return Some(()),
                _ => return None,
            };
            let local = if self.peek()?.text == "as" {
                self.at += 1;
                self.word()?
            } else if name.kind == TokenKind::Word {
                name
            } else {
                return None;
            };
            bindings.push(Binding { local: local.text, exported: Some(exported), start: local.start });
            match self.next()?.text {
                "," => {}
                "}" => return Some(()),
                _ => return None,
            }
        }
    }

    fn peek(&mut self) -> Option<Token<'a>> {
        let token = self.tokens.get(self.at).copied();
        self.ended |= token.is_none();
        token
    }

    fn next(&mut self) -> Option<Token<'a>> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    fn word(&mut self) -> Option<Token<'a>> {
        self.next().filter(|token| token.kind == TokenKind::Word)
    }

    fn expect(&mut self, text: &str) -> Option<Token<'a>> {
        self.next().filter(|token| token.text == text)
    }
}

#[cfg(test)]
mod tests {
    use super::{has_module_syntax, imports, is_incomplete_import, without};

    #[test]
    fn imports_have_their_bindings() {
        for (code, specifier, expected) in [
            ("import 'a'", "a", ""),
            ("import a from \"b\";", "b", "a=default"),
            ("import * as a from 'b'", "b", "a=*"),
            ("import { a, b as c, 'x-y' as d, default as e, } from 'b'", "b", "a=a c=b d=x-y e=default"),
            ("import a, { b } from './b.js'", "./b.js", "a=default b=b"),
            ("import a, * as b from './it\\'s.js'", "./it's.js", "a=default b=*"),
            ("import {} from 'a'", "a", ""),
            ("import {\n  a, // the first\n  b\n} from 'c'", "c", "a=a b=b"),
            ("import from from 'a'", "a", "from=default"),
        ] {
            let found = imports(code);
            assert_eq!(found.len(), 1, "{code}");
            let bindings = found[0].bindings.iter();
            let names: Vec<_> = bindings
                .map(|one| {
                    assert_eq!(&code[one.start..one.start + one.local.len()], one.local, "{code}");
                    format!("{}={}", one.local, one.exported.as_deref().unwrap_or("*"))
                })
                .collect();
            assert_eq!((found[0].specifier.as_str(), names.join(" ").as_str()), (specifier, expected), "{code}");
            assert_eq!(found[0].range, 0..code.len(), "{code}");
        }
    }

    #[test]
    fn attributes_belong_to_the_import() {
        let code = "import a from 'b' with { type: 'json' }\na";
        let found = imports(code);
        assert_eq!(found[0].attributes, Some("{ type: 'json' }"));
        assert_eq!(&code[found[0].range.clone()], "import a from 'b' with { type: 'json' }");
    }

    #[test]
    fn only_outermost_statements_import() {
        for code in [
            "import('a')",
            "x = import('a')",
            "import.meta",
            "x.import\n('a')",
            "{ import a from 'b' }",
            "x = { import: 'a' }",
            "'import a from b'",
            "// import a from 'b'",
            "import a from",
            "import { a from 'b'",
            "import a b from 'c'",
        ] {
            assert_eq!(imports(code), [], "{code}");
        }
        assert_eq!(imports("f()\nimport 'a'; import 'b'\n").len(), 2);
    }

    #[test]
    fn the_rest_of_the_code_keeps_its_place() {
        let code = "import { a,\n é as b } from '😀 €'; f(a)\nb";
        let rest = without(code, &imports(code));
        assert_eq!(rest.trim_start_matches([';', ' ', '\n', '\u{a0}', '\u{2003}']), "f(a)\nb");
        assert_eq!(rest.find("f(a)"), code.find("f(a)"));
        let units = |text: &str| text.encode_utf16().position(|unit| unit == u16::from(b'f'));
        let line = code.split_once('\n').unwrap().1;
        assert_eq!(rest.lines().count(), code.lines().count());
        assert_eq!(
            units(rest.split_once('\n').unwrap().1),
            line.split("; ").next().map(|before| before.encode_utf16().count() + 2)
        );
    }

    #[test]
    fn modules_are_told_from_scripts() {
        for code in ["import 'a'", "export default 1", "export { a }", "a()\nexport const b = 1", "export * from 'a'"] {
            assert!(has_module_syntax(code), "{code}");
        }
        for code in ["import('a')", "exports.a = 1", "module.exports = {}", "x = { export: 1 }", "let a"] {
            assert!(!has_module_syntax(code), "{code}");
        }
        for code in [
            "import {",
            "import a,",
            "import a",
            "x()\nimport {\n a,",
            "import * as",
            "import 'a' with {",
            "import a from",
        ] {
            assert!(is_incomplete_import(code), "{code}");
        }
        for code in ["import('a')", "import.meta", "import a b", "import { 1", "import 'a'", "import"] {
            assert_eq!(is_incomplete_import(code), code == "import", "{code}");
        }
    }
}
