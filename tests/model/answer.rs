//! Answers of the outside, as the shell would tell them to the machine.

use crate::script::Say;
use crate::setting::{LONG_LIFE, STILLBORN_LIFE};
use crate::words::{Door, Life, Want};
use wxlogin::Event;
use wxlogin::error::HostError;
use wxlogin::event::{Detail, ExchangeReply, Ticket};
use wxlogin::need::Need;
use wxlogin::opaque::Opaque;
use wxlogin::record::{Misfit, Record, Value};
use wxlogin::session::SessionReply;

/// Something that waits for an answer.
#[derive(Clone, Copy, Debug)]
pub struct Pending {
    pub door: Door,
    /// Its attempt or flight.
    pub number: u32,
    /// Whose request, at [`Door::Send`].
    pub ticket: Ticket,
}

/// The session in a reply.
struct Granted<'a>(Life, &'a [Want]);

impl Record for Granted<'_> {
    fn field(&self, name: &str) -> Value {
        match name {
            "token" => Value::Text("t".into()),
            "expires_in" => match self.0 {
                Life::Long => Value::Number(LONG_LIFE / 1_000.0),
                Life::Stillborn => Value::Number(STILLBORN_LIFE / 1_000.0),
                Life::Unnamed => Value::Missing,
            },
            "granted" => {
                let names: Vec<&str> = self.1.iter().map(|want| want.as_str()).collect();
                Value::Lines(names.join("\n"))
            }
            _ => Value::Missing,
        }
    }
}

fn session(life: Life, granted: &[Want]) -> Option<SessionReply> {
    SessionReply::read(&Granted(life, granted)).ok()
}

pub fn needs(wants: &[Want]) -> Vec<Need> {
    wants.iter().map(|want| Need::named(want.as_str())).collect()
}

fn number(errno: i32) -> HostError {
    HostError { errno: Some(errno), ..HostError::default() }
}

fn text(words: &str) -> HostError {
    HostError { err_msg: Some(words.into()), ..HostError::default() }
}

/// What a host says that fails in that manner.
fn host_error(say: &Say) -> Option<HostError> {
    Some(match say {
        Say::Failed | Say::Threw => text("fail"),
        Say::TimedOut => number(5),
        Say::Aborted => text("request:fail abort"),
        Say::Denied => text("fail auth deny"),
        Say::NotAgreed => number(104),
        Say::NotDeclared => number(112),
        Say::QuotaUsed => number(1_400_001),
        _ => return None,
    })
}

/// What a tap gives.
pub fn detail(say: &Say) -> Option<Detail> {
    let error = match say {
        Say::Yes => None,
        Say::Denied | Say::QuotaUsed | Say::Failed | Say::NotAgreed => host_error(say),
        _ => return None,
    };
    Some(Detail { value: Opaque::new(()), error })
}

impl Pending {
    /// The event of that answer, where this door understands it. `code` is the next unused
    /// one-time code.
    pub fn answer(&self, say: &Say, code: u32) -> Option<Event> {
        let flight = self.number;
        match self.door {
            Door::Send => return self.reply(say),
            Door::Exchange => return self.exchanged(say),
            Door::Submit => return self.submitted(say),
            _ => {}
        }
        Some(match (self.door, say) {
            (Door::Login, Say::Lacked) => Event::HostLacked { flight, name: "wx.login".into() },
            (Door::Login, Say::Yes) => Event::CodeReceived { flight, code: Some(Opaque::new(code)) },
            (Door::Login, Say::No) => Event::CodeReceived { flight, code: None },
            (Door::Login, _) => Event::CodeFailed { flight, error: host_error(say)? },
            (Door::Prompt, Say::Threw | Say::NotDeclared) => {
                Event::PromptRefused { flight, error: host_error(say)? }
            }
            (Door::Prompt, _) => Event::PromptAnswered { flight, detail: detail(say)? },
            (Door::Key, Say::Yes | Say::No) => Event::KeyChecked { flight, alive: *say == Say::Yes },
            (Door::Privacy, Say::Yes | Say::No) => Event::PrivacyRead { flight, asks: *say == Say::No },
            (Door::Setting, Say::Yes) => Event::SettingRead { flight, allowed: Some(true) },
            (Door::Setting, Say::No) => Event::SettingRead { flight, allowed: Some(false) },
            (Door::Setting, Say::Never) => Event::SettingRead { flight, allowed: None },
            (Door::Consent | Door::Authorize, Say::Yes) => Event::Authorized { flight },
            (_, Say::Lacked) => Event::HostLacked { flight, name: self.door.as_str().into() },
            _ => Event::HostRefused { flight, error: host_error(say)? },
        })
    }

    fn reply(&self, say: &Say) -> Option<Event> {
        let (ticket, attempt) = (self.ticket, self.number);
        let (status, asks, valid) = match say {
            Say::Status(status) => (*status, None, true),
            Say::Invalid(status) => (*status, None, false),
            Say::Needs(wants) => (200, Some(needs(wants)), true),
            Say::Threw => {
                let error = host_error(say)?;
                return Some(Event::CallbackFailed { ticket, attempt, name: "needs".into(), error });
            }
            _ => return Some(Event::SendFailed { ticket, attempt, error: host_error(say)? }),
        };
        Some(Event::Replied { ticket, attempt, status, asks, valid })
    }

    fn exchanged(&self, say: &Say) -> Option<Event> {
        let flight = self.number;
        let misfit = Misfit { field: "token", expected: "a token" };
        let mut reply = ExchangeReply {
            status: Some(200),
            errcode: None,
            retry_after: None,
            session: Err(misfit),
            said: HostError::default(),
        };
        match say {
            Say::Session(life, granted) => reply.session = session(*life, granted).ok_or(misfit),
            Say::Misfit => {}
            Say::Status(status) => reply.status = Some(*status),
            Say::Errcode(errcode) => reply.errcode = Some(*errcode),
            Say::SlowDown(seconds) => {
                reply.status = Some(429);
                reply.retry_after = Some(f64::from(*seconds));
            }
            Say::Failed | Say::NotAgreed | Say::NotDeclared => {
                reply.status = None;
                reply.said = host_error(say)?;
            }
            Say::Threw => return Some(Event::ReadSessionFailed { flight, error: host_error(say)? }),
            Say::Lacked => return Some(Event::HostLacked { flight, name: "wx.cloud".into() }),
            _ => return None,
        }
        Some(Event::Exchanged { flight, reply: Box::new(reply) })
    }

    fn submitted(&self, say: &Say) -> Option<Event> {
        let flight = self.number;
        let (status, session) = match say {
            Say::Yes => (None, None),
            Say::Status(status) => (Some(*status), None),
            Say::Session(life, granted) => (Some(200), session(*life, granted)),
            _ => {
                let threw = *say == Say::Threw;
                return Some(Event::SubmitFailed { flight, error: host_error(say)?, threw });
            }
        };
        Some(Event::Submitted { flight, status, session, attached: status.is_some() })
    }
}
