//! A TLS server on a free local port with a self-signed certificate, and a proxy in front of it.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, Stream};

/// A self-signed certificate, and its key.
pub(crate) struct Certificate {
    pub(crate) pem: String,
    pub(crate) key: String,
    der: CertificateDer<'static>,
    key_der: PrivateKeyDer<'static>,
}

impl Certificate {
    /// Creates a certificate for `name`.
    pub(crate) fn new(name: &str) -> Self {
        let pair = rcgen::KeyPair::generate().unwrap();
        let mut parameters = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
        parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
        let certificate = parameters.self_signed(&pair).unwrap();
        Self {
            pem: certificate.pem(),
            key: pair.serialize_pem(),
            der: certificate.der().clone(),
            key_der: PrivateKeyDer::try_from(pair.serialize_der()).unwrap(),
        }
    }
}

/// A proxy that tunnels secure connections; returns its address and a receiver of its requests.
pub(crate) fn tunnel() -> (String, Receiver<String>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (asked, heard) = mpsc::channel();
    thread::spawn(move || {
        for client in listener.incoming() {
            let (Ok(mut client), asked) = (client, asked.clone()) else { break };
            thread::spawn(move || -> io::Result<()> {
                let mut head = String::new();
                let mut reader = BufReader::new(client.try_clone()?);
                while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head)? > 0 {}
                let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
                asked.send(head).ok();
                let mut server = TcpStream::connect(target)?;
                client.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
                let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
                thread::spawn(move || io::copy(&mut from, &mut to));
                io::copy(&mut server, &mut client)?;
                client.shutdown(Shutdown::Both)
            });
        }
    });
    (address, heard)
}

/// A server for `https://localhost` that responds with `known` to a client with the certificate `client`, else with
/// `unknown`; returns its URL.
pub(crate) fn secure_server(server: &Certificate, client: &Certificate) -> String {
    let mut roots = RootCertStore::empty();
    roots.add(client.der.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.allow_unauthenticated().build().unwrap())
        .with_single_cert(vec![server.der.clone()], server.key_der.clone_key())
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for socket in listener.incoming() {
            let (Ok(mut socket), config) = (socket, Arc::clone(&config)) else { break };
            thread::spawn(move || {
                let mut connection = ServerConnection::new(config).unwrap();
                let mut stream = Stream::new(&mut connection, &mut socket);
                // Some clients reject the certificate.
                if stream.read(&mut [0; 4096]).is_err() {
                    return;
                }
                let body = if stream.conn.peer_certificates().is_some() { "known" } else { "unknown" };
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
                stream.write_all(format!("{head}{body}").as_bytes()).ok();
                stream.conn.send_close_notify();
                stream.flush().ok();
            });
        }
    });
    format!("https://localhost:{port}/")
}
