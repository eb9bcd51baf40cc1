//! Which files make up the pack of a language.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::grammar::diagnostics::{Diagnostic, Diagnostics, Place, Source};

/// A grammar text larger than this is a mistake.
const MAX_FILE: u64 = 16 << 20;

/// The name, without its ending, of the file that says what holds in every language.
pub(super) const SHARED: &str = "shared";
/// The file in which an operator says how names are heard (`heard_as`), in any language.
pub(super) const NAMES: &str = "names";

/// The two-letter codes of languages (ISO 639-1): "tv.yaml" is no language.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy \
                         da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu \
                         hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb \
                         lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om \
                         or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw \
                         ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// The grammars compiled into the program: name and text of each file of `grammars/`, in path order.
const BUNDLED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/grammars.rs"));

/// The language to which a bundled file belongs: `en` of `grammars/en.yaml` and of `grammars/en/tests.yaml`.
fn bundled_language(name: &str) -> &str {
    let inside = name.strip_prefix("grammars/").unwrap_or(name);
    inside.split(['/', '.']).next().unwrap_or(inside)
}

/// The languages whose grammars are compiled into the program.
pub fn bundled_languages() -> Vec<&'static str> {
    let mut languages: Vec<&str> = BUNDLED.iter().map(|(name, _)| bundled_language(name)).collect();
    languages.retain(|language| *language != SHARED);
    languages.sort_unstable();
    languages.dedup();
    languages
}

/// The texts of a bundled pack.
pub(super) fn bundled(language: &str) -> Result<Vec<Arc<Source>>, Diagnostics> {
    let sources = |wanted: &str| -> Vec<Arc<Source>> {
        let of = BUNDLED.iter().filter(|(name, _)| bundled_language(name) == wanted);
        of.map(|(name, text)| Arc::new(Source::text(*name, *text))).collect()
    };
    let language = &language.to_ascii_lowercase();
    for wanted in [language, primary(language)] {
        let mut own = sources(wanted);
        if !own.is_empty() && wanted != SHARED {
            // The file of the language comes before those of its folder.
            own.sort_by_key(|source| source.name.matches('/').count());
            let mut all = sources(SHARED);
            all.extend(own);
            return Ok(all);
        }
    }
    Err(Diagnostic::general(format!("no bundled grammar for the language `{language}`"))
        .help(format!(
            "bundled are: {}; others are read from a directory (--grammars DIR)",
            bundled_languages().join(", ")
        ))
        .into())
}

