// Random values, as the Web Cryptography API has them (section 10.1). The rest of it, `crypto.subtle`, is not here.
import { op_random_fill, op_random_uuid } from "ext:core/ops";
import { Object, Reflect, Set, Symbol, Uint8Array } from "ext:apinb/00_builtins.js";
import { DOMException } from "ext:apinb/00_web.js";

const MAX_BYTES = 65536;
const INTEGERS = new Set([
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "BigInt64Array",
  "BigUint64Array",
]);

// What kind of typed array it is, whatever its class calls itself; undefined for anything else.
const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
const kindOf = Object.getOwnPropertyDescriptor(typedArray, Symbol.toStringTag).get;

class Crypto {
  getRandomValues(array) {
    if (!INTEGERS.has(Reflect.apply(kindOf, array, []))) {
      throw new DOMException(
        "getRandomValues: an array of integers is wanted, such as a Uint8Array",
        "TypeMismatchError",
      );
    }
    if (array.byteLength > MAX_BYTES) {
      throw new DOMException(
        `getRandomValues: ${array.byteLength} bytes are wanted, and ${MAX_BYTES} are the most at once`,
        "QuotaExceededError",
      );
    }
    op_random_fill(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    return array;
  }

  randomUUID() {
    return op_random_uuid();
  }

  get [Symbol.toStringTag]() {
    return "Crypto";
  }
}

export const crypto = new Crypto();
