//! Loads scripts and modules from the web: by the cache of the user and the lock of the project.

use apinb_http::network::Network;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::scripts::{Script, ScriptCache, ScriptError, download};
use crate::settings::Settings;

/// The script at `url`, from the cache or the network, as far as the lock of the project accepts it.
///
/// # Errors
/// [`ScriptError`].
pub async fn load(
    settings: &Settings,
    url: &Url,
    network: &Network,
    cancel: &CancellationToken,
) -> Result<Script, ScriptError> {
    let (lock, broker) = (settings.web_lock.as_ref(), settings.script_broker.clone());
    let not_locked = |cause| ScriptError::NotLocked { url: url.clone(), cause: Box::new(cause) };
    if let Some(lock) = lock {
        lock.check_known(url).map_err(not_locked)?;
    }
    let script = match &settings.script_cache {
        Some(folder) => {
            let cache = ScriptCache::open(folder).written_by(broker.clone());
            let accepts = |script: &Script| lock.is_none_or(|lock| lock.accepts_cached(url, &script.sha256));
            cache.fetch(url, accepts, network, cancel).await?
        }
        None => download(url, network, cancel).await?,
    };
    if let Some(lock) = lock {
        lock.check(url, &script.sha256).map_err(not_locked)?;
        if lock.updates() {
            let pinned = match broker {
                Some(broker) => broker.pin(url, &script.sha256),
                None => lock.pin(url, &script.sha256),
            };
            pinned.map_err(|cause| ScriptError::Lock { cause })?;
        }
    }
    Ok(script)
}
