//! The service's door: connections, and the bounds of everything that comes through it.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::request::Parameters;
use super::{Answer, Service, Shelf};

/// Largest request body in bytes: an EPost of 10,000 PMIDs is 0.1 MB.
const LARGEST: usize = 2 << 20;
/// Largest request head in bytes; NCBI refuses addresses of 4 to 8 kB.
const LARGEST_HEAD: usize = 64 << 10;

/// What the service bears, so that no client, broken or hostile, takes it from the others.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Open connections; one more is told 503 and closed.
    pub connections: usize,
    /// Requests evaluated at a time; others wait their turn.
    pub evaluations: usize,
    /// Time for a request's head, and for an idle connection.
    pub head: Duration,
    /// Time for a request's body.
    pub body: Duration,
    /// Longest life of a connection.
    pub life: Duration,
    /// Requests a second, as NCBI counts them (3, or 10 with a key); none: as many as come.
    pub rate: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 256,
            evaluations: 4,
            head: Duration::from_secs(30),
            body: Duration::from_secs(30),
            life: Duration::from_secs(3_600),
            rate: None,
        }
    }
}

#[derive(Clone)]
struct Door {
    service: Service,
    limits: Arc<Limits>,
    turns: Arc<Semaphore>,
    /// When the requests of the last second came.
    seen: Arc<Mutex<VecDeque<Instant>>>,
}

/// Serves until `shutdown` is done, within [`Limits::default`].
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    shelf: Arc<dyn Shelf>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    serve_within(shelf, listener, Limits::default(), shutdown).await
}

/// Serves until `shutdown` is done; then answers what was asked, for two seconds at most.
///
/// # Errors
/// When the listener fails.
pub async fn serve_within(
    shelf: Arc<dyn Shelf>,
    listener: TcpListener,
    limits: Limits,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let places = Arc::new(Semaphore::new(limits.connections));
    let door = Door {
        service: Service { shelf, history: Arc::default() },
        turns: Arc::new(Semaphore::new(limits.evaluations)),
        seen: Arc::default(),
        limits: Arc::new(limits.clone()),
    };
    let mut router = Router::new();
    for name in ["einfo", "esearch", "epost", "esummary", "efetch"] {
        let handler = move |State(door): State<Door>, RawQuery(query): RawQuery, body: Body| async move {
            door.answer(name, query.unwrap_or_default(), body).await
        };
        router = router.route(&format!("/entrez/eutils/{name}.fcgi"), any(handler));
    }
    let router = router.with_state(door);
    let graceful = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let socket = tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((socket, _)) => socket,
                // Out of file handles, or the client is gone already: the listener itself is well.
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let Ok(place) = places.clone().try_acquire_owned() else {
            tokio::spawn(full(socket));
            continue;
        };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .max_buf_size(LARGEST_HEAD)
            .serve_connection(TokioIo::new(socket), TowerToHyperService::new(router.clone()));
        let watched = graceful.watch(connection);
        let life = limits.life;
        tokio::spawn(async move {
            // A connection that ends badly concerns its client alone.
            let _ = tokio::time::timeout(life, watched).await;
            drop(place);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(Duration::from_secs(2), graceful.shutdown()).await;
    Ok(())
}

/// Tells a client that there is no place, and closes.
async fn full(mut socket: TcpStream) {
    let body = "{\"error\":\"too many connections\"}";
    let text = format!(
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let _ = tokio::time::timeout(Duration::from_secs(1), async {
        socket.write_all(text.as_bytes()).await?;
        socket.shutdown().await
    })
    .await;
}

impl Door {
    async fn answer(self, name: &'static str, query: String, body: Body) -> Response {
        let body = match tokio::time::timeout(self.limits.body, to_bytes(body, LARGEST)).await {
            Ok(Ok(body)) => body,
            Ok(Err(_)) => {
                let most = format!("the request is larger than {LARGEST} bytes, or broke off");
                return Answer::error(StatusCode::PAYLOAD_TOO_LARGE, &most).into_response();
            }
            Err(_) => return Answer::error(StatusCode::REQUEST_TIMEOUT, "the request came too slowly").into_response(),
        };
        let left = match self.admit() {
            Ok(left) => left,
            Err(response) => return *response,
        };
        let Ok(_turn) = self.turns.clone().acquire_owned().await else {
            return Answer::error(StatusCode::SERVICE_UNAVAILABLE, "the service is ending").into_response();
        };
        let parameters = Parameters::read(&query, &body);
        let service = self.service;
        // Evaluation is work for a processor, not for the network's threads.
        let done = tokio::task::spawn_blocking(move || service.answer(name, &parameters)).await;
        let answer = done.unwrap_or_else(|_| Answer::error(StatusCode::INTERNAL_SERVER_ERROR, "internal error"));
        let mut response = answer.into_response();
        if let (Some(limit), Some(left)) = (self.limits.rate, left) {
            response.headers_mut().insert("x-ratelimit-limit", HeaderValue::from(limit));
            response.headers_mut().insert("x-ratelimit-remaining", HeaderValue::from(left));
        }
        response
    }

    /// Counts a request against the rate; gives what is left of this second.
    fn admit(&self) -> Result<Option<u32>, Box<Response>> {
        let Some(limit) = self.limits.rate else { return Ok(None) };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        while seen.front().is_some_and(|t| now.duration_since(*t) >= Duration::from_secs(1)) {
            seen.pop_front();
        }
        if seen.len() >= limit as usize {
            // NCBI's words; it counts the refused request too.
            let value = serde_json::json!({
                "error": "API rate limit exceeded", "count": (seen.len() + 1).to_string(), "limit": limit.to_string()
            });
            let answer = Answer { status: StatusCode::TOO_MANY_REQUESTS, ..Answer::json(&value) };
            return Err(Box::new(answer.into_response()));
        }
        seen.push_back(now);
        Ok(Some(limit - seen.len() as u32))
    }
}
