// The language's own functions, kept before any cell runs: a notebook may have a variable called Date, Map or Symbol.

export const {
  Array,
  ArrayBuffer,
  Boolean,
  Date,
  Error,
  JSON,
  Map,
  Math,
  Number,
  Object,
  Promise,
  Proxy,
  RangeError,
  Reflect,
  Set,
  String,
  Symbol,
  TypeError,
  Uint8Array,
  WeakMap,
  WeakSet,
  decodeURIComponent,
  encodeURIComponent,
} = globalThis;

/** The notebook's global, whatever becomes of its name. */
export const root = globalThis;
