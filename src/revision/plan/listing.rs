//! What each audience sees, with the revisions that the plan of each visit came to.

use super::{Planner, VisitPlan};
use crate::listing::Listing;
use crate::programme::Identity;
use crate::revision::feeds::Wording;
use crate::revision::lock::FeedLine;
use crate::revision::{RevisedListing, Revisions, Withdrawn};

impl<'p> Planner<'_, 'p> {
    /// What an audience, by its index among all that have a feed, sees of these visits.
    pub(super) fn listing(
        &self,
        index: usize,
        visits: &mut [VisitPlan<'_, 'p>],
        wording: &[Wording],
        feeds: &[(String, FeedLine)],
    ) -> RevisedListing<'p> {
        let audience = self.audiences[index];
        let settings = self.programme.settings();
        let mut revisions = Revisions { at: self.at, withdrawn_for: settings.withdrawn_for, ..Revisions::default() };
        let mut listed = Vec::with_capacity(visits.len());
        let (mut withdrawn, mut withdrawn_steps) = (Vec::new(), Vec::new());
        for visit in visits {
            // Those of entries that the schedules have no more are of no visit.
            if let Some(of_audience) = visit.listed.get_mut(index) {
                listed.extend(of_audience.take());
                revisions.shown.push(std::mem::take(&mut visit.revisions[index]));
                revisions.visits.push(visit.visit_revisions[index]);
            }
            withdrawn.extend(visit.withdrawn.extract_if(.., |(whose, _)| *whose == audience).map(|(_, one)| one));
            let steps = visit.steps.extract_if(.., |(whose, ..)| *whose == audience);
            revisions.steps.extend(steps.map(|(_, name, revision)| (name, revision)));
            let gone = visit.withdrawn_steps.extract_if(.., |(whose, _)| *whose == audience);
            withdrawn_steps.extend(gone.map(|(_, one)| one));
            let was = visit.was.extract_if(.., |(whose, ..)| *whose == audience);
            revisions.was.extend(was.map(|(_, at, cell)| (at, cell)));
            let was = visit.visit_was.extract_if(.., |(whose, ..)| *whose == audience);
            revisions.visit_was.extend(was.map(|(_, at, cell)| (at, cell)));
        }
        withdrawn.sort_by(|a, b| a.identity.cmp(&b.identity));
        withdrawn_steps.sort_by(|a, b| (&a.identity, &a.identity.uid).cmp(&(&b.identity, &b.identity.uid)));
        let has_expired = |withdrawn: &Withdrawn| revisions.has_expired(&withdrawn.revision);
        let (expired, told): (Vec<_>, Vec<_>) = withdrawn.into_iter().partition(has_expired);
        let (expired_steps, told_steps): (Vec<_>, Vec<_>) = withdrawn_steps.into_iter().partition(has_expired);
        let expired = expired.iter().chain(&expired_steps);
        revisions.expired = expired.filter_map(|withdrawn| revisions.expiry(&withdrawn.revision)).max();
        let position =
            |address: &Identity| self.programme.visits().iter().position(|visit| *visit.id() == address.visit);
        (revisions.withdrawn, revisions.withdrawn_steps) = (told, told_steps);
        let gone = revisions.withdrawn.iter_mut().chain(&mut revisions.withdrawn_steps);
        gone.for_each(|withdrawn| withdrawn.visit = position(&withdrawn.address));
        for feed in wording {
            let line = feeds.iter().find(|(key, _)| *key == feed.key);
            revisions.feeds.push(line.and_then(|(_, line)| line.modified));
        }
        RevisedListing::with(Listing { audience, visits: listed }, settings.uid_namespace, revisions)
    }
}
