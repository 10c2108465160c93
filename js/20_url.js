// Values of JavaScript as text in URLs and forms: tags, queries, base URIs.

/** A value as text: nothing for null and undefined, Dates as ISO 8601, other objects as JSON. */
export function textOf(value) {
  if (value === null || value === undefined) {
    return "";
  }
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? "" : value.toISOString();
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The value of a tag, percent-encoded; arrays are joined with commas. */
export function encodeTag(value) {
  return encodeURIComponent(Array.isArray(value) ? value.map(textOf).join(",") : textOf(value));
}

function decode(text) {
  text = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The fields of a query or form text; a key that comes several times has an array. */
export function parseQuery(text) {
  const fields = Object.create(null);
  for (const pair of text.replace(/^\?/, "").split("&")) {
    if (pair === "") {
      continue;
    }
    const at = pair.indexOf("=");
    const key = decode(at === -1 ? pair : pair.slice(0, at));
    const value = decode(at === -1 ? "" : pair.slice(at + 1));
    fields[key] = key in fields ? [].concat(fields[key], value) : value;
  }
  return Object.setPrototypeOf(fields, Object.prototype);
}

/** What can stand for a query (a text, URLSearchParams, an object) as an object of fields. */
export function queryFields(query) {
  if (query === null || query === undefined || query === "") {
    return {};
  }
  if (typeof query === "object" && typeof query.entries !== "function") {
    return query;
  }
  return parseQuery(String(query));
}

/** Fields as `a=1&b=2`: arrays repeat their key, an empty one sends nothing. */
export function formatQuery(fields) {
  const pairs = [];
  for (const [key, value] of Object.entries(fields)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      pairs.push(`${encodeURIComponent(key)}=${encodeURIComponent(textOf(item))}`);
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
