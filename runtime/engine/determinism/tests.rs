//! A notebook on a virtual clock with a seed gets the same in each run, without waiting.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use apinb_project::settings::Settings;
use apinb_record::determinism::{Determinism, Locale, Seed, Start};
use apinb_text::secret::redactor::Redactor;

use crate::isolate::Engine;
use crate::support;

/// 2026-01-02T03:04:05.678Z, in milliseconds.
const START: u64 = 1_767_323_045_678;

fn start() -> Start {
    Start::at(SystemTime::UNIX_EPOCH + Duration::from_millis(START))
}

fn engine(determinism: Determinism) -> Engine {
    let settings = Settings { determinism, ..support::settings(Path::new("/nowhere")) };
    support::start(settings, &Redactor::default(), None)
}

fn replay() -> Engine {
    engine(Determinism::replay(start(), Seed(5), None, None))
}

/// The full result of a cell, or the message of its error.
fn result(engine: &mut Engine, code: &str) -> String {
    match support::run(engine, 0, code).result {
        Ok(shown) => shown.map(|shown| shown.full).unwrap_or_default(),
        Err(error) => error.message,
    }
}

/// Runs each cell in an engine of its own.
fn check(cells: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (code, expected) in cells {
        let found = result(&mut replay(), code);
        if found != *expected {
            wrong.push(format!("{code}\n  gives    {found}\n  expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_way_to_the_time_is_virtual() {
    check(&[
        ("[Date.now(), +new Date(), new Date().toISOString()].join()", {
            "\"1767323045678,1767323045678,2026-01-02T03:04:05.678Z\""
        }),
        ("Date() === new Date().toString() && Date(5).length === Date().length", "true"),
        ("new Date().constructor === Date && new Date() instanceof Date && Date.length === 7", "true"),
        ("[performance.now(), performance.timeOrigin, performance.mark('x').startTime]", { "[ 0, 1767323045678, 0 ]" }),
        (
            "class Day extends Date { get a() { return 1 } }\n[new Day().getTime(), new Day().a, new Day(7).getTime()]",
            { "[ 1767323045678, 1, 7 ]" },
        ),
        (
            "[new Date(2000, 1).getFullYear(), new Date(undefined).getTime(), Date.UTC(1970, 0), Date.parse('1970-01-01')]",
            { "[ 2000, NaN, 0, 0 ]" },
        ),
        (
            "[structuredClone(new Date()).getTime(), String(Date), Date.name, Date.now.name].join()",
            "\"1767323045678,function () { [native code] },Date,now\"",
        ),
        ("new Function('return Date.now()')() === (0, eval)('Date.now()')", "true"),
        (
            "var f = new Intl.DateTimeFormat('en', { timeZone: 'UTC', dateStyle: 'short', timeStyle: 'medium' });\n\
             [f.format(), f.format(0), f.format === f.format, f.formatToParts().length === f.formatToParts(new Date()).length]",
            "[ \"1/2/26, 3:04:05 AM\", \"1/1/70, 12:00:00 AM\", true, true ]",
        ),
        ("[new File(['a'], 'a').lastModified, new File(['a'], 'a', { lastModified: 5, type: 'text/plain' }).type]", {
            "[ 1767323045678, \"text/plain\" ]"
        }),
        ("var data = new FormData(); data.append('a', new Blob(['x'])); data.get('a').lastModified", "1767323045678"),
        ("typeof Temporal", "\"undefined\""),
        ("var end = Date.now() + 50; while (Date.now() < end) {} Date.now() - end", "1"),
    ]);
}

#[test]
fn waits_pass_without_waiting_and_in_order() {
    let began = Instant::now();
    check(&[
        ("timeout(Infinity); await sleep(3600e3 * 24 * 20); new Date().toISOString()", "\"2026-01-22T03:04:05.678Z\""),
        (
            "let order = []; timeout(Infinity); setTimeout(() => order.push('c', performance.now()), 30);\n\
             let i = setInterval(() => order.push('i'), 10); setTimeout(() => order.push('a'), 5);\n\
             setTimeout(() => { order.push('b'); Promise.resolve().then(() => order.push('micro')) }, 10);\n\
             setTimeout(() => order.push('b2'), 10); await sleep(35); clearInterval(i); order.join(' ')",
            "\"a i b micro b2 i c 30 i\"",
        ),
        (
            "let tries = 0; timeout(Infinity); await until(() => ++tries === 40, { every: 60e3, within: 3600e3 });\n\
             [tries, performance.now()]",
            "[ 40, 2340000 ]",
        ),
        (
            "await until(() => false, { every: 1000, within: 5000 })",
            "until: not done after 6 tries in 5 s; the last value is false",
        ),
        (
            "let signal = AbortSignal.timeout(2500);\n\
             await new Promise((done) => signal.addEventListener('abort', done)); [performance.now(), signal.reason.name]",
            "[ 2500, \"TimeoutError\" ]",
        ),
        ("var done = async(); setTimeout(() => done(null, Date.now()), 1e6); timeout(2e6)", "1767324045678"),
        ("await sleep(120e3)", "Timeout of 60000ms exceeded"),
        ("await new Promise(() => setInterval(() => {}, 1))", "Timeout of 60000ms exceeded"),
        ("await new Promise(() => {})", "Timeout of 60000ms exceeded"),
        ("timeout(Infinity); await new Promise(() => {})", "the cell awaits a promise that can never settle"),
        ("console.time(); await sleep(7); console.timeEnd(); console.timeLog('x')", ""),
        (
            "let { port1, port2 } = new MessageChannel(); let got = new Promise((done) => { port1.onmessage = (e) => done(e.data) });\n\
             setTimeout(() => port2.postMessage('late'), 1000); let data = await got; port1.close(); [data, performance.now()]",
            "[ \"late\", 1000 ]",
        ),
        (
            "let text = await new Response(new Blob(['x'.repeat(1e5)]).stream().pipeThrough(new CompressionStream('gzip'))\n\
             .pipeThrough(new DecompressionStream('gzip'))).text(); [text.length, performance.now()]",
            "[ 100000, 0 ]",
        ),
    ]);
    assert!(began.elapsed() < Duration::from_secs(60), "nothing waits");
}

#[test]
fn the_time_of_earlier_cells_counts() {
    let mut engine = replay();
    assert_eq!(result(&mut engine, "setTimeout(() => { late = Date.now() }, 90e3); await sleep(40e3)"), "");
    assert_eq!(result(&mut engine, "await sleep(40e3); [typeof late, performance.now()]"), "[ \"undefined\", 80000 ]");
    let outcome = support::run(&mut engine, 0, "await sleep(40e3); late - performance.timeOrigin");
    assert_eq!(outcome.virtual_time, Some(Duration::from_secs(40)));
    assert_eq!(outcome.result.unwrap().unwrap().full, "90000");
}

#[test]
fn console_timers_are_virtual() {
    let code = "console.time('a%s'); await sleep(7); console.timeLog('a%s', 5); console.timeEnd('a%s'); console.timeEnd('a%s')";
    let outcome = support::run(&mut replay(), 0, code);
    let lines: Vec<_> = outcome.console.into_iter().map(|line| line.text).collect();
    assert_eq!(lines, ["a%s: 7ms 5", "a%s: 7ms", "Timer 'a%s' does not exist"]);
}

const CHANCE: &str = "[Math.random(), crypto.randomUUID(), Math.random(),\n\
    Array.from(crypto.getRandomValues(new Uint8Array(4))).join(), String(Math.random), Math.random.length]";

#[test]
fn chance_comes_from_the_seed() {
    let recorded = result(&mut engine(Determinism::recording(start(), Seed(5), None, None)), CHANCE);
    assert_eq!(result(&mut replay(), CHANCE), recorded);
    assert_eq!(recorded, EXPECTED);
    let other = result(&mut engine(Determinism::recording(start(), Seed(6), None, None)), CHANCE);
    assert_ne!(other, recorded);
    assert_ne!(result(&mut engine(Determinism::default()), "crypto.randomUUID()"), {
        result(&mut engine(Determinism::default()), "crypto.randomUUID()")
    });
}

const EXPECTED: &str = "[\n  0.20124970334780368,\n  \"97275bea-3f45-423b-86ad-012397c11aad\",\n  0.7151805398233817,\n  \"227,241,186,13\",\n  \"function () { [native code] }\",\n  0\n]";

/// A cell that replaces functions changes neither the clock nor the chance of others.
#[test]
fn cells_cannot_break_the_clock() {
    let mut engine = replay();
    let code = "Object.prototype.value = 1; Array.prototype.push = null; Reflect.construct = Reflect.apply = null;\n\
        Map.prototype.get = Map.prototype.set = WeakMap.prototype.get = null; Date.prototype.getTime = () => 0;\n\
        Promise.prototype.then = function () { throw 1 }; Object.defineProperty(Object.prototype, '0', { get() { throw 2 } })";
    support::run(&mut engine, 0, code);
    assert_eq!(result(&mut engine, "Date.now()"), START.to_string());
    assert_eq!(result(&mut engine, "new Date().valueOf()"), START.to_string());
    assert_eq!(result(&mut engine, "typeof Math.random() + typeof crypto.randomUUID()"), "\"numberstring\"");
    assert_eq!(result(&mut engine, "Date = class { static now() { return 5 } }; Date.now()"), "5");
    assert_eq!(result(&mut engine, "performance.timeOrigin"), START.to_string());
}

/// The locale belongs to the process, in which other tests have engines.
#[test]
fn the_locale_is_set_for_an_engine() {
    let test = "determinism::tests::engines_of_two_locales";
    let program = std::env::current_exe().expect("the path of the tests");
    let ran = std::process::Command::new(program).args(["--ignored", "--exact", test]).output().expect("a process");
    let text = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
#[ignore = "`the_locale_is_set_for_an_engine` runs it, alone in a process"]
fn engines_of_two_locales() {
    let code = "[(1234.5).toLocaleString(), new Intl.NumberFormat().resolvedOptions().locale]";
    let locale = Locale::try_from("de-DE".to_owned()).ok();
    let mut german = engine(Determinism { locale: locale.clone(), ..Determinism::default() });
    assert_eq!(german.surroundings().locale, locale);
    assert_eq!(result(&mut german, code), "[ \"1.234,5\", \"de-DE\" ]");
    drop(german);
    assert_eq!(result(&mut engine(Determinism::default()), code), "[ \"1,234.5\", \"en-US\" ]");
}

/// A server whose responses take the milliseconds in the path.
fn server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let mut head = [0; 4096];
                let read = stream.read(&mut head).unwrap_or_default();
                let text = String::from_utf8_lossy(&head[..read]).into_owned();
                let path = text.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
                std::thread::sleep(Duration::from_millis(path.parse().unwrap_or_default()));
                let length = path.len();
                let response =
                    format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{path}");
                let _ = stream.write_all(response.as_bytes());
            });
        }
    });
    address
}

