//! Measures what a call through the network costs over a bare reqwest call in the same process:
//! `cargo run --release -p apinb_http --example overhead`.

use std::error::Error;
use std::io::{BufRead, BufReader, Write, stdout};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use apinb_http::exchange::Request;
use apinb_http::network::Network;
use apinb_http::policy::Policy;
use tokio_util::sync::CancellationToken;
use url::Url;

const CALLS: u32 = 2000;

fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = Url::parse(&format!("http://{}/", listener.local_addr()?))?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer(stream));
        }
    });
    let network = Network::start(Policy::default())?;
    let cancel = CancellationToken::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    for _ in 0..3 {
        let bare = timed(|| {
            runtime.block_on(async { client.get(url.clone()).send().await?.bytes().await })?;
            Ok(())
        })?;
        let through = timed(|| {
            network.send(Request::new("GET", url.clone()), &cancel).wait()?;
            Ok(())
        })?;
        writeln!(
            stdout(),
            "bare {bare:?}, through the network {through:?}, more by {:?}",
            through.saturating_sub(bare)
        )?;
    }
    Ok(())
}

fn timed(mut call: impl FnMut() -> Result<(), Box<dyn Error>>) -> Result<Duration, Box<dyn Error>> {
    let started = Instant::now();
    for _ in 0..CALLS {
        call()?;
    }
    Ok(started.elapsed() / CALLS)
}

/// Answers each request with a few bytes.
fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 {
        if line == "\r\n" {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")?;
        }
        line.clear();
    }
    Ok(())
}
