//! Devices: what disabling and deleting them does, how soon, and what brings them back.

use super::*;
use crate::operations::ForceChange;
use crate::simulator::NewDevice;

#[tokio::test(start_paused = true)]
async fn a_disabled_device_is_noticed_within_an_hour() {
    let (simulation, _) = contoso();
    simulation.tenant().set_device_delay(50 * MINUTE);
    let laptop = simulation.hybrid_joined_windows_of(ALEX, "LAPTOP").unwrap();
    let windows = simulation.sign_in_to_windows(ALEX, &laptop).windows_hello().attempt().unwrap();
    simulation.advance(MINUTE);
    simulation.disable_device(&laptop);
    simulation.advance(49 * MINUTE);
    assert!(windows.open(App::OfficePortal).works(), "not noticed yet");
    simulation.advance(MINUTE);
    assert_eq!(windows.open(App::LineOfBusiness), Answer::AsksToSignIn);
    simulation.enable_device(&laptop);
    assert_eq!(windows.open(App::LineOfBusiness), Answer::AsksToSignIn, "void for good");
    // Enabled again before anybody noticed: nothing was lost.
    let windows = simulation.sign_in_to_windows(ALEX, &laptop).windows_hello().attempt().unwrap();
    simulation.disable_device(&laptop);
    simulation.enable_device(&laptop);
    simulation.advance(HOUR);
    assert!(windows.open(App::LineOfBusiness).works());
}

#[tokio::test(start_paused = true)]
async fn what_a_device_got_before_or_while_it_was_disabled_is_void_for_good_even_within_a_second() {
    let (simulation, _) = contoso();
    let phone = simulation.phone("Pixel");
    let sign_in = || {
        let sign_in = simulation.sign_in(ADELE, &phone, App::OfficePortal);
        sign_in.current_password().then(SecondFactor::Push).attempt().unwrap()
    };
    let works = |session: &Session| session.open(App::LineOfBusiness).works();
    let before = sign_in();
    simulation.disable_device(&phone);
    let within = sign_in();
    simulation.enable_device(&phone);
    let after = sign_in();
    assert_eq!([&before, &within, &after].map(works), [false, false, true]);

    simulation.disable_device(&phone);
    simulation.advance(2 * HOUR);
    let later = sign_in();
    assert!(!works(&later), "the device is refused");
    simulation.enable_device(&phone);
    assert_eq!([&before, &within, &after, &later].map(works), [false; 4]);
}

#[tokio::test(start_paused = true)]
async fn a_deleted_device_can_be_restored_and_a_sync_restores_a_hybrid_one() {
    let (simulation, _) = contoso();
    let signs_on = |device: &Device| {
        simulation.sign_in(ALEX, device, App::OfficePortal).single_sign_on().attempt().is_ok()
    };
    let joined = simulation.joined_windows_of(ALEX, "DESKTOP").unwrap();
    let hybrid = simulation.hybrid_joined_windows_of(ALEX, "LAPTOP").unwrap();
    let listed = |device: &Device| {
        simulation.tenant().devices_of(ALEX).iter().any(|object| object.id == Some(device.id))
    };
    for device in [&joined, &hybrid] {
        simulation.sign_in_to_windows(ALEX, device).windows_hello().attempt().unwrap();
        simulation.advance(MINUTE);
        simulation.delete_device(device);
        assert!(!listed(device) && !signs_on(device));
    }
    simulation.tenant().run_sync();
    assert!(listed(&hybrid) && signs_on(&hybrid), "the sync brought it back with its keys");
    assert!(!listed(&joined));
    assert!(simulation.restore_device(&joined) && signs_on(&joined));
    simulation.delete_device(&joined);
    simulation.advance(30 * DAY);
    assert!(!simulation.restore_device(&joined), "after thirty days it is gone");

    // What Active Directory disables, no sync enables.
    simulation.sign_in_to_windows(ALEX, &hybrid).windows_hello().attempt().unwrap();
    simulation.advance(MINUTE);
    simulation.disable_device(&hybrid);
    simulation.tenant().run_sync();
    simulation.sign_in_to_windows(ALEX, &hybrid).windows_hello().attempt().unwrap();
    simulation.tenant().set_computer_enabled_on_premises(hybrid.id, false);
    simulation.advance(MINUTE);
    simulation.tenant().run_sync();
    assert!(!signs_on(&hybrid));
    simulation.tenant().run_sync();
    assert!(!signs_on(&hybrid), "nor the next");
    // One that no list of the user shows is hybrid all the same.
    let unlisted = simulation.hybrid_joined_windows("NOT-LISTED");
    simulation.disable_device(&unlisted);
    simulation.tenant().run_sync();
    assert!(simulation.sign_in_to_windows(ALEX, &unlisted).windows_hello().attempt().is_ok());
}

