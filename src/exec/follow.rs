//! Accompanies a program to its end: what it says line by line, and the signals that it is to get.

use std::io::{self, BufRead, BufReader, Read};
use std::process::Child;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

/// How long to wait for a line before looking whether a signal has arrived.
pub(super) const POLL: Duration = Duration::from_millis(20);
/// The first wait for the end of a program whose streams have ended: usually it follows at once.
const FIRST_PAUSE: Duration = Duration::from_micros(50);
/// How long the streams of a program that has ended may stay silent and open: one that it started may hold them.
pub(super) const SILENCE: Duration = Duration::from_millis(500);
/// The longest line; a longer one arrives in parts.
const LONGEST_LINE: u64 = 64 * 1024;
/// How many lines may wait to be looked at.
const WAITING_LINES: usize = 256;

/// Waits until the program ends and returns its exit status; `None` when a signal ended it.
pub(super) fn to_its_end(mut child: Child, line: &mut dyn FnMut(&[u8])) -> io::Result<Option<i32>> {
    let lines = listen(&mut child).inspect_err(|_| drop(child.kill()))?;
    let (mut stop, mut pauses) = (Stop::default(), Pauses::default());
    let mut ended: Option<Instant> = None;
    loop {
        match lines.recv_timeout(POLL) {
            Ok(said) => {
                ended = ended.map(|_| Instant::now());
                line(&said);
            }
            Err(RecvTimeoutError::Disconnected) if ended.is_some() => break,
            Err(RecvTimeoutError::Disconnected) => pauses.wait(),
            Err(RecvTimeoutError::Timeout) if ended.is_some_and(|since| since.elapsed() > SILENCE) => break,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if ended.is_none() {
            ended = child.try_wait()?.map(|_| Instant::now());
        }
        if ended.is_none() {
            stop.pass_on(&mut child);
        }
    }
    child.wait().map(|status| status.code())
}

/// Starts a thread for each stream, and returns where their lines arrive. The threads end with the streams.
fn listen(child: &mut Child) -> io::Result<Receiver<Vec<u8>>> {
    let (sender, lines) = mpsc::sync_channel(WAITING_LINES);
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (of_stdout, of_stderr) = (sender.clone(), sender);
    thread::Builder::new().spawn(move || stdout.map(|stream| send_lines(stream, &of_stdout)))?;
    thread::Builder::new().spawn(move || stderr.map(|stream| send_lines(stream, &of_stderr)))?;
    Ok(lines)
}

/// Sends each line until the stream ends or nobody listens any more.
fn send_lines(stream: impl Read, lines: &SyncSender<Vec<u8>>) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        match (&mut stream).take(LONGEST_LINE).read_until(b'\n', &mut line) {
            Ok(1..) => {}
            Ok(0) | Err(_) => return,
        }
        let end = line.strip_suffix(b"\n").unwrap_or(&line);
        let length = end.strip_suffix(b"\r").unwrap_or(end).len();
        line.truncate(length);
        if lines.send(line).is_err() {
            return;
        }
    }
}

/// Waits for the end of a program, each time twice as long as before, up to [`POLL`].
#[derive(Default)]
pub(super) struct Pauses {
    last: Duration,
}

impl Pauses {
    /// Waits.
    pub(super) fn wait(&mut self) {
        self.last = self.last.saturating_mul(2).clamp(FIRST_PAUSE, POLL);
        thread::sleep(self.last);
    }
}

/// The end of the program that somebody asked this one for.
#[derive(Default)]
pub(super) struct Stop {
    /// When the request was first seen.
    since: Option<Instant>,
    /// How many of [`unix::STEPS`] were taken.
    #[cfg(unix)]
    steps: usize,
}

