//! Behavior that depends on the environment: trusted certificates, proxies. A test that needs another environment
//! starts this program again.

#![allow(clippy::unwrap_used, dead_code, reason = "a test binary")]

mod server;

use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, mpsc};
use std::{env, fs, thread};

use apinb_http::exchange::{HttpError, Request, Response};
use apinb_http::network::Network;
use apinb_http::policy::Policy;
use apinb_http::route::Route;
use apinb_http::tls::Tls;
use bytes::Bytes;
use server::{Server, reply};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_util::sync::CancellationToken;
use url::Url;

fn get(network: &Network, url: &str) -> Result<Response, HttpError> {
    network.send(Request::new("GET", Url::parse(url).unwrap()), &CancellationToken::new()).wait()
}

fn network() -> Network {
    Network::start(Policy::default()).unwrap()
}

/// Runs the ignored test `name` of this program in a separate process.
fn run(name: &str, environment: &[(&str, &str)]) {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--ignored", "--exact", name, "--nocapture"]).envs(environment.iter().copied());
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}\n{errors}");
}

/// A TLS server for `localhost` that responds with the negotiated HTTP version; and its certificate in PEM.
fn secure(issuer: &str, protocols: &[&str]) -> (SocketAddr, String) {
    secure_with(issuer, protocols, |_| {})
}

/// As [`secure`], with a certificate that `change` has changed.
fn secure_with(
    issuer: &str,
    protocols: &[&str],
    change: impl FnOnce(&mut rcgen::CertificateParams),
) -> (SocketAddr, String) {
    let pair = rcgen::KeyPair::generate().unwrap();
    let mut parameters = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, issuer);
    change(&mut parameters);
    let certificate = parameters.self_signed(&pair).unwrap();
    let key = PrivateKeyDer::try_from(pair.serialize_der()).unwrap();
    let certificates = vec![certificate.der().clone()];
    let mut config = ServerConfig::builder().with_no_client_auth().with_single_cert(certificates, key).unwrap();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                // Some clients reject the certificate.
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                tokio::spawn(async move {
                    if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
                        let _ = stream.read(&mut [0; 4096]).await;
                        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nHTTP/1.1").await;
                        return;
                    }
                    let mut connection = h2::server::handshake(stream).await.unwrap();
                    while let Some(Ok((request, mut respond))) = connection.accept().await {
                        assert_eq!(request.headers().get("host"), None);
                        let mut body = respond.send_response(Default::default(), false).unwrap();
                        body.send_data(Bytes::from_static(b"HTTP/2"), true).unwrap();
                    }
                });
            }
        });
    });
    (receiver.recv().unwrap(), certificate.pem())
}

#[cfg(target_os = "linux")]
#[test]
fn an_untrusted_certificate_is_an_error() {
    let (address, _) = secure("one", &[]);
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("trusted.pem");
    // At least one certificate must be trusted, so another one is.
    fs::write(&trusted, secure("another", &[]).1).unwrap();
    let url = format!("https://localhost:{}/", address.port());
    run("untrusted", &[("SSL_CERT_FILE", trusted.to_str().unwrap()), ("TEST_URL", &url)]);
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "started by `an_untrusted_certificate_is_an_error`"]
fn untrusted() {
    let error = get(&network(), &env::var("TEST_URL").unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "the certificate is not valid: its issuer is not trusted");
}

#[cfg(target_os = "linux")]
#[test]
fn trusted_certificates_are_accepted() {
    for (protocols, expected) in
        [(["h2", "http/1.1"].as_slice(), "HTTP/2"), (&["http/1.1"], "HTTP/1.1"), (&[], "HTTP/1.1")]
    {
        let (address, certificate) = secure("one", protocols);
        let folder = tempfile::tempdir().unwrap();
        let trusted = folder.path().join("trusted.pem");
        fs::write(&trusted, certificate).unwrap();
        let port = address.port().to_string();
        run("trusted", &[("SSL_CERT_FILE", trusted.to_str().unwrap()), ("TEST_PORT", &port), ("TEST_BODY", expected)]);
    }
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "started by `secure_connections`"]
fn trusted() {
    let (network, port) = (network(), env::var("TEST_PORT").unwrap());
    let response = get(&network, &format!("https://localhost:{port}/")).unwrap();
    assert_eq!(response.body, env::var("TEST_BODY").unwrap());
    assert_eq!(response.status_text, "OK");
    assert!(response.sent.headers.contains(&("host".to_owned(), format!("localhost:{port}"))));
    let error = get(&network, &format!("https://127.0.0.1:{port}/")).unwrap_err();
    assert_eq!(error.to_string(), "the certificate is not valid: it is for another host");
}

