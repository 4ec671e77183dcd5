//! What the host and the app's own functions answer. Each method answers the newest question of
//! its kind.

use super::Drive;
use super::values::{answered, detail, needs, reply_of, session};
use serde_json::json;
use wxlogin::Event;
use wxlogin::answer::{Answer, Detail, Granted, Judgement, Reply};
use wxlogin::error::HostError;
use wxlogin::id::{Attempt, Flight, Ticket};
use wxlogin::need::Need;
use wxlogin::opaque::Opaque;

impl Drive {
    /// Any answer to that very question.
    pub fn answer_flight(&mut self, flight: Flight, answer: Answer) {
        self.done_with(flight);
        self.handle(Event::Answered { flight, answer });
    }

    /// Any answer to the newest question of that name.
    pub fn answer(&mut self, name: &str, answer: Answer) {
        self.answer_flight(self.flight(name), answer);
    }

    /// The host or the app's function failed.
    pub fn fail(&mut self, name: &str, error: HostError) {
        self.answer(name, Answer::Failed(error));
    }

    /// A whole login, from nothing to a session with that token.
    pub fn log_in(&mut self, token: &str) {
        self.log_in_as(session(token));
    }

    /// A whole login that comes to that.
    pub fn log_in_as(&mut self, reply: Granted) {
        let ticket = self.force_login();
        self.answer_login(&format!("code {}", self.host_calls().len()));
        self.answer_exchange(reply);
        assert!(self.session_of(ticket).is_some());
    }

    /// The code and the session for the login under way.
    pub fn complete_login(&mut self, token: &str) {
        self.answer_login(&["code for ", token].concat());
        self.answer_exchange(session(token));
    }

    pub fn answer_login(&mut self, code: &str) {
        self.answer("login", given_code(code));
    }

    pub fn fail_login(&mut self, error: HostError) {
        self.fail("login", error);
    }

    pub fn answer_exchange(&mut self, reply: Granted) {
        self.answer("exchange", Answer::Granted(Box::new(reply)));
    }

    pub fn answer_renewal(&mut self, reply: Granted) {
        self.answer("renew", Answer::Granted(Box::new(reply)));
    }

    pub fn check_key(&mut self, alive: bool) {
        let answer = if alive { Answer::Done } else { Answer::Failed(HostError::default()) };
        self.answer("checkSession", answer);
    }

    pub fn read_privacy(&mut self, asks: bool) {
        self.answer("getPrivacySetting", Answer::PrivacySetting { asks });
    }

    pub fn read_setting(&mut self, allowed: Option<bool>) {
        self.answer("getSetting", Answer::Setting(allowed));
    }

    /// The prompt's own promise gave the detail.
    pub fn answer_prompt(&mut self) {
        self.answer_prompt_with(detail());
    }

    pub fn answer_prompt_with(&mut self, detail: Detail) {
        self.answer("ask", Answer::Detail(detail));
    }

    /// The submission was answered, with a session of that token perhaps. The default rule says
    /// what it asks for.
    pub fn answer_submission(&mut self, status: u16, session: Option<&str>) {
        let mut granted = answered(status, session.map_or(json!({}), |token| json!({ "token": token })));
        if session.is_none() {
            granted.session = Ok(None);
        }
        if status == 401 {
            granted.judgement.asks = vec![Need::Login];
        }
        self.answer_submission_with(granted);
    }

    pub fn answer_submission_with(&mut self, mut granted: Granted) {
        granted.judgement.attached = self.submitted_with.last().is_some_and(Option::is_some);
        self.answer("submit", Answer::Granted(Box::new(granted)));
    }

    /// Any HTTP status; the default rule says what it asks for.
    pub fn reply(&mut self, ticket: Ticket, status: u16) {
        let asks: &[&str] = if status == 401 { &["login"] } else { &[] };
        self.reply_asking(ticket, status, asks);
    }

    /// The app's own rule says what the reply asks for.
    pub fn reply_needing(&mut self, ticket: Ticket, wanted: &[&str]) {
        self.reply_asking(ticket, 200, wanted);
    }

    pub fn reply_asking(&mut self, ticket: Ticket, status: u16, wanted: &[&str]) {
        let judgement = Judgement { status: Some(status), asks: needs(wanted), ..Judgement::default() };
        self.reply_judged(ticket, judgement);
    }

    /// `attached` is what it went out with, unless it says so already.
    pub fn reply_judged(&mut self, ticket: Ticket, mut judgement: Judgement) {
        let attempt = self.answered(ticket);
        let sent = self.sends.iter().rev().find(|sent| sent.ticket == ticket && sent.attempt == attempt);
        judgement.attached |= sent.is_some_and(|sent| sent.token.is_some());
        self.replied(ticket, attempt, Reply::Judged(judgement));
    }

    /// The reply to a request that was sent by a lease.
    pub fn reply_adopted(&mut self, ticket: Ticket, status: u16, wanted: &[&str], attached: bool) {
        let asks = needs(wanted);
        self.reply_judged(ticket, Judgement { status: Some(status), asks, attached, ..Judgement::default() });
    }

    pub fn fail_send(&mut self, ticket: Ticket, error: HostError) {
        let attempt = self.answered(ticket);
        self.replied(ticket, attempt, Reply::Failed(error));
    }

    pub fn replied(&mut self, ticket: Ticket, attempt: Attempt, reply: Reply) {
        self.handle(Event::Replied { ticket, attempt, reply });
    }

    /// The host is done with the native request of that ticket.
    pub fn answered(&mut self, ticket: Ticket) -> Attempt {
        self.unanswered.remove(&ticket).expect("nothing was sent")
    }
}

/// What `wx.login` gives.
pub fn given_code(code: &str) -> Answer {
    Answer::Code { code: Some(Opaque::new(code.to_owned())), said: HostError::default() }
}

/// A session, as a function of the app's gives it: without a status.
pub fn given_session(body: &serde_json::Value) -> Answer {
    let mut granted = answered(0, body.clone());
    granted.judgement.status = None;
    granted.session = reply_of(body).map(Some);
    Answer::Granted(Box::new(granted))
}
