// The chained client: `client.users.id(5).groups`. A node is a proxy over what the definition has at that place; its
// shape is asked from Rust on first use and kept for all nodes of that place. Nodes are independent of each other.
import { op_client_shape } from "ext:core/ops";
import { Error, JSON, Map, Object, Proxy, Reflect, Set, String, TypeError, WeakMap } from "ext:apinb/00_builtins.js";
import { customInspect } from "ext:apinb/00_web.js";
import { call, EXTENSION_TAG } from "ext:apinb/22_call.js";

const VERBS = ["get", "head", "put", "post", "patch", "delete"];
const clients = new WeakMap();
/** What answers for each node. */
const nodes = new WeakMap();
/** What a client consists of, nodes and methods, each with what it is called. */
const parts = new WeakMap();

/** How many reads of properties that are not there are remembered. */
const MAX_MISSES = 8;
let misses = [];
let missCount = 0;

/** The state of a client; undefined for a value that is none. */
export function clientOf(value) {
  return typeof value === "function" ? clients.get(value) : undefined;
}

/** Whether a value is a client or one of its nodes. */
export function isNode(value) {
  return typeof value === "function" && nodes.has(value);
}

/** What the engine needs to know of a client's node; null for any other value. */
export function nodeOf(value) {
  return isNode(value) ? nodes.get(value).described() : null;
}

/** Forgets what was missed. */
export function forgetMissed() {
  misses = [];
  missCount = 0;
}

/**
 * What was read on nodes last and is not there, the newest first, each with the stack of its reading. Such a read gives
 * undefined, as a notebook that looks whether something is there expects; the engine tells from the stacks whether an
 * error came of it.
 */
export function missed() {
  const newest = [];
  for (let at = missCount - 1; at >= 0 && at >= missCount - MAX_MISSES; at--) {
    const { handler, name, read } = misses[at % MAX_MISSES];
    newest.push({ ...handler.described(), name, stack: String(read.stack) });
  }
  return newest;
}

/** What a client knows: its id in Rust, its name, what its definition says, its config. */
export class Client {
  #shapes = new Map();

  constructor(name, info, config, cellCallback) {
    this.id = info.id;
    this.name = name;
    this.info = info;
    this.config = config;
    this.cellCallback = cellCallback;
  }

  shape(node) {
    let shape = this.#shapes.get(node);
    if (shape === undefined) {
      const { properties, ...rest } = op_client_shape(this.id, node);
      shape = { ...rest, properties: new Map(properties.map((property) => [property.name, property])) };
      this.#shapes.set(node, shape);
    }
    return shape;
  }

  call(target, args) {
    refuseParts(target.verb, args);
    return call(this, target, args, this.cellCallback);
  }

  /** Every method for any path below the base URI. */
  free(path = "", parameters = undefined) {
    if (typeof path !== "string") {
      throw new TypeError(`${this.name}(path, parameters): the path is a text, and this is ${shortly(path)}`);
    }
    const label = `${this.name}(${shortly(path)})`;
    const methods = VERBS.map((verb) => {
      const send = (...args) => this.call({ verb, path, parameters }, args);
      return [verb, method(verb, `${label}.${verb}`, send)];
    });
    return Object.fromEntries(methods);
  }
}

/** The function, called `name`; messages call it `label`. */
function method(name, label, send) {
  parts.set(send, label);
  return Object.defineProperty(send, "name", { value: name });
}

/** A part of a client is a function, and would pass for a callback where its answer was meant. */
function refuseParts(verb, args) {
  const at = args.findIndex((value) => typeof value === "function" && parts.has(value));
  if (at === -1) {
    return;
  }
  const label = parts.get(args[at]);
  const meant = ["no data", "neither options nor a callback"][at] ?? "no callback";
  const error = new TypeError(`${verb}() was given ${label}, which is a part of a client and ${meant}`);
  error.help = "pass what a call gave: its body, say";
  throw error;
}

/** The proxy of the client's root. */
export function clientNode(client) {
  const node = makeNode(client, client.name, [{ node: 0, args: [] }]);
  clients.set(node, client);
  return node;
}

/**
 * `places`: node ids with the values that the chain gave on the way there; where several, the properties of the first
 * win. `functions` and `method`: what calling the node means.
 */
function makeNode(client, label, places, functions = [], method = undefined) {
  // An arrow function, since its own properties (`name`, `length`) can be left out of what the proxy shows.
  const target = () => {};
  const handler = new Handler(client, label, places, functions, method);
  target[customInspect] = (inspect, options) => handler.inspect(inspect, options);
  const node = new Proxy(target, handler);
  nodes.set(node, handler);
  parts.set(node, label);
  return node;
}

class Handler {
  #made = new Map();

  constructor(client, label, places, functions, method) {
    this.client = client;
    this.label = label;
    this.places = places;
    this.functions = functions;
    this.method = method;
  }

