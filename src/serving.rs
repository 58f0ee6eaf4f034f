//! Purpose: what the bot serves over HTTP, the webhook and what operators read, and how much of it a stranger may take up.
//!
//! Invariant: there are never more connections than the bounds allow, and none stays without bringing a whole request for
//! longer than they allow, whatever the other side sends, holds back or doesn't read. Whose request is refused is let go.
//! So a flood keeps others out for no longer than that, and takes no more memory than so many connections need.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use axum::middleware::map_response;
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::clock::{real_sleep, timeout};

/// Bytes of a request's head at most; browsers and proxies send less than 8 KiB.
const HEAD_BYTES_MAX: usize = 32 * 1024;
/// The pause after a connection couldn't be taken for want of files or memory: trying at once would keep a core busy.
const PAUSE: Duration = Duration::from_secs(1);

/// How much may be taken up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Connections at a time; who comes then waits with the system until one ends.
    pub connections_max: usize,
    /// How long the head of a request may take, and how long a connection may lie idle before one.
    pub head_max: Duration,
    /// Whether a connection may bring another request after the answer.
    pub keeps_alive: bool,
    /// How long the rest of a request may take: its body, what is done for it, and the answer until it is read.
    pub request_max: Duration,
}

/// An address can't be listened on.
#[derive(Debug, thiserror::Error)]
#[error("can't listen on {at}: {error}")]
pub struct CantListen {
    /// The address.
    pub at: SocketAddr,
    /// What the system says.
    pub error: io::Error,
}

/// Listens; returns the address, which differs from the one asked for if its port was 0.
///
/// # Errors
/// [`CantListen`] if somebody else listens there, or the address is not this machine's.
pub async fn listen(at: SocketAddr) -> Result<(TcpListener, SocketAddr), CantListen> {
    let refused = |error| CantListen { at, error };
    let listener = TcpListener::bind(at).await.map_err(refused)?;
    let bound = listener.local_addr().map_err(refused)?;
    Ok((listener, bound))
}

/// Answers until `stop` is ready. What is under way then is answered first, for at most `bounds.head_max`.
pub async fn serve(listener: TcpListener, router: Router, bounds: Bounds, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    let router = router.layer(map_response(let_go_if_refused));
    let stopping = watch::Sender::new(false);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = &mut stop => break,
            _ = connections.join_next(), if !connections.is_empty() => {}
            taken = take(&listener), if connections.len() < bounds.connections_max => {
                if let Some(stream) = taken {
                    connections.spawn(attend(stream, router.clone(), bounds, stopping.subscribe()));
                }
            }
        }
    }
    // Who waits to be let in is turned away.
    drop(listener);
    stopping.send_replace(true);
    while connections.join_next().await.is_some() {}
}

/// Whoever may not ask, or asks for what there isn't, holds no place among those who may.
async fn let_go_if_refused(mut answer: Response) -> Response {
    if answer.status().is_client_error() {
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}

/// The next connection; none if it is gone again or there is no room for it.
async fn take(listener: &TcpListener) -> Option<TcpStream> {
    match listener.accept().await {
        Ok((stream, _)) => Some(stream),
        Err(error) if is_theirs(&error) => None,
        Err(error) => {
            tracing::warn!(%error, pause_s = PAUSE.as_secs(), "a connection can't be taken, trying again");
            real_sleep(PAUSE).await;
            None
        }
    }
}

/// True if the other side went away before it was let in.
fn is_theirs(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Tells when a request's head has come.
struct Told {
    router: TowerToHyperService<Router>,
    begun: watch::Sender<()>,
}

impl Service<Request<Incoming>> for Told {
    type Response = Response;
    type Error = Infallible;
    type Future = <TowerToHyperService<Router> as Service<Request<Incoming>>>::Future;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        self.begun.send_replace(());
        self.router.call(request)
    }
}

/// Answers the requests of a connection, as long as each comes in time.
async fn attend(stream: TcpStream, router: Router, bounds: Bounds, mut stopping: watch::Receiver<bool>) {
    let (begun, mut begins) = watch::channel(());
    let service = Told { router: TowerToHyperService::new(router), begun };
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head_max)
        .keep_alive(bounds.keeps_alive)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let mut is_stopping = false;
    loop {
        // Whoever reads no answer, or sends a body drop by drop, brings no next request and is left by this.
        let quiet_max = if is_stopping { bounds.head_max } else { bounds.head_max + bounds.request_max };
        tokio::select! {
            // What goes wrong on a connection is the other side's affair.
            _ = connection.as_mut() => return,
            _ = stopping.wait_for(|stopping| *stopping), if !is_stopping => {
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            begun = timeout(quiet_max, begins.changed()) => if begun.is_err() { return },
        }
    }
}

#[cfg(test)]
mod tests;
