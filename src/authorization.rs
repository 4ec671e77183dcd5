//! What the user has to agree to, asked once and only when a feature needs it (laws A1–A8).

use crate::clock::Millis;
use crate::config::Submission;
use crate::effect::{Effect, Reason};
use crate::error::{Code, Failure, HostError, Refusal};
use crate::event::{Detail, Flight, Ticket};
use crate::keeper::Moment;
use crate::machine::{Machine, Standing, Waiter};
use crate::need::{Kind, Need};
use crate::opaque::Opaque;
use crate::request::{Purpose, UNAUTHORIZED, is_passing};
use crate::session::SessionReply;
use std::rc::Rc;

/// errno of `getPhoneNumber` where the app's paid quota is used up (WeChat docs).
const PHONE_QUOTA_USED: i32 = 1_400_001;

/// One need on its way to being met, with everyone who waits for it.
#[derive(Debug)]
pub(crate) struct Gate {
    id: Flight,
    need: Need,
    /// When the newest of those who wait began, or when the user gave the detail.
    began: Moment,
    state: GateState,
    deadline: Option<Millis>,
    waiters: Vec<Waiter>,
}

/// Where it stands. A `Flight` names the answer that is waited for.
#[derive(Debug)]
enum GateState {
    CheckingKey(Flight),
    ReadingPrivacy(Flight),
    AskingPrivacy(Flight),
    /// `asked`: the app's step has been shown, so that this look is the last.
    ReadingSetting {
        flight: Flight,
        asked: bool,
    },
    Authorizing(Flight),
    /// A login is needed first: it renews the key, or its session goes with the submission.
    LoggingIn,
    Asking(Flight),
    /// The detail is there, and waits for the login under way.
    Holding(Opaque),
    /// `sent` is when the detail went out, if it did so with a session.
    Submitting {
        flight: Flight,
        sent: Option<Moment>,
    },
}

impl GateState {
    const fn flight(&self) -> Option<Flight> {
        match *self {
            GateState::CheckingKey(flight)
            | GateState::ReadingPrivacy(flight)
            | GateState::AskingPrivacy(flight)
            | GateState::ReadingSetting { flight, .. }
            | GateState::Authorizing(flight)
            | GateState::Asking(flight)
            | GateState::Submitting { flight, .. } => Some(flight),
            GateState::LoggingIn | GateState::Holding(_) => None,
        }
    }

    /// The user's tap has been taken: neither another tap nor a refusal counts any more.
    const fn has_detail(&self) -> bool {
        matches!(self, GateState::Holding(_) | GateState::Submitting { .. })
    }
}

impl Gate {
    pub(crate) const fn deadline(&self) -> Option<Millis> {
        self.deadline
    }
}

impl Machine {
    /// Makes a need hold for what began at that moment: after a `logout()` it starts no login.
    pub(crate) fn require(&mut self, need: Need, waiter: Waiter, began: Moment) -> Standing {
        let is_current = !self.keeper.has_logged_out_since(began);
        if matches!(need, Need::LOGIN | Need::SESSION_KEY) && !is_current {
            return Standing::Failed(Self::logged_out().shared());
        }
        if need == Need::LOGIN {
            return if self.has_fresh_session() { Standing::Held } else { self.join_login(waiter, false) };
        }
        if let Some(gate) = self.gates.iter_mut().find(|gate| gate.need == need) {
            // What is being submitted stays the proof of whoever was logged in then.
            if is_current && !gate.state.has_detail() {
                gate.began = began;
            }
            self.calls.add_waiter(&mut gate.waiters, waiter);
            return Standing::Waiting;
        }
        if need.kind() == Kind::Step {
            if self.is_granted(need) {
                return Standing::Held;
            }
            if self.config.prompt(need).is_none() {
                return Standing::Failed(self.no_prompt(need).shared());
            }
        }
        let id = self.open_gate(need, waiter, began);
        self.begin_gate(id);
        Standing::Waiting
    }

    /// Law A7. A session's end ends what was granted with it, so that is noticed first.
    fn is_granted(&mut self, need: Need) -> bool {
        self.has_fresh_session();
        self.keeper.is_granted(need)
    }

    fn no_prompt(&self, need: Need) -> Box<Failure> {
        Failure::new(Code::AuthUnavailable, &["there is no prompts['", &need.name(), "']"]).of(need)
    }

