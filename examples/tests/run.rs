//! Each example runs on the simulated tenant with no arguments, and prints what it should show.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The program of an example. Cargo builds it beside this test, but not where all targets are tested: then it
/// is built here.
fn example(name: &str) -> Command {
    let mut folder: PathBuf =
        std::env::current_exe().expect("a path of this test").parent().expect("deps").into();
    folder.pop();
    let program = folder.join("examples").join(name);
    if !program.exists() {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "entra-ir-examples", "--example", name, "--target-dir"])
            .arg(folder.parent().expect("the target folder"))
            .status();
        assert!(built.is_ok_and(|status| status.success()), "{name} could not be built");
    }
    let mut command = Command::new(program);
    for variable in ["AZURE_TENANT_ID", "ENTRA_IR_TOKEN", "ENTRA_IR_USER", "ENTRA_IR_CLOUD", "ENTRA_IR_PRESS"]
    {
        command.env_remove(variable);
    }
    command
}

fn output(name: &str) -> String {
    let output = example(name).output().expect("the example was built");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn press_the_buttons() {
    let output = output("press_the_buttons");
    for part in [
        "Button: Reset password",
        "Button: Require re-register multifactor authentication",
        "Button: Revoke multifactor authentication sessions",
        "Button: Revoke sessions",
        "Button: Add Temporary Access Pass",
        "these methods still sign in",
        "all that can be removed is removed: true",
    ] {
        assert!(output.contains(part), "{part} is not in {output}");
    }
}

#[test]
fn sign_in() {
    let output = output("sign_in");
    assert!(output.contains("signed in; adele@contoso.example is 0c0ffee0-"), "{output}");
}

/// It keeps its journal below the working folder.
#[test]
fn an_attacker_is_in() {
    let folder = std::env::temp_dir().join(format!("entra-ir-attacker-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let output = example("an_attacker_is_in").current_dir(&folder).output().expect("the example was built");
    let printed = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    let (before, after) = printed.split_once("5. Two hours later").expect("the attacker tries again");
    assert!(before.contains("HE IS IN") && before.contains("HE CAN"), "{before}");
    let tries = after.split("6. What remains").next().expect("his attempts");
    assert!(!tries.contains("HE IS IN") && !tries.contains("HE CAN"), "{tries}");
    // What a block cannot reach is said, not hidden.
    assert!(tries.contains("WebApp: works, by the application's own session"), "{tries}");
    assert!(after.contains("The second revocation is due at"), "{after}");
    let runs: Vec<_> = std::fs::read_dir(folder.join("entra-ir-runs")).expect("a run").collect();
    assert_eq!(runs.len(), 1);
    std::fs::remove_dir_all(folder).expect("the folder of the test");
}

#[test]
fn contain_with_passkey() {
    let output = output("contain_with_passkey");
    assert!(output.contains("delete_methods") && output.contains(": confirmed"), "{output}");
}

#[test]
fn which_doors_are_open() {
    let output = output("which_doors_are_open");
    for part in [
        "Revoke sessions [revoke_sign_in_sessions]",
        "open    passkey (FIDO2)",
        "closing by Revoke sessions, closed from",
        "if sign-in is unblocked:",
        "disputed:",
    ] {
        assert!(output.contains(part), "{part} is not in {output}");
    }
}

#[test]
fn custom_transport() {
    assert!(output("custom_transport").contains("2 requests"));
}

#[test]
fn snapshot() {
    let output = output("snapshot");
    for part in [
        "risk: collected",
        "holds \"Helpdesk Administrator\"",
        "may activate \"User Administrator\"",
        "Voice: not by this policy; legacy settings may still allow it (the method is disabled; the password reset policy for administrators",
    ] {
        assert!(output.contains(part), "{part} is not in {output}");
    }
}

#[test]
fn serve_simulated_tenant() {
    let mut server =
        example("serve_simulated_tenant").arg("0").stdout(Stdio::piped()).spawn().expect("built");
    // Kept open: the example goes on printing.
    let mut printed = BufReader::new(server.stdout.take().expect("piped"));
    let mut line = String::new();
    printed.read_line(&mut line).expect("a first line");
    let address = line.trim().trim_start_matches("simulated tenant at http://").trim_end_matches(", with:");
    let mut stream = TcpStream::connect(address).expect("it listens");
    let request = format!(
        "GET /v1.0/users/adele@contoso.example?$select=id HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer x\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    server.kill().expect("it still runs");
    server.wait().expect("it ended");
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains("0c0ffee0-5afe-4ace-9b1d-000000000001"),
        "{answer}"
    );
}
