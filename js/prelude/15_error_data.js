// Errors as data: name, message, causes and compared values of what a cell threw.
//
// A notebook may change any part of the language. The code here works even then: it uses nothing that a cell can reach.
import { primordials } from "ext:core/mod.js";
import { kindOfError } from "ext:apinb/00_errors.js";
import { append } from "ext:apinb/01_safe.js";
import { later } from "ext:apinb/10_later.js";
import { compared, inLine } from "ext:apinb/14_result_text.js";

const {
  ArrayIsArray,
  ObjectGetOwnPropertyDescriptor,
  ObjectHasOwn,
  ObjectKeys,
  SafeWeakSet,
  String,
  WeakSetPrototypeAdd,
  WeakSetPrototypeHas,
} = primordials;

/** Maximum number of causes that the description of an error lists. */
const MAX_CAUSES = 8;
/** Maximum number of parts of a value of which a difference is shown. */
const MAX_COMPARED = 5000;

/** Describes a thrown value that is not an error. */
function describeValue(value) {
  const message = `thrown: ${inLine(value)}`;
  return { name: "Error", message, kind: null, stack: "", help: null, causes: [], missed: [], compared: null, code: null };
}

/** Describes a thrown value as texts. */
export function describe(error) {
  const isObject = (typeof error === "object" && error !== null) || typeof error === "function";
  if (!isObject || later.isNode(error)) {
    return describeValue(error);
  }
  try {
    return describeError(error);
  } catch {
    return describeValue(error);
  }
}

function describeError(error) {
  const { name, message, stack } = error;
  if (typeof message !== "string") {
    return { ...describeValue(error), stack: typeof stack === "string" ? stack : "" };
  }
  const help = ObjectHasOwn(error, "help") ? error.help : null;
  return {
    name: typeof name === "string" && name !== "" ? name : "Error",
    message,
    kind: kindOfError(error) ?? null,
    stack: typeof stack === "string" ? stack : "",
    help: typeof help === "string" ? help : null,
    causes: causesOf(error),
    missed: name === "TypeError" ? missedBefore() : [],
    compared: comparedIfPossible(error),
    code: codeOf(error),
  };
}

/** The code that programs identify an error by, such as `ERR_ASSERTION`. */
function codeOf(error) {
  const field = ObjectGetOwnPropertyDescriptor(error, "code");
  const code = field && ObjectHasOwn(field, "value") ? field.value : undefined;
  return typeof code === "string" || typeof code === "number" ? String(code) : null;
}

/**
 * The values that an assertion compared, if the error has them: as properties of its own (chai, Node's `assert`), or of
 * its `matcherResult` (Jest's `expect`). chai says by `showDiff` whether a difference of them explains the error.
 */
function comparedBy(error) {
  const owner = ownValue(error, "matcherResult") ?? error;
  const actual = ObjectGetOwnPropertyDescriptor(owner, "actual");
  const expected = ObjectGetOwnPropertyDescriptor(owner, "expected");
  // A getter could do anything.
  if (!actual || !expected || !ObjectHasOwn(actual, "value") || !ObjectHasOwn(expected, "value")) {
    return null;
  }
  if (ownValue(error, "showDiff") === false) {
    return null;
  }
  if (isLarge(actual.value) || isLarge(expected.value)) {
    return comparedAt(actual.value, expected.value);
  }
  const texts = { actual: compared(actual.value), expected: compared(expected.value) };
  // Texts leave out what is deep in a value, and the end of a long list.
  return texts.actual === texts.expected ? comparedAt(actual.value, expected.value) ?? texts : texts;
}

/** The first parts in which values differ, with their path; null if there are none that can be shown. */
function comparedAt(actual, expected) {
  const difference = later.firstDifference(actual, expected, later.isDeepEqual);
  if (difference === undefined) {
    return null;
  }
  const { path } = difference;
  if (isLarge(difference.actual) || isLarge(difference.expected)) {
    const areLists = ArrayIsArray(difference.actual) && ArrayIsArray(difference.expected);
    return areLists && difference.actual.length !== difference.expected.length
      ? { actual: `${path}.length: ${difference.actual.length}`, expected: `${path}.length: ${difference.expected.length}` }
      : null;
  }
  return { actual: `${path}: ${compared(difference.actual)}`, expected: `${path}: ${compared(difference.expected)}` };
}

/** As `comparedBy`; a trap of a proxy that throws costs the difference, not the error. */
function comparedIfPossible(error) {
  try {
    return comparedBy(error);
  } catch {
    return null;
  }
}

/** The value of an own field that is an object or a boolean; undefined for any other. */
function ownValue(object, name) {
  const field = ObjectGetOwnPropertyDescriptor(object, name);
  const value = field && ObjectHasOwn(field, "value") ? field.value : undefined;
  return (typeof value === "object" && value !== null) || typeof value === "boolean" ? value : undefined;
}

/** Whether a value has more parts than a difference is made of. Runs no code of the notebook but traps of proxies. */
function isLarge(value) {
  const parts = [value];
  const seen = new SafeWeakSet();
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index];
    if (typeof part !== "object" || part === null || WeakSetPrototypeHas(seen, part)) {
      continue;
    }
    WeakSetPrototypeAdd(seen, part);
    const keys = ObjectKeys(part);
    if (parts.length + keys.length > MAX_COMPARED) {
      return true;
    }
    for (let at = 0; at < keys.length; at++) {
      append(parts, ObjectGetOwnPropertyDescriptor(part, keys[at])?.value);
    }
  }
  return false;
}

function missedBefore() {
  try {
    return later.missed();
  } catch {
    return [];
  }
}

/** The messages of an error's causes, outermost first; the errors of an AggregateError count as causes. */
function causesOf(error) {
  const seen = [error];
  const causes = [];
  for (let at = 0; at < seen.length && causes.length < MAX_CAUSES; at++) {
    const next = [];
    if (ObjectHasOwn(seen[at], "cause")) {
      append(next, seen[at].cause);
    }
    const errors = ObjectHasOwn(seen[at], "errors") ? seen[at].errors : null;
    if (ArrayIsArray(errors)) {
      for (let index = 0; index < errors.length && index < MAX_CAUSES; index++) {
        append(next, errors[index]);
      }
    }
    for (let index = 0; index < next.length && causes.length < MAX_CAUSES; index++) {
      const cause = next[index];
      const isObject = typeof cause === "object" && cause !== null;
      if (cause === undefined || cause === null || has(seen, cause)) {
        continue;
      }
      append(causes, isObject && typeof cause.message === "string" ? cause.message : inLine(cause));
      if (isObject) {
        append(seen, cause);
      }
    }
  }
  return causes;
}

function has(list, value) {
  for (let index = 0; index < list.length; index++) {
    if (list[index] === value) {
      return true;
    }
  }
  return false;
}
