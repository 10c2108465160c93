//! Signs in the person at the terminal: shows pages, opens them in a browser, prompts for missing fields.

use std::rc::Rc;

use apinb_auth::person::{DeviceSignIn, Field, Visit};
use apinb_text::diagnostic::causes::with_causes;
use apinb_text::secret::redactor::Redactor;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::observer::Observer;
use super::prompter::{NoAnswer, Prompter};

/// A person who signs in.
pub struct SigningIn {
    pub person: Rc<dyn Prompter>,
    /// Shows where to sign in.
    pub observer: Rc<dyn Observer>,
    /// Redacts everything that is shown.
    pub redactor: Redactor,
    /// Whether to open pages in a browser of this machine; otherwise the user opens them elsewhere.
    pub browser: bool,
    /// Ctrl-C at a question ends the run.
    pub cancel: CancellationToken,
}

impl SigningIn {
    fn prompt(&self, question: &str, secret: bool) -> Result<Option<String>, String> {
        self.person.prompt(question, None, secret).map_err(|error| {
            if matches!(error, NoAnswer::Interrupted) {
                self.cancel.cancel();
            }
            with_causes(&error)
        })
    }

    /// Shows the address of a page, and opens it if there is a browser.
    fn show(&self, page: &Url) -> Result<(), String> {
        is_page(page)?;
        // The address is always shown, so that the user can open it in another browser.
        self.observer.sign_in(&self.redactor.redact(page.as_str()));
        if self.browser {
            let _ = self.person.open(page);
        }
        Ok(())
    }
}

impl apinb_auth::person::Person for SigningIn {
    fn ask(&self, client: &str, scheme: &str, field: &Field) -> Result<Option<SecretString>, String> {
        let question = format!("{client} signs in with {scheme}: {}", field.label);
        let answer = self.prompt(&question, field.secret)?;
        Ok(answer.filter(|answer| !answer.is_empty()).map(SecretString::from))
    }

    fn visit(&self, page: &Url, _back: &Url) -> Result<Visit, String> {
        self.show(page)?;
        if self.browser {
            return Ok(Visit::RedirectsToListener);
        }
        let question = "Paste the URL that the browser shows at the end, or press Enter when its page says that you are signed in:";
        match self.prompt(question, true)? {
            Some(back) if !back.trim().is_empty() => {
                Url::parse(back.trim()).map(Visit::Pasted).map_err(|_| "the pasted text is not a URL".to_owned())
            }
            _ => Ok(Visit::RedirectsToListener),
        }
    }

    fn paste(&self, page: &Url) -> Result<Url, String> {
        self.show(page)?;
        let answer = self.prompt("Sign in, and paste the URL that the browser shows at the end:", true)?;
        let answer = answer.filter(|answer| !answer.trim().is_empty()).ok_or("no URL was entered")?;
        Url::parse(answer.trim()).map_err(|_| "the pasted text is not a URL".to_owned())
    }

    fn show_device_code(&self, sign_in: &DeviceSignIn) -> Result<(), String> {
        is_page(&sign_in.page)?;
        self.observer.sign_in_by_code(&self.redactor.redact(sign_in.page.as_str()), &sign_in.code);
        if self.browser {
            let _ = self.person.open(sign_in.complete.as_ref().unwrap_or(&sign_in.page));
        }
        Ok(())
    }

    fn prompt_for_verifier(&self, page: &Url) -> Result<SecretString, String> {
        self.show(page)?;
        let code = self.prompt("Code that the page shows at the end:", true)?;
        code.filter(|code| !code.trim().is_empty())
            .map(SecretString::from)
            .ok_or_else(|| "no code was entered".to_owned())
    }
}

fn is_page(url: &Url) -> Result<(), String> {
    match url.scheme() {
        "http" | "https" => Ok(()),
        other => Err(format!("`{other}:` is not the scheme of a sign-in page")),
    }
}
