// The body of a call and of its response: between JavaScript values and a media type.
import { core, primordials } from "ext:core/mod.js";
import { iterable, matches, splitText } from "ext:apinb/01_safe.js";
import { Blob } from "ext:apinb/00_web.js";
import { encodeFormData, formDataOf } from "ext:apinb/10_form_data.js";
import { findHeader, rawBody } from "ext:apinb/11_send.js";
import { formatQuery, parseQuery, textOf } from "ext:apinb/20_url.js";

const {
  JSONParse,
  JSONStringify,
  Object,
  String,
  StringPrototypeEndsWith,
  StringPrototypeStartsWith,
  StringPrototypeToLowerCase,
  StringPrototypeTrim,
  TypedArrayPrototypeGetByteLength,
  TypeError,
} = primordials;

const BOUNDARY = /;\s*boundary=/i;

/** `Application/JSON; charset=utf-8` -> `application/json`. */
export function essence(type) {
  return StringPrototypeToLowerCase(StringPrototypeTrim(splitText(String(type), ";")[0]));
}

function isJson(type) {
  return type === "application/json" || type === "text/json" || StringPrototypeEndsWith(type, "+json");
}

/**
 * Serializes the body of a call; returns its bytes and media type.
 * `given`: the Content-Type that the caller set; `declared`: the types of the definition, `{preferred, only}`, `only` for
 * a body that is sent unchanged.
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
    // A text has no type of its own, nor have bytes.
    const own = typeof body === "string" ? declared.only ?? raw.type : raw.type || declared.only;
    const type = given !== undefined && !lacksBoundary(given, raw.type) ? given : own;
    return { bytes: raw.bytes, type };
  }
  const type = given ?? declared.preferred ?? "application/json";
  const kind = essence(type);
  if (isJson(kind)) {
    return { bytes: core.encode(JSONStringify(body)), type };
  }
  if (kind === "application/x-www-form-urlencoded") {
    return { bytes: core.encode(formatQuery(Object(body))), type };
  }
  if (kind === "multipart/form-data") {
    return encodeFormData(formDataOf(body, textOf));
  }
  if (StringPrototypeStartsWith(kind, "text/")) {
    const text = String(body);
    if (StringPrototypeStartsWith(text, "[object ")) {
      const error = new TypeError(`cannot send an object as "${type}": it has no text`);
      error.help = "Pass a string, such as JSON.stringify(body), or set another content-type in the headers.";
      throw error;
    }
    return { bytes: core.encode(text), type };
  }
  throw new TypeError(`Can not serialize content type of "${type}"`);
}

/** The body of a request as `beforeSend` sees it: text for a textual media type, else bytes. */
export function bodyShown({ headers, body }) {
  const kind = essence(findHeader(headers, "content-type") ?? "");
  const isForm = kind === "application/x-www-form-urlencoded";
  const isText = isJson(kind) || isForm || StringPrototypeStartsWith(kind, "text/");
  return body !== null && isText ? core.decode(body) : body ?? undefined;
}

// `multipart/form-data` cannot be parsed without its boundary.
function lacksBoundary(given, actual) {
  return essence(given) === "multipart/form-data" && essence(actual) === "multipart/form-data" &&
    !matches(BOUNDARY, given);
}

/** Parses the body of a response by its media type; sets `text` for textual types, else `bytes`. */
export function decodeBody({ text, bytes, type }) {
  if (text === null || text === undefined) {
    const isEmpty = TypedArrayPrototypeGetByteLength(bytes) === 0;
    return isEmpty ? undefined : new Blob(iterable([bytes]), { __proto__: null, type });
  }
  text = StringPrototypeTrim(text);
  if (text === "") {
    return undefined;
  }
  const kind = essence(type);
  if (isJson(kind)) {
    try {
      return JSONParse(text);
    } catch (error) {
      throw new TypeError(`Could not parse response: ${error.message}`, { __proto__: null, cause: error });
    }
  }
  return kind === "application/x-www-form-urlencoded" ? parseQuery(text) : text;
}
