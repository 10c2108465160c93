// One call of a client: from a method, its path and the caller's options to a message, and from the answer to
// `{status, headers, body}`.
import { findHeader, send, sendSync } from "ext:apinb/11_send.js";
import { decodeBody, encodeBody } from "ext:apinb/21_body.js";
import { encodeTag, fillTemplate, formatQuery, queryFields, withQuery } from "ext:apinb/20_url.js";

/** Config keys that a call's options replace, and those that they are merged into. */
export const REPLACED = ["body", "proxy", "baseUri", "beforeSend"];
export const MERGED = ["uriParameters", "baseUriParameters", "headers", "query"];
export const EXTENSION_TAG = "mediaTypeExtension";

const responses = new WeakSet();

/** Whether a value is what a call of a client gave. */
export function isResponse(value) {
  return typeof value === "object" && value !== null && responses.has(value);
}

/** `over` over `under`, key by key as each key wants it. */
export function mergeConfig(under, over) {
  const merged = { ...under, ...over };
  for (const key of MERGED) {
    if (under?.[key] === undefined || over?.[key] === undefined) {
      continue;
    }
    if (key === "query") {
      merged.query = { ...queryFields(under.query), ...queryFields(over.query) };
    } else if (key === "headers") {
      merged.headers = mergeHeaders(under.headers, over.headers);
    } else {
      merged[key] = { ...under[key], ...over[key] };
    }
  }
  return merged;
}

function headerEntries(headers) {
  return typeof headers?.entries === "function" ? [...headers.entries()] : Object.entries(headers ?? {});
}

function mergeHeaders(under, over) {
  const later = headerEntries(over);
  const names = new Set(later.map(([name]) => name.toLowerCase()));
  return Object.fromEntries([...headerEntries(under).filter(([name]) => !names.has(name.toLowerCase())), ...later]);
}

function headerPairs(headers) {
  return headerEntries(headers)
    .filter(([, value]) => value !== undefined && value !== null)
    .flatMap(([name, value]) => [].concat(value).map((item) => [name, String(item)]));
}

function missing(what, tag, help) {
  const error = new TypeError(`${what} "${tag}" is missing`);
  error.help = help;
  return error;
}

function isEmpty(value) {
  return value === null || value === undefined || (Array.isArray(value) && value.join("") === "");
}

/** The value of a tag that the chain left open: the only one that is allowed, else the config's. */
function resolveTag({ name, value, only }, config) {
  if (value === undefined) {
    value = only ?? config.uriParameters?.[name];
  }
  if (isEmpty(value)) {
    throw missing("URI parameter", name, `pass a value for \`${name}\`, or '' where its segment shall be empty`);
  }
  return encodeTag(value);
}

/** The path of a method of the definition. `args` are the values that the chain gave, in the order of the path. */
function chainPath({ literals, tags }, args, config) {
  let path = literals[0];
  let next = 0;
  tags.forEach((name, index) => {
    const given = args[next]?.name === name ? args[next++] : undefined;
    if (given !== undefined || name !== EXTENSION_TAG) {
      path += resolveTag(given ?? { name }, config);
    }
    path += literals[index + 1];
  });
  return path;
}

/** A path below the base URI, its tags filled from `parameters`. */
function freePath({ path, parameters }, config) {
  const filled = fillTemplate(String(path), (name) => {
    const value = parameters?.[name];
    return value === undefined && name === EXTENSION_TAG ? "" : resolveTag({ name, value }, config);
  });
  return `/${filled.replace(/^\/+/, "")}`;
}

