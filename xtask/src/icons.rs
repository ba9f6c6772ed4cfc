//! All sizes of the icon, drawn from `icons/tandem.svg` into `src-tauri/icons`.

use std::path::Path;

use anyhow::Result;

/// Without the feature: builds xtask again with it, and lets that one draw.
#[cfg(not(feature = "icons"))]
pub fn run(root: &Path) -> Result<()> {
    let mut command = tandem_stage::workspace::cargo();
    command
        .args([
            "run",
            "--quiet",
            "--package",
            "xtask",
            "--features",
            "icons",
            "--",
            "icons",
        ])
        .current_dir(root);
    anyhow::ensure!(command.status()?.success(), "the icons were not drawn");
    Ok(())
}

#[cfg(feature = "icons")]
pub fn run(root: &Path) -> Result<()> {
    drawn::all(root)
}

#[cfg(feature = "icons")]
mod drawn {
    use std::fs::File;
    use std::path::Path;

    use anyhow::{Context, Result};
    use resvg::tiny_skia::{IntSize, Pixmap, Transform};
    use resvg::usvg::{Options, Tree};

    use crate::tidy;

    /// What Tauri's bundles and the window ask for, in pixels a side.
    const PNGS: &[(&str, u32)] = &[
        ("32x32.png", 32),
        ("128x128.png", 128),
        ("128x128@2x.png", 256),
        ("icon.png", 512),
    ];
    /// Windows picks from these: title bar, task bar, desktop, large tiles.
    const ICO_SIZES: &[u32] = &[16, 24, 32, 48, 64, 256];
    /// macOS: Finder lists up to the App Store's size.
    const ICNS_SIZES: &[u32] = &[16, 32, 64, 128, 256, 512, 1024];

    pub fn all(root: &Path) -> Result<()> {
        let drawing =
            std::fs::read_to_string(root.join("icons/tandem.svg")).context("icons/tandem.svg")?;
        let tree = Tree::from_str(&drawing, &Options::default())
            .context("icons/tandem.svg is not a drawing")?;
        let folder = root.join("src-tauri/icons");
        std::fs::create_dir_all(&folder)?;

        for (name, size) in PNGS {
            pixels(&tree, *size)?
                .save_png(folder.join(name))
                .with_context(|| (*name).to_owned())?;
        }

        let mut ico = ico::IconDir::new(ico::ResourceType::Icon);
        for size in ICO_SIZES {
            let image =
                ico::IconImage::from_rgba_data(*size, *size, straight(&pixels(&tree, *size)?));
            ico.add_entry(ico::IconDirEntry::encode(&image)?);
        }
        ico.write(File::create(folder.join("icon.ico"))?)?;

        let mut icns = icns::IconFamily::new();
        for size in ICNS_SIZES {
            let image = icns::Image::from_data(
                icns::PixelFormat::RGBA,
                *size,
                *size,
                straight(&pixels(&tree, *size)?),
            )?;
            icns.add_icon(&image)?;
        }
        icns.write(File::create(folder.join("icon.icns"))?)?;

        std::fs::write(
            root.join(tidy::DRAWN_FROM),
            tidy::fingerprint(&drawing) + "\n",
        )?;
        Ok(())
    }

    fn pixels(tree: &Tree, size: u32) -> Result<Pixmap> {
        let square = IntSize::from_wh(size, size).context("an icon has a size")?;
        let mut pixels =
            Pixmap::new(square.width(), square.height()).context("an icon has a size")?;
        let scale = square.width() as f32 / tree.size().width();
        resvg::render(
            tree,
            Transform::from_scale(scale, scale),
            &mut pixels.as_mut(),
        );
        Ok(pixels)
    }

    /// Colours not multiplied by their alpha, as both formats want them.
    fn straight(pixels: &Pixmap) -> Vec<u8> {
        pixels
            .pixels()
            .iter()
            .map(|pixel| pixel.demultiply())
            .flat_map(|c| [c.red(), c.green(), c.blue(), c.alpha()])
            .collect()
    }
}
