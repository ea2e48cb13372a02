//! Mutations of text in lines: what an author could have written otherwise, and now and then what the fuzzer thinks of.

use std::ops::Range;
use std::sync::OnceLock;

/// Words, keys and values, each of which means something somewhere; the fuzzer's own dictionary too.
const DICTIONARY: &str = include_str!("../dictionary.txt");

/// A small generator: the fuzzer gives the seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(sides.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    /// A stretch of some things that begins anywhere.
    fn stretch(&mut self, length: usize, longest: usize) -> Range<usize> {
        let start = self.roll(length);
        start..(start + 1 + self.roll(longest)).min(length)
    }
}

fn words() -> &'static [String] {
    static WORDS: OnceLock<Vec<String>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let quoted = |line: &'static str| line.strip_prefix('"')?.strip_suffix('"');
        DICTIONARY.lines().filter_map(quoted).filter_map(unescaped).collect()
    })
}

/// A word of the dictionary without its escapes, if it is a text.
fn unescaped(word: &str) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::new(), word);
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend(before.bytes());
        rest = match after.strip_prefix('x') {
            Some(hex) => {
                bytes.push(u8::from_str_radix(hex.get(..2)?, 16).ok()?);
                &hex[2..]
            }
            None => {
                bytes.extend(after.bytes().take(1));
                after.get(1..)?
            }
        };
    }
    bytes.extend(rest.bytes());
    String::from_utf8(bytes).ok()
}

/// Changes an input in place, and gives its new size.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut dice = Dice(u64::from(seed));
    let text = std::str::from_utf8(&data[..size]).ok().filter(|text| !text.is_empty() && dice.roll(5) > 0);
    let Some(text) = text else { return libfuzzer_sys::fuzzer_mutate(data, size, max_size) };
    let mut text = text.to_owned();
    for _ in 0..=dice.roll(3) {
        text = change(&text, &mut dice);
    }
    if text.len() > max_size || text.as_bytes() == &data[..size] {
        return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
    }
    data[..text.len()].copy_from_slice(text.as_bytes());
    text.len()
}

fn change(text: &str, dice: &mut Dice) -> String {
    match dice.roll(10) {
        0..=3 => replace_word(text, dice),
        4 | 5 => change_digit(text, dice),
        6 => put_word(text, dice),
        _ => change_lines(text, dice),
    }
}

/// Another word for one that stands somewhere.
fn replace_word(text: &str, dice: &mut Dice) -> String {
    let joins = |c: char| c.is_alphanumeric() || "-_:/+.".contains(c);
    let mut spans: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| joins(*c)) {
        match spans.last_mut() {
            Some(last) if last.end == at => last.end += c.len_utf8(),
            _ => spans.push(at..at + c.len_utf8()),
        }
    }
    if spans.is_empty() {
        return text.to_owned();
    }
    let span = spans[dice.roll(spans.len())].clone();
    // Half of the time a word of the text itself: ids, dates and zones are repeated where they refer to each other.
    let new = if dice.roll(2) == 0 { &text[spans[dice.roll(spans.len())].clone()] } else { word(dice) };
    let colon = if text[span.clone()].ends_with(':') && !new.ends_with(':') { ":" } else { "" };
    format!("{}{new}{colon}{}", &text[..span.start], &text[span.end..])
}

fn word(dice: &mut Dice) -> &'static str {
    &words()[dice.roll(words().len())]
}

fn change_digit(text: &str, dice: &mut Dice) -> String {
    let digits: Vec<usize> = text.bytes().enumerate().filter(|(_, b)| b.is_ascii_digit()).map(|(at, _)| at).collect();
    if digits.is_empty() {
        return put_word(text, dice);
    }
    let at = digits[dice.roll(digits.len())];
    format!("{}{}{}", &text[..at], dice.roll(10), &text[at + 1..])
}

fn put_word(text: &str, dice: &mut Dice) -> String {
    let mut at = dice.roll(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    format!("{}{}{}", &text[..at], word(dice), &text[at..])
}

fn change_lines(text: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let moved = dice.stretch(lines.len(), 8);
    let indented;
    match dice.roll(5) {
        0 => drop(lines.drain(moved)),
        1 => {
            let copy = lines[moved].to_vec();
            let at = dice.roll(lines.len() + 1);
            lines.splice(at..at, copy);
        }
        2 => {
            let cut: Vec<&str> = lines.drain(moved).collect();
            let at = dice.roll(lines.len() + 1);
            lines.splice(at..at, cut);
        }
        3 => {
            let other = dice.roll(lines.len());
            lines.swap(moved.start, other);
        }
        _ => {
            let line = lines[moved.start];
            indented = if dice.roll(2) == 0 { format!("  {line}") } else { line.trim_start().to_owned() };
            lines[moved.start] = &indented;
        }
    }
    lines.join("\n")
}
