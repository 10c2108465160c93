// XMLHttpRequest (its standard, section 3), asynchronous and synchronous. `responseXML` is null, since apinb has no
// DOM.
import { core, primordials } from "ext:core/mod.js";
import { op_cancel_new } from "ext:core/ops";
import { isPolicyError } from "ext:apinb/00_errors.js";
import { bytesOf, iterable, whenSettled } from "ext:apinb/01_safe.js";
import {
  Blob,
  dispatch,
  DOMException,
  Event,
  events,
  EventTarget,
  ProgressEvent,
  textOfBytes,
  withCredentials,
} from "ext:apinb/00_web.js";
import { rawBody, send, sendSync } from "ext:apinb/11_send.js";
import { statusRead } from "ext:apinb/11_status.js";
import { appendHeader, hasHeader, headerPairs, Headers, headerValue, setHeader } from "ext:apinb/12_headers.js";

const {
  Boolean,
  JSONParse,
  ObjectDefineProperty,
  RegExpPrototypeExec,
  String,
  StringPrototypeToUpperCase,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetByteLength,
} = primordials;

const STATES = ["UNSENT", "OPENED", "HEADERS_RECEIVED", "LOADING", "DONE"];
const UNSENT = 0;
const OPENED = 1;
const HEADERS_RECEIVED = 2;
const LOADING = 3;
const DONE = 4;
const EVENTS = ["readystatechange", "loadstart", "progress", "abort", "error", "load", "timeout", "loadend"];
const CHARSET = /;\s*charset\s*=\s*"?([^\s";]+)/i;

export class XMLHttpRequest extends EventTarget {
  #state = UNSENT;
  #method = "GET";
  #url = "";
  #async = true;
  #headers = new Headers();
  #mime = null;
  #received = null;
  #cancel = undefined;
  #sent = false;

  timeout = 0;
  withCredentials = false;
  responseType = "";
  upload = new EventTarget();

  get readyState() {
    return this.#state;
  }

