// The globals of the running cell (its result, `async`, `timeout`, prompts, scripts) and the hooks by which the engine
// runs it.
import { core, primordials } from "ext:core/mod.js";
import { op_alert, op_ask, op_cell_timeout, op_load_script, op_uncaught } from "ext:core/ops";
import { root } from "ext:apinb/00_global.js";
import { append, handle, mapList } from "ext:apinb/01_safe.js";
import { later } from "ext:apinb/10_later.js";
import { countTimers, earlierCellOf, startCell } from "ext:apinb/10_timers.js";
import { jsonOf, jsonOrReason, typeOfValue } from "ext:apinb/13_result_value.js";
import { textsOf } from "ext:apinb/14_result_text.js";
import { describe } from "ext:apinb/15_error_data.js";

const {
  Error,
  Number,
  NumberIsNaN,
  ObjectAssign,
  ObjectDefineProperty,
  ObjectHasOwn,
  Promise,
  PromiseResolve,
  String,
} = primordials;

/** Maximum number of errors of timers from earlier cells that are kept. */
const MAX_LATE = 100;

/** The callback of the running cell, while the cell waits for it. */
let open = null;
let running = false;
/** The first error that the notebook did not handle, such as one from a timer or a listener. It fails the cell. */
let uncaught = null;
/** Errors of timers that earlier cells have set: they fail those cells, not the running one. */
let lateErrors = [];

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

/** Nothing in the notebook handled an error. `promise`: the one that was rejected with it, if one was. */
export function reportUncaught(error, promise = undefined) {
  const cell = running ? earlierCellOf(error) ?? earlierCellOf(promise) : undefined;
  if (cell === undefined) {
    uncaught ??= { error };
    op_uncaught();
  } else if (lateErrors.length < MAX_LATE) {
    append(lateErrors, { cell, error });
  }
}

/** A value on one line and in full, as JSON or null, and its type. */
function show(value) {
  const texts = textsOf(value);
  return [texts[0], texts[1], jsonOf(value), typeOfValue(value)];
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
    later.forgetMissed();
    later.startModules();
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
  /** Takes the errors of timers of earlier cells: the number of each cell, and the error as data. */
  lateErrors() {
    const taken = lateErrors;
    lateErrors = [];
    return mapList(taken, ({ cell, error }) => [cell, describe(error)]);
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
    return later.nodeOf(value);
  },
  show,
  json: jsonOrReason,
  describe,
};

/** Adds the hooks of later files: imports go to lower numbers only. */
export function installHooks(added) {
  ObjectAssign(hooks, added);
}
