//! What the UI takes for the backend's types are the backend's types.

#[test]
fn the_types_of_the_ui_are_those_of_the_backend() {
    let root = tandem_stage::workspace::root().expect("inside the checkout");
    let there = std::fs::read_to_string(root.join(tandem_tests::BINDINGS)).expect("the UI's types");
    // A checkout may have turned the line ends.
    let same = there.replace('\r', "") == tandem::commands::bindings();
    assert!(
        same,
        "{} is stale: cargo xtask bindings",
        tandem_tests::BINDINGS
    );
}
