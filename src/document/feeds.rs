//! `feeds.yaml`, as written.

use super::form::{Form, Grammar};
use super::shape::{Flag, Items, Scalar, Shape, ShapeReader, Table, Text, shape};
use super::tree::{Node, NodeId, Value};

shape! {
    /// What to publish: the publisher, and the feeds.
    pub Feeds as "feeds.yaml" {
        /// Who publishes.
        publisher = "publisher" required Text<'a>,
        /// Where each tree is served.
        base_url = "base_url" optional BaseUrl<'a>,
        /// The namespace of all UIDs.
        uid_namespace = "uid_namespace" required Scalar<'a> as Uuid,
        /// Whether HTML pages are made, or in which languages.
        pages = "pages" optional Pages<'a>,
        /// How long a withdrawn entry stays as a cancellation.
        withdrawn_for = "withdrawn_for" optional Scalar<'a> as Length,
        /// Per warning: off, warning or error.
        rules = "rules" optional Table<'a, Scalar<'a>> as Switch keyed Warning,
        /// The feeds.
        feeds = "feeds" required Items<Feed<'a>>,
    }
}

/// Whether HTML pages are made, in the feeds' languages, or in which.
#[derive(Debug, Clone)]
pub enum Pages<'a> {
    /// `true` or `false`.
    Flag(Flag),
    /// The languages; the first is that of the pages at the top.
    Languages(Items<Scalar<'a>>),
}

#[allow(private_interfaces)]
impl<'a> Shape<'a> for Pages<'a> {
    fn read(node: Node<'a>, reader: &mut ShapeReader<'a, '_>) -> Option<Self> {
        match node.value {
            Value::List(_) => Items::read(node, reader).map(Pages::Languages),
            _ => Flag::read(node, reader).map(Pages::Flag),
        }
    }

    fn form() -> Form {
        Form::Either(vec![Form::Flag, Form::List(Box::new(Form::Scalar(Grammar::FeedLanguage)))])
    }
}

shape! {
    /// One feed of one audience.
    pub Feed as "a feed" {
        /// Its file name.
        id = "id" required Scalar<'a> as Id,
        /// What calendar apps call it.
        title = "title" required Text<'a>,
        /// The zone of its times, or `host`.
        zone = "zone" required Scalar<'a> as FeedZone,
        /// The language of its texts.
        language = "language" required Scalar<'a> as FeedLanguage,
        /// Whose it is.
        audience = "audience" required Scalar<'a> as Audience,
        /// Further clocks in every description.
        also = "also" optional Items<Scalar<'a>> as Zone,
        /// The visits in it.
        visits = "visits" optional Items<Scalar<'a>> as Id,
        /// Which entries of them.
        only = "only" optional Only<'a>,
        /// How cancelled entries appear.
        cancelled = "cancelled" optional Scalar<'a> as Cancelled,
        /// How long an entry without an announced end is shown.
        display_length = "display_length" optional Scalar<'a> as Length,
        /// How often to look for changes.
        refresh = "refresh" optional Scalar<'a> as Length,
        /// How long before an entry to sound an alarm.
        alarms = "alarms" optional Items<Scalar<'a>> as Length,
        /// How steps of the press and staff appear: in the text of their entry, or each as an event of its own.
        steps = "steps" optional Scalar<'a> as StepsShown,
        /// How long before a step to sound an alarm, where each is an event.
        step_alarms = "step_alarms" optional Items<Scalar<'a>> as Length,
        /// Whether each entry gets a file of its own.
        events = "events" optional Flag,
    }
}

shape! {
    /// Which entries a feed holds.
    pub Only as "a selection" {
        /// Of these kinds.
        kind = "kind" optional Items<Scalar<'a>> as EntryKind,
        /// Of this press access.
        access = "access" optional Items<Scalar<'a>> as Access,
        /// Of these principals, by their text in any language.
        principal = "principal" optional Items<Scalar<'a>> as Line,
    }
}

shape! {
    /// An address for each audience's tree.
    BaseUrls as "the addresses of the trees" {
        /// The public tree's.
        public = "public" optional Scalar<'a> as BaseUrl,
        /// The press tree's.
        press = "press" optional Scalar<'a> as BaseUrl,
        /// The staff tree's.
        staff = "staff" optional Scalar<'a> as BaseUrl,
    }
}

/// Where the trees are served: a string for the public one, or a map of audience to address.
#[derive(Debug, Clone)]
pub struct BaseUrl<'a> {
    /// Where it stands.
    pub at: NodeId,
    /// The public tree's.
    pub public: Option<Scalar<'a>>,
    /// The press tree's.
    pub press: Option<Scalar<'a>>,
    /// The staff tree's.
    pub staff: Option<Scalar<'a>>,
}

#[allow(private_interfaces)]
impl<'a> Shape<'a> for BaseUrl<'a> {
    fn read(node: Node<'a>, reader: &mut ShapeReader<'a, '_>) -> Option<Self> {
        if let Value::Map(_) = node.value {
            let map = BaseUrls::read(node, reader)?;
            return Some(BaseUrl { at: map.at, public: map.public, press: map.press, staff: map.staff });
        }
        Scalar::read(node, reader).map(|public| BaseUrl {
            at: public.at,
            public: Some(public),
            press: None,
            staff: None,
        })
    }

    fn form() -> Form {
        Form::Either(vec![Form::Scalar(Grammar::BaseUrl), BaseUrls::form()])
    }
}
