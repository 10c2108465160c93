// What belongs to the cell that runs: its result, `async`, `timeout`, questions, scripts; and the hooks by which the
// engine runs it.
//
// A notebook may change whatever it likes of the language. What shows and describes values here works even then: it
// uses nothing that a cell can reach.
import { core, primordials } from "ext:core/mod.js";
import { op_alert, op_ask, op_cell_timeout, op_console, op_load_script, op_uncaught } from "ext:core/ops";
import { root } from "ext:apinb/00_global.js";
import { handle } from "ext:apinb/01_safe.js";
import { kindOfError } from "ext:apinb/00_errors.js";
import { Console, inspect, setNoColorFns } from "ext:apinb/00_web.js";

const {
  ArrayIsArray,
  Error,
  Number,
  NumberIsNaN,
  ObjectDefineProperty,
  ObjectHasOwn,
  Promise,
  PromiseResolve,
  String,
  StringPrototypeEndsWith,
  StringPrototypeSlice,
} = primordials;

/** How many causes of an error are named. */
const MAX_CAUSES = 8;

/** The callback of the cell that runs, while it waits for one. */
let open = null;
let running = false;
/** The first error that nothing in the notebook handled, of a timer or a listener, say: it ends the cell. */
let uncaught = null;
let isNode = () => false;
let isResponse = () => false;
let missed = () => [];
let nodeOf = () => null;
let forgetMissed = nothing;

function nothing() {}

/** Keeps the cell open until the function that it returns is called with `(error, result)`. */
export function async() {
  if (!running) {
    throw new Error("async() was called when no cell was running");
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

// Colours are for whoever shows a text, not for the text.
setNoColorFns(() => true, () => true);

export const console = new Console((text, level) => {
  op_console(LEVELS[level] ?? "log", StringPrototypeEndsWith(text, "\n") ? StringPrototypeSlice(text, 0, -1) : text);
});

export function reportUncaught(error) {
  uncaught ??= { error };
  op_uncaught();
}

const SHORT = { __proto__: null, depth: 2, compact: 100, breakLength: Infinity, iterableLimit: 20, strAbbreviateSize: 200, trailingComma: false };
const FULL = { __proto__: null, depth: 8, iterableLimit: 200, strAbbreviateSize: 20000 };

/** A value on one line and in full; answers of a client as status and body. */
function show(value) {
  if (isResponse(value)) {
    const { status, body } = value;
    const none = body === undefined;
    return [none ? `${status}` : `${status} ${inspect(body, SHORT)}`, none ? `${status}` : `${status} ${inspect(body, FULL)}`];
  }
  return [inspect(value, SHORT), inspect(value, FULL)];
}

/** A value that says nothing about itself. */
function describeValue(value) {
  const message = `thrown: ${inspect(value, SHORT)}`;
  return { name: "Error", message, kind: null, stack: "", help: null, causes: [], missed: [] };
}

/** What is known of a thrown value, as texts. */
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
    help: typeof help === "string" ? help : null,
    causes: causesOf(error),
    missed: name === "TypeError" ? missedBefore() : [],
  };
}

function missedBefore() {
  try {
    return missed();
  } catch {
    return [];
  }
}

/** The messages of an error's causes, outermost first; those of an AggregateError's errors are causes too. */
function causesOf(error) {
  const seen = [error];
  const causes = [];
  for (let at = 0; at < seen.length && causes.length < MAX_CAUSES; at++) {
    const next = [];
    if (ObjectHasOwn(seen[at], "cause")) {
      next[0] = seen[at].cause;
    }
    const errors = ObjectHasOwn(seen[at], "errors") ? seen[at].errors : null;
    if (ArrayIsArray(errors)) {
      for (let index = 0; index < errors.length && index < MAX_CAUSES; index++) {
        next[next.length] = errors[index];
      }
    }
    for (let index = 0; index < next.length && causes.length < MAX_CAUSES; index++) {
      const cause = next[index];
      const isObject = typeof cause === "object" && cause !== null;
      if (cause === undefined || cause === null || has(seen, cause)) {
        continue;
      }
      causes[causes.length] = isObject && typeof cause.message === "string" ? cause.message : inspect(cause, SHORT);
      if (isObject) {
        seen[seen.length] = cause;
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

/** The value that the inspector hands over. */
let handed;
/** The promise of a cell in REPL mode. */
let held = null;

/** What `_` and `_error` were given last. */
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
  begin() {
    open = null;
    uncaught = null;
    running = true;
    forgetMissed();
  },
  /** The promise that the cell's end waits for, else its value. */
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
      // Its rejection is the cell's error: nobody else has to handle it.
      handle(promise);
    }
    return promise ?? value;
  },
  /** Throws what nothing in the notebook handled. */
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
  /** `$N` and `$_`; `underscore`, where there is one, unless the notebook has a variable of that name. */
  keep(number, value, underscore) {
    if (underscore !== null) {
      keepUnderscore(underscore, value);
    }
    // One at a time, so that a name that cannot be set does not keep the other from being set.
    for (let name = `$${number}`; name !== null; name = name === "$_" ? null : "$_") {
      try {
        ObjectDefineProperty(root, name, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
      } catch {
        // The notebook has frozen it.
      }
    }
  },
  /** The inspector's values come here; see `handedOver`. */
  handOver(value) {
    handed = value;
  },
  /** The value that was handed over last; it is let go. */
  handedOver() {
    const value = handed;
    handed = undefined;
    return value;
  },
  /** The inspector itself does not hold the promise that it waits for: it could be collected. */
  hold(promise) {
    held ??= promise;
  },
  letGo() {
    held = null;
  },
  /** What a client's node is; the notebook's code does not run for it. */
  nodeOf(value) {
    return nodeOf(value);
  },
  show,
  describe,
};

/** Installs what later files know; imports go to lower numbers only. */
export function installHooks(tests) {
  ({ forgetMissed, isNode, isResponse, missed, nodeOf } = tests);
}
