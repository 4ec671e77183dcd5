//! Answers of the outside, as the shell would tell them to the machine.

use crate::script::{Grant, Say};
use crate::setting::{LONG_LIFE, SHORT_LIFE, need, want_of};
use crate::words::{Door, Life, Want, Who};
use std::rc::Rc;
use wxlogin::Event;
use wxlogin::answer::{Answer, Detail, Granted, Judgement, Reply};
use wxlogin::clock::Millis;
use wxlogin::effect::{Effect, Question};
use wxlogin::error::{Code, Errcode, HostError};
use wxlogin::id::{Attempt, Flight, Ticket};
use wxlogin::need::Need;
use wxlogin::opaque::Opaque;
use wxlogin::record::{Misfit, Record, Value};
use wxlogin::session::SessionReply;

/// Something that waits for an answer.
#[derive(Clone, Copy, Debug)]
pub struct Pending {
    pub door: Door,
    pub number: Number,
    /// It went out with the session.
    pub attach: bool,
}

/// Which answer it waits for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    Sent(Ticket, Attempt),
    Asked(Flight),
}

impl Pending {
    /// What an effect has the world wait for.
    pub fn of(effect: &Effect) -> Option<Self> {
        let (door, number, attach) = match effect {
            Effect::Send { ticket, attempt, attach } => {
                (Door::Send, Number::Sent(*ticket, *attempt), *attach)
            }
            Effect::Ask { flight, question } => {
                let door = match question {
                    Question::Code => Door::Code,
                    Question::Exchange(_) => Door::Exchange,
                    Question::Renewal(_) => Door::Renewal,
                    Question::Key => Door::Key,
                    Question::PrivacySetting => Door::Privacy,
                    Question::Privacy => Door::Consent,
                    Question::Setting(_) => Door::Setting,
                    Question::Scope(_) => Door::Authorize,
                    Question::Prompt { .. } => Door::Prompt,
                    Question::Submission { .. } => Door::Submit,
                };
                let attach = matches!(question, Question::Submission { attach: true, .. });
                (door, Number::Asked(*flight), attach)
            }
            _ => return None,
        };
        Some(Pending { door, number, attach })
    }
}

/// A session that is really given: what the script says of it, and its very refresh token.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    pub grant: Grant,
    pub refresh: Option<Rc<str>>,
}

impl Given {
    pub fn of(grant: &Grant, number: u32) -> Self {
        Given { grant: grant.clone(), refresh: grant.refresh.then(|| format!("r{number}").into()) }
    }

    pub const fn openid(&self) -> Option<&'static str> {
        match self.grant.who {
            Who::Anna | Who::BareAnna | Who::AnnaUna => Some("anna"),
            Who::Ben => Some("ben"),
            Who::Unnamed | Who::Una | Who::Nobody => None,
        }
    }

    pub const fn unionid(&self) -> Option<&'static str> {
        match self.grant.who {
            Who::Una | Who::AnnaUna => Some("una"),
            _ => None,
        }
    }

    pub const fn has_token(&self) -> bool {
        !matches!(self.grant.who, Who::BareAnna | Who::Nobody)
    }

    pub const fn names_or_holds_token(&self) -> bool {
        self.has_token() || self.openid().is_some()
    }

    /// Its life, where it names that.
    pub const fn life(&self) -> Option<Millis> {
        match self.grant.life {
            Life::Long => Some(LONG_LIFE),
            Life::Short => Some(SHORT_LIFE),
            Life::Unnamed | Life::Past => None,
        }
    }

    fn reply(&self) -> Result<SessionReply, Misfit> {
        SessionReply::read(self)
    }
}

