// One call of a client: from a method, its path and the caller's options to a message, and from the answer to
// `{status, headers, body}`.
import { Array, Map, Object, String, TypeError, WeakSet } from "ext:apinb/00_builtins.js";
import { findHeader, send, sendSync } from "ext:apinb/11_send.js";
import { bodyShown, decodeBody, encodeBody } from "ext:apinb/21_body.js";
import { checkedOptions, headerEntries, mergeConfig, mergeHeaders } from "ext:apinb/21_config.js";
import { styledHeaders, styledQuery, styledTag } from "ext:apinb/21_style.js";
import { encodeTag, fieldsOf, fillTemplate, queryFields, withQuery } from "ext:apinb/20_url.js";

const EXTENSION_TAG = "mediaTypeExtension";

const responses = new WeakSet();

/** Whether a value is what a call of a client gave. */
export function isResponse(value) {
  return typeof value === "object" && value !== null && responses.has(value);
}

/** The pairs that are sent: of a name that comes in several cases the last, a pair for each value of a list. */
function headerPairs(entries) {
  const byName = new Map();
  for (const [name, value] of entries) {
    byName.delete(name.toLowerCase());
    byName.set(name.toLowerCase(), [name, value]);
  }
  return [...byName.values()]
    .filter(([, value]) => value !== undefined && value !== null)
    .flatMap(([name, value]) => [].concat(value).map((item) => [name, String(item)]));
}

function missing(what, tag, help) {
  const error = new TypeError(`${what} "${tag}" is missing`);
  error.help = help;
  return error;
}

function isBlank(value) {
  return value === null || value === undefined || (Array.isArray(value) && value.every(isBlank));
}

/** The value of `{mediaTypeExtension}`, with its dot. */
function extensionText(value) {
  return value === "" || isBlank(value) ? "" : `.${String(value).replace(/^\./, "")}`;
}

/** The text of a tag that nobody may leave out: the value given, else the only one allowed, else the config's. */
function tagPart({ name, only, style }, value, config) {
  value = value === undefined ? only ?? config.uriParameters?.[name] : value;
  if (value === undefined) {
    throw missing("URI parameter", name, `pass a value for \`${name}\`, or '' where its segment shall be empty`);
  }
  const blank = isBlank(value);
  if (style && !blank) {
    return { text: styledTag(name, value, style), tag: name };
  }
  const text = name === EXTENSION_TAG ? extensionText(value) : value;
  return { text: encodeTag(text), tag: name, blank };
}

/** The extension that was left out, as one may: the config's, else none. */
function extensionPart(config) {
  return { text: encodeTag(extensionText(config.uriParameters?.[EXTENSION_TAG])) };
}

/** A path of its parts. A segment is empty only where somebody wants it, and a tag cannot lead out of its segment. */
function joinPath(parts) {
  const segments = [[]];
  for (const part of parts) {
    const [first, ...others] = part.tag === undefined ? part.text.split("/") : [part.text];
    segments.at(-1).push({ ...part, text: first });
    segments.push(...others.map((text) => [{ text }]));
  }
  const texts = segments.map((segment) => {
    const text = segment.map((part) => part.text).join("");
    const tag = segment.find((part) => part.tag !== undefined && part.tag !== EXTENSION_TAG);
    const blank = segment.find((part) => part.blank);
    if (text === "" && blank !== undefined) {
      throw missing("URI parameter", blank.tag, `pass a value for \`${blank.tag}\`, or '' where its segment shall be empty`);
    }
    if (tag !== undefined && (text === "." || text === "..")) {
      throw new TypeError(`URI parameter "${tag.tag}" cannot be "${text}", which means another path`);
    }
    return text;
  });
  return texts.join("/");
}

/** The path of a method of the definition. `values`: what the chain gave, by the tag's index. */
function chainPath({ literals, tags }, values, config) {
  const parts = tags.flatMap((tag, index) => {
    const isLeftOut = tag.name === EXTENSION_TAG && !values.has(index);
    const part = isLeftOut ? extensionPart(config) : tagPart(tag, values.get(index), config);
    return [part, { text: literals[index + 1] }];
  });
  return joinPath([{ text: literals[0] }, ...parts]);
}

