// Values as texts: the result of a cell on one line and in full, and the values that an assertion compared.
//
// A notebook may change any part of the language. The code here works even then: it uses nothing that a cell can reach.
import { core } from "ext:core/mod.js";
import { op_shorten } from "ext:core/ops";
import { later } from "ext:apinb/10_later.js";
import { readByApinb } from "ext:apinb/11_status.js";
import { isAssertion } from "ext:apinb/13_result_value.js";
import { inspect } from "ext:apinb/00_web.js";

/**
 * The length at which a string in a value is cut, with a mark: the engine removes secrets, and what is before the
 * mark, and then shows at most 64 KB. This limit only bounds the memory of what is not shown.
 */
export const LONGEST_STRING = 1_300_000;

const SHORT = { __proto__: null, depth: 2, compact: 100, breakLength: Infinity, iterableLimit: 20, strAbbreviateSize: LONGEST_STRING, trailingComma: false };
const FULL = { __proto__: null, depth: 8, iterableLimit: 200, strAbbreviateSize: LONGEST_STRING };

/** For values that are compared line by line: one property a line, in an order that does not depend on the value. */
const COMPARED = { ...FULL, compact: false, sorted: true };

/** A long text without secrets, shortened by the engine; other values as they are. */
function shortened(value) {
  return typeof value === "string" && value.length > 65536 ? op_shorten(value) : value;
}

/** A value on one line and in full: responses of a client as status and body, assertions that passed as a check mark. */
export function textsOf(value) {
  if (isAssertion(value)) {
    return ["\u2713", "\u2713"];
  }
  if (later.isResponse(value)) {
    const { status } = readByApinb(() => ({ __proto__: null, status: value.status }));
    const body = shortened(value.body);
    const none = body === undefined;
    return [none ? `${status}` : `${status} ${inspect(body, SHORT)}`, none ? `${status}` : `${status} ${inspect(body, FULL)}`];
  }
  const shown = shortened(value);
  return [inspect(shown, SHORT), inspect(shown, FULL)];
}

/** A value on one line, for a message. Only Rust shortens it. */
export const brief = (value) => textsOf(value)[0];

/** A value on one line. A long text in it is shortened. */
export const inLine = (value) => inspect(shortened(value), SHORT);

/** A value for a difference, in lines. The stack of an error differs always. */
export function compared(value) {
  if (core.isNativeError(value)) {
    return `${value.name}: ${value.message}`;
  }
  return inspect(shortened(value), COMPARED);
}
