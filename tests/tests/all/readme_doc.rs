//! The README's table and picture of the buttons agree with the tables of knowledge.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use entra_ir_core::knowledge::{Action, Fate, TokenClass};
use entra_ir_core::model::MethodKind;

const BEGIN: &str = "<!-- answers: made by `make docs-generated` -->\n";
const END: &str = "<!-- end of answers -->\n";

const BUTTONS: [(&str, Action); 7] = [
    ("Block sign-in", Action::BlockSignIn),
    ("Revoke sessions", Action::RevokeSignInSessions),
    ("Revoke MFA sessions", Action::RevokeMfaSessions),
    ("Reset password", Action::ResetPasswordGraphProfile),
    ("Require re-register MFA", Action::RequireMfaReregistration),
    ("(no button)", Action::DeleteMethods),
    ("Add Temporary Access Pass", Action::CreateTemporaryAccessPass),
];

const WITH_PASSWORD: [TokenClass; 2] = [TokenClass::PasswordCookie, TokenClass::PasswordRefreshToken];
const WITHOUT: [TokenClass; 3] =
    [TokenClass::OtherCookie, TokenClass::OtherRefreshToken, TokenClass::ConfidentialClientToken];

/// What is left of several things that an action may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Nothing,
    Held,
    All,
}

impl Left {
    /// The tables have no other answer for the buttons; a new one needs a new picture.
    fn of(fates: &[Fate]) -> Self {
        let all = |fate: Fate| fates.iter().all(|one| *one == fate);
        match () {
            () if all(Fate::Ended) => Self::Nothing,
            () if all(Fate::Held) => Self::Held,
            () if fates.iter().all(|fate| !fate.closes()) => Self::All,
            () => panic!("a mixed answer: {fates:?}"),
        }
    }

    const fn in_table(self) -> &'static str {
        match self {
            Self::Nothing => "**yes**",
            Self::Held => "held",
            Self::All => "no",
        }
    }

    const fn in_snapshot(self) -> &'static str {
        match self {
            Self::Nothing => "ended",
            Self::Held => "held",
            Self::All => "stays",
        }
    }
}

/// What an action does to the four things that a responder asks about.
struct Answers {
    password: Left,
    begun_with_it: Left,
    other_sessions: Left,
    passkey: Left,
    opens: Option<String>,
}

impl Answers {
    fn of(action: Action) -> Self {
        let sessions = |classes: &[TokenClass]| {
            let fates: Vec<_> =
                classes.iter().map(|class| action.on_session(*class).weakest().effect).collect();
            Left::of(&fates)
        };
        let method = |kind: &MethodKind| Left::of(&[action.on_method(kind).weakest().effect]);
        // "Combined security information registration": without a method, name and password alone lead to
        // registration.
        let registration =
            matches!(action, Action::RequireMfaReregistration | Action::DeleteMethods).then(|| {
                "registration of new methods, once none is left, for whoever knows the password".to_owned()
            });
        Self {
            password: method(&MethodKind::Password),
            begun_with_it: sessions(&WITH_PASSWORD),
            other_sessions: sessions(&WITHOUT),
            passkey: method(&MethodKind::Fido2),
            opens: action.opening().map(|opening| opening.opens.to_string()).or(registration),
        }
    }

    fn sessions(&self) -> String {
        match (self.begun_with_it, self.other_sessions) {
            (Left::Nothing, Left::All) => "only those that began with the password".into(),
            (Left::Nothing, Left::Nothing) => "**yes** ¹".into(),
            (one, other) if one == other => one.in_table().into(),
            mixed => panic!("{mixed:?}"),
        }
    }
}

fn table() -> String {
    let mut table = String::from(
        "| portal | here | old password ended? | existing sessions ended? | passkey removed? | opens |\n|---|---|---|---|---|---|\n",
    );
    for (button, action) in BUTTONS {
        let answers = Answers::of(action);
        let operation = action.operation().unwrap().id;
        let (password, passkey) = (answers.password.in_table(), answers.passkey.in_table());
        let (sessions, opens) = (answers.sessions(), answers.opens.unwrap_or_else(|| "nothing".into()));
        writeln!(table, "| {button} | `{operation}` | {password} | {sessions} | {passkey} | {opens} |")
            .unwrap();
    }
    table
}

/// The caption of the picture: what applies to every row.
fn footnote() -> &'static str {
    for (_, action) in BUTTONS {
        assert_eq!(action.on_session(TokenClass::AppCookie).weakest().effect, Fate::Survives, "{action}");
    }
    for prt in [TokenClass::PasswordPrt, TokenClass::OtherPrt] {
        assert_eq!(Action::RevokeSignInSessions.on_session(prt).weakest().effect, Fate::Unknown);
    }
    "No button ends an application's own session. Whether a device's primary refresh token survives a revocation is unknown."
}

