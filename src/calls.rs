//! The calls of the app: what each has still to wait for, and what became of it (laws R).

use crate::clock::{Millis, earlier};
use crate::command::Traits;
use crate::id::{Attempt, Flight, Ticket};
use crate::need::Need;
use crate::session::Moment;
use crate::sessions::Epoch;

/// A request without a `timeout` of its own that has heard nothing for this long never will:
/// WeChat's own default is 60 s, and it ends what is under way 5 s after going to the background.
const SILENCE: Millis = 120_000.0;
/// What a host may take beyond a request's own `timeout` before it counts as silent.
/// WeChat makes no more than ten at once, and the others wait their turn.
const SILENCE_AFTER_TIMEOUT: Millis = 60_000.0;
/// Longer than this no `timeout` is kept: a host's timers count no further than some weeks.
const LONGEST_TIMEOUT: Millis = 86_400_000.0;

/// One call, from its beginning to its one end.
#[derive(Debug)]
pub struct Call {
    /// Orders calls by their beginning, as reused tickets do not.
    serial: u32,
    /// What it is for.
    pub purpose: Purpose,
    /// For whom it began.
    pub epoch: Epoch,
    /// Needs still to be made to hold, the next one last.
    pub ahead: Vec<Need>,
    /// Needs that responses have asked for so far, once each (law R2).
    pub asked: Vec<Need>,
    /// A login is among its needs: it is not sent as a guest's.
    pub wants_login: bool,
    /// It waited for a login that made a new `session_key` (law A6).
    pub has_new_key: bool,
    /// Resends after transport failures.
    pub resends: u32,
    state: State,
}

/// What a call is for.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    /// To be sent.
    Request(Traits),
    /// To see a session.
    Login {
        /// The user may be asked.
        prompt: bool,
    },
    /// To have needs made to hold.
    Ensure,
}

impl Purpose {
    /// May the user be asked to log in for it (law L1)?
    pub const fn may_prompt(self) -> bool {
        !matches!(self, Purpose::Login { prompt: false })
    }
}

/// What a call waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// The login under way.
    Login,
    /// A need on its way to being met, by the number of its authorization.
    Need(Flight),
    /// What comes of the detail that it brought.
    Submission(Flight),
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State {
    /// Nowhere: it is being decided about.
    Ready,
    /// It waits for a login or a need.
    Waiting(On),
    /// It waits for the response to what went out at that moment.
    Sent {
        /// Which native request.
        attempt: Attempt,
        /// When.
        moment: Moment,
        /// The end of the patience with a silent host.
        deadline: Millis,
    },
    /// It waits for the next try after a transport failure.
    Delayed {
        /// On the machine's clock.
        until: Millis,
    },
}

impl State {
    const fn deadline(self) -> Option<Millis> {
        match self {
            State::Sent { deadline, .. } => Some(deadline),
            State::Delayed { until } => Some(until),
            State::Ready | State::Waiting(_) => None,
        }
    }

    const fn waits_on(self) -> Option<On> {
        match self {
            State::Waiting(on) => Some(on),
            _ => None,
        }
    }
}

/// The calls under way, by ticket.
#[derive(Debug, Default)]
pub struct Calls {
    slots: Vec<Option<Call>>,
    count: usize,
    last_serial: u32,
    /// How many wait on what: looked up whenever one of them gives up.
    waiting: Vec<(On, usize)>,
    /// Not later than the first deadline of any call. It stays where it is when calls end, so
    /// that a request that is answered costs no timer.
    wake_at: Option<Millis>,
}

