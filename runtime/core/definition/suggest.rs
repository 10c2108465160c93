//! "Did you mean": the known name that is closest to a written one.

/// Bytes of a name that is compared.
const MAX_LENGTH: usize = 100;

/// The closest of `known` to `name`; none when all are far from it.
pub(crate) fn closest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    if name.len() > MAX_LENGTH {
        return None;
    }
    let lower = name.to_lowercase();
    let close = known.into_iter().map(|known| (strsim::jaro_winkler(&lower, &known.to_lowercase()), known));
    let best = close.filter(|(closeness, _)| *closeness > 0.85).max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.map(|(_, known)| known.to_owned())
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn only_close_names_are_suggested() {
        let known = ["description", "queryParameters", "headers"];
        assert_eq!(closest("descripton", known).as_deref(), Some("description"));
        assert_eq!(closest("queryparameters", known).as_deref(), Some("queryParameters"));
        assert_eq!(closest("header", known).as_deref(), Some("headers"));
        assert_eq!(closest("colour", known), None);
        assert_eq!(closest("", []), None);
    }
}