/// The texts of the pack of `language` in `dir`, in the order in which they are merged.
pub(super) fn find(dir: &Path, language: &str) -> Result<Vec<Arc<Source>>, Diagnostics> {
    if dir.is_file() {
        let source = read(dir)?;
        of_its_name(dir, &source)?;
        return Ok(vec![source]);
    }
    let all = yaml_files(dir)?;
    let mut sources = Vec::new();
    // With a language of its own it is a file like any other.
    let for_all = |path: &Path| path.parent() == Some(dir) && [SHARED, NAMES].contains(&stem(path));
    let mut others = Vec::new();
    let mut seen = Vec::new();
    for path in &all {
        let source = read(path)?;
        if for_all(path) && declared_language(&source.text).is_none() {
            sources.push(source);
            continue;
        }
        let declared = language_of(dir, path, &source.text);
        if let Some(declared) = &declared
            && !seen.contains(declared)
        {
            seen.push(declared.clone());
        }
        // A file of the wanted language by its name or by its content, not by both, is a mistake.
        let is_of = |code: &str| primary(code).eq_ignore_ascii_case(primary(language));
        if path.parent() == Some(dir) && (is_of(stem(path)) || declared.as_deref().is_some_and(is_of)) {
            of_its_name(path, &source)?;
        }
        others.push((path, declared, source));
    }
    let same = |a: &str, b: &str| a.replace('_', "-").eq_ignore_ascii_case(&b.replace('_', "-"));
    let of = |is: &dyn Fn(&str) -> bool| -> Vec<_> {
        others.iter().filter(|(_, declared, _)| declared.as_deref().is_some_and(is)).collect()
    };
    let mut chosen = of(&|declared| same(declared, language));
    if chosen.is_empty() {
        chosen = of(&|declared| same(declared, primary(language)));
    }
    if chosen.is_empty() {
        chosen = of(&|declared| same(primary(declared), primary(language)));
    }
    // The file that is named after the language comes first, then its folder.
    chosen.sort_by_key(|(path, declared, _)| {
        let declared = declared.as_deref().unwrap_or_default();
        let named = path.parent() == Some(dir) && same(stem(path), declared);
        (!named, !path.starts_with(dir.join(declared)))
    });
    if chosen.is_empty() {
        seen.sort();
        let found = if all.is_empty() {
            "it holds no .yaml file".to_owned()
        } else if seen.is_empty() {
            "none of its files has a `language:` key".to_owned()
        } else {
            format!("it holds grammars for: {}", seen.join(", "))
        };
        return Err(Diagnostic::general(format!(
            "no grammar for the language `{language}` in {}",
            dir.display()
        ))
        .help(format!("{found}; name another one (--lang), or add a file with `language: \"{language}\"`"))
        .into());
    }
    // What is of no language at all, such as ranges of numbers, is for every one.
    let neutral =
        others.iter().filter(|(_, declared, source)| declared.is_none() && holds_grammar(&source.text));
    sources.extend(neutral.map(|(.., source)| Arc::clone(source)));
    sources.extend(chosen.into_iter().map(|(.., source)| Arc::clone(source)));
    Ok(sources)
}

/// Whether a name is the code of a language, not only something like it ("fan").
fn is_language(name: &str) -> bool {
    is_code(name) && LANGUAGES.split(' ').any(|code| code == primary(name))
}

/// An error if a file is named after one language and says that it is of another: one of the two is a slip, and would
/// be noticed only by nobody being understood. "pt.yaml" may say "pt-BR".
fn of_its_name(path: &Path, source: &Arc<Source>) -> Result<(), Diagnostics> {
    let (name, Some(declared)) = (stem(path), declared_language(&source.text)) else { return Ok(()) };
    if !is_language(name) || primary(name).eq_ignore_ascii_case(primary(&declared)) {
        return Ok(());
    }
    let line =
        source.text.lines().position(|line| line.trim_start_matches('\u{feff}').starts_with("language:"));
    let place = Place { source: Arc::clone(source), line: line.map_or(1, |line| line + 1), column: 1 };
    let message =
        format!("the file is named after the language `{name}`, and its `language` is `{declared}`");
    let help = format!("rename it to {declared}.yaml, or write: language: \"{name}\"");
    Err(Diagnostic::error(&place, message).help(help).into())
}

/// The languages for which a directory holds grammars.
///
/// # Errors
///
/// When the directory or a file in it cannot be read.
pub fn languages(dir: &Path) -> Result<Vec<String>, Diagnostics> {
    let mut found = Vec::new();
    for path in yaml_files(dir)? {
        let source = read(&path)?;
        if let Some(language) = language_of(dir, &path, &source.text)
            && !found.contains(&language)
        {
            found.push(language);
        }
    }
    found.sort();
    Ok(found)
}

