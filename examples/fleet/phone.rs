//! A user's phone: pages that ask for data, and a network that takes its time. Which requests
//! log in, and when, is the client's business.

use crate::backend::{self, Exchanged, OUTAGE_ENDS, SECOND, SESSIONS_LOST, Token};
use crate::day::{Day, Visit};
use crate::tally::{Tally, User};
use fastrand::Rng;

/// Since midnight.
pub type Millis = f64;

/// A page asks for so many things when it opens.
const REQUESTS_A_PAGE: u32 = 3;
/// And once more each time it refreshes.
const REFRESH: Millis = 20.0 * SECOND;

/// A client's own name for what it waits for.
#[derive(Clone, Copy, Debug)]
pub struct Id(pub u32, pub u32);

/// How long the host lets requests run in the background.
const GRACE: Millis = 5.0 * SECOND;

/// What a client wants done.
pub enum Deed {
    Send {
        id: Id,
        token: Option<Token>,
    },
    CallLogin {
        id: Id,
    },
    Exchange {
        id: Id,
    },
    /// A request of the page is over. `wait`: try again no earlier than in so many ms.
    Settled {
        went_well: bool,
        wait: Option<Millis>,
    },
}

/// What came back.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// `attached`: with a session.
    Replied {
        id: Id,
        authorized: bool,
        attached: bool,
    },
    Code {
        id: Id,
    },
    Exchanged {
        id: Id,
        came: Exchanged,
    },
}

pub trait Client {
    /// The app starts from nothing but its storage.
    fn start_cold(&mut self, now: Millis, stored: Option<Token>);
    fn request(&mut self, now: Millis, deeds: &mut Vec<Deed>);
    fn answer(&mut self, answer: Answer, now: Millis, deeds: &mut Vec<Deed>);
    /// When it wants to be woken.
    fn deadline(&self) -> Option<Millis>;
    fn wake(&mut self, now: Millis, deeds: &mut Vec<Deed>);
    /// What is in storage.
    fn stored(&self) -> Option<Token>;
}

/// On its way to the client.
struct Coming {
    at: Millis,
    answer: Answer,
}

struct Phone<'a, C> {
    client: C,
    rng: Rng,
    session_life: Millis,
    now: Millis,
    coming: Vec<Coming>,
    deeds: Vec<Deed>,
    /// When the page refreshes.
    refresh_at: Millis,
    user: User,
    tally: &'a mut Tally,
}

/// A sale begins at noon: every page counts down to it, and refreshes then.
fn next_refresh(now: Millis) -> Millis {
    if now < SESSIONS_LOST { SESSIONS_LOST.min(now + REFRESH) } else { now + REFRESH }
}

pub fn live_through(day: &Day, tally: &mut Tally, client: impl Client) {
    let user = User::default();
    let mut phone = Phone {
        client,
        rng: Rng::with_seed(day.seed ^ 1),
        session_life: day.session_life,
        now: 0.0,
        coming: Vec::new(),
        deeds: Vec::new(),
        refresh_at: 0.0,
        user,
        tally,
    };
    for (index, visit) in day.visits.iter().enumerate() {
        phone.visit(visit, if index == 0 { day.stored } else { phone.client.stored() });
    }
    phone.tally.add(phone.user);
}

impl<C: Client> Phone<'_, C> {
    fn visit(&mut self, visit: &Visit, stored: Option<Token>) {
        self.now = visit.start;
        self.coming.clear();
        if visit.cold {
            self.client.start_cold(self.now, stored);
        }
        for dwell in &visit.pages {
            let until = self.now + dwell;
            self.user.page_views += 1;
            for _ in 0..REQUESTS_A_PAGE {
                self.client.request(self.now, &mut self.deeds);
            }
            self.refresh_at = next_refresh(self.now);
            self.perform();
            self.look_at_page(until);
        }
        // In the background what is under way still has some seconds.
        self.refresh_at = Millis::INFINITY;
        self.look_at_page(self.now + GRACE);
        self.user.leave(self.now, self.tally);
    }

    /// Until the user goes on: whatever is next, one after the other.
    fn look_at_page(&mut self, until: Millis) {
        loop {
            let arrivals = self.coming.iter().map(|coming| coming.at).enumerate();
            let next = arrivals.min_by(|(_, one), (_, other)| one.total_cmp(other));
            let answer_at = next.map_or(Millis::INFINITY, |(_, at)| at);
            let wake_at = self.client.deadline().unwrap_or(Millis::INFINITY).max(self.now);
            let at = answer_at.min(wake_at).min(self.refresh_at);
            if at >= until {
                self.now = until;
                return;
            }
            self.now = at;
            match next {
                Some((index, _)) if answer_at == at => {
                    let coming = self.coming.swap_remove(index);
                    self.client.answer(coming.answer, at, &mut self.deeds);
                }
                _ if wake_at == at => self.client.wake(at, &mut self.deeds),
                _ => {
                    self.refresh_at = next_refresh(at);
                    self.client.request(at, &mut self.deeds);
                }
            }
            self.perform();
        }
    }

    fn perform(&mut self) {
        for deed in std::mem::take(&mut self.deeds) {
            let arrives = self.now + backend::latency(&mut self.rng);
            let answer = match deed {
                Deed::Send { id, token } => {
                    let authorized = token.is_some_and(|token| token.is_known(arrives));
                    Answer::Replied { id, authorized, attached: token.is_some() }
                }
                Deed::CallLogin { id } => {
                    self.user.logins += 1;
                    Answer::Code { id }
                }
                Deed::Exchange { id } => {
                    self.tally.exchange(arrives);
                    Answer::Exchanged { id, came: backend::exchange(arrives, self.session_life) }
                }
                Deed::Settled { went_well, wait } => {
                    self.settled(went_well, wait);
                    continue;
                }
            };
            let at = arrives + backend::latency(&mut self.rng);
            self.coming.push(Coming { at, answer });
        }
    }

    fn settled(&mut self, went_well: bool, wait: Option<Millis>) {
        if went_well {
            self.user.served(self.now, self.tally);
        } else {
            self.user.failures += 1;
            if (SESSIONS_LOST..OUTAGE_ENDS + 600.0 * SECOND).contains(&self.now) {
                self.user.locked_out = true;
            }
            // The page says when it tries again, and does.
            if let Some(wait) = wait {
                self.refresh_at = self.now + wait;
            }
        }
    }
}
