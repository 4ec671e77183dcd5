//! The reference: what the laws say a step must lead to, worked out in the plainest way.
//!
//! Every call says for itself what it waits for, and whatever ends is looked up among all of
//! them. The deeds predicted for an event are then compared with those of the machine,
//! whatever their order; flights, attempts and jitter are taken from what the machine does.

mod call;
mod consent;
mod deed;
mod login;
mod quest;

use crate::script::Setting;
use crate::setting::EXPIRY_MARGIN;
use crate::words::Want;
use crate::world::{Moment, Step, Violation};
use call::Call;
use deed::{Deed, Verdict};
use login::{Login, Pause};
use quest::Quest;
use wxlogin::clock::Millis;
use wxlogin::error::Code;
use wxlogin::session::Saved;
use wxlogin::{Effect, Event};

pub struct Reference {
    setting: Setting,
    at: Moment,
    /// This step is taken without the machine.
    lent: bool,
    session: Option<Session>,
    generation: u32,
    /// Needs met while there was no session.
    guest_grants: Vec<Want>,
    /// How many sends there had been when each step was last met.
    met: Vec<(Want, u32)>,
    sends: u32,
    logouts: u32,
    calls: Vec<Option<Call>>,
    login: Login,
    pause: Pause,
    quests: Vec<Quest>,
    /// Orders those who wait.
    queue: u32,
    deeds: Vec<Deed>,
    seen: Vec<Deed>,
    /// The machine's trace says that it owes a login: decides where only the jitter knows.
    owed_seen: bool,
}

#[derive(Clone, Debug)]
struct Session {
    saved_at: Millis,
    expires_at: Millis,
    granted: Vec<Want>,
}

impl Session {
    fn of(saved: &Saved) -> Self {
        Session {
            saved_at: saved.saved_at,
            expires_at: saved.session.expires_at,
            granted: saved.session.granted.iter().filter_map(|need| Want::read(&need.name())).collect(),
        }
    }
}

impl Reference {
    pub fn new(setting: Setting) -> Self {
        Reference {
            setting,
            at: Moment { wall: 0.0, felt: 0.0 },
            lent: false,
            session: None,
            generation: 0,
            guest_grants: Vec::new(),
            met: Vec::new(),
            sends: 0,
            logouts: 0,
            calls: Vec::new(),
            login: Login::Idle,
            pause: Pause::default(),
            quests: Vec::new(),
            queue: 0,
            deeds: Vec::new(),
            seen: Vec::new(),
            owed_seen: false,
        }
    }

    pub fn restored(&mut self, saved: &Saved) {
        self.generation += 1;
        self.session = Some(Session::of(saved));
    }

