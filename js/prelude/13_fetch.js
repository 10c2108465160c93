// fetch, Request and Response (Fetch standard, sections 5.3 to 5.6), over 11_send.js. What is sent and received is whole:
// a stream as a body is read to its end first.
import { core } from "ext:core/mod.js";
import { JSON, Number, RangeError, Set, String, TypeError, Uint8Array } from "ext:apinb/00_builtins.js";
import { AbortSignal, Blob, DOMException, encoding, streams, URL, URLSearchParams } from "ext:apinb/00_web.js";
import { PolicyError } from "ext:apinb/00_errors.js";
import { op_cancel_new } from "ext:core/ops";
import { FormData } from "ext:apinb/10_form_data.js";
import { rawBody, send } from "ext:apinb/11_send.js";
import { headerPairs, Headers } from "ext:apinb/12_headers.js";

const NULL_BODY_STATUS = new Set([101, 103, 204, 205, 304]);
const FORBIDDEN_METHODS = new Set(["CONNECT", "TRACE", "TRACK"]);
const UPPER_CASE_METHODS = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]);

/** All of a stream of bytes. */
async function readToEnd(stream) {
  const chunks = [];
  let length = 0;
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) {
      throw new TypeError("the stream of a body has to give bytes (Uint8Array)");
    }
    chunks.push(chunk);
    length += chunk.byteLength;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

/** What Request and Response have in common: a body that can be read once. */
class Body {
  /** Bytes, a stream of the notebook's, or none. */
  #content = null;
  #stream = null;
  #used = false;

  _setBody(content) {
    this.#content = content;
    this.#stream = content instanceof streams.ReadableStream ? content : null;
  }

  #unread() {
    if (this.#used) {
      throw new TypeError("the body was read already");
    }
    return this.#content;
  }

  /** The content for another body; this one keeps it too. */
  _share() {
    const content = this.#unread();
    if (!(content instanceof streams.ReadableStream)) {
      return content;
    }
    const [kept, shared] = content.tee();
    this._setBody(kept);
    return shared;
  }

  /** The content; from now on it is read. */
  _take() {
    const content = this.#unread();
    this.#used = content !== null;
    return content;
  }

  get body() {
    if (this.#content === null) {
      return null;
    }
    this.#stream ??= new streams.ReadableStream({
      type: "bytes",
      pull: (controller) => {
        const bytes = this._take();
        if (bytes.byteLength > 0) {
          controller.enqueue(bytes.slice());
        }
        controller.close();
        controller.byobRequest?.respond(0);
      },
    });
    return this.#stream;
  }

  get bodyUsed() {
    return this.#used;
  }

  async arrayBuffer() {
    return (await this.bytes()).buffer;
  }

  async bytes() {
    const content = this._take();
    if (content instanceof streams.ReadableStream) {
      return await readToEnd(content);
    }
    return content === null ? new Uint8Array() : content.slice();
  }

  async blob() {
    return new Blob([await this.bytes()], { type: this.headers.get("content-type") ?? "" });
  }

  async text() {
    return new encoding.TextDecoder().decode(await this.bytes());
  }

  async json() {
    return JSON.parse(await this.text());
  }

  async formData() {
    const type = (this.headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
    if (type !== "application/x-www-form-urlencoded") {
      throw new TypeError(`cannot read a form from a body of type "${type}"`);
    }
    const form = new FormData();
    for (const [name, value] of new URLSearchParams(await this.text())) {
      form.append(name, value);
    }
    return form;
  }
}

function extractBody(value, headers) {
  if (value instanceof streams.ReadableStream) {
    if (value.locked) {
      throw new TypeError("the stream of a body is read by somebody else");
    }
    return value;
  }
  const { bytes, type } = rawBody(value) ?? rawBody(String(value));
  if (type !== "" && !headers.has("content-type")) {
    headers.set("content-type", type);
  }
  return bytes;
}

export class Request extends Body {
  #method = "GET";
  #url;
  #headers;
  #redirect = "follow";
  #signal = null;

