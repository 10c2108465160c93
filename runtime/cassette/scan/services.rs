//! Keys and tokens of well-known services, by the formats that their documentation describes.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

/// A format of keys.
pub(super) struct Service {
    /// With its article, as in "looks like a GitHub token".
    pub(super) noun: &'static str,
    pattern: &'static str,
}

const fn service(noun: &'static str, pattern: &'static str) -> Service {
    Service { noun, pattern }
}

/// By service. A pattern matches the key alone; the characters around it are checked afterwards.
static SERVICES: &[Service] = &[
    service("a secret key for age", r"AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}"),
    service("an Airtable token", r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}"),
    service("an Anthropic API key", r"sk-ant-[a-z]+[0-9]{2}-[A-Za-z0-9_-]{60,}"),
    service("an Atlassian API token", r"ATATT3xFfGF0[A-Za-z0-9_=-]{40,}"),
    service("an AWS access key", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}"),
    service("an Azure storage key", r"AccountKey=[A-Za-z0-9+/]{86}=="),
    service("an Azure shared access key", r"SharedAccessKey=[A-Za-z0-9+/]{43}="),
    service("an Azure client secret", r"[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}"),
    service(
        "an Azure shared access signature",
        r"sv=20[0-9]{2}-[0-9]{2}-[0-9]{2}&[^\s\x22]{0,300}\bsig=[A-Za-z0-9%+/]{43,}(?:%3D|=)",
    ),
    service("a crates.io token", r"cio[A-Za-z0-9]{32}"),
    service("a Databricks token", r"dapi[0-9a-f]{32}(?:-[0-9])?"),
    service("a DigitalOcean token", r"do[opr]_v1_[0-9a-f]{64}"),
    service("a Discord bot token", r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}"),
    service("a Discord webhook", r"discord(?:app)?\.com/api/webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,}"),
    service("a Docker token", r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{27,}"),
    service("a Doppler token", r"dp\.(?:pt|st|sa|ct|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}"),
    service("a Figma token", r"figd_[A-Za-z0-9_-]{40,}"),
    service("a GitHub token", r"gh[pousr]_[A-Za-z0-9]{36,255}"),
    service("a GitHub token", r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
    service("a GitLab token", r"gl(?:pat|dt|rt|ptt|cbt|ft|imt|agent|soat|oas|ffct)-[A-Za-z0-9_-]{20,}"),
    service("a Google API key", r"AIza[A-Za-z0-9_-]{35}"),
    service("a Google access token", r"ya29\.[A-Za-z0-9_-]{30,}"),
    service("a Google client secret", r"GOCSPX-[A-Za-z0-9_-]{28}"),
    service("a Google refresh token", r"1//0[A-Za-z0-9_-]{40,}"),
    service("a Grafana token", r"glsa_[A-Za-z0-9]{32}_[0-9a-fA-F]{8}"),
    service("a Heroku API key", r"HRKU-AA[A-Za-z0-9_-]{58}"),
    service("a HubSpot token", r"pat-(?:na|eu|ap)[0-9]-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    service("a Hugging Face token", r"hf_[A-Za-z]{34}"),
    service("a Linear API key", r"lin_(?:api|oauth)_[A-Za-z0-9]{40,}"),
    service("a Mailchimp API key", r"[0-9a-f]{32}-us[0-9]{1,2}"),
    service("a Mailgun API key", r"key-[0-9a-f]{32}"),
    service("a Mapbox secret token", r"sk\.eyJ[A-Za-z0-9_-]{40,}\.[A-Za-z0-9_-]{20,}"),
    service("a Netlify token", r"nf[pcobu]_[A-Za-z0-9]{36}"),
    service("a New Relic key", r"NRAK-[A-Z0-9]{27}"),
    service("a Notion token", r"ntn_[A-Za-z0-9]{40,}"),
    service("an npm token", r"npm_[A-Za-z0-9]{36}"),
    service("an OpenAI API key", r"sk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,}"),
    service("a Postman API key", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    service("a Pulumi token", r"pul-[0-9a-f]{40}"),
    service("a PyPI token", r"pypi-AgE[A-Za-z0-9_-]{50,}"),
    service("a RubyGems API key", r"rubygems_[0-9a-f]{48}"),
    service("a SendGrid API key", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    service("a Sentry token", r"sntry[su]_[A-Za-z0-9+/=_-]{60,}"),
    service("a Shopify token", r"shp(?:at|ca|pa|ss|ua)_[0-9a-fA-F]{32}"),
    service("a Slack token", r"xox[abeoprs]-[A-Za-z0-9-]{20,}"),
    service("a Slack token", r"xapp-[0-9]-[A-Z0-9]+-[0-9]+-[A-Za-z0-9]{20,}"),
    service("a Slack webhook", r"hooks\.slack\.com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{20,}"),
    service("a Square token", r"(?:EAAA[A-Za-z0-9_-]{60}|sq0(?:csp|atp)-[A-Za-z0-9_-]{22,43})"),
    service("a Stripe key", r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{20,}"),
    service("a Stripe webhook secret", r"whsec_[A-Za-z0-9+/]{32,}=?"),
    service("a Supabase token", r"sbp_[0-9a-f]{40}"),
    service("a Telegram bot token", r"[0-9]{8,10}:AA[A-Za-z0-9_-]{33}"),
    service("a Terraform Cloud token", r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,}"),
    service("a Twilio API key", r"SK[0-9a-f]{32}"),
    service("a Vault token", r"hv[sbr]\.[A-Za-z0-9_-]{24,}"),
];

/// All formats in one automaton, which finds those worth a closer look.
static ANY: LazyLock<Option<RegexSet>> =
    LazyLock::new(|| RegexSet::new(SERVICES.iter().map(|service| service.pattern)).ok());
static EACH: LazyLock<Vec<(&'static Service, Regex)>> = LazyLock::new(|| {
    SERVICES.iter().filter_map(|service| Some((service, Regex::new(service.pattern).ok()?))).collect()
});

/// The keys in a text, with their formats.
pub(super) fn find(text: &str) -> Vec<(std::ops::Range<usize>, &'static Service)> {
    let mut found = Vec::new();
    let Some(any) = ANY.as_ref() else { return found };
    for index in any.matches(text) {
        let Some((service, regex)) = EACH.get(index) else { continue };
        for one in regex.find_iter(text) {
            let is_whole = super::pattern::is_separate(text, &one.range());
            if is_whole && !super::placeholder::is_placeholder(one.as_str()) {
                found.push((one.range(), *service));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{ANY, EACH, SERVICES};

    #[test]
    fn every_pattern_compiles() {
        assert!(ANY.is_some());
        assert_eq!(EACH.len(), SERVICES.len());
        assert!(SERVICES.is_sorted_by_key(|service| {
            let noun = service.noun;
            noun.strip_prefix("a secret key for ")
                .or(noun.strip_prefix("an "))
                .or(noun.strip_prefix("a "))
                .map(|name| name.split(' ').next().unwrap_or_default().to_lowercase())
        }));
    }
}
