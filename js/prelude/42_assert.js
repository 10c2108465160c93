// `assert`: the names and the meaning of Node's `assert/strict`, and `assert.status`. Messages are shorter than Node's,
// since reports show the difference of the values beside them.
import { core, primordials } from "ext:core/mod.js";
import { op_excerpt } from "ext:core/ops";
import { append, findInList, indexInList, mapList, matches, owned, settled } from "ext:apinb/01_safe.js";
import { inspect, pathOf } from "ext:apinb/00_web.js";
import { receivedBy } from "ext:apinb/13_fetch.js";
import { requestOf } from "ext:apinb/22_call.js";
import { firstDifference, hasPart, isDeepEqual } from "ext:apinb/40_deep_equal.js";
import { argumentError, AssertionError } from "ext:apinb/41_assertion_error.js";

const {
  ArrayIsArray,
  ArrayPrototypeJoin,
  ErrorPrototype,
  FunctionPrototypeCall,
  MathFloor,
  NumberIsInteger,
  ObjectAssign,
  ObjectDefineProperty,
  ObjectIs,
  ObjectKeys,
  ObjectPrototypeIsPrototypeOf,
  ReflectApply,
  RegExpPrototypeExec,
  String,
  SymbolHasInstance,
  TypeError,
} = primordials;

/** The longest text of a value in a message, and of a body. */
const LONGEST_VALUE = 80;
const LONGEST_BODY = 200;

/** As a result of a cell is shown on one line. Only Rust shortens texts. */
const ONE_LINE = { __proto__: null, depth: 3, compact: 100, breakLength: Infinity, iterableLimit: 20, strAbbreviateSize: 1_300_000, trailingComma: false };

const isErrorObject = (value) => core.isNativeError(value) || ObjectPrototypeIsPrototypeOf(ErrorPrototype, value);

/** A value in a message. An error is its name and its message. */
function shown(value) {
  const text = isErrorObject(value) ? `${value.name}: ${value.message}` : inspect(value, ONE_LINE);
  return op_excerpt(text, LONGEST_VALUE);
}

/**
 * Throws. `failure`: `{actual, expected, operator, text, differs}`, where `text` is the message unless the notebook
 * passed one, and `differs` says whether a difference of both values explains the failure.
 */
function fail(message, failure, above) {
  if (isErrorObject(message)) {
    throw message;
  }
  const { actual, expected, operator, text, differs } = failure;
  const given = typeof message === "function" ? message(actual, expected) : message;
  const isGenerated = given === undefined || given === null;
  const error = new AssertionError({
    __proto__: null,
    message: isGenerated ? text : given,
    actual,
    expected,
    operator,
    stackStartFn: above,
  });
  error.generatedMessage = isGenerated;
  if (differs !== true) {
    ObjectDefineProperty(error, "showDiff", { __proto__: null, value: false });
  }
  throw error;
}

/** Node throws a TypeError where an assertion gets too few arguments, since such an assertion cannot fail. */
function needTwo(count, name) {
  if (count < 2) {
    const error = new TypeError(`assert.${name}: expected an actual and an expected value`);
    error.code = "ERR_MISSING_ARGS";
    throw error;
  }
}

function truthy(values, above) {
  if (values.length === 0) {
    fail(undefined, { actual: undefined, expected: true, operator: "==", text: "expected a value to check" }, above);
  }
  const value = values[0];
  if (!value) {
    fail(values[1], { actual: value, expected: true, operator: "==", text: `expected a truthy value, got ${shown(value)}` }, above);
  }
}

export function assert(...values) {
  truthy(values, assert);
}

function ok(...values) {
  truthy(values, ok);
}

/** The message about two values that should be equal. `difference`: see `firstDifference`. */
function unequal(actual, expected, difference) {
  if (difference !== undefined) {
    return `values differ at ${op_excerpt(difference.path, LONGEST_VALUE)}: expected ${shown(difference.expected)}, got ${shown(difference.actual)}`;
  }
  const wanted = shown(expected);
  const got = shown(actual);
  return wanted === got ? `expected ${wanted}, got another value that looks the same` : `expected ${wanted}, got ${got}`;
}

