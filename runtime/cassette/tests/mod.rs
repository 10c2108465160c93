//! The files of a cassette, recordings, and the interactions that answer requests.

mod exports;
mod files;
mod matching;
mod recording;
mod values;