  get status() {
    statusRead(this.#received?.unread);
    return this.#received?.status ?? 0;
  }

  get statusText() {
    statusRead(this.#received?.unread);
    return this.#received?.statusText ?? "";
  }

  get responseURL() {
    return this.#received?.url ?? "";
  }

  get responseText() {
    if (this.responseType !== "" && this.responseType !== "text") {
      throw new DOMException("responseText needs responseType \"\" or \"text\"", "InvalidStateError");
    }
    return this.#text();
  }

  get responseXML() {
    return null;
  }

  get response() {
    if (this.responseType === "" || this.responseType === "text") {
      return this.#text();
    }
    if (this.#state !== DONE || this.#received === null) {
      return null;
    }
    const { bytes } = this.#received;
    switch (this.responseType) {
      case "arraybuffer":
        return TypedArrayPrototypeGetBuffer(bytesOf(bytes));
      case "blob":
        return new Blob(iterable([bytes]), { __proto__: null, type: this.#type() });
      case "json":
        try {
          return JSONParse(this.#text());
        } catch {
          return null;
        }
      default:
        return null;
    }
  }

  #text() {
    if (this.#received === null) {
      return "";
    }
    const charset = RegExpPrototypeExec(CHARSET, this.#type());
    return textOfBytes(this.#received.bytes, charset === null ? undefined : charset[1]);
  }

  #type() {
    return this.#mime ?? this.#header("content-type") ?? "";
  }

  #header(name) {
    return this.#received === null ? null : headerValue(new Headers(this.#received.headers), name);
  }

  /** Credentials in the URL or beside it are permitted (section 3.5.1): they are sent as with Basic authentication. */
  open(method, url, isAsync = true, username = null, password = null) {
    this.#abandon();
    this.#method = StringPrototypeToUpperCase(String(method));
    this.#url = withCredentials(url, optionalText(username), optionalText(password));
    this.#async = Boolean(isAsync);
    this.#headers = new Headers();
    this.#received = null;
    this.#sent = false;
    this.#become(OPENED);
  }

  setRequestHeader(name, value) {
    if (this.#state !== OPENED || this.#sent) {
      throw new DOMException("setRequestHeader: call open() first", "InvalidStateError");
    }
    appendHeader(this.#headers, name, value);
  }

  overrideMimeType(mime) {
    this.#mime = String(mime);
  }

  getResponseHeader(name) {
    return this.#header(name);
  }

  getAllResponseHeaders() {
    let text = "";
    if (this.#received !== null) {
      const pairs = headerPairs(new Headers(this.#received.headers));
      for (let index = 0; index < pairs.length; index++) {
        text += `${pairs[index][0]}: ${pairs[index][1]}\r\n`;
      }
    }
    return text;
  }

  send(body = null) {
    if (this.#state !== OPENED || this.#sent) {
      throw new DOMException("send: call open() first", "InvalidStateError");
    }
    const message = this.#message(body);
    this.#sent = true;
    if (this.#async) {
      this.#cancel = op_cancel_new();
      message.options.cancel = this.#cancel;
      this.#fire("loadstart");
      const token = this.#cancel;
      whenSettled(send(message), (received) => this.#finish(token, received), (error) => this.#fail(token, error));
      return;
    }
    try {
      this.#received = sendSync(message);
    } catch (error) {
      this.#state = DONE;
      // As in fetch: the standard has no policies.
      if (isPolicyError(error)) {
        throw error;
      }
      throw new DOMException(error.message, error.kind === "timeout" ? "TimeoutError" : "NetworkError");
    }
    this.#state = DONE;
    this.#fire("readystatechange", Event);
    this.#fire("load");
    this.#fire("loadend");
  }

  #message(value) {
    let body = null;
    if (value !== null && value !== undefined && this.#method !== "GET" && this.#method !== "HEAD") {
      const { bytes, type } = rawBody(value) ?? rawBody(String(value));
      body = bytes;
      if (type !== "" && !hasHeader(this.#headers, "content-type")) {
        setHeader(this.#headers, "content-type", type);
      }
    }
    const timeout = this.timeout > 0 ? this.timeout : undefined;
    const headers = headerPairs(this.#headers);
    const options = { __proto__: null, raw: true, timeout, cancel: undefined };
    return { method: this.#method, url: this.#url, headers, body, options };
  }

  #finish(token, received) {
    if (token !== this.#cancel) {
      return;
    }
    core.close(token);
    this.#cancel = undefined;
    this.#received = received;
    this.#become(HEADERS_RECEIVED);
    this.#become(LOADING);
    this.#fire("progress");
    this.#become(DONE);
    this.#fire("load");
    this.#fire("loadend");
  }

  #fail(token, error) {
    if (token !== this.#cancel) {
      return;
    }
    core.close(token);
    this.#cancel = undefined;
    this.#become(DONE);
    this.#fire(error.kind === "timeout" ? "timeout" : "error");
    this.#fire("loadend");
  }

  abort() {
    const running = this.#sent && this.#cancel !== undefined;
    this.#abandon();
    if (running) {
      this.#become(DONE);
      this.#fire("abort");
      this.#fire("loadend");
    }
    this.#state = UNSENT;
  }

  #abandon() {
    if (this.#cancel !== undefined) {
      core.close(this.#cancel);
      this.#cancel = undefined;
    }
    this.#received = null;
  }

  #become(state) {
    this.#state = state;
    this.#fire("readystatechange", Event);
  }

  #fire(type, Kind = ProgressEvent) {
    const loaded = this.#received === null ? 0 : TypedArrayPrototypeGetByteLength(this.#received.bytes);
    const init = { __proto__: null, loaded, total: loaded, lengthComputable: this.#received !== null };
    dispatch(this, new Kind(type, init));
  }
}

function optionalText(value) {
  return value === null || value === undefined ? null : String(value);
}

for (let value = 0; value < STATES.length; value++) {
  ObjectDefineProperty(XMLHttpRequest, STATES[value], { __proto__: null, value, enumerable: true });
  ObjectDefineProperty(XMLHttpRequest.prototype, STATES[value], { __proto__: null, value, enumerable: true });
}
for (let index = 0; index < EVENTS.length; index++) {
  events.defineEventHandler(XMLHttpRequest.prototype, EVENTS[index]);
}
