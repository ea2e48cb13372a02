//! A stream that ends when its client takes too long: to ask for something, or to take what it asked for.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

use super::Limits;

/// What a connection does, and since when.
#[derive(Debug, Clone, Copy)]
pub(super) enum Activity {
    /// It waits for the head of a request.
    Idle(Instant),
    /// Its client has not taken all of what it asked for.
    Serving(Instant),
}

/// The activity of a connection, for its stream and for those who look for one to close.
#[derive(Debug)]
pub(super) struct SharedActivity(Mutex<Activity>);

impl SharedActivity {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Activity::Idle(Instant::now()))))
    }

    pub(super) fn get(&self) -> Activity {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request is here. Of several in a row the first counts, until all of them are answered.
    pub(super) fn set_serving(&self) {
        let mut activity = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Activity::Idle(_) = *activity {
            *activity = Activity::Serving(Instant::now());
        }
    }

    /// All that was asked for is sent.
    fn set_sent(&self) {
        let mut activity = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Activity::Serving(_) = *activity {
            *activity = Activity::Idle(Instant::now());
        }
    }
}

/// A connection's stream, with its limits.
#[derive(Debug)]
pub(super) struct TimedStream {
    tcp: TcpStream,
    limits: Limits,
    activity: Arc<SharedActivity>,
    timer: Pin<Box<Sleep>>,
}

impl TimedStream {
    pub(super) fn new(tcp: TcpStream, limits: Limits, activity: Arc<SharedActivity>) -> Self {
        Self { tcp, limits, activity, timer: Box::pin(sleep_until(Instant::now() + limits.idle)) }
    }

    /// Ready once a deadline has passed. The timer may run to an earlier one: most deadlines move on before they pass, and it
    /// costs less to look at them again when it has run out.
    fn poll_deadline(&mut self, deadline: Instant, cx: &mut Context<'_>) -> Poll<()> {
        if deadline < self.timer.deadline() {
            self.timer.as_mut().reset(deadline);
        }
        loop {
            ready!(self.timer.as_mut().poll(cx));
            if self.timer.deadline() >= deadline {
                return Poll::Ready(());
            }
            self.timer.as_mut().reset(deadline);
        }
    }

    /// What came of writing, or an error if the client has kept it waiting for too long.
    fn poll_written(&mut self, written: Poll<io::Result<usize>>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if written.is_pending() {
            let (Activity::Idle(since) | Activity::Serving(since)) = self.activity.get();
            let deadline = since + self.limits.response;
            ready!(self.poll_deadline(deadline, cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        written
    }
}

impl AsyncRead for TimedStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.tcp).poll_read(cx, buffer);
        if let (Poll::Pending, Activity::Idle(since)) = (&read, self.activity.get()) {
            let deadline = since + self.limits.idle;
            // Ends as if the client had ended it.
            return self.poll_deadline(deadline, cx).map(Ok);
        }
        read
    }
}

impl AsyncWrite for TimedStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write(cx, bytes);
        self.poll_written(written, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write_vectored(cx, pieces);
        self.poll_written(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // hyper asks for it once there is nothing left to write.
        self.activity.set_sent();
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}
