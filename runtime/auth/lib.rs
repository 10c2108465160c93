//! Signing in and signing requests: Basic, OAuth 1.0a, OAuth 2.0. Nothing here knows V8.