function strictEqual(actual, expected, message) {
  needTwo(arguments.length, "strictEqual");
  if (!ObjectIs(actual, expected)) {
    const isCopy = typeof actual === "object" && isDeepEqual(actual, expected);
    const text = isCopy ? "the values are equal, but not the same object" : unequal(actual, expected, undefined);
    fail(message, { actual, expected, operator: "strictEqual", text, differs: !isCopy }, strictEqual);
  }
}

function notStrictEqual(actual, expected, message) {
  needTwo(arguments.length, "notStrictEqual");
  if (ObjectIs(actual, expected)) {
    const text = `expected a value other than ${shown(expected)}`;
    fail(message, { actual, expected, operator: "notStrictEqual", text }, notStrictEqual);
  }
}

function deepStrictEqual(actual, expected, message) {
  needTwo(arguments.length, "deepStrictEqual");
  if (!isDeepEqual(actual, expected)) {
    const text = unequal(actual, expected, firstDifference(actual, expected, isDeepEqual));
    fail(message, { actual, expected, operator: "deepStrictEqual", text, differs: true }, deepStrictEqual);
  }
}

function notDeepStrictEqual(actual, expected, message) {
  needTwo(arguments.length, "notDeepStrictEqual");
  if (isDeepEqual(actual, expected)) {
    const text = `expected a value that does not deeply equal ${shown(expected)}`;
    fail(message, { actual, expected, operator: "notDeepStrictEqual", text }, notDeepStrictEqual);
  }
}

function partialDeepStrictEqual(actual, expected, message) {
  needTwo(arguments.length, "partialDeepStrictEqual");
  if (!hasPart(actual, expected)) {
    const text = unequal(actual, expected, firstDifference(actual, expected, hasPart));
    fail(message, { actual, expected, operator: "partialDeepStrictEqual", text, differs: true }, partialDeepStrictEqual);
  }
}

function checkExpression(expression, name) {
  if (!core.isRegExp(expression)) {
    throw argumentError(`assert.${name}`, "a regular expression", expression);
  }
}

function match(text, expression, message) {
  checkExpression(expression, "match");
  if (typeof text !== "string" || RegExpPrototypeExec(expression, text) === null) {
    const failure = `expected a text that matches ${shown(expression)}, got ${shown(text)}`;
    fail(message, { actual: text, expected: expression, operator: "match", text: failure }, match);
  }
}

function doesNotMatch(text, expression, message) {
  checkExpression(expression, "doesNotMatch");
  if (typeof text !== "string" || RegExpPrototypeExec(expression, text) !== null) {
    const failure = `expected a text that does not match ${shown(expression)}, got ${shown(text)}`;
    fail(message, { actual: text, expected: expression, operator: "doesNotMatch", text: failure }, doesNotMatch);
  }
}

function failed(message = "assert.fail was called") {
  const isGenerated = arguments.length === 0;
  fail(isGenerated ? undefined : message, { actual: undefined, expected: undefined, operator: "fail", text: message }, failed);
}

function ifError(value) {
  if (value !== null && value !== undefined) {
    const text = `expected no error, got ${shown(value)}`;
    fail(undefined, { actual: value, expected: null, operator: "ifError", text }, ifError);
  }
}

/** Whether `Class` is a constructor whose instances are errors, and not a function that checks one. */
function isInstanceOf(value, Class) {
  // As `instanceof` does, which runs a method of the class.
  return Class.prototype !== undefined && !!ReflectApply(Class[SymbolHasInstance], Class, [value]);
}

