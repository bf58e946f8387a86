//! Accompanies a program to its end that may only write so much and run so long.

use std::io::{self, Read, Write};
use std::process::Child;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::Instant;

use super::follow::{POLL, Pauses, SILENCE, Stop};
use crate::ports::{Limits, Output};
use crate::text::size;

/// How many parts of output may wait.
const WAITING_PARTS: usize = 16;
/// How much is read at once, in bytes.
const PART: usize = 16 * 1024;
/// How much of standard error is kept, from its end.
const KEPT: usize = 16 * 1024;

/// Which stream a part is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stream {
    Out,
    Err,
}

/// Writes the input of a program, and waits until it ends.
///
/// # Errors
/// That of the system; or that a limit was reached, and then the program was killed. What it has started may go on.
pub(super) fn to_its_end(mut child: Child, input: &[u8], limits: Limits) -> io::Result<Output> {
    let parts = talk(&mut child, input.to_vec()).inspect_err(|_| drop(child.kill()))?;
    let start = Instant::now();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let (mut stop, mut pauses) = (Stop::default(), Pauses::default());
    let mut ended: Option<Instant> = None;
    loop {
        match parts.recv_timeout(POLL) {
            Ok((stream, part)) => {
                ended = ended.map(|_| Instant::now());
                let kept = if stream == Stream::Out { &mut stdout } else { &mut stderr };
                kept.extend_from_slice(&part);
            }
            Err(RecvTimeoutError::Disconnected) if ended.is_some() => break,
            Err(RecvTimeoutError::Disconnected) => pauses.wait(),
            Err(RecvTimeoutError::Timeout) if ended.is_some_and(|since| since.elapsed() > SILENCE) => break,
            Err(RecvTimeoutError::Timeout) => {}
        }
        stderr.drain(..stderr.len().saturating_sub(KEPT));
        if stdout.len() > limits.bytes {
            return Err(killed(&mut child, format!("it wrote more than {}", size(limits.bytes as u64))));
        }
        if ended.is_none() {
            ended = child.try_wait()?.map(|_| Instant::now());
        }
        if ended.is_none() {
            if start.elapsed() > limits.time {
                let seconds = limits.time.as_secs();
                return Err(killed(&mut child, format!("it ran for more than {seconds} seconds")));
            }
            stop.pass_on(&mut child);
        }
    }
    Ok(Output { status: child.wait()?.code(), stdout, stderr })
}

/// Ends a program, and says why.
fn killed(child: &mut Child, why: String) -> io::Error {
    // It may have ended meanwhile.
    let _ = child.kill();
    let _ = child.wait();
    io::Error::other(why)
}

/// Starts a thread for each stream, and returns where the output arrives. The threads end with the streams.
fn talk(child: &mut Child, input: Vec<u8>) -> io::Result<Receiver<(Stream, Vec<u8>)>> {
    let (sender, parts) = mpsc::sync_channel(WAITING_PARTS);
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (of_stdout, of_stderr) = (sender.clone(), sender);
    // A program that does not read its input says so by its answer.
    thread::Builder::new().spawn(move || stdin.map(|mut stdin| stdin.write_all(&input)))?;
    thread::Builder::new().spawn(move || stdout.map(|stream| send(stream, Stream::Out, &of_stdout)))?;
    thread::Builder::new().spawn(move || stderr.map(|stream| send(stream, Stream::Err, &of_stderr)))?;
    Ok(parts)
}

/// Sends what is read until the stream ends or nobody listens any more.
fn send(mut from: impl Read, stream: Stream, parts: &SyncSender<(Stream, Vec<u8>)>) {
    let mut buffer = vec![0; PART];
    loop {
        let part = match from.read(&mut buffer) {
            Ok(length) => buffer.get(..length).unwrap_or_default().to_vec(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        if part.is_empty() || parts.send((stream, part)).is_err() {
            return;
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use crate::exec::ProcessRunner;
    use crate::ports::{Invocation, Limits, Output, Runner};

    fn run(script: &str, input: &[u8], time: Duration) -> Result<Output, String> {
        let invocation = Invocation {
            program: PathBuf::from("/bin/sh"),
            arguments: ["-c", script].map(Into::into).to_vec(),
            directory: Path::new("/").to_path_buf(),
            environment: vec![("PATH".into(), "/usr/bin:/bin".into())],
            input: input.to_vec(),
        };
        let limits = Limits { bytes: 100_000, time };
        ProcessRunner.run_within(&invocation, limits).map_err(|error| error.summary().seen_from_root())
    }

    const LONG: Duration = Duration::from_secs(600);

    #[test]
    fn both_streams_and_the_status_are_kept_apart() {
        let output = run("cat; echo said >&2; exit 7", b"input", LONG).expect("an end");
        let expected = Output { status: Some(7), stdout: b"input".to_vec(), stderr: b"said\n".to_vec() };
        assert_eq!(output, expected);
        assert_eq!(run("kill -KILL $$", b"", LONG).expect("an end").status, None);
    }

    #[test]
    fn what_never_ends_is_ended() {
        let said = run("yes", b"", LONG).expect_err("too much");
        assert!(said.contains("it wrote more than"), "{said}");
        let said = run("exec sleep 600", b"", Duration::from_millis(50)).expect_err("too long");
        assert!(said.contains("it ran for more than"), "{said}");
    }

    #[test]
    fn of_the_errors_the_end_is_kept() {
        let output = run("yes | head -c 1000000 >&2; echo end >&2", b"", LONG).expect("an end");
        assert!(output.stderr.ends_with(b"end\n") && output.stderr.len() < 40_000);
    }

    #[test]
    fn input_that_is_not_read_holds_nobody() {
        assert_eq!(run("exit 3", &vec![b'x'; 10_000_000], LONG).expect("an end").status, Some(3));
    }
}
