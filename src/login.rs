//! The one login under way: which way to a session is tried, and what it comes to (laws L).

use crate::answer::Answer;
use crate::clock::Millis;
use crate::config::{Config, Exchange};
use crate::effect::{Effect, Question};
use crate::error::{Code, Failure};
use crate::exchange::{Verdict, browsing, judge, lacking, without_privacy};
use crate::id::Flight;
use crate::need::Need;
use crate::opaque::Opaque;
use crate::queue::Queue;
use crate::session::{SessionReply, Way};
use crate::trace::Step;
use std::rc::Rc;

/// WeChat's codes live 5 minutes. Half a minute is left for the way (law L3).
const CODE_LIFE: Millis = 270_000.0;

/// What a login has to work with at this moment.
#[derive(Clone, Copy, Debug)]
pub struct Means<'a> {
    /// The client's options.
    pub config: &'a Config,
    /// Of the session that stands, or stood last.
    pub refresh_token: Option<&'a Rc<str>>,
    /// A detail is being submitted: a new `session_key` would spoil it (law A8).
    pub submitting: bool,
    /// On the machine's clock.
    pub time: Millis,
    /// On the wall's.
    pub wall: Millis,
}

/// What became of it.
#[derive(Debug)]
pub enum Progress {
    /// An answer is waited for.
    Waits,
    /// The user is to be asked, by `prompts.login`.
    AsksUser,
    /// The refresh token is worth nothing: it is to be forgotten, and [`Login::go_on`] called if
    /// anybody still waits.
    TokenRefused,
    /// There is a session.
    Succeeded {
        /// What it holds.
        reply: Box<SessionReply>,
        /// How it came.
        way: Way,
    },
    /// It failed, and the next one has to wait (law L6).
    Failed(Box<Failure>),
    /// Nothing failed, but there is no way.
    Unavailable(Box<Failure>),
}

/// The login under way, if there is one. Who waits for it is for the machine to know.
#[derive(Debug, Default)]
pub struct Login {
    state: State,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    /// A detail is being submitted, and `wx.login` would spoil it (law A8).
    Deferred {
        deadline: Millis,
    },
    Renewing {
        flight: Flight,
        deadline: Millis,
    },
    /// `wx.login` is asked for a code.
    Fetching {
        flight: Flight,
        asked_at: Millis,
        deadline: Millis,
        second: bool,
    },
    /// The code is with the exchange.
    Exchanging {
        flight: Flight,
        deadline: Millis,
        second: bool,
    },
    /// `prompts.login` is open.
    Prompting,
}

impl Login {
    /// Nothing is under way.
    pub const fn is_idle(&self) -> bool {
        matches!(self.state, State::Idle)
    }

    /// The user is being asked.
    pub const fn is_prompting(&self) -> bool {
        matches!(self.state, State::Prompting)
    }

    /// It waits until a submission is over.
    pub const fn is_deferred(&self) -> bool {
        matches!(self.state, State::Deferred { .. })
    }

    /// It may call `wx.login`, or has called it: a detail to be submitted waits for its end.
    pub const fn is_silent(&self) -> bool {
        matches!(self.state, State::Renewing { .. } | State::Fetching { .. } | State::Exchanging { .. })
    }

    /// `wx.login` has been called, or the cloud: that makes a new `session_key`.
    pub const fn renews_key(&self) -> bool {
        matches!(self.state, State::Fetching { .. } | State::Exchanging { .. })
    }

    /// When it has taken too long (law L5).
    pub const fn deadline(&self) -> Option<Millis> {
        match self.state {
            State::Idle | State::Prompting => None,
            State::Deferred { deadline }
            | State::Renewing { deadline, .. }
            | State::Fetching { deadline, .. }
            | State::Exchanging { deadline, .. } => Some(deadline),
        }
    }

    /// The answer that is waited for.
    pub const fn flight(&self) -> Option<Flight> {
        match self.state {
            State::Renewing { flight, .. }
            | State::Fetching { flight, .. }
            | State::Exchanging { flight, .. } => Some(flight),
            State::Idle | State::Prompting | State::Deferred { .. } => None,
        }
    }

    /// Starts one, by the first way there is (law L9). `new_key`: only `wx.login` helps (law A6).
    pub fn begin(&mut self, new_key: bool, means: Means<'_>, queue: &mut Queue) -> Progress {
        match means.refresh_token {
            Some(_) if !new_key && means.config.renews => self.renew(means, queue),
            _ => self.go_on(means, queue),
        }
    }

    /// Starts a renewal.
    pub fn renew(&mut self, means: Means<'_>, queue: &mut Queue) -> Progress {
        let Some(token) = means.refresh_token else { return Progress::Waits };
        let flight = queue.ask(Question::Renewal(Rc::clone(token)));
        queue.trace(Step::named("renewal-started").flight(flight));
        let deadline = means.time + means.config.login_timeout;
        self.state = State::Renewing { flight, deadline };
        Progress::Waits
    }

