//! A scripted host around the machine, on a virtual clock.
//!
//! Effects are performed by writing them down; a test gives the answers, in whatever order it
//! likes, and moves the clock. After every event [`Drive::handle`] asserts what has to hold
//! whatever happens: see there and in [`Drive::perform`].

#![allow(dead_code, reason = "every suite drives another part of it")]

pub mod stored;

use serde_json::{Value as JsonValue, json};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use wxlogin::clock::Millis;
use wxlogin::config::{Exchange, Prompt, Submission};
use wxlogin::effect::{ChangeKind, Outcome, Reason};
use wxlogin::error::{Code, Failure, HostError};
use wxlogin::event::{Attempt, Detail, ExchangeReply, Flight, Ticket, Traits};
use wxlogin::keeper::Lease;
use wxlogin::need::Need;
use wxlogin::opaque::Opaque;
use wxlogin::record::{Record, Value};
use wxlogin::session::{Saved, SessionReply};
use wxlogin::trace::Step;
use wxlogin::{Config, Effect, Event, Machine};

/// Where the virtual clock begins.
pub const START: Millis = 1_700_000_000_000.0;
pub const SECOND: Millis = 1_000.0;
pub const MARGIN: Millis = 60.0 * SECOND;
pub const LOGIN_TIMEOUT: Millis = 15.0 * SECOND;
pub const PROMPT_TIMEOUT: Millis = 180.0 * SECOND;
/// A session's life in seconds, where a test does not care.
pub const LIFE: f64 = 7_200.0;

/// A request as most are: GET, to the app's own backend.
pub const GET: Traits = Traits { trusted: true, anonymous: false, repeatable: true, timeout: 0.0 };
pub const POST: Traits = Traits { repeatable: false, ..GET };

/// The defaults of the public contract, with prompts for three steps and one permission.
pub fn config() -> Config {
    let prompt = |need: &str, submission| Prompt { need: Need::named(need), submission };
    Config {
        expiry_margin: MARGIN,
        default_expires_in: LIFE,
        login_timeout: LOGIN_TIMEOUT,
        prompt_timeout: PROMPT_TIMEOUT,
        retries: 0,
        exchange: Exchange::Code,
        prompts: vec![
            prompt("phone", Submission::Post),
            prompt("profile", Submission::Call),
            prompt("terms", Submission::Nothing),
            prompt("scope.camera", Submission::Nothing),
        ],
    }
}

/// Something that a test lets happen, one of several in its place.
pub type Happening = fn(&mut Drive);

/// One native request.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    pub ticket: Ticket,
    pub attempt: Attempt,
    /// The token it went out with.
    pub token: Option<String>,
}

#[derive(Debug)]
enum End {
    /// With the token of the session that was the current one at that moment.
    Well(Outcome, Option<String>),
    Failed(Rc<Failure>),
}

pub struct Drive {
    pub machine: Machine,
    pub now: Millis,
    /// The lease published last, and its session.
    pub lease: Lease,
    pub session: Option<Rc<Saved>>,
    /// What storage holds.
    pub stored: Option<Rc<Saved>>,
    pub changes: Vec<ChangeKind>,
    pub trace: Vec<Step>,
    pub sends: Vec<Sent>,
    pub cancelled: Vec<Ticket>,
    pub cancelled_flights: Vec<Flight>,
    /// The steps shown by the app, in order.
    pub prompts: Vec<(String, Reason)>,
    /// The session that went with the last submission.
    pub submitted_with: Option<String>,
    /// Calls of the host other than requests, by the names it has for them.
    host_calls: Vec<(&'static str, Flight)>,
    margin: Millis,
    tickets: Ticket,
    open: HashSet<Ticket>,
    ends: HashMap<Ticket, End>,
    /// Requests that the host has not answered.
    unanswered: HashMap<Ticket, Attempt>,
    /// The `wx.login` or exchange that the host has not answered.
    login_under_way: Option<Flight>,
    codes_exchanged: HashSet<String>,
    on_screen: HashSet<String>,
    submitting: HashSet<String>,
}

impl Drive {
    pub fn new() -> Self {
        Drive::with(|_| {})
    }

