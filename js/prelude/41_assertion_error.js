// The error of a failed assertion, as Node's `assert.AssertionError`.
import { primordials } from "ext:core/mod.js";

const {
  Error,
  ErrorCaptureStackTrace,
  ObjectDefineProperty,
  String,
  TypeError,
} = primordials;

export class AssertionError extends Error {
  constructor(options) {
    if (typeof options !== "object" || options === null) {
      throw argumentError("AssertionError", "an object of options", options);
    }
    const { message, actual, expected, operator, stackStartFn } = options;
    super(message === undefined ? `the assertion \`${String(operator)}\` failed` : String(message));
    this.generatedMessage = message === undefined;
    this.code = "ERR_ASSERTION";
    this.actual = actual;
    this.expected = expected;
    this.operator = operator;
    if (typeof stackStartFn === "function") {
      ErrorCaptureStackTrace(this, stackStartFn);
    }
  }

  toString() {
    return `${this.name} [${this.code}]: ${this.message}`;
  }
}

ObjectDefineProperty(AssertionError.prototype, "name", {
  __proto__: null,
  value: "AssertionError",
  writable: true,
  enumerable: false,
  configurable: true,
});

/** The error about an argument of the wrong type, with the code that Node gives it. */
export function argumentError(place, wanted, got) {
  const error = new TypeError(`${place}: expected ${wanted}, got ${got === null ? "null" : typeof got}`);
  error.code = "ERR_INVALID_ARG_TYPE";
  return error;
}
