// The error classes that the engine throws, and the kind of each error.
import { core, primordials } from "ext:core/mod.js";
import { op_refused } from "ext:core/ops";

const {
  Error,
  ObjectDefineProperty,
  ObjectPrototypeIsPrototypeOf,
  RangeError,
  SafeWeakMap,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} = primordials;

/** The cell asked for something that the policy refuses, such as a file outside of the notebook's folder. */
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

/** The kind of each error that the engine made. Code of a notebook cannot add to it. */
const kinds = new SafeWeakMap();

/** The kind of an error that the engine made; undefined for an error of the notebook. */
export const kindOfError = (error) => WeakMapPrototypeGet(kinds, error);

/**
 * Registers the class of errors that operations throw as Rust class `name`. Only the engine can call the constructor.
 */
function register(name, Class, kind) {
  core.registerErrorBuilder(name, (message) => {
    const error = new Class(message);
    WeakMapPrototypeSet(kinds, error, kind);
    if (kind === "policy") {
      // The run records it even if the cell catches the error.
      op_refused(message);
    }
    return error;
  });
}

register("PolicyError", PolicyError, "policy");
register("UnansweredError", Error, "unanswered");
register("MemoryError", RangeError, "memory");
register("ModuleError", Error, undefined);