impl Calls {
    /// A call begins.
    pub fn insert(&mut self, ticket: Ticket, purpose: Purpose, epoch: Epoch, needs: Vec<Need>) {
        let index = ticket.0 as usize;
        if index >= self.slots.len() {
            self.slots.resize_with(index.saturating_add(1), || None);
        }
        self.remove(ticket); // a caller that reuses one too early
        self.last_serial = self.last_serial.wrapping_add(1);
        let mut ahead = needs;
        ahead.reverse();
        let call = Call {
            serial: self.last_serial,
            purpose,
            epoch,
            wants_login: ahead.contains(&Need::Login),
            ahead,
            asked: Vec::new(),
            has_new_key: false,
            resends: 0,
            state: State::Ready,
        };
        if let Some(slot) = self.slots.get_mut(index) {
            *slot = Some(call);
            self.count += 1;
        }
    }

    /// The call of that ticket.
    pub fn get(&self, ticket: Ticket) -> Option<&Call> {
        self.slots.get(ticket.0 as usize)?.as_ref()
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, ticket: Ticket) -> Option<&mut Call> {
        self.slots.get_mut(ticket.0 as usize)?.as_mut()
    }

    /// The call enters a state.
    pub fn enter(&mut self, ticket: Ticket, state: State) {
        let Some(call) = self.get_mut(ticket) else { return };
        let before = std::mem::replace(&mut call.state, state);
        if let Some(on) = before.waits_on() {
            self.leave(on);
        }
        if let Some(on) = state.waits_on() {
            match self.waiting.iter_mut().find(|(known, _)| *known == on) {
                Some((_, count)) => *count += 1,
                None => self.waiting.push((on, 1)),
            }
        }
        if let Some(deadline) = state.deadline() {
            self.wake_at = earlier(self.wake_at, Some(deadline));
        }
    }

    /// Enters the state of a request that has just gone out.
    pub fn enter_sent(&mut self, ticket: Ticket, attempt: Attempt, moment: Moment, time: Millis) {
        let Some(Purpose::Request(traits)) = self.get(ticket).map(|call| call.purpose) else { return };
        let patience = if traits.timeout > 0.0 {
            traits.timeout.min(LONGEST_TIMEOUT) + SILENCE_AFTER_TIMEOUT
        } else {
            SILENCE
        };
        self.enter(ticket, State::Sent { attempt, moment, deadline: time + patience });
    }

    /// When the response to that very attempt is still waited for: when it was sent.
    pub fn awaits(&self, ticket: Ticket, attempt: Attempt) -> Option<Moment> {
        match self.get(ticket)?.state {
            State::Sent { attempt: current, moment, .. } if current == attempt => Some(moment),
            _ => None,
        }
    }

    /// Where the call stands.
    pub fn state(&self, ticket: Ticket) -> Option<State> {
        self.get(ticket).map(|call| call.state)
    }

    /// The call is over. Returns where it stood; `None` if there is no such call.
    pub fn remove(&mut self, ticket: Ticket) -> Option<State> {
        let slot = self.slots.get_mut(ticket.0 as usize)?;
        let state = slot.as_ref()?.state;
        *slot = None;
        self.count -= 1;
        if let Some(on) = state.waits_on() {
            self.leave(on);
        }
        if self.count == 0 {
            self.wake_at = None;
        }
        Some(state)
    }

    fn leave(&mut self, on: On) {
        if let Some((_, count)) = self.waiting.iter_mut().find(|(known, _)| *known == on) {
            *count -= 1;
        }
        self.waiting.retain(|(_, count)| *count > 0);
    }

    /// Does anybody wait on that?
    pub fn wait_on(&self, on: On) -> bool {
        self.waiting.iter().any(|(known, _)| *known == on)
    }

    /// Who waits on that, in the order in which they came; whoever only wants to see the session
    /// comes first, before another one finds that it is over.
    pub fn waiting_on(&self, on: On) -> Vec<Ticket> {
        self.tickets(|call| call.state == State::Waiting(on))
    }

    /// All that are not with the host.
    pub fn not_sent(&self) -> Vec<Ticket> {
        self.tickets(|call| !matches!(call.state, State::Sent { .. }))
    }

