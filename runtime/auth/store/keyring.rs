//! The operating system's keyring: stores the secrets of tokens, under names that disclose nothing.

use std::sync::Arc;

use keyring_core::CredentialStore;
use keyring_core::api::CredentialStoreApi;
use secrecy::{ExposeSecret, SecretString};

/// The name under which a keyring lists apinb's secrets.
const SERVICE: &str = "apinb";

/// The keyring of this system: the Secret Service, the keychain, the credential manager. None on systems without one, as on
/// a server or in CI.
#[must_use]
pub fn system_keyring() -> Option<Arc<CredentialStore>> {
    #[cfg(target_os = "linux")]
    {
        // Without a session there is no keyring, and asking for one would start a session bus.
        std::env::var_os("DBUS_SESSION_BUS_ADDRESS")?;
        let store = dbus_secret_service_keyring_store::Store::new().ok()?;
        Some(store)
    }
    #[cfg(target_os = "macos")]
    {
        let store = apple_native_keyring_store::keychain::Store::new().ok()?;
        Some(store)
    }
    #[cfg(target_os = "windows")]
    {
        let store = windows_native_keyring_store::Store::new().ok()?;
        Some(store)
    }
    #[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows")))]
    None
}

/// Whether the keyring accepted it.
pub(super) fn write(keyring: &(dyn CredentialStoreApi + Send + Sync), id: &str, secrets: &SecretString) -> bool {
    keyring.build(SERVICE, id, None).is_ok_and(|entry| entry.set_secret(secrets.expose_secret().as_bytes()).is_ok())
}

pub(super) fn read(keyring: &(dyn CredentialStoreApi + Send + Sync), id: &str) -> Option<SecretString> {
    let secrets = keyring.build(SERVICE, id, None).ok()?.get_secret().ok()?;
    String::from_utf8(secrets).ok().map(SecretString::from)
}

pub(super) fn delete(keyring: &(dyn CredentialStoreApi + Send + Sync), id: &str) {
    if let Ok(entry) = keyring.build(SERVICE, id, None) {
        // It may not exist.
        let _ = entry.delete_credential();
    }
}
