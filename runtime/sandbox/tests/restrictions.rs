//! What a process can do after it has entered a sandbox, from each kind of thread.
//!
//! A process enters before it has a second thread, so the usual test harness, which runs tests on threads, cannot host
//! these: each test runs this program again, which then enters a sandbox and prints the outcome of each attempt.

#![expect(clippy::print_stdout, reason = "prints the outcomes of tests")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

#[cfg(target_os = "linux")]
mod linux;

fn main() {
    #[cfg(target_os = "linux")]
    linux::main();
    #[cfg(not(target_os = "linux"))]
    {
        let report = apinb_sandbox::Sandbox::default().enter().unwrap();
        assert_eq!(report.missing.len(), 2, "nothing is restricted");
        println!("test result: ok");
    }
}
