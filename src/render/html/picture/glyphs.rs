//! Letters for pictures, as strokes: capitals, digits and a few signs, which is what dates and the names of zones need.
//! Text of authors is never drawn, because no font has all of it.

/// Where strokes go: twelve units are the height of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    /// The pen is set down.
    To(i64, i64),
    /// A straight line.
    Line(i64, i64),
    /// A curve that heads for the first point and ends at the second.
    Curve(i64, i64, i64, i64),
}

/// How many parts a unit has in [`strokes`].
pub(super) const PARTS: i64 = 10;

/// How high a letter is, in units.
pub(super) const HEIGHT: i64 = 12;

/// The width of a letter in units, and its path: M sets the pen down, L draws a line, Q a curve.
fn glyph(letter: char) -> (i64, &'static str) {
    match letter {
        '0' => (8, "M4 0 Q8 0 8 5 L8 7 Q8 12 4 12 Q0 12 0 7 L0 5 Q0 0 4 0"),
        '1' => (8, "M1.5 2.5 L4.8 0 L4.8 12"),
        '2' => (8, "M0.2 3.2 Q0.4 0 4 0 Q7.8 0 7.8 3.4 Q7.8 5.4 5 8 L0 12 L8 12"),
        '3' => (8, "M0.3 2.5 Q0.8 0 4 0 Q7.6 0 7.6 2.9 Q7.6 5.7 3.6 5.7 Q8 5.7 8 8.9 Q8 12 4 12 Q0.4 12 0 9.3"),
        '4' => (8, "M6.2 12 L6.2 0 L0 8.6 L8 8.6"),
        '5' => (8, "M7.4 0 L1.2 0 L0.6 5.6 Q2 4.6 4 4.6 Q8 4.6 8 8.2 Q8 12 4 12 Q0.6 12 0 9.4"),
        '6' => (8, "M6.4 0 Q0 1.6 0 8 Q0 12 4 12 Q8 12 8 8.3 Q8 4.8 4.2 4.8 Q0.8 4.8 0 7.6"),
        '7' => (8, "M0 0 L8 0 L3 12"),
        '8' => (
            8,
            "M4 5.6 Q0.4 5.6 0.4 2.8 Q0.4 0 4 0 Q7.6 0 7.6 2.8 Q7.6 5.6 4 5.6 Q8 5.6 8 8.8 Q8 12 4 12 Q0 12 0 8.8 Q0 5.6 4 5.6",
        ),
        '9' => (8, "M1.6 12 Q8 10.4 8 4 Q8 0 4 0 Q0 0 0 3.7 Q0 7.2 3.8 7.2 Q7.2 7.2 8 4.4"),
        'A' => (9, "M0 12 L4.5 0 L9 12 M1.6 8 L7.4 8"),
        'B' => (8, "M0 0 L4 0 Q7.5 0 7.5 2.9 Q7.5 5.7 4 5.7 L0 5.7 M4 5.7 Q8 5.7 8 8.9 Q8 12 4 12 L0 12 L0 0"),
        'C' => (8, "M8 2.6 Q7 0 4.4 0 Q0 0 0 6 Q0 12 4.4 12 Q7 12 8 9.4"),
        'D' => (8, "M0 0 L3 0 Q8 0 8 6 Q8 12 3 12 L0 12 L0 0"),
        'E' => (7, "M7 0 L0 0 L0 12 L7 12 M0 5.8 L6 5.8"),
        'F' => (7, "M7 0 L0 0 L0 12 M0 5.8 L6 5.8"),
        'G' => (8, "M8 2.6 Q7 0 4.4 0 Q0 0 0 6 Q0 12 4.4 12 Q8 12 8 8.6 L8 6.8 L4.8 6.8"),
        'H' => (8, "M0 0 L0 12 M8 0 L8 12 M0 5.8 L8 5.8"),
        'I' => (0, "M0 0 L0 12"),
        'J' => (5, "M5 0 L5 8.6 Q5 12 2.4 12 Q0 12 0 9.6"),
        'K' => (8, "M0 0 L0 12 M7.6 0 L0 7.2 M2.6 4.8 L8 12"),
        'L' => (6, "M0 0 L0 12 L6.4 12"),
        'M' => (10, "M0 12 L0 0 L5 8 L10 0 L10 12"),
        'N' => (8, "M0 12 L0 0 L8 12 L8 0"),
        'O' => (9, "M4.5 0 Q9 0 9 6 Q9 12 4.5 12 Q0 12 0 6 Q0 0 4.5 0"),
        'P' => (8, "M0 12 L0 0 L4 0 Q8 0 8 3.3 Q8 6.6 4 6.6 L0 6.6"),
        'Q' => (9, "M4.5 0 Q9 0 9 6 Q9 12 4.5 12 Q0 12 0 6 Q0 0 4.5 0 M5.4 8.8 L9 12.6"),
        'R' => (8, "M0 12 L0 0 L4 0 Q8 0 8 3.3 Q8 6.6 4 6.6 L0 6.6 M4 6.6 L8 12"),
        'S' => (8, "M7.6 2.4 Q6.8 0 4 0 Q0.4 0 0.4 3 Q0.4 5.2 4 5.8 Q8 6.4 8 9 Q8 12 4 12 Q0.6 12 0 9.5"),
        'T' => (8, "M0 0 L8 0 M4 0 L4 12"),
        'U' => (8, "M0 0 L0 7.6 Q0 12 4 12 Q8 12 8 7.6 L8 0"),
        'V' => (8, "M0 0 L4 12 L8 0"),
        'W' => (12, "M0 0 L3 12 L6 1 L9 12 L12 0"),
        'X' => (8, "M0 0 L8 12 M8 0 L0 12"),
        'Y' => (8, "M0 0 L4 6 L8 0 M4 6 L4 12"),
        'Z' => (8, "M0 0 L8 0 L0 12 L8 12"),
        '-' => (4, "M0 6.5 L4 6.5"),
        '–' => (8, "M0 6.5 L8 6.5"),
        '+' => (7, "M0 6.5 L7 6.5 M3.5 3 L3.5 10"),
        _ => (3, ""),
    }
}

