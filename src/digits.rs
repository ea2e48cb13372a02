//! Digits of dates, times and digests, without the standard formatter: every entry has dozens of them, and that takes five
//! times as long.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc};

/// Every number of two digits, one after the other.
const PAIRS: &str = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
const HEXADECIMAL: &[u8; 16] = b"0123456789abcdef";

/// Two digits of a number, with the leading zero.
pub(crate) fn two(out: &mut String, number: u32) {
    let at = (number % 100) as usize * 2;
    out.push_str(&PAIRS[at..at + 2]);
}

/// A year of four digits.
pub(crate) fn year(out: &mut String, date: NaiveDate) {
    let year = date.year().unsigned_abs();
    two(out, year / 100);
    two(out, year);
}

/// `2025-08-25`. Schedules have no year of more or fewer digits.
pub(crate) fn date(out: &mut String, date: NaiveDate) {
    year(out, date);
    out.push('-');
    two(out, date.month());
    out.push('-');
    two(out, date.day());
}

/// `2025-08-25T12:15:00`, or `…:60` of a leap second, so that it is read back as what it was. Schedules have no fractions.
pub(crate) fn date_time(out: &mut String, local: NaiveDateTime) {
    date(out, local.date());
    let leap = u32::from(local.nanosecond() >= 1_000_000_000);
    for (sign, number) in [('T', local.hour()), (':', local.minute()), (':', local.second() + leap)] {
        out.push(sign);
        two(out, number);
    }
}

/// An instant as machines read it (RFC 3339), in UTC: `2025-08-25T16:15:00Z`.
pub(crate) fn rfc3339(instant: DateTime<Utc>) -> String {
    let mut out = String::with_capacity(20);
    date_time(&mut out, instant.naive_utc());
    out.push('Z');
    out
}

/// Reads what [`rfc3339`] writes, and nothing else.
pub(crate) fn instant(text: &str) -> Option<DateTime<Utc>> {
    let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
    let signs = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'Z')];
    let two = |at: usize| {
        let [tens, ones] = [bytes[at], bytes[at + 1]].map(|byte| byte.wrapping_sub(b'0'));
        (tens < 10 && ones < 10).then(|| u32::from(tens) * 10 + u32::from(ones))
    };
    signs.iter().all(|(at, sign)| bytes[*at] == *sign).then_some(())?;
    let year = i32::try_from(two(0)? * 100 + two(2)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, two(5)?, two(8)?)?;
    let (second, leap) = two(17).map(|second| if second == 60 { (59, 1_000_000_000) } else { (second, 0) })?;
    Some(date.and_hms_nano_opt(two(11)?, two(14)?, second, leap)?.and_utc())
}

/// `20250825`, as calendars write dates (RFC 5545, 3.3.4).
pub(crate) fn basic_date(out: &mut String, date: NaiveDate) {
    year(out, date);
    two(out, date.month());
    two(out, date.day());
}

/// `20250825T121500`, as calendars write local times (RFC 5545, 3.3.5, form 1).
pub(crate) fn basic_date_time(out: &mut String, local: NaiveDateTime) {
    basic_date(out, local.date());
    out.push('T');
    for number in [local.hour(), local.minute(), local.second()] {
        two(out, number);
    }
}

/// `20250825T161500Z`, as calendars write instants (RFC 5545, 3.3.5, form 2).
pub(crate) fn basic_instant(out: &mut String, instant: DateTime<Utc>) {
    basic_date_time(out, instant.naive_utc());
    out.push('Z');
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    hexadecimal(&mut out, bytes);
    out
}

/// Writes bytes in lower-case hexadecimal.
pub(crate) fn hexadecimal(out: &mut String, bytes: &[u8]) {
    let digit = |half: u8| char::from(HEXADECIMAL[usize::from(half)]);
    for byte in bytes {
        out.push(digit(byte >> 4));
        out.push(digit(byte & 15));
    }
}

/// Bytes that are written in hexadecimal.
#[cfg(feature = "serve")]
pub(crate) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let half = |digit: u8| char::from(digit).to_digit(16).and_then(|half| u8::try_from(half).ok());
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = half(pair[0])? << 4 | half(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Of the years that schedules may have; one in two ends a minute.
    fn seconds() -> impl Strategy<Value = i64> {
        let any = -2_208_988_800_i64..4_102_444_800;
        any.prop_flat_map(|second| prop_oneof![Just(second), Just(second - second.rem_euclid(60) + 59)])
    }

    proptest! {
        #[test]
        fn an_instant_is_what_the_parser_reads(text in "20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z") {
            let read = NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%SZ").ok();
            prop_assert_eq!(instant(&text), read.map(|local| local.and_utc()));
        }

        #[test]
        fn what_is_no_instant_is_not_read(at in 0_usize..20, sign in "[ +Zt/가]") {
            let mut text = String::from("2025-08-25T12:15:00Z");
            text.replace_range(at..=at, &sign);
            prop_assert!(instant(&text).is_none() || text == "2025-08-25T12:15:00Z", "{}", text);
            prop_assert_eq!(instant(&text[..at]), None);
        }

        #[test]
        fn they_are_what_the_formatter_writes(seconds in seconds(), bytes: [u8; 9]) {
            // A leap second follows a second that ends a minute.
            let leap = if seconds.rem_euclid(60) == 59 { 1_000_000_000 } else { 0 };
            let local = DateTime::from_timestamp(seconds, leap).unwrap_or_default().naive_utc();
            let mut out = String::new();
            date_time(&mut out, local);
            prop_assert_eq!(&out, &format!("{local:?}"));
            prop_assert_eq!(rfc3339(local.and_utc()), local.and_utc().to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
            out.clear();
            prop_assert_eq!(instant(&rfc3339(local.and_utc())), Some(local.and_utc()));
            let whole = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
            basic_instant(&mut out, whole);
            prop_assert_eq!(&out, &whole.format("%Y%m%dT%H%M%SZ").to_string());
            out.clear();
            hexadecimal(&mut out, &bytes);
            let number = bytes.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
            prop_assert_eq!(&out, &format!("{number:018x}"));
            #[cfg(feature = "serve")]
            {
                prop_assert_eq!(unhex(&out), Some(bytes));
                prop_assert_eq!(unhex(&out.to_uppercase()), Some(bytes));
                prop_assert_eq!(unhex::<8>(&out), None);
                out.replace_range(..1, "+");
                prop_assert_eq!(unhex::<9>(&out), None);
            }
        }
    }
}
