// The two ways into the network: one that blocks and one that gives a promise. Everything that sends, sends here.
import { core, primordials } from "ext:core/mod.js";
import { op_blob_bytes, op_send, op_send_sync } from "ext:core/ops";
import { bytesOf, findInList } from "ext:apinb/01_safe.js";
import { blobType, getParts, isBlob, isSearchParams, searchParamsText } from "ext:apinb/00_web.js";
import { encodeFormData, isFormData } from "ext:apinb/10_form_data.js";

const { ArrayBufferIsView, StringPrototypeToLowerCase, Uint8Array } = primordials;

/**
 * The bytes of a body that goes as it is, with the type that a browser would give it (Fetch standard, "extract a
 * body"); undefined for a value that has to be serialized first.
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
 * A message for the network.
 * `headers`: [name, value] pairs; `body`: Uint8Array or null; `options`: see `SendOptions` of the op.
 */
export function sendSync({ method, url, headers, body, options }) {
  return op_send_sync(method, url, headers, body ?? null, { __proto__: null, ...options });
}

/** As `sendSync`, as a promise. It stays open when the cell that asked has ended: a later one is not told. */
export function send({ method, url, headers, body, options }) {
  return op_send(method, url, headers, body ?? null, { __proto__: null, ...options });
}

/** The value of a header in [name, value] pairs whose names are in any case; undefined when it is not there. */
export function findHeader(headers, name) {
  const pair = findInList(headers, (known) => StringPrototypeToLowerCase(known[0]) === name);
  return pair === undefined ? undefined : pair[1];
}
