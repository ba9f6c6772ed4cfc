//! Where the audio lies: a local folder by default, S3 by URL.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt as _};

use crate::error::Result;

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
