//! The text of one file: what may be read, and where in it a byte stands.
//!
//! Takes bytes and touches no disk. Lines end as YAML 1.2.2 §5.4 has it: at LF, CR LF or a lone CR.
//! UTF-16 is recognised (§5.2) in order to be refused by name; only UTF-8 is read.

use std::fmt;
use std::sync::OnceLock;

/// The largest file that is read: 4 MiB.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

const UTF8_BOM: &[u8] = b"\xEF\xBB\xBF";

/// A range of bytes in a source, the end excluded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last; equal to `start` for a place between two characters.
    pub end: usize,
}

impl Span {
    /// The empty span at a byte.
    #[must_use]
    pub const fn at(byte: usize) -> Self {
        Self { start: byte, end: byte }
    }
}

/// A place as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
}

/// The text of a file and the path that people know it by. Shared by `Arc`.
pub struct Source {
    path: String,
    text: String,
    index: OnceLock<PositionIndex>,
}

impl Source {
    /// Takes the bytes of a file as text; a UTF-8 byte order mark at the front is dropped, so
    /// offsets count from after it.
    ///
    /// # Errors
    ///
    /// When the file is larger than [`MAX_BYTES`] or is not UTF-8. The error keeps a source that a
    /// diagnostic can point into.
    pub fn new(path: impl Into<String>, mut bytes: Vec<u8>) -> Result<Self, Unreadable> {
        let path = path.into();
        if bytes.len() > MAX_BYTES {
            return Err(Unreadable::TooLarge { bytes: bytes.len(), source: Self::unreadable(path) });
        }
        if bytes.starts_with(UTF8_BOM) {
            bytes.drain(..UTF8_BOM.len());
        }
        if looks_like_utf16(&bytes) {
            // What is valid of UTF-16 by chance is no text to show.
            return Err(Unreadable::NotUtf8 { offset: 0, looks_like_utf16: true, source: Self::unreadable(path) });
        }
        Self::of_any_size(path, bytes)
    }

    /// The same for a file that the program itself wrote, which may be of any size.
    ///
    /// # Errors
    ///
    /// When it is not UTF-8.
    pub fn of_any_size(path: impl Into<String>, bytes: Vec<u8>) -> Result<Self, Unreadable> {
        let (text, invalid) = match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let offset = error.utf8_error().valid_up_to();
                (String::from_utf8_lossy(&error.as_bytes()[..offset]).into_owned(), Some(offset))
            }
        };
        let source = Self { text, ..Self::unreadable(path) };
        match invalid {
            None => Ok(source),
            Some(offset) => Err(Unreadable::NotUtf8 { offset, looks_like_utf16: false, source }),
        }
    }

    /// A source without text, for a file of which nothing could be read: every place in it is line
    /// 1, column 1.
    #[must_use]
    pub fn unreadable(path: impl Into<String>) -> Self {
        Self { path: path.into(), text: String::new(), index: OnceLock::new() }
    }

    /// The path as shown to people.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text, without a byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a byte stands. A byte past the end stands at the end, one inside a character or a line
    /// break at its start.
    #[must_use]
    pub fn position(&self, byte: usize) -> Position {
        let byte = char_boundary(&self.text, byte);
        let index = self.index();
        let line = index.line_starts.partition_point(|&start| start <= byte);
        let (start, end) = self.bounds(line);
        let characters =
            index.characters_before(&self.text, byte.min(end)) - index.characters_before(&self.text, start);
        Position { line, column: characters + 1 }
    }

    /// The byte at a line and column, both from 1: the inverse of [`Source::position`]. A line or
    /// column past the last is taken as the last, and the column after a line's last character is
    /// its end.
    #[must_use]
    pub fn offset_of(&self, line: usize, column: usize) -> usize {
        let index = self.index();
        let (start, end) = self.bounds(line.clamp(1, index.line_starts.len()));
        let wanted = index.characters_before(&self.text, start).saturating_add(column.saturating_sub(1));
        index.byte_of_character(&self.text, wanted).min(end)
    }

    /// A line, counted from 1, without its line break; empty past the last.
    #[must_use]
    pub fn line(&self, line: usize) -> &str {
        let (start, end) = self.bounds(line);
        &self.text[start..end]
    }

    /// The first byte of a line and the byte after its last character.
    fn bounds(&self, line: usize) -> (usize, usize) {
        let starts = &self.index().line_starts;
        let Some(&start) = line.checked_sub(1).and_then(|before| starts.get(before)) else {
            return (self.text.len(), self.text.len());
        };
        let Some(&next) = starts.get(line) else {
            return (start, self.text.len());
        };
        let broken = &self.text[start..next];
        let line = broken.strip_suffix("\r\n").or_else(|| broken.strip_suffix(['\n', '\r']));
        (start, start + line.unwrap_or(broken).len())
    }

    fn index(&self) -> &PositionIndex {
        self.index.get_or_init(|| PositionIndex::new(&self.text))
    }
}

