//! What makes a run of a notebook repeatable, as plain data: its clock, its seed, its time zone and its locale.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// The latest time of a JavaScript date, in milliseconds since the epoch.
const LATEST: u64 = 8_640_000_000_000_000;

/// The longest name of a time zone or a locale, in bytes.
const LONGEST_NAME: usize = 64;

/// What a notebook gets of the machine's clock, chance and language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Determinism {
    pub clock: Clock,
    /// Of its random values; none: they are different in each run.
    pub seed: Option<Seed>,
    /// None: that of the machine.
    pub time_zone: Option<TimeZone>,
    /// None: that of the machine.
    pub locale: Option<Locale>,
}

impl Determinism {
    /// A run that another one repeats, or several: the notebook gets the same times as in a replay, but waits for real.
    #[must_use]
    pub fn recording(start: Start, seed: Seed, time_zone: Option<TimeZone>, locale: Option<Locale>) -> Self {
        Self { clock: Clock::Paced(start), seed: Some(seed), time_zone, locale }
    }

    /// A run that repeats one that started at `start`.
    #[must_use]
    pub fn replay(start: Start, seed: Seed, time_zone: Option<TimeZone>, locale: Option<Locale>) -> Self {
        Self { clock: Clock::Virtual(start), seed: Some(seed), time_zone, locale }
    }

    /// When its clock starts; none: that is not fixed.
    #[must_use]
    pub fn start(&self) -> Option<Start> {
        match self.clock {
            Clock::Real => None,
            Clock::Virtual(start) | Clock::Paced(start) => Some(start),
        }
    }

    /// When the times of the run's record start, which are virtual; none: they are real.
    #[must_use]
    pub fn virtual_start(&self) -> Option<SystemTime> {
        match self.clock {
            Clock::Real | Clock::Paced(_) => None,
            Clock::Virtual(start) => Some(start.time()),
        }
    }
}

/// The clock of a notebook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clock {
    /// That of the machine.
    #[default]
    Real,
    /// One that advances with calls and waits only, and waits for nothing.
    Virtual(Start),
    /// The same times, but waits take as long as they should: for a recording, whose requests a replay then repeats.
    Paced(Start),
}

/// When a virtual clock starts: a time that a JavaScript date can have, in whole milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Start(u64);

impl Start {
    /// This time, in whole milliseconds.
    #[must_use]
    pub fn at(time: SystemTime) -> Self {
        let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self(u64::try_from(since.as_millis()).unwrap_or(LATEST).min(LATEST))
    }

    /// In milliseconds since the epoch.
    #[must_use]
    pub fn milliseconds(self) -> u64 {
        self.0
    }

    /// The time.
    #[must_use]
    pub fn time(self) -> SystemTime {
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(self.0)).unwrap_or(SystemTime::UNIX_EPOCH)
    }
}

impl TryFrom<u64> for Start {
    type Error = InvalidDeterminism;

    fn try_from(milliseconds: u64) -> Result<Self, Self::Error> {
        if milliseconds <= LATEST { Ok(Self(milliseconds)) } else { Err(InvalidDeterminism::Start) }
    }
}

impl From<Start> for u64 {
    fn from(start: Start) -> Self {
        start.0
    }
}

/// The seed of random values. Its text has 16 hexadecimal digits, since numbers of JSON are exact to 53 bits only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Seed(pub u64);

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Seed {
    type Err = InvalidDeterminism;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_hexadecimal = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let seed = u64::from_str_radix(text, 16).ok().filter(|_| is_hexadecimal);
        seed.map(Self).ok_or(InvalidDeterminism::Seed)
    }
}

