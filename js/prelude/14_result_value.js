// The result of a cell as JSON, or its type. Runs no code of the notebook: no getter, no `toJSON`, no trap of a proxy.
import { core, primordials } from "ext:core/mod.js";
import { append } from "ext:apinb/01_safe.js";
import { prototypeOf } from "ext:apinb/12_headers.js";

const {
  ArrayIsArray,
  ArrayPrototypeJoin,
  JSONStringify,
  NumberIsFinite,
  ObjectGetOwnPropertyDescriptor,
  ObjectGetPrototypeOf,
  ObjectHasOwn,
  ObjectKeys,
  ObjectPrototype,
  StringPrototypeToWellFormed,
} = primordials;

/** The largest JSON, in UTF-16 units, and its greatest depth. */
const LONGEST = 65_536;
const DEEPEST = 64;

/** The value of an own field; undefined for a getter. */
function fieldOf(object, name) {
  const field = ObjectGetOwnPropertyDescriptor(object, name);
  return field !== undefined && ObjectHasOwn(field, "value") ? field.value : undefined;
}

/** A value as JSON; null if it is not JSON or too large. */
export function jsonOf(value) {
  const budget = { __proto__: null, left: LONGEST };
  return serialized(value, budget, 0) ?? null;
}

function serialized(value, budget, depth) {
  const text = textOf(value, budget, depth);
  budget.left -= text === undefined ? 0 : text.length;
  return budget.left < 0 ? undefined : text;
}

function textOf(value, budget, depth) {
  switch (typeof value) {
    case "string":
      return value.length > LONGEST ? undefined : JSONStringify(StringPrototypeToWellFormed(value));
    case "number":
      return NumberIsFinite(value) ? `${value}` : undefined;
    case "boolean":
      return `${value}`;
    case "object":
      break;
    default:
      return undefined;
  }
  if (value === null) {
    return "null";
  }
  if (depth === DEEPEST || core.isProxy(value)) {
    return undefined;
  }
  return ArrayIsArray(value) ? listOf(value, budget, depth + 1) : fieldsOf(value, budget, depth + 1);
}

function listOf(list, budget, depth) {
  const items = [];
  for (let index = 0; index < list.length; index++) {
    const item = ObjectHasOwn(list, index) ? serialized(fieldOf(list, index), budget, depth) : undefined;
    if (item === undefined) {
      return undefined;
    }
    append(items, item);
  }
  return `[${ArrayPrototypeJoin(items, ",")}]`;
}

function fieldsOf(object, budget, depth) {
  const prototype = prototypeOf(object);
  if (prototype !== null && prototype !== ObjectPrototype) {
    return undefined;
  }
  const names = ObjectKeys(object);
  const fields = [];
  for (let index = 0; index < names.length; index++) {
    const name = serialized(names[index], budget, depth);
    const field = ObjectGetOwnPropertyDescriptor(object, names[index]);
    const isData = ObjectHasOwn(field, "value");
    if (isData && field.value === undefined) {
      continue;
    }
    const value = isData ? serialized(field.value, budget, depth) : undefined;
    if (name === undefined || value === undefined) {
      return undefined;
    }
    append(fields, `${name}:${value}`);
  }
  return `{${ArrayPrototypeJoin(fields, ",")}}`;
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
