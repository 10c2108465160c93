//! apinb runs API notebooks: markdown files whose JavaScript cells explore a live web API.
