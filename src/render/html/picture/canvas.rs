//! Pixels of sixteen colours, and the PNG that they make (RFC 2083). Whole numbers alone, so that every machine makes the
//! same bytes.

use miniz_oxide::deflate::compress_to_vec_zlib;

use super::glyphs::{self, Move};
use super::{HEIGHT, WIDTH};

/// How many parts of a pixel places have.
const FINE: i64 = 16;

/// How strongly pictures are deflated. More would take several times as long, and make one a quarter to a third smaller.
const EFFORT: u8 = 1;

/// Red, green and blue: the paper, flat inks, then the steps from paper to each of the two inks of letters.
const COLOURS: [[u8; 3]; 16] = [
    [0x12, 0x24, 0x3d],
    [0x1d, 0x34, 0x55],
    [0x8c, 0xc2, 0xff],
    [0x4b, 0x6a, 0x94],
    [0x6f, 0x8f, 0xb8],
    [0xff, 0xb4, 0x54],
    [0x41, 0x50, 0x64],
    [0x71, 0x7c, 0x8b],
    [0xa0, 0xa7, 0xb1],
    [0xd0, 0xd3, 0xd8],
    [0xff, 0xff, 0xff],
    [0x2a, 0x3e, 0x58],
    [0x42, 0x58, 0x74],
    [0x5a, 0x72, 0x8f],
    [0x72, 0x8c, 0xab],
    [0x8a, 0xa6, 0xc6],
];

/// The steps from the ink of a letter to the paper.
const LEVELS: [i64; 5] = [5, 4, 3, 2, 1];

/// How many they are.
const STEPS: i64 = LEVELS[0];

/// The flat inks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flat {
    /// What bars lie on.
    Track = 1,
    /// What is to take place.
    Bar = 2,
    /// What is not, or may not.
    Faint = 3,
    /// What has no time.
    Outline = 4,
    /// Where the day changes.
    DateLine = 5,
}

/// The inks of letters; the number is that of the first step's colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Bright = 6,
    Soft = 11,
}

/// Where a text stands to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

type Point = (i64, i64);

/// A picture that is being drawn.
pub(super) struct Canvas {
    pixels: Vec<u8>,
}

impl Canvas {
    pub(super) fn new() -> Self {
        let area = usize::try_from(WIDTH * HEIGHT).unwrap_or_default();
        Self { pixels: vec![0; area] }
    }

    /// The pixels of a row from one place up to, and without, another.
    fn row(&mut self, y: i64, from: i64, to: i64) -> &mut [u8] {
        let (from, to) = (from.clamp(0, WIDTH), to.clamp(0, WIDTH));
        let at = |x: i64| usize::try_from(y.clamp(0, HEIGHT - 1) * WIDTH + x).unwrap_or_default();
        &mut self.pixels[at(from)..at(to.max(from))]
    }

    /// A filled rectangle.
    pub(super) fn fill(&mut self, (x, y): Point, (width, height): Point, ink: Flat) {
        for y in y.max(0)..(y + height).min(HEIGHT) {
            self.row(y, x, x + width).fill(ink as u8);
        }
    }

    /// A line of dashes.
    pub(super) fn dashes(&mut self, (x, y): Point, (width, height): Point, ink: Flat) {
        for from in (x..x + width).step_by(14) {
            self.fill((from, y), (8.min(x + width - from), height), ink);
        }
    }

