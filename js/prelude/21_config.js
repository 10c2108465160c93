// The settings of a client and the options of a call: which values are valid, and how options override settings.
import { core, primordials } from "ext:core/mod.js";
import { op_excerpt, op_suggest, op_unknown_option } from "ext:core/ops";
import { appendAll, fieldList, filterList, indexInList, iterated, objectOf, setField } from "ext:apinb/01_safe.js";
import { headerPairs, isHeaders } from "ext:apinb/12_headers.js";
import { isURL } from "ext:apinb/00_web.js";
import { queryFields } from "ext:apinb/20_url.js";

const {
  ArrayIsArray,
  ArrayPrototypeIncludes,
  ArrayPrototypeJoin,
  JSONStringify,
  ObjectKeys,
  String,
  StringPrototypeEndsWith,
  StringPrototypeToLowerCase,
  TypeError,
} = primordials;

/** The settings that a call's options replace, and those that options are merged into. */
export const REPLACED = ["body", "proxy", "baseUri", "beforeSend"];
export const MERGED = ["uriParameters", "baseUriParameters", "headers", "query"];

const KEYS = appendAll(appendAll([], REPLACED), MERGED);
const KNOWN = ArrayPrototypeJoin(KEYS, ",");

const isText = (value) => typeof value === "string" || core.isStringObject(value);
const isFields = (value) => typeof value === "object" && !ArrayIsArray(value) && !isText(value);

/** The type of each setting; `body` and `proxy` accept any value. */
const WANTED = {
  __proto__: null,
  baseUri: { wanted: "a string", fits: (value) => isText(value) || isURL(value) },
  beforeSend: { wanted: "a function", fits: (value) => typeof value === "function" },
  uriParameters: { wanted: "an object", fits: isFields },
  baseUriParameters: { wanted: "an object", fits: isFields },
  headers: { wanted: "an object", fits: isFields },
  query: { wanted: "an object or a string", fits: (value) => isText(value) || isFields(value) },
};

/** A value for a message: its type, or the start of a string. */
function kindOf(value) {
  if (isText(value)) {
    const text = JSONStringify(String(value));
    const excerpt = text.length > 40 ? op_excerpt(text, 39) : text;
    return StringPrototypeEndsWith(excerpt, "\u2026") ? `${excerpt}"` : excerpt;
  }
  if (ArrayIsArray(value)) {
    return "an array";
  }
  return typeof value === "object" ? "an object" : typeof value === "function" ? "a function" : String(value);
}

/** Returns `key` if it is a setting. */
export function checkedKey(key) {
  if (!ArrayPrototypeIncludes(KEYS, key)) {
    const error = new TypeError(`"${String(key)}" is not a client setting`);
    const meant = op_suggest(String(key), KNOWN);
    error.help = meant === null ? `Use one of ${ArrayPrototypeJoin(KEYS, ", ")}.` : `Did you mean ${meant}?`;
    throw error;
  }
  return key;
}

/** Returns `value` if it is valid for the setting `key`; null and undefined count as unset. */
export function checkedValue(key, value) {
  const rule = WANTED[key];
  if (rule !== undefined && value !== undefined && value !== null && !rule.fits(value)) {
    throw new TypeError(`setting "${key}": expected ${rule.wanted}, got ${kindOf(value)}`);
  }
  return value;
}

/** Returns the settings of a client, if all are known. */
export function checkedConfig(config) {
  if (!isFields(config ?? undefined)) {
    throw new TypeError(`client settings: expected an object, got ${kindOf(config)}`);
  }
  const keys = ObjectKeys(config);
  for (let index = 0; index < keys.length; index++) {
    checkedKey(keys[index]);
  }
  return checkedOptions(config);
}

/** Returns the options of a call; each unknown one is a warning, or an error. */
export function checkedCallOptions(options) {
  const checked = checkedOptions(options);
  const keys = checked === undefined ? [] : ObjectKeys(checked);
  for (let index = 0; index < keys.length; index++) {
    if (!ArrayPrototypeIncludes(KEYS, keys[index]) && checked[keys[index]] !== undefined) {
      op_unknown_option(keys[index], KNOWN);
    }
  }
  return checked;
}

/** Returns the options of a call, if those that are known have the right types. */
function checkedOptions(options) {
  if (options === undefined || options === null) {
    return undefined;
  }
  if (!isFields(options)) {
    throw new TypeError(`call options: expected an object, got ${kindOf(options)}`);
  }
  for (let index = 0; index < KEYS.length; index++) {
    checkedValue(KEYS[index], options[KEYS[index]]);
  }
  return options;
}

/** Lays `over` over `under`, replacing or merging by key; undefined counts as unset. */
export function mergeConfig(under, over) {
  const merged = { ...under };
  const said = fieldList(over ?? { __proto__: null });
  for (let index = 0; index < said.length; index++) {
    if (said[index][1] !== undefined) {
      setField(merged, said[index][0], said[index][1]);
    }
  }
  for (let index = 0; index < MERGED.length; index++) {
    const key = MERGED[index];
    const below = under?.[key] ?? undefined;
    const above = over?.[key] ?? undefined;
    let value = above ?? below;
    if (below !== undefined && above !== undefined) {
      if (key === "query") {
        value = { ...queryFields(below), ...queryFields(above) };
      } else if (key === "headers") {
        value = mergeHeaders(below, above);
      } else {
        value = { ...below, ...above };
      }
    }
    if (value === undefined) {
      delete merged[key];
    } else {
      setField(merged, key, value);
    }
  }
  return merged;
}

/** Lays `over` over `under`; names are compared without regard to case. */
export function mergeHeaders(under, over) {
  const later = headerEntries(over);
  const isLater = (name) => indexInList(later, (pair) => StringPrototypeToLowerCase(pair[0]) === name) !== -1;
  const kept = filterList(headerEntries(under), (pair) => !isLater(StringPrototypeToLowerCase(pair[0])));
  return objectOf(appendAll(kept, later));
}

/** The pairs of an object, a Headers or a Map. */
export function headerEntries(headers) {
  if (isHeaders(headers)) {
    return headerPairs(headers);
  }
  return typeof headers?.entries === "function" ? iterated(headers.entries()) : fieldList(headers ?? { __proto__: null });
}