    /// Takes the next way: the renewal helped nothing, or a submission is over.
    pub fn go_on(&mut self, means: Means<'_>, queue: &mut Queue) -> Progress {
        let deadline = self.deadline().unwrap_or(means.time + means.config.login_timeout);
        match means.config.exchange {
            _ if means.config.browse_only => self.give_up(browsing()),
            Exchange::None => self.ask_user(means),
            _ if means.submitting => {
                queue.trace(Step::named("login-deferred"));
                self.state = State::Deferred { deadline };
                Progress::Waits
            }
            _ => self.fetch_code(deadline, false, means, queue),
        }
    }

    fn ask_user(&mut self, means: Means<'_>) -> Progress {
        if means.config.asks_for_login() {
            self.state = State::Prompting;
            return Progress::AsksUser;
        }
        self.state = State::Idle;
        let message = "this user has to be asked, and there is no prompts.login";
        Progress::Unavailable(Failure::new(Code::AuthUnavailable, &[message]).of(Need::Login))
    }

    /// A login by the user has begun of itself: the detail was there before the question.
    pub fn begin_prompting(&mut self, queue: &mut Queue) {
        self.cancel(queue);
        self.state = State::Prompting;
    }

    /// Asks for a code that nobody has used.
    fn fetch_code(
        &mut self,
        deadline: Millis,
        second: bool,
        means: Means<'_>,
        queue: &mut Queue,
    ) -> Progress {
        let flight = if means.config.exchange == Exchange::Cloud {
            let flight = queue.ask(Question::Exchange(None));
            self.state = State::Exchanging { flight, deadline, second };
            flight
        } else {
            let flight = queue.ask(Question::Code);
            self.state = State::Fetching { flight, asked_at: means.time, deadline, second };
            flight
        };
        queue.trace(Step::named("login-started").flight(flight));
        Progress::Waits
    }

    /// An answer; `None` if this login does not wait for it.
    pub fn answered(
        &mut self,
        flight: Flight,
        answer: &Answer,
        means: Means<'_>,
        queue: &mut Queue,
    ) -> Option<Progress> {
        if self.flight() != Some(flight) {
            return None;
        }
        Some(match self.state {
            State::Renewing { .. } => self.renewed(answer, means),
            State::Fetching { asked_at, deadline, second, .. } => {
                self.code_received(answer, asked_at, deadline, second, means, queue)
            }
            State::Exchanging { deadline, second, .. } => {
                self.exchanged(flight, answer, deadline, second, means, queue)
            }
            State::Idle | State::Deferred { .. } | State::Prompting => return None,
        })
    }

    fn renewed(&mut self, answer: &Answer, means: Means<'_>) -> Progress {
        match judge(answer, means.wall, true) {
            Verdict::Session(reply) => self.succeed(reply, Way::Renewal),
            Verdict::Nobody | Verdict::Refused(_) | Verdict::CodeRefused(_) => Progress::TokenRefused,
            Verdict::Failed(mut failure) => {
                // What the privacy contract stands in the way of is that need's (law A5).
                if failure.code != Code::RateLimited && failure.need.is_none() {
                    (failure.code, failure.retryable) = (Code::ExchangeFailed, true);
                }
                self.fail(failure)
            }
            Verdict::Lacking(failure) => self.give_up(failure),
        }
    }

    fn code_received(
        &mut self,
        answer: &Answer,
        asked_at: Millis,
        deadline: Millis,
        second: bool,
        means: Means<'_>,
        queue: &mut Queue,
    ) -> Progress {
        match answer {
            Answer::Code { code: Some(_), .. } if means.time - asked_at > CODE_LIFE => {
                self.fetch_code(deadline, second, means, queue)
            }
            Answer::Code { code: Some(code), .. } => self.exchange(code.clone(), deadline, second, queue),
            Answer::Code { code: None, said } => {
                let failure = Failure::new(Code::LoginFailed, &["wx.login succeeded without a code"]);
                self.fail(failure.said(said.clone()))
            }
            Answer::Failed(error) => match lacking(error) {
                Some(failure) => self.give_up(failure),
                None => self.fail(without_privacy(error).unwrap_or_else(|| {
                    Failure::new(Code::LoginFailed, &["wx.login failed"]).said(error.clone())
                })),
            },
            _ => self.fail(Failure::new(Code::LoginFailed, &["wx.login answered something else"])),
        }
    }

    fn exchange(&mut self, code: Opaque, deadline: Millis, second: bool, queue: &mut Queue) -> Progress {
        let flight = queue.ask(Question::Exchange(Some(code)));
        queue.trace(Step::named("exchange-started").flight(flight));
        self.state = State::Exchanging { flight, deadline, second };
        Progress::Waits
    }