function baseUri(client, config) {
  if (client.info.finalBaseUri !== null) {
    return client.info.finalBaseUri.replace(/\/+$/, "");
  }
  const template = config.baseUri ?? client.info.baseUri;
  if (template === null || template === undefined || template === "") {
    const error = new TypeError(`the definition of "${client.name}" has no base URI`);
    error.help = `give one: --base-uri ${client.name}=https://\u2026`;
    throw error;
  }
  const filled = fillTemplate(String(template), (name) => {
    const value = config.baseUriParameters?.[name] ?? client.info.baseUriDefaults[name];
    if (isEmpty(value) || value === "") {
      const help = `pass baseUriParameters: {${name}: \u2026}, or give a final base URI: --base-uri ${client.name}=https://\u2026`;
      throw missing("base URI parameter", name, help);
    }
    return encodeTag(value);
  });
  const absolute = /^[a-z][a-z0-9+.-]*:\/\//i.test(filled)
    ? filled
    : `${client.info.protocol}://${filled.replace(/^\/+/, "")}`;
  return absolute.replace(/\/+$/, "");
}

function withoutBody(verb) {
  return verb === "GET" || verb === "HEAD";
}

function message(client, target, first, options) {
  const config = mergeConfig(client.config, options);
  const verb = target.verb.toUpperCase();
  let fields = queryFields(config.query);
  if (withoutBody(verb)) {
    fields = { ...fields, ...queryFields(first) };
  }
  const path = target.method === undefined ? freePath(target, config) : chainPath(target.method, target.args, config);
  const url = withQuery(baseUri(client, config) + path, formatQuery(fields));

  const headers = headerPairs(config.headers);
  if (findHeader(headers, "accept") === undefined) {
    headers.unshift(["accept", "*/*"]);
  }
  const given = findHeader(headers, "content-type");
  const value = withoutBody(verb) ? undefined : first === undefined ? config.body : first;
  const { bytes, type } = encodeBody(value, given, target.method?.contentType ?? undefined);
  if (bytes !== null && type !== undefined && type !== given) {
    const others = headers.filter(([name]) => name.toLowerCase() !== "content-type");
    headers.splice(0, headers.length, ...others, ["content-type", type]);
  }
  const sent = { method: verb, url, headers, body: bytes };
  if (typeof config.beforeSend === "function") {
    prepare(sent, config.beforeSend);
  }
  sent.options = { client: client.id, resource: target.method?.resource, index: target.method?.index };
  return sent;
}

/** Lets the notebook look at a request and change it before it leaves. */
function prepare(sent, beforeSend) {
  const request = {
    method: sent.method,
    url: sent.url,
    headers: Object.fromEntries(sent.headers),
    body: sent.body,
    setRequestHeader(name, value) {
      request.headers = mergeHeaders(request.headers, { [name]: value });
    },
  };
  beforeSend(request);
  sent.method = String(request.method);
  sent.url = String(request.url);
  sent.headers = headerPairs(request.headers);
  sent.body = encodeBody(request.body, "application/octet-stream").bytes;
}

function received({ status, headers, text, bytes }) {
  const fields = {};
  for (const [name, value] of headers) {
    fields[name] = Object.hasOwn(fields, name) ? `${fields[name]}, ${value}` : value;
  }
  const body = decodeBody({ text, bytes, type: fields["content-type"] ?? "" });
  const response = { status, headers: fields, body };
  responses.add(response);
  return response;
}

/**
 * Sends a call. `target`: `{verb, method, args}` for a method of the definition, `{verb, path, parameters}` for any
 * path. `callOptions`: the arguments of the caller, `(query or body, options, callback)`; `cellCallback()` gives the
 * cell's own callback.
 */
export function call(client, target, [first, options, callback], cellCallback) {
  if (typeof first === "function") {
    [first, options, callback] = [undefined, undefined, first];
  } else if (typeof options === "function") {
    [options, callback] = [undefined, options];
  }
  const sent = message(client, target, first, options ?? undefined);
  if (!callback) {
    return received(sendSync(sent));
  }
  const done = typeof callback === "function" ? callback : cellCallback();
  send(sent)
    .then(received)
    .then((response) => [null, response], (error) => [error])
    .then((outcome) => done(...outcome));
}
