// The globals of the running cell (its result, `async`, `timeout`, prompts, scripts) and the hooks by which the engine
// runs it.
//
// A notebook may change any part of the language. The code here that renders and describes values works even then: it
// uses nothing that a cell can reach.
import { core, primordials } from "ext:core/mod.js";
import { op_alert, op_ask, op_cell_timeout, op_console, op_load_script, op_shorten, op_uncaught } from "ext:core/ops";
import { root } from "ext:apinb/00_global.js";
import { append, appendAll, fieldList, handle, indexInList, iterable, iterated, mapList } from "ext:apinb/01_safe.js";
import { kindOfError } from "ext:apinb/00_errors.js";
import { readByApinb } from "ext:apinb/11_status.js";
import { countTimers, earlierCellOf, startCell } from "ext:apinb/10_timers.js";
import { isAssertion, jsonOf, typeOfValue } from "ext:apinb/14_result_value.js";
import { Console, inspect, inspectArgs, isBlob, setNoColorFns } from "ext:apinb/00_web.js";

const {
  ArrayIsArray,
  Error,
  JSONStringify,
  MapPrototypeForEach,
  Number,
  NumberIsFinite,
  NumberIsNaN,
  ObjectAssign,
  ObjectDefineProperty,
  ObjectGetOwnPropertyDescriptor,
  ObjectHasOwn,
  ObjectKeys,
  Promise,
  PromiseResolve,
  SafeWeakSet,
  SetPrototypeForEach,
  String,
  StringPrototypeEndsWith,
  StringPrototypeSlice,
  SymbolIterator,
  WeakSetPrototypeAdd,
  WeakSetPrototypeHas,
} = primordials;

/** Maximum number of causes that the description of an error lists. */
const MAX_CAUSES = 8;
/** Maximum number of parts of a value of which a difference is shown. */
const MAX_COMPARED = 5000;

/** The callback of the running cell, while the cell waits for it. */
let open = null;
let running = false;
/** The first error that the notebook did not handle, such as one from a timer or a listener. It fails the cell. */
let uncaught = null;
let isNode = () => false;
let isResponse = () => false;
let missed = () => [];
let nodeOf = () => null;
let forgetMissed = nothing;
let isDeepEqual = () => false;
let firstDifference = nothing;
let startModules = nothing;

function nothing() {}

/** Keeps the cell open until the function that it returns is called with `(error, result)`. */
export function async() {
  if (!running) {
    throw new Error("async() was called while no cell was running");
  }
  if (open === null) {
    open = { promise: null, resolve: null, reject: null };
    open.promise = new Promise((resolve, reject) => {
      open.resolve = resolve;
      open.reject = reject;
    });
  }
  const { resolve, reject } = open;
  return (error, result) => {
    if (error !== null && error !== undefined && error !== false) {
      reject(error);
    } else {
      resolve(result);
    }
  };
}

export const cellCallback = async;

export function timeout(milliseconds) {
  const limit = Number(milliseconds);
  if (NumberIsNaN(limit) || limit < 0) {
    throw new Error(`Cannot use timeout of ${milliseconds}ms`);
  }
  op_cell_timeout(limit);
}

export function load(url, callback) {
  op_load_script(String(url));
  if (typeof callback === "function") {
    callback();
  }
}

export function prompt(text = "", fallback = undefined) {
  return op_ask("prompt", String(text), fallback === undefined || fallback === null ? null : String(fallback));
}

export function confirm(text = "") {
  return op_ask("confirm", String(text), null) === "true";
}

export function alert(text = "") {
  op_alert(String(text));
}

const LEVELS = ["debug", "log", "warn", "error"];

// The renderer of a text adds colors; the text has none.
setNoColorFns(() => true, () => true);

function print(text, level) {
  op_console(LEVELS[level] ?? "log", StringPrototypeEndsWith(text, "\n") ? StringPrototypeSlice(text, 0, -1) : text);
}

/**
 * The length at which a string in a value is cut, with a mark: the engine removes secrets, and what is before the
 * mark, and then shows at most 64 KB. This limit only bounds the memory of what is not shown.
 */
const LONGEST_STRING = 1_300_000;

export const console = new Console(print);

/** The number of open groups. */
let groups = 0;

/** The text of console arguments. The methods of `Console` itself cut strings in values at 10,000 characters. */
function textOf(args, options = undefined) {
  return inspectArgs(args, { __proto__: null, ...options, strAbbreviateSize: LONGEST_STRING, indentLevel: groups });
}

/** The length at which `console.table` cuts a string, without a mark. */
const LONGEST_OF_TABLE = 10_000;

/** Whether a string in a row is longer than what `console.table` shows of it. */
function hasLongText(row) {
  if (typeof row === "string") {
    return row.length > LONGEST_OF_TABLE;
  }
  if (typeof row !== "object" || row === null) {
    return false;
  }
  const fields = fieldList(row);
  return indexInList(fields, (field) => typeof field[1] === "string" && field[1].length > LONGEST_OF_TABLE) !== -1;
}

