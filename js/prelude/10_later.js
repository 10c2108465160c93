// What later files of the prelude do for earlier ones: imports go to lower numbers only.
import { primordials } from "ext:core/mod.js";

const { ObjectAssign } = primordials;

/** Functions that do nothing until `99_globals.js` has installed those of the later files. */
export const later = {
  __proto__: null,
  firstDifference() {},
  forgetMissed() {},
  isDeepEqual: () => false,
  isNode: () => false,
  isResponse: () => false,
  missed: () => [],
  nodeOf: () => null,
  startModules() {},
};

export function installLater(functions) {
  ObjectAssign(later, functions);
}