    fn open_gate(&mut self, need: Need, waiter: Waiter, began: Moment) -> Flight {
        let id = self.new_flight();
        let state = GateState::LoggingIn;
        self.gates.push(Gate { id, need, began, state, deadline: None, waiters: vec![waiter] });
        id
    }

    fn begin_gate(&mut self, id: Flight) {
        let host_limit = self.config.login_timeout;
        let Some(need) = self.gate(id).map(|gate| gate.need) else { return };
        match need.kind() {
            // A login under way renews the key: what the old one was worth says nothing.
            Kind::SessionKey if self.login.is_calling() => self.log_in_for(id),
            Kind::SessionKey => {
                let flight = self.enter(id, host_limit, GateState::CheckingKey);
                self.effects.push(Effect::CheckKey { flight });
            }
            Kind::Privacy => {
                let flight = self.enter(id, host_limit, GateState::ReadingPrivacy);
                self.effects.push(Effect::ReadPrivacy { flight });
            }
            Kind::Scope => self.read_setting(id, need, false),
            Kind::Step => {
                if self.posts(need) && !self.has_fresh_session() {
                    self.log_in_for(id);
                } else {
                    self.ask(id, Reason::Requested);
                }
            }
            Kind::Login => {} // has no gate
        }
    }

    fn gate(&mut self, id: Flight) -> Option<&mut Gate> {
        self.gates.iter_mut().find(|gate| gate.id == id)
    }

    /// Does a need wait for that answer?
    pub(crate) fn has_gate_awaiting(&self, flight: Flight) -> bool {
        self.gates.iter().any(|gate| gate.state.flight() == Some(flight))
    }

    /// The gate that waits for that answer.
    fn gate_awaiting(&mut self, flight: Flight) -> Option<&mut Gate> {
        self.gates.iter_mut().find(|gate| gate.state.flight() == Some(flight))
    }

    /// Enters a state with a new flight and a time limit.
    fn enter(&mut self, id: Flight, limit: Millis, state: impl FnOnce(Flight) -> GateState) -> Flight {
        let flight = self.new_flight();
        let deadline = self.clock.time() + limit;
        if let Some(gate) = self.gate(id) {
            gate.state = state(flight);
            gate.deadline = Some(deadline);
        }
        flight
    }

    /// Enters a state that another time limit bounds: the login's.
    fn enter_unbounded(&mut self, id: Flight, state: GateState) {
        if let Some(gate) = self.gate(id) {
            gate.state = state;
            gate.deadline = None;
        }
    }

    fn log_in_for(&mut self, id: Flight) {
        let Some(began) = self.gate(id).map(|gate| gate.began) else { return };
        if self.keeper.has_logged_out_since(began) {
            return self.fail_gate(id, Self::logged_out());
        }
        self.enter_unbounded(id, GateState::LoggingIn);
        if let Standing::Failed(failure) = self.join_login(Waiter::Gate(id), false) {
            self.close_gate(id, &Err(failure));
        }
    }

    fn read_setting(&mut self, id: Flight, scope: Need, asked: bool) {
        let limit = self.config.login_timeout;
        let flight = self.enter(id, limit, |flight| GateState::ReadingSetting { flight, asked });
        self.effects.push(Effect::ReadSetting { flight, scope });
    }

    fn ask(&mut self, id: Flight, reason: Reason) {
        let Some(need) = self.gate(id).map(|gate| gate.need) else { return };
        let flight = self.enter(id, self.config.prompt_timeout, GateState::Asking);
        self.trace_need("prompt-shown", need, None);
        self.effects.push(Effect::Ask { flight, need, reason });
    }

    /// A login that a gate waited for is over.
    pub(crate) fn gate_login_ended(&mut self, id: Flight, result: &Result<(), Rc<Failure>>) {
        let Some(gate) = self.gate(id) else { return };
        match &gate.state {
            GateState::LoggingIn => {
                let need = gate.need;
                // The backend may know that it holds for this user.
                if result.is_ok() && need.kind() == Kind::Step && !self.is_granted(need) {
                    self.ask(id, Reason::Requested);
                } else {
                    self.close_gate(id, result);
                }
            }
            GateState::Holding(detail) => {
                let detail = detail.clone();
                match result {
                    Err(failure) if failure.code == Code::LoggedOut => self.close_gate(id, result),
                    // Without a new session the submission goes out as things are.
                    _ => self.hand_in(id, detail),
                }
            }
            _ => {}
        }
    }

