//! Devices: what disabling and deleting them does, how soon, and what brings them back.

use super::*;
use crate::simulator::NewDevice;

#[tokio::test(start_paused = true)]
async fn a_disabled_device_is_noticed_within_an_hour() {
    let (world, _) = contoso();
    world.tenant().set_device_delay(50 * MINUTE);
    let laptop = world.hybrid_joined_windows_of(ALEX, "LAPTOP").unwrap();
    let windows = world.sign_in_to_windows(ALEX, &laptop).windows_hello().attempt().unwrap();
    world.advance(MINUTE);
    world.disable_device(&laptop);
    world.advance(49 * MINUTE);
    assert!(windows.open(App::OfficePortal).works(), "not noticed yet");
    world.advance(MINUTE);
    assert_eq!(windows.open(App::LineOfBusiness), Answer::AsksToSignIn);
    world.enable_device(&laptop);
    assert_eq!(windows.open(App::LineOfBusiness), Answer::AsksToSignIn, "void for good");
    // Enabled again before anybody noticed: nothing was lost.
    let windows = world.sign_in_to_windows(ALEX, &laptop).windows_hello().attempt().unwrap();
    world.disable_device(&laptop);
    world.enable_device(&laptop);
    world.advance(HOUR);
    assert!(windows.open(App::LineOfBusiness).works());
}

#[tokio::test(start_paused = true)]
async fn a_deleted_device_can_be_restored_and_a_sync_restores_a_hybrid_one() {
    let (world, _) = contoso();
    let signs_on =
        |device: &Device| world.sign_in(ALEX, device, App::OfficePortal).single_sign_on().attempt().is_ok();
    let joined = world.tenant().add_device(ALEX, NewDevice::joined("DESKTOP"));
    let joined = world.device(DeviceKind::HybridJoinedWindows, "DESKTOP", joined);
    let hybrid = world.hybrid_joined_windows_of(ALEX, "LAPTOP").unwrap();
    let listed = |device: &Device| {
        let is_it = |object: &crate::model::Device| object.id == Some(device.id);
        world.look(ALEX, |account| account.devices.iter().any(is_it)).unwrap()
    };
    for device in [&joined, &hybrid] {
        world.sign_in_to_windows(ALEX, device).windows_hello().attempt().unwrap();
        world.advance(MINUTE);
        world.delete_device(device);
        assert!(!listed(device) && !signs_on(device));
    }
    world.tenant().run_sync();
    assert!(listed(&hybrid) && signs_on(&hybrid), "the sync brought it back with its keys");
    assert!(!listed(&joined));
    assert!(world.restore_device(&joined) && signs_on(&joined));
    world.delete_device(&joined);
    world.advance(30 * DAY);
    assert!(!world.restore_device(&joined), "after thirty days it is gone");

    // What Active Directory disables, no sync enables.
    world.sign_in_to_windows(ALEX, &hybrid).windows_hello().attempt().unwrap();
    world.advance(MINUTE);
    world.disable_device(&hybrid);
    world.tenant().run_sync();
    world.sign_in_to_windows(ALEX, &hybrid).windows_hello().attempt().unwrap();
    world.tenant().set_computer_enabled_on_premises(hybrid.id, false);
    world.advance(MINUTE);
    world.tenant().run_sync();
    assert!(!signs_on(&hybrid));
    world.tenant().run_sync();
    assert!(!signs_on(&hybrid), "nor the next");
    // One that no list of the user shows is hybrid all the same.
    let unlisted = world.hybrid_joined_windows("NOT-LISTED");
    world.disable_device(&unlisted);
    world.tenant().run_sync();
    assert!(world.sign_in_to_windows(ALEX, &unlisted).windows_hello().attempt().is_ok());
}

#[tokio::test(start_paused = true)]
async fn no_device_stands_for_an_unregistered_client() {
    let (world, client) = contoso();
    let phone = world.unregistered_client("Pixel");
    let session = world.sign_in_to_windows(ADELE, &phone).current_password().attempt().unwrap();
    world.advance(MINUTE);
    world.disable_device(&phone);
    world.delete_device(&phone);
    assert_eq!(
        session.open(App::OfficePortal),
        by(Means::PrimaryRefreshToken),
        "there is nothing to disable"
    );
    client.reset_password(ADELE).chosen("Other-1-than-before".into()).await.unwrap();
    world.advance(HOUR);
    assert_eq!(session.open(App::OfficePortal), Answer::AsksToSignIn);
}

#[tokio::test(start_paused = true)]
async fn the_tokens_of_a_registered_phone_end_with_it() {
    let (world, _) = contoso();
    let id = world.tenant().add_device(ADELE, NewDevice::registered("Pixel", "Android"));
    let phone = world.device(DeviceKind::Phone, "Pixel", id);
    let app = world.sign_in(ADELE, &phone, App::OfficePortal).passkey().attempt().unwrap();
    let elsewhere = app.copy_to(&world.phone("another"));
    world.advance(MINUTE);
    world.disable_device(&phone);
    world.advance(HOUR);
    assert_eq!(app.open(App::OfficePortal), Answer::AsksToSignIn);
    assert!(elsewhere.open(App::OfficePortal).works(), "a copy is on no device of the directory");
}