    /// A client whose options differ from [`config`].
    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = config();
        change(&mut config);
        let margin = config.expiry_margin;
        let mut machine = Machine::new(config, 7);
        machine.set_tracing(true);
        Drive {
            machine,
            now: START,
            lease: Lease { saved: None, moment: 0, from: f64::NEG_INFINITY, until: f64::INFINITY },
            session: None,
            stored: None,
            changes: Vec::new(),
            trace: Vec::new(),
            sends: Vec::new(),
            cancelled: Vec::new(),
            cancelled_flights: Vec::new(),
            prompts: Vec::new(),
            submitted_with: None,
            host_calls: Vec::new(),
            margin,
            tickets: 0,
            open: HashSet::new(),
            ends: HashMap::new(),
            unanswered: HashMap::new(),
            login_under_way: None,
            codes_exchanged: HashSet::new(),
            on_screen: HashSet::new(),
            submitting: HashSet::new(),
        }
    }

    /// A client that holds a fresh session with that token.
    pub fn logged_in(token: &str) -> Self {
        let mut drive = Drive::new();
        drive.log_in(token);
        drive
    }

    pub fn restore(&mut self, saved: Saved) {
        for effect in self.machine.restore(saved) {
            self.perform(effect);
        }
    }

    /// Hands the event in and performs what it leads to.
    pub fn handle(&mut self, event: Event) {
        for effect in self.machine.handle(event, self.now) {
            self.perform(effect);
        }
        assert_eq!(self.machine.calls_under_way(), self.open.len(), "a call was lost, or kept too long");
        assert!(
            self.open.is_empty() || self.machine.next_deadline().is_some(),
            "somebody waits without a time limit"
        );
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Send { ticket, attempt, attach } => {
                assert!(self.open.contains(&ticket), "sent for nobody");
                let before = self.unanswered.insert(ticket, attempt);
                assert_eq!(before, None, "sent again before the answer");
                let token = attach.then(|| self.attached());
                self.sends.push(Sent { ticket, attempt, token });
            }
            Effect::Cancel { ticket } => {
                assert!(self.unanswered.remove(&ticket).is_some(), "no native task to abort");
                self.cancelled.push(ticket);
            }
            Effect::Settle { ticket, outcome } => {
                let token = self.session.as_ref().and_then(|saved| saved.session.token.clone());
                self.end(ticket, End::Well(outcome, token));
            }
            Effect::Fail { ticket, failure } => self.end(ticket, End::Failed(failure)),

            Effect::CallLogin { flight } => {
                assert!(self.submitting.is_empty(), "wx.login while a detail is being submitted");
                self.begin_login("login", flight);
            }
            Effect::Exchange { flight, code } => {
                if let Some(code) = code {
                    let code = code.get::<String>().unwrap().clone();
                    assert!(self.codes_exchanged.insert(code), "a code was exchanged twice");
                }
                self.begin_login("exchange", flight);
            }
            Effect::CancelFlight { flight } => self.cancelled_flights.push(flight),

            Effect::CheckKey { flight } => self.host_calls.push(("checkSession", flight)),
            Effect::ReadPrivacy { flight } => self.host_calls.push(("getPrivacySetting", flight)),
            Effect::AskPrivacy { flight } => self.show("requirePrivacyAuthorize", flight, "privacy"),
            Effect::ReadSetting { flight, .. } => self.host_calls.push(("getSetting", flight)),
            Effect::Authorize { flight, scope } => self.show("authorize", flight, &scope.name()),
            Effect::Ask { flight, need, reason } => {
                self.prompts.push((need.name().to_string(), reason));
                self.show("ask", flight, &need.name());
            }
            Effect::Submit { flight, need, attach, .. } => {
                assert_eq!(self.login_under_way, None, "a detail is submitted during a login");
                assert!(
                    self.submitting.insert(need.name().to_string()),
                    "a need is submitted twice at a time"
                );
                self.submitted_with = attach.then(|| self.attached());
                self.host_calls.push(("submit", flight));
            }

            Effect::Publish(lease) => {
                self.session = lease.saved.clone();
                self.lease = lease;
            }
            Effect::Store(session) => self.stored = session,
            Effect::Changed(kind) => self.changes.push(kind),
            Effect::Trace(step) => {
                match (step.step, &step.need) {
                    ("login-failed" | "logged-out", _) => self.login_under_way = None,
                    ("need-met" | "need-unmet", Some(need)) => {
                        self.on_screen.remove(&*need.name());
                        self.submitting.remove(&*need.name());
                    }
                    _ => {}
                }
                self.trace.push(*step);
            }
        }
    }

    /// The token of the session that goes along, which must be fresh at this moment.
    fn attached(&self) -> String {
        let saved = self.session.as_ref().expect("there is no session to attach");
        assert!(saved.is_fresh(self.now, self.margin), "the session that goes along is not fresh");
        saved.session.token.clone().unwrap_or_default()
    }

    fn end(&mut self, ticket: Ticket, end: End) {
        assert!(self.open.remove(&ticket), "a call settled that was not open: {end:?}");
        assert_eq!(self.unanswered.get(&ticket), None, "settled, and the native task still runs");
        self.ends.insert(ticket, end);
    }

    fn begin_login(&mut self, name: &'static str, flight: Flight) {
        let before = self.login_under_way.replace(flight);
        assert_eq!(before, None, "two logins under way");
        self.host_calls.push((name, flight));
    }

    fn show(&mut self, name: &'static str, flight: Flight, need: &str) {
        assert!(self.on_screen.insert(need.into()), "a prompt is shown twice at a time");
        self.host_calls.push((name, flight));
    }
}

