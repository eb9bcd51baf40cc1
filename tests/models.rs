//! Models: damaged folders get a clear error and never crash; downloads go on where they stopped.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn bundled() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models/vosk-model-room-en")
}

/// A copy without the manifest, as people make them.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (source, name) = {
            let e = entry.unwrap();
            (e.path(), e.file_name())
        };
        if source.is_dir() {
            copy(&source, &to.join(name));
        } else if name != "manifest.json" {
            fs::copy(&source, to.join(name)).unwrap();
        }
    }
}

fn verify(model: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_heyroom")).args(["models", "verify"]).arg(model).output().unwrap()
}

#[test]
fn the_bundled_model_is_whole() {
    let output = verify(&bundled());
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && text.contains("every file is as installed; loads; 85609 words"),
        "{text}"
    );
}

#[test]
fn each_missing_empty_or_cut_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model");
    copy(&bundled(), &model);
    for (file, may_be_missing) in [
        ("am/final.mdl", false),
        ("conf/mfcc.conf", false),
        ("conf/model.conf", false),
        ("graph/HCLr.fst", false),
        ("graph/Gr.fst", false),
        ("graph/disambig_tid.int", false),
        ("graph/words.txt", true),
        ("graph/phones/word_boundary.int", true),
    ] {
        let path = model.join(file);
        let whole = fs::read(&path).unwrap();
        for (damage, bytes) in [("empty", 0), ("cut", whole.len() / 2)] {
            fs::write(&path, &whole[..bytes]).unwrap();
            let output = verify(&model);
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(output.status.code(), Some(1), "{file} {damage}: {text}");
            assert!(text.contains(file), "{file} {damage}: {text}");
        }
        if !may_be_missing {
            fs::remove_file(&path).unwrap();
            let text = String::from_utf8_lossy(&verify(&model).stdout).into_owned();
            assert!(text.contains(file) || text.contains("not a Vosk model"), "{file}: {text}");
        }
        fs::write(&path, &whole).unwrap();
    }
    assert!(verify(&model).status.success());
}

#[test]
fn a_manifest_tells_a_single_missing_byte() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model");
    copy(&bundled(), &model);
    fs::copy(bundled().join("manifest.json"), model.join("manifest.json")).unwrap();
    let path = model.join("graph/HCLr.fst");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    let text = String::from_utf8_lossy(&verify(&model).stdout).into_owned();
    assert!(text.contains("graph/HCLr.fst is cut short: 6861761 bytes of 6861762"), "{text}");
}

mod installing {
    use super::*;
    use std::{
        io::{Read, Write},
        net::{TcpListener, TcpStream},
        sync::{Arc, Mutex},
    };

    /// A web server with one list and one archive, which ends the first download in the middle.
    struct Mirror {
        address: String,
        ranges: Arc<Mutex<Vec<Option<String>>>>,
    }

