// One call of a client: from the caller's values and options to a request, and from the response to `{status, headers,
// body}`. Rust derives the URL and the headers from the values.
import { core, primordials } from "ext:core/mod.js";
import { op_call_plan } from "ext:core/ops";
import { append, fieldList, filterList, HiddenDescriptor, mapList, whenSettled } from "ext:apinb/01_safe.js";
import { findHeader, send, sendSync } from "ext:apinb/11_send.js";
import { statusRead } from "ext:apinb/11_status.js";
import { headerFields } from "ext:apinb/12_headers.js";
import { bodyShown, decodeBody, encodeBody } from "ext:apinb/21_body.js";
import { checkedCallOptions, headerEntries, mergeConfig, mergeHeaders } from "ext:apinb/21_config.js";
import { fieldsOf, queryFields, textOf } from "ext:apinb/20_url.js";

const {
  ArrayIsArray,
  ArrayPrototypeIncludes,
  ArrayPrototypeJoin,
  JSONParse,
  JSONStringify,
  NumberIsFinite,
  ObjectDefineProperty,
  ObjectHasOwn,
  Proxy,
  ReflectApply,
  ReflectGet,
  ReflectGetOwnPropertyDescriptor,
  ReflectOwnKeys,
  SafeWeakMap,
  String,
  StringPrototypeSlice,
  StringPrototypeToLowerCase,
  StringPrototypeToUpperCase,
  StringPrototypeToWellFormed,
  WeakMapPrototypeGet,
  WeakMapPrototypeHas,
  WeakMapPrototypeSet,
} = primordials;

/** The request of each response. */
const responses = new SafeWeakMap();

/** Whether a value is a response that a call of a client returned. */
export function isResponse(value) {
  return typeof value === "object" && value !== null && WeakMapPrototypeHas(responses, value);
}

/** The request of such a response, as `send` takes it; undefined for any other value. */
export function requestOf(value) {
  return isResponse(value) ? WeakMapPrototypeGet(responses, value) : undefined;
}

/** A text as JSON. A lone surrogate has no encoding. */
function quote(text) {
  return JSONStringify(StringPrototypeToWellFormed(text));
}

/** The items as a JSON array, each by `serialize`. */
function serializeItems(items, serialize) {
  return `[${ArrayPrototypeJoin(mapList(items, serialize), ",")}]`;
}

/** A value for the request plan, in the format of `PlannedValue` in Rust. */
function serializeValue(value) {
  switch (typeof value) {
    case "undefined":
      return "false";
    case "string":
      return quote(value);
    case "object":
      return value === null ? "null" : serializeObject(value);
    case "number":
      return NumberIsFinite(value) ? `["${value}"]` : `["${value}","null"]`;
    case "boolean":
    case "bigint":
      return `["${value}"]`;
    default:
      return `[${quote(String(value))},""]`;
  }
}

function serializeObject(value) {
  if (ArrayIsArray(value)) {
    return `{"list":${serializeItems(value, serializeValue)}}`;
  }
  const json = JSONStringify(value);
  if (core.isDate(value)) {
    return `[${quote(textOf(value))},${quote(json ?? "")}]`;
  }
  return json === undefined ? '["",""]' : `{"json":${json}}`;
}

/** The value of a header: text, unless the definition declares how to serialize it. */
function serializeHeader(value) {
  if (value === undefined || value === null) {
    return "null";
  }
  return ArrayIsArray(value) ? `{"list":${serializeItems(value, serializeText)}}` : serializeText(value);
}

function serializeText(value) {
  return quote(String(value));
}

function serializeField(name, value) {
  return `[${quote(name)},${value}]`;
}

function serializeEntry(entry) {
  return serializeField(entry[0], serializeValue(entry[1]));
}

function serializeFields(fields) {
  return fields === undefined || fields === null ? "[]" : serializeItems(fieldList(fields), serializeEntry);
}

/** The entries of `fields` with one of these names, without undefined values. */
function serializeSome(fields, names) {
  if (fields === undefined || fields === null) {
    return "[]";
  }
  const found = [];
  for (let index = 0; index < names.length; index++) {
    const value = fields[names[index]];
    if (value !== undefined) {
      append(found, [names[index], value]);
    }
  }
  return serializeItems(found, serializeEntry);
}

/** `styled`: the lower-case names of headers and cookies whose serialization the definition declares. */
function serializeHeaders(headers, styled) {
  return serializeItems(headerEntries(headers), (entry) => {
    const name = String(entry[0]);
    const isStyled = styled !== undefined && ArrayPrototypeIncludes(styled, StringPrototypeToLowerCase(name));
    return serializeField(name, isStyled ? serializeValue(entry[1]) : serializeHeader(entry[1]));
  });
}

/** The names between braces. */
function parametersOf(path) {
  const names = [];
  let open = -1;
  for (let index = 0; index < path.length; index++) {
    if (path[index] === "{") {
      open = index;
    } else if (path[index] === "}" && open !== -1) {
      append(names, StringPrototypeSlice(path, open + 1, index));
      open = -1;
    }
  }
  return names;
}

/** The request of a call without its body: `[url, headers, preferred media type, only media type]`. */
function plan(client, target, query, config) {
  const method = target.method;
  const text = target.text ?? "";
  const names = method === undefined ? parametersOf(text) : method.parameters;
  const values = method === undefined
    ? serializeSome(target.parameters, names)
    : serializeItems(target.values, serializeValue);
  const baseUri = config.baseUri === undefined || config.baseUri === null ? "null" : serializeText(config.baseUri);
  // In this order, since a getter may compute a value when it is read.
  const parts = [
    quote(text),
    values,
    serializeSome(config.uriParameters, names),
    baseUri,
    serializeFields(config.baseUriParameters),
    serializeFields(query),
    serializeHeaders(config.headers, method?.styled),
  ];
  const inputs = `[${ArrayPrototypeJoin(parts, ",")}]`;
  return JSONParse(op_call_plan(client.id, target.path, inputs));
}

