//! From bytes to lines and characters and back, without counting from the start of the text.

/// How many bytes lie between two marks, and so the most that one lookup counts through.
const STRIDE: usize = 512;

/// What makes a lookup cheap even when a file is one line of 4 MiB, which a flow mapping can be.
pub(super) struct Index {
    /// The first byte of each line.
    pub(super) line_starts: Vec<usize>,
    /// How many characters begin before each multiple of [`STRIDE`] bytes.
    marks: Vec<usize>,
}

impl Index {
    pub(super) fn new(text: &str) -> Self {
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
    pub(super) fn characters_before(&self, text: &str, byte: usize) -> usize {
        let mark = byte / STRIDE;
        self.marks[mark] + count_characters(&text.as_bytes()[mark * STRIDE..byte])
    }

    /// Where a character, counted from 0, begins; the end of the text when there is none.
    pub(super) fn byte_of_character(&self, text: &str, character: usize) -> usize {
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
