//! Writing what is kept of what is for the press and staff.

use super::Json;
use crate::listing::{ForPress, ForStaff, VisitForPress};
use crate::programme::{AccessPart, Accreditation, Step, VisitPress};

impl Json {
    /// How far the press may come: a word, or a list of parts.
    pub(super) fn access(&mut self, access: &[AccessPart]) {
        match access {
            [] => {}
            [AccessPart { part: None, access }] => self.word("access", access.word()),
            parts => {
                self.field("access");
                self.list(parts, |json, part| {
                    json.out.push('[');
                    match &part.part {
                        Some(text) => json.text(text),
                        None => json.string(""),
                    }
                    json.out.push(',');
                    json.string(part.access.word());
                    json.out.push(']');
                });
            }
        }
    }

    pub(super) fn press(&mut self, press: ForPress<'_>) {
        for (key, moment) in [("gather", press.gather), ("call_time", press.call_time)] {
            if let Some(moment) = moment {
                self.moment(key, moment);
                self.string(moment.zone().name());
            }
        }
        self.optional("meet_at", press.meet_at.as_ref());
        self.optional("filing_centre", press.filing_centre.as_ref());
        self.optional("contact", press.contact.as_ref());
        self.optional("note", press.note.as_ref());
        if press.has_steps {
            self.field("steps");
            self.steps(&press.steps);
        }
        if !press.pool.is_empty() {
            self.field("pool");
            self.list(&press.pool, Self::text);
        }
        if let Some(accreditation) = &press.accreditation {
            self.field("accreditation");
            self.object(|json| json.accreditation(accreditation));
        }
    }

    pub(super) fn staff(&mut self, staff: ForStaff<'_>) {
        self.optional("note", staff.note.as_ref());
        self.optional("contact", staff.contact.as_ref());
        if !staff.steps.is_empty() {
            self.field("steps");
            self.steps(&staff.steps);
        }
    }

    /// What the press needs of a visit.
    pub(super) fn visit_press(&mut self, press: &VisitPress) {
        self.object(|json| {
            if let Some(centre) = &press.centre {
                json.field("centre");
                json.object(|json| {
                    if let Some(place) = &centre.place {
                        json.place(place);
                    }
                    json.optional("hours", centre.hours.as_ref());
                });
            }
            if let Some(accreditation) = &press.accreditation {
                json.field("accreditation");
                json.object(|json| json.accreditation(accreditation));
            }
            json.optional("contact", press.contact.as_ref());
        });
    }

    fn accreditation(&mut self, accreditation: &Accreditation) {
        if let Some(deadline) = &accreditation.deadline {
            self.field("deadline");
            self.object(|json| json.when(&deadline.listed_when()));
        }
        if let Some(link) = &accreditation.link {
            self.word("link", link);
        }
        self.optional("contact", accreditation.contact.as_ref());
        self.optional("note", accreditation.note.as_ref());
    }

    pub(super) fn steps(&mut self, steps: &[Step]) {
        self.list(steps, |json, step| {
            json.object(|json| {
                json.word("do", step.kind.word());
                if let Some(name) = &step.name {
                    json.word("name", name);
                }
                json.optional("title", step.title.as_ref());
                json.field("when");
                json.object(|json| json.when(&step.listed_when()));
                if let Some(place) = &step.place {
                    json.place(place);
                }
                json.texts("who", &step.who);
                json.optional("note", step.note.as_ref());
            });
        });
    }

    /// The values of what is for the press, by their keys.
    pub(super) fn press_values(&mut self, press: ForPress<'_>) {
        for (key, moment) in [("press.gather", press.gather), ("press.call_time", press.call_time)] {
            let Some(moment) = moment else { continue };
            self.field(key);
            self.object(|json| json.zoned(moment));
        }
        self.optional("press.meet_at", press.meet_at.as_ref());
        self.optional("press.filing_centre", press.filing_centre.as_ref());
        self.optional("press.contact", press.contact.as_ref());
        self.optional("press.note", press.note.as_ref());
        if press.has_steps {
            self.field("press.steps");
            self.steps(&press.steps);
        }
        if !press.pool.is_empty() {
            self.field("press.pool");
            self.list(&press.pool, Self::text);
        }
        if let Some(accreditation) = &press.accreditation {
            self.accreditation_values(accreditation);
        }
    }

    fn accreditation_values(&mut self, accreditation: &Accreditation) {
        if let Some(deadline) = &accreditation.deadline {
            self.field("press.accreditation.deadline");
            self.object(|json| json.when(&deadline.listed_when()));
        }
        if let Some(link) = &accreditation.link {
            self.word("press.accreditation.link", link);
        }
        self.optional("press.accreditation.contact", accreditation.contact.as_ref());
        self.optional("press.accreditation.note", accreditation.note.as_ref());
    }

    pub(super) fn staff_values(&mut self, staff: ForStaff<'_>) {
        self.optional("staff.note", staff.note.as_ref());
        self.optional("staff.contact", staff.contact.as_ref());
        if !staff.steps.is_empty() {
            self.field("staff.steps");
            self.steps(&staff.steps);
        }
    }

    /// The values of what the press needs of a visit.
    pub(super) fn visit_press_values(&mut self, press: VisitForPress<'_>) {
        if let Some(centre) = &press.centre {
            if let Some(place) = &centre.place {
                self.field("press.centre");
                self.object(|json| json.place(place));
            }
            self.optional("press.centre.hours", centre.hours.as_ref());
        }
        if let Some(accreditation) = &press.accreditation {
            self.accreditation_values(accreditation);
        }
        self.optional("press.contact", press.contact.as_ref());
    }
}
