//! The words of a report: what it says, in which order.

use time::OffsetDateTime;

use super::super::journal::DoorSeen;
use super::super::step_run::StepState;
use super::document::{Cell, Document, Look, Section};
use super::run_report::RunReport;
use super::step_report::StepReport;
use crate::receipt::Grade;
use crate::text::moment;

/// Makes the document of a report.
pub(super) fn of(report: &RunReport) -> Document {
    Document {
        title: format!("Containment of {}", report.account_name()),
        headline: headline(report),
        beneath: beneath(report),
        sections: vec![
            remains(report),
            at_a_glance(report),
            happened(report),
            steps(report),
            open(report),
            ended(report),
            outside(report),
            due(report),
            again(report),
            undo(report),
            requests(report),
            custody(report),
            about(report),
        ],
    }
}

fn headline(report: &RunReport) -> Cell {
    let Some(headline) = &report.headline else {
        return Cell::state("Not assessed yet", Look::Bad);
    };
    let contained = !headline.starts_with("NOT CONTAINED");
    let look = match (contained, report.verified, report.remains.is_empty()) {
        (true, true, true) => Look::Good,
        (true, true, false) => Look::Careful,
        _ => Look::Bad,
    };
    Cell::state(headline, look)
}

fn beneath(report: &RunReport) -> String {
    match (report.assessed, report.verified) {
        (Some(at), true) => {
            format!("As the account was read at {}. It may have changed since.", report.at(at))
        }
        (Some(at), false) => format!(
            "Assessed at {} without reading the account: it rests on accepted writes alone.",
            report.at(at)
        ),
        (None, _) => "The run was interrupted before the account was read again: resume the run.".to_owned(),
    }
}

fn remains(report: &RunReport) -> Section {
    let empty = if report.assessed.is_none() {
        "Unknown: the account was not read again. Resume the run."
    } else {
        "Nothing that was seen. The places that Graph does not show are listed below."
    };
    let section = Section::new("What remains").list(report.remains.clone(), empty);
    let since = report.ticked_since();
    if since.is_empty() {
        section
    } else {
        section.text(format!("Ticked off since the account was read: {}.", since.join("; ")))
    }
}

fn at_a_glance(report: &RunReport) -> Section {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut row = |what: &str, value: Option<Cell>| rows.extend(value.map(|value| vec![what.into(), value]));
    let privileged = match report.privileged {
        Some(true) => ", privileged",
        Some(false) => "",
        None => ", privileged or not: unknown",
    };
    let owner = report.owner().map(|owner| match &report.about.owner {
        Some(first) if first != owner => format!("{owner}, handed over from {first}"),
        _ => owner.to_owned(),
    });
    row("account", Some(format!("{} ({} account{privileged})", report.account_name(), report.kind).into()));
    row("object id", Some(Cell::code(&report.account)));
    row("tenant", report.tenant.as_ref().map(Cell::code));
    row("kind of incident", Some((&report.name).into()));
    row("incident", report.about.incident.as_ref().map(Into::into));
    row("ticket", report.about.ticket.as_ref().map(Into::into));
    row("owner", Some(owner.unwrap_or_else(|| "not recorded".to_owned()).into()));
    row(
        "authority",
        Some(report.about.authority.clone().unwrap_or_else(|| "not recorded".to_owned()).into()),
    );
    for approval in &report.approvals {
        let by = approval.by.as_deref().unwrap_or("somebody");
        let how = if approval.proven { "proven by that person's own token" } else { "as claimed" };
        row("approved by", Some(format!("{by}, {how}, at {}", report.at(approval.at)).into()));
    }
    if report.four_eyes && report.approvals.is_empty() {
        row("approved by", Some("nobody: the eviction waits for a second person".into()));
    }
    row("began", Some(report.at(report.began).into()));
    row("last entry", Some(report.at(report.last).into()));
    row("closed", report.closed.is_none().then(|| "not yet".into()));
    Section::new("At a glance").table(&[], rows, "")
}