/** Why an error is not the expected one; undefined if it is. */
function mismatch(error, expected) {
  if (core.isRegExp(expected)) {
    return RegExpPrototypeExec(expected, String(error)) === null ? `matches ${shown(expected)}` : undefined;
  }
  if (typeof expected === "function") {
    if (isInstanceOf(error, expected)) {
      return undefined;
    }
    if (ObjectPrototypeIsPrototypeOf(ErrorPrototype, expected.prototype) || expected.prototype === ErrorPrototype) {
      return `is an instance of ${expected.name}`;
    }
    return FunctionPrototypeCall(expected, {}, error) === true ? undefined : `the function \`${expected.name || "anonymous"}\` accepts`;
  }
  const names = ObjectKeys(expected);
  if (isErrorObject(expected)) {
    append(names, "name");
    append(names, "message");
  } else if (names.length === 0) {
    const empty = new TypeError("assert: expected an object with properties to compare, got an empty one");
    empty.code = "ERR_INVALID_ARG_VALUE";
    throw empty;
  }
  const isObject = (typeof error === "object" && error !== null) || typeof error === "function";
  const wrong = findInList(names, (name) => !isObject || !(name in error) || !sameProperty(error[name], expected[name]));
  return wrong === undefined ? undefined : `has ${wrong} ${shown(expected[wrong])}`;
}

/** A text is compared with a regular expression by matching it. */
function sameProperty(actual, expected) {
  return core.isRegExp(expected) && typeof actual === "string"
    ? RegExpPrototypeExec(expected, actual) !== null
    : isDeepEqual(actual, expected);
}

/** `(expected, message)` or `(message)`. */
function expectation(expected, message, name) {
  if (typeof expected === "string") {
    if (message !== undefined) {
      throw argumentError(`assert.${name}`, "an error, a class, a function, a regular expression or an object", expected);
    }
    return { __proto__: null, expected: undefined, message: expected };
  }
  const isKnown = expected === undefined || expected === null || typeof expected === "object" || typeof expected === "function";
  if (!isKnown) {
    throw argumentError(`assert.${name}`, "an error, a class, a function, a regular expression or an object", expected);
  }
  return { __proto__: null, expected: expected ?? undefined, message };
}

/** Checks the outcome of a function that should throw. `thrown`: `{error}`, or null. */
function shouldThrow(thrown, wanted, name, above) {
  const { expected, message } = wanted;
  if (thrown === null) {
    const what = name === "throws" ? "the function to throw" : "the promise to be rejected";
    fail(message, { actual: undefined, expected, operator: name, text: `expected ${what}` }, above);
  }
  const wrong = expected === undefined ? undefined : mismatch(thrown.error, expected);
  if (wrong !== undefined) {
    const text = `expected an error that ${wrong}, got ${shown(thrown.error)}`;
    fail(message, { actual: thrown.error, expected, operator: name, text }, above);
  }
}

/** Checks the outcome of a function that should not throw. */
function shouldNotThrow(thrown, wanted, name, above) {
  if (thrown === null) {
    return;
  }
  const { expected, message } = wanted;
  if (expected !== undefined && mismatch(thrown.error, expected) !== undefined) {
    throw thrown.error;
  }
  const text = `expected no error, got ${shown(thrown.error)}`;
  fail(message === undefined ? undefined : `${message}: ${text}`, { actual: thrown.error, expected, operator: name, text }, above);
}

function thrownBy(run, name) {
  if (typeof run !== "function") {
    throw argumentError(`assert.${name}`, "a function", run);
  }
  try {
    run();
  } catch (error) {
    return { __proto__: null, error };
  }
  return null;
}

async function rejectedBy(promise, name) {
  const value = typeof promise === "function" ? promise() : promise;
  if (typeof value !== "object" || value === null || typeof value.then !== "function") {
    const error = argumentError(`assert.${name}`, "a promise or a function that returns one", value);
    if (value !== promise) {
      error.code = "ERR_INVALID_RETURN_VALUE";
    }
    throw error;
  }
  try {
    await settled(value);
  } catch (error) {
    return { __proto__: null, error };
  }
  return null;
}

