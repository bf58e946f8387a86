//! A terminal of a pseudo-terminal's kind, to see what a person would see.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver};

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

/// Which streams of a program lead to the terminal; the others are read as pipes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attached {
    /// Standard error alone.
    Errors,
    /// Standard output and standard error.
    Both,
    /// These, and standard input.
    All,
}

/// Makes the terminal behind standard error that of the program, so that its keys reach it.
pub(crate) const LEADER: &str = "\
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(2, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
";

/// A terminal with a program on it.
pub(crate) struct Terminal {
    /// The program.
    pub(crate) child: std::process::Child,
    keyboard: File,
    pieces: Receiver<Vec<u8>>,
    /// Everything that was written to the terminal so far.
    pub(crate) seen: Vec<u8>,
}

impl Terminal {
    /// Starts a program on a terminal of so many columns.
    pub(crate) fn start(mut command: Command, columns: u16, attached: Attached) -> Self {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
        // What another test starts meanwhile would hold the terminal open.
        #[cfg(target_os = "linux")]
        let flags = flags | OpenptFlags::CLOEXEC;
        let controller = openpt(flags).expect("a pseudo-terminal");
        grantpt(&controller).and_then(|()| unlockpt(&controller)).expect("its other end");
        let size = Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&controller, size).expect("a size");
        let name = ptsname(&controller, Vec::new()).expect("a name");
        let other_end = || -> OwnedFd {
            let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
            rustix::fs::open(&name, flags, Mode::empty()).expect("the other end")
        };
        command.stdin(if attached == Attached::All { other_end().into() } else { Stdio::null() });
        command.stderr(other_end());
        command.stdout(if attached == Attached::Errors { Stdio::piped() } else { other_end().into() });
        let child = command.spawn().expect("a program that starts");
        // The command holds the other end open, and so the terminal would never end.
        drop(command);
        let (sender, pieces) = mpsc::channel();
        let mut reader = File::from(controller);
        let keyboard = reader.try_clone().expect("a second descriptor");
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // At the end the system says so by an error.
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { child, keyboard, pieces, seen: Vec::new() }
    }

    /// Presses keys.
    pub(crate) fn press(&mut self, keys: &[u8]) {
        self.keyboard.write_all(keys).expect("a terminal");
    }

    /// Presses keys once the program reads them one by one. Before, the terminal itself would take Ctrl-C and Ctrl-D.
    pub(crate) fn answer(&mut self, keys: &[u8]) {
        let collects_lines = |keyboard: &File| {
            tcgetattr(keyboard).is_ok_and(|modes| modes.local_modes.contains(LocalModes::ICANON))
        };
        while collects_lines(&self.keyboard) && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::yield_now();
        }
        self.press(keys);
    }

    /// Reads until the terminal shows this text; `false` if the program ends before it does.
    pub(crate) fn wait_for(&mut self, text: &str) -> bool {
        self.wait_until(|seen| seen.contains(text))
    }

    /// Reads until what the terminal has shown is as wanted; `false` if the program ends before it is.
    pub(crate) fn wait_until(&mut self, is_wanted: impl Fn(&str) -> bool) -> bool {
        while !is_wanted(&String::from_utf8_lossy(&self.seen)) {
            match self.pieces.recv() {
                Ok(piece) => self.seen.extend(piece),
                Err(_) => return false,
            }
        }
        true
    }

    /// Waits until the program ends; the result is what was on the terminal.
    pub(crate) fn finish(mut self) -> (std::process::ExitStatus, Vec<u8>, String) {
        let mut output = Vec::new();
        if let Some(mut stdout) = self.child.stdout.take() {
            stdout.read_to_end(&mut output).expect("output");
        }
        let status = self.child.wait().expect("an end");
        self.seen.extend(self.pieces.iter().flatten());
        (status, output, String::from_utf8_lossy(&self.seen).into_owned())
    }
}