impl Record for Given {
    fn field(&self, name: &str) -> Value {
        let text = |text: Option<&str>| text.map_or(Value::Missing, |text| Value::Text(text.into()));
        match name {
            "token" => text(self.has_token().then_some("t")),
            "openid" => text(self.openid()),
            "unionid" => text(self.unionid()),
            "expires_in" => self.life().map_or(Value::Missing, |life| Value::Number(life / 1_000.0)),
            "expires_at" if self.grant.life == Life::Past => Value::Number(1.1e12),
            "refresh_token" => text(self.refresh.as_deref()),
            "granted" => self.grant.granted.as_ref().map_or(Value::Missing, |granted| {
                Value::Names(granted.iter().map(|want| want.as_str().into()).collect())
            }),
            _ => Value::Missing,
        }
    }
}

/// An event, and the session that is given with it.
#[derive(Clone, Debug)]
pub struct Told {
    pub event: Event,
    pub given: Option<Given>,
}

impl From<Event> for Told {
    fn from(event: Event) -> Self {
        Told { event, given: None }
    }
}

pub fn needs(wants: &[Want]) -> Vec<Need> {
    wants.iter().map(|want| need(*want)).collect()
}

fn number(errno: i32) -> HostError {
    HostError { errno: Some(errno), ..HostError::default() }
}

fn text(words: &str) -> HostError {
    HostError { err_msg: Some(words.into()), ..HostError::default() }
}

/// What a host, or a function of the app's, says that fails in that manner.
fn host_error(say: &Say) -> Option<HostError> {
    Some(match say {
        Say::Failed => text("request:fail"),
        Say::Threw => HostError { rule: Some("needs".into()), ..text("oh") },
        Say::Rejects(status) => HostError { status: Some(*status), ..text("no") },
        Say::PassedOn => HostError { code: Some(Code::Network), ..text("request:fail") },
        Say::TimedOut => number(5),
        Say::Aborted => text("request:fail abort"),
        Say::Denied => text("fail auth deny"),
        Say::NotAgreed => number(104),
        Say::NotDeclared => number(112),
        Say::QuotaUsed => number(1_400_001),
        Say::Lacked => HostError { lacks: Some("that call".into()), ..HostError::default() },
        _ => return None,
    })
}

/// What a tap gives, and the session that it is.
pub fn detail(say: &Say, serial: u32) -> Option<(Detail, Option<Given>)> {
    let misfit = Misfit { field: "token", expected: "a token", found: "nothing".into() };
    let plain = |error| Detail {
        value: Opaque::new(serial),
        error,
        encrypted: *say == Say::Encrypted,
        session: Err(misfit),
    };
    Some(match say {
        Say::Yes | Say::Encrypted => (plain(None), None),
        Say::Denied | Say::QuotaUsed | Say::Failed | Say::NotAgreed => (plain(Some(host_error(say)?)), None),
        Say::Session(grant) => {
            let given = Given::of(grant, serial);
            (Detail { session: given.reply(), ..plain(None) }, Some(given))
        }
        _ => return None,
    })
}

/// The command of an app that has got a session elsewhere.
pub fn set_session(grant: &Grant, serial: u32) -> (Result<SessionReply, Misfit>, Given) {
    let given = Given::of(grant, serial);
    (given.reply(), given)
}

impl Pending {
    /// The event of that answer, where this door understands it. `serial` is a number that
    /// was never used.
    pub fn answer(&self, say: &Say, serial: u32) -> Option<Told> {
        match self.number {
            Number::Sent(ticket, attempt) => {
                let reply = self.reply(say)?;
                Some(Event::Replied { ticket, attempt, reply }.into())
            }
            Number::Asked(flight) => {
                let (answer, given) = self.say(say, serial)?;
                Some(Told { event: Event::Answered { flight, answer }, given })
            }
        }
    }