    impl Mirror {
        fn start(archive: Vec<u8>, md5: &str) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap().to_string();
            let ranges: Arc<Mutex<Vec<Option<String>>>> = Arc::default();
            let list = serde_json::json!([{
                "name": "vosk-model-small-xx-0.1", "lang": "xx", "lang_text": "Test", "type": "small",
                "obsolete": "false", "url": format!("http://{address}/model.zip"), "md5": md5, "size": archive.len(),
            }]);
            let seen = ranges.clone();
            std::thread::spawn(move || {
                for stream in listener.incoming() {
                    serve(stream.unwrap(), &list.to_string(), &archive, &seen);
                }
            });
            Self { address, ranges }
        }
    }

    fn serve(mut stream: TcpStream, list: &str, archive: &[u8], ranges: &Mutex<Vec<Option<String>>>) {
        let mut request = Vec::new();
        let mut byte = [0];
        while !request.ends_with(b"\r\n\r\n") {
            if stream.read(&mut byte).unwrap_or(0) == 0 {
                return;
            }
            request.push(byte[0]);
        }
        let request = String::from_utf8(request).unwrap();
        if request.starts_with("GET /list") {
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{list}",
                list.len()
            );
            return;
        }
        let range = request
            .lines()
            .find_map(|line| line.to_lowercase().strip_prefix("range: bytes=").map(str::to_owned));
        let first = ranges.lock().unwrap().is_empty();
        ranges.lock().unwrap().push(range.clone());
        let from: usize = range.as_deref().map_or(0, |r| r.trim_end_matches('-').parse().unwrap());
        let status = if range.is_some() { "206 Partial Content" } else { "200 OK" };
        let rest = &archive[from..];
        let _ = write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            rest.len()
        );
        let end = if first { rest.len() / 2 } else { rest.len() };
        let _ = stream.write_all(&rest[..end]);
    }

    /// A zip of the bundled model under another name, made by Python so that a foreign packer is tested too.
    fn archive(folder: &Path) -> (Vec<u8>, String) {
        let model = folder.join("vosk-model-small-xx-0.1");
        copy(&bundled(), &model);
        let script = "import hashlib, shutil, sys\n\
            shutil.make_archive(sys.argv[1], 'zip', sys.argv[2], 'vosk-model-small-xx-0.1')\n\
            print(hashlib.md5(open(sys.argv[1] + '.zip', 'rb').read()).hexdigest())";
        let output = Command::new("python3")
            .args(["-c", script])
            .arg(folder.join("model"))
            .arg(folder)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let md5 = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        (fs::read(folder.join("model.zip")).unwrap(), md5)
    }

    fn heyroom(mirror: &Mirror, models: &Path, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_heyroom"))
            .args(arguments)
            .env("HEYROOM_MODEL_LIST", format!("http://{}/list", mirror.address))
            .env("HEYROOM_MODELS", models)
            .output()
            .unwrap()
    }

    #[test]
    fn a_broken_download_goes_on_where_it_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let (zip, md5) = archive(folder.path());
        let half = zip.len() / 2;
        let mirror = Mirror::start(zip, &md5);
        let models = folder.path().join("installed");

        let first = heyroom(&mirror, &models, &["models", "install", "xx"]);
        let error = String::from_utf8_lossy(&first.stderr).into_owned();
        assert_eq!(first.status.code(), Some(1), "{error}");
        assert!(error.contains("goes on from there"), "{error}");
        assert!(!models.join("vosk-model-small-xx-0.1").exists(), "a half model must not be seen");

        let second = heyroom(&mirror, &models, &["models", "install", "xx"]);
        assert!(second.status.success(), "{}", String::from_utf8_lossy(&second.stderr));
        assert_eq!(*mirror.ranges.lock().unwrap(), [None, Some(format!("{half}-"))]);
        let verified = heyroom(&mirror, &models, &["models", "verify", "vosk-model-small-xx-0.1"]);
        assert!(String::from_utf8_lossy(&verified.stdout).contains("every file is as installed"));
    }

    #[test]
    fn a_file_with_another_checksum_is_not_installed() {
        let folder = tempfile::tempdir().unwrap();
        let (zip, _) = archive(folder.path());
        let mirror = Mirror::start(zip, "00000000000000000000000000000000");
        mirror.ranges.lock().unwrap().push(None); // no broken download this time
        let models = folder.path().join("installed");
        let output = heyroom(&mirror, &models, &["models", "install", "xx"]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(error.contains("not the file that the list of models promises"), "{error}");
        assert!(fs::read_dir(&models).unwrap().next().is_none(), "nothing may be left behind");
    }

    #[test]
    fn an_unknown_name_gets_the_nearest_ones() {
        let folder = tempfile::tempdir().unwrap();
        let mirror = Mirror::start(Vec::new(), "");
        let output = heyroom(&mirror, folder.path(), &["models", "install", "vosk-model-smal-xx"]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(1) && error.contains("vosk-model-small-xx-0.1"), "{error}");
    }
}
