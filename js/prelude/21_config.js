// The settings of a client and the options of a call: what each may be, and how the latter lie over the former.
import { Array, JSON, Object, Set, String, TypeError } from "ext:apinb/00_builtins.js";
import { URL } from "ext:apinb/00_web.js";
import { queryFields } from "ext:apinb/20_url.js";

/** The settings that a call's options replace, and those that they are merged into. */
export const REPLACED = ["body", "proxy", "baseUri", "beforeSend"];
export const MERGED = ["uriParameters", "baseUriParameters", "headers", "query"];

const KEYS = [...REPLACED, ...MERGED];

const isText = (value) => typeof value === "string" || value instanceof String;
const isFields = (value) => typeof value === "object" && !Array.isArray(value) && !isText(value);

/** What a setting has to be; `body` and `proxy` may be anything. */
const WANTED = {
  baseUri: { wanted: "a text", fits: (value) => isText(value) || value instanceof URL },
  beforeSend: { wanted: "a function", fits: (value) => typeof value === "function" },
  uriParameters: { wanted: "an object", fits: isFields },
  baseUriParameters: { wanted: "an object", fits: isFields },
  headers: { wanted: "an object", fits: isFields },
  query: { wanted: "an object or a text", fits: (value) => isText(value) || isFields(value) },
};

/** A value in a message: what it is, and of a text its beginning. */
function kindOf(value) {
  if (isText(value)) {
    const text = JSON.stringify(String(value));
    return text.length > 40 ? `${text.slice(0, 39)}\u2026"` : text;
  }
  if (Array.isArray(value)) {
    return "a list";
  }
  return typeof value === "object" ? "an object" : typeof value === "function" ? "a function" : String(value);
}

/** `key`, if it is a setting. */
export function checkedKey(key) {
  if (!KEYS.includes(key)) {
    const error = new TypeError(`"${String(key)}" is not a setting of a client`);
    error.help = `the settings are ${KEYS.join(", ")}`;
    throw error;
  }
  return key;
}

/** `value`, if the setting `key` can have it; null and undefined are none. */
export function checkedValue(key, value) {
  const { wanted, fits } = WANTED[key] ?? {};
  if (wanted !== undefined && value !== undefined && value !== null && !fits(value)) {
    throw new TypeError(`the setting "${key}" has to be ${wanted}, not ${kindOf(value)}`);
  }
  return value;
}

/** The settings of a client, if they are all known. */
export function checkedConfig(config) {
  if (!isFields(config ?? undefined)) {
    throw new TypeError(`the settings of a client have to be an object, not ${kindOf(config)}`);
  }
  Object.keys(config).forEach(checkedKey);
  return checkedOptions(config);
}

/** The options of a call; those that nobody knows are nobody's business. */
export function checkedOptions(options) {
  if (options === undefined || options === null) {
    return undefined;
  }
  if (!isFields(options)) {
    throw new TypeError(`the options of a call have to be an object, not ${kindOf(options)}`);
  }
  KEYS.forEach((key) => checkedValue(key, options[key]));
  return options;
}

/** `over` over `under`, key by key as each key wants it; what is undefined there is not said. */
export function mergeConfig(under, over) {
  const said = Object.entries(over ?? {}).filter(([, value]) => value !== undefined);
  const merged = { ...under, ...Object.fromEntries(said) };
  for (const key of MERGED) {
    const [below, above] = [under?.[key] ?? undefined, over?.[key] ?? undefined];
    if (below === undefined || above === undefined) {
      merged[key] = above ?? below;
    } else if (key === "query") {
      merged.query = { ...queryFields(below), ...queryFields(above) };
    } else if (key === "headers") {
      merged.headers = mergeHeaders(below, above);
    } else {
      merged[key] = { ...below, ...above };
    }
    if (merged[key] === undefined) {
      delete merged[key];
    }
  }
  return merged;
}

/** `over` over `under`; names are compared without regard to case. */
export function mergeHeaders(under, over) {
  const later = headerEntries(over);
  const names = new Set(later.map(([name]) => name.toLowerCase()));
  return Object.fromEntries([...headerEntries(under).filter(([name]) => !names.has(name.toLowerCase())), ...later]);
}

/** The pairs of an object, a Headers or a Map. */
export function headerEntries(headers) {
  return typeof headers?.entries === "function" ? [...headers.entries()] : Object.entries(headers ?? {});
}
