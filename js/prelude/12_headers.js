// Headers (Fetch standard, section 5.1).
import { primordials } from "ext:core/mod.js";
import {
  append,
  fieldList,
  filterList,
  indexInList,
  iterated,
  mapList,
  matches,
  objectOf,
  setField,
} from "ext:apinb/01_safe.js";
import { customInspect } from "ext:apinb/00_web.js";

const {
  ArrayPrototypeJoin,
  ArrayPrototypeSort,
  FunctionPrototypeCall,
  ObjectCreate,
  ObjectGetPrototypeOf,
  ObjectHasOwn,
  ObjectPrototype,
  Proxy,
  ReflectGet,
  String,
  StringPrototypeCharCodeAt,
  StringPrototypeSlice,
  StringPrototypeToLowerCase,
  SymbolIterator,
  SymbolToStringTag,
  TypeError,
} = primordials;

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const CONTROL = /[\0\r\n]/;

function checkName(name) {
  name = String(name);
  if (!matches(NAME, name)) {
    throw new TypeError(`Headers: "${name}" is not a header name`);
  }
  return StringPrototypeToLowerCase(name);
}

/** Whether a UTF-16 unit is a tab, a line end or a space. */
function isSpace(unit) {
  return unit === 9 || unit === 10 || unit === 13 || unit === 32;
}

function checkValue(value) {
  value = String(value);
  let start = 0;
  let end = value.length;
  while (start < end && isSpace(StringPrototypeCharCodeAt(value, start))) {
    start++;
  }
  while (end > start && isSpace(StringPrototypeCharCodeAt(value, end - 1))) {
    end--;
  }
  value = StringPrototypeSlice(value, start, end);
  if (matches(CONTROL, value)) {
    throw new TypeError("Headers: a value cannot hold a line break or a zero byte");
  }
  return value;
}

/** The pairs for a Headers, from any value that its constructor accepts. */
function pairsOf(init) {
  if (isHeaders(init)) {
    return headerPairs(init);
  }
  return typeof init[SymbolIterator] === "function" ? mapList(iterated(init), iterated) : fieldList(init);
}

function* picked(headers, pick) {
  const pairs = headerPairs(headers);
  for (let index = 0; index < pairs.length; index++) {
    yield pick(pairs[index]);
  }
}

let listOf;
let setList;
let isInstance;

export class Headers {
  #list = [];

  static {
    listOf = (headers) => headers.#list;
    setList = (headers, list) => {
      headers.#list = list;
    };
    isInstance = (value) => typeof value === "object" && value !== null && #list in value;
  }

  constructor(init) {
    if (init === undefined || init === null) {
      return;
    }
    if (typeof init !== "object" && typeof init !== "function") {
      throw new TypeError("Headers: expected an object or a list of pairs");
    }
    const pairs = pairsOf(init);
    for (let index = 0; index < pairs.length; index++) {
      if (pairs[index].length !== 2 || pairs[index][1] === undefined) {
        throw new TypeError("Headers: expected pairs of a name and a value");
      }
      appendHeader(this, pairs[index][0], pairs[index][1]);
    }
  }

  append(name, value) {
    appendHeader(this, name, value);
  }

  set(name, value) {
    setHeader(this, name, value);
  }

  delete(name) {
    name = checkName(name);
    this.#list = filterList(this.#list, (pair) => pair[0] !== name);
  }

  get(name) {
    return headerValue(this, name);
  }

  getSetCookie() {
    return valuesOf(this, "set-cookie");
  }

  has(name) {
    return hasHeader(this, name);
  }

  forEach(callback, self) {
    const pairs = headerPairs(this);
    for (let index = 0; index < pairs.length; index++) {
      FunctionPrototypeCall(callback, self, pairs[index][1], pairs[index][0], this);
    }
  }

  entries() {
    return picked(this, (pair) => pair);
  }

  keys() {
    return picked(this, (pair) => pair[0]);
  }

  values() {
    return picked(this, (pair) => pair[1]);
  }

  [SymbolIterator]() {
    return picked(this, (pair) => pair);
  }

  get [SymbolToStringTag]() {
    return "Headers";
  }

  [customInspect](inspect, options) {
    return `Headers ${inspect(objectOf(headerPairs(this)), options)}`;
  }
}

/** Whether a value is a Headers. */
export const isHeaders = (value) => isInstance(value);

/** Adds a header. */
export function appendHeader(headers, name, value) {
  const list = listOf(headers);
  append(list, [checkName(name), checkValue(value)]);
}

/** Sets a header, in the position of the first one with this name. */
export function setHeader(headers, name, value) {
  name = checkName(name);
  value = checkValue(value);
  const list = listOf(headers);
  const at = indexInList(list, (pair) => pair[0] === name);
  if (at === -1) {
    append(list, [name, value]);
    return;
  }
  list[at] = [name, value];
  setList(headers, filterList(list, (pair, index) => pair[0] !== name || index === at));
}

function valuesOf(headers, name) {
  return mapList(filterList(listOf(headers), (pair) => pair[0] === name), (pair) => pair[1]);
}

/** The values of a header, joined; null when there is none. */
export function headerValue(headers, name) {
  const values = valuesOf(headers, checkName(name));
  return values.length === 0 ? null : ArrayPrototypeJoin(values, ", ");
}

/** Whether a header of that name exists. */
export function hasHeader(headers, name) {
  name = checkName(name);
  return indexInList(listOf(headers), (pair) => pair[0] === name) !== -1;
}

/** The headers, sorted by name; each cookie separate, other values joined. */
export function headerPairs(headers) {
  const list = listOf(headers);
  const first = (pair, index) => indexInList(list, (other) => other[0] === pair[0]) === index;
  const names = ArrayPrototypeSort(mapList(filterList(list, first), (pair) => pair[0]));
  const pairs = [];
  for (let index = 0; index < names.length; index++) {
    const name = names[index];
    const values = valuesOf(headers, name);
    if (name !== "set-cookie") {
      append(pairs, [name, ArrayPrototypeJoin(values, ", ")]);
      continue;
    }
    for (let at = 0; at < values.length; at++) {
      append(pairs, [name, values[at]]);
    }
  }
  return pairs;
}

/**
 * The prototype of headers that are an ordinary object: it finds a header by its name in any case. The object itself
 * has the names in lower case, and is not a proxy, so that it can be listed, cloned and completed like any other.
 */
const ANY_CASE = new Proxy(ObjectCreate(ObjectPrototype), {
  __proto__: null,
  get(target, name, headers) {
    if (typeof name === "string") {
      const lower = StringPrototypeToLowerCase(name);
      if (lower !== name && ObjectHasOwn(headers, lower)) {
        return headers[lower];
      }
    }
    return ReflectGet(target, name, headers);
  },
});

/** An object with the values of these headers, by their names in lower case; several values of a name are joined. */
export function headerFields(pairs) {
  const fields = ObjectCreate(ANY_CASE);
  for (let index = 0; index < pairs.length; index++) {
    const name = pairs[index][0];
    const value = pairs[index][1];
    setField(fields, name, ObjectHasOwn(fields, name) ? `${fields[name]}, ${value}` : value);
  }
  return fields;
}

/** The prototype of an object, where that of headers counts as `Object.prototype`. */
export function prototypeOf(object) {
  const prototype = ObjectGetPrototypeOf(object);
  return prototype === ANY_CASE ? ObjectPrototype : prototype;
}