/// The clock.
impl Drive {
    /// Lets time pass, and wakes the machine whenever it asked for that.
    pub fn pass(&mut self, time: Millis) {
        let end = self.now + time;
        while let Some(deadline) = self.machine.next_deadline().filter(|deadline| *deadline <= end) {
            self.now = self.now.max(deadline);
            self.handle(Event::TimerFired);
        }
        self.now = end;
    }

    /// The wall clock moves, back perhaps, and no timer runs: somebody sets it, or the
    /// mini-program is frozen in the background.
    pub fn set_clock(&mut self, by: Millis) {
        self.now += by;
    }

    /// The timer fires, whatever the wall clock says.
    pub fn fire_timer(&mut self) {
        self.handle(Event::TimerFired);
    }
}

/// What the app does.
impl Drive {
    fn open(&mut self, event: impl FnOnce(Ticket) -> Event) -> Ticket {
        let ticket = self.tickets;
        self.tickets += 1;
        self.reuse(ticket, event(ticket));
        ticket
    }

    /// A new call under the ticket of one that is over.
    pub fn reuse(&mut self, ticket: Ticket, event: Event) {
        self.open.insert(ticket);
        self.handle(event);
    }

    pub fn request(&mut self, wanted: &[&str]) -> Ticket {
        self.request_as(GET, wanted)
    }

    pub fn request_as(&mut self, traits: Traits, wanted: &[&str]) -> Ticket {
        self.open(|ticket| Event::Requested { ticket, traits, needs: needs(wanted) })
    }

    /// A request that was sent by the lease.
    pub fn adopt(&mut self, event: Event) {
        if let Event::Adopted { ticket, attempt, .. } = event {
            self.unanswered.insert(ticket, attempt);
            self.reuse(ticket, event);
        }
    }

    pub fn login(&mut self) -> Ticket {
        self.open(|ticket| Event::LoginWanted { ticket, force: false })
    }

    pub fn force_login(&mut self) -> Ticket {
        self.open(|ticket| Event::LoginWanted { ticket, force: true })
    }

    pub fn ensure(&mut self, wanted: &[&str]) -> Ticket {
        self.open(|ticket| Event::EnsureWanted { ticket, needs: needs(wanted) })
    }

    pub fn get_session(&mut self) -> Ticket {
        self.open(|ticket| Event::SessionPeeked { ticket })
    }

    pub fn logout(&mut self) -> Ticket {
        self.open(|ticket| Event::LogoutWanted { ticket })
    }

    pub fn provide(&mut self, need: &str) -> Ticket {
        self.provide_detail(need, detail())
    }

    pub fn provide_detail(&mut self, need: &str, detail: Detail) -> Ticket {
        self.open(|ticket| Event::DetailProvided { ticket, need: Need::named(need), detail })
    }

    pub fn deny(&mut self, need: &str) {
        self.handle(Event::NeedDenied { need: Need::named(need), reason: None });
    }

    pub fn abort(&mut self, ticket: Ticket) {
        self.handle(Event::Aborted { ticket });
    }
}

/// What the host answers. Each method answers the newest call of its kind.
impl Drive {
    /// A whole login, from nothing to a session with that token.
    pub fn log_in(&mut self, token: &str) {
        let ticket = self.force_login();
        self.complete_login(token);
        assert_eq!(self.outcome(ticket), Outcome::Session);
    }