function throws(run, expected, message) {
  const wanted = expectation(expected, message, "throws");
  shouldThrow(thrownBy(run, "throws"), wanted, "throws", throws);
}

function doesNotThrow(run, expected, message) {
  const wanted = expectation(expected, message, "doesNotThrow");
  shouldNotThrow(thrownBy(run, "doesNotThrow"), wanted, "doesNotThrow", doesNotThrow);
}

async function rejects(promise, expected, message) {
  const wanted = expectation(expected, message, "rejects");
  shouldThrow(await owned(rejectedBy(promise, "rejects")), wanted, "rejects", rejects);
}

async function doesNotReject(promise, expected, message) {
  const wanted = expectation(expected, message, "doesNotReject");
  shouldNotThrow(await owned(rejectedBy(promise, "doesNotReject")), wanted, "doesNotReject", doesNotReject);
}

const CLASS = /^[1-5]xx$/i;

/** Whether a status is the expected one: a number, a class such as `2xx`, or a list of these. */
function fits(status, expected) {
  if (ArrayIsArray(expected)) {
    return findInList(expected, (one) => fits(status, one)) !== undefined;
  }
  return typeof expected === "string" ? MathFloor(status / 100) === +expected[0] : status === expected;
}

function isStatus(value) {
  return typeof value === "string" ? matches(CLASS, value) : NumberIsInteger(value) && value >= 100 && value <= 599;
}

function checkStatus(expected) {
  const list = ArrayIsArray(expected) ? expected : [expected];
  if (list.length === 0 || indexInList(list, (one) => !isStatus(one)) !== -1) {
    const error = new TypeError(`assert.status: expected a status, got ${shown(expected)}`);
    error.code = "ERR_INVALID_ARG_VALUE";
    error.help = "Pass a number such as 201, a class such as '2xx', or a list of these.";
    throw error;
  }
}

/** The body of a response in a message, without secrets; an empty text if there is none. */
function bodyShown(response) {
  const body = receivedBy(response)?.text ?? response.body ?? response.responseText;
  const text = typeof body === "string" ? body : body === undefined || body === null ? "" : inspect(body, ONE_LINE);
  return text === "" ? "" : `: ${op_excerpt(text, LONGEST_BODY)}`;
}

function status(response, expected, message) {
  if (typeof response !== "object" || response === null || !NumberIsInteger(response.status)) {
    const error = argumentError("assert.status", "a response", response);
    error.help = core.isPromise(response) ? "Await the promise first." : "Pass the response of a call or of `fetch`.";
    throw error;
  }
  checkStatus(expected);
  const actual = response.status;
  if (fits(actual, expected)) {
    return;
  }
  const request = requestOf(response) ?? receivedBy(response);
  const call = request === undefined ? "" : `${request.method} ${op_excerpt(pathOf(request.url), LONGEST_BODY)}: `;
  const wanted = ArrayIsArray(expected) ? ArrayPrototypeJoin(mapList(expected, String), " or ") : String(expected);
  const text = `${call}expected status ${wanted}, got ${actual}${bodyShown(response)}`;
  const given = typeof message === "string" ? `${message}: ${text}` : message;
  fail(given, { actual, expected, operator: "status", text }, status);
}

const methods = {
  ok,
  equal: strictEqual,
  notEqual: notStrictEqual,
  strictEqual,
  notStrictEqual,
  deepEqual: deepStrictEqual,
  notDeepEqual: notDeepStrictEqual,
  deepStrictEqual,
  notDeepStrictEqual,
  partialDeepStrictEqual,
  match,
  doesNotMatch,
  throws,
  doesNotThrow,
  rejects,
  doesNotReject,
  fail: failed,
  ifError,
  status,
  AssertionError,
  strict: assert,
};
ObjectAssign(assert, methods);
ObjectDefineProperty(failed, "name", { __proto__: null, value: "fail", configurable: true });