/// Responses arrive a millisecond after their requests, in the order of the requests, however long they really take.
#[test]
fn responses_arrive_in_the_order_of_their_requests() {
    let address = server();
    for _ in 0..3 {
        let code = format!(
            "let order = []; let now = () => performance.now();\n\
             let get = (path) => fetch('http://{address}/' + path).then((r) => r.text()).then((t) => order.push(t + '@' + now()));\n\
             setTimeout(() => order.push('timer@' + now()), 2);\n\
             let first = [get(60), get(30), get(0)]; await Promise.all(first); await get(10); await sleep(1); order.join(' ')"
        );
        let mut engine = replay();
        let outcome = support::run(&mut engine, 0, &code);
        let calls: Vec<_> = outcome.calls.iter().map(|call| (call.milliseconds, call.waited, &*call.started)).collect();
        let at = |started| (1.0, Some(1.0), started);
        let first = at("2026-01-02T03:04:05.678Z");
        assert_eq!(calls, [first, first, first, at("2026-01-02T03:04:05.679Z")]);
        let result = outcome.result.expect("it passes").expect("a result").full;
        assert_eq!(result, "\"60@1 30@1 0@1 timer@2 10@2\"");
    }
}

#[test]
fn a_call_that_is_cancelled_before_its_response_arrives_is_interrupted() {
    let address = server();
    for wait in [0, 20] {
        let code = format!(
            "let controller = new AbortController(); let call = fetch('http://{address}/{wait}', {{ signal: controller.signal }});\n\
             controller.abort(); let error = await call.catch((error) => error.name); await sleep(5); [error, performance.now()]"
        );
        let outcome = support::run(&mut replay(), 0, &code);
        assert_eq!(outcome.result.expect("it passes").expect("a result").full, "[ \"AbortError\", 6 ]");
        let calls: Vec<_> = outcome.calls.iter().map(|call| call.error.as_deref()).collect();
        assert_eq!(calls, [Some("interrupted")]);
    }
}

