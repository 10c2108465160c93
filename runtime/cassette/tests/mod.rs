//! What the files of a cassette are, and which ones are refused.

mod files;
mod values;
