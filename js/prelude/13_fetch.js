// fetch, Request and Response (Fetch standard, sections 5.3 to 5.6), over 11_send.js. Bodies are sent and received
import { statusRead } from "ext:apinb/11_status.js";
// whole: a stream as a body is read to its end first.
import { core, primordials } from "ext:core/mod.js";
import { op_cancel_new } from "ext:core/ops";
import { append, bytesOf, iterable, joinBytes, matches, owned, splitText } from "ext:apinb/01_safe.js";
import {
  addListener,
  Blob,
  closeController,
  enqueueChunk,
  hasCredentials,
  hrefOf,
  isAborted,
  isAbortSignal,
  isDOMException,
  parseUrlEncoded,
  pendingRead,
  readChunk,
  removeListener,
  respondToRead,
  streams,
  textOfBytes,
  throwIfAborted,
} from "ext:apinb/00_web.js";
import { isPolicyError } from "ext:apinb/00_errors.js";
import { appendField, FormData } from "ext:apinb/10_form_data.js";
import { readProjectFile, relativeTarget } from "ext:apinb/11_project_file.js";
import { rawBody, send } from "ext:apinb/11_send.js";
import { hasHeader, headerPairs, Headers, headerValue, setHeader } from "ext:apinb/12_headers.js";

const {
  ArrayPrototypeIncludes,
  JSONParse,
  JSONStringify,
  NumberIsInteger,
  RangeError,
  String,
  StringPrototypeToLowerCase,
  StringPrototypeToUpperCase,
  StringPrototypeTrim,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetSymbolToStringTag,
  TypeError,
  Uint8Array,
} = primordials;

const NULL_BODY_STATUS = [101, 103, 204, 205, 304];
const REDIRECT_STATUS = [301, 302, 303, 307, 308];
const FORBIDDEN_METHODS = ["CONNECT", "TRACE", "TRACK"];
const UPPER_CASE_METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** The options of a call without options. */
const NO_OPTIONS = { __proto__: null };

/** Reads a stream of bytes to its end. */
async function readToEnd(stream) {
  const reader = streams.acquireReadableStreamDefaultReader(stream);
  const chunks = [];
  for (;;) {
    const { value, done } = await owned(readChunk(reader));
    if (done) {
      return joinBytes(chunks);
    }
    if (TypedArrayPrototypeGetSymbolToStringTag(value) !== "Uint8Array") {
      const error = new TypeError("a body stream must yield bytes (Uint8Array)");
      owned(streams.readableStreamCancel(stream, error));
      throw error;
    }
    append(chunks, value);
  }
}

let setBody;
let shareBody;
let takeBody;
let headersOf;
let setHeaders;
let isBody;
let bodyBytes;

/** Whether a value is a Request or a Response. */
export const isMessage = (value) => isBody(value);

/** The bytes of a body that no one has read. */
export const bytesOfBody = (message) => bodyBytes(message);

/** The common base of Request and Response: headers, and a body that can be read once. */
class Body {
  #headers;
  /** Bytes, a stream of the notebook, or null. */
  #content = null;
  #stream = null;
  #used = false;

  static {
    isBody = (value) => typeof value === "object" && value !== null && #content in value;
    bodyBytes = (message) => {
      const content = message.#unread();
      if (streams.isReadableStream(content)) {
        throw new TypeError("the body is a stream: await its `bytes()` first");
      }
      return content ?? new Uint8Array();
    };
    headersOf = (message) => message.#headers;
    setHeaders = (message, headers) => {
      message.#headers = headers;
    };
    setBody = (message, content) => {
      message.#content = content;
      message.#stream = streams.isReadableStream(content) ? content : null;
    };
    /** Copies the content for another body; this one stays readable. */
    shareBody = (message) => {
      const content = message.#unread();
      if (!streams.isReadableStream(content)) {
        return content;
      }
      const branches = streams.readableStreamTee(content, false);
      setBody(message, branches[0]);
      return branches[1];
    };
    /** Takes the content and marks the body as read. */
    takeBody = (message) => {
      const content = message.#unread();
      message.#used = content !== null;
      return content;
    };
  }

