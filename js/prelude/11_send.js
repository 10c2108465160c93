// The two ways to the network: one blocks, one returns a promise. All requests go through this file.
import { core, primordials } from "ext:core/mod.js";
import { op_blob_bytes, op_send, op_send_sync } from "ext:core/ops";
import { bytesOf, findInList } from "ext:apinb/01_safe.js";
import { blobType, getParts, isBlob, isSearchParams, searchParamsText } from "ext:apinb/00_web.js";
import { encodeFormData, isFormData } from "ext:apinb/10_form_data.js";

const { ArrayBufferIsView, StringPrototypeToLowerCase, Uint8Array } = primordials;

/**
 * The bytes of a body that is sent unchanged, with the media type that a browser would set (Fetch standard, "extract a
 * body"); undefined for a value that must be serialized first.
 */
export function rawBody(value) {
  if (typeof value === "string") {
    return { bytes: core.encode(value), type: "text/plain;charset=UTF-8" };
  }
  if (isFormData(value)) {
    return encodeFormData(value);
  }
  if (isBlob(value)) {
    return { bytes: op_blob_bytes(getParts(value, [])), type: blobType(value) };
  }
  if (isSearchParams(value)) {
    return { bytes: core.encode(searchParamsText(value)), type: "application/x-www-form-urlencoded;charset=UTF-8" };
  }
  if (ArrayBufferIsView(value)) {
    return { bytes: bytesOf(value), type: "" };
  }
  if (core.isArrayBuffer(value)) {
    return { bytes: new Uint8Array(new Uint8Array(value)), type: "" };
  }
  return undefined;
}

/**
 * Sends a request and blocks until the response is there.
 * `headers`: [name, value] pairs; `body`: Uint8Array or null; `options`: see `SendOptions` of the op.
 */
export function sendSync({ method, url, headers, body, options }) {
  return op_send_sync(method, url, headers, body ?? null, { __proto__: null, ...options });
}

/**
 * As `sendSync`, but returns a promise. It stays pending if the cell ends first: a later cell does not see the
 * response.
 */
export function send({ method, url, headers, body, options }) {
  return op_send(method, url, headers, body ?? null, { __proto__: null, ...options });
}

/** The value of a header in [name, value] pairs, by name in any case; undefined if absent. */
export function findHeader(headers, name) {
  const pair = findInList(headers, (known) => StringPrototypeToLowerCase(known[0]) === name);
  return pair === undefined ? undefined : pair[1];
}
