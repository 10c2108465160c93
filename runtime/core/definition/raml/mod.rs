//! RAML 0.8.
