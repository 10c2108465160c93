//! Makes an engine repeatable: gives its global the clock and the chance of the settings, and finds its time zone and
//! locale.

use apinb_record::determinism::{Locale, TimeZone};
use deno_core::v8;

use crate::isolate::Engine;
use crate::outcome::EngineError;

/// The time zone and the locale of a notebook; none where the system has a name that is not usable elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    pub time_zone: Option<TimeZone>,
    pub locale: Option<Locale>,
}

impl Engine {
    /// The time zone and the locale that dates and numbers have.
    pub fn surroundings(&mut self) -> Surroundings {
        let names: Vec<String> = match self.call_hook(|hooks| &hooks.surroundings, &[]) {
            Err(_) => Vec::new(),
            Ok(names) => {
                deno_core::scope!(scope, self.js);
                let names = v8::Local::new(scope, names);
                deno_core::serde_v8::from_v8(scope, names).unwrap_or_default()
            }
        };
        let mut names = names.into_iter();
        Surroundings {
            time_zone: names.next().and_then(|name| name.try_into().ok()),
            locale: names.next().and_then(|tag| tag.try_into().ok()),
        }
    }

    /// Gives the global the clock and the chance of the settings.
    pub(crate) fn begin_time(&mut self) -> Result<(), EngineError> {
        let (is_virtual, is_seeded) = (self.session.clock.virtual_time().is_some(), self.session.chance.is_seeded());
        let values = [is_virtual, is_seeded].map(|value| {
            deno_core::scope!(scope, self.js);
            let value: v8::Local<v8::Value> = v8::Boolean::new(scope, value).into();
            v8::Global::new(scope, value)
        });
        let [is_virtual, is_seeded] = &values;
        self.call_hook(|hooks| &hooks.begin_time, &[is_virtual, is_seeded]).map_err(|_| EngineError::Hooks)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
