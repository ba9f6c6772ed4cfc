//! Two engines behind one door: SQLite embedded (the default) and PostgreSQL by URL.
//!
//! There is one SQL text for both. [`run!`] compiles a query body once for each driver; columns
//! are portable (text ids, bigint milliseconds, text JSON). A [`Tx`] holds its tenant, and store
//! functions take nothing else, so none can run without one; [`Root`] is for sign-in and for the
//! operator's command line, which stand outside every tenant.

pub mod checkpoint;
mod conflict;
mod list;

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use pbx_api::{AccountId, ClientId, ResellerId, UserId};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Postgres, Sqlite, Transaction};

pub use conflict::OnConflict;
pub use list::push_list;

use crate::error::{Error, Result};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// How long a writer waits for another process's transaction. Ours are of 1000 rows at most.
const BUSY_WAIT: Duration = Duration::from_secs(60);
const READERS: u32 = 8;

/// Whose data a transaction reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tenant {
    pub reseller: ResellerId,
    pub scope: Scope,
    /// A client's login that is restricted to some departments: it reaches their users alone.
    pub departments_of: Option<AccountId>,
}

/// How much of the reseller's tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    Reseller,
    Client(ClientId),
    User(ClientId, UserId),
}

impl Tenant {
    /// All of a reseller's tree.
    #[must_use]
    pub const fn reseller(reseller: ResellerId) -> Self {
        Self::new(reseller, Scope::Reseller)
    }

    /// A part of a reseller's tree.
    #[must_use]
    pub const fn new(reseller: ResellerId, scope: Scope) -> Self {
        Self {
            reseller,
            scope,
            departments_of: None,
        }
    }

    /// The client that the scope is limited to.
    #[must_use]
    pub const fn client(&self) -> Option<ClientId> {
        match self.scope {
            Scope::Reseller => None,
            Scope::Client(client) | Scope::User(client, _) => Some(client),
        }
    }

    /// The user that the scope is limited to.
    #[must_use]
    pub const fn user(&self) -> Option<UserId> {
        match self.scope {
            Scope::Reseller | Scope::Client(_) => None,
            Scope::User(_, user) => Some(user),
        }
    }
}

/// Pools of connections to one database.
#[derive(Clone)]
pub enum Db {
    /// SQLite has one writer at a time: one connection writes, so that writers queue here and not
    /// in its busy loop; the others read.
    Sqlite {
        write: SqlitePool,
        read: SqlitePool,
    },
    Postgres(PgPool),
}

