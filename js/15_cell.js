// What belongs to the cell that runs: its result, `async`, `timeout`, questions, scripts; and the hooks by which the
// engine runs it.
import { op_alert, op_ask, op_cell_timeout, op_console, op_load_script } from "ext:core/ops";
import { Console, inspect, setNoColorFns } from "ext:apinb/00_web.js";

/** The callback of the cell that runs, while it waits for one. */
let open = null;
let running = false;
let isNode = () => false;
let isResponse = () => false;

/** Keeps the cell open until the function that it returns is called with `(error, result)`. */
export function async() {
  if (!running) {
    throw new Error("async() was called when no cell was running");
  }
  open ??= Promise.withResolvers();
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
  if (Number.isNaN(limit) || limit < 0) {
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

// Colours are for whoever shows a text, not for the text.
setNoColorFns(() => true, () => true);

export const console = new Console((text, level) => op_console(LEVELS[level] ?? "log", text.replace(/\n$/, "")));

const SHORT = { depth: 2, compact: 100, breakLength: Infinity, iterableLimit: 20, strAbbreviateSize: 200, trailingComma: false };
const FULL = { depth: 8, iterableLimit: 200, strAbbreviateSize: 20000 };

/** A value on one line and in full; answers of a client as status and body. */
function show(value) {
  if (isResponse(value)) {
    const { status, body } = value;
    const none = body === undefined;
    return [none ? `${status}` : `${status} ${inspect(body, SHORT)}`, none ? `${status}` : `${status} ${inspect(body, FULL)}`];
  }
  return [inspect(value, SHORT), inspect(value, FULL)];
}

/** What is known of a thrown value, as texts. */
function describe(error) {
  const isObject = (typeof error === "object" && error !== null) || typeof error === "function";
  if (!isObject || isNode(error)) {
    return { name: "Error", message: `thrown: ${inspect(error, SHORT)}`, stack: "", help: null, causes: [] };
  }
  const { name, message, stack, help } = error;
  const causes = [];
  for (let cause = error.cause; cause !== undefined && cause !== null && causes.length < 8; cause = cause.cause) {
    causes.push(typeof cause === "object" && "message" in cause ? String(cause.message) : inspect(cause, SHORT));
  }
  const hasMessage = typeof message === "string";
  return {
    name: typeof name === "string" && name !== "" ? name : "Error",
    message: hasMessage ? message : `thrown: ${inspect(error, SHORT)}`,
    stack: typeof stack === "string" ? stack : "",
    help: typeof help === "string" ? help : null,
    causes,
  };
}

/** Called by the engine around each cell. */
export const hooks = {
  begin() {
    open = null;
    running = true;
  },
  /** The promise that the cell's end waits for, else its value. */
  settle(value) {
    if (open !== null) {
      return open.promise;
    }
    const isThenable = typeof value === "object" && value !== null && typeof value.then === "function";
    return isThenable ? Promise.resolve(value) : value;
  },
  end() {
    running = false;
    open = null;
  },
  /** `$N` and `$_`. */
  keep(number, value) {
    for (const name of [`$${number}`, "$_"]) {
      Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
    }
  },
  show,
  describe,
};

/** Told by the files that know; imports go to lower numbers only. */
export function recognise(tests) {
  ({ isNode, isResponse } = tests);
}
