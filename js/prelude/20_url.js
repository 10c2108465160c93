// Values of JavaScript as text in queries and forms.
import { core, primordials } from "ext:core/mod.js";
import { append, fieldList, iterated, replaceText, splitText } from "ext:apinb/01_safe.js";

const {
  ArrayIsArray,
  ArrayPrototypeJoin,
  DatePrototypeGetTime,
  DatePrototypeToISOString,
  JSONParse,
  JSONStringify,
  NumberIsNaN,
  ObjectPrototype,
  ObjectSetPrototypeOf,
  String,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
  StringPrototypeToWellFormed,
  decodeURIComponent,
  encodeURIComponent,
} = primordials;

/** A value as text: empty for null and undefined, ISO 8601 for a Date, JSON for other objects. */
export function textOf(value) {
  if (value === null || value === undefined) {
    return "";
  }
  if (core.isDate(value)) {
    return NumberIsNaN(DatePrototypeGetTime(value)) ? "" : DatePrototypeToISOString(value);
  }
  if (typeof value !== "object") {
    return String(value);
  }
  const json = JSONStringify(value) ?? "";
  // An object whose JSON is a string (a URL, a String object) is text.
  return StringPrototypeStartsWith(json, '"') ? JSONParse(json) : json;
}

// A lone surrogate has no encoding.
function encode(text) {
  return encodeURIComponent(StringPrototypeToWellFormed(text));
}

function decode(text) {
  text = replaceText(text, "+", " ");
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Concatenates two values, each of which may be a list. */
function concat(one, other) {
  const items = [];
  const add = (value) => {
    if (!ArrayIsArray(value)) {
      append(items, value);
      return;
    }
    for (let index = 0; index < value.length; index++) {
      append(items, value[index]);
    }
  };
  add(one);
  add(other);
  return items;
}

function addField(fields, pair) {
  const key = pair[0];
  fields[key] = key in fields ? concat(fields[key], pair[1]) : pair[1];
}

/** A list of pairs as an object; a key that occurs several times has an array. */
export function fieldsOf(pairs) {
  const fields = { __proto__: null };
  for (let index = 0; index < pairs.length; index++) {
    addField(fields, pairs[index]);
  }
  return ObjectSetPrototypeOf(fields, ObjectPrototype);
}

/** Parses a query or form text into fields. */
export function parseQuery(text) {
  const parts = splitText(StringPrototypeStartsWith(text, "?") ? StringPrototypeSlice(text, 1) : text, "&");
  const pairs = [];
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index];
    const at = StringPrototypeIndexOf(part, "=");
    if (part !== "") {
      const name = at === -1 ? part : StringPrototypeSlice(part, 0, at);
      append(pairs, [decode(name), at === -1 ? "" : decode(StringPrototypeSlice(part, at + 1))]);
    }
  }
  return fieldsOf(pairs);
}

/** Reads a query (a text, an object, URLSearchParams or a Map) as an object of fields. */
export function queryFields(query) {
  if (query === null || query === undefined || query === "") {
    return {};
  }
  if (typeof query !== "object" || core.isStringObject(query)) {
    return parseQuery(String(query));
  }
  if (typeof query.entries !== "function" || ArrayIsArray(query)) {
    return query;
  }
  return fieldsOf(iterated(query.entries()));
}

/** Formats fields as `a=1&b=2`: an array repeats its key, an empty array and undefined send nothing. */
export function formatQuery(fields) {
  const entries = fieldList(fields);
  const pairs = [];
  for (let index = 0; index < entries.length; index++) {
    const key = encode(entries[index][0]);
    const value = entries[index][1];
    const items = ArrayIsArray(value) ? value : value === undefined ? [] : [value];
    for (let item = 0; item < items.length; item++) {
      append(pairs, `${key}=${encode(textOf(items[item]))}`);
    }
  }
  return ArrayPrototypeJoin(pairs, "&");
}