/** A path below the base URI, its tags filled from `parameters`. */
function freePath({ path, parameters }, config) {
  const pieces = String(path).split(/\{([^{}]*)\}/);
  const parts = pieces.map((piece, index) => {
    if (index % 2 === 0) {
      return { text: piece };
    }
    const value = parameters?.[piece];
    return value === undefined && piece === EXTENSION_TAG ? extensionPart(config) : tagPart({ name: piece }, value, config);
  });
  parts[0].text = parts[0].text.replace(/^\/+/, "");
  return `/${joinPath(parts)}`;
}

function baseUri(client, config, method) {
  if (client.info.finalBaseUri !== null) {
    return client.info.finalBaseUri.replace(/\/+$/, "");
  }
  const { server, baseUriParameters: ofMethod } = method ?? {};
  const template = config.baseUri ?? server?.uri ?? client.info.baseUri;
  // A server that is a path alone, of a definition that came from a file, has no host to ask.
  if (template === null || template === undefined || /^(?:\/(?!\/)|$)/.test(template)) {
    const error = new TypeError(`the definition of "${client.name}" has no base URI${template ? " with a host" : ""}`);
    error.help = `give one: --base-uri ${client.name}=https://\u2026`;
    throw error;
  }
  const filled = fillTemplate(String(template), (name) => {
    const value = config.baseUriParameters?.[name] ?? ofMethod?.[name] ?? server?.defaults[name] ?? client.info.baseUriDefaults[name];
    if (isBlank(value) || value === "") {
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

/** `headers` with this Content-Type and no other; undefined: with none. */
function withType(headers, type) {
  const others = headers.filter(([name]) => name.toLowerCase() !== "content-type");
  return type === undefined ? others : [...others, ["content-type", type]];
}

function message(client, target, first, options) {
  const config = mergeConfig(client.config, checkedOptions(options));
  const verb = target.verb.toUpperCase();
  let fields = queryFields(config.query);
  if (withoutBody(verb)) {
    fields = { ...fields, ...queryFields(first) };
  }
  const { method } = target;
  const path = method === undefined ? freePath(target, config) : chainPath(method, target.values, config);
  const url = withQuery(baseUri(client, config, method) + path, styledQuery(fields, method?.query));

  let headers = headerPairs(styledHeaders(headerEntries(config.headers), method ?? {}));
  if (findHeader(headers, "accept") === undefined) {
    headers.unshift(["accept", "*/*"]);
  }
  const given = findHeader(headers, "content-type");
  const value = withoutBody(verb) ? undefined : first === undefined ? config.body : first;
  const { bytes, type } = encodeBody(value, given, method?.contentType ?? undefined);
  if (bytes === null) {
    // The client's type is for bodies; that of the call is meant.
    headers = withType(headers, findHeader(headerPairs(headerEntries(options?.headers)), "content-type"));
  } else if (type !== given) {
    headers = withType(headers, type);
  }
  const sent = { method: verb, url, headers, body: bytes };
  if (typeof config.beforeSend === "function") {
    prepare(sent, config.beforeSend);
  }
  sent.options = { client: client.id, resource: method?.resource, index: method?.index };
  return sent;
}

/** Lets the notebook look at a request and change it before it leaves. */
function prepare(sent, beforeSend) {
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
  sent.method = String(request.method).toUpperCase();
  sent.url = String(request.url);
  sent.headers = headerPairs(headerEntries(request.headers));
  if (request.body !== body) {
    const given = findHeader(sent.headers, "content-type");
    const { bytes, type } = encodeBody(request.body, given);
    sent.body = bytes;
    sent.headers = withType(sent.headers, bytes === null ? undefined : type);
  }
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
 * Sends a call. `target`: `{verb, method, values}` for a method of the definition, `{verb, path, parameters}` for any
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
