//! Where the audio lies: a local folder by default, S3 by URL.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use futures::TryStreamExt as _;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt as _};
use tokio::io::AsyncWriteExt as _;

use crate::error::Result;

/// How a copy went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    Now,
    /// It was there.
    Before,
    /// There is nothing to copy.
    Missing,
}

/// The store of recordings. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    /// Where the store is a folder of this machine.
    folder: Option<PathBuf>,
}

impl Store {
    /// Opens `place`: a folder, which is made, or a URL such as `s3://bucket/prefix`, whose
    /// credentials come from the environment (`AWS_…`).
    ///
    /// # Errors
    /// When the folder can't be made or the URL is of an unknown kind.
    pub fn open(place: &str) -> anyhow::Result<Self> {
        if place.contains("://") {
            let url = url::Url::parse(place).context("the address of the recordings")?;
            let variables = std::env::vars()
                .filter(|(name, _)| name.starts_with("AWS_"))
                .map(|(name, value)| (name.to_lowercase(), value));
            let (objects, prefix) = object_store::parse_url_opts(&url, variables)
                .context("the address of the recordings")?;
            return Ok(Self {
                objects: Arc::new(PrefixStore::new(objects, prefix)),
                folder: None,
            });
        }
        std::fs::create_dir_all(place).with_context(|| format!("making {place}"))?;
        let folder = std::fs::canonicalize(place)?;
        let objects = LocalFileSystem::new_with_prefix(&folder)?;
        Ok(Self {
            objects: Arc::new(objects),
            folder: Some(folder),
        })
    }

    pub(super) fn objects(&self) -> &Arc<dyn ObjectStore> {
        &self.objects
    }

    /// Copies a blob of a known size into another store, where it is not there yet.
    ///
    /// # Errors
    /// When either store fails.
    pub async fn copy_to(&self, to: &Self, key: &Path, size_bytes: u64) -> Result<Copied> {
        match to.objects.head(key).await {
            Ok(there) if there.size == size_bytes => return Ok(Copied::Before),
            Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
            Err(fault) => return Err(fault.into()),
        }
        let mut source = match self.objects.get(key).await {
            Ok(found) => found.into_stream(),
            Err(object_store::Error::NotFound { .. }) => return Ok(Copied::Missing),
            Err(fault) => return Err(fault.into()),
        };
        let mut sink = BufWriter::new(Arc::clone(&to.objects), key.clone());
        while let Some(part) = source.try_next().await? {
            sink.write_all(&part).await.context("copying a recording")?;
        }
        sink.shutdown().await.context("copying a recording")?;
        to.settle(key).await?;
        Ok(Copied::Now)
    }

    /// Removes a blob; one that is gone already is as good.
    pub(super) async fn delete(&self, key: &Path) -> Result<()> {
        match self.objects.delete(key).await {
            Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
            Err(fault) => Err(fault.into()),
        }
    }

    /// Makes a stored blob survive a power cut. S3 has done so when it answered.
    pub(super) async fn settle(&self, key: &Path) -> Result<()> {
        if let Some(folder) = &self.folder {
            let path = folder.join(key.as_ref());
            let file = tokio::fs::File::open(path)
                .await
                .context("a stored recording")?;
            file.sync_all()
                .await
                .context("writing a recording through")?;
        }
        Ok(())
    }
}
