//! System calls, by seccomp: no programs, no processes, no signals to others, no changes of files by other ways than
//! opening them, and nothing of the parts of the kernel that a notebook does not need and attackers like.
//!
//! What is not listed is allowed: a list of what V8, tokio, glibc and musl need would break with each of them.

use std::collections::BTreeMap;

use seccompiler::SeccompCmpArgLen::{Dword, Qword};
use seccompiler::SeccompCmpOp::{Eq, MaskedEq, Ne};
use seccompiler::{
    BackendError, BpfProgram, Error, SeccompAction, SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
    apply_filter,
};

use crate::report::{Missing, Restriction, SandboxError};

/// Answered with EPERM.
#[rustfmt::skip]
const REFUSED: &[libc::c_long] = &[
    // Programs and processes.
    libc::SYS_execve, libc::SYS_execveat, libc::SYS_ptrace, libc::SYS_kcmp, libc::SYS_kill,
    libc::SYS_process_vm_readv, libc::SYS_process_vm_writev, libc::SYS_process_madvise, libc::SYS_process_mrelease,
    libc::SYS_pidfd_open, libc::SYS_pidfd_getfd, libc::SYS_pidfd_send_signal, libc::SYS_rt_sigqueueinfo,
    // Namespaces and mounts.
    libc::SYS_unshare, libc::SYS_setns, libc::SYS_chroot, libc::SYS_pivot_root, libc::SYS_mount, libc::SYS_umount2,
    libc::SYS_move_mount, libc::SYS_open_tree, libc::SYS_fsopen, libc::SYS_fsconfig, libc::SYS_fsmount,
    libc::SYS_fspick, libc::SYS_mount_setattr, libc::SYS_name_to_handle_at, libc::SYS_open_by_handle_at,
    // The kernel.
    libc::SYS_io_uring_setup, libc::SYS_io_uring_enter, libc::SYS_io_uring_register, libc::SYS_bpf,
    libc::SYS_userfaultfd, libc::SYS_perf_event_open, libc::SYS_add_key, libc::SYS_request_key, libc::SYS_keyctl,
    libc::SYS_kexec_load, libc::SYS_init_module, libc::SYS_finit_module, libc::SYS_delete_module, libc::SYS_reboot,
    libc::SYS_swapon, libc::SYS_swapoff, libc::SYS_acct, libc::SYS_quotactl, libc::SYS_syslog, libc::SYS_personality,
    libc::SYS_settimeofday, libc::SYS_clock_settime, libc::SYS_clock_adjtime, libc::SYS_adjtimex,
    libc::SYS_sethostname, libc::SYS_setdomainname, libc::SYS_vhangup, libc::SYS_fanotify_init,
    // Memory and queues that other processes of the user share.
    libc::SYS_shmget, libc::SYS_shmat, libc::SYS_msgget, libc::SYS_semget, libc::SYS_mq_open,
    // Limits: the parent sets them.
    libc::SYS_setrlimit,
    // Files, other than by opening them: Landlock does not cover owners, modes, times and attributes.
    libc::SYS_truncate, libc::SYS_fchmod, libc::SYS_fchmodat, libc::SYS_fchown, libc::SYS_fchownat,
    libc::SYS_utimensat, libc::SYS_setxattr, libc::SYS_lsetxattr, libc::SYS_fsetxattr, libc::SYS_removexattr,
    libc::SYS_lremovexattr, libc::SYS_fremovexattr, libc::SYS_mknodat, libc::SYS_mkdirat, libc::SYS_unlinkat,
    libc::SYS_renameat2, libc::SYS_linkat, libc::SYS_symlinkat,
];

/// Newer calls that the crate `libc` does not name on every target; their numbers are the same on all.
const REFUSED_BY_NUMBER: &[libc::c_long] = &[
    452, // fchmodat2
    463, // setxattrat
    466, // removexattrat
];

/// Calls of x86-64 that newer architectures do without.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
const REFUSED_HERE: &[libc::c_long] = &[
    libc::SYS_fork, libc::SYS_vfork, libc::SYS_kexec_file_load, libc::SYS_iopl, libc::SYS_ioperm,
    libc::SYS_modify_ldt, libc::SYS_creat, libc::SYS_chmod, libc::SYS_chown, libc::SYS_lchown, libc::SYS_utime,
    libc::SYS_utimes, libc::SYS_futimesat, libc::SYS_mknod, libc::SYS_mkdir, libc::SYS_rmdir, libc::SYS_unlink,
    libc::SYS_rename, libc::SYS_renameat, libc::SYS_link, libc::SYS_symlink,
];

#[cfg(not(target_arch = "x86_64"))]
const REFUSED_HERE: &[libc::c_long] = &[];

/// The bit that marks calls of x86-64's ABI with short pointers, which reach the same functions by other numbers.
#[cfg(target_arch = "x86_64")]
const X32: libc::c_long = 0x4000_0000;

