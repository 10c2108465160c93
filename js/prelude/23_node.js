// The chained client: `client.users.id(5).groups`. A node is a proxy over a path of the client. Rust resolves each step
// from a path when a notebook first takes it; the result is cached for all nodes of that path. Nodes are independent of
// each other.
import { primordials } from "ext:core/mod.js";
import { op_client_names, op_client_step, op_excerpt } from "ext:core/ops";
import { append, appendAll, FieldDescriptor, filterList, indexInList, mapList, objectOf, setField } from "ext:apinb/01_safe.js";
import { customInspect } from "ext:apinb/00_web.js";
import { call } from "ext:apinb/22_call.js";

const {
  ArrayPrototypeJoin,
  Error,
  JSONStringify,
  MapPrototypeDelete,
  MapPrototypeForEach,
  MapPrototypeGet,
  MapPrototypeHas,
  MapPrototypeSet,
  ObjectDefineProperty,
  ObjectSetPrototypeOf,
  Proxy,
  ReflectDefineProperty,
  ReflectDeleteProperty,
  ReflectGet,
  ReflectHas,
  SafeMap,
  SafeWeakMap,
  String,
  TypeError,
  WeakMapPrototypeGet,
  WeakMapPrototypeHas,
  WeakMapPrototypeSet,
} = primordials;

/** The path of the client itself. */
const CLIENT = 0;

const VERBS = ["get", "head", "put", "post", "patch", "delete"];
const clients = new SafeWeakMap();
/** The handler behind each node's proxy. */
const nodes = new SafeWeakMap();
/** The nodes and methods of all clients, each with its label. */
const parts = new SafeWeakMap();

/** Number of reads of missing properties that are remembered. */
const MAX_MISSES = 8;
/** Maximum number of properties that a rendered node lists. */
const MAX_LISTED = 24;

let misses = [];
let missCount = 0;

/** The state of a client; undefined for any other value. */
export function clientOf(value) {
  return typeof value === "function" ? WeakMapPrototypeGet(clients, value) : undefined;
}

/** Whether a value is a client or one of its nodes. */
export function isNode(value) {
  return typeof value === "function" && WeakMapPrototypeHas(nodes, value);
}

/** Describes a node for the engine; null for any other value. */
export function nodeOf(value) {
  return isNode(value) ? WeakMapPrototypeGet(nodes, value).described() : null;
}

/** Forgets the remembered reads. */
export function forgetMissed() {
  misses = [];
  missCount = 0;
}

/**
 * Missing properties that were read on nodes, newest first, each with the stack of the read. Such a read returns
 * undefined, as a notebook that tests for a property expects; the engine decides by the stacks whether the read caused an
 * error.
 */
export function missed() {
  const newest = [];
  for (let at = missCount - 1; at >= 0 && at >= missCount - MAX_MISSES; at--) {
    const { handler, name, read } = misses[at % MAX_MISSES];
    append(newest, { ...handler.described(), name, stack: String(read.stack) });
  }
  return newest;
}

/** The state of a client: its id in Rust, its name, its base URI and its settings. */
export class Client {
  /** By path: by step, where it leads; null for nowhere. A step is the name of a property or a number of arguments. */
  #steps = new SafeMap();
  #names = new SafeMap();

  constructor(name, info, config, cellCallback) {
    this.id = info.id;
    this.name = name;
    // `client`, or `window['my-client']`.
    this.label = info.label;
    this.info = info;
    this.config = config;
    this.cellCallback = cellCallback;
  }

  /** Where a step from a path leads: `{path, isNode, method, parameters, member}`. */
  step(path, step) {
    const known = this.#stepsOf(path);
    let next = MapPrototypeGet(known, step);
    if (next === undefined) {
      next = alone(op_client_step(this.id, path, step));
      MapPrototypeSet(known, step, next);
    }
    return next;
  }