    /// Letters of a height, whose top is at a place.
    pub(super) fn text(&mut self, (x, y): Point, height: i64, (ink, anchor): (Ink, Anchor), text: &str) {
        let wide = measure(text, height);
        let mut x = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - wide / 2,
            Anchor::End => x - wide,
        } * FINE;
        for letter in text.chars() {
            let place = |px: i64, py: i64| {
                let scaled = |part: i64| part * height * FINE / (glyphs::HEIGHT * glyphs::PARTS);
                (x + scaled(px), y * FINE + scaled(py))
            };
            let mut pen = (x, y * FINE);
            for step in glyphs::strokes(letter) {
                match step {
                    Move::To(px, py) => pen = place(px, py),
                    Move::Line(px, py) => {
                        let to = place(px, py);
                        self.stroke(pen, to, height, ink);
                        pen = to;
                    }
                    Move::Curve(cx, cy, px, py) => {
                        let (from, by, to) = (pen, place(cx, cy), place(px, py));
                        for step in 1..=8 {
                            let next = along(from, by, to, step);
                            self.stroke(pen, next, height, ink);
                            pen = next;
                        }
                    }
                }
            }
            x += advance(letter, height);
        }
    }

    /// A line with round ends, as thick as letters of a height are.
    fn stroke(&mut self, a: Point, b: Point, height: i64, ink: Ink) {
        let radius = height * FINE / 15;
        let (reach, last) = (radius + FINE, radius + FINE / 2);
        let pixels =
            |low: i64, high: i64, most: i64| ((low - reach) / FINE).max(0)..((high + reach) / FINE + 1).min(most);
        let shade = |level: i64| ink as u8 + u8::try_from(level - 1).unwrap_or_default();
        // The colours with how near a pixel is that has them, from the fullest on; squared, because roots are dear.
        let shades = LEVELS.map(|level| {
            let nearer = (last - (level * FINE + STEPS - 1) / STEPS + 1).max(0);
            (nearer * nearer, shade(level))
        });
        let [.., (farthest, _)] = shades;
        let line = Segment::between(a, b);
        let across = pixels(a.0.min(b.0), a.0.max(b.0), WIDTH);
        for y in pixels(a.1.min(b.1), a.1.max(b.1), HEIGHT) {
            let middle = |pixel: i64| pixel * FINE + FINE / 2;
            let (from, to) = line.near(middle(y), last);
            let near = across.start.max(from / FINE - 1)..across.end.min(to / FINE + 2);
            for (x, pixel) in near.clone().zip(self.row(y, near.start, near.end)) {
                // Where strokes meet there is nothing to add.
                if *pixel >= shade(STEPS) {
                    continue;
                }
                let square = line.distance_squared((middle(x), middle(y)));
                if square < farthest
                    && let Some((_, colour)) = shades.iter().find(|(nearer, _)| square < *nearer)
                {
                    *pixel = (*pixel).max(*colour);
                }
            }
        }
    }

    /// The picture as a PNG of four bits a pixel.
    pub(super) fn png(&self) -> Vec<u8> {
        let side = |pixels: i64| u32::try_from(pixels).unwrap_or_default().to_be_bytes();
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        chunk(&mut png, *b"IHDR", &[&side(WIDTH)[..], &side(HEIGHT), &[4, 3, 0, 0, 0]].concat());
        chunk(&mut png, *b"PLTE", COLOURS.as_flattened());
        chunk(&mut png, *b"IDAT", &compress_to_vec_zlib(&self.rows(), EFFORT));
        chunk(&mut png, *b"IEND", &[]);
        png
    }

    /// The rows, each as what differs from the one above: nothing, mostly.
    fn rows(&self) -> Vec<u8> {
        let wide = usize::try_from(WIDTH).unwrap_or(1);
        let mut rows = Vec::with_capacity(self.pixels.len() / 2 + self.pixels.len() / wide);
        let paper = vec![0; wide];
        let mut above = paper.as_slice();
        for row in self.pixels.chunks_exact(wide) {
            rows.push(2);
            let start = rows.len();
            rows.resize(start + wide / 2, 0);
            if row != above {
                let pairs = row.as_chunks::<2>().0.iter().zip(above.as_chunks::<2>().0);
                for (byte, (pair, above)) in rows[start..].iter_mut().zip(pairs) {
                    *byte = packed(*pair).wrapping_sub(packed(*above));
                }
            }
            above = row;
        }
        rows
    }
}

/// Two pixels as a byte.
fn packed([left, right]: [u8; 2]) -> u8 {
    left << 4 | right
}

/// How wide a text of a height is.
pub(super) fn measure(text: &str, height: i64) -> i64 {
    let spaced: i64 = text.chars().map(|letter| advance(letter, height)).sum();
    (spaced - gap(height)).max(0) / FINE
}

fn advance(letter: char, height: i64) -> i64 {
    glyphs::width(letter) * height * FINE / glyphs::HEIGHT + gap(height)
}

fn gap(height: i64) -> i64 {
    height * FINE * 3 / glyphs::HEIGHT
}

/// The point so many eighths along a curve.
fn along(from: Point, by: Point, to: Point, eighths: i64) -> Point {
    let rest = 8 - eighths;
    let on = |a: i64, b: i64, c: i64| (a * rest * rest + 2 * b * rest * eighths + c * eighths * eighths) / 64;
    (on(from.0, by.0, to.0), on(from.1, by.1, to.1))
}

/// The straight line between two points.
struct Segment {
    from: Point,
    across: Point,
    /// Its length, squared.
    square: i64,
}

impl Segment {
    fn between(a: Point, b: Point) -> Self {
        let across = (b.0 - a.0, b.1 - a.1);
        Self { from: a, across, square: (across.0 * across.0 + across.1 * across.1).max(1) }
    }

    /// From where to where on a row points can be nearer to it than so much; most near a slanting line cannot.
    fn near(&self, y: i64, reach: i64) -> (i64, i64) {
        let (dx, dy) = self.across;
        if dy == 0 {
            return (0, WIDTH * FINE);
        }
        // The nearest point is rounded by less than one in each direction.
        let aside = (reach + 2) * (self.square.isqrt() + 1);
        let along = (y - self.from.1) * dx;
        let (one, other) = (self.from.0 + (along - aside) / dy, self.from.0 + (along + aside) / dy);
        (one.min(other), one.max(other))
    }