/// Flags of `clone` that make namespaces.
const NAMESPACES: [libc::c_int; 7] = [
    libc::CLONE_NEWNS,
    libc::CLONE_NEWCGROUP,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
];

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Installs the filters for this thread and those that it starts.
pub(crate) fn restrict() -> Result<Option<Missing>, SandboxError> {
    let missing = |cause| Ok(Some(Missing { restriction: Restriction::SystemCalls, cause }));
    let Ok(architecture) = TargetArch::try_from(std::env::consts::ARCH) else {
        return missing("apinb has no filter of system calls for this architecture");
    };
    let failed = |error: Error| SandboxError::SystemCalls(error.into());
    // libc uses `clone`, whose flags a filter can read, where the kernel does not know `clone3`.
    let unknown = vec![(libc::SYS_clone3, Vec::new())].into_iter().collect();
    for (rules, errno) in [(refused().map_err(|error| failed(error.into()))?, libc::EPERM), (unknown, libc::ENOSYS)] {
        let program = program(rules, errno, architecture).map_err(|error| failed(error.into()))?;
        match apply_filter(&program) {
            Ok(()) => {}
            Err(Error::Seccomp(error)) if matches!(error.raw_os_error(), Some(libc::ENOSYS | libc::EINVAL)) => {
                return missing("the kernel has no seccomp filters");
            }
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(None)
}

fn program(rules: Rules, errno: libc::c_int, architecture: TargetArch) -> Result<BpfProgram, BackendError> {
    let answer = SeccompAction::Errno(errno.unsigned_abs());
    SeccompFilter::new(rules, SeccompAction::Allow, answer, architecture)?.try_into()
}

/// The calls that are refused, each with the arguments that it is refused for.
fn refused() -> Result<Rules, BackendError> {
    let all = [REFUSED, REFUSED_BY_NUMBER, REFUSED_HERE].into_iter().flatten();
    let mut rules: Rules = all.map(|call| (*call, Vec::new())).collect();
    rules.insert(libc::SYS_clone, processes()?);
    rules.insert(libc::SYS_socket, sockets()?);
    let writes = |flags| {
        let access = |mode: libc::c_int| condition(flags, Dword, MaskedEq(libc::O_ACCMODE as u64), mode);
        [rule(&[access(libc::O_WRONLY)?]), rule(&[access(libc::O_RDWR)?])].into_iter().collect::<Result<Vec<_>, _>>()
    };
    rules.insert(libc::SYS_openat, writes(2)?);
    #[cfg(target_arch = "x86_64")]
    rules.insert(libc::SYS_open, writes(1)?);
    let own = i32::try_from(std::process::id()).unwrap_or_default();
    for call in [libc::SYS_tgkill, libc::SYS_rt_tgsigqueueinfo] {
        rules.insert(call, vec![rule(&[condition(0, Dword, Ne, own)?])?]);
    }
    // Reads the limits, and sets none.
    rules.insert(libc::SYS_prlimit64, vec![rule(&[condition(2, Qword, Ne, 0)?])?]);
    // Types into the terminal.
    let types = [libc::TIOCSTI, libc::TIOCLINUX].map(|request| rule(&[condition(1, Dword, Eq, request as i32)?]));
    rules.insert(libc::SYS_ioctl, types.into_iter().collect::<Result<_, _>>()?);
    // Takes back what `process.rs` has set.
    let resets = [libc::PR_SET_PDEATHSIG, libc::PR_SET_DUMPABLE, libc::PR_SET_PTRACER];
    let resets = resets.map(|option| rule(&[condition(0, Dword, Eq, option)?]));
    rules.insert(libc::SYS_prctl, resets.into_iter().collect::<Result<_, _>>()?);
    #[cfg(target_arch = "x86_64")]
    for (call, refused) in rules.clone() {
        rules.insert(call | X32, refused);
    }
    Ok(rules)
}

/// `clone` makes threads, and neither processes nor namespaces.
fn processes() -> Result<Vec<SeccompRule>, BackendError> {
    let process = rule(&[condition(0, Qword, MaskedEq(libc::CLONE_THREAD as u64), 0)?]);
    let namespaces = NAMESPACES.map(|flag| rule(&[condition(0, Qword, MaskedEq(flag as u64), flag)?]));
    [process].into_iter().chain(namespaces).collect()
}

/// Sockets of the internet, and the kernel's list of addresses, which name resolution reads: neither raw packets nor
/// sockets of services on this machine, such as those of the desktop and of containers, which start programs.
fn sockets() -> Result<Vec<SeccompRule>, BackendError> {
    let other = |family| condition(0, Dword, Ne, family);
    let netlink = condition(0, Dword, Eq, libc::AF_NETLINK)?;
    let raw = condition(1, Dword, MaskedEq(0xf), libc::SOCK_RAW)?;
    Ok(vec![
        rule(&[other(libc::AF_INET)?, other(libc::AF_INET6)?, other(libc::AF_NETLINK)?])?,
        rule(&[other(libc::AF_NETLINK)?, raw])?,
        rule(&[netlink, condition(2, Dword, Ne, libc::NETLINK_ROUTE)?])?,
    ])
}

fn rule(conditions: &[SeccompCondition]) -> Result<SeccompRule, BackendError> {
    SeccompRule::new(conditions.to_vec())
}

fn condition(
    argument: u8,
    length: seccompiler::SeccompCmpArgLen,
    operator: seccompiler::SeccompCmpOp,
    value: libc::c_int,
) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, length, operator, u64::from(value.cast_unsigned()))
}
