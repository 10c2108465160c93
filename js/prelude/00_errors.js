// The classes of errors that are apinb's own.
import { core, primordials } from "ext:core/mod.js";

const { Error, ObjectDefineProperty } = primordials;

/** What the cell asks for is refused: a file outside of the notebook's folder, say. */
export class PolicyError extends Error {}
ObjectDefineProperty(PolicyError.prototype, "name", {
  __proto__: null,
  value: "PolicyError",
  writable: true,
  enumerable: false,
  configurable: true,
});

core.registerErrorClass("PolicyError", PolicyError);