    /// The code and the session for the login under way.
    pub fn complete_login(&mut self, token: &str) {
        self.answer_login(&["code for ", token].concat());
        self.answer_exchange(session(token));
    }

    pub fn answer_login(&mut self, code: &str) {
        self.login_under_way = None;
        let (flight, code) = (self.flight("login"), Some(Opaque::new(code.to_owned())));
        self.handle(Event::CodeReceived { flight, code });
    }

    pub fn fail_login(&mut self, error: HostError) {
        self.login_under_way = None;
        let flight = self.flight("login");
        self.handle(Event::CodeFailed { flight, error });
    }

    pub fn answer_exchange(&mut self, reply: ExchangeReply) {
        self.login_under_way = None;
        let (flight, reply) = (self.flight("exchange"), Box::new(reply));
        self.handle(Event::Exchanged { flight, reply });
    }

    /// Any HTTP status; the default rule says what it asks for.
    pub fn reply(&mut self, ticket: Ticket, status: u16) {
        self.reply_judged(ticket, status, None, true);
    }

    /// The app's own rule says what the reply asks for.
    pub fn reply_needing(&mut self, ticket: Ticket, wanted: &[&str]) {
        self.reply_judged(ticket, 200, Some(wanted), true);
    }

    /// `valid`: what `validateStatus` says.
    pub fn reply_judged(&mut self, ticket: Ticket, status: u16, wanted: Option<&[&str]>, valid: bool) {
        let attempt = self.answered(ticket);
        self.handle(Event::Replied { ticket, attempt, status, asks: wanted.map(needs), valid });
    }

    pub fn fail_send(&mut self, ticket: Ticket, error: HostError) {
        let attempt = self.answered(ticket);
        self.handle(Event::SendFailed { ticket, attempt, error });
    }

    /// The host is done with the native request of that ticket.
    pub fn answered(&mut self, ticket: Ticket) -> Attempt {
        self.unanswered.remove(&ticket).expect("nothing was sent")
    }

    pub fn check_key(&mut self, alive: bool) {
        let flight = self.flight("checkSession");
        self.handle(Event::KeyChecked { flight, alive });
    }

    pub fn read_privacy(&mut self, asks: bool) {
        let flight = self.flight("getPrivacySetting");
        self.handle(Event::PrivacyRead { flight, asks });
    }

    pub fn read_setting(&mut self, allowed: Option<bool>) {
        let flight = self.flight("getSetting");
        self.handle(Event::SettingRead { flight, allowed });
    }

    /// `wx.authorize` or `wx.requirePrivacyAuthorize` succeeded.
    pub fn authorize(&mut self, name: &str) {
        let flight = self.flight(name);
        self.handle(Event::Authorized { flight });
    }

    pub fn refuse(&mut self, name: &str, error: HostError) {
        let flight = self.flight(name);
        self.handle(Event::HostRefused { flight, error });
    }

    /// The host has no call of that name.
    pub fn lack(&mut self, name: &'static str) {
        let flight = self.flight(name);
        self.handle(Event::HostLacked { flight, name: name.into() });
    }

    /// The prompt's own promise gave the detail.
    pub fn answer_prompt(&mut self) {
        let flight = self.flight("ask");
        self.handle(Event::PromptAnswered { flight, detail: detail() });
    }

    pub fn refuse_prompt(&mut self, error: HostError) {
        let flight = self.flight("ask");
        self.handle(Event::PromptRefused { flight, error });
    }

    pub fn answer_submission(&mut self, status: u16, session: Option<&str>) {
        let flight = self.flight("submit");
        let session = session.map(|token| session_reply(&json!({ "token": token })).unwrap());
        self.handle(Event::Submitted { flight, status: Some(status), session, attached: true });
    }

    pub fn fail_submission(&mut self, error: HostError, threw: bool) {
        let flight = self.flight("submit");
        self.handle(Event::SubmitFailed { flight, error, threw });
    }
}

/// What a test looks at.
impl Drive {
    /// The flight of the newest host call of that name.
    pub fn flight(&self, name: &str) -> Flight {
        let newest = self.host_calls.iter().rev().find(|(called, _)| *called == name);
        newest.unwrap_or_else(|| panic!("{name} was not called")).1
    }

