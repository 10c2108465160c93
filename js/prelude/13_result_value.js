// The result of a cell as JSON, or what it is instead. Runs no code of the notebook: no getter, no `toJSON`, no trap of a
// proxy. Reports have it within limits, `apinb repl --json` in full.
import { core, primordials } from "ext:core/mod.js";
import { append, matches } from "ext:apinb/01_safe.js";
import { later } from "ext:apinb/10_later.js";
import { prototypeOf } from "ext:apinb/12_headers.js";

const {
  ArrayIsArray,
  ArrayPrototypeJoin,
  DatePrototypeGetTime,
  DatePrototypeToISOString,
  JSONStringify,
  NumberIsFinite,
  NumberIsNaN,
  ObjectGetOwnPropertyDescriptor,
  ObjectGetPrototypeOf,
  ObjectHasOwn,
  ObjectKeys,
  ObjectPrototype,
  String,
  StringPrototypeSlice,
  StringPrototypeToWellFormed,
} = primordials;

/** The largest JSON, in UTF-16 units, and its greatest depth: in a report, and as the result of an entry. */
const IN_REPORT = { __proto__: null, size: 65_536, depth: 64 };
const IN_FULL = { __proto__: null, size: 256 << 20, depth: 500 };

const IDENTIFIER = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** The value of an own field; undefined for a getter. */
function fieldOf(object, name) {
  const field = ObjectGetOwnPropertyDescriptor(object, name);
  return field !== undefined && ObjectHasOwn(field, "value") ? field.value : undefined;
}

/** A value as JSON; null if it is not JSON or too large. */
export function jsonOf(value) {
  return written(value, IN_REPORT).text;
}

/** A value as JSON, null for undefined; and why it cannot be JSON, else null. */
export function jsonOrReason(value) {
  if (value === undefined) {
    return [null, null];
  }
  const { text, path, problem } = written(value, IN_FULL);
  if (text !== null) {
    return [text, null];
  }
  return [null, path === "" ? `the result ${problem}` : `\`${path}\` of the result ${problem}`];
}

/** The JSON of a value; else what is wrong with it, and the path of the part. */
function written(value, limits) {
  const state = { __proto__: null, left: limits.size, deepest: limits.depth, above: null, path: "", problem: null };
  const text = serialized(value, state) ?? null;
  const { path, problem } = state;
  const first = path.length > 0 && path[0] === "." ? StringPrototypeSlice(path, 1) : path;
  return { __proto__: null, text, path: first, problem };
}

/** Undefined with `state.problem` set where a value is not JSON. */
function serialized(value, state) {
  const text = textOf(value, state);
  if (text !== undefined) {
    state.left -= text.length;
    if (state.left < 0) {
      return failed(state, "is too large");
    }
  }
  return text;
}

function failed(state, problem) {
  state.problem ??= problem;
  return undefined;
}

function textOf(value, state) {
  if (core.isProxy(value) && later.isResponse(value)) {
    // It watches who reads the status.
    value = unwrapped(value);
  }
  const other = otherThanJson(value);
  if (other !== null) {
    return failed(state, `is ${other}`);
  }
  switch (typeof value) {
    case "string":
      return value.length > state.left ? failed(state, "is too large") : JSONStringify(StringPrototypeToWellFormed(value));
    case "number":
    case "boolean":
      return `${value}`;
    default:
      break;
  }
  if (value === null) {
    return "null";
  }
  if (core.isDate(value)) {
    return `"${DatePrototypeToISOString(value)}"`;
  }
  return partsOf(value, state);
}

