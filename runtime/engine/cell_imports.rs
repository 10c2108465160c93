//! The static imports of a cell: they run before its code, and their variables are constants of the notebook.

use apinb_record::error::ErrorKind;
use apinb_record::error::ErrorRecord;
use apinb_record::position::FilePosition;
use apinb_text::display::suggest::suggest;
use apinb_text::javascript::imports::{Import, imports, without};
use apinb_text::javascript::literal::string_literal;
use deno_core::v8;

use crate::exception::{Failure, Thrown};
use crate::isolate::Engine;
use crate::placed_cell::PlacedCell;

impl Engine {
    /// Runs the imports of a cell. Returns the rest of its code; none: it has no imports.
    pub(crate) fn run_imports(&mut self, cell: &PlacedCell) -> Result<Option<String>, Failure> {
        let code = cell.code.code.clone();
        let imports = imports(&code);
        for import in &imports {
            self.run_import(cell, &code, import)?;
        }
        Ok((!imports.is_empty()).then(|| without(&code, &imports)))
    }

    fn run_import(&mut self, cell: &PlacedCell, code: &str, import: &Import<'_>) -> Result<(), Failure> {
        let specifier = string_literal(&import.specifier);
        let attributes = import.attributes.map(|attributes| format!(", {{ with: {attributes} }}")).unwrap_or_default();
        let call = format!("await import({specifier}{attributes})");
        // The code is at the place of the import, so that errors have its position.
        let before = code.get(..import.range.start).unwrap_or_default();
        let (lines, line) = (before.matches('\n').count(), before.rsplit('\n').next().unwrap_or_default());
        let padding = format!("{}{}", "\n".repeat(lines), " ".repeat(line.encode_utf16().count()));
        let namespace = self
            .evaluate_once(cell, &format!("{padding}{call}"))
            .map_err(|failure| at(failure, place(cell, code, import.range.start)))?;
        if import.bindings.is_empty() {
            return Ok(());
        }
        self.check_bindings(&namespace, cell, code, import)?;
        let mut pattern = Vec::new();
        for binding in &import.bindings {
            let declared = match &binding.exported {
                None => format!("const {} = {call}", binding.local),
                Some(name) => {
                    pattern.push(format!("{}: {}", string_literal(name), binding.local));
                    continue;
                }
            };
            self.evaluate_code(cell, &format!("{padding}{declared}"), crate::evaluate::MAX_REDECLARATIONS)?;
        }
        if !pattern.is_empty() {
            let declared = format!("{padding}const {{ {} }} = {call}", pattern.join(", "));
            self.evaluate_code(cell, &declared, crate::evaluate::MAX_REDECLARATIONS)?;
        }
        Ok(())
    }

    /// Checks that a module exports what is imported from it.
    fn check_bindings(
        &mut self,
        namespace: &v8::Global<v8::Value>,
        cell: &PlacedCell,
        code: &str,
        import: &Import<'_>,
    ) -> Result<(), Failure> {
        let exports = self.names_of(namespace);
        let missing = import.bindings.iter().find_map(|binding| {
            let name = binding.exported.as_ref().filter(|name| !exports.contains(name))?;
            Some((binding, name))
        });
        let Some((binding, name)) = missing else { return Ok(()) };
        let message = format!("the module `{}` has no export `{name}`", import.specifier);
        let mut record = ErrorRecord::new(ErrorKind::Thrown, "SyntaxError", message);
        record.help = Some(match suggest(name, exports.iter().map(String::as_str)) {
            Some(similar) => format!("Did you mean `{similar}`?"),
            None if name == "default" => "Import its names in braces: `import { name } from …`.".to_owned(),
            None if exports.iter().any(|export| export == "module.exports") => {
                "It is a CommonJS module: import its default export, and read the property.".to_owned()
            }
            None => format!("It exports {}.", list(&exports)),
        });
        let position = Some(place(cell, code, binding.start));
        Err(Failure::thrown(Thrown { value: None, record, position, redeclared: None }))
    }

    /// The names of a module's exports.
    fn names_of(&mut self, namespace: &v8::Global<v8::Value>) -> Vec<String> {
        deno_core::scope!(scope, self.js);
        let namespace = v8::Local::new(scope, namespace);
        let Ok(namespace) = v8::Local::<v8::Object>::try_from(namespace) else { return Vec::new() };
        let names = namespace.get_own_property_names(scope, v8::GetPropertyNamesArgs::default());
        let Some(names) = names else { return Vec::new() };
        let name = |index| Some(names.get_index(scope, index)?.to_rust_string_lossy(scope));
        (0..names.length()).filter_map(name).collect()
    }
}

/// The position in V8 of a byte of a cell's code.
fn place(cell: &PlacedCell, code: &str, offset: usize) -> FilePosition {
    let before = code.get(..offset).unwrap_or_default();
    let line = cell.first_line + before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().encode_utf16().count() + 1;
    FilePosition { file: cell.script.clone(), line, column }
}

/// A failure with another position, where its value has none.
fn at(mut failure: Failure, position: FilePosition) -> Failure {
    if let Failure::Thrown(thrown) = &mut failure {
        thrown.position = Some(position);
    }
    failure
}

/// The first of some names.
fn list(names: &[String]) -> String {
    const MOST: usize = 5;
    let first: Vec<_> = names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(MOST) {
        0 if names.is_empty() => "nothing".to_owned(),
        0 => first.join(", "),
        rest => format!("{} and {rest} more", first.join(", ")),
    }
}
