//! One line on a terminal's standard error that says how far a long run has come, and vanishes with it.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Runs that are over by then show nothing.
const PATIENCE: Duration = Duration::from_millis(500);
const INTERVAL: Duration = Duration::from_millis(100);

/// Counts files that are done and shows the count while it lives.
#[derive(Debug)]
pub(crate) struct Progress {
    done: Arc<AtomicUsize>,
    display: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Begins counting towards a total. Nothing is ever shown where standard error is no terminal, or when `quiet`.
    pub(crate) fn new(total: usize, quiet: bool) -> Self {
        let done = Arc::new(AtomicUsize::new(0));
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let shown = !quiet && !dumb && std::io::stderr().is_terminal();
        let display = shown.then(|| start(Arc::clone(&done), total));
        Self { done, display }
    }

    /// Counts one more file.
    pub(crate) fn advance(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

fn start(done: Arc<AtomicUsize>, total: usize) -> (Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = channel();
    let show = move || {
        let mut wait = PATIENCE;
        let mut shown = false;
        while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
            wait = INTERVAL;
            shown = true;
            let mut stderr = std::io::stderr().lock();
            let _ = match total {
                1 => write!(stderr, "\r\x1b[Kchecking 1 file"),
                _ => write!(stderr, "\r\x1b[Kchecked {} of {total} files", done.load(Ordering::Relaxed)),
            };
            let _ = stderr.flush();
        }
        if shown {
            let mut stderr = std::io::stderr().lock();
            let _ = write!(stderr, "\r\x1b[K");
            let _ = stderr.flush();
        }
    };
    (stop, std::thread::spawn(show))
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.display.take() {
            drop(stop);
            // The line must be gone before anything else is written.
            let _ = thread.join();
        }
    }
}