    fn exchanged(
        &mut self,
        flight: Flight,
        answer: &Answer,
        deadline: Millis,
        second: bool,
        means: Means<'_>,
        queue: &mut Queue,
    ) -> Progress {
        match judge(answer, means.wall, false) {
            Verdict::Session(reply) => self.succeed(reply, Way::Exchange),
            Verdict::Nobody => self.ask_user(means),
            Verdict::CodeRefused(failure) => {
                queue.trace(Step::named("code-refused").flight(flight));
                if second { self.fail(failure) } else { self.fetch_code(deadline, true, means, queue) }
            }
            Verdict::Refused(failure) | Verdict::Failed(failure) => self.fail(failure),
            Verdict::Lacking(failure) => self.give_up(failure),
        }
    }

    /// Law L5: nothing that arrives later counts.
    pub fn expire(&mut self, time: Millis, queue: &mut Queue) -> Option<Progress> {
        self.deadline().filter(|deadline| *deadline <= time)?;
        self.cancel(queue);
        Some(Progress::Failed(Failure::new(Code::LoginTimeout, &["the login took longer than loginTimeout"])))
    }

    /// Nobody wants it any more, or a session came another way.
    pub fn cancel(&mut self, queue: &mut Queue) {
        if let Some(flight) = self.flight() {
            queue.push(Effect::CancelFlight { flight });
        }
        self.state = State::Idle;
    }

    /// The prompt is over, whatever came of it.
    pub fn prompt_ended(&mut self) {
        self.state = State::Idle;
    }

    fn succeed(&mut self, reply: Box<SessionReply>, way: Way) -> Progress {
        self.state = State::Idle;
        Progress::Succeeded { reply, way }
    }

    fn fail(&mut self, failure: Box<Failure>) -> Progress {
        self.state = State::Idle;
        Progress::Failed(failure)
    }

    fn give_up(&mut self, failure: Box<Failure>) -> Progress {
        self.state = State::Idle;
        Progress::Unavailable(failure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Prompt, Submission};
    use crate::error::HostError;

    fn config(exchange: Exchange, asks: bool) -> Config {
        let prompt = Prompt { need: Need::Login, submission: Submission::Call };
        let prompts = if asks { vec![prompt] } else { Vec::new() };
        Config { renews: true, exchange, prompts, ..Config::usual() }
    }

    fn means<'a>(config: &'a Config, refresh_token: Option<&'a Rc<str>>, time: Millis) -> Means<'a> {
        Means { config, refresh_token, submitting: false, time, wall: time }
    }

    #[test]
    fn l9_the_first_way_is_the_first_that_there_is() {
        let token: Rc<str> = "r".into();
        for (exchange, asks, token, new_key, expected) in [
            (Exchange::Code, true, Some(&token), false, "Renewing"),
            (Exchange::Code, true, Some(&token), true, "Fetching"),
            (Exchange::Code, true, None, false, "Fetching"),
            (Exchange::Cloud, true, None, false, "Exchanging"),
            (Exchange::None, true, None, false, "Prompting"),
            (Exchange::None, false, None, false, "Idle"),
        ] {
            let (mut login, config) = (Login::default(), config(exchange, asks));
            login.begin(new_key, means(&config, token, 0.0), &mut Queue::default());
            let state = format!("{:?}", login.state);
            assert!(state.starts_with(expected), "{state}, not {expected}");
        }
    }

    #[test]
    fn l5_one_time_limit_for_all_ways_and_none_for_the_user() {
        let (mut login, mut queue) = (Login::default(), Queue::default());
        let (config, token) = (config(Exchange::Code, true), "r".into());
        login.begin(false, means(&config, Some(&token), 0.0), &mut queue);
        login.go_on(means(&config, None, 14_000.0), &mut queue);
        assert_eq!(login.deadline(), Some(15_000.0));
        login.begin_prompting(&mut queue);
        assert_eq!((login.deadline(), login.flight()), (None, None));
        assert!(login.expire(1e9, &mut queue).is_none());
    }

    #[test]
    fn l7_only_the_answer_that_is_waited_for_counts() {
        let (mut login, mut queue) = (Login::default(), Queue::default());
        let config = config(Exchange::Code, false);
        let failed = Answer::Failed(HostError::default());
        let means = means(&config, None, 0.0);
        login.begin(false, means, &mut queue);
        let flight = login.flight().unwrap();
        assert!(login.answered(Flight(flight.0 + 1), &failed, means, &mut queue).is_none());
        assert!(matches!(login.answered(flight, &failed, means, &mut queue), Some(Progress::Failed(_))));
        assert!(login.answered(flight, &failed, means, &mut queue).is_none() && login.is_idle());
    }
}
