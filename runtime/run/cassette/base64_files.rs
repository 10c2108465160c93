//! The files of a folder in a message: their bytes in base64.

use std::collections::BTreeMap;

use apinb_cassette::folder::Files;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de::Error as _};

pub(super) fn serialize<S: Serializer>(files: &Option<Files>, serializer: S) -> Result<S::Ok, S::Error> {
    let encoded = |files: &Files| -> BTreeMap<String, String> {
        files.iter().map(|(path, bytes)| (path.clone(), STANDARD.encode(bytes))).collect()
    };
    files.as_ref().map(encoded).serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Files>, D::Error> {
    let encoded = Option::<BTreeMap<String, String>>::deserialize(deserializer)?;
    let decode = |(path, text): (String, String)| {
        let bytes = STANDARD.decode(text).map_err(D::Error::custom)?;
        Ok((path, bytes.into()))
    };
    encoded.map(|files| files.into_iter().map(decode).collect()).transpose()
}
