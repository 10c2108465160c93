//! The web platform in cells, except requests: each API exists and behaves as in browsers.

use serde_json::json;

use crate::support::Cells;

#[test]
fn urls_are_parsed_and_changed() {
    Cells::check(&[
        ("new URL('../b?x=1#y', 'https://a.test/1/2/3').href", json!("https://a.test/1/b?x=1#y")),
        (
            "u = new URL('https://u:p@a.test:8080/p'); u.port = ''; u.searchParams.append('q', 'a b'); u.href",
            json!("https://u:[secret]@a.test/p?q=a+b"),
        ),
        ("[URL.canParse('x'), URL.canParse('x', 'https://a.test')]", json!([false, true])),
        ("try { new URL('/x') } catch (error) { error instanceof TypeError }", json!(true)),
        ("[...new URLSearchParams('?a=1&b=%20&a=2')]", json!([["a", "1"], ["b", " "], ["a", "2"]])),
        (
            "p = new URLSearchParams({ b: 'é', a: 1 }); p.sort(); p.delete('x'); [p.toString(), p.has('b'), p.size]",
            json!(["a=1&b=%C3%A9", true, 2]),
        ),
        ("new URLPattern({ pathname: '/users/:id' }).exec('https://a.test/users/5').pathname.groups.id", json!("5")),
    ]);
}

#[test]
fn texts_and_bytes_are_converted() {
    Cells::check(&[
        ("[...new TextEncoder().encode('é😀')]", json!([195, 169, 240, 159, 152, 128])),
        ("new TextEncoder().encodeInto('abc', new Uint8Array(2))", json!({ "read": 2, "written": 2 })),
        ("new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 97, 0xff]))", json!("a\u{fffd}")),
        ("new TextDecoder('utf-16le').decode(new Uint8Array([97, 0, 98, 0]))", json!("ab")),
        ("new TextDecoder('latin1').decode(new Uint8Array([0xe9]))", json!("é")),
        (
            "try { new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff])) } catch (error) { error.name }",
            json!("TypeError"),
        ),
        (
            "d = new TextDecoder(); d.decode(new Uint8Array([0xc3]), { stream: true }) + d.decode(new Uint8Array([0xa9]))",
            json!("é"),
        ),
        ("[btoa('a\\xffb'), atob(' Yf9i ').charCodeAt(1)]", json!(["Yf9i", 255])),
        (
            "try { btoa('€') } catch (error) { [error.name, error instanceof DOMException] }",
            json!(["InvalidCharacterError", true]),
        ),
        ("['a\\ud800'.isWellFormed(), 'é'.normalize('NFD').length]", json!([false, 2])),
    ]);
}

#[test]
fn random_values_are_generated() {
    Cells::check(&[
        (
            "/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID())",
            json!(true),
        ),
        ("crypto.randomUUID() === crypto.randomUUID()", json!(false)),
        ("a = new Uint8Array(64); [crypto.getRandomValues(a) === a, a.some(byte => byte !== 0)]", json!([true, true])),
        (
            "b = new BigUint64Array(8); c = crypto.getRandomValues(b.subarray(2, 6)); [b[1] === 0n, b[6] === 0n, c.some(value => value !== 0n)]",
            json!([true, true, true]),
        ),
        ("f = value => { try { crypto.getRandomValues(value) } catch (error) { return error.name } }; 0", json!(0)),
        (
            "[f(new Float64Array(1)), f([1]), f(), f(new DataView(new ArrayBuffer(1))), f(new Uint8Array(65537)), f(new Int8Array(65536))]",
            json!([
                "TypeMismatchError",
                "TypeMismatchError",
                "TypeMismatchError",
                "TypeMismatchError",
                "QuotaExceededError",
                null
            ]),
        ),
        ("String(crypto)", json!("[object Crypto]")),
    ]);
}