    /// How far a point is from it, squared.
    fn distance_squared(&self, point: Point) -> i64 {
        let ((x, y), (dx, dy)) = ((point.0 - self.from.0, point.1 - self.from.1), self.across);
        let along = x * dx + y * dy;
        // Most are nearest to one of its ends, and divisions are dear.
        let (x, y) = if along <= 0 {
            (x, y)
        } else if along >= self.square {
            (x - dx, y - dy)
        } else {
            (x - dx * along / self.square, y - dy * along / self.square)
        };
        x * x + y * y
    }
}

/// A chunk of a PNG with its checksum.
fn chunk(png: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    png.extend(u32::try_from(data.len()).unwrap_or_default().to_be_bytes());
    let checked = png.len();
    png.extend(name);
    png.extend(data);
    let sum = checksum(&png[checked..]);
    png.extend(sum.to_be_bytes());
}

/// CRC-32.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| SUMS[usize::from(sum.to_le_bytes()[0] ^ byte)] ^ sum >> 8;
    !bytes.iter().fold(!0, step)
}

/// The sums of single bytes.
const SUMS: [u32; 256] = {
    let mut sums = [0; 256];
    let (mut at, mut byte) = (0, 0);
    while at < sums.len() {
        let (mut sum, mut bit): (u32, u8) = (byte, 0);
        while bit < 8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
            bit += 1;
        }
        sums[at] = sum;
        (at, byte) = (at + 1, byte + 1);
    }
    sums
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// How far a point is from the line between two, squared, as whole numbers round it.
    fn square(point: Point, a: Point, b: Point) -> i64 {
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length = (dx * dx + dy * dy).max(1);
        let along = ((point.0 - a.0) * dx + (point.1 - a.1) * dy).clamp(0, length);
        let (x, y) = (point.0 - a.0 - dx * along / length, point.1 - a.1 - dy * along / length);
        x * x + y * y
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Every pixel is as full as it is near to the line, and no other is inked: those that are passed over had none.
        #[test]
        fn strokes_have_the_pixels_near_them(
            a in (-2..122_i64, -2..65_i64, 0..10 * FINE, 0..10 * FINE)
                .prop_map(|(x, y, dx, dy)| (x * 10 * FINE + dx, y * 10 * FINE + dy)),
            by in (-600..600_i64, prop_oneof![3 => -600..600_i64, 1 => Just(0)]),
            height in 18..73_i64,
        ) {
            let b = (a.0 + by.0, a.1 + by.1);
            let mut canvas = Canvas::new();
            canvas.stroke(a, b, height, Ink::Soft);
            let last = height * FINE / 15 + FINE / 2;
            let pixels = |a: i64, b: i64, most: i64| (a.min(b) / FINE - 9).max(0)..(a.max(b) / FINE + 9).min(most);
            let mut found = 0;
            for y in pixels(a.1, b.1, HEIGHT) {
                for x in pixels(a.0, b.0, WIDTH) {
                    let square = square((x * FINE + FINE / 2, y * FINE + FINE / 2), a, b);
                    let steps = (last - square.isqrt()).clamp(0, FINE) * STEPS / FINE;
                    let wanted = if steps == 0 { 0 } else { Ink::Soft as i64 + steps - 1 };
                    prop_assert_eq!(i64::from(canvas.row(y, x, x + 1)[0]), wanted, "{},{}", x, y);
                    found += usize::from(wanted > 0);
                }
            }
            prop_assert_eq!(canvas.pixels.iter().filter(|pixel| **pixel > 0).count(), found);
        }
    }

    #[test]
    fn what_is_packed_is_what_was_drawn() {
        let mut canvas = Canvas::new();
        canvas.fill((0, 0), (5, 2), Flat::Outline);
        canvas.fill((3, 5), (6, 1), Flat::Bar);
        canvas.fill((4, 6), (4, 2), Flat::Track);
        let (wide, high) = (usize::try_from(WIDTH).expect("a width"), usize::try_from(HEIGHT).expect("a height"));
        let rows = canvas.rows();
        assert_eq!(rows.len(), high * (wide / 2 + 1));
        let mut above = vec![0_u8; wide / 2];
        for (row, pixels) in rows.chunks_exact(wide / 2 + 1).zip(canvas.pixels.chunks_exact(wide)) {
            assert_eq!(row[0], 2);
            for (at, above) in above.iter_mut().enumerate() {
                *above = above.wrapping_add(row[at + 1]);
                assert_eq!([*above >> 4, *above & 15], pixels[2 * at..2 * at + 2]);
            }
        }
    }

    /// The sum that descriptions of the algorithm give.
    #[test]
    fn sums_are_those_of_crc_32() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
    }
}
