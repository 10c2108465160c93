// The web platform as deno_web has it, taken once for the files that build on it.
import { core } from "ext:core/mod.js";

export const { URL, URLSearchParams } = core.loadExtScript("ext:deno_web/00_url.js");
export const { URLPattern } = core.loadExtScript("ext:deno_web/01_urlpattern.js");
export const { Console, inspect, setNoColorFns } = core.loadExtScript("ext:deno_web/01_console.js");
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

/** Under this symbol an object says how it is inspected. */
export const customInspect = Symbol.for("Deno.customInspect");
