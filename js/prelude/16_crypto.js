// Random values, as the Web Cryptography API has them (section 10.1). The rest of it, `crypto.subtle`, is not here.
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
    // What kind of typed array it is, whatever its class calls itself; undefined for anything else.
    if (!ArrayPrototypeIncludes(INTEGERS, TypedArrayPrototypeGetSymbolToStringTag(array))) {
      throw new DOMException(
        "getRandomValues: an array of integers is wanted, such as a Uint8Array",
        "TypeMismatchError",
      );
    }
    const length = TypedArrayPrototypeGetByteLength(array);
    if (length > MAX_BYTES) {
      throw new DOMException(
        `getRandomValues: ${length} bytes are wanted, and ${MAX_BYTES} are the most at once`,
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