#[test]
fn blobs_and_files_hold_bytes() {
    Cells::check(&[
        (
            "b = new Blob(['ab', new Uint8Array([99]), new Blob(['d'])], { type: 'Text/X' }); [b.size, b.type]",
            json!([4, "text/x"]),
        ),
        ("b.text()", json!("abcd")),
        ("b.slice(1, -1, 'x/y').text()", json!("bc")),
        ("[b.slice(1, 3, 'x/y').size, b.slice(1, 3, 'x/y').type, b.slice(9).size]", json!([2, "x/y", 0])),
        ("b.arrayBuffer().then((bytes) => [...new Uint8Array(bytes)])", json!([97, 98, 99, 100])),
        ("b.bytes().then((bytes) => bytes.length)", json!(4)),
        ("chunks = []; for await (const chunk of b.stream()) chunks.push(...chunk); chunks", json!([97, 98, 99, 100])),
        ("new Blob(['a\\r\\nb\\n'], { endings: 'transparent' }).text()", json!("a\r\nb\n")),
        (
            "f = new File(['x'], 'a b.txt', { type: 'text/plain', lastModified: 5 }); [f.name, f.size, f.type, f.lastModified]",
            json!(["a b.txt", 1, "text/plain", 5]),
        ),
        ("[f instanceof Blob, typeof new File([], 'n').lastModified]", json!([true, "number"])),
        (
            "r = new FileReader(); done = async(); r.onload = () => done(null, [r.readyState, r.result]); r.readAsText(b)",
            json!([2, "abcd"]),
        ),
        (
            "r = new FileReader(); done = async(); r.addEventListener('loadend', () => done(null, r.result)); r.readAsDataURL(f)",
            json!("data:text/plain;base64,eA=="),
        ),
    ]);
}

#[test]
fn structured_clone_copies_values() {
    Cells::check(&[
        (
            "c = structuredClone({ a: [1, new Date(0), /x/g], m: new Map([[1, new Set([2])]]), n: undefined }); [c.a[1].getTime(), c.a[2].flags, c.m.get(1).has(2), 'n' in c]",
            json!([0, "g", true, true]),
        ),
        ("o = {}; o.self = o; c = structuredClone(o); c.self === c && c !== o", json!(true)),
        ("e = structuredClone(new RangeError('x')); [e instanceof RangeError, e.message]", json!([true, "x"])),
        ("try { structuredClone(() => {}) } catch (error) { error.name }", json!("DataCloneError")),
        (
            "a = new ArrayBuffer(2); c = structuredClone(a, { transfer: [a] }); [a.byteLength, c.byteLength]",
            json!([0, 2]),
        ),
    ]);
}

#[test]
fn timers_run_in_order() {
    Cells::check(&[
        (
            "log = []; done = async(); late = setTimeout(() => done('too early'), 600000); setTimeout((x, y) => { log.push(x + y); clearTimeout(late); setTimeout(() => done(null, log)) }, 0, 'b', 'c'); queueMicrotask(() => log.push('d')); log.push('e')",
            json!(["e", "d", "bc"]),
        ),
        (
            "n = 0; done = async(); i = setInterval(() => { if (++n == 3) { clearInterval(i); done(null, n) } }, 1)",
            json!(3),
        ),
        (
            "t = setTimeout(() => { ran = true }, 1); clearTimeout(t); clearTimeout(undefined); clearTimeout(12345); await new Promise((r) => setTimeout(r, 5)); typeof ran",
            json!("undefined"),
        ),
        (
            "[typeof setTimeout(() => {}, 0), typeof performance.now(), performance.now() <= performance.now()]",
            json!(["number", "number", true]),
        ),
        ("await new Promise((r) => setTimeout(r, -5)); 1", json!(1)),
        ("performance.mark('a'); performance.measure('m', 'a').name", json!("m")),
    ]);
}

#[test]
fn events_are_dispatched() {
    Cells::check(&[
        (
            "t = new EventTarget(); log = []; t.addEventListener('x', (e) => log.push(e.detail), { once: true }); t.dispatchEvent(new CustomEvent('x', { detail: 1 })); t.dispatchEvent(new CustomEvent('x', { detail: 2 })); log",
            json!([1]),
        ),
        (
            "t.addEventListener('y', (e) => e.preventDefault()); t.dispatchEvent(new Event('y', { cancelable: true }))",
            json!(false),
        ),
        (
            "t.addEventListener('z', { handleEvent(e) { log.push(e.type, e.target === t); e.stopImmediatePropagation() } }); t.addEventListener('z', () => log.push('never')); t.dispatchEvent(new Event('z')); log",
            json!([1, "z", true]),
        ),
        (
            "a = new AbortController(); t.addEventListener('w', () => log.push('w'), { signal: a.signal }); a.abort(); t.dispatchEvent(new Event('w')); log.length",
            json!(3),
        ),
        (
            "a = new AbortController(); a.signal.onabort = () => { why = a.signal.reason }; a.abort('because'); [why, a.signal.aborted]",
            json!(["because", true]),
        ),
        ("try { AbortSignal.abort().throwIfAborted() } catch (error) { error.name }", json!("AbortError")),
        ("[AbortSignal.any([a.signal]).aborted, new DOMException('m', 'NotFoundError').code]", json!([true, 8])),
        (
            "class Own extends EventTarget {} o = new Own(); o.addEventListener('x', function () { same = this === o }); o.dispatchEvent(new Event('x')); same",
            json!(true),
        ),
        (
            "done = async(); c = new MessageChannel(); c.port1.onmessage = (e) => { c.port1.close(); done(null, e.data) }; c.port2.postMessage({ a: [1] })",
            json!({ "a": [1] }),
        ),
        // An uncaught error is dispatched to the window before it fails the cell.
        (
            "done = async(); window.addEventListener('error', (e) => { e.preventDefault(); done(null, e.error.message) }, { once: true }); setTimeout(() => { throw new Error('late') }, 1)",
            json!("late"),
        ),
        (
            "done = async(); window.addEventListener('unhandledrejection', (e) => { e.preventDefault(); done(null, e.reason) }, { once: true }); Promise.reject('uncaught')",
            json!("uncaught"),
        ),
    ]);
}

