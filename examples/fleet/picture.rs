//! The exchanges around noon as a picture, legible on light and dark pages.

use crate::Manner;
use crate::backend::{OUTAGE_ENDS, SECOND, SESSIONS_LOST};
use crate::tally::Tally;
use std::fmt::Write;

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 480.0;
const LEFT: f64 = 72.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 92.0;
const BOTTOM: f64 = 48.0;

/// The stretch that is drawn, in seconds of the day.
const FROM: usize = (SESSIONS_LOST / SECOND) as usize - 120;
const TO: usize = (OUTAGE_ENDS / SECOND) as usize + 300;
/// The busiest second of so many is drawn.
const BIN: usize = 4;

const STYLE: &str = "
text { font: 14px system-ui, sans-serif; fill: #24292f }
.title { font-size: 18px; font-weight: 600 }
.quiet { fill: #57606a }
.grid { stroke: #d0d7de }
.outage { fill: #d0d7de; opacity: .45 }
path { fill: none; stroke-width: 1.8; stroke-linejoin: round }
.m0 { stroke: #0969da } .m1 { stroke: #bf8700 } .m2 { stroke: #cf222e }
rect.m0 { fill: #0969da } rect.m1 { fill: #bf8700 } rect.m2 { fill: #cf222e }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .quiet { fill: #9198a1 } .grid { stroke: #3d444d } .outage { fill: #3d444d }
  .m0 { stroke: #58a6ff } .m1 { stroke: #e3b341 } .m2 { stroke: #ff7b72 }
  rect.m0 { fill: #58a6ff } rect.m1 { fill: #e3b341 } rect.m2 { fill: #ff7b72 }
}";

fn x(second: usize) -> f64 {
    LEFT + (WIDTH - LEFT - RIGHT) * (second as f64 - FROM as f64) / (TO - FROM) as f64
}

/// Both a thousand and ten can be told apart: the scale is that of square roots.
fn y(exchanges: f64, most: f64) -> f64 {
    HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (exchanges / most).sqrt()
}

pub fn picture(tallies: &[Tally; 3], users: u64) -> String {
    let most = tallies.iter().map(|tally| tally.peak(FROM, TO)).max().unwrap_or(1).max(1);
    let most = f64::from(most) * 1.05;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"Exchanges per second around noon\">\n<style>{STYLE}\n</style>\n"
    );
    let parts = [frame(most, users), legend(), lines(tallies, most)];
    for part in parts {
        svg.push_str(&part);
    }
    svg.push_str("</svg>\n");
    svg
}

fn text(x: f64, y: f64, class: &str, anchor: &str, words: &str) -> String {
    format!("<text x=\"{x:.0}\" y=\"{y:.0}\" class=\"{class}\" text-anchor=\"{anchor}\">{words}</text>\n")
}

fn frame(most: f64, users: u64) -> String {
    let title = format!("Exchanges per second at the backend, a day of {users} users");
    let mut out = text(LEFT, 28.0, "title", "start", &title);
    let (from, to) = (x((SESSIONS_LOST / SECOND) as usize), x((OUTAGE_ENDS / SECOND) as usize));
    let _ = writeln!(
        out,
        "<rect class=\"outage\" x=\"{from:.0}\" y=\"{TOP:.0}\" width=\"{:.0}\" height=\"{:.0}\"/>",
        to - from,
        HEIGHT - TOP - BOTTOM
    );
    let words = "all sessions are lost; WeChat answers 45011";
    out += &text((from + to) / 2.0, TOP + 20.0, "quiet", "middle", words);
    for share in [0.0, 0.01, 0.1, 0.4, 1.0] {
        let value = round(most * share);
        let at = y(value, most);
        let _ = writeln!(
            out,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{:.0}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>",
            WIDTH - RIGHT
        );
        out += &text(LEFT - 8.0, at + 5.0, "quiet", "end", &format!("{value}"));
    }
    for minute in (0..=(TO - FROM) / 60).step_by(2) {
        let second = FROM + minute * 60;
        let clock = format!("{}:{:02}", second / 3_600, second / 60 % 60);
        out += &text(x(second), HEIGHT - BOTTOM + 24.0, "quiet", "middle", &clock);
    }
    out
}

/// Two digits are enough to read off.
fn round(value: f64) -> f64 {
    let unit = 10_f64.powf(value.max(1.0).log10().floor() - 1.0).max(1.0);
    (value / unit).floor() * unit
}

fn legend() -> String {
    let mut out = String::new();
    for (index, manner) in Manner::ALL.iter().enumerate() {
        let left = LEFT + index as f64 * 240.0;
        let _ =
            writeln!(out, "<rect class=\"m{index}\" x=\"{left:.0}\" y=\"50\" width=\"14\" height=\"14\"/>");
        out += &text(left + 22.0, 62.0, "", "start", manner.name());
    }
    out
}

fn lines(tallies: &[Tally; 3], most: f64) -> String {
    let mut out = String::new();
    for (index, tally) in tallies.iter().enumerate().rev() {
        let _ = write!(out, "<path class=\"m{index}\" d=\"");
        for (step, second) in (FROM..TO).step_by(BIN).enumerate() {
            let peak = f64::from(tally.peak(second, second + BIN));
            let command = if step == 0 { 'M' } else { 'L' };
            let _ = write!(out, "{command}{:.1} {:.1}", x(second), y(peak, most));
        }
        out.push_str("\"/>\n");
    }
    out
}
