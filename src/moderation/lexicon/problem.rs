//! Purpose: why a rule pack is refused, in terms that a settings page can put into words.
//!
//! Invariant: a problem names its place in the pack; all problems of a pack are reported at once.

/// One thing that is wrong with a pack.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct Problem {
    /// The place as keys joined by dots, list positions from 0: `rule.R3.keywords[4]`.
    pub place: String,
    /// What is wrong there.
    pub reason: Reason,
}

/// What can be wrong with a pack.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// A list has more entries than allowed.
    #[error("{count} entries, at most {max} are allowed")]
    TooMany {
        /// Entries there are.
        count: usize,
        /// Entries allowed.
        max: usize,
    },
    /// A keyword has fewer than two letters after normalisation; it would match everywhere.
    #[error("`{0}` has fewer than two letters or characters")]
    TooShort(String),
    /// A keyword or pattern is too long.
    #[error("{length} characters, at most {max} are allowed")]
    TooLong {
        /// Its characters.
        length: usize,
        /// Characters allowed.
        max: usize,
    },
    /// A keyword to be found by sound has no Chinese character.
    #[error("`{0}` has no Chinese character whose sound could be compared")]
    NoSound(String),
    /// A pattern is not a regular expression.
    #[error("not a regular expression: {0}")]
    Syntax(String),
    /// A pattern would be slow: its counted repetitions can be in too many places at once.
    #[error("the repetitions add up to {width}, at most {max} are allowed; shorten the {{m,n}} counts")]
    TooWide {
        /// Places it can be in at once.
        width: u64,
        /// Places allowed.
        max: u64,
    },
    /// A pattern's compiled form is too large.
    #[error("the compiled pattern is larger than {bytes_max} bytes")]
    TooLarge {
        /// Bytes allowed.
        bytes_max: usize,
    },
    /// A pattern matches the empty text, so it would match every message.
    #[error("the pattern matches the empty text, so it would match every message")]
    MatchesEverything,
    /// A pattern asks for a character that the folded text never has.
    #[error("`{written}` never occurs in the text that patterns see; write `{folded}`")]
    NeverOccurs {
        /// The character in the pattern.
        written: char,
        /// What the text has in its place.
        folded: String,
    },
    /// `together` or `unless` names a signal that doesn't exist.
    #[error("there is no signal `{0}`")]
    UnknownSignal(String),
    /// A signal has the name of a built-in one, or a rule the id of the link rule.
    #[error("`{0}` is built in; choose another name")]
    Reserved(String),
    /// A set of signals is empty.
    #[error("an empty set of signals would match every message")]
    EmptySet,
    /// Not a domain name.
    #[error("`{0}` is not a domain name")]
    NotADomain(String),
    /// Not a Telegram name.
    #[error("`{0}` is not a Telegram name: 4 to 32 letters, digits or `_`, without @")]
    NotAName(String),
    /// A number is outside its range.
    #[error("{value} is outside {min} to {max}")]
    OutOfRange {
        /// The number.
        value: u32,
        /// Smallest allowed.
        min: u32,
        /// Largest allowed.
        max: u32,
    },
}