/// An open transaction on either engine.
pub enum Conn {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Conn {
    /// Itself, so that what lies outside every tenant can be asked for in either transaction.
    pub const fn conn(&mut self) -> &mut Self {
        self
    }
}

/// A transaction bound to a tenant. Dropped without [`Tx::commit`], it never happened.
pub struct Tx {
    tenant: Tenant,
    conn: Conn,
}

/// A transaction outside every tenant.
pub struct Root {
    conn: Conn,
}

/// Compiles one query body for both drivers: `run!(tx, c => sqlx::query("…").fetch_one(c).await)`.
#[macro_export]
macro_rules! run {
    ($tx:expr, $c:ident => $body:expr) => {
        match $tx.conn() {
            $crate::db::Conn::Sqlite(open) => {
                let $c = &mut **open;
                $body
            }
            $crate::db::Conn::Postgres(open) => {
                let $c = &mut **open;
                $body
            }
        }
    };
}

impl Db {
    /// Opens a database and brings its tables up to date.
    ///
    /// `url` is `sqlite:PATH`, `postgres://…` or `postgresql://…`.
    ///
    /// # Errors
    /// When the address is of another kind, the database can't be reached or the migrations fail.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        let db = if let Some(path) = url.strip_prefix("sqlite:") {
            Self::open_sqlite(Path::new(path.strip_prefix("//").unwrap_or(path))).await?
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options: PgConnectOptions = url.parse().context("the PostgreSQL address")?;
            let pool = PgPoolOptions::new()
                .max_connections(READERS * 2)
                .acquire_timeout(BUSY_WAIT)
                .connect_with(options)
                .await
                .context("connecting to PostgreSQL")?;
            Self::Postgres(pool)
        } else {
            anyhow::bail!("a database is sqlite:PATH or postgres://…");
        };
        db.migrate().await?;
        Ok(db)
    }

    async fn open_sqlite(path: &Path) -> anyhow::Result<Self> {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            private_folder(folder).with_context(|| format!("making {}", folder.display()))?;
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A CDR is acknowledged only after it is on the disk; `normal` would lose the last
            // transactions at a power cut.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_WAIT)
            .pragma("wal_autocheckpoint", checkpoint::LOG_PAGES)
            .pragma("temp_store", "memory");
        let open = |most: u32| {
            SqlitePoolOptions::new()
                .max_connections(most)
                .acquire_timeout(BUSY_WAIT)
                // A file in the same process is there or everything is lost.
                .test_before_acquire(false)
        };
        let write = open(1)
            // The random ends of the writer's indexes: 64 MiB. A reader walks along and needs less.
            .connect_with(options.clone().pragma("cache_size", "-65536"))
            .await
            .with_context(|| format!("opening {}", path.display()))?;
        let read = open(READERS).connect_lazy_with(options.pragma("cache_size", "-8192"));
        Ok(Self::Sqlite { write, read })
    }

    async fn migrate(&self) -> anyhow::Result<()> {
        match self {
            Self::Sqlite { write, .. } => {
                // The server and an import may start on a new file at the same moment; SQLite's
                // migrator has no lock, so the second one sees half of the first's work once.
                let mut result = MIGRATIONS.run(write).await;
                for _ in 0..4 {
                    if result.is_ok() {
                        break;
                    }
                    tokio::time::sleep(Duration::from_millis(250)).await;
                    result = MIGRATIONS.run(write).await;
                }
                result
            }
            Self::Postgres(pool) => MIGRATIONS.run(pool).await,
        }
        .context("bringing the tables up to date")
    }

    /// Begins a transaction that may write.
    ///
    /// # Errors
    /// When no connection is free in time.
    pub async fn begin(&self, tenant: Tenant) -> Result<Tx> {
        Ok(Tx {
            tenant,
            conn: self.writing().await?,
        })
    }

    /// Begins a transaction that sees one state of the data until its end, and writes nothing.
    ///
    /// # Errors
    /// When no connection is free in time.
    pub async fn look(&self, tenant: Tenant) -> Result<Tx> {
        Ok(Tx {
            tenant,
            conn: self.reading().await?,
        })
    }

    /// Begins a transaction that may write, outside every tenant.
    ///
    /// # Errors
    /// When no connection is free in time.
    pub async fn begin_root(&self) -> Result<Root> {
        Ok(Root {
            conn: self.writing().await?,
        })
    }

    /// Begins a reading transaction outside every tenant.
    ///
    /// # Errors
    /// When no connection is free in time.
    pub async fn look_root(&self) -> Result<Root> {
        Ok(Root {
            conn: self.reading().await?,
        })
    }

    async fn writing(&self) -> Result<Conn> {
        Ok(match self {
            // `immediate` takes the write lock now: a reader that upgrades later would fail.
            Self::Sqlite { write, .. } => Conn::Sqlite(write.begin_with("begin immediate").await?),
            Self::Postgres(pool) => Conn::Postgres(pool.begin().await?),
        })
    }

    async fn reading(&self) -> Result<Conn> {
        Ok(match self {
            Self::Sqlite { read, .. } => Conn::Sqlite(read.begin().await?),
            Self::Postgres(pool) => Conn::Postgres(
                pool.begin_with("begin isolation level repeatable read read only")
                    .await?,
            ),
        })
    }

    /// Closes every connection; what was committed is on the disk.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    #[must_use]
    pub const fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// The reseller's id as it stands in the tables.
    #[must_use]
    pub fn reseller(&self) -> String {
        self.tenant.reseller.to_string()
    }

    /// The login whose departments limit what is in reach, as it stands in the tables.
    #[must_use]
    pub fn departments_of(&self) -> Option<String> {
        self.tenant.departments_of.map(|id| id.to_string())
    }

    pub const fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    /// Leaves the tenant, in the same transaction: for the tables of logins, which stand outside.
    #[must_use]
    pub fn into_root(self) -> Root {
        Root { conn: self.conn }
    }

    /// Takes `count` change numbers and gives the first.
    ///
    /// The reseller's row stays locked until the commit, so a transaction with higher numbers
    /// can't become visible before this one: no reader of the feed skips a change.
    ///
    /// # Errors
    /// [`Error::not_found`] when the reseller is gone.
    pub async fn take_seqs(&mut self, count: usize) -> Result<i64> {
        let reseller = self.reseller();
        let count = i64::try_from(count).expect("a batch is small");
        let last: Option<i64> = run!(self, c => sqlx::query_scalar(
            "update reseller set change_seq = change_seq + $2 where id = $1 returning change_seq",
        )
        .bind(&reseller)
        .bind(count)
        .fetch_optional(c)
        .await)?;
        Ok(last.ok_or_else(Error::not_found)? - count + 1)
    }

    /// # Errors
    /// When the database refuses.
    pub async fn commit(self) -> Result<()> {
        commit(self.conn).await
    }
}

impl Root {
    pub const fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    /// Binds the open transaction to a tenant.
    #[must_use]
    pub fn of(self, tenant: Tenant) -> Tx {
        Tx {
            tenant,
            conn: self.conn,
        }
    }

    /// # Errors
    /// When the database refuses.
    pub async fn commit(self) -> Result<()> {
        commit(self.conn).await
    }
}

/// Makes a folder that nobody else on the machine can look into; one that is there stays as it is.
///
/// # Errors
/// When it can't be made.
pub fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut make = std::fs::DirBuilder::new();
    make.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut make, 0o700);
    make.create(folder)
}

async fn commit(conn: Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(open) => open.commit().await?,
        Conn::Postgres(open) => open.commit().await?,
    }
    Ok(())
}

/// Reads an id out of a text column.
///
/// # Errors
/// When the column holds something else: a fault of ours.
pub fn id<T: std::str::FromStr<Err = uuid::Error>>(text: &str) -> Result<T> {
    text.parse()
        .map_err(|_| Error::Internal(anyhow::anyhow!("a stored id is not one")))
}