/// As `openssl req -x509` makes it: marked as that of an authority.
fn self_signed(parameters: &mut rcgen::CertificateParams) {
    parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
}

#[test]
fn the_certificate_of_the_server_itself_is_trusted_if_the_user_names_it() {
    let (address, certificate) = secure_with("own", &["h2", "http/1.1"], self_signed);
    let (old_address, old) = secure_with("old", &[], |parameters| {
        self_signed(parameters);
        parameters.not_after = rcgen::date_time_ymd(2020, 1, 1);
    });
    let trusting = |pems: &[&str]| {
        let mut policy = Policy::default();
        pems.iter().for_each(|pem| policy.tls.trust(pem.as_bytes()).unwrap());
        Network::start(policy).unwrap()
    };
    let error = |network: &Network, url: &str| get(network, url).unwrap_err().to_string();
    let (url, port) = (format!("https://localhost:{}/", address.port()), address.port());
    let network = trusting(&[&certificate, &old]);
    assert_eq!(get(&network, &url).unwrap().body, "HTTP/2");
    assert_eq!(
        error(&network, &format!("https://127.0.0.1:{port}/")),
        "the certificate is not valid: it is for another host"
    );
    let expired = format!("https://localhost:{}/", old_address.port());
    assert_eq!(error(&network, &expired), "the certificate is not valid: it has expired");
    let other = trusting(&[&old]);
    assert_eq!(error(&other, &url), "the certificate is not valid: it is self-signed, or that of an authority");
    let mut tls = Tls::default();
    tls.insecure = true;
    let insecure = Network::start(Policy { tls, ..Policy::default() }).unwrap();
    assert_eq!(get(&insecure, &url).unwrap().body, "HTTP/2");
    assert_eq!(get(&insecure, &expired).unwrap().body, "HTTP/1.1");
}

#[test]
fn a_proxy_receives_the_requests() {
    let proxy = Server::start(|request, stream| reply(stream, "200 OK", &[], format!("proxy {}", request.target)));
    let direct = Server::start(|_, stream| reply(stream, "200 OK", &[], "direct"));
    let (proxy, direct) = (proxy.url("/").to_string(), direct.address.to_string());
    // A `NO_PROXY` of the machine would interfere.
    run(
        "proxied",
        &[
            ("HTTP_PROXY", &proxy),
            ("http_proxy", &proxy),
            ("NO_PROXY", ""),
            ("no_proxy", ""),
            ("TEST_ADDRESS", &direct),
        ],
    );
}

#[test]
#[ignore = "started by `a_proxy`"]
fn proxied() {
    let (network, direct) = (network(), env::var("TEST_ADDRESS").unwrap());
    assert_eq!(get(&network, "http://api.example.com/x").unwrap().body, "proxy http://api.example.com/x");
    assert_eq!(get(&network, &format!("http://{direct}/")).unwrap().body, "direct");
    let target = direct.parse().unwrap();
    network.add_route(Route { host: "api.example.com".to_owned(), target });
    assert_eq!(get(&network, "http://api.example.com/x").unwrap().body, "direct");
}

#[test]
fn an_unknown_host_is_an_error() {
    let error = get(&network(), "http://none.invalid/").unwrap_err().to_string();
    // The second if no name server responds.
    assert!(["no such host", "cannot resolve the host name"].contains(&error.as_str()), "{error}");
}