const STYLE: &str = "\
text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;fill:#1f2328}
.page{fill:#ffffff;stroke:#d0d7de}.head{font-weight:600}.line{stroke:#d8dee4}.small{font-size:12px;fill:#59636e}
.ended{fill:#1a7f37}.held{fill:#8a5a00}.stays{fill:#eff2f5}.on{fill:#ffffff;font-weight:600}.stays-text{fill:#59636e}.opens{fill:#a40e26}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.page{fill:#0d1117;stroke:#3d444d}.line{stroke:#2a313c}.small,.stays-text{fill:#9198a1}
.ended{fill:#238636}.held{fill:#9e6a03}.stays{fill:#212830}.on{fill:#ffffff}.opens{fill:#ff8a80}}";

const WIDTH: i32 = 900;
const TOP: i32 = 62;
const ROW: i32 = 36;
const COLUMNS: [(i32, [&str; 2]); 4] = [
    (222, ["old", "password"]),
    (334, ["sessions begun", "with it"]),
    (446, ["other", "sessions"]),
    (558, ["passkey", ""]),
];
const CELL: i32 = 104;
const OPENS: i32 = 680;

fn snapshot() -> String {
    let height = TOP + ROW * i32::try_from(BUTTONS.len()).unwrap() + 54;
    let mut told = String::new();
    let mut rows = String::new();
    for (index, (button, action)) in (0..).zip(BUTTONS) {
        let answers = Answers::of(action);
        let y = TOP + ROW * index;
        let middle = y + 23;
        let name = if button == "(no button)" { "Delete every method *" } else { button };
        writeln!(
            rows,
            r#"<path class="line" d="M16 {y}H{}"/><text x="20" y="{middle}">{name}</text>"#,
            WIDTH - 16
        )
        .unwrap();
        let cells = [answers.password, answers.begun_with_it, answers.other_sessions, answers.passkey];
        for ((x, _), left) in COLUMNS.into_iter().zip(cells) {
            let word = left.in_snapshot();
            let class = if left == Left::All { "stays-text" } else { "on" };
            writeln!(
                rows,
                r#"<rect class="{word}" x="{x}" y="{}" width="{CELL}" height="24" rx="6"/><text class="{class}" x="{}" y="{middle}" text-anchor="middle">{word}</text>"#,
                y + 6,
                x + CELL / 2
            )
            .unwrap();
        }
        let opens = answers.opens.map(|opens| opens.split([',', ';']).next().unwrap().to_owned());
        let class = if opens.is_some() { "opens" } else { "small" };
        let opens = opens.unwrap_or_else(|| "nothing".into());
        writeln!(rows, r#"<text class="{class}" x="{OPENS}" y="{middle}">{opens}</text>"#).unwrap();
        let words = cells.map(Left::in_snapshot);
        write!(
            told,
            " {name}. Old password: {}; sessions begun with it: {}; other sessions: {}; passkey: {}; opens: {opens}.",
            words[0], words[1], words[2], words[3]
        )
        .unwrap();
    }
    let mut heads = String::new();
    for (x, [first, second]) in COLUMNS {
        let (x, y) = (x + CELL / 2, if second.is_empty() { 46 } else { 30 });
        writeln!(heads, r#"<text class="head" x="{x}" y="{y}" text-anchor="middle">{first}</text>"#).unwrap();
        if !second.is_empty() {
            writeln!(heads, r#"<text class="head" x="{x}" y="46" text-anchor="middle">{second}</text>"#)
                .unwrap();
        }
    }
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title told">
<title id="title">What each button ends, what stays, and what it opens</title>
<desc id="told">{}</desc>
<style>{STYLE}</style>
<rect class="page" x="0.5" y="0.5" width="{}" height="{}" rx="8"/>
<text class="head" x="20" y="46">button</text>
{heads}<text class="head" x="{OPENS}" y="46">opens</text>
{rows}<path class="line" d="M16 {}H{}"/>
<text class="small" x="20" y="{}">held: works again when sign-in is unblocked. * No button: one call for each method. {}</text>
<text class="small" x="20" y="{}">{}</text>
</svg>
"#,
        told.trim_start(),
        WIDTH - 1,
        height - 1,
        height - 54,
        WIDTH - 16,
        height - 32,
        "Within minutes; access tokens up to about an hour.",
        height - 14,
        footnote(),
    )
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

fn hold(name: &str, made: &str) {
    let path = path(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, made).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "{name} is stale: run `make docs-generated`");
}

#[test]
fn the_readme_answers_as_the_tables_do() {
    let readme = fs::read_to_string(path("README.md")).unwrap();
    let (before, rest) = readme.split_once(BEGIN).expect("the README has a place for the answers");
    let (_, after) = rest.split_once(END).expect("the place has an end");
    hold("README.md", &format!("{before}{BEGIN}{}{END}{after}", table()));
}

#[test]
fn the_snapshot_shows_what_the_tables_say() {
    hold("docs/buttons.svg", &snapshot());
}