/** The pairs to send: of names that differ only in case the last one, and a pair for each value of an array. */
function headerPairs(entries) {
  const last = { __proto__: null };
  for (let index = 0; index < entries.length; index++) {
    last[StringPrototypeToLowerCase(entries[index][0])] = index;
  }
  const pairs = [];
  for (let index = 0; index < entries.length; index++) {
    const name = entries[index][0];
    const value = entries[index][1];
    const isSent = last[StringPrototypeToLowerCase(name)] === index && value !== undefined && value !== null;
    const values = ArrayIsArray(value) ? value : [value];
    for (let item = 0; isSent && item < values.length; item++) {
      append(pairs, [name, String(values[item])]);
    }
  }
  return pairs;
}

/** Whether the first argument of a call is its query, not its body. */
function takesQuery(verb) {
  return verb === "GET" || verb === "HEAD";
}

/** The body of a call. A body among the client's settings is for the methods whose first argument is one. */
function bodyOf(verb, first, config, options) {
  return takesQuery(verb) ? options?.body : first ?? config.body;
}

/** `headers` with this Content-Type only; without one if it is undefined. */
function withType(headers, type) {
  const others = filterList(headers, (pair) => StringPrototypeToLowerCase(pair[0]) !== "content-type");
  if (type !== undefined) {
    append(others, ["content-type", type]);
  }
  return others;
}

function message(client, target, first, options) {
  const config = mergeConfig(client.config, checkedCallOptions(options));
  const verb = StringPrototypeToUpperCase(target.verb);
  let query = queryFields(config.query);
  if (takesQuery(verb)) {
    query = { ...query, ...queryFields(first) };
  }
  const planned = plan(client, target, query, config);
  let headers = planned[1];
  const given = findHeader(headers, "content-type");
  const declared = { __proto__: null, preferred: planned[2] ?? undefined, only: planned[3] ?? undefined };
  const { bytes, type } = encodeBody(bodyOf(verb, first, config, options), given, declared);
  if (bytes === null) {
    // The client's Content-Type applies to bodies; this one is of the call itself.
    headers = withType(headers, findHeader(headerPairs(headerEntries(options?.headers)), "content-type"));
  } else if (type !== given) {
    headers = withType(headers, type);
  }
  const sent = { __proto__: null, method: verb, url: planned[0], headers, body: bytes };
  if (typeof config.beforeSend === "function") {
    prepare(sent, config.beforeSend, declared);
  }
  const { method } = target;
  sent.options = { client: client.id, resource: method?.resource, index: method?.index };
  return sent;
}

/** Lets `beforeSend` inspect and change a request. */
function prepare(sent, beforeSend, declared) {
  const body = bodyShown(sent);
  const request = {
    method: sent.method,
    url: sent.url,
    headers: fieldsOf(sent.headers),
    body,
    setRequestHeader(name, value) {
      request.headers = mergeHeaders(request.headers, { [name]: value });
    },
  };
  beforeSend(request);
  sent.method = StringPrototypeToUpperCase(String(request.method));
  sent.url = String(request.url);
  sent.headers = headerPairs(headerEntries(request.headers));
  if (request.body !== body) {
    const given = findHeader(sent.headers, "content-type");
    const { bytes, type } = encodeBody(request.body, given, declared);
    sent.body = bytes;
    sent.headers = withType(sent.headers, bytes === null ? undefined : type);
  }
}

/** The response, with reports of the notebook reading its status: by itself, or with all properties. */
function watched(response, unread) {
  return new Proxy(response, {
    __proto__: null,
    get(target, name, receiver) {
      if (name === "status") {
        statusRead(unread);
      }
      return ReflectGet(target, name, receiver);
    },
    getOwnPropertyDescriptor(target, name) {
      if (name === "status") {
        statusRead(unread);
      }
      return ReflectGetOwnPropertyDescriptor(target, name);
    },
    ownKeys(target) {
      statusRead(unread);
      return ReflectOwnKeys(target);
    },
  });
}

function received(sent, { status, headers, text, bytes, duration, request, unread }) {
  const fields = headerFields(headers);
  const type = ObjectHasOwn(fields, "content-type") ? fields["content-type"] : "";
  const body = decodeBody({ text, bytes, type });
  const response = { status, headers: fields, body };
  ObjectDefineProperty(response, "duration", new HiddenDescriptor(duration));
  request.headers = headerFields(request.headers);
  ObjectDefineProperty(response, "request", new HiddenDescriptor(request));
  const given = unread === null ? response : watched(response, unread);
  WeakMapPrototypeSet(responses, given, sent);
  return given;
}

/**
 * Sends a call. `target`: `{verb, path, method, values}` for a method that a path of the client leads to,
 * `{verb, path, text, parameters}` for a path as text. `first`, `options`, `callback`: the arguments of the caller, the
 * first a query or a body; `cellCallback()` returns the cell's own callback.
 */
export function call(client, target, first, options, callback, cellCallback) {
  if (typeof first === "function") {
    callback = first;
    first = undefined;
    options = undefined;
  } else if (typeof options === "function") {
    callback = options;
    options = undefined;
  }
  const sent = message(client, target, first, options ?? undefined);
  if (!callback) {
    return received(sent, sendSync(sent));
  }
  const done = typeof callback === "function" ? callback : cellCallback();
  const response = whenSettled(send(sent), (value) => received(sent, value));
  const outcome = whenSettled(response, (value) => [null, value], (error) => [error]);
  whenSettled(outcome, (values) => ReflectApply(done, undefined, values));
}
