//! The outside of one client: time, storage, and everyone who owes it an answer. Acts a
//! script out on the real machine, and lets the laws and the reference look at every step.

mod reader;
mod time;

use crate::answer::{Number, Pending, Told, detail, needs, set_session};
use crate::laws::Laws;
use crate::reference::Reference;
use crate::script::{Action, Setting};
use crate::setting::need;
use crate::words::{Fate, Method, Origin};
use reader::Reader;
use std::rc::Rc;
use wxlogin::clock::Millis;
use wxlogin::command::{Command, Traits};
use wxlogin::id::{Attempt, Flight, Ticket};
use wxlogin::session::Saved;
use wxlogin::{Effect, Event, Machine};

/// What went wrong: the law, and how it was broken.
pub type Violation = String;

/// A moment as one event sees it.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// What the clock on the wall shows.
    pub wall: Millis,
    /// How much time has passed for the client: what limits are counted in. Somebody who sets
    /// the clock back takes nothing away from it, and a timer that fires adds what it stood for.
    /// Counted from where the machine counts, so that both round alike.
    pub felt: Millis,
}

/// What is known of the session at a step.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub saved: Option<Rc<Saved>>,
    /// Requests may go by it.
    pub lends: bool,
}

/// One step, as those who watch see it.
pub struct Step<'a> {
    pub told: &'a Told,
    pub effects: &'a [Effect],
    pub at: Moment,
    /// Taken by the lease: the machine knows nothing of it.
    pub lent: bool,
    /// What may be gone by after it.
    pub known: &'a Known,
}

/// When every trial begins.
const BEGINNING: Millis = 1.7e12;
/// How many answered calls may be answered again, late.
const LATE_ANSWERS: usize = 12;

pub struct World {
    setting: Setting,
    /// `None` until the module has come.
    machine: Option<Machine>,
    reader: Reader,
    laws: Laws,
    reference: Reference,
    /// Time that nobody can set.
    steady: Millis,
    wall: Millis,
    moment: Moment,
    /// When the timer fires, in steady time.
    timer: Option<Millis>,
    /// The deadline that it is set for, on the wall.
    armed: Option<Millis>,
    pub open: Vec<Pending>,
    pub answered: Vec<Pending>,
    /// The calls under way, oldest first.
    pub calls: Vec<Ticket>,
    /// Those of them that nobody can take back.
    lasting: Vec<Ticket>,
    known: Known,
    stored: Option<Rc<Saved>>,
    storage_full: bool,
    serial: u32,
    /// Keeps a line for each step, for people.
    pub diary: Option<Vec<String>>,
}

impl World {
    pub fn new(setting: Setting) -> Self {
        let wall = BEGINNING;
        let mut world = World {
            setting,
            machine: None,
            reader: Reader::new(),
            laws: Laws::new(setting),
            reference: Reference::new(setting),
            steady: 0.0,
            wall,
            moment: Moment { wall, felt: wall },
            timer: None,
            armed: None,
            open: Vec::new(),
            answered: Vec::new(),
            calls: Vec::new(),
            lasting: Vec::new(),
            known: Known::default(),
            stored: None,
            storage_full: false,
            serial: 0,
            diary: None,
        };
        if !setting.late {
            world.machine = Some(world.new_machine());
        }
        world
    }

    /// One that tells its steps, some of which nothing else shows.
    fn new_machine(&mut self) -> Machine {
        let seed = u64::from(self.setting.seed) + self.steady as u64;
        self.reference.seed(seed);
        let mut machine = Machine::new(self.setting.config(), seed);
        machine.set_tracing(true);
        machine
    }

    /// Is the module still to come?
    pub const fn is_loading(&self) -> bool {
        self.machine.is_none()
    }