impl TryFrom<String> for Seed {
    type Error = InvalidDeterminism;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Seed> for String {
    fn from(seed: Seed) -> Self {
        seed.to_string()
    }
}

/// The name of a time zone in the IANA database, such as `Europe/Berlin`. It is never a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeZone(String);

/// A language tag (BCP 47), such as `de-DE`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Locale(String);

impl TimeZone {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for TimeZone {
    type Error = InvalidDeterminism;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let is_part = |part: &str| {
            part.starts_with(|first: char| first.is_ascii_alphabetic())
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
        };
        if name.len() <= LONGEST_NAME && name.split('/').all(is_part) {
            Ok(Self(name))
        } else {
            Err(InvalidDeterminism::TimeZone)
        }
    }
}

impl From<TimeZone> for String {
    fn from(zone: TimeZone) -> Self {
        zone.0
    }
}

impl Locale {
    /// Its tag.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Locale {
    type Error = InvalidDeterminism;

    fn try_from(tag: String) -> Result<Self, Self::Error> {
        let is_part = |part: &str| matches!(part.len(), 1..=8) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_language = |part: &str| part.len() >= 2 && part.bytes().all(|byte| byte.is_ascii_alphabetic());
        if tag.len() <= LONGEST_NAME && tag.split('-').all(is_part) && tag.split('-').next().is_some_and(is_language) {
            Ok(Self(tag))
        } else {
            Err(InvalidDeterminism::Locale)
        }
    }
}

impl From<Locale> for String {
    fn from(locale: Locale) -> Self {
        locale.0
    }
}

/// Why a text does not make a run repeatable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDeterminism {
    #[error("expected a time in milliseconds since 1970, at most {LATEST}")]
    Start,
    #[error("expected a seed of 16 hexadecimal digits")]
    Seed,
    #[error("expected the name of a time zone, such as `Europe/Berlin`")]
    TimeZone,
    #[error("expected a language tag, such as `de-DE`")]
    Locale,
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{Determinism, Locale, Seed, Start, TimeZone};

    #[test]
    fn what_a_stranger_writes_is_checked() {
        for name in ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "GMT0"] {
            assert_eq!(TimeZone::try_from(name.to_owned()).map(String::from).as_deref(), Ok(name));
        }
        for name in ["", "/etc/passwd", ":UTC", "../x", "a//b", "a/../b", "5", "UTC\0", "Zürich", &"A".repeat(65)] {
            assert!(TimeZone::try_from(name.to_owned()).is_err(), "{name:?}");
        }
        for tag in ["en", "de-DE", "zh-Hant-TW", "ar-EG-u-nu-latn", "en-US-posix"] {
            assert_eq!(Locale::try_from(tag.to_owned()).map(String::from).as_deref(), Ok(tag));
        }
        for tag in ["", "C", "-", "de_DE", "de-", "1a", "de-DE.UTF-8", "de\0", "toolonglanguage", &"a-".repeat(40)] {
            assert!(Locale::try_from(tag.to_owned()).is_err(), "{tag:?}");
        }
        for text in ["", "1", "+00000000000000f", "000000000000000g", "00000000000000000"] {
            assert!(text.parse::<Seed>().is_err(), "{text:?}");
        }
        assert!(serde_json::from_str::<Start>("8640000000000001").is_err());
    }

    #[test]
    fn it_is_the_same_after_json() {
        let zone = TimeZone::try_from("Asia/Tokyo".to_owned()).ok();
        let locale = Locale::try_from("ja-JP".to_owned()).ok();
        let start = Start::at(SystemTime::UNIX_EPOCH + Duration::from_micros(1_700_000_000_123_456));
        let replay = Determinism::replay(start, Seed(u64::MAX - 1), zone, locale);
        let text = serde_json::to_string(&replay).unwrap();
        assert_eq!(
            text,
            r#"{"clock":{"Virtual":1700000000123},"seed":"fffffffffffffffe","time_zone":"Asia/Tokyo","locale":"ja-JP"}"#
        );
        assert_eq!(serde_json::from_str::<Determinism>(&text).unwrap(), replay);
        assert_eq!(replay.virtual_start(), Some(SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123)));
        assert_eq!(serde_json::from_str::<Determinism>(r#"{"clock":"Real"}"#).unwrap(), Determinism::default());
    }
}
