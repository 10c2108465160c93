//! Closes connections whose clients do not read their responses.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How many bytes a client that does not keep up must read within the time limit.
const STEP: usize = 64 << 10;

/// A stream that fails with `TimedOut` if a client reads less than [`STEP`] bytes of a response within `limit`.
#[derive(Debug)]
pub(crate) struct Paced<S> {
    stream: S,
    limit: Duration,
    /// Ends the wait for the client.
    deadline: Pin<Box<Sleep>>,
    is_waiting: bool,
    /// The bytes that were written since the wait began.
    written: usize,
}

impl<S> Paced<S> {
    pub(crate) fn new(stream: S, limit: Duration) -> Self {
        Self { stream, limit, deadline: Box::pin(tokio::time::sleep(limit)), is_waiting: false, written: 0 }
    }

    fn paced(&mut self, context: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                self.written = self.written.saturating_add(bytes);
                self.is_waiting &= self.written < STEP;
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(error) => Poll::Ready(error),
            Poll::Pending => {
                if !self.is_waiting {
                    (self.is_waiting, self.written) = (true, 0);
                    self.deadline.as_mut().reset(Instant::now() + self.limit);
                }
                self.deadline.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, to)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.paced(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.paced(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Everything was written: the next response has its own time.
        self.is_waiting = false;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::{Paced, STEP};

    fn run(test: impl Future<Output = ()>) {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(test);
    }

    #[test]
    fn a_client_that_does_not_read_is_disconnected() {
        run(async {
            let (near, mut far) = duplex(1024);
            let mut paced = Paced::new(near, Duration::from_millis(10));
            paced.write_all(&[0; 1024]).await.unwrap();
            // It reads something, and then no more.
            far.read_exact(&mut [0; 1000]).await.unwrap();
            assert_eq!(paced.write_all(&[0; 1024]).await.unwrap_err().kind(), ErrorKind::TimedOut);
        });
    }

    #[test]
    fn a_client_that_reads_gets_everything() {
        run(async {
            let (near, mut far) = duplex(1024);
            let mut paced = Paced::new(near, Duration::from_secs(3600));
            let reader = tokio::spawn(async move {
                let mut read = Vec::new();
                far.read_to_end(&mut read).await.map(|_| read.len())
            });
            paced.write_all(&vec![0; 4 * STEP]).await.unwrap();
            paced.shutdown().await.unwrap();
            assert_eq!(reader.await.unwrap().unwrap(), 4 * STEP);
        });
    }
}
