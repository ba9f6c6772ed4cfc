//! What the operator can say about people.

use clap::Subcommand;
use pbx_api::{AccountId, UserId};

#[derive(Debug, Subcommand)]
pub enum ResellerCommand {
    Add {
        #[arg(long)]
        realm: String,
        #[arg(long)]
        name: String,
        /// Days that a desktop's cache may stay open without contact.
        #[arg(long, default_value_t = 30)]
        offline_days: u32,
    },
    List,
}

#[derive(Debug, Subcommand)]
pub enum ClientCommand {
    Add {
        #[arg(long)]
        reseller: String,
        #[arg(long)]
        realm: String,
        #[arg(long)]
        name: String,
        /// IANA name, such as America/Toronto.
        #[arg(long)]
        time_zone: String,
        /// ISO 3166-1 alpha-2.
        #[arg(long, default_value = "US")]
        country: String,
        /// The client's own logins may not play recordings.
        #[arg(long)]
        no_recordings: bool,
    },
    List {
        #[arg(long)]
        reseller: String,
    },
    /// Gives or takes the right of the client's logins to play recordings.
    Recordings {
        #[arg(long)]
        reseller: String,
        #[arg(long)]
        client: String,
        #[arg(long, action = clap::ArgAction::Set)]
        allowed: bool,
    },
    /// Archives the client with everything under it.
    Remove {
        #[arg(long)]
        reseller: String,
        #[arg(long)]
        client: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    Add {
        #[arg(long)]
        reseller: String,
        #[arg(long)]
        client: String,
        #[arg(long)]
        extension: String,
        #[arg(long)]
        first_name: String,
        #[arg(long)]
        last_name: String,
        #[arg(long, default_value = "")]
        department: String,
    },
    List {
        #[arg(long)]
        reseller: String,
    },
    Remove {
        #[arg(long)]
        reseller: String,
        #[arg(long)]
        id: UserId,
    },
}

#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Makes a login: of the reseller, of a client, or of a client's user.
    ///
    /// The password is the first line of standard input or `PBX_CORE_PASSWORD`; without either it
    /// is made up and printed once.
    Add {
        #[arg(long)]
        reseller: String,
        #[arg(long)]
        client: Option<String>,
        /// The user's extension.
        #[arg(long, requires = "client")]
        user: Option<String>,
        #[arg(long)]
        email: String,
        #[arg(long, default_value = "")]
        first_name: String,
        #[arg(long, default_value = "")]
        last_name: String,
        /// May not delete recordings, which a reseller's login otherwise may.
        #[arg(long)]
        keep_recordings: bool,
    },
    /// Sets another password and ends the sessions.
    ResetPassword {
        #[arg(long)]
        reseller: String,
        #[arg(long)]
        email: String,
        /// Where the email has several logins.
        #[arg(long)]
        account: Option<AccountId>,
    },
    /// Makes a one-time code that sets a password, for where no mail is sent. Its person pastes it
    /// into Tandem's sign-in page. The code before works no longer.
    Link {
        #[arg(long)]
        reseller: String,
        #[arg(long)]
        email: String,
        /// Where the email has several logins.
        #[arg(long)]
        account: Option<AccountId>,
        /// For the first password: good for 7 days instead of 24 hours.
        #[arg(long)]
        invitation: bool,
    },
}
