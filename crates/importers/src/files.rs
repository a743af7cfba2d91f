use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What the given paths stand for.
#[derive(Debug, Default)]
pub struct Files {
    /// The files to read, in the order of their paths.
    pub files: Vec<PathBuf>,
    /// Files in the folders that no format here has: their ending is not json, md or markdown.
    pub passed_over: usize,
    /// Paths that are not there or may not be opened.
    pub unreadable: Vec<(PathBuf, io::Error)>,
}

/// Lists the files that paths stand for: a file is itself, whatever its ending; of a
/// folder every file in it and below with a known ending, without hidden ones, without
/// the section pages of Hugo (`_index.md`) and without following links to folders.
#[must_use]
pub fn list_files(paths: &[PathBuf]) -> Files {
    let mut found = Files::default();
    let mut folders = Vec::new();
    for path in paths {
        match fs::metadata(path) {
            Ok(about) if about.is_dir() => folders.push(path.clone()),
            Ok(_) => found.files.push(path.clone()),
            Err(error) => found.unreadable.push((path.clone(), error)),
        }
    }
    while let Some(folder) = folders.pop() {
        if let Err(error) = found.list_folder(&folder, &mut folders) {
            found.unreadable.push((folder, error));
        }
    }
    found.files.sort();
    found.files.dedup();
    found
}

impl Files {
    fn list_folder(&mut self, folder: &Path, folders: &mut Vec<PathBuf>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if kind.is_dir() {
                folders.push(path);
            } else if has_known_ending(&path) && path.is_file() {
                self.files.push(path);
            } else {
                self.passed_over += 1;
            }
        }
        Ok(())
    }
}

fn has_known_ending(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let known = matches!(ending.as_deref(), Some("json" | "md" | "markdown"));
    known && path.file_name().is_none_or(|name| !name.to_string_lossy().starts_with("_index."))
}
