// Values of JavaScript as text in URLs and forms: tags, queries, base URIs.
import { Array, Date, JSON, Number, Object, String, decodeURIComponent, encodeURIComponent } from "ext:apinb/00_builtins.js";

/** A value as text: nothing for null and undefined, Dates as ISO 8601, other objects as JSON. */
export function textOf(value) {
  if (value === null || value === undefined) {
    return "";
  }
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? "" : value.toISOString();
  }
  if (typeof value !== "object") {
    return String(value);
  }
  const json = JSON.stringify(value) ?? "";
  // What says of itself that it is a text (a URL, a String object) is one.
  return json.startsWith('"') ? JSON.parse(json) : json;
}

// Half of a surrogate pair has no encoding.
export function encode(text) {
  return encodeURIComponent(text.toWellFormed());
}

/** The value of a tag, percent-encoded; arrays are joined with commas. */
export function encodeTag(value) {
  return encode(Array.isArray(value) ? value.map(textOf).join(",") : textOf(value));
}

function decode(text) {
  text = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Pairs as an object of fields; a key that comes several times has an array. */
export function fieldsOf(pairs) {
  const fields = Object.create(null);
  for (const [key, value] of pairs) {
    fields[key] = key in fields ? [].concat(fields[key], value) : value;
  }
  return Object.setPrototypeOf(fields, Object.prototype);
}

/** The fields of a query or form text. */
export function parseQuery(text) {
  const pairs = text.replace(/^\?/, "").split("&").filter((pair) => pair !== "");
  return fieldsOf(pairs.map((pair) => {
    const at = pair.indexOf("=");
    return at === -1 ? [decode(pair), ""] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
  }));
}

/** What can stand for a query (a text, an object, URLSearchParams, a Map) as an object of fields. */
export function queryFields(query) {
  if (query === null || query === undefined || query === "") {
    return {};
  }
  if (typeof query !== "object" || query instanceof String) {
    return parseQuery(String(query));
  }
  return typeof query.entries === "function" && !Array.isArray(query) ? fieldsOf(query.entries()) : query;
}

/** Fields as `a=1&b=2`: arrays repeat their key, an empty one sends nothing. */
export function formatQuery(fields) {
  const pairs = [];
  for (const [key, value] of Object.entries(fields)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      pairs.push(`${encode(key)}=${encode(textOf(item))}`);
    }
  }
  return pairs.join("&");
}

/** `url` with a query added: after `?`, or `&` where it has one already, and before a fragment. */
export function withQuery(url, query) {
  if (query === "") {
    return url;
  }
  const at = url.indexOf("#");
  const [base, fragment] = at === -1 ? [url, ""] : [url.slice(0, at), url.slice(at)];
  const joint = !base.includes("?") ? "?" : /[?&]$/.test(base) ? "" : "&";
  return `${base}${joint}${query}${fragment}`;
}

/** Fills the tags of a template by `valueOf(tag)`, which gives text that is encoded already. */
export function fillTemplate(template, valueOf) {
  return template.replace(/\{([^{}]*)\}/g, (_, tag) => valueOf(tag));
}
