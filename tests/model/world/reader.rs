//! The launch path: goes by the lease while that is enough, and by the stored record until the
//! module has come. What it can't decide waits, or is handed over.

use super::{Known, Violation, World};
use crate::answer::Told;
use crate::reference::Start;
use crate::words::Module;
use std::collections::VecDeque;
use std::rc::Rc;
use wxlogin::answer::{Judgement, Reply};
use wxlogin::clock::Millis;
use wxlogin::command::{Command, Traits};
use wxlogin::effect::Outcome;
use wxlogin::error::{Code, Failure};
use wxlogin::id::{Attempt, Ticket};
use wxlogin::need::Need;
use wxlogin::session::{Moment, Saved};
use wxlogin::{Effect, Event};

/// How long a request that was sent by the lease is kept from the machine. ms.
const LENT_FOR: Millis = 1_000.0;

/// What may be gone by.
#[derive(Clone, Debug)]
struct Lease {
    saved: Option<Rc<Saved>>,
    moment: Moment,
    renew_from: Millis,
    lends: bool,
}

/// A request that was sent by the lease.
#[derive(Clone)]
struct Lent {
    ticket: Ticket,
    traits: Traits,
    needs: Vec<Need>,
    moment: Moment,
    attached: bool,
}

pub struct Reader {
    /// Until the module has come: what lay in storage, if somebody has looked.
    record: Option<Option<Rc<Saved>>>,
    lease: Lease,
    lent: Vec<Lent>,
    /// Waits for the module.
    held: VecDeque<Told>,
    /// A session was used that is to be renewed (law L11).
    used: bool,
    /// What was written last.
    pub written: Option<Rc<Saved>>,
    /// When what is lent is handed over, in steady time.
    pub look_at: Option<Millis>,
}

const GUEST: Lease = Lease { saved: None, moment: Moment(0), renew_from: Millis::INFINITY, lends: true };

impl Lease {
    fn session(&self, now: Millis) -> Option<&Saved> {
        self.saved.as_deref().filter(|saved| saved.is_fresh(now))
    }

    /// Its time has passed, and the core has not said so yet.
    fn is_over(&self, now: Millis) -> bool {
        self.saved.as_deref().is_some_and(|saved| saved.stands() && !saved.is_fresh(now))
    }

    fn holds(&self, needs: &[Need], now: Millis) -> bool {
        let session = self.session(now).map(|saved| &saved.session);
        needs.iter().all(|need| match need {
            Need::Login => session.is_some(),
            Need::Step(_) => session.is_some_and(|session| session.granted.contains(need)),
            _ => false,
        })
    }
}

impl Reader {
    pub const fn new() -> Self {
        Reader {
            record: None,
            lease: GUEST,
            lent: Vec::new(),
            held: VecDeque::new(),
            used: false,
            written: None,
            look_at: None,
        }
    }

    /// Calls that the machine knows nothing of.
    pub fn under_way(&self) -> usize {
        let is_unknown = |told: &&Told| matches!(told.event, Event::Called { .. } | Event::Adopted { .. });
        self.lent.len() + self.held.iter().filter(is_unknown).count()
    }

    fn count(&self, wanted: impl Fn(&Command) -> bool) -> usize {
        let commands = self.held.iter().filter_map(|told| match &told.event {
            Event::Called { command, .. } => Some(command),
            _ => None,
        });
        commands.filter(|command| wanted(command)).count()
    }
}

impl World {
    /// One read of storage, at first use.
    pub(super) fn look_into_storage(&mut self) {
        if self.machine.is_some() || self.reader.record.is_some() {
            return;
        }
        let record = self.stored.clone();
        let fresh = record.clone().filter(|saved| saved.is_fresh(self.wall));
        if let Some(saved) = &fresh {
            let renews = self.setting.ahead > 0 && self.setting.renews && saved.refresh_token.is_some();
            let ahead = saved.session.expires_at - f64::from(self.setting.ahead);
            let renew_from = if renews { ahead } else { Millis::INFINITY };
            self.reader.lease = Lease { saved: fresh.clone(), renew_from, ..GUEST };
        }
        self.known = Known { saved: fresh.clone(), lends: true };
        let start = fresh.as_deref().map_or(Start::Guest, Start::Fresh);
        self.laws.started(start);
        self.reference.started(start);
        self.reader.written.clone_from(&record);
        self.reader.record = Some(record);
    }

    fn lease(&self) -> Option<Lease> {
        match &self.machine {
            Some(machine) => {
                let lease = machine.lease();
                let (moment, renew_from, lends) = (lease.moment, lease.renew_from, lease.lends);
                Some(Lease { saved: lease.saved.clone(), moment, renew_from, lends })
            }
            // Another session is on its way.
            None if self.reader.count(|command| matches!(command, Command::SetSession(_))) > 0 => None,
            None => Some(self.reader.lease.clone()),
        }
    }

