//! Questions that a key answers.

use console::{Key, Term};

use crate::path::printable;
use crate::ports::Questions;

/// What Ctrl-D sends, and what Linux keeps of it if it was pressed before keys are read one by one
/// (<https://github.com/torvalds/linux/blob/master/drivers/tty/n_tty.c>, `__DISABLED_CHAR`).
const END_OF_INPUT: [char; 2] = ['\u{4}', '\0'];

/// Asks on standard error, and reads the keyboard of the terminal. Ctrl-C ends the program as it always does.
#[derive(Debug, Clone, Copy, Default)]
pub struct Keyboard;

impl Questions for Keyboard {
    fn ask(&self, question: &str, keys: &str) -> Option<char> {
        let terminal = Term::stderr();
        let choices: Vec<String> = keys.chars().map(String::from).collect();
        let question = printable(question.as_bytes());
        terminal.write_str(&format!("{question} [{}] ", choices.join("/"))).ok()?;
        let answer = loop {
            match terminal.read_key() {
                Ok(Key::Enter | Key::Escape | Key::Unknown) | Err(_) => break None,
                Ok(Key::Char(typed)) if END_OF_INPUT.contains(&typed) => break None,
                Ok(Key::Char(typed)) => {
                    let typed = typed.to_ascii_lowercase();
                    if keys.contains(typed) {
                        break Some(typed);
                    }
                }
                Ok(_) => {}
            }
        };
        // The answer counts even if it cannot be shown.
        let _ = terminal.write_line(&answer.map(String::from).unwrap_or_default());
        answer
    }
}
