// XMLHttpRequest (its standard, section 3), asynchronous and synchronous. `responseXML` is null: there is no DOM here.
import { core } from "ext:core/mod.js";
import { op_cancel_new } from "ext:core/ops";
import { Boolean, JSON, Object, String } from "ext:apinb/00_builtins.js";
import { Blob, DOMException, encoding, Event, events, EventTarget, ProgressEvent, URL } from "ext:apinb/00_web.js";
import { rawBody, send, sendSync } from "ext:apinb/11_send.js";
import { headerPairs, Headers } from "ext:apinb/12_headers.js";

const STATES = { UNSENT: 0, OPENED: 1, HEADERS_RECEIVED: 2, LOADING: 3, DONE: 4 };
const EVENTS = ["readystatechange", "loadstart", "progress", "abort", "error", "load", "timeout", "loadend"];

/** A decoder for the charset that a type names, else UTF-8. */
function decoder(type) {
  const label = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(type)?.[1];
  try {
    return new encoding.TextDecoder(label);
  } catch {
    return new encoding.TextDecoder();
  }
}

export class XMLHttpRequest extends EventTarget {
  #state = STATES.UNSENT;
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
    return this.#received?.status ?? 0;
  }

  get statusText() {
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
    if (this.#state !== STATES.DONE || this.#received === null) {
      return null;
    }
    const { bytes } = this.#received;
    switch (this.responseType) {
      case "arraybuffer":
        return bytes.slice().buffer;
      case "blob":
        return new Blob([bytes], { type: this.#type() });
      case "json":
        try {
          return JSON.parse(this.#text());
        } catch {
          return null;
        }
      default:
        return null;
    }
  }

  #text() {
    return this.#received === null ? "" : decoder(this.#type()).decode(this.#received.bytes);
  }

  #type() {
    return this.#mime ?? this.getResponseHeader("content-type") ?? "";
  }

  open(method, url, isAsync = true) {
    this.#abandon();
    this.#method = String(method).toUpperCase();
    this.#url = new URL(url).href;
    this.#async = Boolean(isAsync);
    this.#headers = new Headers();
    this.#received = null;
    this.#sent = false;
    this.#become(STATES.OPENED);
  }

  setRequestHeader(name, value) {
    if (this.#state !== STATES.OPENED || this.#sent) {
      throw new DOMException("setRequestHeader: call open() first", "InvalidStateError");
    }
    this.#headers.append(name, value);
  }

  overrideMimeType(mime) {
    this.#mime = String(mime);
  }

  getResponseHeader(name) {
    return this.#received === null ? null : new Headers(this.#received.headers).get(name);
  }

  getAllResponseHeaders() {
    if (this.#received === null) {
      return "";
    }
    return [...new Headers(this.#received.headers)].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  }

  send(body = null) {
    if (this.#state !== STATES.OPENED || this.#sent) {
      throw new DOMException("send: call open() first", "InvalidStateError");
    }
    const message = this.#message(body);
    this.#sent = true;
    if (this.#async) {
      this.#cancel = op_cancel_new();
      message.options.cancel = this.#cancel;
      this.#fire("loadstart");
      const token = this.#cancel;
      send(message).then((received) => this.#finish(token, received), (error) => this.#fail(token, error));
      return;
    }
    try {
      this.#received = sendSync(message);
    } catch (error) {
      this.#state = STATES.DONE;
      throw new DOMException(error.message, error.kind === "timeout" ? "TimeoutError" : "NetworkError");
    }
    this.#state = STATES.DONE;
    this.#fire("readystatechange", Event);
    this.#fire("load");
    this.#fire("loadend");
  }

  #message(value) {
    let body = null;
    if (value !== null && value !== undefined && this.#method !== "GET" && this.#method !== "HEAD") {
      const { bytes, type } = rawBody(value) ?? rawBody(String(value));
      body = bytes;
      if (type !== "" && !this.#headers.has("content-type")) {
        this.#headers.set("content-type", type);
      }
    }
    const timeout = this.timeout > 0 ? this.timeout : undefined;
    const headers = headerPairs(this.#headers);
    return { method: this.#method, url: this.#url, headers, body, options: { raw: true, timeout } };
  }

  #finish(token, received) {
    if (token !== this.#cancel) {
      return;
    }
    core.close(token);
    this.#cancel = undefined;
    this.#received = received;
    this.#become(STATES.HEADERS_RECEIVED);
    this.#become(STATES.LOADING);
    this.#fire("progress");
    this.#become(STATES.DONE);
    this.#fire("load");
    this.#fire("loadend");
  }

  #fail(token, error) {
    if (token !== this.#cancel) {
      return;
    }
    core.close(token);
    this.#cancel = undefined;
    this.#become(STATES.DONE);
    this.#fire(error.kind === "timeout" ? "timeout" : "error");
    this.#fire("loadend");
  }

  abort() {
    const running = this.#sent && this.#cancel !== undefined;
    this.#abandon();
    if (running) {
      this.#become(STATES.DONE);
      this.#fire("abort");
      this.#fire("loadend");
    }
    this.#state = STATES.UNSENT;
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
    const loaded = this.#received?.bytes.byteLength ?? 0;
    this.dispatchEvent(new Kind(type, { loaded, total: loaded, lengthComputable: this.#received !== null }));
  }
}

for (const [name, value] of Object.entries(STATES)) {
  Object.defineProperty(XMLHttpRequest, name, { value, enumerable: true });
  Object.defineProperty(XMLHttpRequest.prototype, name, { value, enumerable: true });
}
for (const name of EVENTS) {
  events.defineEventHandler(XMLHttpRequest.prototype, name);
}