/// How many bytes lie between two marks, and so the most that one lookup counts through.
const STRIDE: usize = 512;

/// What makes a lookup cheap even when a file is one line of 4 MiB, which a flow mapping can be.
struct PositionIndex {
    /// The first byte of each line.
    line_starts: Vec<usize>,
    /// How many characters begin before each multiple of [`STRIDE`] bytes.
    marks: Vec<usize>,
}

impl PositionIndex {
    fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends_line = |at: usize| match bytes[at] {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let line_starts = std::iter::once(0).chain((0..bytes.len()).filter(|&at| ends_line(at)).map(|at| at + 1));
        let mut marks = vec![0];
        let mut characters = 0;
        for chunk in bytes.chunks(STRIDE) {
            characters += count_characters(chunk);
            marks.push(characters);
        }
        Self { line_starts: line_starts.collect(), marks }
    }

    /// How many characters begin before a byte.
    fn characters_before(&self, text: &str, byte: usize) -> usize {
        let mark = byte / STRIDE;
        self.marks[mark] + count_characters(&text.as_bytes()[mark * STRIDE..byte])
    }

    /// Where a character, counted from 0, begins; the end of the text when there is none.
    fn byte_of_character(&self, text: &str, character: usize) -> usize {
        let mark = self.marks.partition_point(|&before| before <= character) - 1;
        let from = (mark * STRIDE).min(text.len());
        let mut starts = (from..text.len()).filter(|&at| text.is_char_boundary(at));
        starts.nth(character - self.marks[mark]).unwrap_or(text.len())
    }
}

/// How many characters begin in these bytes, which may cut characters at either end.
fn count_characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("path", &self.path).field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}

/// Why a file is not read.
#[derive(Debug)]
pub enum Unreadable {
    /// The file is larger than [`MAX_BYTES`].
    TooLarge {
        /// How many bytes were given.
        bytes: usize,
        /// The path without any text.
        source: Source,
    },
    /// The file is not UTF-8.
    NotUtf8 {
        /// The first byte of `source` that is not: the end of the text that is.
        offset: usize,
        /// Whether the file begins as UTF-16 does.
        looks_like_utf16: bool,
        /// The path with the text before that byte.
        source: Source,
    },
}

impl Unreadable {
    /// What a diagnostic about this can point at: the source as far as it could be read, and where
    /// that ends.
    #[must_use]
    pub fn into_place(self) -> (Source, Span) {
        match self {
            Self::TooLarge { source, .. } => (source, Span::at(0)),
            Self::NotUtf8 { offset, source, .. } => (source, Span::at(offset)),
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes, .. } => {
                write!(f, "The file is larger than 4 MiB ({bytes} bytes).")
            }
            Self::NotUtf8 { looks_like_utf16: true, .. } => f.write_str("The file is UTF-16, not UTF-8."),
            Self::NotUtf8 { .. } => f.write_str("The file is not UTF-8: the byte here begins no character."),
        }
    }
}

impl std::error::Error for Unreadable {}

/// Whether bytes begin with the mark of UTF-16, or with an ASCII character that has a zero for its
/// other byte.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    match bytes {
        [0, 0, ..] => false,
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, 0, _, ..] | [_, 0, _, 0, ..] => true,
        // One zero can be a stray NUL in UTF-8, which is the document's to refuse.
        [0, _, ..] | [_, 0, ..] => std::str::from_utf8(bytes).is_err(),
        _ => false,
    }
}