    /// Predicts the step, and compares.
    pub fn compare(&mut self, step: &Step) -> Result<(), Violation> {
        self.at = step.at;
        self.lent = step.lent;
        self.deeds.clear();
        self.seen.clear();
        self.seen.extend(step.effects.iter().filter_map(Deed::of));
        self.owed_seen = step
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Trace(step) if step.step == "login-deferred"));
        if step.lent {
            self.take(step.event);
        } else if gives_up(step.event) {
            self.take(step.event);
            self.time_out();
        } else {
            self.time_out();
            self.take(step.event);
        }
        for deed in &self.deeds {
            match self.seen.iter().position(|seen| seen == deed) {
                Some(index) => drop(self.seen.swap_remove(index)),
                None => return Err(format!("the laws want {deed:?}, the machine did {:?}", step.effects)),
            }
        }
        if let Some(deed) = self.seen.first() {
            return Err(format!("the machine did {deed:?}, which no law wants"));
        }
        for effect in step.effects {
            self.learn(effect);
        }
        self.check_session(step.effects)
    }

    fn time_out(&mut self) {
        self.login_times_out();
        self.quests_time_out();
    }

    /// Laws S1 and S2.
    fn is_fresh(&self) -> bool {
        self.session.as_ref().is_some_and(|session| {
            self.at.wall < session.expires_at - EXPIRY_MARGIN
                && self.at.wall >= session.saved_at - EXPIRY_MARGIN
        })
    }

    fn begin_session(&mut self, saved_at: Millis, life: Millis, granted: &[Want]) {
        let mut granted = granted.to_vec();
        for want in self.guest_grants.drain(..) {
            if !granted.contains(&want) {
                granted.push(want);
            }
        }
        self.generation += 1;
        self.session = Some(Session { saved_at, expires_at: saved_at + life, granted });
    }

    /// Law S5: the server rejects what it was sent, and nothing newer.
    fn reject_session(&mut self, sent_with: Option<u32>) {
        if sent_with == Some(self.generation) {
            self.session = None;
        }
    }

    fn grants(&mut self) -> &mut Vec<Want> {
        if self.is_fresh() {
            match &mut self.session {
                Some(session) => &mut session.granted,
                None => &mut self.guest_grants,
            }
        } else {
            &mut self.guest_grants
        }
    }

    /// A session whose end nobody has noticed may come back with the clock: it forgets as well.
    fn forget(&mut self, want: Want) {
        self.guest_grants.retain(|granted| *granted != want);
        if let Some(session) = &mut self.session {
            session.granted.retain(|granted| *granted != want);
        }
    }

    /// Both must know of the same session, as long as it is fresh.
    fn check_session(&mut self, effects: &[Effect]) -> Result<(), Violation> {
        let published = effects.iter().rev().find_map(|effect| match effect {
            Effect::Publish(lease) => Some(lease.saved.as_deref()),
            _ => None,
        });
        let Some(published) = published else { return Ok(()) };
        let fresh = self.is_fresh();
        match (published, &self.session) {
            (None, Some(_)) if fresh => Err("S6: the reference still has a fresh session".into()),
            (None, _) => {
                self.session = None;
                Ok(())
            }
            (Some(_), None) => Err("S5: a session that the reference does not know".into()),
            (Some(saved), Some(session)) => {
                let theirs = Session::of(saved);
                let same_grants = theirs.granted.len() == session.granted.len()
                    && theirs.granted.iter().all(|want| session.granted.contains(want));
                if theirs.expires_at != session.expires_at || fresh && !same_grants {
                    return Err(format!("A7: {session:?} was expected, {theirs:?} is published"));
                }
                Ok(())
            }
        }
    }

    /// Takes over the names that the machine gave, and the waits that it drew.
    fn learn(&mut self, effect: &Effect) {
        match effect {
            Effect::Send { ticket, attempt, .. } => self.sent(*ticket, *attempt),
            Effect::CallLogin { flight } | Effect::Exchange { flight, .. } => self.login.name(*flight),
            Effect::Fail { failure, .. } if Some(failure.code) == self.pause.code() => {
                self.pause.learn(self.at.felt, failure.retry_after);
            }
            _ => {
                if let Some((want, flight)) = quest::flight_of(effect)
                    && let Some(quest) = self.quests.iter_mut().find(|quest| quest.want == want)
                {
                    quest.flight = Some(flight);
                }
            }
        }
    }

    fn end(&mut self, ticket: u32, verdict: Verdict) {
        if let Some(slot) = self.calls.get_mut(ticket as usize) {
            *slot = None;
        }
        self.deeds.push(Deed::End(ticket, verdict));
    }

    fn fail(&mut self, ticket: u32, failed: Failed) {
        self.end(ticket, Verdict::Failed(failed));
    }
}

/// What is given up is over before anything else can be begun for it, late as it may be.
const fn gives_up(event: &Event) -> bool {
    matches!(event, Event::Aborted { .. } | Event::LogoutWanted { .. })
}

/// A failure, as far as laws speak of it: the need is named for `AUTH_…` only.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Failed {
    code: Code,
    want: Option<Want>,
}

impl Failed {
    const fn new(code: Code) -> Self {
        Failed { code, want: None }
    }

    const fn of(code: Code, want: Want) -> Self {
        Failed { code, want: Some(want) }
    }
}
