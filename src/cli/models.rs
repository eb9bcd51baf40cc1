//! `heyroom models`: what speech models are here, and getting more.

use std::{path::PathBuf, time::Duration};

use anyhow::Context;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::{Status, block_on, output};
use crate::recognizer::{
    Model,
    store::{self, Catalog, Checksum, Manifest},
};

/// List, install and verify speech models.
///
/// heyroom brings a small English model along. The official Vosk models hear better and there are some for thirty
/// languages; the small ones with a dynamic graph suit a room best.
#[derive(Debug, Args)]
pub struct ModelsArgs {
    #[command(subcommand)]
    command: ModelsCommand,
}

#[derive(Debug, Subcommand)]
enum ModelsCommand {
    /// List the models at hand, and with --available the official ones
    List {
        /// Fetch and list the official models too
        #[arg(long)]
        available: bool,
        /// Print JSON, one object per line
        #[arg(long)]
        json: bool,
    },
    /// Install an official model by its name or language, or a model from a zip file
    ///
    /// For example: heyroom models install de
    Install {
        /// A name (vosk-model-small-de-0.15), a language (de), or the path of a zip file
        name: String,
    },
    /// Check every file of a model, and that libvosk can load it
    Verify {
        /// Name or folder; all models at hand when left out
        name: Option<String>,
    },
    /// Print the folder of a model, or the folder where models are installed
    Path {
        /// The model's name
        name: Option<String>,
    },
}

pub fn run(args: ModelsArgs) -> anyhow::Result<Status> {
    match args.command {
        ModelsCommand::List { available, json } => list(available, json),
        ModelsCommand::Install { name } => install(&name),
        ModelsCommand::Verify { name } => verify(name.as_deref()),
        ModelsCommand::Path { name } => {
            let path = name.map_or_else(|| Ok(store::install_folder()), |name| store::find(&name))?;
            output::line(path.display())?;
            Ok(Status::Done)
        }
    }
}

fn list(available: bool, as_json: bool) -> anyhow::Result<Status> {
    let installed = store::installed();
    for model in &installed {
        let language = model.language().unwrap_or("?");
        if as_json {
            output::json(
                &json!({"name": model.name, "lang": language, "path": model.dir, "installed": true}),
            )?;
        } else {
            let note = if model.name == store::BUNDLED { "  (bundled)" } else { "" };
            output::line(format!("{:<36} {language:<6} {}{note}", model.name, model.dir.display()))?;
        }
    }
    if available {
        let catalog = block_on(async { Ok(Catalog::fetch().await?) })?;
        for entry in catalog.entries.iter().filter(|entry| entry.obsolete != "true") {
            let here = installed.iter().any(|model| model.name == entry.name);
            if as_json {
                output::json(
                    &json!({"name": entry.name, "lang": entry.lang, "bytes": entry.size, "installed": here}),
                )?;
            } else {
                let size = indicatif::HumanBytes(entry.size).to_string();
                output::line(format!(
                    "{:<36} {:<6} {size:>10}  {}",
                    entry.name, entry.lang, entry.lang_text
                ))?;
            }
        }
    } else if !as_json {
        eprintln!("Installed models only; `heyroom models list --available` asks for the official ones.");
    }
    Ok(Status::Done)
}

fn install(name: &str) -> anyhow::Result<Status> {
    let folder = store::install_folder();
    let archive = PathBuf::from(name);
    if archive.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip")) {
        let model = store::unpack(&archive, &folder)?;
        output::line(format!("installed {}", model.display()))?;
        return Ok(Status::Done);
    }
    let archive = block_on(async {
        let catalog = Catalog::fetch().await?;
        let entry = catalog.find(name).with_context(|| {
            let nearest = catalog.nearest(name).join(", ");
            format!("there is no official model or language \"{name}\". The nearest names: {nearest}")
        })?;
        tokio::fs::create_dir_all(&folder)
            .await
            .with_context(|| format!("cannot make {}", folder.display()))?;
        let archive = folder.join(format!(".{}.zip", entry.name));
        let bar = progress_bar(&entry.name, entry.size);
        let checksum = Checksum::Md5(entry.md5.clone());
        let result = store::download(&entry.url, &archive, Some(&checksum), |done, total| {
            if let Some(total) = total {
                bar.set_length(total);
            }
            bar.set_position(done);
        });
        let result = result.await;
        bar.finish_and_clear();
        result?;
        Ok(archive)
    })?;
    eprintln!("unpacking ...");
    let model = store::unpack(&archive, &folder)?;
    let _ = std::fs::remove_file(&archive);
    output::line(format!("installed {}", model.display()))?;
    Ok(Status::Done)
}

fn progress_bar(name: &str, size: u64) -> ProgressBar {
    let bar = ProgressBar::new(size).with_message(name.to_owned());
    let style = ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn verify(name: Option<&str>) -> anyhow::Result<Status> {
    let dirs: Vec<PathBuf> = match name {
        Some(name) => vec![store::find(name)?],
        None => store::installed().into_iter().map(|model| model.dir).collect(),
    };
    let mut status = Status::Done;
    for dir in dirs {
        let verdict = match Manifest::read(&dir) {
            Err(error) => Err(error.to_string()),
            Ok(Some(manifest)) => manifest
                .check_contents(&dir)
                .map_err(|error| error.to_string())
                .map(|()| "every file is as installed"),
            Ok(None) => Ok("no checksums are known"),
        };
        let verdict = verdict.and_then(|known| match Model::open(&dir) {
            Ok(model) => Ok(format!("{known}; loads; {} words", model.vocabulary().len())),
            Err(error) => Err(error.to_string()),
        });
        match verdict {
            Ok(text) => output::line(format!("ok      {}: {text}", dir.display()))?,
            Err(text) => {
                status = Status::Failed;
                output::line(format!("FAILED  {}: {text}", dir.display()))?;
            }
        }
    }
    Ok(status)
}