/** The rows of a table, as `console.table` finds them. */
function rowsOf(data) {
  if (core.isMap(data) || core.isSet(data)) {
    const rows = [];
    const add = (value, key) => {
      append(rows, value);
      append(rows, key);
    };
    core.isMap(data) ? MapPrototypeForEach(data, add) : SetPrototypeForEach(data, add);
    return rows;
  }
  return mapList(fieldList(data), (field) => field[1]);
}

const { group, groupEnd, clear, table, timeLog } = console;
ObjectAssign(console, {
  debug(...args) {
    print(textOf(args), 0);
  },
  log(...args) {
    print(textOf(args), 1);
  },
  info(...args) {
    print(textOf(args), 1);
  },
  dirxml(...args) {
    print(textOf(args), 1);
  },
  warn(...args) {
    print(textOf(args), 2);
  },
  error(...args) {
    print(textOf(args), 3);
  },
  dir(value = undefined, options = undefined) {
    print(textOf([value], options), 1);
  },
  assert(condition = false, ...args) {
    if (condition) {
      return;
    }
    // A first text is a format.
    const isFormat = typeof args[0] === "string";
    const texts = [isFormat ? `Assertion failed: ${args[0]}` : args.length > 0 ? "Assertion failed:" : "Assertion failed"];
    for (let index = isFormat ? 1 : 0; index < args.length; index++) {
      append(texts, args[index]);
    }
    // The cell passes: only `assert` fails it.
    print(textOf(texts), 2);
  },
  table(data = undefined, properties = undefined) {
    const isTable = typeof data === "object" && data !== null;
    // Other things that can be iterated are a list; each of them can be read only once.
    const isList = isTable && !core.isMap(data) && !core.isSet(data) && typeof data[SymbolIterator] === "function";
    const rows = isList ? iterable(appendAll([], iterated(data))) : data;
    if (isTable && indexInList(rowsOf(rows), hasLongText) !== -1) {
      print(textOf([rows]), 1);
    } else {
      table(rows, properties);
    }
  },
  timeLog(label = "default", ...args) {
    // Without arguments it has no space after the time.
    if (args.length === 0) {
      timeLog(label);
    } else {
      timeLog(label, inspectArgs(args, { __proto__: null, strAbbreviateSize: LONGEST_STRING }));
    }
  },
  group(...label) {
    if (label.length > 0) {
      print(textOf(label), 1);
    }
    groups++;
    group();
  },
  groupEnd() {
    groups = groups === 0 ? 0 : groups - 1;
    groupEnd();
  },
  clear() {
    groups = 0;
    clear();
  },
});
console.groupCollapsed = console.group;

export function reportUncaught(error) {
  uncaught ??= { error };
  op_uncaught();
}

const SHORT = { __proto__: null, depth: 2, compact: 100, breakLength: Infinity, iterableLimit: 20, strAbbreviateSize: LONGEST_STRING, trailingComma: false };
const FULL = { __proto__: null, depth: 8, iterableLimit: 200, strAbbreviateSize: LONGEST_STRING };

/** For values that are compared line by line: one property a line, in an order that does not depend on the value. */
const COMPARED = { ...FULL, compact: false, sorted: true };

/** A long text without secrets, shortened by the engine; other values as they are. */
function shortened(value) {
  return typeof value === "string" && value.length > 65536 ? op_shorten(value) : value;
}

/** A value on one line and in full, as JSON or null, and its type. */
function show(value) {
  const texts = textsOf(value);
  return [texts[0], texts[1], jsonOf(value), typeOfValue(value)];
}

