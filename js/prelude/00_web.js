// The web platform of deno_web, taken once for the files that build on it: its classes, and its methods as functions
// that no cell can change.
import { core, primordials } from "ext:core/mod.js";

const { ObjectGetOwnPropertyDescriptor, ObjectPrototypeIsPrototypeOf, SymbolFor, uncurryThis } = primordials;

export const { parseUrlEncoded, URL, URLSearchParams } = core.loadExtScript("ext:deno_web/00_url.js");
export const { URLPattern } = core.loadExtScript("ext:deno_web/01_urlpattern.js");
export const { Console, inspect, inspectArgs, setNoColorFns } = core.loadExtScript("ext:deno_web/01_console.js");
export const { DOMException } = core.loadExtScript("ext:deno_web/01_dom_exception.js");
export const events = core.loadExtScript("ext:deno_web/02_event.js");
export const { Event, EventTarget, ProgressEvent } = events;
export const timers = core.loadExtScript("ext:deno_web/02_timers.js");
export const { AbortController, AbortSignal } = core.loadExtScript("ext:deno_web/03_abort_signal.js");
export const { atob, btoa } = core.loadExtScript("ext:deno_web/05_base64.js");
export const streams = core.loadExtScript("ext:deno_web/06_streams.js");
export const encoding = core.loadExtScript("ext:deno_web/08_text_encoding.js");
export const { Blob, File, getParts, isBlob } = core.loadExtScript("ext:deno_web/09_file.js");
export const { FileReader } = core.loadExtScript("ext:deno_web/10_filereader.js");
export const { MessageChannel, MessagePort, structuredClone } = core.loadExtScript("ext:deno_web/13_message_port.js");
export const compression = core.loadExtScript("ext:deno_web/14_compression.js");
export const performance = core.loadExtScript("ext:deno_web/15_performance.js");

/** The symbol under which an object defines how it is inspected. */
export const customInspect = SymbolFor("Deno.customInspect");

/** The getter of a property that instances of a class have. */
const getter = (Class, name) => uncurryThis(ObjectGetOwnPropertyDescriptor(Class.prototype, name).get);
/** The setter of a property that instances of a class have. */
const setter = (Class, name) => uncurryThis(ObjectGetOwnPropertyDescriptor(Class.prototype, name).set);
/** A method that instances of a class have. */
const method = (Class, name) => uncurryThis(Class.prototype[name]);
/** Whether a value is an instance of a class. */
function instanceTest(Class) {
  const { prototype } = Class;
  return (value) => ObjectPrototypeIsPrototypeOf(prototype, value);
}

export const blobText = method(Blob, "text");
export const blobType = getter(Blob, "type");
export const fileName = getter(File, "name");
export const isFile = instanceTest(File);

export const isURL = instanceTest(URL);
const href = getter(URL, "href");
/** The URL, serialized as the URL standard prescribes. */
export const hrefOf = (url) => href(new URL(url));
const pathname = getter(URL, "pathname");
const search = getter(URL, "search");
/** The path and the query of a URL. */
export function pathOf(url) {
  const parsed = new URL(url);
  return pathname(parsed) + search(parsed);
}
const username = getter(URL, "username");
const password = getter(URL, "password");
const setUsername = setter(URL, "username");
const setPassword = setter(URL, "password");
/** The URL with these credentials, where they are not null (URL standard, "set the username" and "set the password"). */
export function withCredentials(url, name, secret) {
  const parsed = new URL(url);
  if (name !== null) {
    setUsername(parsed, name);
  }
  if (secret !== null) {
    setPassword(parsed, secret);
  }
  return href(parsed);
}
/** Whether a URL includes credentials (URL standard, "includes credentials"). */
export function hasCredentials(url) {
  const parsed = new URL(url);
  return username(parsed) !== "" || password(parsed) !== "";
}

export const isSearchParams = instanceTest(URLSearchParams);
export const searchParamsText = method(URLSearchParams, "toString");

export const isAbortSignal = instanceTest(AbortSignal);
export const isAborted = getter(AbortSignal, "aborted");
export const throwIfAborted = method(AbortSignal, "throwIfAborted");

export const addListener = method(EventTarget, "addEventListener");
export const removeListener = method(EventTarget, "removeEventListener");
export const dispatch = method(EventTarget, "dispatchEvent");
export const eventError = getter(events.ErrorEvent, "error");

export const isDOMException = instanceTest(DOMException);

export const readChunk = method(streams.ReadableStreamDefaultReader, "read");
export const enqueueChunk = method(streams.ReadableByteStreamController, "enqueue");
export const closeController = method(streams.ReadableByteStreamController, "close");
export const pendingRead = getter(streams.ReadableByteStreamController, "byobRequest");
export const respondToRead = method(streams.ReadableStreamBYOBRequest, "respond");

const now = method(performance.Performance, "now");
/** The milliseconds since the engine started. */
export const clock = () => now(performance.performance);

const decodeText = method(encoding.TextDecoder, "decode");
/** Decodes bytes by a label of the Encoding standard; an unknown label counts as UTF-8. */
export function textOfBytes(bytes, label = undefined) {
  let decoder;
  try {
    decoder = new encoding.TextDecoder(label);
  } catch {
    decoder = new encoding.TextDecoder();
  }
  return decodeText(decoder, bytes);
}
