//! Recovers from a cell that ran out of memory, so that the next one has room.

use deno_core::v8;

use crate::isolate::Engine;
use crate::placed_cell::PlacedCell;
use apinb_notebook::assigned::assigned_names;

impl Engine {
    /// A cell that ran out of memory: the variables that it assigns become undefined, so that the next cell has room.
    pub(crate) fn release_assigned_variables(&mut self, cell: &PlacedCell) {
        let names = assigned_names(&cell.code.code);
        let declared: Vec<_> = names.iter().filter(|name| name.declared).map(|name| name.name).collect();
        if let (Some(repl_mode), false) = (&mut self.repl_mode, declared.is_empty()) {
            let _entered = self.tokio.enter();
            repl_mode.declare_anew(&declared);
        }
        {
            deno_core::scope!(scope, self.js);
            let global = scope.get_current_context().global(scope);
            let nothing: v8::Local<v8::Value> = v8::undefined(scope).into();
            for name in names.iter().filter(|name| !name.declared) {
                let Some(name) = v8::String::new(scope, name.name) else { continue };
                if global.has_own_property(scope, name.into()) == Some(true) {
                    global.set(scope, name.into(), nothing);
                }
            }
        }
        self.memory.recover(&mut self.js);
    }
}
