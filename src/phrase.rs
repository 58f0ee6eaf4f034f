//! Purpose: a short message in its plain form, by which features tell what it asks for.
//!
//! Invariant: pure, and linear in the text. Only the words alone count, whatever their width, case, spaces and
//! punctuation; a sentence that merely mentions them is a conversation.

use unicode_normalization::UnicodeNormalization as _;

/// No phrase is longer, however it is spaced and punctuated; longer messages aren't looked at.
const PHRASE_BYTES_MAX: usize = 96;

/// A short message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    command: Option<String>,
    about: String,
    plain: String,
}

impl Phrase {
    /// Reads a message. `bot_username` is the bot's own, without `@`: a command to another bot is none. Nothing if the
    /// message is too long to be a phrase and no command.
    #[must_use]
    pub fn read(text: &str, bot_username: &str) -> Option<Self> {
        let text = text.trim();
        let slashless = text.strip_prefix(['/', '\u{ff0f}']);
        let (command, about) = match slashless.and_then(|line| command(line, bot_username)) {
            Some((name, about)) => (Some(name), about),
            None => (None, String::new()),
        };
        if text.len() > PHRASE_BYTES_MAX {
            return command.map(|name| Self { command: Some(name), about, plain: String::new() });
        }
        Some(Self { command, about, plain: plain(slashless.unwrap_or(text)) })
    }

    /// The command's name without its slash, in small letters, if it is one to this bot or to none in particular.
    #[must_use]
    pub fn command(&self) -> Option<&str> {
        self.command.as_deref()
    }

    /// What stands after the command's name, plain.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// The whole message, plain and without a slash; empty for a long one.
    #[must_use]
    pub fn plain(&self) -> &str {
        &self.plain
    }
}

/// `points@my_bot why`: the command's name, and the plain words after it.
fn command(line: &str, bot_username: &str) -> Option<(String, String)> {
    let (head, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    if head.len() > PHRASE_BYTES_MAX {
        return None;
    }
    let head: String = head.nfkc().collect::<String>().to_lowercase();
    let (name, bot) = head.split_once('@').unwrap_or((&head, ""));
    if !(bot.is_empty() || bot.eq_ignore_ascii_case(bot_username)) {
        return None;
    }
    let about = if rest.len() <= PHRASE_BYTES_MAX { plain(rest) } else { String::new() };
    Some((name.to_owned(), about))
}

/// The words in their usual width and in small letters, without punctuation around them; spaces stay, as one each,
/// only between Latin letters.
fn plain(text: &str) -> String {
    let folded: String = text.nfkc().collect::<String>().to_lowercase();
    let words: Vec<&str> = folded
        .trim_matches(|letter: char| letter.is_whitespace() || is_punctuation(letter))
        .split(|letter: char| letter.is_whitespace() || is_invisible(letter))
        .filter(|word| !word.is_empty())
        .collect();
    words.join(if folded.is_ascii() { " " } else { "" })
}

/// Punctuation that people put around a word. `@`, `#` and `_` make it something else: a mention, a topic, a name.
fn is_punctuation(letter: char) -> bool {
    matches!(letter, '。' | '、' | '·' | '—' | '–' | '…' | '“' | '”' | '‘' | '’' | '「' | '」' | '『' | '』')
        || matches!(letter, '《' | '》' | '〈' | '〉' | '【' | '】' | '〔' | '〕')
        || is_invisible(letter)
        || (letter.is_ascii_punctuation() && !matches!(letter, '@' | '#' | '_' | '/' | '$' | '+' | '%'))
}

/// Letters of no width that keyboards and copying leave behind.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe0e}' | '\u{fe0f}' | '\u{feff}')
}