fn happened(report: &RunReport) -> Section {
    let rows = report.timeline.iter().map(|entry| {
        let mut row = report.times(Some(entry.at));
        row.extend([number(entry.step), (&entry.what).into(), graded(entry.grade)]);
        row
    });
    let heads = report.heads(&["step", "what", "certainty"]);
    Section::new("What happened").table(&refs(&heads), rows.collect(), "The journal has no entry.").text(
        "Accepted: the service answered that it did it. Confirmed: the new state was read back. \
        Unknown: no answer decides it.",
    )
}

fn steps(report: &RunReport) -> Section {
    let rows = report.steps.iter().map(|step| {
        let by = [step.by.as_deref(), step.proof.as_deref()].into_iter().flatten().collect::<Vec<_>>();
        let by = if by.is_empty() { step.by_hand.clone().unwrap_or_default() } else { by.join(", ") };
        let because = step.reason.clone().unwrap_or_default();
        let shown = match step.confirmed {
            Some(false) => "accepted, and the account did not show it",
            _ => "",
        };
        let because = [because.as_str(), shown, by.as_str()];
        let because: Vec<_> = because.into_iter().filter(|part| !part.is_empty()).collect();
        vec![
            number(Some(step.step)),
            (&step.title).into(),
            became(step),
            graded(step.grade),
            because.join("; ").into(),
        ]
    });
    let heads = ["", "step", "what became of it", "certainty", "because, or by whom"];
    Section::new("The steps").table(&heads, rows.collect(), "The plan has no step.")
}

fn open(report: &RunReport) -> Section {
    let is_open = |door: &&DoorSeen| matches!(door.state.as_str(), "open" | "unknown") && !door.given;
    let rows = report.doors.iter().filter(is_open).map(|door| {
        let look = if door.state == "open" { Look::Bad } else { Look::Careful };
        vec![Cell::state(&door.state, look), (&door.label).into(), (&door.why).into(), closes(door).into()]
    });
    let empty = if report.doors.is_empty() {
        "The journal does not hold the doors: the account was not read for an assessment."
    } else {
        "None that Graph shows."
    };
    let given = report.doors.iter().filter(|door| door.given && door.state == "open");
    let given: Vec<_> = given.map(|door| format!("for the rightful user: {}", door.label)).collect();
    let section = Section::new("Doors still open, and what closes them");
    let section = section.table(&["state", "way in", "why", "what closes it"], rows.collect(), empty);
    if given.is_empty() { section } else { section.list(given, "") }
}

fn closes(door: &DoorSeen) -> String {
    let closers: Vec<_> = door.closed_by.iter().map(ToString::to_string).collect();
    match (&door.place, closers.is_empty()) {
        (Some(place), true) => format!("look in: {place}"),
        (None, true) => "nothing that is known".to_owned(),
        (_, false) => closers.join(", or "),
    }
}

fn ended(report: &RunReport) -> Section {
    let is_shut = |door: &&DoorSeen| matches!(door.state.as_str(), "closed" | "closing" | "held");
    let rows = report.doors.iter().filter(is_shut).map(|door| {
        let (look, when) = match door.state.as_str() {
            "closed" => (Look::Good, "since"),
            "held" => (Look::Careful, "since"),
            _ => (Look::Careful, "until"),
        };
        let mut row = vec![
            Cell::state(&door.state, look),
            (&door.label).into(),
            door.by.map(|by| by.to_string()).unwrap_or_default().into(),
            if door.at.is_some() { Cell::short(when) } else { Cell::default() },
        ];
        row.extend(report.times(door.at));
        row
    });
    let heads = ["state", "way in", "by", ""].map(str::to_owned).into_iter().chain(report.heads(&[]));
    let heads: Vec<_> = heads.collect();
    Section::new("What ended, and when")
        .table(&refs(&heads), rows.collect(), "The journal does not say: the account was not read again.")
        .text(
            "Closed: it was ended. Closing: tokens that are out work until then. Held: only a block or \
            something else that can be undone suspends it; it works again afterwards. These times are by the \
            clock of the service.",
        )
}

