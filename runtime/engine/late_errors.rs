//! Errors of timers that were thrown while a later cell ran: they fail the cell that set the timer.

use apinb_record::error::ErrorRecord;
use deno_core::v8;

use crate::exception;
use crate::isolate::Engine;

/// An error of a timer that an earlier cell has set.
#[derive(Clone, Debug)]
pub struct LateError {
    /// The number of that cell.
    pub cell: usize,
    pub error: ErrorRecord,
}

impl Engine {
    /// Takes the errors that came while the last cell ran.
    pub fn take_late_errors(&mut self) -> Vec<LateError> {
        self.with_inspection_limit(|engine| {
            let Ok(taken) = engine.call_hook(|hooks| &hooks.late_errors, &[]) else { return Vec::new() };
            deno_core::scope!(scope, engine.js);
            let Ok(list) = v8::Local::<v8::Array>::try_from(v8::Local::new(scope, taken)) else { return Vec::new() };
            let mut errors = Vec::new();
            for index in 0..list.length() {
                let pair = list.get_index(scope, index).and_then(|pair| v8::Local::<v8::Array>::try_from(pair).ok());
                let Some(pair) = pair else { continue };
                let cell = pair.get_index(scope, 0).and_then(|number| number.uint32_value(scope));
                let described = pair.get_index(scope, 1);
                if let (Some(cell), Some(described)) = (cell, described)
                    && let Some(error) = exception::from_description(scope, described, &engine.session)
                {
                    let error = exception::place(error, None, &engine.session);
                    errors.push(LateError { cell: cell as usize, error });
                }
            }
            errors
        })
    }
}
