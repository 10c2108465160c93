// The two ways into the network: one that blocks and one that gives a promise. Everything that sends, sends here.
import { core } from "ext:core/mod.js";
import { op_blob_bytes, op_send, op_send_sync } from "ext:core/ops";
import { ArrayBuffer, Uint8Array } from "ext:apinb/00_builtins.js";
import { getParts, isBlob, URLSearchParams } from "ext:apinb/00_web.js";
import { encodeFormData, FormData } from "ext:apinb/10_form_data.js";

/**
 * The bytes of a body that goes as it is, with the type that a browser would give it (Fetch standard, "extract a
 * body"); undefined for a value that has to be serialized first.
 */
export function rawBody(value) {
  if (typeof value === "string") {
    return { bytes: core.encode(value), type: "text/plain;charset=UTF-8" };
  }
  if (value instanceof FormData) {
    value = encodeFormData(value);
  }
  if (isBlob(value)) {
    return { bytes: op_blob_bytes(getParts(value, [])), type: value.type };
  }
  if (value instanceof URLSearchParams) {
    return { bytes: core.encode(value.toString()), type: "application/x-www-form-urlencoded;charset=UTF-8" };
  }
  if (ArrayBuffer.isView(value)) {
    return { bytes: new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice(), type: "" };
  }
  if (value instanceof ArrayBuffer) {
    return { bytes: new Uint8Array(value).slice(), type: "" };
  }
  return undefined;
}

/**
 * A message for the network.
 * `headers`: [name, value] pairs; `body`: Uint8Array or null; `options`: see `SendOptions` of the op.
 */
export function sendSync({ method, url, headers, body = null, options = {} }) {
  return op_send_sync(method, url, headers, body, options);
}

/** As `sendSync`, as a promise. It stays open when the cell that asked has ended: a later one is not told. */
export function send({ method, url, headers, body = null, options = {} }) {
  return op_send(method, url, headers, body, options);
}

/** The value of a header in [name, value] pairs whose names are in any case; undefined when it is not there. */
export function findHeader(headers, name) {
  return headers.find(([known]) => known.toLowerCase() === name)?.[1];
}