#[tokio::test(start_paused = true)]
async fn no_device_stands_for_an_unregistered_client() {
    let (simulation, client) = contoso();
    let phone = simulation.unregistered_client("Pixel");
    let session = simulation.sign_in_to_windows(ADELE, &phone).current_password().attempt().unwrap();
    simulation.advance(MINUTE);
    simulation.disable_device(&phone);
    simulation.delete_device(&phone);
    assert_eq!(
        session.open(App::OfficePortal),
        by(Means::PrimaryRefreshToken),
        "there is nothing to disable"
    );
    client.reset_password(ADELE).chosen("Other-1-than-before".into()).await.unwrap();
    simulation.advance(HOUR);
    assert_eq!(session.open(App::OfficePortal), Answer::AsksToSignIn);
}

#[tokio::test(start_paused = true)]
async fn the_tokens_of_a_registered_phone_end_with_it() {
    let (simulation, _) = contoso();
    let id = simulation.tenant().add_device(ADELE, NewDevice::registered("Pixel", "Android"));
    let phone = simulation.device(DeviceKind::Phone, "Pixel", id);
    let app = simulation.sign_in(ADELE, &phone, App::OfficePortal).passkey().attempt().unwrap();
    let elsewhere = app.copy_to(&simulation.phone("another"));
    simulation.advance(MINUTE);
    simulation.disable_device(&phone);
    simulation.advance(HOUR);
    assert_eq!(app.open(App::OfficePortal), Answer::AsksToSignIn);
    assert!(elsewhere.open(App::OfficePortal).works(), "a copy is on no device of the directory");
}

#[tokio::test(start_paused = true)]
async fn a_registered_phone_signs_its_apps_in_until_it_is_disabled() {
    let (simulation, client) = contoso();
    let phone = simulation.registered_phone_of(ADELE, "Pixel").unwrap();
    simulation.sign_in_to_windows(ADELE, &phone).passkey().attempt().unwrap();
    let hello = simulation.sign_in_to_windows(ADELE, &phone).windows_hello().attempt();
    assert_eq!(hello.unwrap_err(), Answer::Refused(Why::NotOnThisDevice), "a phone has none");
    let app = simulation.sign_in(ADELE, &phone, App::OfficePortal).single_sign_on().attempt().unwrap();
    assert_eq!(app.credential().unwrap().kind, CredentialKind::RefreshToken);
    simulation.advance(MINUTE);
    simulation.portal().reset_password_in_entra(ADELE).unwrap();
    simulation.advance(2 * HOUR);
    assert_eq!(app.open(App::OfficePortal), by(Means::PrimaryRefreshToken), "its broker signs it in again");
    assert_eq!(app.credential().unwrap().kind, CredentialKind::RefreshToken);
    client.disable_device(phone.id).await.unwrap();
    simulation.advance(2 * HOUR);
    assert_eq!(app.open(App::OfficePortal), Answer::AsksToSignIn);
}

#[tokio::test(start_paused = true)]
async fn who_registered_a_device_stays_in_after_a_reset_until_it_is_disabled_and_an_hour_passed() {
    let (simulation, client) = contoso();
    simulation.tenant().set_device_delay(HOUR);
    let stolen = |by_password: bool| {
        let browser = simulation.browser();
        let sign_in = simulation.sign_in(ADELE, &browser, App::OfficePortal).keep_me_signed_in();
        let sign_in = if by_password { sign_in.current_password() } else { sign_in.passkey() };
        sign_in.attempt().unwrap().copy_to(&simulation.browser())
    };
    let [weak, strong] = [true, false].map(|by_password| stolen(by_password).register_phone("mine").unwrap());
    let enters = |phone: &Device| {
        simulation.sign_in(ADELE, phone, App::OfficePortal).single_sign_on().attempt().is_ok()
    };
    assert!(enters(&weak) && enters(&strong));
    let listed = client.list_devices(ADELE).await.unwrap().devices;
    assert!(listed.iter().any(|device| device.id == Some(strong.id) && device.is_owned));
    simulation.advance(MINUTE);
    client.reset_password(ADELE).force_change(ForceChange::Never).await.unwrap();
    simulation.advance(2 * HOUR);
    assert!(!enters(&weak), "the password with which it began was changed");
    assert!(enters(&strong), "nothing ends the other");
    client.disable_device(strong.id).await.unwrap();
    simulation.advance(59 * MINUTE);
    assert!(enters(&strong), "it takes up to an hour");
    simulation.advance(MINUTE);
    assert!(!enters(&strong));
    let held = by_passkey(&simulation);
    client.block_sign_in(ADELE).await.unwrap();
    assert_eq!(held.register_phone("another").unwrap_err(), Answer::Refused(Why::Blocked));
}