#[test]
fn a_call_that_blocks_takes_a_millisecond() {
    let address = server();
    let code = format!(
        "var request = new XMLHttpRequest(); request.open('GET', 'http://{address}/15', false); request.send();\n\
         [request.responseText, performance.now()]"
    );
    assert_eq!(result(&mut replay(), &code), "[ \"15\", 1 ]");
}

/// A recording gives the notebook what its replay gives, but waits for real.
#[test]
fn a_recording_waits_for_real_and_gives_the_same() {
    let address = server();
    let code = format!(
        "let seen = []; let see = (what) => seen.push(what, Date.now() - {START});\n\
         setTimeout(() => see('timer'), 60); await fetch('http://{address}/40').then((r) => r.text()).then(see);\n\
         await sleep(80); see('slept'); setTimeout(() => see('late'), 50);\n\
         await Promise.all([fetch('http://{address}/30').then(() => see('call')), sleep(70)]); see(Math.random()); seen.join()"
    );
    let mut recording = engine(Determinism::recording(start(), Seed(5), None, None));
    let began = Instant::now();
    let recorded = support::run(&mut recording, 0, &code);
    assert!(began.elapsed() >= Duration::from_millis(60 + 20 + 30 + 70), "it waits");
    let call = &recorded.calls[0];
    assert!(recorded.virtual_time.is_none() && call.milliseconds >= 40.0, "the record has real times: {call:?}");
    let recorded = recorded.result.expect("it passes").expect("a result").full;
    assert_eq!(recorded, "\"40,1,timer,60,slept,81,call,82,late,131,0.20124970334780368,151\"");
    assert_eq!(result(&mut replay(), &code), recorded);
}
