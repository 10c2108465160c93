//! A thousand sequential calls over loopback: by a cell, and by reqwest alone in the same process. The difference is
//! the overhead of a call: JavaScript, the round trip to the network thread, the record.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use crate::session::Session;

const CALLS: usize = 1000;
const ANSWER: &str = r#"{"user": {"id": 35436, "name": "Roger Wilco", "email": "roger@example.com", "active": true}}"#;

pub fn thousand(criterion: &mut Criterion) {
    let address = serve();
    let mut group = criterion.benchmark_group("calls");
    group.throughput(Throughput::Elements(CALLS as u64)).sample_size(20).measurement_time(Duration::from_secs(8));

    let runtime = runtime();
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let url = format!("http://{address}/users/1.json");
    group.bench_function("reqwest", |bencher| {
        bencher.iter(|| {
            for _ in 0..CALLS {
                let body = runtime.block_on(async { client.get(&url).send().await?.bytes().await });
                assert_eq!(body.expect("an answer"), ANSWER);
            }
        });
    });

    let folder = tempfile::tempdir().expect("a folder");
    let definition = format!(
        "#%RAML 0.8\ntitle: users\nbaseUri: http://{address}\n/users/{{id}}.json:\n  get:\n    description: One.\n"
    );
    std::fs::write(folder.path().join("api.raml"), definition).expect("a file");
    let mut session = Session::start(folder.path());
    session.run("API.createClient('client', 'api.raml')");
    let cell =
        format!("var user; for (var i = 0; i < {CALLS}; i++) user = client.users.id(1).get().body.user; user.id");
    group.bench_function("apinb", |bencher| {
        bencher.iter(|| assert_eq!(session.run(&cell), CALLS));
    });
    group.finish();
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Answers every request with [`ANSWER`] on its own thread until the process ends.
fn serve() -> SocketAddr {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        runtime().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            sender.send(listener.local_addr().expect("an address")).expect("a listener");
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).expect("a socket");
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)));
            }
        });
    });
    receiver.recv().expect("a server")
}

async fn answer(_request: Request<hyper::body::Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::new(Bytes::from_static(ANSWER.as_bytes())));
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static("application/json"));
    Ok(response)
}
