//! The table of commands: everything that the UI can ask of the local backend.
//!
//! A line is a command's name, its function, what it takes and what it gives. The dispatcher and
//! the UI's TypeScript types are both made from this table.

use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use pbx_api::{
    ArchivedClient, AuditEntry, BeginSecondFactor, Block, BlockFile, BlockImport, BulkDone,
    CallDecision, CallSettings, ChangeMe, ChangePassword, ChangeReseller, Claimed, ClientContents,
    ClientDetails, ClientInput, Code, Colleague, ConfirmSecondFactor, ConnectRequest, CustomLink,
    DuplicatedNat, EmergencyCallerId, FreeExtensions, InvitedLogin, InvitedUser, LimitedClient,
    LinkInput, LinkOrder, LiveCall, Login, MadeUser, Me, NewBlock, NewEmergencyCallerId,
    NewLimitedClient, NewLogin, NewUser, OpenSession, OutboundRoute, PhoneNumber, PhoneSettings,
    Problem, ProfileDetails, ProfileInput, ProveSecondFactor, RecoveryCodes, Registration,
    Reseller, SecondFactor, ServerInfo, Simulation, SipSecret, SupportMessage, Unprotected, User,
    UserBulk, UserImport,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tandem_cache::{CallPage, CallTotals};
use ts_rs::{Config, TS, TypeVisitor};

use crate::account::{
    self, Account, CheckServer, ClaimCode, Forgot, SecondStep, SessionState, SignIn, SignInOutcome,
    SignOut, Switch,
};
use crate::audit::{self, AuditOf, OneEntry};
use crate::blocks::{self, ChangeBlock, OneBlock, TriedBlock};
use crate::branding::{self, Brand, BrandOf, OneImage, SetImage};
use crate::calls::{
    self, Directory, Filtered, LegDetail, Named, OneCall, PageOf, SaveFilter, SavedFilter,
};
use crate::clients::{self, ChangeClient, ClientForm, ClientRow, OneClient, SuspendClient};
use crate::connect;
use crate::dial;
use crate::emergency::{self, ChangeEmergency, OneEmergency};
use crate::events::Event;
use crate::export::{self, ChoosePath, ChosenPath, ExportPlan, ExportStart};
use crate::home::{self, Home, HomeNow, HomeOf};
use crate::jobs::{self, Job, OneJob};
use crate::limited::{self, ChangeLimited, OneLimited};
use crate::links::{self, ChangeLink, OneLink};
use crate::lists::{self, ExportList, ExportedList, Listed};
use crate::live::{self, LiveRows, LiveStatus, Panel};
use crate::logins::{self, EditLogin, LoginsOf, OneLogin};
use crate::numbers::{self, RouteNumber};
use crate::offline::{self, AddRule, OfflineRule, OfflineState, PauseRule, RemoveRule};
use crate::own::{self, NewFactor, OneSession};
use crate::palette::{self, Used};
use crate::player::{self, Device, Load, PlayerState, Seek, Set, Waveform, WaveformOf};
use crate::profiles::{self, ChangeProfile, OneProfile, ProfileRow, RemoveProfile};
use crate::recordings::{self, OneLeg};
use crate::reports::{self, Report, ReportInput};
use crate::settings::{self, CacheInfo, Settings};
use crate::support::{self, SupportSent};
use crate::sync::SyncState;
use crate::users::{self, ChangeUser, FreeOf, ImportUsers, OneUser, OwnCalls};
use crate::{Desktop, Nothing};

fn parse<T: DeserializeOwned>(input: Value) -> Result<T, Problem> {
    serde_json::from_value(input).map_err(|e| Problem::new(Code::Invalid).detail(e.to_string()))
}

fn answer(value: impl Serialize) -> Result<Value, Problem> {
    serde_json::to_value(value).map_err(|e| Problem::new(Code::Internal).detail(e.to_string()))
}

macro_rules! commands {
    ($($name:literal = $function:path, $input:ty => $output:ty;)+) => {
        /// Runs a command by its name.
        ///
        /// # Errors
        /// What the command says; `NotFound` when there is no such command; `Invalid` when the
        /// input is not what it takes.
        pub async fn call(desktop: Arc<Desktop>, name: &str, input: Value) -> Result<Value, Problem> {
            match name {
                $($name => answer($function(desktop, parse::<$input>(input)?).await?),)+
                _ => Err(Problem::new(Code::NotFound).detail(format!("there is no command {name}"))),
            }
        }

        /// The TypeScript types of everything that crosses to the UI.
        #[must_use]
        pub fn bindings() -> String {
            let mut types = Types::new();
            let mut table = String::new();
            $({
                types.visit::<$input>();
                types.visit::<$output>();
                let (input, output) = (<$input>::name(&types.config), <$output>::name(&types.config));
                table += &format!("  \"{}\": {{ in: {input}; out: {output} }};\n", $name);
            })+
            types.visit::<Event>();
            types.visit::<Problem>();
            types.text(&table)
        }
    };
}

commands! {
    "session.state" = account::state, Nothing => SessionState;
    "session.check_server" = account::check_server, CheckServer => ServerInfo;
    "session.sign_in" = account::sign_in, SignIn => SignInOutcome;
    "session.second_step" = account::second_step, SecondStep => Account;
    "session.forgot" = account::forgot, Forgot => Nothing;
    "session.claim" = account::claim, ClaimCode => Claimed;
    "session.switch" = account::switch, Switch => Account;
    "session.sign_out" = account::sign_out, SignOut => Nothing;
    "connect.start" = connect::start, ConnectRequest => Account;
    "connect.back" = connect::back, Nothing => Account;
    "own.show" = own::show, Nothing => Me;
    "own.change" = own::change, ChangeMe => Me;
    "own.change_reseller" = own::change_reseller, ChangeReseller => Reseller;
    "own.change_password" = own::change_password, ChangePassword => Nothing;
    "own.sessions" = own::sessions, Nothing => Vec<OpenSession>;
    "own.end_session" = own::end_session, OneSession => Nothing;
    "factor.show" = own::second_factor, Nothing => SecondFactor;
    "factor.begin" = own::begin_factor, BeginSecondFactor => NewFactor;
    "factor.confirm" = own::confirm_factor, ConfirmSecondFactor => RecoveryCodes;
    "factor.drop" = own::drop_factor, ProveSecondFactor => Nothing;
    "factor.renew_codes" = own::renew_codes, ProveSecondFactor => RecoveryCodes;
    "logins.list" = logins::list, LoginsOf => Vec<Login>;
    "logins.create" = logins::create, NewLogin => InvitedLogin;
    "logins.change" = logins::change, EditLogin => Login;
    "logins.remove" = logins::remove, OneLogin => Nothing;
    "logins.invite" = logins::invite, OneLogin => InvitedLogin;
    "support.send" = support::send, SupportMessage => SupportSent;
    "sync.state" = sync_state, Nothing => SyncState;
    "sync.now" = sync_now, Nothing => Nothing;
    "directory.show" = calls::directory, Nothing => Directory;
    "calls.page" = calls::page, PageOf => CallPage;
    "calls.totals" = calls::totals, Filtered => CallTotals;
    "calls.legs" = calls::legs, OneCall => Vec<LegDetail>;
    "clients.list" = clients::list, Nothing => Vec<ClientRow>;
    "clients.show" = clients::show, OneClient => ClientForm;
    "clients.create" = clients::create, ClientInput => ClientDetails;
    "clients.change" = clients::change, ChangeClient => ClientDetails;
    "clients.suspend" = clients::suspend, SuspendClient => Nothing;
    "clients.contents" = clients::contents, OneClient => ClientContents;
    "clients.remove" = clients::remove, OneClient => Nothing;
    "clients.archived" = clients::archived, Nothing => Listed<ArchivedClient>;
    "clients.restore" = clients::restore, OneClient => Nothing;
    "profiles.list" = profiles::list, Nothing => Vec<ProfileRow>;
    "profiles.show" = profiles::show, OneProfile => ProfileDetails;
    "profiles.routes" = profiles::routes, Nothing => Listed<OutboundRoute>;
    "profiles.create" = profiles::create, ProfileInput => ProfileDetails;
    "profiles.change" = profiles::change, ChangeProfile => ProfileDetails;
    "profiles.remove" = profiles::remove, RemoveProfile => Nothing;
    "audit.list" = audit::list, AuditOf => Listed<AuditEntry>;
    "audit.undo" = audit::undo, OneEntry => AuditEntry;
    "branding.show" = branding::show, BrandOf => Brand;
    "branding.change" = branding::change, SetImage => Nothing;
    "branding.remove" = branding::remove, OneImage => Nothing;
    "links.list" = links::list, Nothing => Listed<CustomLink>;
    "links.create" = links::create, LinkInput => CustomLink;
    "links.change" = links::change, ChangeLink => CustomLink;
    "links.remove" = links::remove, OneLink => Nothing;
    "links.order" = links::order, LinkOrder => Nothing;
    "links.open" = links::open, OneLink => Nothing;
    "filters.list" = calls::saved_filters, Nothing => Vec<SavedFilter>;
    "filters.save" = calls::save_filter, SaveFilter => SavedFilter;
    "filters.remove" = calls::remove_filter, Named => Nothing;
    "home.show" = home::show, HomeOf => Home;
    "home.now" = home::now, Nothing => HomeNow;
    "export.plan" = export::plan, Filtered => ExportPlan;
    "export.choose_path" = export::choose_path, ChoosePath => ChosenPath;
    "export.start" = export::start, ExportStart => Job;
    "jobs.list" = jobs::list, Nothing => Vec<Job>;
    "jobs.cancel" = jobs::cancel, OneJob => Nothing;
    "lists.export" = lists::export, ExportList => Option<ExportedList>;
    "recording.save_as" = recordings::save_as, OneLeg => Option<Job>;
    "recording.remove" = recordings::remove, OneLeg => Nothing;
    "palette.recent" = palette::recent, Nothing => Vec<String>;
    "palette.used" = palette::used, Used => Nothing;
    "player.load" = player::load, Load => PlayerState;
    "player.play" = player::play, Nothing => PlayerState;
    "player.pause" = player::pause, Nothing => PlayerState;
    "player.seek" = player::seek, Seek => PlayerState;
    "player.set" = player::set, Set => PlayerState;
    "player.close" = player::close, Nothing => PlayerState;
    "player.state" = player::state, Nothing => PlayerState;
    "player.devices" = player::devices, Nothing => Vec<Device>;
    "player.waveform" = player::waveform, WaveformOf => Waveform;
    "reports.show" = reports::show, ReportInput => Report;
    "offline.state" = offline::state, Nothing => OfflineState;
    "offline.add" = offline::add, AddRule => OfflineRule;
    "offline.pause" = offline::pause, PauseRule => Nothing;
    "offline.remove" = offline::remove, RemoveRule => Nothing;
    "offline.purge" = offline::purge, Nothing => Nothing;
    "blocks.list" = blocks::list, Nothing => Listed<Block>;
    "blocks.create" = blocks::create, NewBlock => Block;
    "blocks.change" = blocks::change, ChangeBlock => Block;
    "blocks.remove" = blocks::remove, OneBlock => Nothing;
    "blocks.try" = blocks::try_block, NewBlock => TriedBlock;
    "blocks.import" = blocks::import, BlockFile => BlockImport;
    "emergency.list" = emergency::list, Nothing => Listed<EmergencyCallerId>;
    "emergency.missing" = emergency::missing, Nothing => Listed<Unprotected>;
    "emergency.create" = emergency::create, NewEmergencyCallerId => EmergencyCallerId;
    "emergency.change" = emergency::change, ChangeEmergency => EmergencyCallerId;
    "emergency.remove" = emergency::remove, OneEmergency => Nothing;
    "dial.simulate" = dial::simulate, Simulation => CallDecision;
    "users.list" = users::list, Nothing => Vec<User>;
    "users.create" = users::create, NewUser => MadeUser;
    "users.change" = users::change, ChangeUser => User;
    "users.remove" = users::remove, OneUser => Nothing;
    "users.bulk" = users::bulk, UserBulk => BulkDone;
    "users.sip_secret" = users::sip_secret, OneUser => SipSecret;
    "users.invite" = users::invite, OneUser => InvitedUser;
    "users.phone" = users::phone, OneUser => PhoneSettings;
    "users.free_extensions" = users::free_extensions, FreeOf => FreeExtensions;
    "users.import" = users::import, ImportUsers => UserImport;
    "own.calls" = users::own, Nothing => OwnCalls;
    "own.change_calls" = users::change_own, CallSettings => User;
    "own.colleagues" = users::colleagues, Nothing => Listed<Colleague>;
    "limited.list" = limited::list, Nothing => Listed<LimitedClient>;
    "limited.create" = limited::create, NewLimitedClient => LimitedClient;
    "limited.change" = limited::change, ChangeLimited => LimitedClient;
    "limited.remove" = limited::remove, OneLimited => Nothing;
    "numbers.list" = numbers::list, Nothing => Vec<PhoneNumber>;
    "numbers.route" = numbers::route, RouteNumber => PhoneNumber;
    "live.state" = live::state, Nothing => LiveStatus;
    "live.calls" = live::calls, Nothing => LiveRows<LiveCall>;
    "live.registrations" = live::registrations, Nothing => LiveRows<Registration>;
    "live.duplicated_nat" = live::duplicated_nat, Nothing => Listed<DuplicatedNat>;
    "live.hang_up" = live::hang_up, OneCall => Nothing;
    "live.panel" = live::panel, Nothing => Panel;
    "settings.show" = settings::show, Nothing => Settings;
    "settings.change" = settings::change, Settings => Settings;
    "cache.info" = settings::cache_info, Nothing => CacheInfo;
    "cache.rebuild" = settings::rebuild_cache, Nothing => Nothing;
}

async fn sync_state(desktop: Arc<Desktop>, _: Nothing) -> Result<SyncState, Problem> {
    Ok(desktop.sync_state())
}

async fn sync_now(desktop: Arc<Desktop>, _: Nothing) -> Result<Nothing, Problem> {
    let active = desktop.active()?;
    active.sync.now();
    active.live.now();
    Ok(Nothing {})
}

/// Gathers the declarations of types and of what they are made of.
struct Types {
    config: Config,
    seen: HashSet<TypeId>,
    declared: BTreeMap<String, String>,
}

impl Types {
    fn new() -> Self {
        Self {
            config: Config::new().with_large_int("number"),
            seen: HashSet::new(),
            declared: BTreeMap::new(),
        }
    }

    fn text(&self, table: &str) -> String {
        let mut text = String::from(
            "// Made from the Rust types by `cargo xtask bindings`. Changes here are lost.\n\n",
        );
        for declaration in self.declared.values() {
            text += &format!("export {declaration}\n\n");
        }
        text + "export interface Commands {\n" + table + "}\n"
    }
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
        // Only types of our own have a file to stand in; the others are spelled out in place.
        if T::output_path().is_some() {
            let declaration = T::decl(&self.config);
            self.declared.insert(T::ident(&self.config), declaration);
        }
    }
}