    pub fn act(&mut self, action: &Action) -> Result<(), Violation> {
        match action {
            Action::Request { origin, method, timeout, wants } => {
                let traits = Traits {
                    trusted: *origin != Origin::Foreign,
                    anonymous: *origin == Origin::Anonymous,
                    passive: *origin == Origin::Passive,
                    repeatable: *method == Method::Get,
                    timeout: f64::from(*timeout),
                };
                let needs = if traits.passive { Vec::new() } else { needs(wants) };
                self.call(Command::Request { traits, needs })
            }
            Action::Ensure(wants) => self.call(Command::Ensure { needs: needs(wants) }),
            Action::Login { force, prompt } => self.call(Command::Login { force: *force, prompt: *prompt }),
            Action::Peek => self.call(Command::GetSession),
            Action::SetSession(grant) => {
                self.hand_over_all()?; // sent for whom there was before
                self.serial += 1;
                let (reply, given) = set_session(grant, self.serial);
                let ticket = self.begin_call();
                self.lasting.push(ticket);
                let event = Event::Called { ticket, command: Command::SetSession(reply) };
                self.happen(Told { event, given: Some(given) })
            }
            Action::Logout => {
                let ticket = self.begin_call();
                self.lasting.push(ticket);
                self.happen(Event::Called { ticket, command: Command::Logout }.into())
            }
            Action::Provide(want, say) => {
                self.serial += 1;
                let Some((detail, given)) = detail(say, self.serial) else { return Ok(()) };
                let ticket = self.begin_call();
                self.lasting.push(ticket);
                let command = Command::Provide { need: need(*want), detail };
                self.happen(Told { event: Event::Called { ticket, command }, given })
            }
            Action::Deny(want) => self.happen(Event::Denied { need: need(*want), reason: None }.into()),
            Action::Abort(nth) => match self.calls.get(wrap(*nth, self.calls.len())) {
                Some(ticket) if !self.lasting.contains(ticket) => {
                    self.happen(Event::Aborted { ticket: *ticket }.into())
                }
                _ => Ok(()),
            },
            Action::Answer { late, door, nth, say } => {
                let pending = if *late { &self.answered } else { &self.open };
                let count = pending.iter().filter(|pending| pending.door == *door).count();
                let mut there = pending.iter().filter(|pending| pending.door == *door);
                let Some(pending) = there.nth(wrap(*nth, count)).copied() else { return Ok(()) };
                let Some(told) = pending.answer(say, self.serial + 1) else { return Ok(()) };
                self.serial += 1;
                self.close(|open| open.number == pending.number);
                self.happen(told)
            }
            Action::Pass(passing, ms) => self.pass(*passing, f64::from(*ms)),
            Action::Jump(ms) => {
                self.wall += *ms as f64;
                Ok(())
            }
            Action::Restart => self.restart(),
            Action::Storage(fate) => {
                match fate {
                    Fate::Full => self.storage_full = true,
                    Fate::Mended => self.storage_full = false,
                    Fate::Garbled => self.stored = None,
                }
                Ok(())
            }
            Action::Module(module) => self.module(*module),
        }
    }

    fn call(&mut self, command: Command) -> Result<(), Violation> {
        let ticket = self.begin_call();
        self.happen(Event::Called { ticket, command }.into())
    }

    /// The lowest ticket that is free: they are used again.
    fn begin_call(&mut self) -> Ticket {
        let ticket = (0..).map(Ticket).find(|ticket| !self.calls.contains(ticket)).unwrap_or(Ticket(0));
        self.calls.push(ticket);
        self.lasting.retain(|lasting| *lasting != ticket);
        ticket
    }

    fn restart(&mut self) -> Result<(), Violation> {
        self.machine = None;
        self.reader = Reader::new();
        self.laws = Laws::new(self.setting);
        self.reference = Reference::new(self.setting);
        self.open.clear();
        self.answered.clear();
        self.calls.clear();
        self.lasting.clear();
        self.known = Known::default();
        (self.timer, self.armed) = (None, None);
        self.moment = Moment { wall: self.wall, felt: self.wall };
        if self.setting.late { Ok(()) } else { self.arrive() }
    }

    fn happen(&mut self, told: Told) -> Result<(), Violation> {
        self.look_into_storage();
        if let Some(effects) = self.lend(&told.event) {
            return self.go_by_lease(&told, &effects);
        }
        if self.machine.is_none() {
            return self.hold(told);
        }
        if let Event::Aborted { ticket } | Event::Replied { ticket, .. } = told.event {
            self.hand_over(ticket)?;
        }
        self.deliver(told)
    }

    /// The machine takes the event in.
    fn deliver(&mut self, told: Told) -> Result<(), Violation> {
        let at = self.feel(&told.event);
        let Some(machine) = &mut self.machine else { return Ok(()) };
        self.moment = at;
        machine.handle(told.event.clone(), self.wall);
        let effects: Vec<Effect> = std::iter::from_fn(|| machine.poll()).collect();
        self.known = Known { saved: machine.lease().saved.clone(), lends: machine.lease().lends };
        self.store();
        self.watch(&told, &effects, at, false)?;
        if let Event::TimerFired = told.event {
            (self.timer, self.armed) = (None, None);
        }
        self.set_timer()
    }

