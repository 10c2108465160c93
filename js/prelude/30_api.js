// `API`: making clients, their configuration, signing in.
import { primordials } from "ext:core/mod.js";
import { op_authenticate, op_client_create } from "ext:core/ops";
import { JSON, Object, root, String, TypeError, WeakSet } from "ext:apinb/00_builtins.js";
import { checkedConfig, checkedKey, checkedValue, mergeConfig } from "ext:apinb/21_config.js";
import { Client, clientNode, clientOf } from "ext:apinb/23_node.js";
import { cellCallback } from "ext:apinb/15_cell.js";

const { PromisePrototypeThen, PromiseResolve } = primordials;

/** What stands in for clients whose definition could not be loaded. */
const placeholders = new WeakSet();

/** Puts `value` on the global under a name, which may be dotted. */
function place(name, value) {
  const path = name.split(".");
  const last = path.pop();
  let target = root;
  for (const part of path) {
    const next = target[part];
    target = (typeof next === "object" && next !== null) || typeof next === "function" ? next : (target[part] = {});
  }
  target[last] = value;
}

function stateOf(client, caller) {
  const state = clientOf(client);
  if (state === undefined) {
    throw new TypeError(placeholders.has(client)
      ? `${caller}: the client has no definition, it could not be loaded`
      : `${caller}: the first argument is not a client made by API.createClient`);
  }
  return state;
}

function later(callback, ...args) {
  PromisePrototypeThen(PromiseResolve(undefined), () => callback(...args));
}

function createClient(name, url, config, callback) {
  if (typeof name !== "string" || name === "") {
    throw new TypeError("API.createClient: the first argument is the client's name, the second its definition's URL");
  }
  if (typeof config === "function") {
    [config, callback] = [undefined, config];
  }
  let client;
  try {
    const given = checkedConfig(config ?? {});
    const info = op_client_create(name, typeof url === "object" && url !== null ? JSON.stringify(url) : String(url));
    const version = info.version === null ? {} : { baseUriParameters: { version: info.version } };
    client = clientNode(new Client(name, info, mergeConfig(version, given), cellCallback));
  } catch (error) {
    const placeholder = {};
    placeholders.add(placeholder);
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

function set(client, key, value) {
  const state = stateOf(client, "API.set");
  if (typeof key === "object" && key !== null) {
    state.config = mergeConfig(state.config, checkedConfig(key));
  } else {
    state.config = { ...state.config, [checkedKey(key)]: checkedValue(key, value) };
  }
  return state.config;
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
    const { [checkedKey(key)]: _dropped, ...rest } = state.config;
    state.config = rest;
  }
  return state.config;
}

function authenticate(client, method, options, callback) {
  const state = stateOf(client, "API.authenticate");
  if (typeof method === "function") {
    [method, options, callback] = [undefined, undefined, method];
  } else if (typeof method === "object" && method !== null) {
    [method, options, callback] = [undefined, method, options];
  } else if (typeof options === "function") {
    [options, callback] = [undefined, options];
  }
  let tokens;
  try {
    const parameters = { ...state.info.baseUriDefaults, ...state.config.baseUriParameters };
    tokens = { ...op_authenticate(state.id, method ?? null, { ...options }, textual(parameters)) };
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
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => [name, String(value)]));
}

export const API = { createClient, authenticate, set, get, unset };
