//! The tests, and what the processes do that they start.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use apinb_sandbox::{Sandbox, SandboxError, memory};
use rustix::process::{Pid, Resource, Rlimit, getrlimit, setrlimit, test_kill_process};

/// The first argument of the program when it runs for a test, with the name of what it does.
const CHILD: &str = "--child";

pub(crate) fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [_, CHILD, "attempts", folder, port] => attempts(Path::new(folder), port.parse().unwrap()),
        [_, CHILD, "threads"] => threads(),
        [_, CHILD, "orphan"] => orphan(),
        [_, CHILD, "middle"] => middle(),
        [_, CHILD, "last", parent] => last(parent.parse().unwrap()),
        [_, CHILD, "large"] => large(),
        [_, CHILD, "quiet"] => loop {
            thread::park();
        },
        arguments if arguments.contains(&"--list") => {}
        _ => {
            let tests: [(&str, fn()); 6] = [
                ("each_thread_is_restricted", each_thread_is_restricted),
                ("a_process_with_threads_does_not_enter", a_process_with_threads_does_not_enter),
                ("a_process_without_its_parent_does_not_enter", a_process_without_its_parent_does_not_enter),
                ("a_process_ends_with_its_parent", a_process_ends_with_its_parent),
                ("the_memory_of_a_process_is_measured", the_memory_of_a_process_is_measured),
                ("the_data_of_a_process_is_limited", the_data_of_a_process_is_limited),
            ];
            for (name, test) in tests {
                test();
                println!("test {name} ... ok");
            }
        }
    }
}

fn child(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg(CHILD).args(arguments);
    command
}

