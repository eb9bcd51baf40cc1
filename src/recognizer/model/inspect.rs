//! Looks at the files of a model before libvosk does: libvosk crashes the process on some damaged files and silently
//! hears nothing with others (tried with each file of a model absent, empty and cut short).

use std::{
    fs::{self, File},
    io::{BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use super::{ModelError, openfst};
use crate::recognizer::store::{Manifest, ManifestError};

/// Where the parts of a model lie, and what it can do.
#[derive(Debug)]
pub struct Layout {
    /// The model's folder.
    pub dir: PathBuf,
    /// Whether there is a dynamic graph, so that a list of phrases can restrict recognition.
    pub dynamic: bool,
    /// The list of words, where it is a file of its own.
    pub words: Option<PathBuf>,
    /// The grammar graph of a dynamic model, which holds the words otherwise.
    pub grammar_graph: Option<PathBuf>,
}

/// Checks the folder `dir` file by file.
///
/// # Errors
///
/// [`ModelError`] for the first file that is absent or damaged.
pub fn inspect(dir: &Path) -> Result<Layout, ModelError> {
    let files = Files { dir };
    if !dir.is_dir() {
        return Err(ModelError::NoFolder { dir: dir.to_owned() });
    }
    // Version 2 models have folders; version 1 models hold everything in one.
    let (am, conf, graph) = if files.exists("am/final.mdl") || dir.join("am").is_dir() {
        ("am/", "conf/", "graph/")
    } else if files.exists("final.mdl") {
        ("", "", "")
    } else {
        return Err(ModelError::NotAModel { dir: dir.to_owned() });
    };

    // Where a manifest tells the sizes, a cut file is known for sure.
    let manifest = Manifest::read(dir).map(|manifest| manifest.or_else(|| Manifest::of_a_bundled_copy(dir)));
    let checked = manifest.and_then(|manifest| manifest.map_or(Ok(()), |m| m.check_sizes(dir)));
    if let Err(ManifestError { file, problem }) = checked {
        return Err(ModelError::Damaged { dir: dir.to_owned(), file, problem });
    }
    files.require(&format!("{am}final.mdl"))?;
    if conf == "conf/" {
        files.require("conf/mfcc.conf")?;
        files.settings("conf/mfcc.conf")?;
        files.require("conf/model.conf")?;
        files.settings("conf/model.conf")?;
    } else {
        files.require("mfcc.conf")?;
        files.settings("mfcc.conf")?;
    }
    for name in
        [format!("{am}global_cmvn.stats"), "ivector/final.ie".to_owned(), "ivector/final.dubm".to_owned()]
    {
        if files.exists(&name) {
            files.require(&name)?; // there, so it must not be empty
        }
    }

    let fixed = format!("{graph}HCLG.fst");
    let (lexicon, grammar) = (format!("{graph}HCLr.fst"), format!("{graph}Gr.fst"));
    let dynamic = !files.exists(&fixed);
    if dynamic {
        files.require(&lexicon)?;
        files.graph(&lexicon)?;
        files.require(&grammar)?;
        files.graph(&grammar)?;
        let disambiguation = format!("{graph}disambig_tid.int");
        files.require(&disambiguation)?;
        files.integers(&disambiguation)?;
    } else {
        files.require(&fixed)?;
        files.graph(&fixed)?;
    }
    let boundaries = format!("{graph}phones/word_boundary.int");
    if files.exists(&boundaries) {
        files.require(&boundaries)?;
        files.whole_lines(&boundaries)?;
    }
    let words = format!("{graph}words.txt");
    let has_words = files.exists(&words);
    if has_words {
        files.require(&words)?;
        files.word_list(&words)?;
    }
    Ok(Layout {
        dir: dir.to_owned(),
        dynamic,
        words: has_words.then(|| dir.join(&words)),
        grammar_graph: dynamic.then(|| dir.join(&grammar)),
    })
}

struct Files<'a> {
    dir: &'a Path,
}

impl Files<'_> {
    fn exists(&self, name: &str) -> bool {
        self.dir.join(name).is_file()
    }

    fn damaged(&self, name: &str, problem: impl Into<String>) -> ModelError {
        ModelError::Damaged { dir: self.dir.to_owned(), file: name.to_owned(), problem: problem.into() }
    }

    fn unreadable(&self, name: &str, source: std::io::Error) -> ModelError {
        ModelError::Unreadable { file: self.dir.join(name), source }
    }

    /// The file must be there, readable and not empty.
    fn require(&self, name: &str) -> Result<(), ModelError> {
        let mut file = match File::open(self.dir.join(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(ModelError::Missing { dir: self.dir.to_owned(), file: name.to_owned() });
            }
            Err(error) => return Err(self.unreadable(name, error)),
        };
        match file.read(&mut [0]) {
            Ok(0) => Err(self.damaged(name, "is empty")),
            Ok(_) => Ok(()),
            Err(error) => Err(self.unreadable(name, error)),
        }
    }

    fn text(&self, name: &str) -> Result<String, ModelError> {
        let bytes = fs::read(self.dir.join(name)).map_err(|error| self.unreadable(name, error))?;
        String::from_utf8(bytes).map_err(|_| self.damaged(name, "is not text"))
    }

    /// A graph must have all the bytes that its head promises.
    fn graph(&self, name: &str) -> Result<(), ModelError> {
        let mut file = File::open(self.dir.join(name)).map_err(|error| self.unreadable(name, error))?;
        let size = file.seek(SeekFrom::End(0)).map_err(|error| self.unreadable(name, error))?;
        file.rewind().map_err(|error| self.unreadable(name, error))?;
        let header = openfst::read_header(BufReader::new(file))
            .map_err(|error| self.damaged(name, format!("is cut short or no graph ({error})")))?;
        match header.minimum_size {
            Some(minimum) if size < minimum => Err(self.damaged(
                name,
                format!("is cut short: {size} bytes, where its head promises at least {minimum}"),
            )),
            _ => Ok(()),
        }
    }

    /// Options of Kaldi, one per line.
    fn settings(&self, name: &str) -> Result<(), ModelError> {
        let text = self.text(name)?;
        let mut options = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
        if let Some(bad) =
            options.clone().find(|line| !(line.is_empty() || line.starts_with("--") && line.len() > 2))
        {
            return Err(self.damaged(name, format!("has the line \"{bad}\", which is no option")));
        }
        if options.all(str::is_empty) {
            return Err(self.damaged(name, "holds no option"));
        }
        Ok(())
    }

    fn whole_lines(&self, name: &str) -> Result<String, ModelError> {
        let text = self.text(name)?;
        if text.ends_with('\n') {
            Ok(text)
        } else {
            Err(self.damaged(name, "is cut short: its last line does not end"))
        }
    }

    fn integers(&self, name: &str) -> Result<(), ModelError> {
        let text = self.whole_lines(name)?;
        match text.split_whitespace().find(|token| token.parse::<u32>().is_err()) {
            Some(bad) => Err(self.damaged(name, format!("has \"{bad}\" where a number belongs"))),
            None => Ok(()),
        }
    }

    /// Lines of a word and its number.
    fn word_list(&self, name: &str) -> Result<(), ModelError> {
        let text = self.whole_lines(name)?;
        for (index, line) in text.lines().enumerate() {
            let mut fields = line.split_whitespace();
            let whole = fields.next().is_some() && fields.next().is_some_and(|id| id.parse::<u32>().is_ok());
            if !whole {
                return Err(self.damaged(name, format!("has no word and number on line {}", index + 1)));
            }
        }
        Ok(())
    }
}
