// Random values of the Web Cryptography API (section 10.1). `crypto.subtle` does not exist.
import { primordials } from "ext:core/mod.js";
import { op_random_fill, op_random_uuid } from "ext:core/ops";
import { DOMException } from "ext:apinb/00_web.js";

const {
  ArrayPrototypeIncludes,
  SymbolToStringTag,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset,
  TypedArrayPrototypeGetSymbolToStringTag,
  Uint8Array,
} = primordials;

const MAX_BYTES = 65536;
const INTEGERS = [
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "BigInt64Array",
  "BigUint64Array",
];

class Crypto {
  getRandomValues(array) {
    // The kind of typed array, independent of its class name; undefined for any other value.
    if (!ArrayPrototypeIncludes(INTEGERS, TypedArrayPrototypeGetSymbolToStringTag(array))) {
      throw new DOMException(
        "getRandomValues: expected an array of integers, such as a Uint8Array",
        "TypeMismatchError",
      );
    }
    const length = TypedArrayPrototypeGetByteLength(array);
    if (length > MAX_BYTES) {
      throw new DOMException(
        `getRandomValues: expected at most ${MAX_BYTES} bytes, got ${length}`,
        "QuotaExceededError",
      );
    }
    const offset = TypedArrayPrototypeGetByteOffset(array);
    op_random_fill(new Uint8Array(TypedArrayPrototypeGetBuffer(array), offset, length));
    return array;
  }

  randomUUID() {
    return op_random_uuid();
  }

  get [SymbolToStringTag]() {
    return "Crypto";
  }
}

export const crypto = new Crypto();
