// The errors that the engine makes: their classes, and which they are.
import { core, primordials } from "ext:core/mod.js";

const {
  Error,
  ObjectDefineProperty,
  ObjectPrototypeIsPrototypeOf,
  RangeError,
  SafeWeakMap,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} = primordials;

/** What the cell asks for is refused: a file outside of the notebook's folder, say. */
class PolicyError extends Error {}
const PolicyErrorPrototype = PolicyError.prototype;
ObjectDefineProperty(PolicyErrorPrototype, "name", {
  __proto__: null,
  value: "PolicyError",
  writable: true,
  enumerable: false,
  configurable: true,
});

export const isPolicyError = (error) => ObjectPrototypeIsPrototypeOf(PolicyErrorPrototype, error);

/** The kind of each error that the engine made. No code of a notebook can add to it. */
const kinds = new SafeWeakMap();

/** The kind of an error that the engine made; undefined for one of the notebook's own. */
export const kindOfError = (error) => WeakMapPrototypeGet(kinds, error);

/** Errors of an operation whose Rust class is called `name`: only the engine can call what makes them. */
function register(name, Class, kind) {
  core.registerErrorBuilder(name, (message) => {
    const error = new Class(message);
    WeakMapPrototypeSet(kinds, error, kind);
    return error;
  });
}

register("PolicyError", PolicyError, "policy");
register("UnansweredError", Error, "unanswered");
register("MemoryError", RangeError, "memory");
