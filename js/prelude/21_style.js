// How the values of declared parameters become text: `style`, `explode` and `allowReserved` of OpenAPI, which expand as
// RFC 6570 does. What has no declared style is left to 20_url.js.
import { Array, Date, decodeURIComponent, encodeURIComponent, JSON, Map, Object, String } from "ext:apinb/00_builtins.js";
import { encode, formatQuery, textOf } from "ext:apinb/20_url.js";

const DELIMITERS = { spaceDelimited: "%20", pipeDelimited: "%7C", tabDelimited: "%09" };
const PLAIN_DELIMITERS = { spaceDelimited: " ", pipeDelimited: "|", tabDelimited: "\t" };
const COOKIE = { form: "form", explode: true };

/** What of a value stands by itself: the items of a list, the fields of a structure. Neither: it is one text. */
function partsOf(value) {
  if (Array.isArray(value)) {
    return { items: value };
  }
  const structured = typeof value === "object" && value !== null && !(value instanceof Date) && textOf(value).startsWith("{");
  return structured ? { fields: Object.entries(value).filter(([, item]) => item !== undefined) } : {};
}

/** JSON, unless it is a text already. */
function jsonOf(value) {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}

/** `:/?[]@!$&()*+,;=` and what is encoded already stay; a `#` would end the query. */
function encodeReserved(text) {
  return encode(text).replace(/%(?:3A|2F|3F|5B|5D|40|24|26|2B|2C|3B|3D)/g, decodeURIComponent).replace(/%25([0-9a-f]{2})/gi, "%$1");
}

/** The pairs of one query parameter, encoded. */
function queryPairs(name, value, { form, explode, reserved }) {
  const text = reserved ? (item) => encodeReserved(textOf(item)) : (item) => encode(textOf(item));
  const key = encode(name);
  if (form === "json") {
    return [`${key}=${text(jsonOf(value))}`];
  }
  const { items, fields } = partsOf(value);
  const delimiter = DELIMITERS[form] ?? ",";
  if (items !== undefined) {
    const texts = items.map(text);
    return explode ? texts.map((item) => `${key}=${item}`) : texts.length === 0 ? [] : [`${key}=${texts.join(delimiter)}`];
  }
  if (fields === undefined) {
    return [`${key}=${text(value)}`];
  }
  if (form === "deepObject") {
    return fields.flatMap(([field, item]) => deepPairs(`${key}%5B${encode(field)}%5D`, item, text));
  }
  if (explode) {
    return fields.map(([field, item]) => `${encode(field)}=${text(item)}`);
  }
  const flat = fields.flatMap(([field, item]) => [encode(field), text(item)]);
  return flat.length === 0 ? [] : [`${key}=${flat.join(delimiter)}`];
}

function deepPairs(key, value, text) {
  const { items, fields } = partsOf(value);
  if (fields !== undefined) {
    return fields.flatMap(([field, item]) => deepPairs(`${key}%5B${encode(field)}%5D`, item, text));
  }
  return (items ?? [value]).map((item) => `${key}=${text(item)}`);
}

/** The query of `fields`; `declared`: parameters with a style, `{name, style}`. */
export function styledQuery(fields, declared) {
  if (declared === undefined) {
    return formatQuery(fields);
  }
  const styles = new Map(declared.map(({ name, style }) => [name, style]));
  const texts = Object.entries(fields).map(([name, value]) => {
    const style = styles.get(name);
    return style === undefined ? formatQuery({ [name]: value }) : queryPairs(name, value, style).join("&");
  });
  return texts.filter((text) => text !== "").join("&");
}

/** A value without the name of its parameter, as in paths and headers: `a,b`, `x=1,y=2`. */
function simple(value, { form, explode }, text, between = ",", delimiters = DELIMITERS) {
  if (form === "json") {
    return text(jsonOf(value));
  }
  const delimiter = delimiters[form] ?? between;
  const { items, fields } = partsOf(value);
  if (items !== undefined) {
    return items.map(text).join(delimiter);
  }
  if (fields === undefined) {
    return text(value);
  }
  const pair = ([field, item]) => explode ? `${text(field)}=${text(item)}` : `${text(field)},${text(item)}`;
  return fields.map(pair).join(delimiter);
}

/** The text of a tag in a path, encoded. */
export function styledTag(name, value, style) {
  const { form, explode } = style;
  const text = (item) => encode(textOf(item));
  if (form === "label") {
    const inner = simple(value, style, text, explode ? "." : ",");
    return inner === "" && typeof value === "object" ? "" : `.${inner}`;
  }
  if (form !== "matrix") {
    return simple(value, style, text);
  }
  const { items, fields } = partsOf(value);
  const named = (item) => item === "" ? `;${encode(name)}` : `;${encode(name)}=${item}`;
  if (explode && items !== undefined) {
    return items.map((item) => named(text(item))).join("");
  }
  const inner = simple(value, style, text, explode ? ";" : ",");
  return inner === "" && typeof value === "object" ? "" : explode && fields !== undefined ? `;${inner}` : named(inner);
}

/** A cookie's value has no white space, quotes, commas, semicolons or backslashes (RFC 6265, section 4.1.1). */
function cookieText(value) {
  return textOf(value).toWellFormed().replace(/[^\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]/gu, encodeURIComponent);
}

function cookiePairs(name, value, style) {
  const { items, fields } = partsOf(value);
  if (style.explode && items !== undefined) {
    return items.map((item) => `${name}=${cookieText(item)}`);
  }
  if (style.explode && fields !== undefined) {
    return fields.map(([field, item]) => `${field}=${cookieText(item)}`);
  }
  return [`${name}=${simple(value, style, cookieText)}`];
}

/**
 * The headers of a call to `method`, as pairs, with the values of declared headers in their style, and with declared
 * cookies, which are given among the headers, in `Cookie`.
 */
export function styledHeaders(pairs, { headers = [], cookies = [] }) {
  const styles = new Map(headers.map(({ name, style }) => [name.toLowerCase(), style]));
  const known = new Map(cookies.map(({ name, style }) => [name, style ?? COOKIE]));
  const crumbs = [];
  const others = [];
  for (const [name, value] of pairs) {
    const style = styles.get(name.toLowerCase());
    if (value === undefined || value === null) {
      others.push([name, value]);
    } else if (style !== undefined) {
      others.push([name, simple(value, style, textOf, ",", PLAIN_DELIMITERS)]);
    } else if (known.has(name) && !styles.has(name.toLowerCase())) {
      crumbs.push(...cookiePairs(name, value, known.get(name)));
    } else {
      others.push([name, value]);
    }
  }
  if (crumbs.length === 0) {
    return others;
  }
  const isCookie = ([name]) => name.toLowerCase() === "cookie";
  const given = others.filter(isCookie).map(([, value]) => String(value));
  return [...others.filter((pair) => !isCookie(pair)), ["cookie", [...given, ...crumbs].join("; ")]];
}