/// The nearest boundary between characters at or before a byte.
pub(crate) fn char_boundary(text: &str, byte: usize) -> usize {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::new("schedules/visit.yaml", text.into()).expect("readable")
    }

    fn refused(bytes: &[u8]) -> (usize, bool, Position) {
        match Source::new("visit.yaml", bytes.to_vec()) {
            Err(Unreadable::NotUtf8 { offset, looks_like_utf16, source }) => {
                (offset, looks_like_utf16, source.position(offset))
            }
            other => panic!("not refused as expected: {other:?}"),
        }
    }

    #[test]
    fn positions_count_characters_and_invert() {
        let source = source("visit: us\ntitle: 국빈 방문 🇰🇷\r\nlone\rlast\n");
        for (byte, _) in source.text().char_indices().filter(|(_, c)| !"\r\n".contains(*c)) {
            let position = source.position(byte);
            assert_eq!(source.offset_of(position.line, position.column), byte);
        }
        let title = source.text().find("방문").expect("present");
        assert_eq!(source.position(title), Position { line: 2, column: 11 });
        assert_eq!(source.position(title + 1), source.position(title));
        let lines: Vec<_> = (0..=6).map(|line| source.line(line)).collect();
        assert_eq!(lines, ["", "visit: us", "title: 국빈 방문 🇰🇷", "lone", "last", "", ""]);
        assert_eq!(source.position(usize::MAX), Position { line: 5, column: 1 });
    }

    #[test]
    fn a_carriage_return_belongs_to_the_break() {
        let source = source("ab\r\nc");
        assert_eq!(source.position(2), Position { line: 1, column: 3 });
        assert_eq!(source.position(3), Position { line: 1, column: 3 });
        assert_eq!(source.position(4), Position { line: 2, column: 1 });
        assert_eq!(source.offset_of(1, 99), 2);
        assert_eq!((source.offset_of(0, 0), source.offset_of(9, usize::MAX)), (0, 5));
    }

    #[test]
    fn an_empty_file_has_one_place() {
        for empty in [source(""), Source::unreadable("gone.yaml"), source("\u{FEFF}")] {
            assert_eq!(empty.position(7), Position { line: 1, column: 1 });
            assert_eq!((empty.offset_of(3, 3), empty.line(1)), (0, ""));
        }
    }

    #[test]
    fn a_byte_order_mark_is_dropped() {
        let source = source("\u{FEFF}visit: us");
        assert_eq!(source.text(), "visit: us");
        assert_eq!(source.position(7), Position { line: 1, column: 8 });
    }

    #[test]
    fn bytes_that_are_not_utf8_are_placed() {
        let at = |line, column| Position { line, column };
        assert_eq!(refused(b"a: 1\nb: \xEA\xB5\xAD\xFF!"), (11, false, at(2, 5)));
        assert_eq!(refused(b"\xEF\xBB\xBFa\xEA\xB5"), (1, false, at(1, 2)));
    }

    #[test]
    fn utf16_is_recognised() {
        for bytes in [&b"\xFF\xFEv\0i\0"[..], b"\xFE\xFF\0v\0i", b"v\0i\0s\0", b"\0v\0i\0s", b"#\0\x6D\xAD"] {
            assert_eq!(refused(bytes), (0, true, Position { line: 1, column: 1 }));
        }
        assert!(Source::new("one.yaml", b"a\0b: c".to_vec()).is_ok(), "a stray NUL is the document's to refuse");
    }

    #[test]
    fn large_files_are_refused_and_long_lines_are_quick() {
        let error = Source::new("big.yaml", vec![b'a'; MAX_BYTES + 1]).expect_err("too large");
        assert_eq!(error.to_string(), "The file is larger than 4 MiB (4194305 bytes).");
        let (place, span) = error.into_place();
        assert_eq!((place.path(), place.position(span.start).column), ("big.yaml", 1));

        let source = source(&"가".repeat(MAX_BYTES / 3));
        for character in (0..MAX_BYTES / 3).step_by(101) {
            assert_eq!(source.position(character * 3).column, character + 1);
            assert_eq!(source.offset_of(1, character + 1), character * 3);
        }
    }
}