  #unread() {
    if (this.#used) {
      throw new TypeError("the body has already been read");
    }
    return this.#content;
  }

  get headers() {
    return this.#headers;
  }

  get body() {
    if (this.#content === null) {
      return null;
    }
    this.#stream ??= new streams.ReadableStream({
      __proto__: null,
      type: "bytes",
      pull: (controller) => {
        const bytes = takeBody(this);
        if (TypedArrayPrototypeGetByteLength(bytes) > 0) {
          enqueueChunk(controller, bytesOf(bytes));
        }
        closeController(controller);
        const request = pendingRead(controller);
        if (request !== null) {
          respondToRead(request, 0);
        }
      },
    });
    return this.#stream;
  }

  get bodyUsed() {
    return this.#used;
  }

  async arrayBuffer() {
    return TypedArrayPrototypeGetBuffer(await owned(this.#read()));
  }

  async bytes() {
    return await owned(this.#read());
  }

  async blob() {
    const bytes = await owned(this.#read());
    return new Blob(iterable([bytes]), { __proto__: null, type: headerValue(this.#headers, "content-type") ?? "" });
  }

  async text() {
    return textOfBytes(await owned(this.#read()));
  }

  async json() {
    return JSONParse(textOfBytes(await owned(this.#read())));
  }

  async formData() {
    const header = headerValue(this.#headers, "content-type") ?? "";
    const type = StringPrototypeToLowerCase(StringPrototypeTrim(splitText(header, ";")[0]));
    if (type !== "application/x-www-form-urlencoded") {
      throw new TypeError(`cannot read a form from a body of type "${type}"`);
    }
    const form = new FormData();
    const pairs = parseUrlEncoded(await owned(this.#read()));
    for (let index = 0; index < pairs.length; index++) {
      appendField(form, pairs[index][0], pairs[index][1]);
    }
    return form;
  }

  async #read() {
    const content = takeBody(this);
    if (streams.isReadableStream(content)) {
      return await owned(readToEnd(content));
    }
    return content === null ? new Uint8Array() : bytesOf(content);
  }
}

function extractBody(value, headers) {
  if (streams.isReadableStream(value)) {
    if (streams.isReadableStreamLocked(value)) {
      throw new TypeError("the body stream is locked by another reader");
    }
    return value;
  }
  const { bytes, type } = rawBody(value) ?? rawBody(String(value));
  if (type !== "" && !hasHeader(headers, "content-type")) {
    setHeader(headers, "content-type", type);
  }
  return bytes;
}

let requestOf;

export class Request extends Body {
  #method = "GET";
  #url;
  #redirect = "follow";
  #signal = null;

  static {
    /** The parts of a Request; undefined for any other value. */
    requestOf = (value) => typeof value === "object" && value !== null && #method in value
      ? { method: value.#method, url: value.#url, redirect: value.#redirect, signal: value.#signal }
      : undefined;
  }

  constructor(input, init = NO_OPTIONS) {
    super();
    const from = requestOf(input);
    this.#url = from === undefined ? hrefOf(input) : from.url;
    if (hasCredentials(this.#url)) {
      throw new TypeError(
        "Request: the URL includes a user name or a password; set the header Authorization instead",
      );
    }
    const method = String(init.method ?? from?.method ?? "GET");
    const upper = StringPrototypeToUpperCase(method);
    if (ArrayPrototypeIncludes(FORBIDDEN_METHODS, upper) || !matches(METHOD, method)) {
      throw new TypeError(`Request: "${method}" is not an allowed method`);
    }
    this.#method = ArrayPrototypeIncludes(UPPER_CASE_METHODS, upper) ? upper : method;
    const headers = new Headers(init.headers ?? (from === undefined ? undefined : headersOf(input)));
    setHeaders(this, headers);
    this.#redirect = init.redirect ?? from?.redirect ?? "follow";
    this.#signal = init.signal ?? from?.signal ?? null;
    if (init.body !== undefined && init.body !== null) {
      if (this.#method === "GET" || this.#method === "HEAD") {
        throw new TypeError(`Request: ${this.#method} cannot have a body`);
      }
      setBody(this, extractBody(init.body, headers));
    } else if (from !== undefined) {
      setBody(this, shareBody(input));
    }
  }

  get method() {
    return this.#method;
  }

  get url() {
    return this.#url;
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

let responseOf;
let receivedOf;

/**
 * The method and the URL of the request of a Response from the network, and the text of its body; undefined for any
 * other value.
 */
export const receivedBy = (value) => receivedOf(value);

export class Response extends Body {
  #status = 200;
  #statusText = "";
  #url = "";
  #redirected = false;
  #type = "default";
  /** The method of its request, and the bytes of the network. */
  #received;
  /** See 11_status.js. */
  #unread = null;

  static {
    receivedOf = (value) => {
      if (typeof value !== "object" || value === null || !(#received in value) || value.#received === undefined) {
        return undefined;
      }
      const { method, bytes } = value.#received;
      return { __proto__: null, method, url: value.#url, text: textOfBytes(bytes) };
    };
    /** Wraps a response from the network. */
    responseOf = (method, { status, statusText, headers, bytes, url, redirected, unread }) => {
      const response = new Response();
      response.#status = status;
      response.#statusText = statusText;
      setHeaders(response, new Headers(headers));
      response.#url = url;
      response.#redirected = redirected;
      response.#type = "basic";
      response.#received = method === undefined ? undefined : { __proto__: null, method, bytes };
      response.#unread = unread;
      setBody(response, ArrayPrototypeIncludes(NULL_BODY_STATUS, status) ? null : bytes);
      return response;
    };
  }

  constructor(body = null, init = NO_OPTIONS) {
    super();
    const status = init.status ?? 200;
    if (!NumberIsInteger(status) || status < 200 || status > 599) {
      throw new RangeError(`Response: ${status} is not a status from 200 to 599`);
    }
    this.#status = status;
    this.#statusText = String(init.statusText ?? "");
    const headers = new Headers(init.headers);
    setHeaders(this, headers);
    if (body !== null && body !== undefined) {
      if (ArrayPrototypeIncludes(NULL_BODY_STATUS, status)) {
        throw new TypeError(`Response: a response with status ${status} cannot have a body`);
      }
      setBody(this, extractBody(body, headers));
    }
  }

  static json(data, init = NO_OPTIONS) {
    const headers = new Headers(init.headers);
    if (!hasHeader(headers, "content-type")) {
      setHeader(headers, "content-type", "application/json");
    }
    return new Response(JSONStringify(data), { __proto__: null, ...init, headers });
  }

  static error() {
    const response = new Response();
    response.#type = "error";
    response.#status = 0;
    return response;
  }

  static redirect(url, status = 302) {
    if (!ArrayPrototypeIncludes(REDIRECT_STATUS, status)) {
      throw new RangeError(`Response: ${status} is not a redirect`);
    }
    const headers = { __proto__: null, location: hrefOf(url) };
    return new Response(null, { __proto__: null, status, headers });
  }

  get status() {
    statusRead(this.#unread);
    return this.#status;
  }

  get ok() {
    statusRead(this.#unread);
    return this.#status >= 200 && this.#status < 300;
  }

  get statusText() {
    statusRead(this.#unread);
    return this.#statusText;
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
    const content = shareBody(this);
    const copy = new Response();
    copy.#status = this.#status;
    copy.#statusText = this.#statusText;
    setHeaders(copy, new Headers(headersOf(this)));
    copy.#url = this.#url;
    copy.#redirected = this.#redirected;
    copy.#type = this.#type;
    copy.#received = this.#received;
    copy.#unread = this.#unread;
    setBody(copy, content);
    return copy;
  }
}

/** The response to a request for a file of the project. */
function fileResponse(input, path, init) {
  const method = StringPrototypeToUpperCase(String(init.method ?? "GET"));
  if (method !== "GET" && method !== "HEAD") {
    throw new TypeError(`fetch: \`${input}\` is a file of the project, which can be read only (GET)`);
  }
  if (isAbortSignal(init.signal)) {
    throwIfAborted(init.signal);
  }
  let file;
  try {
    file = readProjectFile(path);
  } catch (error) {
    if (error.kind !== "missing") {
      throw error;
    }
    const missing = new TypeError(`fetch: \`${input}\` is not a URL, and the project has no such file`);
    missing.help = "Write the whole URL, with `https://`, or the path of a file relative to the folder of the notebook.";
    throw missing;
  }
  const length = TypedArrayPrototypeGetByteLength(file.bytes);
  const headers = [["content-length", `${length}`]];
  if (file.type !== "") {
    append(headers, ["content-type", file.type]);
  }
  const bytes = method === "HEAD" ? null : file.bytes;
  return responseOf(undefined, { status: 200, statusText: "OK", headers, bytes, url: input, redirected: false });
}

export async function fetch(input, init = NO_OPTIONS) {
  const relative = relativeTarget(input);
  if (relative?.path !== undefined) {
    return fileResponse(input, relative.path, init);
  }
  input = relative?.url ?? input;
  const request = new Request(input, init);
  const { method, url, redirect, signal } = requestOf(request);
  if (signal !== null && !isAbortSignal(signal)) {
    throw new TypeError("fetch: signal is not an AbortSignal");
  }
  if (signal !== null) {
    throwIfAborted(signal);
  }
  const cancel = signal === null ? undefined : op_cancel_new();
  const abort = () => core.close(cancel);
  if (signal !== null) {
    addListener(signal, "abort", abort);
  }
  try {
    const content = takeBody(request);
    // Data that is available is sent at once: the cell may be about to end.
    const body = streams.isReadableStream(content) ? await owned(readToEnd(content)) : content;
    const options = { redirect, cancel, raw: true };
    const received = await owned(send({ method, url, headers: headerPairs(headersOf(request)), body, options }));
    return responseOf(method, received);
  } catch (error) {
    if (signal !== null) {
      throwIfAborted(signal);
    }
    // The Fetch standard has no policies: a refused request rejects with PolicyError instead of TypeError.
    if (isDOMException(error) || isPolicyError(error)) {
      throw error;
    }
    const failure = new TypeError(error.message);
    failure.help = error.help;
    throw failure;
  } finally {
    if (signal !== null) {
      removeListener(signal, "abort", abort);
    }
    if (cancel !== undefined && !isAborted(signal)) {
      core.close(cancel);
    }
  }
}