    pub(crate) fn key_checked(&mut self, flight: Flight, alive: bool) {
        let Some(gate) = self.gate_awaiting(flight) else { return };
        let id = gate.id;
        match (&gate.state, alive) {
            (GateState::CheckingKey(_), true) => self.close_gate(id, &Ok(())),
            (GateState::CheckingKey(_), false) => self.log_in_for(id),
            _ => {}
        }
    }

    pub(crate) fn privacy_read(&mut self, flight: Flight, asks: bool) {
        let Some(gate) = self.gate_awaiting(flight) else { return };
        let id = gate.id;
        if !matches!(gate.state, GateState::ReadingPrivacy(_)) {
            return;
        }
        if !asks {
            return self.close_gate(id, &Ok(()));
        }
        let flight = self.enter(id, self.config.prompt_timeout, GateState::AskingPrivacy);
        self.trace_need("prompt-shown", Need::PRIVACY, None);
        self.effects.push(Effect::AskPrivacy { flight });
    }

    /// Law A4.
    pub(crate) fn setting_read(&mut self, flight: Flight, allowed: Option<bool>) {
        let Some(gate) = self.gate_awaiting(flight) else { return };
        let (id, need) = (gate.id, gate.need);
        let GateState::ReadingSetting { asked, .. } = gate.state else { return };
        match allowed {
            Some(true) => self.close_gate(id, &Ok(())),
            None if !asked => {
                let flight = self.enter(id, self.config.prompt_timeout, GateState::Authorizing);
                self.trace_need("prompt-shown", need, None);
                self.effects.push(Effect::Authorize { flight, scope: need });
            }
            Some(false) if !asked && self.config.prompt(need).is_some() => self.ask(id, Reason::DeniedBefore),
            _ => {
                let message = "the user refused this permission earlier; only wx.openSetting changes that";
                self.fail_gate(id, Failure::new(Code::AuthDenied, &[message]).of(need));
            }
        }
    }

    pub(crate) fn authorized(&mut self, flight: Flight) {
        let Some(gate) = self.gate_awaiting(flight) else { return };
        let id = gate.id;
        if matches!(gate.state, GateState::Authorizing(_) | GateState::AskingPrivacy(_)) {
            self.close_gate(id, &Ok(()));
        }
    }

    pub(crate) fn host_refused(&mut self, flight: Flight, error: HostError) {
        let Some(gate) = self.gate_awaiting(flight) else { return };
        let (id, need) = (gate.id, gate.need);
        let failure = match (&gate.state, error.refusal()) {
            (_, Some(refusal)) => Failure::refused(refusal, need, error),
            (GateState::AskingPrivacy(_), None) => {
                Failure::new(Code::AuthDenied, &["the user did not agree to the privacy contract"])
                    .said(error)
                    .of(need)
            }
            _ => Failure::new(Code::AuthUnavailable, &["the host can't provide it"]).said(error).of(need),
        };
        self.fail_gate(id, failure);
    }

    pub(crate) fn host_lacked(&mut self, flight: Flight, name: &str) {
        if self.login_lacked(flight, name) {
            return;
        }
        let Some(gate) = self.gate_awaiting(flight) else { return };
        let (id, need) = (gate.id, gate.need);
        let result = match gate.state {
            // Base libraries without this call do not enforce the privacy contract either.
            GateState::ReadingPrivacy(_) => Ok(()),
            _ => Err(Failure::new(Code::AuthUnavailable, &["the host has no ", name]).of(need).shared()),
        };
        self.close_gate(id, &result);
    }