#[test]
fn streams_are_read_and_written() {
    Cells::check(&[
        (
            "s = new ReadableStream({ start(c) { c.enqueue('a'); c.enqueue('b'); c.close() } }); [one, two] = s.tee(); parts = []; for await (const part of one) parts.push(part); parts",
            json!(["a", "b"]),
        ),
        (
            "t = new TransformStream({ transform(part, c) { c.enqueue(part.toUpperCase()) } }); parts = []; for await (const part of two.pipeThrough(t)) parts.push(part); parts",
            json!(["A", "B"]),
        ),
        (
            "log = []; await ReadableStream.from([1, 2]).pipeTo(new WritableStream({ write(x) { log.push(x) }, close() { log.push('end') } })); log",
            json!([1, 2, "end"]),
        ),
        (
            "t = new Response(new Blob(['é']).stream().pipeThrough(new TextDecoderStream()).pipeThrough(new TextEncoderStream())); t.text()",
            json!("é"),
        ),
        (
            "async function all(stream) { const out = []; for await (const part of stream) out.push(...part); return new Uint8Array(out) } zipped = await all(new Blob(['hello '.repeat(100)]).stream().pipeThrough(new CompressionStream('gzip'))); zipped.length < 100",
            json!(true),
        ),
        (
            "new TextDecoder().decode(await all(new Blob([zipped]).stream().pipeThrough(new DecompressionStream('gzip')))).length",
            json!(600),
        ),
        (
            "r = new ReadableStream({ pull(c) { c.error(new RangeError('no')) } }).getReader(); r.read().catch((e) => e.name)",
            json!("RangeError"),
        ),
        ("new CountQueuingStrategy({ highWaterMark: 3 }).highWaterMark", json!(3)),
    ]);
}

#[test]
fn unsupported_apis_are_absent_with_an_explanation() {
    Cells::check(&[
        (
            "[typeof document, typeof localStorage, typeof WebSocket, typeof crypto.subtle, typeof process, typeof require, typeof module, typeof exports, typeof define]",
            json!([
                "undefined",
                "undefined",
                "undefined",
                "undefined",
                "undefined",
                "undefined",
                "undefined",
                "undefined",
                "undefined"
            ]),
        ),
        ("[typeof Deno, typeof bootstrap, typeof __bootstrap]", json!(["undefined", "undefined", "undefined"])),
        ("for (const name of Object.getOwnPropertyNames(window)) if (/^op_|apinb/.test(name)) throw name; 1", json!(1)),
        ("[Object.keys(window).length > 0, Object.keys(window).includes('fetch')]", json!([true, false])),
    ]);
}

#[test]
fn dates_and_numbers_are_localized() {
    Cells::check(&[
        ("new Date(Date.UTC(2020, 1, 29)).toISOString()", json!("2020-02-29T00:00:00.000Z")),
        ("new Intl.NumberFormat('de-DE').format(1234.5)", json!("1.234,5")),
        ("new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC' }).format(new Date(0))", json!("01/01/1970")),
        ("(1234.5).toLocaleString('en-US')", json!("1,234.5")),
        ("['b', 'ä', 'a'].sort(new Intl.Collator('de').compare)", json!(["a", "ä", "b"])),
        ("Object.groupBy([1, 2, 3], (n) => n % 2 ? 'odd' : 'even')", json!({ "odd": [1, 3], "even": [2] })),
        (
            "[[1, 2].at(-1), [3, 1].toSorted(), 'aXbX'.replaceAll('X', '-'), 2n ** 64n + '']",
            json!([2, [1, 3], "a-b-", "18446744073709551616"]),
        ),
    ]);
}
