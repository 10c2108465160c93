// `console`: its texts go to the record of the running cell.
import { core, primordials } from "ext:core/mod.js";
import { op_console } from "ext:core/ops";
import { append, appendAll, fieldList, indexInList, iterable, iterated, mapList } from "ext:apinb/01_safe.js";
import { LONGEST_STRING } from "ext:apinb/14_result_text.js";
import { Console, inspectArgs, setNoColorFns } from "ext:apinb/00_web.js";

const {
  MapPrototypeForEach,
  ObjectAssign,
  SetPrototypeForEach,
  StringPrototypeEndsWith,
  StringPrototypeSlice,
  SymbolIterator,
} = primordials;

const LEVELS = ["debug", "log", "warn", "error"];

// The renderer of a text adds colors; the text has none.
setNoColorFns(() => true, () => true);

function print(text, level) {
  op_console(LEVELS[level] ?? "log", StringPrototypeEndsWith(text, "\n") ? StringPrototypeSlice(text, 0, -1) : text);
}

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
