// The chained client: `client.users.id(5).groups`. A node is a proxy over a path of the client. Where a step leads from
// a path is asked from Rust when it is first taken, and kept for all nodes of that path. Nodes are independent of each
// other.
import { op_client_names, op_client_step } from "ext:core/ops";
import { Error, JSON, Map, Object, Proxy, Reflect, Set, String, TypeError, WeakMap } from "ext:apinb/00_builtins.js";
import { customInspect } from "ext:apinb/00_web.js";
import { call } from "ext:apinb/22_call.js";

/** The path of the client itself. */
const CLIENT = 0;

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
  /** By path: by step, where it leads; null for nowhere. A step is a property's name or a number of arguments. */
  #steps = new Map();
  #names = new Map();

  constructor(name, info, config, cellCallback) {
    this.id = info.id;
    this.name = name;
    this.info = info;
    this.config = config;
    this.cellCallback = cellCallback;
  }

  /** Where a step from a path leads: `{path, isNode, method, tags}`. */
  step(path, step) {
    const known = this.#stepsOf(path);
    let next = known.get(step);
    if (next === undefined) {
      next = op_client_step(this.id, path, step);
      known.set(step, next);
    }
    return next;
  }

  /** What stands on a path: `{properties, functions: [[tag]], example}`; the properties with how they are written. */
  names(path) {
    let names = this.#names.get(path);
    if (names === undefined) {
      const { properties, ...rest } = op_client_names(this.id, path);
      const steps = this.#stepsOf(path);
      const written = new Map();
      for (const property of properties) {
        steps.set(property.name, property);
        written.set(property.name, property.written ?? property.name);
      }
      names = { ...rest, properties: written };
      this.#names.set(path, names);
    }
    return names;
  }

  #stepsOf(path) {
    let steps = this.#steps.get(path);
    if (steps === undefined) {
      steps = new Map();
      this.#steps.set(path, steps);
    }
    return steps;
  }

  call(target, args) {
    refuseParts(target.verb, args);
    return call(this, target, args, this.cellCallback);
  }

  /** Calls a method of the definition; `values` are the arguments on the way to it. */
  send(method, values, args) {
    const filled = method.filled.map(({ tag, argument, text }) => [tag, text ?? values[argument]]);
    return this.call({ verb: method.name, method, values: new Map(filled) }, args);
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

/** The proxy of the client itself. */
export function clientNode(client) {
  const node = makeNode(client, client.name, CLIENT, []);
  clients.set(node, client);
  return node;
}

/** `values`: the arguments of the calls that led to `path`, in their order. `method`: what calling the node sends. */
function makeNode(client, label, path, values, method = undefined) {
  // An arrow function, since its own properties (`name`, `length`) can be left out of what the proxy shows.
  const target = () => {};
  const handler = new Handler(client, label, path, values, method);
  target[customInspect] = (inspect, options) => handler.inspect(inspect, options);
  const node = new Proxy(target, handler);
  nodes.set(node, handler);
  parts.set(node, label);
  return node;
}

class Handler {
  #made = new Map();

  constructor(client, label, path, values, method) {
    this.client = client;
    this.label = label;
    this.path = path;
    this.values = values;
    this.method = method;
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
    const next = this.client.step(this.path, name);
    if (next === null) {
      return undefined;
    }
    const label = `${this.label}.${name}`;
    const { client, values } = this;
    if (next.isNode) {
      return makeNode(client, label, next.path, values, next.method);
    }
    if (next.method !== undefined) {
      return method(name, label, (...given) => client.send(next.method, values, given));
    }
    return (value) => this.#called(next.path, `${label}(${shortly(value)})`, [value]);
  }

  /** What a call of `path`, which is a function, gives. */
  #called(path, label, given) {
    const { path: next } = this.client.step(path, given.length);
    return makeNode(this.client, label, next, [...this.values, ...given]);
  }

  apply(_target, _self, given) {
    if (this.method !== undefined) {
      return this.client.send(this.method, this.values, given);
    }
    if (this.path === CLIENT) {
      return this.client.free(...given);
    }
    const next = this.client.step(this.path, given.length);
    if (next === null) {
      const error = new TypeError(`${this.label} is not a function: its path has no URI parameter there`);
      error.help = `${this.label} has ${this.#listed().join(", ")}`;
      throw error;
    }
    const values = next.tags.map((_tag, index) => given[index]);
    const label = `${this.label}(${values.map(shortly).join(", ")})`;
    return makeNode(this.client, label, next.path, [...this.values, ...values]);
  }

  #has(name) {
    return this.#made.has(name) || this.client.step(this.path, name) !== null;
  }

  has(target, name) {
    return typeof name === "symbol" ? Reflect.has(target, name) : this.#has(name);
  }

  ownKeys() {
    const { properties } = this.client.names(this.path);
    return [...properties.keys(), ...[...this.#made.keys()].filter((name) => !properties.has(name))];
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
    const { client, path } = this;
    const own = [...this.#made.keys()].filter((name) => client.step(path, name) === null);
    return { owner: this.label, client: client.id, path, own };
  }

  /** What stands on the node, as it is written. */
  #listed() {
    const { properties } = this.client.names(this.path);
    const list = this.ownKeys().map((name) => properties.get(name) ?? name);
    return list.length > 24 ? [...list.slice(0, 24), `\u2026 ${list.length - 24} more`] : list;
  }

  inspect() {
    const shown = this.#listed();
    const { functions, example } = this.client.names(this.path);
    const tags = functions.map((tags) => `(${tags.join(", ")})`);
    const text = `${this.label}${tags.join(" ")}${shown.length === 0 ? "" : ` { ${shown.join(", ")} }`}`;
    return example === null ? text : `${text}, for example ${example}`;
  }
}

function shortly(value) {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 40 ? `${text.slice(0, 39)}\u2026` : text;
}