    fn tickets(&self, wanted: impl Fn(&Call) -> bool) -> Vec<Ticket> {
        let numbered = (0..).zip(&self.slots);
        let mut found: Vec<(bool, u32, Ticket)> = numbered
            .filter_map(|(index, slot)| Some((index, slot.as_ref()?)))
            .filter(|(_, call)| wanted(call))
            .map(|(index, call)| (!matches!(call.purpose, Purpose::Login { .. }), call.serial, Ticket(index)))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, _, ticket)| ticket).collect()
    }

    /// Not later than the first deadline of any call.
    pub const fn wake_at(&self) -> Option<Millis> {
        self.wake_at
    }

    /// Tickets whose deadline has passed; the next one is looked up again.
    pub fn due(&mut self, time: Millis) -> Vec<Ticket> {
        if self.wake_at.is_none_or(|wake_at| time < wake_at) {
            return Vec::new();
        }
        let due = self.tickets(|call| call.state.deadline().is_some_and(|deadline| deadline <= time));
        self.wake_at = None;
        for deadline in self.slots.iter().flatten().filter_map(|call| call.state.deadline()) {
            if deadline > time {
                self.wake_at = earlier(self.wake_at, Some(deadline));
            }
        }
        due
    }

    /// How many are under way.
    pub const fn len(&self) -> usize {
        self.count
    }

    /// None is under way.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: Purpose = Purpose::Request(Traits {
        trusted: true,
        anonymous: false,
        passive: false,
        repeatable: true,
        timeout: 0.0,
    });

    fn calls(count: u32) -> Calls {
        let mut calls = Calls::default();
        for ticket in 0..count {
            calls.insert(Ticket(ticket), GET, Epoch::default(), Vec::new());
        }
        calls
    }

    #[test]
    fn who_waits_goes_on_in_the_order_of_coming_and_who_only_looks_comes_first() {
        let mut calls = calls(3);
        calls.remove(Ticket(0));
        calls.insert(Ticket(0), GET, Epoch::default(), Vec::new());
        calls.insert(Ticket(3), Purpose::Login { prompt: true }, Epoch::default(), Vec::new());
        for ticket in 0..4 {
            calls.enter(Ticket(ticket), State::Waiting(On::Login));
        }
        assert_eq!(calls.waiting_on(On::Login), [3, 1, 2, 0].map(Ticket));
    }

    #[test]
    fn a3_whether_anybody_still_waits_is_known() {
        let mut calls = calls(2);
        let on = On::Need(Flight(7));
        calls.enter(Ticket(0), State::Waiting(on));
        calls.enter(Ticket(1), State::Waiting(on));
        calls.remove(Ticket(0));
        assert!(calls.wait_on(on));
        calls.enter(Ticket(1), State::Ready);
        assert!(!calls.wait_on(on));
    }

    #[test]
    fn a_deadline_is_kept_for_each_that_is_sent_or_delayed() {
        let mut calls = calls(3);
        calls.enter_sent(Ticket(0), Attempt(1), Moment::default(), 1_000.0);
        calls.enter(Ticket(1), State::Delayed { until: 5_000.0 });
        assert_eq!(calls.wake_at(), Some(5_000.0));
        assert_eq!(calls.due(4_999.0), []);
        assert_eq!(calls.due(5_000.0), [Ticket(1)]);
        assert_eq!(calls.wake_at(), Some(1_000.0 + SILENCE));
        calls.remove(Ticket(0));
        calls.remove(Ticket(1));
        calls.remove(Ticket(2));
        assert_eq!((calls.wake_at(), calls.is_empty()), (None, true));
    }

    #[test]
    fn r7_only_the_latest_attempt_is_awaited() {
        let mut calls = calls(1);
        calls.enter_sent(Ticket(0), Attempt(4), Moment(2), 0.0);
        assert_eq!(calls.awaits(Ticket(0), Attempt(4)), Some(Moment(2)));
        assert_eq!(calls.awaits(Ticket(0), Attempt(3)), None);
        calls.enter(Ticket(0), State::Ready);
        assert_eq!(calls.awaits(Ticket(0), Attempt(4)), None);
    }
}