    fn watch(&mut self, told: &Told, effects: &[Effect], at: Moment, lent: bool) -> Result<(), Violation> {
        let step = Step { told, effects, at, lent, known: &self.known };
        if let Some(diary) = &mut self.diary {
            diary.push(describe(&step));
        }
        self.laws.watch(&step)?;
        self.reference.compare(&step)?;
        effects.iter().for_each(|effect| self.perform(effect));
        self.check_open()
    }

    /// What is waited for is what was asked, and nothing else: no answer is left to come for nobody.
    fn check_open(&self) -> Result<(), Violation> {
        let mut waited_for = self.reference.waited_for();
        for open in &self.open {
            let Number::Asked(flight) = open.number else { continue };
            match waited_for.iter().position(|waited_for| *waited_for == flight) {
                Some(place) => drop(waited_for.swap_remove(place)),
                None => return Err(format!("X4: nobody waits for {open:?}, and it was not cancelled")),
            }
        }
        match waited_for.first() {
            Some(flight) => Err(format!("R6: {flight:?} is waited for, and nobody was asked")),
            None => Ok(()),
        }
    }

    /// Writes down what a start may go by.
    fn store(&mut self) {
        let is_same = |one: &Rc<Saved>, other: &Rc<Saved>| Rc::ptr_eq(one, other) || one == other;
        let is_written = match (&self.reader.written, &self.known.saved) {
            (Some(written), Some(saved)) => is_same(written, saved),
            (None, None) => true,
            _ => false,
        };
        if is_written {
            return;
        }
        self.reader.written.clone_from(&self.known.saved);
        // What can't be replaced is at least removed: nobody may start with it (law S8).
        self.stored = self.known.saved.clone().filter(|_| !self.storage_full);
    }

    fn close(&mut self, is_over: impl Fn(&Pending) -> bool) {
        while let Some(index) = self.open.iter().position(&is_over) {
            let pending = self.open.remove(index);
            // A launch path that has its answer hears no other one.
            if matches!(pending.number, Number::Sent(_, Attempt::BY_LEASE)) {
                continue;
            }
            if self.answered.len() == LATE_ANSWERS {
                self.answered.remove(0);
            }
            self.answered.push(pending);
        }
    }

    fn close_flight(&mut self, flight: Flight) {
        self.close(|open| open.number == Number::Asked(flight));
    }

    fn perform(&mut self, effect: &Effect) {
        if let Some(pending) = Pending::of(effect) {
            return self.open.push(pending);
        }
        match effect {
            Effect::CancelSend { ticket } => {
                self.close(|open| matches!(open.number, Number::Sent(sent, _) if sent == *ticket));
            }
            Effect::CancelFlight { flight } => self.close_flight(*flight),
            Effect::Settle { ticket, .. } | Effect::Fail { ticket, .. } => {
                self.calls.retain(|call| call != ticket);
            }
            _ => {}
        }
    }
}

fn wrap(nth: u32, count: usize) -> usize {
    (nth as usize).checked_rem(count).unwrap_or_default()
}

fn describe(step: &Step) -> String {
    let effects: Vec<String> = step
        .effects
        .iter()
        .map(|effect| match effect {
            Effect::Fail { ticket, failure } => {
                let need = failure.need.as_ref().map_or("", |need| need.name());
                format!("Fail {} {} {need}", ticket.0, failure.code.as_str())
            }
            Effect::Settle { ticket, outcome } => match outcome {
                wxlogin::effect::Outcome::Session(session) => {
                    format!("Settle {} session: {}", ticket.0, session.is_some())
                }
                outcome => format!("Settle {} {outcome:?}", ticket.0),
            },
            Effect::Changed { kind, .. } => format!("Changed {kind:?}"),
            Effect::Trace(step) => format!("({})", step.step),
            effect => format!("{effect:?}"),
        })
        .collect();
    let (felt, lent) = (step.at.felt - BEGINNING, if step.lent { " by lease" } else { "" });
    format!("{felt:>10.0} ms{lent}  {}", effects.join(", "))
}
