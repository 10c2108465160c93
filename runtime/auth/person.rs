//! The person who signs in: the fields to enter and the pages to visit.

use apinb_text::secret::names::is_credential;
use secrecy::SecretString;
use url::Url;

/// The person who signs in. Every method may block.
pub trait Person {
    /// Prompts for a field of a sign-in; none: the person leaves it out.
    ///
    /// # Errors
    /// The reason why the person cannot be prompted.
    fn ask(&self, client: &str, scheme: &str, field: &Field) -> Result<Option<SecretString>, String>;

    /// Shows the sign-in page, which redirects to `back`.
    ///
    /// # Errors
    /// The reason why it cannot be shown.
    fn visit(&self, page: &Url, back: &Url) -> Result<Visit, String>;

    /// Shows the sign-in page, which redirects to an address that has no listener, and asks for that address.
    ///
    /// # Errors
    /// The reason why it cannot be shown, or there is no address.
    fn paste(&self, page: &Url) -> Result<Url, String>;

    /// Shows the page and the code for a sign-in on another device.
    ///
    /// # Errors
    /// The reason why they cannot be shown.
    fn show_device_code(&self, sign_in: &DeviceSignIn) -> Result<(), String>;

    /// Shows the sign-in page and asks for the verifier that the page displays at the end (OAuth 1.0: "out of band").
    ///
    /// # Errors
    /// The reason why it cannot be shown.
    fn prompt_for_verifier(&self, page: &Url) -> Result<SecretString, String>;
}

/// How the redirect of a sign-in page arrives.
#[derive(Clone, Debug)]
pub enum Visit {
    /// The browser is on this machine and follows the redirect to the listener.
    RedirectsToListener,
    /// The browser is on another machine: this is the URL that it was redirected to.
    Pasted(Url),
}

/// A sign-in on another device.
#[derive(Clone, Debug)]
pub struct DeviceSignIn {
    /// The page to open.
    pub page: Url,
    /// The page that contains the code already, where the server has one.
    pub complete: Option<Url>,
    /// The code to enter there.
    pub code: String,
}

/// A field of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The option's name.
    pub name: String,
    /// The text of the prompt.
    pub label: String,
    /// Whether the input is hidden.
    pub secret: bool,
    /// Whether it may be left out.
    pub optional: bool,
}

impl Field {
    /// An option of `API.authenticate`: its name says whether it is a secret.
    #[must_use]
    pub fn option(name: &str, label: &str) -> Self {
        let secret = is_credential(name);
        Self { name: name.to_owned(), label: label.to_owned(), secret, optional: false }
    }

    /// A field whose value is a secret, whatever its name.
    #[must_use]
    pub fn secret(name: &str, label: &str) -> Self {
        Self { secret: true, ..Self::option(name, label) }
    }
}
