//! Time as the machine sees it.

/// Milliseconds. Instants count from the Unix epoch unless a field says otherwise.
pub type Millis = f64;

/// The earlier of two instants, if there is one.
pub fn earlier(one: Option<Millis>, other: Option<Millis>) -> Option<Millis> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// A clock that never goes back, made from one that may.
///
/// Sessions end at wall-clock instants, but a time limit must pass even where somebody sets
/// the phone's clock back, or where it stands still. All deadlines are therefore kept on
/// this clock; `offset` is how far it has run ahead of the wall clock.
#[derive(Debug, Default)]
pub struct Clock {
    offset: Millis,
    last: Millis,
}

impl Clock {
    /// Takes note of the wall clock and says what time it is on this one.
    pub fn advance(&mut self, wall: Millis) -> Millis {
        let time = wall + self.offset;
        if time < self.last {
            self.offset += self.last - time;
        } else {
            self.last = time;
        }
        self.last
    }

    /// A timer set for `deadline` has fired: that time has come, whatever the wall clock says.
    pub fn reach(&mut self, deadline: Millis) {
        if self.last < deadline {
            self.offset += deadline - self.last;
            self.last = deadline;
        }
    }

    /// The time of the last event.
    pub const fn time(&self) -> Millis {
        self.last
    }

    /// A time of this clock as the wall clock will show it.
    pub fn to_wall(&self, time: Millis) -> Millis {
        time - self.offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_goes_back() {
        let mut clock = Clock::default();
        assert_eq!(clock.advance(1_000.0), 1_000.0);
        assert_eq!(clock.advance(400.0), 1_000.0);
        assert_eq!(clock.advance(450.0), 1_050.0);
        assert_eq!(clock.to_wall(1_100.0), 500.0);
    }

    #[test]
    fn a_fired_timer_counts_even_where_the_wall_clock_stands_still() {
        let mut clock = Clock::default();
        clock.advance(1_000.0);
        clock.reach(16_000.0);
        assert_eq!(clock.advance(1_000.0), 16_000.0);
    }
}
