//! Threads and memory, or an error where the system gives none: libraries panic for want of a thread, and nothing can be done
//! any more once an allocation has failed.

use std::io;
#[cfg(any(feature = "serve", feature = "publish"))]
use std::{sync::mpsc, thread};

use crate::error::Error;

/// What the smallest run takes.
const SMALLEST: usize = 8 << 20;

/// Starts the threads that reading and rendering are shared among.
pub(super) fn start() -> Result<(), Error> {
    rayon::ThreadPoolBuilder::new().build_global().map_err(|error| cannot(&io::Error::other(error)))?;
    require_memory(SMALLEST)
}

fn require_memory(bytes: usize) -> Result<(), Error> {
    Vec::<u8>::new().try_reserve_exact(bytes).map_err(|_| {
        Error::new(format!(
            "there is too little memory: let the program have {} MB more, at least",
            bytes.div_ceil(1 << 20)
        ))
    })
}

/// Whether as many more threads can be had at a time, and as many bytes.
#[cfg(any(feature = "serve", feature = "publish"))]
pub(super) fn require(count: usize, bytes: usize) -> Result<(), Error> {
    let mut held = Vec::new();
    for _ in 0..count {
        let (end, ended) = mpsc::channel::<()>();
        let thread = thread::Builder::new().spawn(move || ended.recv().is_ok()).map_err(|error| cannot(&error))?;
        held.push((end, thread));
    }
    for (end, thread) in held {
        drop(end);
        let _ = thread.join();
    }
    // Last, for what the system sets aside for threads is not given back.
    require_memory(bytes)
}

/// Does something in a thread of its own. What is returned is done when that ends, however it does.
#[cfg(feature = "serve")]
pub(super) fn spawn(work: impl FnOnce() + Send + 'static) -> Result<tokio::sync::oneshot::Receiver<()>, Error> {
    let (end, ended) = tokio::sync::oneshot::channel();
    let run = move || {
        let _end = end;
        work();
    };
    thread::Builder::new().spawn(run).map_err(|error| cannot(&error))?;
    Ok(ended)
}

fn cannot(error: &io::Error) -> Error {
    Error::new(format!("cannot start a thread: {error}; let the program have more threads, or more memory"))
}