/// The width of a letter, in units.
pub(super) fn width(letter: char) -> i64 {
    glyph(letter).0
}

/// The strokes of a letter, in parts of a unit.
pub(super) fn strokes(letter: char) -> impl Iterator<Item = Move> {
    glyph(letter).1.split_inclusive(' ').fold(Vec::new(), gather).into_iter().filter_map(|step| step.moved())
}

/// A step of a path with the numbers that were read of it.
struct Step {
    how: char,
    numbers: Vec<i64>,
}

impl Step {
    fn moved(&self) -> Option<Move> {
        Some(match (self.how, &self.numbers[..]) {
            ('M', &[x, y]) => Move::To(x, y),
            ('L', &[x, y]) => Move::Line(x, y),
            ('Q', &[cx, cy, x, y]) => Move::Curve(cx, cy, x, y),
            _ => return None,
        })
    }
}

fn gather(mut steps: Vec<Step>, word: &str) -> Vec<Step> {
    let word = word.trim_end();
    let number = word.trim_start_matches(|c: char| c.is_ascii_uppercase());
    if let Some(how) = word.chars().next().filter(char::is_ascii_uppercase) {
        steps.push(Step { how, numbers: Vec::new() });
    }
    let (whole, tenth) = number.split_once('.').unwrap_or((number, "0"));
    let parts = |text: &str| text.parse::<i64>().unwrap_or_default();
    if let Some(step) = steps.last_mut() {
        step.numbers.push(parts(whole) * PARTS + parts(tenth));
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_every_path_is_understood() {
        for letter in ('0'..='9').chain('A'..='Z').chain(['-', '–', '+']) {
            let (_, path) = glyph(letter);
            assert!(!path.is_empty(), "{letter}");
            assert_eq!(strokes(letter).count(), path.matches(['M', 'L', 'Q']).count(), "{letter}");
            assert!(matches!(strokes(letter).next(), Some(Move::To(..))), "{letter}");
        }
    }
}