    /// What is done by the lease, without the machine.
    pub(super) fn lend(&mut self, event: &Event) -> Option<Vec<Effect>> {
        let now = self.wall;
        match event {
            Event::Called { ticket, command } if self.setting.lends => {
                let lease = self.lease().filter(|lease| !lease.is_over(now))?;
                let session = lease.session(now);
                let outcome = match command {
                    Command::Request { traits, needs } if lease.lends && lease.holds(needs, now) => {
                        return Some(vec![self.send_by_lease(*ticket, *traits, needs, &lease)]);
                    }
                    Command::Login { force: false, .. } if session.is_some() => {
                        Outcome::Session(lease.saved.clone())
                    }
                    Command::GetSession => {
                        Outcome::Session(lease.saved.clone().filter(|_| session.is_some()))
                    }
                    Command::Ensure { needs } if lease.lends && lease.holds(needs, now) => Outcome::Done,
                    _ => return None,
                };
                Some(vec![Effect::Settle { ticket: *ticket, outcome }])
            }
            Event::Replied { ticket, attempt: Attempt::BY_LEASE, reply } => {
                let place = self.lent_place(*ticket)?;
                let ends_well = match reply {
                    Reply::Judged(judgement) => self.reader.lent.get(place)?.is_plainly_good(judgement),
                    _ => false,
                };
                if let Reply::CallbackFailed { .. } = reply {
                    self.reader.lent.remove(place);
                    let failure = Failure::new(Code::CallbackFailed, &[]).shared();
                    return Some(vec![Effect::Fail { ticket: *ticket, failure }]);
                }
                ends_well.then(|| {
                    self.reader.lent.remove(place);
                    vec![Effect::Settle { ticket: *ticket, outcome: Outcome::Reply }]
                })
            }
            Event::Aborted { ticket } => {
                let place = self.lent_place(*ticket)?;
                self.reader.lent.remove(place);
                let failure = Failure::new(Code::Aborted, &[]).shared();
                Some(vec![Effect::CancelSend { ticket: *ticket }, Effect::Fail { ticket: *ticket, failure }])
            }
            _ => None,
        }
    }

    fn lent_place(&self, ticket: Ticket) -> Option<usize> {
        self.reader.lent.iter().position(|lent| lent.ticket == ticket)
    }

    fn send_by_lease(&mut self, ticket: Ticket, traits: Traits, needs: &[Need], lease: &Lease) -> Effect {
        let session = lease.session(self.wall).filter(|_| traits.takes_session());
        let (moment, attached) = (lease.moment, session.is_some());
        self.reader.used |= attached && self.wall >= lease.renew_from;
        self.reader.lent.push(Lent { ticket, traits, needs: needs.to_vec(), moment, attached });
        self.reader.look_at.get_or_insert(self.steady + LENT_FOR);
        Effect::Send { ticket, attempt: Attempt::BY_LEASE, attach: attached }
    }

    pub(super) fn go_by_lease(&mut self, told: &Told, effects: &[Effect]) -> Result<(), Violation> {
        // The machine has felt no time pass.
        let at = super::Moment { wall: self.wall, ..self.moment };
        self.watch(told, effects, at, true)?;
        self.tell_of_use()
    }

    fn tell_of_use(&mut self) -> Result<(), Violation> {
        if self.machine.is_some() && std::mem::take(&mut self.reader.used) {
            return self.deliver(Event::SessionUsed.into());
        }
        Ok(())
    }

    pub(super) fn hand_over(&mut self, ticket: Ticket) -> Result<(), Violation> {
        let Some(place) = self.lent_place(ticket) else { return Ok(()) };
        let Lent { ticket, traits, needs, moment, attached } = self.reader.lent.remove(place);
        self.deliver(Event::Adopted { ticket, traits, needs, moment, attached }.into())
    }

    /// All that was lent long enough.
    pub(super) fn hand_over_all(&mut self) -> Result<(), Violation> {
        if self.machine.is_none() {
            for lent in std::mem::take(&mut self.reader.lent) {
                self.reader.held.push_back(lent.adopted().into());
            }
            return Ok(());
        }
        self.reader.look_at = None;
        while let Some(lent) = self.reader.lent.first() {
            self.hand_over(lent.ticket)?;
        }
        Ok(())
    }

    /// The module is still to come: what happens waits for it.
    pub(super) fn hold(&mut self, told: Told) -> Result<(), Violation> {
        match &told.event {
            Event::Called { command: Command::Logout, .. } => {
                self.log_out_without_core();
                // Nothing of what was begun before is to be acted on first.
                let leaving = self.reader.count(|command| matches!(command, Command::Logout));
                self.reader.held.insert(leaving, told);
                self.reader.lease = Lease { moment: Moment(leaving as u32 + 1), ..GUEST };
            }
            Event::Aborted { ticket } => {
                let failure = Failure::new(Code::Aborted, &[]).shared();
                let was_sent = self.is_sent(*ticket);
                self.forget(*ticket);
                if was_sent {
                    self.perform(&Effect::CancelSend { ticket: *ticket });
                }
                self.end_held(*ticket, failure);
            }
            Event::Replied { ticket, .. } => {
                if let Some(place) = self.lent_place(*ticket) {
                    let lent = self.reader.lent.remove(place);
                    self.reader.held.push_back(lent.adopted().into());
                }
                self.reader.held.push_back(told);
            }
            _ => self.reader.held.push_back(told),
        }
        Ok(())
    }