  constructor(input, init = {}) {
    super();
    const from = input instanceof Request ? input : null;
    this.#url = from === null ? new URL(input).href : from.url;
    const method = String(init.method ?? from?.method ?? "GET");
    const upper = method.toUpperCase();
    if (FORBIDDEN_METHODS.has(upper) || !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(method)) {
      throw new TypeError(`Request: "${method}" is not a method that can be sent`);
    }
    this.#method = UPPER_CASE_METHODS.has(upper) ? upper : method;
    this.#headers = new Headers(init.headers ?? from?.headers);
    this.#redirect = init.redirect ?? from?.redirect ?? "follow";
    this.#signal = init.signal ?? from?.signal ?? null;
    if (init.body !== undefined && init.body !== null) {
      if (this.#method === "GET" || this.#method === "HEAD") {
        throw new TypeError(`Request: ${this.#method} has no body`);
      }
      this._setBody(extractBody(init.body, this.#headers));
    } else if (from !== null) {
      this._setBody(from._share());
    }
  }

  get method() {
    return this.#method;
  }

  get url() {
    return this.#url;
  }

  get headers() {
    return this.#headers;
  }

  get redirect() {
    return this.#redirect;
  }

  get signal() {
    return this.#signal;
  }

  clone() {
    return new Request(this);
  }
}

export class Response extends Body {
  #status = 200;
  #statusText = "";
  #headers;
  #url = "";
  #redirected = false;
  #type = "default";

  constructor(body = null, init = {}) {
    super();
    const status = init.status ?? 200;
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new RangeError(`Response: ${status} is not a status from 200 to 599`);
    }
    this.#status = status;
    this.#statusText = String(init.statusText ?? "");
    this.#headers = new Headers(init.headers);
    if (body !== null && body !== undefined) {
      if (NULL_BODY_STATUS.has(status)) {
        throw new TypeError(`Response: ${status} has no body`);
      }
      this._setBody(extractBody(body, this.#headers));
    }
  }

  static json(data, init = {}) {
    const headers = new Headers(init.headers);
    if (!headers.has("content-type")) {
      headers.set("content-type", "application/json");
    }
    return new Response(JSON.stringify(data), { ...init, headers });
  }

  static error() {
    const response = new Response();
    response.#type = "error";
    response.#status = 0;
    return response;
  }

  static redirect(url, status = 302) {
    if (![301, 302, 303, 307, 308].includes(status)) {
      throw new RangeError(`Response: ${status} is not a redirect`);
    }
    return new Response(null, { status, headers: { location: new URL(url).href } });
  }

  static _received({ status, statusText, headers, bytes, url, redirected }) {
    const response = new Response();
    response.#status = status;
    response.#statusText = statusText;
    response.#headers = new Headers(headers);
    response.#url = url;
    response.#redirected = redirected;
    response.#type = "basic";
    response._setBody(NULL_BODY_STATUS.has(status) ? null : bytes);
    return response;
  }

  get status() {
    return this.#status;
  }

  get ok() {
    return this.#status >= 200 && this.#status < 300;
  }

  get statusText() {
    return this.#statusText;
  }

  get headers() {
    return this.#headers;
  }

  get url() {
    return this.#url;
  }

  get redirected() {
    return this.#redirected;
  }

  get type() {
    return this.#type;
  }

  clone() {
    const content = this._share();
    const copy = new Response();
    copy.#status = this.#status;
    copy.#statusText = this.#statusText;
    copy.#headers = new Headers(this.#headers);
    copy.#url = this.#url;
    copy.#redirected = this.#redirected;
    copy.#type = this.#type;
    copy._setBody(content);
    return copy;
  }
}

export async function fetch(input, init = {}) {
  const request = new Request(input, init);
  const { signal } = request;
  if (signal !== null && !(signal instanceof AbortSignal)) {
    throw new TypeError("fetch: signal is not an AbortSignal");
  }
  signal?.throwIfAborted();
  const cancel = signal === null ? undefined : op_cancel_new();
  const abort = () => core.close(cancel);
  signal?.addEventListener("abort", abort);
  try {
    const content = request._take();
    // What is there is sent at once: the cell may be at its end.
    const body = content instanceof streams.ReadableStream ? await readToEnd(content) : content;
    const message = {
      method: request.method,
      url: request.url,
      headers: headerPairs(request.headers),
      body,
      options: { redirect: request.redirect, cancel, raw: true },
    };
    const received = await send(message);
    return Response._received(received);
  } catch (error) {
    signal?.throwIfAborted();
    // The standard knows no policy: what is refused says so by its own name.
    if (error instanceof DOMException || error instanceof PolicyError) {
      throw error;
    }
    const failure = new TypeError(error.message);
    failure.help = error.help;
    throw failure;
  } finally {
    signal?.removeEventListener("abort", abort);
    if (cancel !== undefined && !signal.aborted) {
      core.close(cancel);
    }
  }
}