  /** The property `name`, the shape that has it, and the values given on the way there. */
  #find(name) {
    for (const { node, args } of this.places) {
      const shape = this.client.shape(node);
      const property = shape.properties.get(name);
      if (property !== undefined) {
        return { property, shape, args };
      }
    }
    return undefined;
  }

  get(target, name) {
    if (typeof name === "symbol") {
      return Reflect.get(target, name);
    }
    if (!this.#made.has(name)) {
      const value = this.#make(name);
      if (value === undefined) {
        const inherited = Reflect.get(target, name);
        if (inherited === undefined) {
          misses[missCount++ % MAX_MISSES] = { handler: this, name, read: new Error() };
        }
        return inherited;
      }
      this.#made.set(name, value);
    }
    return this.#made.get(name);
  }

  #make(name) {
    const found = this.#find(name);
    if (found === undefined) {
      return name === "extension" ? this.#extension() : undefined;
    }
    const { property, shape, args } = found;
    const { client } = this;
    const label = `${this.label}.${name}`;
    const called = property.method && { verb: property.method.name, method: property.method, args };
    const places = [];
    if (property.node !== null) {
      places.push({ node: property.node, args });
    }
    if (property.extension !== null) {
      const [value, node] = property.extension;
      places.push({ node, args: [...args, { isExtension: true, depth: shape.depth, value }] });
    }
    if (called && places.length === 0 && property.functions.length === 0) {
      return method(name, label, (...given) => client.call(called, given));
    }
    const functions = property.functions.map((known) => ({ ...known, depth: shape.depth + 1, args }));
    return makeNode(client, label, places, functions, called);
  }

  #extension() {
    const places = this.places.filter(({ node }) => this.client.shape(node).extension !== null);
    if (places.length === 0) {
      return undefined;
    }
    return (value) => {
      const next = places.map(({ node, args }) => {
        const { extension, depth } = this.client.shape(node);
        return { node: extension, args: [...args, { isExtension: true, depth, value }] };
      });
      return makeNode(this.client, `${this.label}.extension(${shortly(value)})`, next);
    };
  }

  apply(_target, _self, given) {
    if (this.method) {
      return this.client.call(this.method, given);
    }
    if (this.functions.length > 0) {
      const wanted = this.functions.find(({ tags }) => tags.length === given.length) ?? this.functions[0];
      const { node, depth, args } = wanted;
      const values = wanted.tags.map((name, index) => ({ isExtension: name === EXTENSION_TAG, depth, value: given[index] }));
      const label = `${this.label}(${values.map(({ value }) => shortly(value)).join(", ")})`;
      return makeNode(this.client, label, [{ node, args: [...args, ...values] }]);
    }
    if (this.places[0]?.node === 0) {
      return this.client.free(...given);
    }
    const error = new TypeError(`${this.label} is not a function: its path has no URI parameter there`);
    error.help = `${this.label} has ${this.#listed().join(", ")}`;
    throw error;
  }

  #has(name) {
    return this.#made.has(name) || this.#find(name) !== undefined ||
      (name === "extension" && this.#extension() !== undefined);
  }

  has(target, name) {
    return typeof name === "symbol" ? Reflect.has(target, name) : this.#has(name);
  }

  ownKeys() {
    const names = new Set(this.places.flatMap(({ node }) => [...this.client.shape(node).properties.keys()]));
    if (this.#has("extension")) {
      names.add("extension");
    }
    return [...names, ...[...this.#made.keys()].filter((name) => !names.has(name))];
  }

  getOwnPropertyDescriptor(target, name) {
    if (typeof name === "symbol" || !this.#has(name)) {
      return undefined;
    }
    return { value: this.get(target, name), writable: true, enumerable: true, configurable: true };
  }

  // What the notebook puts on a node stays there, beside or before what the definition has.
  set(target, name, value) {
    return this.defineProperty(target, name, { value });
  }

  defineProperty(target, name, descriptor) {
    if (typeof name === "symbol") {
      return Reflect.defineProperty(target, name, { configurable: true, ...descriptor });
    }
    if (!("value" in descriptor)) {
      return false;
    }
    this.#made.set(name, descriptor.value);
    return true;
  }

  deleteProperty(target, name) {
    return typeof name === "symbol" ? Reflect.deleteProperty(target, name) : this.#made.delete(name) || !this.#has(name);
  }

  preventExtensions() {
    return false;
  }

  /** What the engine needs to know of a node. */
  described() {
    return {
      owner: this.label,
      client: this.client.id,
      nodes: this.places.map(({ node }) => node),
      functions: this.functions.map(({ tags, node }) => [tags, node]),
      own: [...this.#made.keys()].filter((name) => this.#find(name) === undefined),
    };
  }

  /** What stands on the node, as it is written. */
  #listed() {
    const list = this.ownKeys().map((name) => describe(this.#find(name)?.property ?? { name }));
    return list.length > 24 ? [...list.slice(0, 24), `\u2026 ${list.length - 24} more`] : list;
  }

  inspect() {
    const shown = this.#listed();
    const tags = this.functions.map(({ tags }) => `(${tags.join(", ")})`);
    const text = `${this.label}${tags.join(" ")}${shown.length === 0 ? "" : ` { ${shown.join(", ")} }`}`;
    const example = this.places[0]?.node === 0 ? exampleCall(this.client) : undefined;
    return example === undefined ? text : `${text}, for example ${example}`;
  }
}

/** The first call that a person could make: down the first properties to a method. */
function exampleCall(client) {
  let text = client.name;
  let node = 0;
  for (let depth = 0; depth < 8; depth++) {
    const properties = [...client.shape(node).properties.values()];
    const called = properties.find(({ method, name }) => method && name === "get") ?? properties.find(({ method }) => method);
    if (called !== undefined) {
      return `${text}.${called.name}()`;
    }
    const next = properties[0];
    if (next === undefined) {
      return undefined;
    }
    const [first] = next.functions;
    text += next.node === null && next.extension === null ? `.${next.name}(${first.tags.join(", ")})` : `.${next.name}`;
    node = next.node ?? next.extension?.[1] ?? first.node;
  }
  return undefined;
}

function describe({ name, method, functions = [] }) {
  if (name === "extension" && functions.length === 0) {
    return `${name}(value)`;
  }
  if (functions.length > 0) {
    return `${name}(${functions[0].tags.join(", ")})`;
  }
  return method ? `${name}()` : name;
}

function shortly(value) {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 40 ? `${text.slice(0, 39)}\u2026` : text;
}