    /// `provide()`: what the tap gave goes on to whoever waits for it, or is submitted even
    /// where nobody does.
    pub(crate) fn detail_provided(&mut self, ticket: Ticket, need: Need, detail: Detail) {
        let waiter = self.wait_call(ticket, Purpose::Ensure);
        let open = self.gates.iter_mut().find(|gate| gate.need == need);
        let id = match (open, need.kind()) {
            (Some(gate), _) => {
                self.calls.add_waiter(&mut gate.waiters, waiter);
                gate.id
            }
            (None, Kind::Step) if self.config.prompt(need).is_some() => {
                self.open_gate(need, waiter, self.keeper.moment())
            }
            (None, Kind::Scope | Kind::Privacy) => {
                let id = self.open_gate(need, waiter, self.keeper.moment());
                return self.begin_gate(id);
            }
            (None, _) => {
                let failure = self.no_prompt(need);
                return self.fail(ticket, failure);
            }
        };
        self.take_detail(id, detail);
    }

    pub(crate) fn prompt_answered(&mut self, flight: Flight, detail: Detail) {
        if let Some(gate) = self.gate_awaiting(flight)
            && let GateState::Asking(_) = gate.state
        {
            let id = gate.id;
            self.take_detail(id, detail);
        }
    }

    fn take_detail(&mut self, id: Flight, detail: Detail) {
        let moment = self.keeper.moment();
        let Some(gate) = self.gate(id) else { return };
        if gate.state.has_detail() {
            return; // a second tap: shares what the first one comes to
        }
        gate.began = moment;
        let need = gate.need;
        if let Some(error) = detail.error {
            let failure = match error.refusal() {
                Some(refusal) => Failure::refused(refusal, need, error),
                None if error.errno == Some(PHONE_QUOTA_USED) => {
                    Failure::new(Code::AuthUnavailable, &["the quota for phone numbers is used up"])
                        .said(error)
                        .of(need)
                }
                None => Failure::new(Code::AuthUnavailable, &["the detail says that it failed"])
                    .said(error)
                    .of(need),
            };
            return self.fail_gate(id, failure);
        }
        match need.kind() {
            Kind::Step => {
                self.trace_need("detail-given", need, None);
                let submits =
                    self.config.prompt(need).is_some_and(|prompt| prompt.submission != Submission::Nothing);
                if submits { self.hand_in(id, detail.value) } else { self.grant(id) }
            }
            // What the user did in the settings is not in the detail's hands: look again.
            Kind::Scope => {
                if let Some(GateState::Asking(_)) = self.gate(id).map(|gate| &gate.state) {
                    self.read_setting(id, need, true);
                }
            }
            _ => {}
        }
    }

    /// Submits the detail, after the login under way where there is one.
    fn hand_in(&mut self, id: Flight, detail: Opaque) {
        if !self.login.is_calling() {
            return self.submit(id, detail);
        }
        self.enter_unbounded(id, GateState::Holding(detail));
        if !self.login_waiters.contains(&Waiter::Gate(id)) {
            self.login_waiters.push(Waiter::Gate(id));
        }
    }

    fn submit(&mut self, id: Flight, detail: Opaque) {
        let attach = self.has_fresh_session();
        let sent = attach.then_some(self.keeper.moment());
        let limit = self.config.prompt_timeout;
        let flight = self.enter(id, limit, |flight| GateState::Submitting { flight, sent });
        let Some(need) = self.gate(id).map(|gate| gate.need) else { return };
        self.trace_need("detail-submitted", need, None);
        self.effects.push(Effect::Submit { flight, need, detail, attach });
    }

    /// Is a detail being submitted? No login starts then (law A8).
    pub(crate) fn is_submitting(&self) -> bool {
        self.gates.iter().any(|gate| matches!(gate.state, GateState::Submitting { .. }))
    }

    /// Does somebody wait for a login because the `session_key` is dead (law A6)?
    pub(crate) fn renews_key(&self) -> bool {
        let renews =
            |gate: &Gate| gate.need == Need::SESSION_KEY && matches!(gate.state, GateState::LoggingIn);
        self.gates.iter().any(renews)
    }

    pub(crate) fn submitted(
        &mut self,
        flight: Flight,
        status: Option<u16>,
        session: Option<SessionReply>,
        attached: bool,
    ) {
        let Some(gate) = self.gate_awaiting(flight) else { return };
        let GateState::Submitting { sent, .. } = gate.state else { return };
        let (id, need, began) = (gate.id, gate.need, gate.began);
        if let Some(status @ 400..) = status {
            if status == UNAUTHORIZED && attached {
                self.keeper.invalidate(sent, &mut self.effects);
            }
            let mut failure = Failure::new(Code::Status, &["the backend refused the detail"]).of(need);
            failure.status_code = Some(status);
            failure.retryable = is_passing(status);
            return self.fail_gate(id, failure);
        }
        if let Some(session) = session.filter(|_| !self.keeper.has_logged_out_since(began)) {
            self.keeper.begin(session, self.wall, self.config.default_expires_in, &mut self.effects);
        }
        self.grant(id);
    }