#[cfg(unix)]
impl Stop {
    /// Passes on the signal that has arrived, if one has, with more force as time goes by.
    pub(super) fn pass_on(&mut self, child: &mut Child) {
        let Some(signal) = super::signals::pending() else { return };
        let since = *self.since.get_or_insert_with(Instant::now);
        let due = unix::STEPS.get(self.steps).filter(|step| since.elapsed() >= step.after(signal));
        if let Some(step) = due {
            self.steps += 1;
            // It may have ended meanwhile.
            let _ = rustix::process::kill_process(rustix::process::Pid::from_child(child), step.signal);
        }
    }
}

#[cfg(unix)]
mod unix {
    //! How a program is asked to end.

    use std::ffi::c_int;
    use std::time::Duration;

    use rustix::process::Signal;
    use signal_hook::consts::signal::SIGINT;

    /// One request.
    pub(super) struct Step {
        /// The signal to send.
        pub(super) signal: Signal,
        seconds: u64,
    }

    /// First what Ctrl-C sends: on that, Python programs clean up.
    pub(super) const STEPS: [Step; 3] = [
        Step { signal: Signal::INT, seconds: 0 },
        Step { signal: Signal::TERM, seconds: 5 },
        Step { signal: Signal::KILL, seconds: 10 },
    ];

    /// A terminal sends Ctrl-C to all that run on it, so that the program has it already; a second one would disturb it
    /// while it cleans up.
    const FROM_TERMINAL: Duration = Duration::from_secs(2);

    impl Step {
        /// How long after the arrival of `signal` this is sent.
        pub(super) fn after(&self, signal: c_int) -> Duration {
            let delay = if signal == SIGINT { FROM_TERMINAL } else { Duration::ZERO };
            Duration::from_secs(self.seconds) + delay
        }
    }
}

#[cfg(not(unix))]
impl Stop {
    /// Does nothing: there are no deferred signals, and a console sends Ctrl-C to all that run on it.
    pub(super) fn pass_on(&mut self, _: &mut Child) {
        self.since = None;
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::process::Stdio;

    use crate::exec::ProcessRunner;
    use crate::ports::{Invocation, Runner};

    fn follow(script: &str) -> (Option<i32>, Vec<String>) {
        let invocation = Invocation {
            program: PathBuf::from("/bin/sh"),
            arguments: ["-c", script].map(Into::into).to_vec(),
            directory: Path::new("/").to_path_buf(),
            environment: vec![("PATH".into(), "/usr/bin:/bin".into())],
            input: Vec::new(),
        };
        let mut lines = Vec::new();
        let mut line = |said: &[u8]| lines.push(String::from_utf8_lossy(said).into_owned());
        let status = ProcessRunner.follow(&invocation, Stdio::null(), &mut line).expect("a shell");
        (status, lines)
    }

    #[test]
    fn each_line_of_both_streams_arrives() {
        assert_eq!(follow("echo a; echo b; printf c"), (Some(0), vec!["a".into(), "b".into(), "c".into()]));
        let (status, mut lines) = follow("printf 'a\\r\\n\\nb'; echo c >&2; exit 7");
        lines.sort();
        assert_eq!((status, lines), (Some(7), vec![String::new(), "a".into(), "b".into(), "c".into()]));
        assert_eq!(follow("kill -TERM $$"), (None, Vec::new()));
        assert_eq!(follow("cat; echo end"), (Some(0), vec!["end".into()]));
    }

    #[test]
    fn a_long_line_arrives_in_parts() {
        let (status, lines) = follow("head -c 200000 /dev/zero | tr '\\0' x");
        let lengths: Vec<usize> = lines.iter().map(String::len).collect();
        assert_eq!((status, lengths), (Some(0), vec![65_536, 65_536, 65_536, 3392]));
    }

    #[test]
    fn what_outlives_the_program_does_not_hold_it() {
        let (status, lines) = follow("sleep 30 & echo $!");
        let pid = lines.first().expect("a number").clone();
        assert_eq!(status, Some(0));
        assert_eq!(follow(&format!("kill {pid}")).0, Some(0));
    }
}
