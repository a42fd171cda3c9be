//! The steps of a run on a line of time, as rows of a picture.

use serde::Serialize;
use time::OffsetDateTime;

use super::super::step_run::StepState;
use super::document::Look;
use super::run_report::RunReport;
use crate::text::moment;

/// The picture: its rows lie between the beginning of the run and its end.
#[derive(Debug, Serialize)]
pub(super) struct Picture {
    pub(super) from: String,
    pub(super) to: String,
    /// Where the gaps are that were shortened, of a thousand.
    pub(super) breaks: Vec<u32>,
    pub(super) rows: Vec<Row>,
}

/// A step, from its beginning to its end, in parts of a thousand.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) number: usize,
    pub(super) title: String,
    pub(super) look: Look,
    pub(super) left: u32,
    pub(super) width: u32,
    pub(super) when: String,
}

/// The least width of a bar, of a thousand.
const LEAST: u32 = 8;

/// A gap longer than this many times the median one is shortened.
const LONG: f64 = 4.0;

/// Draws the steps that have a time; `None` if none has.
pub(super) fn of(report: &RunReport) -> Option<Picture> {
    let timed = || {
        report.steps.iter().filter_map(|step| {
            let from = step.began.or(step.ended).or(step.due)?;
            Some((step, from, step.ended.unwrap_or(from).max(from)))
        })
    };
    let mut moments: Vec<_> = timed().flat_map(|(_, from, to)| [from, to]).collect();
    moments.extend([report.began].into_iter().chain(report.assessed));
    moments.sort_unstable();
    moments.dedup();
    timed().next()?;
    let scale = Scale::of(&moments);
    let rows = timed().map(|(step, from, to)| {
        let (left, right) = (scale.place(from), scale.place(to));
        let width = right.saturating_sub(left).max(LEAST);
        let look = match step.state {
            StepState::Done | StepState::TickedOff if step.confirmed != Some(false) => Look::Good,
            StepState::Failed | StepState::Unsettled => Look::Bad,
            _ => Look::Careful,
        };
        Row {
            number: step.step.saturating_add(1),
            title: step.title.clone(),
            look,
            left: left.min(1000 - LEAST),
            width,
            when: after(report.began, from),
        }
    });
    let (first, last) = (moments.first().copied()?, moments.last().copied()?);
    let rows = rows.collect();
    Some(Picture { from: moment(first), to: moment(last), breaks: scale.breaks, rows })
}

/// Writes how long after the beginning something was.
fn after(began: OffsetDateTime, at: OffsetDateTime) -> String {
    let passed = at - began;
    match passed.whole_seconds() {
        seconds @ ..60 => format!("+{seconds}.{:02} s", (passed.subsec_milliseconds() / 10).abs()),
        seconds @ 60..3600 => format!("+{} min {} s", seconds / 60, seconds % 60),
        seconds => format!("+{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

/// Where moments lie on the line, of a thousand. A gap that is much longer than the others is shortened: a
/// run works for seconds, and waits for minutes or days.
struct Scale {
    places: Vec<(OffsetDateTime, u32)>,
    breaks: Vec<u32>,
}

impl Scale {
    fn of(moments: &[OffsetDateTime]) -> Self {
        let gaps: Vec<f64> = moments.windows(2).map(|two| (two[1] - two[0]).as_seconds_f64()).collect();
        let mut sorted = gaps.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let most = sorted.get(sorted.len() / 2).map_or(1.0, |median| median * LONG).max(f64::MIN_POSITIVE);
        let whole: f64 = gaps.iter().map(|gap| gap.min(most)).sum::<f64>().max(f64::MIN_POSITIVE);
        let (mut places, mut breaks, mut at) = (Vec::new(), Vec::new(), 0.0);
        places.extend(moments.first().map(|first| (*first, 0)));
        for (gap, moment) in gaps.iter().zip(moments.iter().skip(1)) {
            let before = at;
            at += gap.min(most);
            places.push((*moment, thousandth(at / whole)));
            if *gap > most {
                breaks.push(thousandth(f64::midpoint(before, at) / whole));
            }
        }
        Self { places, breaks }
    }

    fn place(&self, at: OffsetDateTime) -> u32 {
        self.places.iter().find(|(moment, _)| *moment == at).map_or(0, |(_, place)| *place)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 1000")]
fn thousandth(part: f64) -> u32 {
    (part.clamp(0.0, 1.0) * 1000.0) as u32
}