    pub(crate) fn submit_failed(&mut self, flight: Flight, error: HostError, threw: bool) {
        let Some(gate) = self.gate_awaiting(flight) else { return };
        let (id, need) = (gate.id, gate.need);
        let failure = match error.refusal() {
            Some(refusal) => Failure::refused(refusal, need, error),
            None if threw => Failure::new(Code::CallbackFailed, &["submit failed"]).said(error).of(need),
            None if error.is_timeout() => {
                Failure::new(Code::Timeout, &["submitting the detail timed out"]).said(error).of(need)
            }
            None => Failure::new(Code::Network, &["the detail did not get through"]).said(error).of(need),
        };
        self.fail_gate(id, failure);
    }

    /// Law A7: met, and remembered with the session it was met in.
    fn grant(&mut self, id: Flight) {
        self.has_fresh_session(); // one that has ended remembers nothing
        let Some((need, began)) = self.gate(id).map(|gate| (gate.need, gate.began)) else { return };
        if need.kind() == Kind::Step && !self.keeper.has_logged_out_since(began) {
            self.keeper.grant(need, &mut self.effects);
        }
        self.close_gate(id, &Ok(()));
    }

    /// `deny()`, or a prompt that rejected (law A2).
    pub(crate) fn need_denied(&mut self, need: Need, reason: Option<String>) {
        let Some(gate) = self.gates.iter().find(|gate| gate.need == need) else { return };
        if gate.state.has_detail() {
            return;
        }
        let id = gate.id;
        let reason = reason.unwrap_or_default();
        let message = ["the user refused", if reason.is_empty() { "" } else { ": " }, &reason];
        self.fail_gate(id, Failure::new(Code::AuthDenied, &message).of(need));
    }

    pub(crate) fn prompt_refused(&mut self, flight: Flight, error: HostError) {
        let Some(gate) = self.gate_awaiting(flight) else { return };
        if let GateState::Asking(_) = gate.state {
            let (id, need) = (gate.id, gate.need);
            let refusal = error.refusal().unwrap_or(Refusal::ByUser);
            self.fail_gate(id, Failure::refused(refusal, need, error));
        }
    }

    /// Law A3, and the same for a host or a backend that never answers.
    pub(crate) fn close_due_gates(&mut self, time: Millis) {
        while let Some(gate) =
            self.gates.iter().find(|gate| gate.deadline.is_some_and(|deadline| deadline <= time))
        {
            let (id, need) = (gate.id, gate.need);
            let message = match gate.state {
                GateState::Submitting { flight, .. } => {
                    // A login may start now, and what is still on its way would miss its key (law A8).
                    self.effects.push(Effect::CancelFlight { flight });
                    "submitting the detail took longer than promptTimeout"
                }
                GateState::AskingPrivacy(_) | GateState::Authorizing(_) | GateState::Asking(_) => {
                    "nobody answered the prompt"
                }
                _ => "the host gave no answer",
            };
            self.fail_gate(id, Failure::new(Code::AuthTimeout, &[message]).of(need));
        }
    }

    #[inline(never)]
    fn fail_gate(&mut self, id: Flight, failure: Box<Failure>) {
        self.close_gate(id, &Err(failure.shared()));
    }

    /// Everyone who waits goes on, or rejects.
    fn close_gate(&mut self, id: Flight, result: &Result<(), Rc<Failure>>) {
        let Some(index) = self.gates.iter().position(|gate| gate.id == id) else { return };
        let gate = self.gates.remove(index);
        let step = if result.is_ok() { "need-met" } else { "need-unmet" };
        let code = result.as_ref().err().map(|failure| failure.code);
        self.trace_need(step, gate.need, code);
        for waiter in gate.waiters {
            if let Waiter::Call(ticket, serial) = waiter {
                self.wake_call(ticket, serial, result);
            }
        }
        self.resume_login();
    }
}