    /// The names of the host calls so far, in order.
    pub fn host_calls(&self) -> Vec<&'static str> {
        self.host_calls.iter().map(|(name, _)| *name).collect()
    }

    /// How often the host was called by that name.
    pub fn count(&self, name: &str) -> usize {
        self.host_calls.iter().filter(|(called, _)| *called == name).count()
    }

    pub fn is_open(&self, ticket: Ticket) -> bool {
        self.open.contains(&ticket)
    }

    pub fn outcome(&self, ticket: Ticket) -> Outcome {
        match &self.ends[&ticket] {
            End::Well(outcome, _) => *outcome,
            End::Failed(failure) => panic!("failed with {failure:?}"),
        }
    }

    /// The token of the session that the call ended with.
    pub fn token_of(&self, ticket: Ticket) -> Option<&str> {
        match &self.ends[&ticket] {
            End::Well(Outcome::Session, token) => token.as_deref(),
            end => panic!("ended with no session: {end:?}"),
        }
    }

    pub fn failure(&self, ticket: Ticket) -> &Failure {
        match &self.ends[&ticket] {
            End::Failed(failure) => failure,
            End::Well(outcome, _) => panic!("went well: {outcome:?}"),
        }
    }

    pub fn code(&self, ticket: Ticket) -> Code {
        self.failure(ticket).code
    }

    /// The failure with the need that stayed unmet.
    pub fn unmet(&self, ticket: Ticket) -> (Code, Option<Need>) {
        let failure = self.failure(ticket);
        (failure.code, failure.need)
    }

    /// The tokens that the sends of that ticket went out with.
    pub fn tokens_sent(&self, ticket: Ticket) -> Vec<Option<&str>> {
        let own = self.sends.iter().filter(|sent| sent.ticket == ticket);
        own.map(|sent| sent.token.as_deref()).collect()
    }
}

/// JSON from outside.
struct Json<'a>(&'a JsonValue);

impl Record for Json<'_> {
    fn field(&self, name: &str) -> Value {
        match self.0.get(name) {
            None | Some(JsonValue::Null) => Value::Missing,
            Some(JsonValue::String(text)) => Value::Text(text.clone()),
            Some(JsonValue::Number(number)) => Value::Number(number.as_f64().unwrap()),
            Some(JsonValue::Array(items)) => {
                let names: Vec<&str> = items.iter().map(|item| item.as_str().unwrap()).collect();
                Value::Lines(names.join("\n"))
            }
            Some(_) => Value::Other,
        }
    }
}

fn session_reply(body: &JsonValue) -> Result<SessionReply, wxlogin::record::Misfit> {
    SessionReply::read(&Json(body))
}

/// A text that was in storage.
pub fn from_stored(stored: &JsonValue) -> Option<Saved> {
    Saved::from_stored(&Json(stored), &Json(&stored["session"]))
}

/// A backend's answer to an exchange.
pub fn answered(status: u16, body: JsonValue) -> ExchangeReply {
    ExchangeReply {
        status: Some(status),
        errcode: body["errcode"].as_i64().map(|errcode| errcode.try_into().unwrap()),
        retry_after: None,
        session: session_reply(&body),
        said: HostError::default(),
    }
}

pub fn session(token: &str) -> ExchangeReply {
    answered(200, json!({ "token": token, "expires_in": LIFE }))
}

/// WeChat's error code, as the backend passes it on.
pub fn errcode(errcode: i32) -> ExchangeReply {
    answered(200, json!({ "errcode": errcode }))
}

/// The exchange that did not get through.
pub fn unreachable_backend() -> ExchangeReply {
    ExchangeReply { status: None, ..answered(0, json!({})) }
}

pub fn err_msg(text: &str) -> HostError {
    HostError { err_msg: Some(text.into()), ..HostError::default() }
}

pub fn errno(errno: i32) -> HostError {
    HostError { errno: Some(errno), ..HostError::default() }
}

/// What a tap gave.
pub fn detail() -> Detail {
    Detail { value: Opaque::new(()), error: None }
}

/// What a tap gave that says it failed.
pub fn failed_detail(error: HostError) -> Detail {
    Detail { error: Some(error), ..detail() }
}

pub fn needs(names: &[&str]) -> Vec<Need> {
    names.iter().map(|name| Need::named(name)).collect()
}
