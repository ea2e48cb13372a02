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
        self.rest_of_press("", press);
        if let Some(accreditation) = &press.accreditation {
            self.field("accreditation");
            self.object(|json| json.accreditation("", accreditation));
        }
    }

    /// What is for the press, by its keys, but for the short forms of steps and accreditation.
    fn rest_of_press(&mut self, prefix: &str, press: ForPress<'_>) {
        let texts = [
            ("meet_at", &press.meet_at),
            ("filing_centre", &press.filing_centre),
            ("contact", &press.contact),
            ("note", &press.note),
        ];
        for (key, text) in texts {
            self.optional(&[prefix, key].concat(), text.as_ref());
        }
        let steps = press.told_steps();
        if !steps.is_empty() {
            self.field(&[prefix, "steps"].concat());
            self.steps(steps);
        }
        if !press.pool.is_empty() {
            self.field(&[prefix, "pool"].concat());
            self.list(&press.pool, Self::text);
        }
    }

    /// What is for staff, by its keys.
    pub(super) fn staff(&mut self, prefix: &str, staff: ForStaff<'_>) {
        self.optional(&[prefix, "note"].concat(), staff.note.as_ref());
        self.optional(&[prefix, "contact"].concat(), staff.contact.as_ref());
        if !staff.steps.is_empty() {
            self.field(&[prefix, "steps"].concat());
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
                json.object(|json| json.accreditation("", accreditation));
            }
            json.optional("contact", press.contact.as_ref());
        });
    }

    /// How to be accredited, by its keys.
    fn accreditation(&mut self, prefix: &str, accreditation: &Accreditation) {
        if let Some(deadline) = &accreditation.deadline {
            self.field(&[prefix, "deadline"].concat());
            self.object(|json| json.when(&deadline.when()));
        }
        if let Some(link) = &accreditation.link {
            self.word(&[prefix, "link"].concat(), link);
        }
        self.optional(&[prefix, "contact"].concat(), accreditation.contact.as_ref());
        self.optional(&[prefix, "note"].concat(), accreditation.note.as_ref());
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
                json.object(|json| json.when(&step.when()));
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
        self.rest_of_press("press.", press);
        self.accreditation_values(press.accreditation.as_ref());
    }

    fn accreditation_values(&mut self, accreditation: Option<&Accreditation>) {
        if let Some(accreditation) = accreditation {
            self.accreditation("press.accreditation.", accreditation);
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
        self.accreditation_values(press.accreditation.as_ref());
        self.optional("press.contact", press.contact.as_ref());
    }
}