/** A value on one line and in full: responses of a client as status and body, assertions that passed as a check mark. */
function textsOf(value) {
  if (isAssertion(value)) {
    return ["\u2713", "\u2713"];
  }
  if (isResponse(value)) {
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

/** What a value is that JSON does not have; null for a value that it has. */
function notJson(value) {
  if (isNode(value)) {
    return "a part of a client";
  }
  switch (typeof value) {
    case "function":
      return "a function";
    case "symbol":
      return "a symbol";
    case "bigint":
      return "a BigInt";
    case "number":
      return NumberIsFinite(value) ? null : String(value);
    case "object":
      if (core.isMap(value)) {
        return "a Map";
      }
      if (core.isSet(value)) {
        return "a Set";
      }
      return isBlob(value) ? "a Blob" : null;
    default:
      return null;
  }
}

/** A value as JSON, null for undefined; and why it cannot be JSON, else null. */
function json(value) {
  if (value === undefined) {
    return [null, null];
  }
  let problem = notJson(value);
  if (problem !== null) {
    return [null, `the result is ${problem}`];
  }
  const check = (key, part) => {
    const kind = notJson(part);
    if (kind !== null) {
      problem ??= key === "" ? `the result is ${kind}` : `\`${key}\` of the result is ${kind}`;
      return null;
    }
    return part;
  };
  try {
    const text = JSONStringify(value, check);
    return problem === null && typeof text === "string" ? [text, null] : [null, problem ?? "the result has no value as JSON"];
  } catch (error) {
    return [null, `the result cannot be written as JSON: ${describe(error).message}`];
  }
}

/** Describes a thrown value that is not an error. */
function describeValue(value) {
  const message = `thrown: ${inspect(shortened(value), SHORT)}`;
  return { name: "Error", message, kind: null, stack: "", help: null, causes: [], missed: [], compared: null, code: null };
}

/** Describes a thrown value as texts. */
function describe(error) {
  const isObject = (typeof error === "object" && error !== null) || typeof error === "function";
  if (!isObject || isNode(error)) {
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
    help: typeof help === "string" ? help : helpOfTimer(error),
    causes: causesOf(error),
    missed: name === "TypeError" ? missedBefore() : [],
    compared: comparedIfPossible(error),
    code: codeOf(error),
  };
}

/** Which earlier cell set the timer that threw an error while another cell was running. */
function helpOfTimer(error) {
  const number = earlierCellOf(error);
  return typeof number === "number" ? `A timer that $${number} set threw this error. Await it in that cell.` : null;
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
  const difference = firstDifference(actual, expected, isDeepEqual);
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

/** A value for a difference. The stack of an error differs always. */
function compared(value) {
  if (core.isNativeError(value)) {
    return `${value.name}: ${value.message}`;
  }
  return inspect(shortened(value), COMPARED);
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
    return missed();
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
      append(causes, isObject && typeof cause.message === "string" ? cause.message : inspect(cause, SHORT));
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

/** The last value that the inspector handed over. */
let handed;
/** The promise of a cell in REPL mode. */
let held = null;

/** The last values set to `_` and `_error`. */
const underscores = { __proto__: null };

function keepUnderscore(name, value) {
  const isOurs = ObjectHasOwn(underscores, name) && root[name] === underscores[name];
  if (ObjectHasOwn(root, name) && !isOurs) {
    return;
  }
  try {
    ObjectDefineProperty(root, name, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
    underscores[name] = value;
  } catch {
    // The notebook has frozen it.
  }
}

/** Called by the engine around each cell. */
export const hooks = {
  begin(number) {
    startCell(number);
    open = null;
    uncaught = null;
    running = true;
    forgetMissed();
    startModules();
  },
  /** The promise that the end of the cell waits for, else the cell's value. */
  settle(value) {
    let promise = open?.promise;
    if (promise === undefined && typeof value === "object" && value !== null) {
      if (core.isPromise(value)) {
        promise = value;
      } else if (!core.isProxy(value) && typeof value.then === "function") {
        promise = PromiseResolve(value);
      }
    }
    if (promise !== undefined) {
      // Its rejection becomes the cell's error, so it needs no other handler.
      handle(promise);
    }
    return promise ?? value;
  },
  /** Throws the first error that the notebook did not handle. */
  check() {
    if (uncaught !== null) {
      const { error } = uncaught;
      uncaught = null;
      throw error;
    }
  },
  end() {
    running = false;
    open = null;
  },
  countTimers,
  /** Runs the timers that are due at `now`, on a virtual clock, and returns when the next one is due. */
  runTimers(now) {
    return core.__processTimers(now);
  },
  /** Sets `$N` and `$_`, and `_` to `underscore` if given, unless the notebook has a variable of that name. */
  keep(number, value, underscore) {
    if (underscore !== null) {
      keepUnderscore(underscore, value);
    }
    // One at a time, so that a name that cannot be set does not prevent the other.
    for (let name = `$${number}`; name !== null; name = name === "$_" ? null : "$_") {
      try {
        ObjectDefineProperty(root, name, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
      } catch {
        // The notebook has frozen it.
      }
    }
  },
  /** Receives values from the inspector; see `handedOver`. */
  handOver(value) {
    handed = value;
  },
  /** The value that was handed over last; the reference is then dropped. */
  handedOver() {
    const value = handed;
    handed = undefined;
    return value;
  },
  /** Holds the promise that the inspector waits for, which the inspector does not: it could be collected. */
  hold(promise) {
    held ??= promise;
  },
  letGo() {
    held = null;
  },
  /** Describes a node of a client without running code of the notebook. */
  nodeOf(value) {
    return nodeOf(value);
  },
  show,
  json,
  describe,
};

/** Installs hooks from later files; imports go to lower numbers only. */
export function installHooks(tests) {
  ({ firstDifference, forgetMissed, isDeepEqual, isNode, isResponse, missed, nodeOf, startModules } = tests);
  hooks.requireModule = tests.requireModule;
  hooks.beginTime = tests.beginTime;
  hooks.surroundings = tests.surroundings;
}
