//! A scripted host around the machine, on a virtual clock.
//!
//! Effects are performed by writing them down; a test gives the answers, in whatever order it
//! likes, and moves the clock. After every event [`Drive::handle`] asserts what has to hold
//! whatever happens: see there and in [`Drive::perform`].

mod app;
pub mod host;
mod seen;
pub mod values;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use values::config;
use wxlogin::clock::Millis;
use wxlogin::effect::{Outcome, Question, Reason};
use wxlogin::error::Failure;
use wxlogin::id::{Attempt, Flight, Ticket};
use wxlogin::need::Need;
use wxlogin::session::{ChangeKind, Saved};
use wxlogin::trace::Step;
use wxlogin::{Config, Effect, Event, Machine};

/// Where the virtual clock begins.
pub const START: Millis = 1_700_000_000_000.0;

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
    Well(Outcome),
    Failed(Rc<Failure>),
}

pub struct Drive {
    pub machine: Machine,
    pub now: Millis,
    pub changes: Vec<ChangeKind>,
    pub trace: Vec<Step>,
    pub sends: Vec<Sent>,
    pub cancelled: Vec<Ticket>,
    /// Questions given up before they were answered.
    pub cancelled_flights: Vec<Flight>,
    /// The steps shown by the app, in order.
    pub prompts: Vec<(String, Reason)>,
    /// The steps that the app was told to hide.
    pub closed: Vec<String>,
    /// The token that went with each submission.
    pub submitted_with: Vec<Option<String>>,
    /// The refresh tokens that renewals were asked for with.
    pub renewed_with: Vec<String>,
    /// The questions put so far, by the names that the host has for them.
    host_calls: Vec<(&'static str, Flight)>,
    tickets: u32,
    open: HashSet<Ticket>,
    ends: HashMap<Ticket, End>,
    /// Requests that the host has not answered.
    unanswered: HashMap<Ticket, Attempt>,
    /// The `wx.login`, exchange or renewal that was not answered.
    login_under_way: Option<Flight>,
    codes_exchanged: HashSet<String>,
    on_screen: HashSet<String>,
    /// Submissions that were not answered, but for those of `prompts.login`.
    submitting: HashMap<Flight, String>,
}

impl Drive {
    pub fn new() -> Self {
        Drive::with(|_| {})
    }

    /// A client whose options differ from [`config`].
    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = config();
        change(&mut config);
        let mut machine = Machine::new(config, 7);
        machine.set_tracing(true);
        Drive {
            machine,
            now: START,
            changes: Vec::new(),
            trace: Vec::new(),
            sends: Vec::new(),
            cancelled: Vec::new(),
            cancelled_flights: Vec::new(),
            prompts: Vec::new(),
            closed: Vec::new(),
            submitted_with: Vec::new(),
            renewed_with: Vec::new(),
            host_calls: Vec::new(),
            tickets: 0,
            open: HashSet::new(),
            ends: HashMap::new(),
            unanswered: HashMap::new(),
            login_under_way: None,
            codes_exchanged: HashSet::new(),
            on_screen: HashSet::new(),
            submitting: HashMap::new(),
        }
    }

    /// A client that holds a fresh session with that token.
    pub fn logged_in(token: &str) -> Self {
        let mut drive = Drive::new();
        drive.log_in(token);
        drive
    }

    /// Another start of a client like that, with what storage held.
    pub fn restore(&mut self, saved: Saved) {
        self.machine.restore(saved, self.now);
        self.perform_all();
    }

    /// Hands the event in and performs what it leads to.
    pub fn handle(&mut self, event: Event) {
        self.machine.handle(event, self.now);
        self.perform_all();
    }

    fn perform_all(&mut self) {
        while let Some(effect) = self.machine.poll() {
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
            Effect::CancelSend { ticket } => {
                assert!(self.unanswered.remove(&ticket).is_some(), "no native task to abort");
                self.cancelled.push(ticket);
            }
            Effect::Settle { ticket, outcome } => self.end(ticket, End::Well(outcome)),
            Effect::Fail { ticket, failure } => self.end(ticket, End::Failed(failure)),
            Effect::Ask { flight, question } => self.ask(flight, question),
            Effect::CancelFlight { flight } => self.given_up(flight),
            Effect::ClosePrompt { need } => {
                let name = need.name().to_owned();
                assert!(self.on_screen.contains(&name), "{name} is hidden and was not shown");
                self.closed.push(name);
            }
            Effect::Changed { kind, .. } => self.changes.push(kind),
            Effect::Trace(step) => {
                if let ("need-met" | "need-unmet", Some(need)) = (step.step, &step.need) {
                    self.on_screen.remove(need.name());
                }
                self.trace.push(*step);
            }
        }
    }

    fn ask(&mut self, flight: Flight, question: Question) {
        let name = match question {
            Question::Code => self.begin_login("login", flight),
            Question::Exchange(code) => {
                if let Some(code) = code {
                    let code = code.get::<String>().unwrap().clone();
                    assert!(self.codes_exchanged.insert(code), "a code was exchanged twice");
                }
                self.begin_login("exchange", flight)
            }
            Question::Renewal(token) => {
                self.renewed_with.push(token.to_string());
                self.begin_login("renew", flight)
            }
            Question::Key => "checkSession",
            Question::PrivacySetting => "getPrivacySetting",
            Question::Privacy => self.show("requirePrivacyAuthorize", &Need::Privacy),
            Question::Setting(_) => "getSetting",
            Question::Scope(scope) => self.show("authorize", &scope),
            Question::Prompt { need, reason } => {
                self.prompts.push((need.name().to_owned(), reason));
                self.show("ask", &need)
            }
            Question::Submission { need, attach, .. } => {
                self.submitted_with.push(attach.then(|| self.attached()));
                if need != Need::Login {
                    assert_eq!(self.login_under_way, None, "a detail is submitted during a login");
                    let name = need.name().to_owned();
                    assert!(
                        self.submitting.values().all(|other| *other != name),
                        "{name} is submitted twice"
                    );
                    self.submitting.insert(flight, name);
                }
                "submit"
            }
        };
        self.host_calls.push((name, flight));
    }

    /// The token of the session that goes along, which must be fresh at this moment.
    fn attached(&self) -> String {
        let saved = self.session().expect("there is no session to attach, or it is not fresh");
        saved.session.token.clone().unwrap_or_default()
    }

    fn end(&mut self, ticket: Ticket, end: End) {
        assert!(self.open.remove(&ticket), "a call settled that was not open: {end:?}");
        assert_eq!(self.unanswered.get(&ticket), None, "settled, and the native task still runs");
        self.ends.insert(ticket, end);
    }

    fn begin_login(&mut self, name: &'static str, flight: Flight) -> &'static str {
        let before = self.login_under_way.replace(flight);
        assert_eq!(before, None, "two logins under way");
        assert!(name == "renew" || self.submitting.is_empty(), "{name} while a detail is being submitted");
        name
    }

    fn show(&mut self, name: &'static str, need: &Need) -> &'static str {
        let is_new = self.on_screen.insert(need.name().to_owned());
        assert!(is_new, "a prompt is shown twice at a time");
        name
    }

    fn given_up(&mut self, flight: Flight) {
        if self.done_with(flight) {
            self.cancelled_flights.push(flight);
        }
    }

    /// Nobody waits for that answer any more; says whether the host had begun something that costs.
    fn done_with(&mut self, flight: Flight) -> bool {
        let was_submitting = self.submitting.remove(&flight).is_some();
        let was_login = self.login_under_way.take_if(|login| *login == flight).is_some();
        was_submitting || was_login
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