  /** The members of a path: `{properties: [name], written: by name, functions: [[parameter]], example}`. */
  names(path) {
    let names = MapPrototypeGet(this.#names, path);
    if (names === undefined) {
      const { properties, functions, example } = alone(op_client_names(this.id, path));
      const steps = this.#stepsOf(path);
      const written = new SafeMap();
      for (let index = 0; index < properties.length; index++) {
        const property = alone(properties[index]);
        MapPrototypeSet(steps, property.name, property);
        MapPrototypeSet(written, property.name, property.written ?? property.name);
      }
      names = { properties: mapList(properties, ({ name }) => name), written, functions, example };
      MapPrototypeSet(this.#names, path, names);
    }
    return names;
  }

  #stepsOf(path) {
    let steps = MapPrototypeGet(this.#steps, path);
    if (steps === undefined) {
      steps = new SafeMap();
      MapPrototypeSet(this.#steps, path, steps);
    }
    return steps;
  }

  call(target, args) {
    refuseParts(target.verb, args);
    return call(this, target, args[0], args[1], args[2], this.cellCallback);
  }

  /** Calls the method of the definition at `path`; `values` are the arguments of the chain. */
  send(path, method, values, args) {
    return this.call({ __proto__: null, verb: method.name, path, method, values }, args);
  }

  /** The methods for any path below the base URI. */
  free(path = "", parameters = undefined) {
    if (typeof path !== "string") {
      throw new TypeError(`${this.label}(path, parameters): expected a string as the path, got ${abbreviate(path)}`);
    }
    const label = `${this.label}(${abbreviate(path)})`;
    return objectOf(mapList(VERBS, (verb) => {
      const send = (...args) => this.call({ __proto__: null, verb, path: CLIENT, text: path, parameters }, args);
      return [verb, method(verb, `${label}.${verb}`, send)];
    }));
  }
}

/** An object of the engine without a prototype, so that any name can be looked up in it. */
function alone(object) {
  return object === null ? null : ObjectSetPrototypeOf(object, null);
}

/** Names the function `name`; messages call it `label`. */
function method(name, label, send) {
  WeakMapPrototypeSet(parts, send, label);
  return ObjectDefineProperty(send, "name", { __proto__: null, value: name });
}

/** Refuses parts of a client as arguments: a node is a function, and would pass for a callback. */
function refuseParts(verb, args) {
  const at = indexInList(args, (value) => typeof value === "function" && WeakMapPrototypeHas(parts, value));
  if (at === -1) {
    return;
  }
  const label = WeakMapPrototypeGet(parts, args[at]);
  const expected = ["data", "options or a callback"][at] ?? "a callback";
  const error = new TypeError(`${verb}(): expected ${expected}, got ${label}, which is part of a client`);
  error.help = "Pass a value from a response, such as its body.";
  throw error;
}

/** The proxy of the client itself. */
export function clientNode(client) {
  const node = makeNode(client, client.label, CLIENT, []);
  WeakMapPrototypeSet(clients, node, client);
  return node;
}

/** `values`: the arguments of the calls that led to `path`, in their order. `method`: what calling the node sends. */
function makeNode(client, label, path, values, method = null) {
  // An arrow function, since its own properties (`name`, `length`) can be hidden from what the proxy shows.
  const target = () => {};
  const handler = new Handler(client, label, path, values, method);
  target[customInspect] = (inspect, options) => handler.inspect(inspect, options);
  const node = new Proxy(target, handler);
  WeakMapPrototypeSet(nodes, node, handler);
  WeakMapPrototypeSet(parts, node, label);
  return node;
}

class Handler {
  #made = new SafeMap();

  constructor(client, label, path, values, method) {
    this.client = client;
    this.label = label;
    this.path = path;
    this.values = values;
    this.method = method;
  }

  get(target, name) {
    if (typeof name === "symbol") {
      return ReflectGet(target, name);
    }
    if (!MapPrototypeHas(this.#made, name)) {
      const value = this.#make(name);
      if (value === undefined) {
        const inherited = ReflectGet(target, name);
        if (inherited === undefined) {
          setField(misses, missCount++ % MAX_MISSES, { handler: this, name, read: new Error() });
        }
        return inherited;
      }
      MapPrototypeSet(this.#made, name, value);
    }
    return MapPrototypeGet(this.#made, name);
  }

  #make(name) {
    const next = this.client.step(this.path, name);
    if (next === null) {
      return undefined;
    }
    const label = `${this.label}${next.member ?? `.${name}`}`;
    const { client, values } = this;
    if (next.isNode) {
      return makeNode(client, label, next.path, values, next.method);
    }
    if (next.method !== null) {
      return method(name, label, (...given) => client.send(next.path, next.method, values, given));
    }
    return (value) => this.#called(next.path, `${label}(${abbreviate(value)})`, [value]);
  }

  /** The result of calling `path`, which is a function. */
  #called(path, label, given) {
    const { path: next } = this.client.step(path, given.length);
    return makeNode(this.client, label, next, appendAll(appendAll([], this.values), given));
  }

  apply(_target, _self, given) {
    if (this.method !== null) {
      return this.client.send(this.path, this.method, this.values, given);
    }
    if (this.path === CLIENT) {
      return this.client.free(given[0], given[1]);
    }
    const next = this.client.step(this.path, given.length);
    if (next === null) {
      const error = new TypeError(`${this.label} is not a function: no URI parameter follows in its path`);
      error.help = `Use a member of ${this.label}: ${ArrayPrototypeJoin(this.#listed(), ", ")}.`;
      throw error;
    }
    const values = mapList(next.parameters, (_parameter, index) => given[index]);
    const label = `${this.label}(${ArrayPrototypeJoin(mapList(values, abbreviate), ", ")})`;
    return makeNode(this.client, label, next.path, appendAll(appendAll([], this.values), values));
  }

  #has(name) {
    return MapPrototypeHas(this.#made, name) || this.client.step(this.path, name) !== null;
  }

  has(target, name) {
    return typeof name === "symbol" ? ReflectHas(target, name) : this.#has(name);
  }

  ownKeys() {
    const { properties, written } = this.client.names(this.path);
    const own = this.#madeNames((name) => !MapPrototypeHas(written, name));
    // V8 copies the list, which can be long.
    return own.length === 0 ? properties : appendAll(appendAll([], properties), own);
  }

  getOwnPropertyDescriptor(target, name) {
    if (typeof name === "symbol") {
      return undefined;
    }
    let value = MapPrototypeGet(this.#made, name);
    if (value === undefined) {
      if (!this.#has(name)) {
        return undefined;
      }
      value = this.get(target, name);
    }
    return new FieldDescriptor(value);
  }

  // Properties that the notebook sets on a node stay there and override those of the definition.
  set(target, name, value) {
    return this.defineProperty(target, name, { __proto__: null, value });
  }

  defineProperty(target, name, descriptor) {
    if (typeof name === "symbol") {
      return ReflectDefineProperty(target, name, { __proto__: null, configurable: true, ...descriptor });
    }
    if (!("value" in descriptor)) {
      return false;
    }
    MapPrototypeSet(this.#made, name, descriptor.value);
    return true;
  }

  deleteProperty(target, name) {
    if (typeof name === "symbol") {
      return ReflectDeleteProperty(target, name);
    }
    return MapPrototypeDelete(this.#made, name) || !this.#has(name);
  }

  preventExtensions() {
    return false;
  }

  /** Describes a node for the engine. */
  described() {
    const { client, path } = this;
    const own = this.#madeNames((name) => client.step(path, name) === null);
    return { owner: this.label, client: client.id, path, own };
  }

  /** The names of the properties that were read or set, for which `fits` is true. */
  #madeNames(fits) {
    const names = [];
    MapPrototypeForEach(this.#made, (_value, name) => {
      if (fits(name)) {
        append(names, name);
      }
    });
    return names;
  }

  /** Renders a node with as many of its members as a person would read. */
  #listed() {
    const { written } = this.client.names(this.path);
    const list = mapList(this.ownKeys(), (name) => MapPrototypeGet(written, name) ?? name);
    if (list.length <= MAX_LISTED) {
      return list;
    }
    const shown = filterList(list, (_name, index) => index < MAX_LISTED);
    append(shown, `\u2026 ${list.length - MAX_LISTED} more`);
    return shown;
  }

  inspect() {
    const shown = this.#listed();
    const { functions, example } = this.client.names(this.path);
    const calls = mapList(functions, (parameters) => `(${ArrayPrototypeJoin(parameters, ", ")})`);
    const list = shown.length === 0 ? "" : ` { ${ArrayPrototypeJoin(shown, ", ")} }`;
    const text = `${this.label}${ArrayPrototypeJoin(calls, " ")}${list}`;
    return example === null ? text : `${text}, for example ${example}`;
  }
}

// Without a prototype, the proxy has no traps but those of the class.
ObjectSetPrototypeOf(Handler.prototype, null);

/** An argument in a message. */
function abbreviate(value) {
  const text = typeof value === "string" ? JSONStringify(value) : String(value);
  return text.length > 40 ? op_excerpt(text, 39) : text;
}
