//! The values of which a digest alone is compared, kept so that a change can tell what they were.

use super::Json;
use crate::listing::{ListedActual, ListedDispute, ListedEntry};
use crate::programme::Source;
use crate::zone::Moment;

impl Json {
    /// The values of which there is a digest beside, so that what they were can be told.
    pub(super) fn values(&mut self, entry: &ListedEntry<'_>) {
        let has_happened = entry.happened().next().is_some();
        let has_values = entry.note.is_some()
            || entry.link.or(entry.stream).is_some()
            || entry.press.is_some()
            || entry.staff.is_some();
        if !has_values && !has_happened && entry.disputed.is_empty() {
            return;
        }
        self.field("values");
        self.object(|json| {
            json.optional("note", entry.note);
            for (key, address) in [("link", entry.link), ("stream", entry.stream)] {
                if let Some(address) = address {
                    json.word(key, address);
                }
            }
            if let Some(press) = entry.press {
                json.press_values(press);
            }
            if let Some(staff) = entry.staff {
                json.staff("staff.", staff);
            }
            for (keys, actual) in entry.happened() {
                json.actual_values(keys, actual);
            }
            json.dispute_values(&entry.disputed);
        });
    }

    /// A moment with its zone, as a time is kept that has no end.
    pub(super) fn zoned(&mut self, moment: Moment) {
        self.word("zone", moment.zone().name());
        self.moment("start", moment);
    }

    fn actual_values(&mut self, [when, end, says, sources]: [&str; 4], actual: &ListedActual<'_>) {
        if let Some(was) = &actual.when {
            self.field(when);
            self.object(|json| json.when(was));
        }
        if let Some((moment, about)) = actual.end {
            self.field(end);
            self.object(|json| {
                json.zoned(moment);
                if about {
                    json.flag("about");
                }
            });
        }
        self.optional(says, actual.says);
        if !actual.sources.is_empty() {
            self.field(sources);
            let cited: Vec<&Source> = actual.sources.each().collect();
            self.list(&cited, |json, source| json.source_name(source));
        }
    }

    pub(super) fn dispute_values(&mut self, disputed: &[ListedDispute<'_>]) {
        if disputed.is_empty() {
            return;
        }
        self.field("disputed");
        self.list(disputed, |json, dispute| {
            json.object(|json| {
                json.word("field", dispute.field);
                json.optional("says", Some(dispute.says));
                json.field("source");
                json.source_name(dispute.source);
            });
        });
    }

    /// How a source is called.
    pub(super) fn source_name(&mut self, source: &Source) {
        self.object(|json| {
            json.optional("publisher", Some(&source.publisher));
            json.optional("title", source.title.as_ref());
        });
    }
}
