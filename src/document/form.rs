//! What may stand where in a document, as data: the shapes describe themselves, so that nothing is written twice.

/// What a scalar has to look like. What it means, `check` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grammar {
    /// Not said.
    Unsaid,
    /// A text for people, on one line.
    Line,
    /// A text for people that may have several lines.
    Lines,
    /// An id of a visit, an entry, a feed or a source.
    Id,
    /// An entry's id, or visit/entry.
    EntryName,
    /// visit/entry.
    Identity,
    /// The rank of a visit.
    VisitKind,
    /// What an entry is.
    EntryKind,
    /// How certain something is.
    Status,
    /// Press coverage.
    Access,
    /// Who may see something.
    Audience,
    /// Who has something that is under embargo.
    KnownTo,
    /// An instant, or the start or the end of an entry.
    EmbargoEnd,
    /// What is done in a step.
    StepKind,
    /// How a feed shows steps.
    StepsShown,
    /// A part of a day.
    Part,
    /// Which of two equal times.
    Fold,
    /// How a feed shows what is cancelled.
    Cancelled,
    /// What a channel is.
    ChannelKind,
    /// What becomes of a warning.
    Switch,
    /// The code of a warning.
    Warning,
    /// A key that can be disputed.
    Field,
    /// A time zone.
    Zone,
    /// `host`, or a time zone.
    FeedZone,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A time of day, or its end.
    WindowTime,
    /// A day and a time.
    DateTime,
    /// A day and a time, or a time alone.
    TimeOrDateTime,
    /// An instant with its offset.
    Instant,
    /// A day, or an instant.
    DateOrInstant,
    /// A length of time.
    Length,
    /// A length of time of at most an hour, in seconds or minutes.
    ShortLength,
    /// A web address.
    Url,
    /// The name of an environment variable.
    Variable,
    /// The same, or a web address.
    VariableOrUrl,
    /// The same, or an address of mail.
    VariableOrMailbox,
    /// A web address that paths are put after.
    BaseUrl,
    /// A country.
    Country,
    /// Degrees of latitude or longitude.
    Degrees,
    /// A language.
    Language,
    /// A language that feeds can be written in.
    FeedLanguage,
    /// A UUID.
    Uuid,
    /// The UID of an event.
    Uid,
}

/// What may stand in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// A scalar.
    Scalar(Grammar),
    /// A text for people: plain, or by language.
    Text(Grammar),
    /// `true` or `false`.
    Flag,
    /// This word alone.
    Word(&'static str),
    /// A list.
    List(Box<Form>),
    /// A list of at least one.
    SomeOf(Box<Form>),
    /// A map whose keys the author chooses.
    Table(Grammar, Box<Form>),
    /// A map of known keys.
    Map(Map),
    /// One of several.
    Either(Vec<Form>),
}

/// A map of known keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map {
    /// The name of its type.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// Its keys.
    pub fields: Vec<Field>,
}

/// A key that a map knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The key.
    pub key: &'static str,
    /// Whether it has to be given.
    pub required: bool,
    /// What it says.
    pub about: &'static str,
    /// Its value.
    pub form: Form,
}

impl Form {
    /// The same, its scalars with a grammar.
    pub(super) fn of(self, grammar: Grammar) -> Self {
        match self {
            Form::Scalar(_) => Form::Scalar(grammar),
            Form::Text(_) => Form::Text(grammar),
            Form::List(items) => Form::List(Box::new(items.of(grammar))),
            Form::Table(keys, values) => Form::Table(keys, Box::new(values.of(grammar))),
            Form::SomeOf(items) => Form::SomeOf(Box::new(items.of(grammar))),
            Form::Either(forms) => Form::Either(forms.into_iter().map(|form| form.of(grammar)).collect()),
            Form::Flag | Form::Word(_) | Form::Map(_) => self,
        }
    }

    /// The same, its keys with a grammar.
    pub(super) fn keyed(self, grammar: Grammar) -> Self {
        match self {
            Form::Table(_, values) => Form::Table(grammar, values),
            other => other,
        }
    }

    /// The same under another name, if it is a map.
    pub(super) fn named(self, name: &'static str) -> Self {
        match self {
            Form::Map(map) => Form::Map(Map { name, ..map }),
            other => other,
        }
    }
}
