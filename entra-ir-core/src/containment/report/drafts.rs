//! Drafts of what people have to be told: what was done, what they must do, and what they must not.

use std::fmt::Write as _;

use super::super::plan::Phase;
use super::super::step_run::StepState;
use super::draft::{Addressee, Draft};
use super::run_report::RunReport;
use super::step_report::StepReport;
use crate::knowledge::{Action, Task};
use crate::text::{moment, printable};

/// How the rightful user proves who he is.
const PROOF: &str = "in person, by a call back to a number known before the incident, by the manager, or with \
    Verified ID";

impl RunReport {
    /// Returns drafts of messages to the user, the manager, the help desk and the administrators elsewhere.
    /// Nothing is sent: send them yourself, and not by the tenant's own mail or chat, which the attacker may
    /// read.
    pub fn drafts(&self) -> Vec<Draft> {
        let all = [
            Some(self.to_the_user()),
            Some(self.to_the_manager()),
            Some(self.to_the_help_desk()),
            self.to_administrators(Addressee::Exchange, "Exchange"),
            self.to_administrators(Addressee::Intune, "Intune, endpoint"),
            self.to_administrators(Addressee::ActiveDirectory, "Active Directory"),
        ];
        all.into_iter().flatten().collect()
    }

    fn to_the_user(&self) -> Draft {
        let mut text = Text::new(self);
        text.part(
            "What happened",
            &[format!(
                "Your account {} was found in an incident ({}). It may have been used by somebody else.",
                self.account_name(),
                self.name
            )],
        );
        text.part("What was done", &self.done_to_the_account());
        let mut must = vec![
            format!(
                "Wait until the security team calls you. You will be asked to prove who you are: {PROOF}."
            ),
            "Tell the security team what you saw: prompts, calls, messages, unknown devices, and since when."
                .to_owned(),
            "Change the password wherever else you used the same one, from another device.".to_owned(),
        ];
        if !self.removed.is_empty() {
            let kinds: Vec<_> = self.removed.iter().map(|removed| removed.label.as_str()).collect();
            must.push(format!(
                "Register your methods again when the security team asks for it. They were removed: {}.",
                kinds.join(", ")
            ));
        }
        text.part("What you must do", &must);
        text.part("What you must not do", &[
            "Do not approve a prompt that you did not cause, and give nobody a code or a password.".to_owned(),
            "Do not answer calls or messages about this that do not come by the way that the team agreed with you.".to_owned(),
            "Do not switch off, reset or repair your devices before the security team has looked at them.".to_owned(),
        ]);
        text.draft(Addressee::User, "your account")
    }

    fn to_the_manager(&self) -> Draft {
        let mut text = Text::new(self);
        text.part(
            "What happened",
            &[
                format!("The account {} was contained ({}).", self.account_name(), self.name),
                format!("Result: {}.", self.headline.as_deref().unwrap_or("not assessed yet")),
            ],
        );
        text.part("What was done", &self.done());
        text.part("What remained when the account was read", &self.remains);
        let since: Vec<_> = self.ticked_since().into_iter().map(str::to_owned).collect();
        text.part("Ticked off since then", &since);
        let mut must = vec![
            "Plan without this account until the security team gives it back.".to_owned(),
            format!("Help to prove who the user is: {PROOF}."),
            "Say which payments, contracts and data the account could reach. Call the bank at once if a payment \
            may be affected."
                .to_owned(),
        ];
        must.extend(self.due.iter().map(|due| {
            format!("A reminder, not legal advice: {}, {}, by {}.", due.law, due.what, moment(due.at))
        }));
        text.part("What you must do", &must);
        text.part(
            "What you must not do",
            &[
                "Do not ask the help desk to give the account back.".to_owned(),
                "Do not write about this in the tenant's own mail or chat.".to_owned(),
            ],
        );
        text.draft(Addressee::Manager, "a contained account")
    }

    fn to_the_help_desk(&self) -> Draft {
        let mut text = Text::new(self);
        let owner = self.owner().unwrap_or("the owner of the incident");
        text.part("The rule", &[format!(
            "No reset, pass, unblock or re-registration for this account without the word of {owner}, given by \
            the channel of the incident, and without proof of identity: {PROOF}."
        )]);
        text.part("The account", &[self.account_name().to_owned(), format!("object id {}", self.account)]);
        text.part("What was done", &self.done());
        text.part("What you must do", &[
            "Expect a call: whoever is locked out asks the help desk next, as the user, as the manager, or as IT.".to_owned(),
            format!("Note time, number and wording of every request for this account, and pass it to {owner}."),
            format!(
                "List what was done for this account by the help desk since {}.",
                moment(self.aware_since.map_or(self.began, |aware| aware.min(self.began)))
            ),
        ]);
        text.part(
            "What you must not do",
            &[
                "Do not change the phone number, the address or the manager of this account.".to_owned(),
                "Do not trust mail, chat or a meeting from this account.".to_owned(),
                "Do not tell a caller why the account is blocked.".to_owned(),
            ],
        );
        text.draft(Addressee::HelpDesk, "no reset, pass, unblock or re-registration")
    }

