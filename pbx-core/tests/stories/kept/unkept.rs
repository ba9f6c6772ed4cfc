//! Operations that take JSON and store nothing of it that could be read again.

pub const UNKEPT: &[(&str, &str, &str)] = &[
    ("post", "/v1/auth/sign-in", "opens a session"),
    ("post", "/v1/auth/second-factor", "opens a session"),
    ("post", "/v1/auth/refresh", "opens a session anew"),
    ("post", "/v1/auth/forgot", "sends a mail"),
    (
        "post",
        "/v1/connect",
        "opens a session; its reason is read in the log by the stories of it",
    ),
    ("post", "/v1/support", "sends a mail"),
    ("post", "/v1/dial/simulate", "only looks"),
    (
        "post",
        "/v1/me/second-factor",
        "proves who asks; the secret comes from the server",
    ),
    (
        "post",
        "/v1/me/second-factor/confirm",
        "proves that the secret arrived",
    ),
    ("post", "/v1/me/second-factor/off", "proves who asks"),
    (
        "post",
        "/v1/me/second-factor/recovery-codes",
        "proves who asks; the codes come from the server",
    ),
    (
        "post",
        "/engine/v1/auth",
        "asks what a phone is checked with",
    ),
    ("post", "/engine/v1/invite", "asks what becomes of a call"),
    (
        "post",
        "/engine/v1/event",
        "tells what is going on, which is no setting",
    ),
    (
        "post",
        "/engine/v1/trunks",
        "asks which trunks there are, and changes none",
    ),
];