fn outside(report: &RunReport) -> Section {
    let rows = report.outside.iter().map(|of| {
        let source = of.source.as_deref().unwrap_or("the plan");
        vec![(&of.place).into(), (&of.door).into(), (&of.close).into(), Cell::link(source, of.url.as_deref())]
    });
    let heads = ["where", "what may be open", "how to look, and who closes it", "source"];
    Section::new("What Graph does not show")
        .text("No run of this tool reaches these places. Each needs a person who looks.")
        .table(&heads, rows.collect(), "")
}

fn due(report: &RunReport) -> Section {
    let section = Section::new("Times to report");
    let Some(aware) = report.aware_since else {
        return section.text(
            "Not calculated: give the time since when somebody was aware of the incident (--aware-since, or \
            aware_since=).",
        );
    };
    let rows = report.due.iter().map(|due| {
        let mut row = report.times(Some(due.at));
        row.extend([Cell::link(&due.law, due.source.as_deref()), (&due.what).into(), (&due.applies).into()]);
        row
    });
    let heads = report.heads(&["law", "what", "applies to"]);
    section
        .text(format!(
            "Aware since {}. The latest times, as a reminder, not legal advice: whether a duty applies is for \
            a lawyer to say, and each says \"without undue delay\".",
            report.at(aware)
        ))
        .table(&refs(&heads), rows.collect(), "")
}

fn again(report: &RunReport) -> Section {
    let rows = report.removed.iter().map(|removed| {
        let unknown = if removed.unknown == 0 { String::new() } else { removed.unknown.to_string() };
        vec![(&removed.label).into(), removed.removed.to_string().into(), unknown.into()]
    });
    Section::new("What the user registers again").table(
        &["type of method", "removed", "unknown"],
        rows.collect(),
        "No method was removed by this run.",
    )
}

fn undo(report: &RunReport) -> Section {
    let was_done = |step: &&StepReport| {
        matches!(step.state, StepState::Done | StepState::Unsettled)
            || step
                .grade
                .is_some_and(|grade| matches!(grade, Grade::Accepted | Grade::Confirmed | Grade::Unknown))
    };
    let rows = report.steps.iter().filter(was_done).filter_map(|step| {
        let undo = Cell::link(step.undo.as_ref()?, None);
        let page = Cell::link(step.operation.as_deref()?, step.doc.as_deref());
        Some(vec![number(Some(step.step)), (&step.title).into(), undo, page])
    });
    Section::new("How to undo each step").table(
        &["", "step", "to undo it", "call"],
        rows.collect(),
        "The run did nothing that could be undone.",
    )
}

fn requests(report: &RunReport) -> Section {
    let rows = report.timeline.iter().filter_map(|entry| {
        let exchange = entry.exchange.as_ref()?;
        let status = exchange.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        Some(vec![
            number(entry.step),
            Cell::code(format!("{} {}", exchange.method, exchange.path)),
            status.into(),
            Cell::code(exchange.request_id.clone().unwrap_or_default()),
            Cell::code(exchange.client_request_id.clone().unwrap_or_default()),
        ])
    });
    Section::new("The writes, with their request ids").text("Quote both ids in a support case.").table(
        &["step", "request", "answer", "request-id", "client-request-id"],
        rows.collect(),
        "None was sent.",
    )
}

fn custody(report: &RunReport) -> Section {
    let rows = report.evidence.iter().map(|item| {
        let mut row: Vec<Cell> = vec![Cell::short(item.number.to_string()), Cell::code(&item.name)];
        row.push(item.bytes.to_string().into());
        row.push(Cell::code(item.sha256.to_string()));
        // The timeline has the time in the other zone: this table is wide enough.
        row.push(Cell::short(moment(item.at)));
        row.push(item.by.clone().unwrap_or_else(|| "not recorded".to_owned()).into());
        row.push(match &item.missing {
            Some(why) => Cell { short: false, ..Cell::state(format!("not stored: {why}"), Look::Bad) },
            None => "stored".into(),
        });
        row
    });
    let heads = ["", "name", "bytes", "SHA-256", "time (UTC)", "by, as claimed", "stored"];
    Section::new("Evidence: custody list").table(&heads, rows.collect(), "Nothing was kept.")
}