    /// Writes to the administrators of a place; `None` if it does not apply to the account.
    fn to_administrators(&self, to: Addressee, place: &str) -> Option<Draft> {
        let row = self.outside.iter().find(|row| row.place == place)?;
        let mut text = Text::new(self);
        text.part("The account", &[self.account_name().to_owned(), format!("object id {}", self.account)]);
        text.part("What was done", &self.done());
        let mut must = vec![format!("Look for: {}.", row.door), format!("How: {}.", row.close)];
        let mut not = Vec::new();
        match to {
            Addressee::Exchange => {
                must.push("Export each rule and permission before you remove it.".to_owned());
                not.push("Do not remove rules or messages before they are kept as evidence.".to_owned());
                not.push(
                    "Do not rely on the block: rules forward mail while the account is blocked.".to_owned(),
                );
            }
            Addressee::Intune => {
                let devices: Vec<_> = self.devices();
                if !devices.is_empty() {
                    must.push(format!("Devices that were seen: {}.", devices.join(", ")));
                }
                must.push(
                    "Isolate the devices of the user before a new password is typed on them.".to_owned(),
                );
                not.push("Do not wipe, retire or repair a device before it is kept as evidence.".to_owned());
                not.push("Do not enable a device again that was disabled.".to_owned());
            }
            _ => {
                must.push("Disable the computer account too if the device is suspected.".to_owned());
                must.push("If a domain controller, Connect, AD FS or pass-through authentication is suspected, say \
                    so at once: then this is not an incident of one account.".to_owned());
                not.push(
                    "Do not enable the account: the next sync would lift the block in the cloud.".to_owned(),
                );
                not.push("Do not set the old password again, and do not change the sync rules.".to_owned());
            }
        }
        let open: Vec<_> = self
            .steps
            .iter()
            .filter(|step| {
                step.phase < Phase::Recover && step.state == StepState::ByHand && concerns(step, to)
            })
            .map(|step| format!("{}: {}", step.title, step.by_hand.as_deref().unwrap_or_default()))
            .collect();
        must.extend(open.into_iter().map(|open| format!("Tell us when it is done, and by whom: {open}.")));
        text.part("What you must do", &must);
        text.part("What you must not do", &not);
        Some(text.draft(to, "a contained account"))
    }

    /// Lists what the run and people did.
    fn done(&self) -> Vec<String> {
        self.done_of(
            |_| true,
            |step| match (step.grade, &step.by) {
                (_, Some(by)) => format!("done elsewhere by {by}"),
                (Some(grade), _) => grade.to_string(),
                (None, None) => "done".to_owned(),
            },
        )
    }

    /// Lists what was done to the account, without names: the user need not know who did it.
    fn done_to_the_account(&self) -> Vec<String> {
        self.done_of(
            |step| !step.actions.is_empty(),
            |step| step.grade.map_or_else(|| "done elsewhere".to_owned(), |grade| grade.to_string()),
        )
    }

    fn done_of(&self, is: fn(&StepReport) -> bool, how: fn(&StepReport) -> String) -> Vec<String> {
        let done =
            |step: &&StepReport| matches!(step.state, StepState::Done | StepState::TickedOff) && is(step);
        let lines = self.steps.iter().filter(done).map(|step| {
            let at = step.ended.map(|at| format!(" at {}", moment(at))).unwrap_or_default();
            format!("{}{at} ({})", step.title, how(step))
        });
        let lines: Vec<_> = lines.collect();
        if lines.is_empty() { vec!["Nothing yet that is certain.".to_owned()] } else { lines }
    }

    /// Lists the devices that a door names, each once.
    fn devices(&self) -> Vec<&str> {
        let mut devices = Vec::new();
        for door in self.doors.iter().filter(|door| door.kind == "session") {
            let name = door.name.as_deref().filter(|name| !devices.contains(name));
            devices.extend(name);
        }
        devices
    }
}

/// Returns whether a step is one for these administrators.
fn concerns(step: &StepReport, to: Addressee) -> bool {
    let (actions, tasks): (&[Action], &[Task]) = match to {
        Addressee::Exchange => (&[Action::DisableMailRules], &[Task::SearchMailbox]),
        Addressee::Intune => {
            (&[Action::DisableDevice, Action::WipeDevice], &[Task::IsolateEndpoint, Task::SearchIntune])
        }
        Addressee::ActiveDirectory => (
            &[Action::BlockOnPremises, Action::ResetPasswordOnPremises, Action::DisableComputerOnPremises],
            &[Task::EnableOnPremises],
        ),
        _ => return false,
    };
    step.actions.iter().any(|action| actions.contains(action))
        || step.task.is_some_and(|task| tasks.contains(&task))
}

/// A message in plain text. What others chose is made printable, and each point stays on its line.
struct Text(String);

impl Text {
    fn new(report: &RunReport) -> Self {
        let read = match report.assessed.filter(|_| report.verified) {
            Some(at) => format!("the account was read again at {}", moment(at)),
            None => "the account was not read again".to_owned(),
        };
        Self(format!(
            "This is a draft: nothing was sent. Do not send it by the mail or the chat of the tenant, which the \
            attacker may read.\nIt rests on the journal of the run up to {}; {read}.\n",
            moment(report.last)
        ))
    }

    fn part(&mut self, head: &str, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        _ = write!(self.0, "\n{head}\n");
        for line in lines {
            _ = writeln!(self.0, "- {}", printable(line));
        }
    }

    fn draft(self, to: Addressee, subject: &str) -> Draft {
        Draft { to, subject: subject.to_owned(), text: self.0 }
    }
}
