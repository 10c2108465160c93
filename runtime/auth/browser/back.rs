//! How the redirect of a sign-in page arrives: at a listener on this machine, or pasted by the person.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use url::Url;

use crate::error::AuthError;
use crate::person::{Person, Visit};

use super::listener::{self, Listener, Redirected, Wanted};
use super::redirect_uri::RedirectUri;

/// The end of a sign-in, which is waited for.
pub(crate) struct Back {
    redirect_uri: RedirectUri,
    state: String,
    wanted: Wanted,
    /// None: the redirect leads elsewhere, and the person pastes it.
    listener: Option<Listener>,
}

impl Back {
    /// Listens where `redirect_uri` leads, or on a free port of 127.0.0.1, for as long as `limit`.
    pub(crate) fn start(
        redirect_uri: Option<&RedirectUri>,
        state: &str,
        wanted: Wanted,
        limit: Duration,
        cancel: &CancellationToken,
    ) -> Result<Self, AuthError> {
        let state = state.to_owned();
        if let Some(elsewhere) = redirect_uri.filter(|uri| uri.addresses().is_none()) {
            return match elsewhere.url().scheme() {
                "http" | "https" => Ok(Self { redirect_uri: elsewhere.clone(), state, wanted, listener: None }),
                _ => Err(AuthError::RedirectUri { redirect_uri: elsewhere.url().clone() }),
            };
        }
        let listener = Listener::start(redirect_uri, &state, wanted, limit, cancel)?;
        Ok(Self { redirect_uri: listener.redirect_uri().clone(), state, wanted, listener: Some(listener) })
    }

    /// With the port that is listened on.
    pub(crate) fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri
    }

    /// Shows the sign-in page to the person and waits for the redirect. Blocks.
    pub(crate) fn visit(
        &self,
        page: &Url,
        person: &dyn Person,
        cancel: &CancellationToken,
    ) -> Result<Redirected, AuthError> {
        let visited = match &self.listener {
            Some(_) => person.visit(page, self.redirect_uri.url()),
            None => person.paste(page).map(Visit::Pasted),
        };
        match (visited, &self.listener) {
            (Ok(Visit::Pasted(back)), _) => self.pasted(&back),
            (Ok(Visit::RedirectsToListener), Some(listener)) => listener.wait(),
            (Ok(Visit::RedirectsToListener), None) => Err(AuthError::Pasted),
            (Err(_), _) if cancel.is_cancelled() => Err(AuthError::Interrupted),
            (Err(cause), _) => Err(AuthError::Visit { cause }),
        }
    }

    /// The fields of a redirect that a browser got elsewhere.
    fn pasted(&self, back: &Url) -> Result<Redirected, AuthError> {
        if back.path() != self.redirect_uri.url().path() {
            return Err(AuthError::Pasted);
        }
        let fields = match self.wanted {
            Wanted::Code | Wanted::Verifier => back.query(),
            Wanted::Token => back.fragment(),
        };
        listener::judged(fields.unwrap_or_default(), &self.state, self.wanted)
    }
}
