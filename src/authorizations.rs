//! What the user has to agree to, asked once and only when a feature needs it: all needs that are
//! on their way to being met, one authorization each.

use crate::answer::{Answer, Detail};
use crate::authorization::{Authorization, Means, Progress};
use crate::clock::{Millis, earlier};
use crate::effect::Effect;
use crate::error::Failure;
use crate::id::Flight;
use crate::need::Need;
use crate::queue::Queue;
use crate::sessions::Epoch;
use std::rc::Rc;

/// All that are open.
#[derive(Debug, Default)]
pub struct Authorizations {
    open: Vec<Authorization>,
}

impl Authorizations {
    /// The one of that number.
    pub fn get(&self, id: Flight) -> Option<&Authorization> {
        self.open.iter().find(|open| open.id == id)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, id: Flight) -> Option<&mut Authorization> {
        self.open.iter_mut().find(|open| open.id == id)
    }

    /// The one for that need.
    pub fn id_of(&self, need: &Need) -> Option<Flight> {
        self.present().find(|open| open.need == *need).map(|open| open.id)
    }

    /// Those that fit, in the order in which they were opened.
    pub fn ids(&self, wanted: impl Fn(&Authorization) -> bool) -> Vec<Flight> {
        self.present().filter(|open| wanted(open)).map(|open| open.id).collect()
    }

    /// All of the user that there is.
    fn present(&self) -> impl Iterator<Item = &Authorization> {
        self.open.iter().filter(|open| !open.is_abandoned())
    }

    /// Its user leaves: says whether there is still an answer to be waited for.
    pub fn abandon(&mut self, id: Flight) -> bool {
        self.get_mut(id).is_some_and(Authorization::abandon)
    }

    /// Opens one.
    pub fn open(&mut self, need: Need, epoch: Epoch, queue: &mut Queue) -> Flight {
        let id = queue.flight();
        self.open.push(Authorization::new(id, need, epoch));
        id
    }

    /// The first step towards the need.
    pub fn begin(&mut self, id: Flight, means: Means<'_>, queue: &mut Queue) -> Progress {
        self.get_mut(id).map_or(Progress::Waits, |open| open.begin(means, queue))
    }

    /// An answer; `None` if nobody here waits for it.
    pub fn answered(
        &mut self,
        flight: Flight,
        answer: Answer,
        means: Means<'_>,
        queue: &mut Queue,
    ) -> Option<(Flight, Progress)> {
        let open = self.get_mut(self.awaiting(flight)?)?;
        Some((open.id, open.answered(flight, answer, means, queue)))
    }

    /// What a tap gave.
    pub fn take_detail(
        &mut self,
        id: Flight,
        detail: Detail,
        means: Means<'_>,
        queue: &mut Queue,
    ) -> Progress {
        self.get_mut(id).map_or(Progress::Waits, |open| open.take_detail(detail, true, means, queue))
    }

    /// A login is over. `granted`: the need holds with the session that came.
    pub fn login_ended(
        &mut self,
        id: Flight,
        result: &Result<(), Rc<Failure>>,
        granted: bool,
        means: Means<'_>,
        queue: &mut Queue,
    ) -> Progress {
        self.get_mut(id).map_or(Progress::Waits, |open| open.login_ended(result, granted, means, queue))
    }

    /// The app has closed its step. Says whether a detail had been given before.
    pub fn give_up_prompt(&mut self, id: Flight, queue: &mut Queue) -> bool {
        self.get_mut(id).is_some_and(|open| open.give_up_prompt(queue))
    }

    /// Takes it out. `answered`: by the app itself, so that nothing of its is left on screen.
    pub fn close(&mut self, id: Flight, answered: bool, queue: &mut Queue) -> Option<Authorization> {
        let index = self.open.iter().position(|open| open.id == id)?;
        let closed = self.open.remove(index);
        if closed.is_shown() && !answered {
            queue.push(Effect::ClosePrompt { need: closed.need.clone() });
        }
        for flight in closed.flights() {
            queue.push(Effect::CancelFlight { flight });
        }
        Some(closed)
    }