    /// From the very call on nothing carries the session any more (law S7).
    fn log_out_without_core(&mut self) {
        let begun: Vec<Ticket> = self.reader.held.iter().filter_map(Told::begun).collect();
        for ticket in begun {
            self.forget(ticket);
            self.end_held(ticket, Failure::new(Code::LoggedOut, &[]).shared());
        }
        self.reader.held.retain(|told| !matches!(told.event, Event::Denied { .. }));
        self.reader.used = false;
        self.stored = None;
        self.known = Known { saved: None, lends: true };
        self.laws.left();
        self.reference.left();
    }

    fn is_sent(&self, ticket: Ticket) -> bool {
        self.open
            .iter()
            .any(|open| matches!(open.number, crate::answer::Number::Sent(sent, _) if sent == ticket))
    }

    /// Nothing of that call waits for the module any more.
    fn forget(&mut self, ticket: Ticket) {
        self.reader.held.retain(|told| told.ticket() != Some(ticket));
    }

    /// The launch path itself ends a call that waits for the module.
    fn end_held(&mut self, ticket: Ticket, failure: Rc<Failure>) {
        self.laws.ended_without_core(ticket);
        self.reference.ended_without_core(ticket);
        self.perform(&Effect::Fail { ticket, failure });
    }

    pub(super) fn module(&mut self, module: Module) -> Result<(), Violation> {
        match module {
            Module::Comes => self.arrive(),
            Module::Fails if self.machine.is_some() => Ok(()),
            Module::Fails => {
                let held = std::mem::take(&mut self.reader.held);
                for told in held {
                    match (&told.event, told.ticket()) {
                        // That has to be told sooner or later.
                        (Event::Called { command: Command::Logout, .. }, _) => {
                            self.reader.held.push_back(told);
                        }
                        (_, Some(ticket)) if self.calls.contains(&ticket) => {
                            if let Event::Adopted { .. } = told.event
                                && self.is_sent(ticket)
                            {
                                self.reader.held.push_back(told);
                                continue;
                            }
                            self.end_held(ticket, Failure::new(Code::LoadFailed, &[]).shared());
                        }
                        _ => {}
                    }
                }
                Ok(())
            }
        }
    }

    /// The module has come: it begins with what lay in storage, and hears of what waited.
    pub(super) fn arrive(&mut self) -> Result<(), Violation> {
        if self.machine.is_some() {
            return Ok(());
        }
        self.look_into_storage();
        let mut machine = self.new_machine();
        self.moment = super::Moment { wall: self.wall, felt: self.wall };
        let record = self.reader.record.take().flatten();
        if let Some(saved) = &record {
            machine.restore(Saved::clone(saved), self.wall);
        }
        let effects: Vec<Effect> = std::iter::from_fn(|| machine.poll()).collect();
        self.known = Known { saved: machine.lease().saved.clone(), lends: machine.lease().lends };
        self.machine = Some(machine);
        self.laws.restored(record.as_deref(), &effects, &self.known, self.wall)?;
        self.reference.restored(record.as_deref(), &effects, self.wall)?;
        self.store();
        while let Some(told) = self.reader.held.pop_front() {
            // Whoever gave up meanwhile is not there any more.
            if told.ticket().is_none_or(|ticket| self.calls.contains(&ticket)) {
                self.deliver(told)?;
            }
        }
        self.reader.look_at = (!self.reader.lent.is_empty()).then_some(self.steady + LENT_FOR);
        self.tell_of_use()?;
        self.set_timer()
    }
}

impl Lent {
    fn adopted(self) -> Event {
        let Lent { ticket, traits, needs, moment, attached } = self;
        Event::Adopted { ticket, traits, needs, moment, attached }
    }

    /// It needs no decision.
    fn is_plainly_good(&self, judgement: &Judgement) -> bool {
        let Judgement { asks, refused, invalid, .. } = judgement;
        let asks_nothing = asks.is_empty() || !self.traits.takes_session();
        asks_nothing && refused.is_none() && !invalid
    }
}

impl Told {
    fn ticket(&self) -> Option<Ticket> {
        match self.event {
            Event::Called { ticket, .. } | Event::Adopted { ticket, .. } | Event::Replied { ticket, .. } => {
                Some(ticket)
            }
            _ => None,
        }
    }

    /// What the app has called, but a log-out.
    const fn begun(&self) -> Option<Ticket> {
        match self.event {
            Event::Called { command: Command::Logout, .. } => None,
            Event::Called { ticket, .. } => Some(ticket),
            _ => None,
        }
    }
}
