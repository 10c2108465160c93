// Headers (Fetch standard, section 5.1).
import { Object, Set, String, Symbol, TypeError } from "ext:apinb/00_builtins.js";
import { customInspect } from "ext:apinb/00_web.js";

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

function checkName(name) {
  name = String(name);
  if (!NAME.test(name)) {
    throw new TypeError(`Headers: "${name}" is not a header name`);
  }
  return name.toLowerCase();
}

function checkValue(value) {
  value = String(value).replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, "");
  if (/[\0\r\n]/.test(value)) {
    throw new TypeError("Headers: a value cannot hold a line break or a zero byte");
  }
  return value;
}

export class Headers {
  #list = [];

  constructor(init) {
    if (init === undefined || init === null) {
      return;
    }
    if (typeof init !== "object" && typeof init !== "function") {
      throw new TypeError("Headers: expected an object or a list of pairs");
    }
    const pairs = typeof init[Symbol.iterator] === "function" ? init : Object.entries(init);
    for (const pair of pairs) {
      const [name, value, ...rest] = pair;
      if (value === undefined || rest.length > 0) {
        throw new TypeError("Headers: expected pairs of a name and a value");
      }
      this.append(name, value);
    }
  }

  append(name, value) {
    this.#list.push([checkName(name), checkValue(value)]);
  }

  set(name, value) {
    name = checkName(name);
    value = checkValue(value);
    const at = this.#list.findIndex(([known]) => known === name);
    if (at === -1) {
      this.#list.push([name, value]);
      return;
    }
    this.#list[at] = [name, value];
    this.#list = this.#list.filter(([known], index) => known !== name || index === at);
  }

  delete(name) {
    name = checkName(name);
    this.#list = this.#list.filter(([known]) => known !== name);
  }

  get(name) {
    name = checkName(name);
    const values = this.#list.filter(([known]) => known === name).map(([, value]) => value);
    return values.length === 0 ? null : values.join(", ");
  }

  getSetCookie() {
    return this.#list.filter(([name]) => name === "set-cookie").map(([, value]) => value);
  }

  has(name) {
    name = checkName(name);
    return this.#list.some(([known]) => known === name);
  }

  forEach(callback, self) {
    for (const [name, value] of this) {
      callback.call(self, value, name, this);
    }
  }

  *entries() {
    const names = [...new Set(this.#list.map(([name]) => name))].sort();
    for (const name of names) {
      if (name === "set-cookie") {
        for (const value of this.getSetCookie()) {
          yield [name, value];
        }
      } else {
        yield [name, this.get(name)];
      }
    }
  }

  *keys() {
    for (const [name] of this.entries()) {
      yield name;
    }
  }

  *values() {
    for (const [, value] of this.entries()) {
      yield value;
    }
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  get [Symbol.toStringTag]() {
    return "Headers";
  }

  [customInspect](inspect, options) {
    return `Headers ${inspect(Object.fromEntries(this), options)}`;
  }
}

/** The pairs as they are sent: one each time a name was appended. */
export function headerPairs(headers) {
  return [...headers];
}
