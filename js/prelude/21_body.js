// The body of a call and of its answer: between JavaScript values and a media type.
import { core } from "ext:core/mod.js";
import { JSON, Object, String, TypeError } from "ext:apinb/00_builtins.js";
import { Blob } from "ext:apinb/00_web.js";
import { encodeFormData, formDataOf } from "ext:apinb/10_form_data.js";
import { findHeader, rawBody } from "ext:apinb/11_send.js";
import { formatQuery, parseQuery, textOf } from "ext:apinb/20_url.js";

/** `Application/JSON; charset=utf-8` -> `application/json`. */
export function essence(type) {
  return String(type).split(";", 1)[0].trim().toLowerCase();
}

function isJson(type) {
  return type === "application/json" || type === "text/json" || type.endsWith("+json");
}

/**
 * The bytes of a call's body and their type.
 * `given`: the Content-Type that the caller set; `declared`: the type that the definition prefers.
 */
export function encodeBody(body, given, declared) {
  if (body === undefined || body === null) {
    return { bytes: null, type: given };
  }
  if (typeof body === "number" || typeof body === "boolean" || typeof body === "bigint") {
    body = String(body);
  }
  const raw = rawBody(body);
  if (raw !== undefined) {
    const type = given !== undefined && !lacksBoundary(given, raw.type) ? given : raw.type || undefined;
    return { bytes: raw.bytes, type };
  }
  const type = given ?? declared ?? "application/json";
  const kind = essence(type);
  if (isJson(kind)) {
    return { bytes: core.encode(JSON.stringify(body)), type };
  }
  if (kind === "application/x-www-form-urlencoded") {
    return { bytes: core.encode(formatQuery(Object(body))), type };
  }
  if (kind === "multipart/form-data") {
    return rawBody(encodeFormData(formDataOf(body, textOf)));
  }
  if (kind.startsWith("text/")) {
    return { bytes: core.encode(String(body)), type };
  }
  throw new TypeError(`Can not serialize content type of "${type}"`);
}

/** The body of a message as the notebook may look at it: text where its type is one of text, else bytes. */
export function bodyShown({ headers, body }) {
  const kind = essence(findHeader(headers, "content-type") ?? "");
  const isText = isJson(kind) || kind.startsWith("text/") || kind === "application/x-www-form-urlencoded";
  return body !== null && isText ? core.decode(body) : body ?? undefined;
}

// `multipart/form-data` without its boundary cannot be read by anybody.
function lacksBoundary(given, actual) {
  return essence(given) === "multipart/form-data" && essence(actual) === "multipart/form-data" &&
    !/;\s*boundary=/i.test(given);
}

/** The body of an answer by its type; `text` is set for textual types, else `bytes`. */
export function decodeBody({ text, bytes, type }) {
  if (text === null || text === undefined) {
    return bytes.byteLength === 0 ? undefined : new Blob([bytes], { type });
  }
  text = text.trim();
  if (text === "") {
    return undefined;
  }
  const kind = essence(type);
  if (isJson(kind)) {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new TypeError(`Could not parse response: ${error.message}`, { cause: error });
    }
  }
  return kind === "application/x-www-form-urlencoded" ? parseQuery(text) : text;
}