    /// The first that took too long, and its failure (law A3).
    pub fn expire(&self, time: Millis) -> Option<(Flight, Rc<Failure>)> {
        let late = |open: &&Authorization| open.deadline().is_some_and(|deadline| deadline <= time);
        self.open.iter().find(late).map(|open| (open.id, open.timed_out()))
    }

    /// The earliest time limit.
    pub fn deadline(&self) -> Option<Millis> {
        self.open.iter().fold(None, |first, open| earlier(first, open.deadline()))
    }

    /// The one that waits for that answer.
    pub fn awaiting(&self, flight: Flight) -> Option<Flight> {
        let waits = |open: &&Authorization| open.flights().any(|awaited| awaited == flight);
        self.open.iter().find(waits).map(|open| open.id)
    }

    /// That question is put now, if one still waits for the answer.
    pub fn put(&mut self, flight: Flight) -> bool {
        let open = self.awaiting(flight).and_then(|id| self.get_mut(id));
        open.map(|open| open.put(flight)).is_some()
    }

    /// Is a detail being submitted? No `wx.login` starts then (law A8).
    pub fn are_submitting(&self) -> bool {
        self.open.iter().any(Authorization::is_submitting)
    }

    /// Does one wait for a login?
    pub fn wait_for_login(&self) -> bool {
        self.open.iter().any(Authorization::waits_for_login)
    }

    /// Does one wait for a new `session_key` (law A6)?
    pub fn want_new_key(&self) -> bool {
        self.open.iter().any(Authorization::wants_new_key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Prompt, Submission};
    use crate::opaque::Opaque;
    use crate::record::Misfit;
    use crate::session::Moment;

    fn config() -> Config {
        let prompts = vec![Prompt { need: Need::named("phone"), submission: Submission::Call }];
        Config { prompts, ..Config::usual() }
    }

    fn detail() -> Detail {
        let session = Err(Misfit { field: "detail", expected: "a session", found: "none".into() });
        Detail { value: Opaque::new(()), error: None, encrypted: false, session }
    }

    #[test]
    fn s7_what_is_abandoned_is_found_by_its_answer_alone() {
        let (config, mut queue) = (config(), Queue::default());
        let moment = Moment::default();
        let means = Means {
            config: &config,
            fresh: false,
            moment,
            logging_in: false,
            renewing_key: false,
            time: 0.0,
            wall: 0.0,
        };
        let (mut open, phone) = (Authorizations::default(), Need::named("phone"));
        let id = open.open(phone.clone(), Epoch::default(), &mut queue);
        assert!(!open.abandon(id), "nothing is with the backend");
        open.take_detail(id, detail(), means, &mut queue);
        assert!(open.are_submitting() && open.abandon(id));
        assert_eq!((open.id_of(&phone), open.ids(|_| true)), (None, Vec::new()));
        assert!(open.are_submitting() && open.deadline().is_some(), "law A8 and its time limit hold");
        let flight = open.get(id).and_then(|open| open.flights().next()).unwrap();
        assert!(open.put(flight));
    }

    #[test]
    fn a3_each_has_a_time_limit_of_its_own_and_only_what_was_shown_is_closed() {
        let (config, mut queue) = (config(), Queue::default());
        let moment = Moment::default();
        let means = Means {
            config: &config,
            fresh: true,
            moment,
            logging_in: false,
            renewing_key: false,
            time: 5.0,
            wall: 0.0,
        };
        let mut open = Authorizations::default();
        let id = open.open(Need::named("phone"), Epoch::default(), &mut queue);
        open.begin(id, means, &mut queue);
        assert_eq!((open.deadline(), open.expire(180_004.0).is_none()), (Some(180_005.0), true));
        assert!(open.expire(180_005.0).is_some_and(|(late, _)| late == id));
        let mut unseen = Queue::default();
        let shown = open.get(id).is_some_and(Authorization::is_shown);
        open.close(id, false, &mut unseen);
        assert!(!shown && matches!(unseen.pop(), Some(Effect::CancelFlight { .. })));
    }
}