/// What a run of this program prints; its standard error goes to that of the test.
fn output(arguments: &[&str]) -> Vec<String> {
    let output = child(arguments).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", output.status);
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn each_thread_is_restricted() {
    let folder = tempfile::tempdir().unwrap();
    let allowed = folder.path().join("allowed");
    fs::create_dir(&allowed).unwrap();
    fs::write(allowed.join("file"), "text").unwrap();
    fs::write(folder.path().join("beside"), "text").unwrap();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port();
    let found = output(&["attempts", allowed.to_str().unwrap(), &port.to_string()]);
    let expected = [
        "read an allowed file: ok",
        "list an allowed folder: ok",
        "read a file beside it: PermissionDenied",
        "read /etc/passwd: PermissionDenied",
        "read the command line of the parent: PermissionDenied",
        "list /: PermissionDenied",
        "write an allowed file: PermissionDenied",
        "make a file: PermissionDenied",
        "remove an allowed file: PermissionDenied",
        "change the mode of an allowed file: PermissionDenied",
        "execute a program: PermissionDenied",
        "signal the parent: PermissionDenied",
        "open a socket of this machine: PermissionDenied",
        "raise a limit: PermissionDenied",
        "resolve a name: ok",
        "connect: ok",
        "read the map of its memory: ok",
        "start a thread: ok",
        "core dumps: none",
    ];
    let threads = ["main", "thread", "thread of a thread", "worker of tokio", "blocking thread of tokio"];
    let expected: Vec<String> =
        threads.iter().flat_map(|name| expected.iter().map(move |line| format!("{name}: {line}"))).collect();
    assert_eq!(found, expected);
}

/// Enters, and tries everything from each kind of thread.
fn attempts(folder: &Path, port: u16) {
    let report = Sandbox { read: vec![folder.to_owned()], parent: None }.enter().unwrap();
    assert!(report.missing.is_empty(), "these tests need Landlock and seccomp: {report:?}");
    let folder = folder.to_owned();
    let attempt = move |thread: &str| attempt(thread, &folder, port);
    attempt("main");
    let on_thread = attempt.clone();
    thread::spawn(move || on_thread("thread")).join().unwrap();
    let deeper = attempt.clone();
    let nested = || thread::spawn(move || deeper("thread of a thread")).join().unwrap();
    thread::spawn(nested).join().unwrap();
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let on_worker = attempt.clone();
    tokio.block_on(tokio.spawn(async move { on_worker("worker of tokio") })).unwrap();
    tokio.block_on(tokio.spawn_blocking(move || attempt("blocking thread of tokio"))).unwrap();
}

fn attempt(thread: &str, folder: &Path, port: u16) {
    let print = |what: &str, outcome: String| println!("{thread}: {what}: {outcome}");
    let tried = |what: &str, outcome: io::Result<()>| {
        print(what, outcome.map_or_else(|error| kind(&error), |()| "ok".to_owned()));
    };
    let (file, parent) = (folder.join("file"), std::os::unix::process::parent_id());
    let read = |path: PathBuf| fs::read(path).map(drop);
    tried("read an allowed file", read(file.clone()));
    tried("list an allowed folder", fs::read_dir(folder).map(drop));
    tried("read a file beside it", read(folder.join("../beside")));
    tried("read /etc/passwd", read("/etc/passwd".into()));
    tried("read the command line of the parent", read(format!("/proc/{parent}/cmdline").into()));
    tried("list /", fs::read_dir("/").map(drop));
    tried("write an allowed file", fs::write(&file, "changed"));
    tried("make a file", fs::write(folder.join("new"), ""));
    tried("remove an allowed file", fs::remove_file(&file));
    tried("change the mode of an allowed file", fs::set_permissions(&file, fs::Permissions::from_mode(0o777)));
    tried("execute a program", Command::new("/bin/true").status().map(drop));
    let parent = Pid::from_raw(i32::try_from(parent).unwrap()).unwrap();
    tried("signal the parent", test_kill_process(parent).map_err(io::Error::from));
    tried("open a socket of this machine", UnixStream::connect("/run/service").map(drop));
    let limit = Rlimit { current: Some(9), maximum: Some(9) };
    tried("raise a limit", setrlimit(Resource::Nofile, limit).map_err(io::Error::from));
    tried("resolve a name", ("localhost", 80).to_socket_addrs().map(drop));
    tried("connect", TcpStream::connect(("127.0.0.1", port)).map(drop));
    tried("read the map of its memory", read("/proc/self/maps".into()));
    tried("start a thread", thread::Builder::new().spawn(|| {}).map(|started| started.join().unwrap()));
    let core = getrlimit(Resource::Core);
    print("core dumps", if core.maximum == Some(0) { "none".to_owned() } else { format!("{core:?}") });
}

fn kind(error: &io::Error) -> String {
    format!("{:?}", error.kind())
}

fn a_process_with_threads_does_not_enter() {
    assert_eq!(output(&["threads"]), ["expected a process with one thread, got 2"]);
}

fn threads() {
    let (sender, receiver) = std::sync::mpsc::channel::<()>();
    let other = thread::spawn(move || receiver.recv());
    let error = Sandbox::default().enter().unwrap_err();
    assert!(matches!(error, SandboxError::Threads { threads: 2 }) && error.help().contains("--no-sandbox"));
    println!("{error}");
    drop(sender);
    assert!(other.join().unwrap().is_err());
}

fn a_process_without_its_parent_does_not_enter() {
    assert_eq!(output(&["orphan"]), ["the parent process has ended"]);
}

fn orphan() {
    // Not the process that started this one.
    let own = std::process::id();
    println!("{}", Sandbox { read: Vec::new(), parent: Some(own) }.enter().unwrap_err());
}

fn a_process_ends_with_its_parent() {
    let mut middle = child(&["middle"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = middle.stdout.take().unwrap();
    let mut ready = [0; 1];
    lines.read_exact(&mut ready).unwrap();
    middle.kill().unwrap();
    // The last process has the other end of the pipe, and never closes it.
    lines.read_to_end(&mut Vec::new()).unwrap();
    middle.wait().unwrap();
}

fn middle() {
    let mut last = child(&["last", &std::process::id().to_string()]).spawn().unwrap();
    last.wait().unwrap();
}

fn last(parent: u32) {
    Sandbox { read: Vec::new(), parent: Some(parent) }.enter().unwrap();
    println!("ready");
    loop {
        thread::park();
    }
}

fn the_memory_of_a_process_is_measured() {
    let mut quiet = child(&["quiet"]).spawn().unwrap();
    let found = memory::of(quiet.id()).unwrap();
    assert!(found.resident > 0 && found.data.is_some(), "{found:?}");
    quiet.kill().unwrap();
    quiet.wait().unwrap();
    assert_eq!(memory::of(quiet.id()), None);
}

fn the_data_of_a_process_is_limited() {
    let mut large = child(&["large"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let data = memory::of(large.id()).unwrap().data.unwrap();
    memory::limit_data(large.id(), data + (16 << 20)).unwrap();
    large.stdin.take().unwrap().write_all(b"1").unwrap();
    let output = large.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "1 MB: true, 64 MB: false\n");
}

fn large() {
    io::stdin().read_exact(&mut [0]).unwrap();
    let fits = |megabytes: usize| Vec::<u8>::new().try_reserve_exact(megabytes << 20).is_ok();
    println!("1 MB: {}, 64 MB: {}", fits(1), fits(64));
}