    fn say(&self, say: &Say, serial: u32) -> Option<(Answer, Option<Given>)> {
        let answer = match (self.door, say) {
            (Door::Exchange | Door::Renewal | Door::Submit, say) => return self.granted(say, serial),
            (Door::Prompt, Say::No) => Answer::Refused,
            (Door::Prompt, Say::Threw | Say::NotDeclared | Say::PassedOn) => Answer::Failed(host_error(say)?),
            (Door::Prompt, say) => {
                let (detail, given) = detail(say, serial)?;
                return Some((Answer::Detail(detail), given));
            }
            (Door::Code, Say::Yes) => {
                Answer::Code { code: Some(Opaque::new(serial)), said: HostError::default() }
            }
            (Door::Code, Say::No) => Answer::Code { code: None, said: text("login:ok") },
            (Door::Privacy, Say::Yes | Say::No) => Answer::PrivacySetting { asks: *say == Say::No },
            (Door::Setting, Say::Yes) => Answer::Setting(Some(true)),
            (Door::Setting, Say::No) => Answer::Setting(Some(false)),
            (Door::Setting, Say::Never) => Answer::Setting(None),
            (Door::Key | Door::Consent | Door::Authorize, Say::Yes) => Answer::Done,
            (Door::Key, Say::No) => Answer::Failed(text("checkSession:fail")),
            (Door::Send, _) => return None,
            (_, say) => Answer::Failed(host_error(say)?),
        };
        Some((answer, None))
    }

    /// Of an exchange, a renewal or a submission.
    fn granted(&self, say: &Say, serial: u32) -> Option<(Answer, Option<Given>)> {
        if let Some(error) = host_error(say) {
            return Some((Answer::Failed(error), None));
        }
        let mut given = None;
        let mut granted = Granted {
            judgement: Judgement { attached: self.attach, ..judgement(say)? },
            session: Err(Misfit { field: "token", expected: "a token", found: "nothing".into() }),
            said: HostError::default(),
            response: None,
        };
        match say {
            Say::Yes => granted.judgement.status = None,
            Say::Null => granted.session = Ok(None),
            Say::Session(grant) => {
                let session = Given::of(grant, serial);
                granted.session = session.reply().map(Some);
                given = Some(session);
            }
            Say::Errcode(errcode) => {
                granted.said.errcode = Some(Errcode::Number(f64::from(*errcode)));
            }
            Say::SlowDown(seconds) => granted.said.retry_after = Some(f64::from(*seconds)),
            _ => {}
        }
        Some((Answer::Granted(Box::new(granted)), given))
    }

    /// Of a request.
    fn reply(&self, say: &Say) -> Option<Reply> {
        Some(match (say, host_error(say)) {
            (Say::Threw, Some(error)) => Reply::CallbackFailed { name: "needs".into(), error },
            (Say::Rejects(_) | Say::PassedOn | Say::QuotaUsed | Say::Lacked, _) => return None,
            (_, Some(error)) => Reply::Failed(error),
            (Say::Status(_) | Say::Invalid(_) | Say::Refused(_) | Say::Needs(..), None) => {
                Reply::Judged(Judgement { attached: self.attach, ..judgement(say)? })
            }
            _ => return None,
        })
    }
}

/// What the app's rules say of a response.
fn judgement(say: &Say) -> Option<Judgement> {
    let by_status = |status: u16| Judgement {
        status: Some(status),
        asks: if status == 401 { vec![Need::Login] } else { Vec::new() },
        ..Judgement::default()
    };
    Some(match say {
        Say::Yes | Say::Null | Say::Misfit | Say::Session(_) | Say::Errcode(_) => by_status(200),
        Say::SlowDown(_) => by_status(429),
        Say::Status(status) => by_status(*status),
        Say::Invalid(status) => Judgement { invalid: true, ..by_status(*status) },
        Say::Refused(status) => Judgement { refused: Some(text("no")), ..by_status(*status) },
        Say::Needs(status, wants) => Judgement { asks: needs(wants), ..by_status(*status) },
        _ => return None,
    })
}

/// Needs as words, without repetitions.
pub fn wants_of(needs: &[Need]) -> Vec<Want> {
    let mut wants = Vec::with_capacity(needs.len());
    for want in needs.iter().filter_map(want_of) {
        if !wants.contains(&want) {
            wants.push(want);
        }
    }
    wants
}