fn about(report: &RunReport) -> Section {
    let clock = report.clock.map_or_else(
        || "unknown: no answer in the journal has a time of the service".to_owned(),
        |clock| {
            let (by, way) =
                (clock.seconds.unsigned_abs(), if clock.seconds < 0 { "behind" } else { "ahead" });
            format!(
                "{by} s {way} of the service's (median of {} answers, from {} to {} s)",
                clock.answers, clock.least, clock.most
            )
        },
    );
    let zone = report.zone.as_ref().map(|zone| format!("UTC and {}", zone.name));
    let closed =
        report.closed.map_or_else(|| "the run is not closed".to_owned(), |digest| digest.to_string());
    let rows = vec![
        vec!["entra-ir".into(), (&report.version).into()],
        vec!["journal".into(), Cell::code(&report.place)],
        vec!["entries".into(), report.entries.to_string().into()],
        vec!["digest of the plan".into(), Cell::code(report.plan.to_string())],
        vec!["digest of the closing entry".into(), Cell::code(closed)],
        vec!["times".into(), zone.unwrap_or_else(|| "UTC".to_owned()).into()],
        vec!["this machine's clock".into(), clock.into()],
    ];
    let redacted = if report.redacted {
        " Names and ids were replaced by placeholders; request ids and digests were not."
    } else {
        ""
    };
    Section::new("About this report")
        .text(format!(
            "This report rests on the journal of the run alone. Nothing of the tenant was read for it, and it \
            says nothing of what happened beside the run. Times are those of the machine that ran it; names of \
            people are as claimed. The journal's entries are chained by digests: an edit is found, entries \
            missing at the end are found only if the digest of the closing entry was kept elsewhere.{redacted}"
        ))
        .table(&[], rows, "")
}

fn became(step: &StepReport) -> Cell {
    let look = match step.state {
        StepState::Done if step.confirmed == Some(false) => Look::Careful,
        StepState::Done | StepState::TickedOff => Look::Good,
        StepState::Failed | StepState::Unsettled => Look::Bad,
        StepState::ByHand | StepState::Due | StepState::Waits => Look::Careful,
        StepState::Skipped | StepState::NotAsked | StepState::Undone => Look::Quiet,
    };
    Cell::state(step.state.to_string(), look)
}

fn graded(grade: Option<Grade>) -> Cell {
    let Some(grade) = grade else { return Cell::default() };
    let look = match grade {
        Grade::Confirmed | Grade::Observed | Grade::NothingToDo => Look::Good,
        Grade::Accepted => Look::Careful,
        Grade::NotSent => Look::Quiet,
        Grade::Refused | Grade::Unknown => Look::Bad,
    };
    Cell::state(grade.to_string(), look)
}

fn number(step: Option<usize>) -> Cell {
    Cell::short(step.map(|step| step.saturating_add(1).to_string()).unwrap_or_default())
}

fn refs(heads: &[String]) -> Vec<&str> {
    heads.iter().map(String::as_str).collect()
}

impl RunReport {
    /// Writes a moment in a text: in UTC, and in the report's zone.
    fn at(&self, at: OffsetDateTime) -> String {
        let utc = moment(at);
        match self.zone.as_ref().and_then(|zone| Some((zone.times.get(&utc)?, &zone.name))) {
            Some((local, name)) => format!("{utc} ({local} {name})"),
            None => utc,
        }
    }

    /// Returns the cells of a moment: in UTC, and in the report's zone.
    fn times(&self, at: Option<OffsetDateTime>) -> Vec<Cell> {
        let utc = at.map(moment).unwrap_or_default();
        let local = self.zone.as_ref().map(|zone| zone.times.get(&utc).cloned().unwrap_or_default());
        [Some(utc), local].into_iter().flatten().map(Cell::short).collect()
    }

    /// Returns the heads of a table that has the cells of a moment first.
    fn heads(&self, more: &[&str]) -> Vec<String> {
        let zone = self.zone.as_ref().map(|zone| zone.name.clone());
        ["time (UTC)".to_owned()]
            .into_iter()
            .chain(zone)
            .chain(more.iter().map(|head| (*head).to_owned()))
            .collect()
    }
}
