//! The reference: what the laws say a step must lead to, worked out in the plainest way.
//!
//! Every call says for itself what it waits for, and whatever ends is looked up among all of
//! them. The deeds predicted for an event are then compared with those of the machine,
//! whatever their order; flights and attempts are taken from what the machine does.

mod call;
mod consent;
mod deed;
mod exchange;
mod login;
mod pause;
mod quest;
mod session;
mod submission;

use crate::script::Setting;
use crate::words::Want;
use crate::world::{Moment, Step, Violation};
use call::Call;
use deed::{Asked, Deed, Verdict};
use login::Login;
use pause::{Dice, Pause, Rejections};
use quest::Quest;
use session::Users;
use wxlogin::clock::Millis;
use wxlogin::command::Command;
use wxlogin::error::Code;
use wxlogin::id::{Flight, Ticket};
use wxlogin::session::{ChangeKind, Saved};
use wxlogin::{Effect, Event};

/// What a client begins with.
#[derive(Clone, Copy, Debug)]
pub enum Start<'a> {
    Guest,
    /// By what was stored.
    Fresh(&'a Saved),
}

pub struct Reference {
    setting: Setting,
    at: Moment,
    /// This step is taken without the machine.
    lent: bool,
    users: Users,
    calls: Vec<Option<Call>>,
    /// Orders calls by their beginning.
    age: u32,
    login: Login,
    pause: Pause,
    rejections: Rejections,
    quests: Vec<Quest>,
    last_quest: u32,
    deeds: Vec<Deed>,
    seen: Vec<Deed>,
    dice: Dice,
}

impl Reference {
    pub fn new(setting: Setting) -> Self {
        Reference {
            setting,
            at: Moment { wall: 0.0, felt: 0.0 },
            lent: false,
            users: Users::default(),
            calls: Vec::new(),
            age: 0,
            login: Login::Idle,
            pause: Pause::default(),
            rejections: Rejections::default(),
            quests: Vec::new(),
            last_quest: 0,
            deeds: Vec::new(),
            seen: Vec::new(),
            dice: Dice::new(0),
        }
    }

    /// The machine's dice, too.
    pub fn seed(&mut self, seed: u64) {
        self.dice = Dice::new(seed);
    }

    /// The launch path has looked into storage.
    pub fn started(&mut self, start: Start<'_>) {
        if let Start::Fresh(saved) = start {
            self.users.restore(saved);
        }
    }

    /// The app has logged out, and the module does not know.
    pub fn left(&mut self) {
        self.users.leave();
    }

    /// The module has come, with what was stored.
    pub fn restored(
        &mut self,
        saved: Option<&Saved>,
        effects: &[Effect],
        wall: Millis,
    ) -> Result<(), Violation> {
        self.at.wall = wall;
        let mut expected = Vec::new();
        if let Some(saved) = saved {
            self.users.restore(saved);
            if self.users.end_if_over(wall) {
                expected.push(Deed::Changed(ChangeKind::Expired));
            }
        }
        let seen: Vec<Deed> = effects.iter().filter_map(Deed::of).collect();
        if seen != expected {
            return Err(format!("S4: a start wants {expected:?}, the machine did {seen:?}"));
        }
        Ok(())
    }

    /// The launch path itself has ended that call.
    pub fn ended_without_core(&mut self, ticket: Ticket) {
        if let Some(slot) = self.calls.get_mut(ticket.0 as usize) {
            *slot = None;
        }
    }

    /// The answers that somebody waits for.
    pub fn waited_for(&self) -> Vec<Flight> {
        let mut flights: Vec<Flight> = self.login.flight().into_iter().collect();
        for quest in &self.quests {
            flights.extend(quest.flight.into_iter().chain(quest.prompt.flight()));
        }
        flights
    }

    /// Predicts the step, and compares.
    pub fn compare(&mut self, step: &Step) -> Result<(), Violation> {
        self.at = step.at;
        self.lent = step.lent;
        self.deeds.clear();
        self.seen.clear();
        self.seen.extend(step.effects.iter().filter_map(Deed::of));
        self.notice_end();
        if step.lent {
            self.take(step.told);
        } else if gives_up(&step.told.event) {
            self.take(step.told);
            self.time_out();
        } else {
            self.time_out();
            self.take(step.told);
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
        self.users.check(step.known.saved.as_deref())
    }

    /// Nobody says when the end of a session is to be noticed: only that it is told once, and
    /// not before its time.
    fn notice_end(&mut self) {
        let told = self.seen.iter().position(|deed| *deed == Deed::Changed(ChangeKind::Expired));
        if let Some(place) = told
            && self.users.end_if_over(self.at.wall)
        {
            self.seen.swap_remove(place);
        }
    }

    fn time_out(&mut self) {
        self.login_times_out();
        self.quests_time_out();
    }

    pub fn is_fresh(&self) -> bool {
        self.users.is_fresh(self.at.wall)
    }

    /// Takes over the names that the machine gave.
    fn learn(&mut self, effect: &Effect) {
        match effect {
            Effect::Send { ticket, attempt, .. } => self.sent(*ticket, *attempt),
            Effect::Ask { flight, question } => {
                let Some(asked) = Asked::of(question) else { return };
                match asked.want() {
                    None => self.login.name(*flight),
                    Some(want) => {
                        let open = self.quest_of(want).and_then(|number| self.quest(number));
                        if let Some(quest) = open {
                            quest.name(*flight, &asked);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn ask(&mut self, asked: Asked) {
        self.deeds.push(Deed::Ask(asked));
    }

    /// What was decided on in this very step is not done after all.
    fn retract(&mut self, asked: &Asked) {
        if let Some(place) = self.deeds.iter().position(|deed| matches!(deed, Deed::Ask(ask) if ask == asked))
        {
            self.deeds.remove(place);
        }
    }

    /// Ends a call. What only it waited for is over as well (law A3).
    fn end(&mut self, ticket: Ticket, verdict: Verdict) {
        let Some(call) = self.calls.get_mut(ticket.0 as usize).and_then(Option::take) else { return };
        self.deeds.push(Deed::End(ticket, verdict));
        self.left_waiting(call.waits);
    }

    fn fail(&mut self, ticket: Ticket, failed: Failed) {
        self.end(ticket, Verdict::Failed(failed));
    }

    /// Ends a call that waits for nothing.
    fn end_at_once(&mut self, ticket: Ticket, verdict: Verdict) {
        self.deeds.push(Deed::End(ticket, verdict));
    }
}

/// What is given up is over before anything else can be begun for it, late as it may be.
const fn gives_up(event: &Event) -> bool {
    matches!(event, Event::Aborted { .. } | Event::Called { command: Command::Logout, .. })
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
