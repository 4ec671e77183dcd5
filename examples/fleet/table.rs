//! The figures, as a table in Markdown.

use crate::Manner;
use crate::backend::{OUTAGE_ENDS, SECOND, SESSIONS_LOST};
use crate::tally::Tally;

type Figure = fn(&Tally) -> String;

const ROWS: [(&str, Figure); 10] = [
    ("logins a page view (WeChat's limit: 2)", |tally| {
        format!("{:.3}", tally.logins as f64 / tally.page_views as f64)
    }),
    ("users above the limit", |tally| tally.over_limit.to_string()),
    ("exchanges in the busiest second before noon", |tally| tally.peak(0, second(SESSIONS_LOST)).to_string()),
    ("exchanges in the busiest second after it", |tally| {
        tally.peak(second(SESSIONS_LOST), tally.exchanges.len()).to_string()
    }),
    ("exchanges in the ten minutes of 45011", |tally| {
        let outage = tally.exchanges.get(second(SESSIONS_LOST)..second(OUTAGE_ENDS));
        outage.into_iter().flatten().map(|count| u64::from(*count)).sum::<u64>().to_string()
    }),
    ("busiest second of the second wave", |tally| {
        tally.peak(second(SESSIONS_LOST) + 45, second(SESSIONS_LOST) + 115).to_string()
    }),
    ("busiest second when they end", |tally| {
        tally.peak(second(OUTAGE_ENDS), second(OUTAGE_ENDS) + 120).to_string()
    }),
    ("half of those who wait are back after", |tally| format!("{} s", tally.back_after(0.5))),
    ("all of them", |tally| format!("{} s", tally.back_after(1.0))),
    ("requests that failed", |tally| tally.failures.to_string()),
];

fn second(at: f64) -> usize {
    (at / SECOND) as usize
}

pub fn table(tallies: &[Tally; 3]) -> String {
    let names: Vec<&str> = Manner::ALL.iter().map(|manner| manner.name()).collect();
    let mut lines = vec![format!("| | {} |", names.join(" | ")), "|---|---:|---:|---:|".into()];
    for (name, figure) in ROWS {
        let cells: Vec<String> = tallies.iter().map(figure).collect();
        lines.push(format!("| {name} | {} |", cells.join(" | ")));
    }
    lines.join("\n")
}
