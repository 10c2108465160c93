//! Renders results and describes errors. This may run code of the notebook, such as a getter, so it has a separate time
//! limit.

use std::time::Duration;

use apinb_record::error::ErrorRecord;
use apinb_record::run::ResultValue;
use deno_core::v8;
use tokio_util::sync::CancellationToken;

use crate::exception::{self, Thrown};
use crate::isolate::Engine;
use crate::outcome::{MAX_FULL, Shown};

/// Time limit for inspecting a result or an error, whatever its getters do.
const INSPECTION_LIMIT: Duration = Duration::from_secs(2);

/// Maximum length of a result on one line, in characters.
const MAX_SHORT: usize = 100;

impl Engine {
    /// Runs a function that may call into objects of the notebook, under a separate limit.
    pub(crate) fn with_inspection_limit<T>(&mut self, look: impl FnOnce(&mut Self) -> T) -> T {
        // The time of the cell goes on for the host.
        self.session.watchdog.watch(CancellationToken::new(), Some(INSPECTION_LIMIT));
        let seen = look(self);
        self.session.watchdog.stop();
        self.js.v8_isolate().cancel_terminate_execution();
        if self.memory.take_reached() {
            self.memory.recover(&mut self.js);
        }
        seen
    }

    pub(crate) fn show(&mut self, value: &v8::Global<v8::Value>) -> Option<Shown> {
        {
            deno_core::scope!(scope, self.js);
            if v8::Local::new(scope, value).is_undefined() {
                return None;
            }
        }
        let texts = self.call_hook(|hooks| &hooks.show, &[value]);
        let Ok(texts) = texts else {
            let text = "[a value that cannot be rendered]".to_owned();
            let value = ResultValue::Type { name: "object".to_owned() };
            return Some(Shown { short: text.clone(), full: text, value });
        };
        deno_core::scope!(scope, self.js);
        let local = v8::Local::new(scope, texts);
        let (short, full, json, kind): (String, String, Option<String>, String) =
            deno_core::serde_v8::from_v8(scope, local).ok()?;
        let redactor = &self.session.redactor;
        let full = redactor.redact(&full).truncate_bytes(MAX_FULL - '…'.len_utf8());
        let short = redactor.redact(&short).one_line().truncate(MAX_SHORT);
        let value = match json.and_then(|json| serde_json::from_str(&redactor.redact(&json)).ok()) {
            Some(json) => ResultValue::Json { json },
            None => ResultValue::Type { name: redactor.redact(&kind).truncate(MAX_SHORT) },
        };
        Some(Shown { short, full, value })
    }

    pub(crate) fn describe(&mut self, thrown: &Thrown) -> Box<ErrorRecord> {
        let Thrown { value, record, position, .. } = thrown;
        let described = value.as_ref().map(|value| self.call_hook(|hooks| &hooks.describe, &[value]));
        let mut record = match described {
            Some(Ok(described)) => {
                deno_core::scope!(scope, self.js);
                let local = v8::Local::new(scope, described);
                exception::from_description(scope, local, &self.session).unwrap_or_else(|| record.clone())
            }
            _ => record.clone(),
        };
        if record.position.is_none() {
            record.position.clone_from(position);
        }
        record.help = record.help.or_else(|| thrown.record.help.clone());
        Box::new(record)
    }
}
