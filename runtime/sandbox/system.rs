//! The files of a Linux system that a process reads to resolve names, trust certificates, know the time, load
//! libraries and count processors. `/etc/passwd` is not among them.

use std::path::PathBuf;

/// Name resolution: glibc's resolver, its services, and the files that these link to.
const NAMES: &[&str] = &[
    "/etc/gai.conf",
    "/etc/host.conf",
    "/etc/hosts",
    "/etc/nsswitch.conf",
    "/etc/protocols",
    "/etc/resolv.conf",
    "/etc/services",
    "/run/NetworkManager/resolv.conf",
    "/run/resolvconf",
    "/run/systemd/resolve",
    "/usr/etc/nsswitch.conf",
    "/usr/etc/protocols",
    "/usr/etc/services",
    "/var/db/services.db",
];

/// Certificates, where `openssl-probe` looks for them, and where the links in these folders lead. Not all of
/// `/etc/ssl`: private keys are below it.
const CERTIFICATES: &[&str] = &[
    "/etc/ca-certificates",
    "/etc/pki/ca-trust",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/pki/tls/certs",
    "/etc/security/certificates",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/etc/ssl/certs",
    "/opt/etc/ssl/certs",
    "/usr/local/share/ca-certificates",
    "/usr/share/ca-certificates",
    "/usr/share/pki",
    "/var/lib/ca-certificates",
];

/// The variables that name certificates (lists, separated by colons), and the folder of time zones.
const VARIABLES: &[&str] = &["SSL_CERT_FILE", "SSL_CERT_DIR", "TZDIR"];

const TIME: &[&str] = &["/etc/localtime", "/etc/timezone", "/usr/share/zoneinfo"];

/// Shared libraries: those of name services are loaded when a name is first resolved.
const LIBRARIES: &[&str] = &[
    "/etc/ld-musl-aarch64.path",
    "/etc/ld-musl-x86_64.path",
    "/etc/ld.so.cache",
    "/gnu/store",
    "/lib",
    "/lib64",
    "/nix/store",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/local/lib64",
];

const DEVICES: &[&str] = &["/dev/null", "/dev/random", "/dev/urandom", "/dev/zero"];

/// Files that the kernel makes up: the memory map (for the bounds of stacks), limits and numbers of processors.
/// Each is listed by itself: the folders above hold the command lines and environments of other processes.
const KERNEL: &[&str] = &[
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/self/auxv",
    "/proc/self/cgroup",
    "/proc/self/maps",
    "/proc/self/mountinfo",
    "/proc/self/stat",
    "/proc/self/statm",
    "/proc/self/status",
    "/proc/stat",
    "/proc/sys/net/ipv6/conf/all/disable_ipv6",
    "/proc/sys/vm/max_map_count",
    "/proc/sys/vm/overcommit_memory",
    "/sys/devices/system/cpu",
    "/sys/fs/cgroup",
    "/sys/kernel/mm/transparent_hugepage",
];

/// All paths; most systems have half of them.
pub(crate) fn paths() -> impl Iterator<Item = PathBuf> {
    let fixed = [NAMES, CERTIFICATES, TIME, LIBRARIES, DEVICES, KERNEL].into_iter().flatten().map(PathBuf::from);
    let named =
        VARIABLES.iter().filter_map(std::env::var_os).flat_map(|list| std::env::split_paths(&list).collect::<Vec<_>>());
    fixed.chain(named.filter(|path| path.is_absolute())).chain(std::env::current_exe().ok())
}