/// The grammar files of a directory, at any depth, in path order.
///
/// # Errors
///
/// When the directory cannot be read.
pub fn yaml_files(dir: &Path) -> Result<Vec<PathBuf>, Diagnostics> {
    if dir.is_file() {
        return Ok(vec![dir.to_owned()]);
    }
    let mut files = Vec::new();
    let mut open = vec![(dir.to_owned(), 0)];
    let mut seen = Vec::new();
    while let Some((folder, depth)) = open.pop() {
        // Links may lead in circles.
        let real = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        if seen.contains(&real) {
            continue;
        }
        seen.push(real);
        let entries = std::fs::read_dir(&folder).map_err(|error| {
            Diagnostic::general(format!("cannot read the grammar directory {}: {error}", folder.display()))
                .help("name a directory with .yaml files (--grammars DIR)")
        })?;
        for entry in entries.flatten() {
            let path = entry.path();
            // Hidden folders (.git) hold no grammars.
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if path.is_dir() {
                if !hidden && depth < 8 {
                    open.push((path, depth + 1));
                }
            } else if !hidden && path.extension().is_some_and(|end| end == "yaml" || end == "yml") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<Arc<Source>, Diagnostics> {
    let name = path.display().to_string();
    let size = std::fs::metadata(path).map_or(0, |data| data.len());
    if size > MAX_FILE {
        return Err(
            Diagnostic::general(format!("{name} has {} MB: that is no grammar file", size >> 20)).into()
        );
    }
    let bytes = std::fs::read(path).map_err(|error| {
        Diagnostic::general(format!("cannot read {name}: {error}")).help("check its permissions")
    })?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Arc::new(Source::file(path, text))),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let line = error
                .as_bytes()
                .get(..valid)
                .map_or(1, |text| 1 + text.iter().filter(|b| **b == b'\n').count());
            Err(Diagnostic::general(format!("{name}:{line}: the file is not UTF-8 text"))
                .help("save it in the encoding UTF-8")
                .into())
        }
    }
}

/// The language of a file: what it says itself, or its folder, or its own name.
fn language_of(dir: &Path, path: &Path, text: &str) -> Option<String> {
    declared_language(text)
        .or_else(|| folder_language(dir, path))
        .or_else(|| (path.parent() == Some(dir) && is_language(stem(path))).then(|| stem(path).to_owned()))
}

/// The value of the top-level key `language`, found without reading the whole file as YAML, so that a mistake in
/// one language does not stop the others.
pub(super) fn declared_language(text: &str) -> Option<String> {
    top_level(text).find(|(key, _)| *key == "language").and_then(|(_, value)| {
        let value = value.split(" #").next().unwrap_or(value);
        let value = value.split([',', '}']).next().unwrap_or(value).trim().trim_matches(['"', '\'']);
        (!value.is_empty()).then(|| value.to_owned())
    })
}

/// Whether a file that names no language holds something of a grammar.
fn holds_grammar(text: &str) -> bool {
    top_level(text).any(|(key, _)| key != "language" && super::schema::FILE.contains(&key))
}

/// The keys at the outermost level with what stands behind them in the same line; JSON is YAML too.
fn top_level(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let lines = || text.lines().map(|line| line.trim_start_matches('\u{feff}'));
    let is_content = |line: &&str| {
        let text = line.trim();
        !text.is_empty() && text != "{" && !text.starts_with(['#', '%']) && !text.starts_with("---")
    };
    let outermost = lines().filter(is_content).map(indent).min().unwrap_or(0);
    lines().filter(is_content).filter(move |line| indent(line) == outermost).filter_map(|line| {
        let (key, value) = line.trim().trim_start_matches('{').split_once(':')?;
        Some((key.trim().trim_matches(['"', '\'']), value))
    })
}

/// The language of a file without the key, in a folder that is named after a language: `sentences/pt-BR/...`.
fn folder_language(dir: &Path, path: &Path) -> Option<String> {
    let inside = path.strip_prefix(dir).ok()?;
    let folder = inside
        .parent()?
        .components()
        .find_map(|part| part.as_os_str().to_str().filter(|name| is_language(name)))?;
    Some(folder.to_owned())
}

/// Whether a name looks like a language code: "de", "pt-BR", "zh_Hans".
fn is_code(name: &str) -> bool {
    let mut parts = name.split(['-', '_']);
    parts
        .next()
        .is_some_and(|code| matches!(code.len(), 2 | 3) && code.bytes().all(|b| b.is_ascii_lowercase()))
        && parts.all(|part| matches!(part.len(), 2..=4) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn stem(path: &Path) -> &str {
    path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default()
}

fn primary(language: &str) -> &str {
    language.split(['-', '_']).next().unwrap_or(language)
}
