//! The codes of all diagnostics. They are stable: people search for them, and switch warnings by them.

use super::{Code, Severity};

/// Declares the codes, and the table of them.
macro_rules! codes {
    ($( $(#[doc = $doc:literal])* $severity:ident $name:ident = $code:literal; )+) => {
        $( $(#[doc = $doc])* pub const $name: Code = Code($code); )+

        /// Every code, with how severe it is unless `rules` says otherwise.
        pub const ALL: &[(Code, Severity)] = &[$( ($name, Severity::$severity), )+];

        /// What a code stands for, in a few words.
        #[must_use]
        pub fn about(code: Code) -> &'static str {
            let all = [$( ($name, concat!($( $doc, )*)), )+];
            let about = all.into_iter().find(|(known, _)| *known == code).map(|(_, about)| about.trim());
            about.expect("every code is in the list")
        }
    };
}

/// Errors that `rules` and `allow` apply to all the same: what they report is nearly always wrong, and can be meant.
const SWITCHABLE: &[Code] = &[CITY_IN_OTHER_ZONE];

/// How severe a diagnostic is unless `rules` says otherwise.
#[must_use]
pub fn severity(code: Code) -> Severity {
    ALL.iter().find(|(known, _)| *known == code).map_or(Severity::Error, |(_, severity)| *severity)
}

/// Whether `rules` may switch a diagnostic, and `allow` silence it on an entry.
#[must_use]
pub fn is_switchable(code: Code) -> bool {
    severity(code) == Severity::Warning || SWITCHABLE.contains(&code)
}

codes! {
    /// A file that cannot be read: too large, or not UTF-8.
    Error UNREADABLE_FILE = "unreadable-file";
    /// Not YAML.
    Error YAML_SYNTAX = "yaml-syntax";
    /// A YAML anchor.
    Error YAML_ANCHOR = "yaml-anchor";
    /// A YAML alias.
    Error YAML_ALIAS = "yaml-alias";
    /// A YAML tag.
    Error YAML_TAG = "yaml-tag";
    /// A YAML directive.
    Error YAML_DIRECTIVE = "yaml-directive";
    /// A YAML merge key.
    Error YAML_MERGE_KEY = "yaml-merge-key";
    /// What version control writes around a conflict of a merge.
    Error MERGE_CONFLICT = "merge-conflict";
    /// More than one YAML document in a file.
    Error SEVERAL_DOCUMENTS = "several-documents";
    /// Nesting deeper than 32.
    Error NESTING_TOO_DEEP = "nesting-too-deep";
    /// A list where a text belongs, and so on.
    Error WRONG_SHAPE = "wrong-shape";
    /// Null or empty where something belongs.
    Error EMPTY_VALUE = "empty-value";
    /// A key that is not known.
    Error UNKNOWN_KEY = "unknown-key";
    /// A key, or language, given twice.
    Error DUPLICATE_KEY = "duplicate-key";
    /// An item of a list without its dash.
    Error MISSING_DASH = "missing-dash";
    /// A text in braces that its comma ends.
    Error COMMA_SPLITS_TEXT = "comma-splits-text";
    /// A key that has to be given.
    Error MISSING_KEY = "missing-key";
    /// A visit without entries.
    Error NO_ENTRIES = "no-entries";
    /// An id with other characters than ids have.
    Error BAD_ID = "bad-id";
    /// An id given twice.
    Error DUPLICATE_ID = "duplicate-id";
    /// A word that is none of those that the format knows there.
    Error UNKNOWN_WORD = "unknown-word";
    /// A zone that is no IANA area/location name.
    Error UNKNOWN_ZONE = "unknown-zone";
    /// Not a date, or no such day.
    Error BAD_DATE = "bad-date";
    /// Not a time, or no such time.
    Error BAD_TIME = "bad-time";
    /// Not an instant with its offset.
    Error BAD_INSTANT = "bad-instant";
    /// Not a length of time.
    Error BAD_LENGTH = "bad-length";
    /// Not a web address.
    Error BAD_URL = "bad-url";
    /// Not an address of mail.
    Error BAD_MAILBOX = "bad-mailbox";
    /// A secret in a file, or what may hold one.
    Error SECRET_IN_FILE = "secret-in-file";
    /// A key that this kind of channel has no use for.
    Error NEEDLESS_KEY = "needless-key";
    /// Not a language tag.
    Error BAD_LANGUAGE = "bad-language";
    /// Not a country code.
    Error BAD_COUNTRY = "bad-country";
    /// No point on the map.
    Error BAD_GEO = "bad-geo";
    /// Not a UUID.
    Error BAD_UUID = "bad-uuid";
    /// A date beyond the time zone tables.
    Error DATE_OUT_OF_RANGE = "date-out-of-range";
    /// A local time that clocks skip.
    Error TIME_NEVER_HAPPENS = "time-never-happens";
    /// A local time that clocks show twice.
    Error TIME_HAPPENS_TWICE = "time-happens-twice";
    /// A `when` that says no time.
    Error BAD_WHEN = "bad-when";
    /// Keys of two forms of `when` beside each other.
    Error TWO_FORMS = "two-forms";
    /// An entry with neither `when` nor both ends of a journey, or with both.
    Error MISSING_TIME = "missing-time";
    /// An end that is not later than its start.
    Error END_NOT_LATER = "end-not-later";
    /// A journey that arrives before it leaves.
    Error ARRIVES_BEFORE_IT_LEAVES = "arrives-before-it-leaves";
    /// An entry that begins outside of its visit.
    Error OUTSIDE_VISIT = "outside-visit";
    /// A control character in a text.
    Error FORBIDDEN_CHARACTER = "forbidden-character";
    /// A line break in a text that is no note.
    Error LINE_BREAK = "line-break";
    /// A source that is not there.
    Error UNKNOWN_SOURCE = "unknown-source";
    /// An entry that is not there.
    Error UNKNOWN_ENTRY = "unknown-entry";
    /// A visit that is not there.
    Error UNKNOWN_VISIT = "unknown-visit";
    /// A field that a dispute cannot be about.
    Error UNKNOWN_FIELD = "unknown-field";
    /// Entries that each come after the other.
    Error AFTER_CIRCLE = "after-circle";
    /// Entries that are parts of each other.
    Error PART_CIRCLE = "part-circle";
    /// A part of an entry that lies outside of it.
    Error OUTSIDE_WHOLE = "outside-whole";
    /// A city whose clocks differ from those of the zone.
    Error CITY_IN_OTHER_ZONE = "city-in-other-zone";
    /// A switch for a diagnostic that is always an error.
    Error FIXED_RULE = "fixed-rule";
    /// A lock file that the program did not write as it stands.
    Error LOCK_DAMAGED = "lock-damaged";
    /// A published entry, or a revision of it, of which the lock file knows nothing.
    Error LOCK_MISSING = "lock-missing";
    /// A published entry that is in the schedules no more.
    Error ENTRY_MISSING = "entry-missing";
    /// An entry to withdraw that is in the schedules still.
    Error ENTRY_PRESENT = "entry-present";
    /// The identity of an entry that was withdrawn.
    Error IDENTITY_REUSED = "identity-reused";
    /// Another UID than an entry was published with.
    Error UID_CHANGED = "uid-changed";
    /// A revision that would be older than the last.
    Error CLOCK_SET_BACK = "clock-set-back";
    /// A machine's clock that is far beyond everything that is known.
    Error CLOCK_AHEAD = "clock-ahead";
    /// A time that another version of the time zone database moves.
    Warning ZONE_MOVED = "zone-moved";
    /// A time zone database that is older than the one last built with.
    Warning OLD_TZ_DATABASE = "old-tz-database";
    /// What an embargo released without a build, and has changed or is gone since.
    Warning RELEASE_NOT_RECORDED = "release-not-recorded";
    /// A switch for a diagnostic that does not exist.
    Warning UNKNOWN_RULE = "unknown-rule";
    /// A principal that a feed asks for, and that nothing is of.
    Warning UNKNOWN_PRINCIPAL = "unknown-principal";
    /// An entry without a status.
    Warning NO_STATUS = "no-status";
    /// An entry without sources.
    Warning NO_SOURCE = "no-source";
    /// Hangul in its parts, as some keyboards and file systems write it.
    Warning DECOMPOSED_TEXT = "decomposed-text";
    /// A text in quotes that YAML takes for a part of it.
    Warning TYPOGRAPHIC_QUOTES = "typographic-quotes";
    /// A name in a list that its comma divides.
    Warning COMMA_SPLITS_NAME = "comma-splits-name";
    /// A comment that may have cut a text short.
    Warning COMMENT_CUTS_TEXT = "comment-cuts-text";
    /// A comment that says what is doubtful.
    Warning DOUBT = "doubt";
    /// An entry that begins where the same person still is somewhere else.
    Warning TWO_PLACES_AT_ONCE = "two-places-at-once";
    /// A journey faster than aircraft fly.
    Warning TRAVEL_TOO_FAST = "travel-too-fast";
    /// An entry in a city before the arrival there.
    Warning BEFORE_ARRIVAL = "before-arrival";
    /// An entry in a city after the departure from there.
    Warning AFTER_DEPARTURE = "after-departure";
    /// A visit that no journey leads to.
    Warning NO_ARRIVAL = "no-arrival";
    /// A meal in the small hours.
    Warning MEAL_AT_NIGHT = "meal-at-night";
    /// Another public entry in the small hours.
    Warning ENTRY_AT_NIGHT = "entry-at-night";
    /// A step that is earlier than the one before it in the list.
    Error STEPS_NOT_IN_ORDER = "steps-not-in-order";
    /// A step that is more than 24 hours from its entry.
    Error STEP_FAR_FROM_ENTRY = "step-far-from-entry";
    /// A step that comes before the start by what it is, and is after it.
    Error STEP_AFTER_START = "step-after-start";
    /// An embargo that lifts with an entry that its readers may not see.
    Error EMBARGO_OF_HIDDEN = "embargo-of-hidden";
    /// An embargo that lifts at a time that is not known, so that it holds.
    Warning EMBARGO_HOLDS = "embargo-holds";
    /// An embargo that lifts when its entry is over, without being relative to it.
    Warning EMBARGO_AFTER_EVENT = "embargo-after-event";
    /// The same entry under two ids.
    Warning REPEATED_ENTRY = "repeated-entry";
    /// A planned time that nobody gave before it was over.
    Warning PUBLISHED_AFTER_EVENT = "published-after-event";
    /// A source that nothing cites.
    Warning UNCITED_SOURCE = "uncited-source";
    /// A day of the week that the date contradicts.
    Warning WEEKDAY_CONTRADICTS_DATE = "weekday-contradicts-date";
    /// The name of an offset that clocks are not on that day.
    Warning ZONE_NAME_CONTRADICTS = "zone-name-contradicts";
    /// A city that is in another country.
    Warning CITY_IN_OTHER_COUNTRY = "city-in-other-country";
    /// A point on the map that is far from its city.
    Warning POINT_FAR_FROM_CITY = "point-far-from-city";
    /// What staff alone may read, in a text for others.
    Warning REPEATS_STAFF_NOTE = "repeats-staff-note";
    /// A text without one of the languages of its readers.
    Warning MISSING_LANGUAGE = "missing-language";
    /// A `fold` where no time happens twice.
    Warning NEEDLESS_FOLD = "needless-fold";
    /// An entry that comes after one that is cancelled or postponed.
    Warning AFTER_CANCELLED = "after-cancelled";
    /// An entry that is said to come after or before another, whose times say that it does not.
    Warning NOT_IN_ORDER = "not-in-order";
    /// A file beside the schedules that is passed over.
    Warning NOT_READ = "not-read";
    /// A feed that nothing is shown in.
    Warning EMPTY_FEED = "empty-feed";
}