/** What a value is that JSON does not have; null for one that it has, and for lists and plain objects. */
function otherThanJson(value) {
  if (later.isNode(value)) {
    return "a part of a client";
  }
  switch (typeof value) {
    case "undefined":
      return "undefined";
    case "function":
      return "a function";
    case "symbol":
      return "a symbol";
    case "bigint":
      return "a BigInt";
    case "number":
      return NumberIsFinite(value) ? null : String(value);
    case "object":
      break;
    default:
      return null;
  }
  if (value === null) {
    return null;
  }
  if (core.isProxy(value)) {
    return "a proxy";
  }
  if (core.isDate(value)) {
    return NumberIsNaN(DatePrototypeGetTime(value)) ? "an invalid Date" : null;
  }
  if (ArrayIsArray(value)) {
    return null;
  }
  const prototype = prototypeOf(value);
  return prototype === null || prototype === ObjectPrototype ? null : `an instance of ${typeOfValue(value)}`;
}

/** The JSON of a list or a plain object. */
function partsOf(value, state) {
  const { above } = state;
  const depth = above === null ? 1 : above.depth + 1;
  if (depth > state.deepest) {
    return failed(state, "is too deep");
  }
  for (let outer = above; outer !== null; outer = outer.above) {
    if (outer.value === value) {
      return failed(state, "has a circular structure");
    }
  }
  state.above = { __proto__: null, value, above, depth };
  const text = ArrayIsArray(value) ? listOf(value, state) : fieldsOf(value, state);
  state.above = above;
  return text;
}

function listOf(list, state) {
  const items = [];
  for (let index = 0; index < list.length; index++) {
    const field = ObjectGetOwnPropertyDescriptor(list, index);
    const item = field === undefined ? failed(state, "is empty") : dataOf(field, state);
    if (item === undefined) {
      state.path = `[${index}]${state.path}`;
      return undefined;
    }
    append(items, item);
  }
  return `[${ArrayPrototypeJoin(items, ",")}]`;
}

function fieldsOf(object, state) {
  const names = ObjectKeys(object);
  const fields = [];
  for (let index = 0; index < names.length; index++) {
    const name = names[index];
    const field = ObjectGetOwnPropertyDescriptor(object, name);
    if (ObjectHasOwn(field, "value") && field.value === undefined) {
      continue;
    }
    const key = serialized(name, state);
    const value = key === undefined ? undefined : dataOf(field, state);
    if (value === undefined) {
      state.path = `${matches(IDENTIFIER, name) ? `.${name}` : `[${JSONStringify(name)}]`}${state.path}`;
      return undefined;
    }
    append(fields, `${key}:${value}`);
  }
  return `{${ArrayPrototypeJoin(fields, ",")}}`;
}

/** The JSON of a field. */
function dataOf(field, state) {
  return ObjectHasOwn(field, "value") ? serialized(field.value, state) : failed(state, "is a getter");
}

/** The object behind proxies. */
function unwrapped(value) {
  for (let count = 0; count < 10 && core.isProxy(value); count++) {
    value = core.getProxyDetails(value)[0];
  }
  return value;
}

/** What a value is: that of `typeof`, `array`, `null`, or the name of its class. */
export function typeOfValue(value) {
  if (typeof value !== "object") {
    return typeof value;
  }
  const object = unwrapped(value);
  if (object === null || ArrayIsArray(object)) {
    return object === null ? "null" : "array";
  }
  if (typeof object !== "object") {
    return typeof object;
  }
  for (let at = object, depth = 0; at !== null && depth < 100 && !core.isProxy(at); at = ObjectGetPrototypeOf(at), depth++) {
    const constructor = fieldOf(at, "constructor");
    const name = typeof constructor === "function" && !core.isProxy(constructor) ? fieldOf(constructor, "name") : undefined;
    if (typeof name === "string" && name !== "") {
      return name === "Object" ? "object" : name;
    }
  }
  return "object";
}

/** Whether a value is an assertion of chai, which is the result of a cell that ends with one. */
export function isAssertion(value) {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const object = unwrapped(value);
  return typeof object === "object" && object !== null && fieldOf(object, "__flags") !== undefined &&
    typeOfValue(object) === "Assertion";
}
