//! The file of recipients, outside of the schedules: a line each, with a language of their own behind the address if they have one.

use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::io::Read;
use std::path::Path;

use lettre::message::Mailbox;

use crate::programme::UiLanguage;

/// How many bytes of the file are read.
const MAX_BYTES: u64 = 4 << 20;

/// Somebody who gets mail.
#[derive(Debug, Clone)]
pub(super) struct Recipient {
    /// Where they stand in the file, counted from 1.
    pub(super) line: usize,
    pub(super) mailbox: Mailbox,
    /// The language that they read, where it is another than the channel's.
    pub(super) ui_language: Option<UiLanguage>,
}

/// Who is in the file, and the lines that are no address.
#[derive(Debug, Default)]
pub(super) struct Recipients {
    pub(super) all: Vec<Recipient>,
    pub(super) wrong: Vec<usize>,
}

/// Reads the file; of it these lines alone, if some are named.
pub(super) fn read(path: &Path, schedules: &Path, lines: Option<&BTreeSet<usize>>) -> Result<Recipients, String> {
    let cannot = |error: &dyn std::fmt::Display| format!("the file of recipients cannot be read: {error}");
    let real = path.canonicalize().map_err(|error| cannot(&error))?;
    if schedules.canonicalize().is_ok_and(|schedules| real.starts_with(schedules)) {
        return Err(
            "the file of recipients is in the folder of the schedules, where others read it; move it away".into()
        );
    }
    let mut bytes = Vec::new();
    let file = File::open(&real).map_err(|error| cannot(&error))?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| cannot(&error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err("the file of recipients has more than 4 MiB".to_owned());
    }
    let text = String::from_utf8(bytes).map_err(|_| "the file of recipients is not UTF-8".to_owned())?;
    Ok(parse(&text, lines))
}

fn parse(text: &str, lines: Option<&BTreeSet<usize>>) -> Recipients {
    let (mut recipients, mut known) = (Recipients::default(), HashSet::new());
    for (line, text) in (1..).zip(text.trim_start_matches('\u{FEFF}').lines()) {
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') || lines.is_some_and(|lines| !lines.contains(&line)) {
            continue;
        }
        let last = text.rsplit_once(char::is_whitespace);
        let with_language = last.and_then(|(address, word)| Some((address.trim_end(), UiLanguage::parse(word)?)));
        let (address, ui_language) = with_language.map_or((text, None), |(address, word)| (address, Some(word)));
        match address.parse::<Mailbox>() {
            // One message each, however often somebody is listed.
            Ok(mailbox) if known.insert(mailbox.email.to_string().to_lowercase()) => {
                recipients.all.push(Recipient { line, mailbox, ui_language });
            }
            Ok(_) => {}
            Err(_) => recipients.wrong.push(line),
        }
    }
    recipients
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_an_address_and_perhaps_a_language() {
        let text = "\u{FEFF}# Who asked for it\na@example.org\n\nB <b@example.org>  ko\nnobody\nA@example.org ja\nc@example.org en\n";
        let read = parse(text, None);
        let all: Vec<_> =
            read.all.iter().map(|one| (one.line, one.mailbox.email.to_string(), one.ui_language)).collect();
        assert_eq!(
            all,
            [
                (2, "a@example.org".to_owned(), None),
                (4, "b@example.org".to_owned(), Some(UiLanguage::Korean)),
                (7, "c@example.org".to_owned(), Some(UiLanguage::English)),
            ]
        );
        assert_eq!(read.wrong, [5]);
        let some = parse(text, Some(&BTreeSet::from([4, 5])));
        assert_eq!((some.all.len(), some.wrong), (1, vec![5]));
    }
}
