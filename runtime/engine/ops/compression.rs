//! `CompressionStream` and `DecompressionStream`: their state and their output count for the budget of the notebook. What
//! deno_web has in place of these operations has no limit, and a few bytes can expand to gigabytes.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Arc;

use apinb_http::memory::{MemoryBudget, Reservation};
use brotli::{CompressorWriter, DecompressorWriter};
use deno_core::convert::Uint8Array;
use deno_core::{OpDecl, OpState, op2, v8};
use flate2::Compression;
use flate2::write::{DeflateDecoder, DeflateEncoder, GzDecoder, GzEncoder, ZlibDecoder, ZlibEncoder};

use super::memory::OutOfMemory;
use crate::memory::Collected;
use crate::session::Session;

/// The state of an encoder and of a decoder of deflate, in bytes.
const DEFLATE: (usize, usize) = (512 << 10, 128 << 10);

/// The same for Brotli with the window below; a decoder may meet a larger one.
const BROTLI: (usize, usize) = (16 << 20, 16 << 20);

/// The quality and the window of a Brotli encoder (RFC 7932), as servers use them for responses: 4 MB.
const QUALITY: u32 = 6;
const WINDOW: u32 = 22;

/// The buffer of a Brotli coder, in bytes.
const BUFFER: usize = 4096;

#[derive(Debug, thiserror::Error, deno_error::JsError)]
pub(super) enum CompressionError {
    #[class(type)]
    #[error("unsupported format")]
    Format,
    #[class(type)]
    #[error("the stream has ended")]
    Ended,
    #[class(type)]
    #[error("{0}")]
    Data(io::Error),
    #[class(inherit)]
    #[error(transparent)]
    Memory(#[from] OutOfMemory),
}

/// The output of a coder that JavaScript has not taken yet.
struct Output {
    bytes: Vec<u8>,
    /// The state of the coder, and the bytes.
    memory: Reservation,
    state: usize,
}

impl Output {
    fn take(&mut self) -> Vec<u8> {
        self.memory.shrink_to(self.state);
        std::mem::take(&mut self.bytes)
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.bytes.len().saturating_add(bytes.len());
        // A vector that grows has twice what it needs.
        if !self.memory.grow_to(self.state.saturating_add(length.saturating_mul(2))) {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An encoder or a decoder.
trait Coder {
    fn write(&mut self, input: &[u8]) -> io::Result<Vec<u8>>;
    fn finish(self: Box<Self>) -> io::Result<Vec<u8>>;
}

macro_rules! coders {
    ($($coder:ident flush: $flush:literal),*) => {$(
        impl Coder for $coder<Output> {
            fn write(&mut self, input: &[u8]) -> io::Result<Vec<u8>> {
                self.write_all(input)?;
                if $flush {
                    self.flush()?;
                }
                Ok(self.get_mut().take())
            }

            fn finish(self: Box<Self>) -> io::Result<Vec<u8>> {
                (*self).finish().map(|mut output| output.take())
            }
        }
    )*};
}

// A decoder passes on what it has; an encoder collects, so that its output does not depend on the pieces of its input.
coders!(
    DeflateEncoder flush: false,
    ZlibEncoder flush: false,
    GzEncoder flush: false,
    DeflateDecoder flush: true,
    ZlibDecoder flush: true,
    GzDecoder flush: true
);

impl Coder for CompressorWriter<Output> {
    fn write(&mut self, input: &[u8]) -> io::Result<Vec<u8>> {
        self.write_all(input)?;
        Ok(self.get_mut().take())
    }

    fn finish(self: Box<Self>) -> io::Result<Vec<u8>> {
        Ok((*self).into_inner().take())
    }
}

impl Coder for DecompressorWriter<Output> {
    fn write(&mut self, input: &[u8]) -> io::Result<Vec<u8>> {
        self.write_all(input)?;
        self.flush()?;
        Ok(self.get_mut().take())
    }

    fn finish(self: Box<Self>) -> io::Result<Vec<u8>> {
        let incomplete = |_| io::Error::new(io::ErrorKind::UnexpectedEof, "the compressed data is incomplete");
        (*self).into_inner().map(|mut output| output.take()).map_err(incomplete)
    }
}

/// A coder of a stream; none once it has ended.
struct Compressor {
    coder: RefCell<Option<Box<dyn Coder>>>,
    budget: Arc<MemoryBudget>,
}

impl Compressor {
    fn error(&self, error: io::Error) -> CompressionError {
        match error.kind() {
            io::ErrorKind::OutOfMemory => OutOfMemory::new("output of the stream", &self.budget).into(),
            _ => CompressionError::Data(error),
        }
    }
}

/// Replaces deno_web's operations.
pub(super) fn limited(op: OpDecl) -> OpDecl {
    match op.name {
        "op_compression_new" => op.with_implementation_from(&op_compression_new()),
        "op_compression_write" => op.with_implementation_from(&op_compression_write()),
        "op_compression_finish" => op.with_implementation_from(&op_compression_finish()),
        _ => op,
    }
}

#[op2]
#[cppgc]
fn op_compression_new(
    scope: &mut v8::PinScope<'_, '_>,
    state: &OpState,
    #[string] format: &str,
    is_decoder: bool,
) -> Result<Collected<Compressor>, CompressionError> {
    let session = Session::of(state);
    let (encoder, decoder) = if format == "brotli" { BROTLI } else { DEFLATE };
    let size = if is_decoder { decoder } else { encoder };
    if session.memory.left() < size {
        // The streams that are garbage: V8 does not know how large they are.
        session.isolate.collect(scope);
    }
    let memory = session.reserve(size, "state of the stream")?;
    let output = Output { bytes: Vec::new(), memory, state: size };
    let level = Compression::default();
    let coder: Box<dyn Coder> = match (format, is_decoder) {
        ("deflate", false) => Box::new(ZlibEncoder::new(output, level)),
        ("deflate", true) => Box::new(ZlibDecoder::new(output)),
        ("deflate-raw", false) => Box::new(DeflateEncoder::new(output, level)),
        ("deflate-raw", true) => Box::new(DeflateDecoder::new(output)),
        ("gzip", false) => Box::new(GzEncoder::new(output, level)),
        ("gzip", true) => Box::new(GzDecoder::new(output)),
        ("brotli", false) => Box::new(CompressorWriter::new(output, BUFFER, QUALITY, WINDOW)),
        ("brotli", true) => Box::new(DecompressorWriter::new(output, BUFFER)),
        _ => return Err(CompressionError::Format),
    };
    Ok(Collected(Compressor { coder: RefCell::new(Some(coder)), budget: Arc::clone(&session.memory) }))
}

#[op2]
fn op_compression_write(
    #[cppgc] compressor: &Collected<Compressor>,
    #[anybuffer] input: &[u8],
) -> Result<Uint8Array, CompressionError> {
    let compressor = &compressor.0;
    let mut coder = compressor.coder.borrow_mut();
    let output = coder.as_mut().ok_or(CompressionError::Ended)?.write(input);
    output.map(Into::into).map_err(|error| {
        // An encoder that is dropped writes the rest of its output.
        *coder = None;
        compressor.error(error)
    })
}

#[op2]
fn op_compression_finish(
    #[cppgc] compressor: &Collected<Compressor>,
    report_errors: bool,
) -> Result<Uint8Array, CompressionError> {
    let compressor = &compressor.0;
    let coder = compressor.coder.borrow_mut().take().ok_or(CompressionError::Ended)?;
    match coder.finish() {
        Err(error) if report_errors => Err(compressor.error(error)),
        output => Ok(output.unwrap_or_default().into()),
    }
}
