// `API`: creating clients, their settings, signing in.
import { primordials } from "ext:core/mod.js";
import { op_authenticate, op_client_create } from "ext:core/ops";
import { fieldList, setField, splitText, whenSettled } from "ext:apinb/01_safe.js";
import { root } from "ext:apinb/00_global.js";
import { checkedConfig, checkedKey, checkedValue, mergeConfig } from "ext:apinb/21_config.js";
import { Client, clientNode, clientOf } from "ext:apinb/23_node.js";
import { cellCallback } from "ext:apinb/17_cell.js";

const {
  JSONStringify,
  PromiseResolve,
  ReflectApply,
  SafeWeakSet,
  String,
  TypeError,
  WeakSetPrototypeAdd,
  WeakSetPrototypeHas,
} = primordials;

/** The value of clients whose definition could not be loaded. */
const placeholders = new SafeWeakSet();

/** Sets `value` on the global under a name, which may be dotted. */
function place(name, value) {
  const path = splitText(name, ".");
  let target = root;
  for (let index = 0; index < path.length - 1; index++) {
    const next = target[path[index]];
    const holds = (typeof next === "object" && next !== null) || typeof next === "function";
    target = holds ? next : (target[path[index]] = {});
  }
  target[path[path.length - 1]] = value;
}

function stateOf(client, caller) {
  const state = clientOf(client);
  if (state === undefined) {
    throw new TypeError(WeakSetPrototypeHas(placeholders, client)
      ? `${caller}: the definition of this client could not be loaded`
      : `${caller}: the first argument is not a client made by API.createClient`);
  }
  return state;
}

function later(callback, ...args) {
  whenSettled(PromiseResolve(undefined), () => ReflectApply(callback, undefined, args));
}

function createClient(name, url, config, callback) {
  if (typeof name !== "string" || name === "") {
    throw new TypeError("API.createClient: the first argument is the client's name, the second its definition's URL");
  }
  if (typeof config === "function") {
    callback = config;
    config = undefined;
  }
  let client;
  try {
    const given = checkedConfig(config ?? { __proto__: null });
    // Without a URL, the settings or the front matter name the definition.
    const reference = typeof url === "object" && url !== null ? JSONStringify(url) : String(url ?? "");
    const info = op_client_create(name, reference, baseUriOf(given));
    const version = { __proto__: null };
    if (info.version !== null) {
      version.baseUriParameters = { version: info.version };
    }
    client = clientNode(new Client(name, info, mergeConfig(version, given), cellCallback));
  } catch (error) {
    const placeholder = {};
    WeakSetPrototypeAdd(placeholders, placeholder);
    place(name, placeholder);
    if (typeof callback !== "function") {
      throw error;
    }
    later(callback, error);
    return undefined;
  }
  place(name, client);
  if (typeof callback === "function") {
    later(callback, null, client);
  }
  return client;
}

/** The base URI that a notebook sets, or null. */
function baseUriOf(config) {
  return config.baseUri === undefined || config.baseUri === null ? null : String(config.baseUri);
}

function set(client, key, value) {
  const state = stateOf(client, "API.set");
  if (typeof key === "object" && key !== null) {
    state.config = mergeConfig(state.config, checkedConfig(key));
    return state.config;
  }
  const config = { ...state.config };
  setField(config, checkedKey(key), checkedValue(key, value));
  state.config = config;
  return value;
}

function get(client, key) {
  const { config } = stateOf(client, "API.get");
  return key === undefined ? config : config[checkedKey(key)];
}

function unset(client, key) {
  const state = stateOf(client, "API.unset");
  if (key === undefined) {
    state.config = {};
  } else {
    checkedKey(key);
    const fields = fieldList(state.config);
    state.config = {};
    for (let index = 0; index < fields.length; index++) {
      if (fields[index][0] !== key) {
        setField(state.config, fields[index][0], fields[index][1]);
      }
    }
  }
  return state.config;
}

function authenticate(client, method, options, callback) {
  const state = stateOf(client, "API.authenticate");
  if (typeof method === "function") {
    callback = method;
    method = undefined;
    options = undefined;
  } else if (typeof method === "object" && method !== null) {
    callback = options;
    options = method;
    method = undefined;
  } else if (typeof options === "function") {
    callback = options;
    options = undefined;
  }
  let tokens;
  try {
    const parameters = { ...state.info.baseUriDefaults, ...state.config.baseUriParameters };
    const baseUri = baseUriOf(state.config);
    tokens = { ...op_authenticate(state.id, method ?? null, { ...options }, textual(parameters), baseUri) };
  } catch (error) {
    if (typeof callback !== "function") {
      throw error;
    }
    later(callback, error);
    return undefined;
  }
  if (typeof callback === "function") {
    later(callback, null, tokens);
  }
  return tokens;
}

function textual(fields) {
  const texts = {};
  const list = fieldList(fields);
  for (let index = 0; index < list.length; index++) {
    const value = list[index][1];
    if (value !== null && value !== undefined) {
      setField(texts, list[index][0], String(value));
    }
  }
  return texts;
}

export const API = { createClient, authenticate, set, get, unset };
