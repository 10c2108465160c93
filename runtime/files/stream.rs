//! The standard streams of the process as files.

/// Whether a stream is a regular file, rather than a terminal or a pipe.
#[cfg(unix)]
pub fn is_file(stream: &impl std::os::fd::AsFd) -> bool {
    let file = stream.as_fd().try_clone_to_owned().map(std::fs::File::from);
    file.and_then(|file| file.metadata()).is_ok_and(|metadata| metadata.is_file())
}

/// Whether a stream is a regular file: not known on this system.
#[cfg(not(unix))]
pub fn is_file<T>(_stream: &T) -> bool {
    false
}
