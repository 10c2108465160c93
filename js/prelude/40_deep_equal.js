// Deep equality of two values, as Node's `assert.deepStrictEqual` and `assert.partialDeepStrictEqual` define it.
//
// Objects of the web platform whose content is not in properties are compared by that content: URL, URLSearchParams,
// Headers, FormData, Blob and File. Other objects whose content cannot be seen, such as promises, are equal only to
// themselves.
import { core, primordials } from "ext:core/mod.js";
import { op_blob_bytes } from "ext:core/ops";
import { append, bytesOf, filterList, findInList, matches } from "ext:apinb/01_safe.js";
import {
  blobType,
  fileName,
  getParts,
  hrefOf,
  isBlob,
  isFile,
  isSearchParams,
  isURL,
  searchParamsText,
} from "ext:apinb/00_web.js";
import { formEntries, isFormData } from "ext:apinb/10_form_data.js";
import { headerPairs, isHeaders, prototypeOf } from "ext:apinb/12_headers.js";
import { isMessage } from "ext:apinb/13_fetch.js";

const {
  ArrayBufferIsView,
  ArrayIsArray,
  ArrayPrototypeIncludes,
  BigIntPrototypeValueOf,
  BooleanPrototypeValueOf,
  DatePrototypeGetTime,
  ErrorPrototype,
  JSONStringify,
  MapPrototypeForEach,
  MapPrototypeGet,
  MapPrototypeGetSize,
  MapPrototypeHas,
  MapPrototypeSet,
  MapPrototypeDelete,
  NumberPrototypeValueOf,
  ObjectGetOwnPropertySymbols,
  ObjectHasOwn,
  ObjectIs,
  ObjectKeys,
  ObjectPrototypeIsPrototypeOf,
  ObjectPrototypePropertyIsEnumerable,
  ObjectPrototypeToString,
  RegExpPrototypeGetDotAll,
  RegExpPrototypeGetGlobal,
  RegExpPrototypeGetHasIndices,
  RegExpPrototypeGetIgnoreCase,
  RegExpPrototypeGetMultiline,
  RegExpPrototypeGetSource,
  RegExpPrototypeGetSticky,
  RegExpPrototypeGetUnicode,
  RegExpPrototypeGetUnicodeSets,
  SafeMap,
  SetPrototypeForEach,
  SetPrototypeGetSize,
  SetPrototypeHas,
  String,
  StringPrototypeValueOf,
  SymbolPrototypeValueOf,
  TypedArrayPrototypeGetLength,
  TypedArrayPrototypeGetSymbolToStringTag,
  Uint8Array,
} = primordials;

const FLAGS = [
  RegExpPrototypeGetDotAll,
  RegExpPrototypeGetGlobal,
  RegExpPrototypeGetHasIndices,
  RegExpPrototypeGetIgnoreCase,
  RegExpPrototypeGetMultiline,
  RegExpPrototypeGetSticky,
  RegExpPrototypeGetUnicode,
  RegExpPrototypeGetUnicodeSets,
];

/** Whether both values are deeply and strictly equal. */
export function isDeepEqual(actual, expected) {
  return new Comparison(false).areEqual(actual, expected);
}

/**
 * Whether `actual` has everything that `expected` has: objects may have more properties and any prototype, lists, maps
 * and sets more items.
 */
export function hasPart(actual, expected) {
  return new Comparison(true).areEqual(actual, expected);
}

const isObject = (value) => typeof value === "object" && value !== null;
const isError = (value) => core.isNativeError(value) || ObjectPrototypeIsPrototypeOf(ErrorPrototype, value);

/** Whether a property name is an index of a list. */
function isIndex(name) {
  const index = name >>> 0;
  return String(index) === name && index !== 4294967295;
}

/** The names and symbols of the own enumerable properties; without the indices if `content` is a list. */
function propertiesOf(object, isList) {
  const names = ObjectKeys(object);
  const properties = isList ? filterList(names, (name) => !isIndex(name)) : names;
  const symbols = ObjectGetOwnPropertySymbols(object);
  for (let index = 0; index < symbols.length; index++) {
    if (ObjectPrototypePropertyIsEnumerable(object, symbols[index])) {
      append(properties, symbols[index]);
    }
  }
  return properties;
}

function keysOf(map) {
  const keys = [];
  MapPrototypeForEach(map, (_, key) => append(keys, key));
  return keys;
}

function itemsOf(set) {
  const items = [];
  SetPrototypeForEach(set, (item) => append(items, item));
  return items;
}

function sameFlags(one, other) {
  for (let index = 0; index < FLAGS.length; index++) {
    if (FLAGS[index](one) !== FLAGS[index](other)) {
      return false;
    }
  }
  return true;
}

/** The value in a boxed primitive. */
function unboxed(box) {
  if (core.isNumberObject(box)) {
    return NumberPrototypeValueOf(box);
  }
  if (core.isStringObject(box)) {
    return StringPrototypeValueOf(box);
  }
  if (core.isBooleanObject(box)) {
    return BooleanPrototypeValueOf(box);
  }
  return core.isBigIntObject(box) ? BigIntPrototypeValueOf(box) : SymbolPrototypeValueOf(box);
}

/** Where the content of an object is, beyond its properties; "opaque" if it cannot be compared. */
function kindOf(object) {
  if (ArrayIsArray(object)) {
    return "list";
  }
  if (ArrayBufferIsView(object)) {
    return "view";
  }
  if (isError(object)) {
    return "error";
  }
  const row = findInList(KINDS, (known) => known[1](object));
  return row === undefined ? "plain" : row[0];
}

const KINDS = [
  ["date", core.isDate],
  ["expression", core.isRegExp],
  ["set", core.isSet],
  ["map", core.isMap],
  ["buffer", core.isAnyArrayBuffer],
  ["box", core.isBoxedPrimitive],
  ["opaque", core.isPromise],
  ["opaque", core.isWeakMap],
  ["opaque", core.isWeakSet],
  ["opaque", isMessage],
  ["url", isURL],
  ["query", isSearchParams],
  ["headers", isHeaders],
  ["form", isFormData],
  ["blob", isBlob],
];

/** The kinds of the web platform, whose properties are internal to apinb. */
const OF_PLATFORM = ["url", "query", "headers", "form", "blob"];

class Comparison {
  /** Whether the actual value may have more than the expected one. */
  #isPartial;
  /** The objects that are being compared, each with its depth: those of a cycle are equal at the same depth. */
  #actual = new SafeMap();
  #expected = new SafeMap();
  #depth = 0;

  constructor(isPartial) {
    this.#isPartial = isPartial;
  }

  areEqual(actual, expected) {
    if (!isObject(actual) || !isObject(expected)) {
      return ObjectIs(actual, expected);
    }
    if (actual === expected) {
      return true;
    }
    if (!this.#isPartial && prototypeOf(actual) !== prototypeOf(expected)) {
      return false;
    }
    const depth = MapPrototypeGet(this.#actual, actual);
    const other = MapPrototypeGet(this.#expected, expected);
    if (depth !== undefined && other !== undefined) {
      return depth === other;
    }
    const isFirst = depth === undefined;
    const isFirstExpected = other === undefined;
    this.#depth++;
    if (isFirst) {
      MapPrototypeSet(this.#actual, actual, this.#depth);
    }
    if (isFirstExpected) {
      MapPrototypeSet(this.#expected, expected, this.#depth);
    }
    const kind = kindOf(expected);
    const areEqual = kind === kindOf(actual) && this.#sameContent(kind, actual, expected) &&
      (ArrayPrototypeIncludes(OF_PLATFORM, kind) || this.#sameProperties(actual, expected));
    if (isFirst) {
      MapPrototypeDelete(this.#actual, actual);
    }
    if (isFirstExpected) {
      MapPrototypeDelete(this.#expected, expected);
    }
    this.#depth--;
    return areEqual;
  }

  /** Compares what is not in properties. */
  #sameContent(kind, actual, expected) {
    switch (kind) {
      case "list":
        return this.#sameItems(actual, expected);
      case "date":
        return ObjectIs(DatePrototypeGetTime(actual), DatePrototypeGetTime(expected));
      case "expression":
        return RegExpPrototypeGetSource(actual) === RegExpPrototypeGetSource(expected) && sameFlags(actual, expected) &&
          actual.lastIndex === expected.lastIndex;
      case "error":
        return this.#sameErrors(actual, expected);
      case "view":
        return this.#sameViews(actual, expected);
      case "set":
        return this.#sameSets(actual, expected);
      case "map":
        return this.#sameMaps(actual, expected);
      case "buffer":
        return this.#sameBytes(new Uint8Array(actual), new Uint8Array(expected));
      case "box":
        return ObjectIs(unboxed(actual), unboxed(expected));
      case "url":
        return hrefOf(actual) === hrefOf(expected);
      case "query":
        return searchParamsText(actual) === searchParamsText(expected);
      case "headers":
        return this.areEqual(headerPairs(actual), headerPairs(expected));
      case "form":
        return this.areEqual(formEntries(actual), formEntries(expected));
      case "blob":
        return this.#sameBlobs(actual, expected);
      case "plain":
        return ObjectPrototypeToString(actual) === ObjectPrototypeToString(expected);
      default:
        return false;
    }
  }

  /** A hole differs from undefined. */
  #sameItems(actual, expected) {
    if (this.#isPartial) {
      return this.#isSubsequence(actual, expected);
    }
    if (actual.length !== expected.length) {
      return false;
    }
    // A sparse list is compared by its indices: it can be very long.
    const names = ObjectKeys(expected);
    const isDense = names.length >= expected.length;
    const count = isDense ? expected.length : names.length;
    for (let at = 0; at < count; at++) {
      const index = isDense ? at : names[at];
      if (ObjectHasOwn(actual, index) !== ObjectHasOwn(expected, index) || !this.areEqual(actual[index], expected[index])) {
        return false;
      }
    }
    return isDense || names.length === ObjectKeys(actual).length;
  }

  /** Whether the expected items are among the actual ones, in their order. */
  #isSubsequence(actual, expected) {
    let at = 0;
    const names = ObjectKeys(expected);
    for (let index = 0; index < names.length; index++) {
      if (!isIndex(names[index])) {
        continue;
      }
      while (at < actual.length && !this.areEqual(actual[at], expected[names[index]])) {
        at++;
      }
      if (at >= actual.length) {
        return false;
      }
      at++;
    }
    return true;
  }

  #sameErrors(actual, expected) {
    const names = ["name", "message", "errors"];
    for (let index = 0; index < names.length; index++) {
      if (!this.#sameHidden(actual, expected, names[index])) {
        return false;
      }
    }
    const hasCause = ObjectHasOwn(expected, "cause");
    if (hasCause !== ObjectHasOwn(actual, "cause") && (hasCause || !this.#isPartial)) {
      return false;
    }
    return !hasCause || this.#sameHidden(actual, expected, "cause");
  }

  /** Compares a property that is not enumerable. An enumerable one is compared with all others. */
  #sameHidden(actual, expected, name) {
    return ObjectPrototypePropertyIsEnumerable(actual, name) || ObjectPrototypePropertyIsEnumerable(expected, name) ||
      this.areEqual(actual[name], expected[name]);
  }

  #sameViews(actual, expected) {
    if (TypedArrayPrototypeGetSymbolToStringTag(actual) !== TypedArrayPrototypeGetSymbolToStringTag(expected)) {
      return false;
    }
    if (this.#isPartial && !core.isDataView(expected)) {
      return this.#sameBytes(actual, expected);
    }
    return this.#sameBytes(bytesOf(actual), bytesOf(expected));
  }

  #sameBytes(actual, expected) {
    const count = TypedArrayPrototypeGetLength(actual);
    const wanted = TypedArrayPrototypeGetLength(expected);
    if (!this.#sameSizes(count, wanted)) {
      return false;
    }
    let at = 0;
    for (let index = 0; index < wanted; index++, at++) {
      while (this.#isPartial && at < count && !ObjectIs(actual[at], expected[index])) {
        at++;
      }
      if (at >= count || !ObjectIs(actual[at], expected[index])) {
        return false;
      }
    }
    return true;
  }

  #sameBlobs(actual, expected) {
    return blobType(actual) === blobType(expected) && isFile(actual) === isFile(expected) &&
      (!isFile(expected) || fileName(actual) === fileName(expected)) &&
      isDeepEqual(op_blob_bytes(getParts(actual, [])), op_blob_bytes(getParts(expected, [])));
  }

  #sameSizes(actual, expected) {
    return this.#isPartial ? actual >= expected : actual === expected;
  }

  #sameSets(actual, expected) {
    if (!this.#sameSizes(SetPrototypeGetSize(actual), SetPrototypeGetSize(expected))) {
      return false;
    }
    const missing = filterList(itemsOf(expected), (item) => !SetPrototypeHas(actual, item));
    const others = filterList(itemsOf(actual), (item) => isObject(item) && !SetPrototypeHas(expected, item));
    for (let index = 0; index < missing.length; index++) {
      if (!isObject(missing[index]) || this.#takeEqual(others, missing[index], () => true) === -1) {
        return false;
      }
    }
    return true;
  }

  #sameMaps(actual, expected) {
    if (!this.#sameSizes(MapPrototypeGetSize(actual), MapPrototypeGetSize(expected))) {
      return false;
    }
    const keys = keysOf(expected);
    const others = filterList(keysOf(actual), (key) => isObject(key) && !MapPrototypeHas(expected, key));
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index];
      const value = MapPrototypeGet(expected, key);
      if (MapPrototypeHas(actual, key)) {
        if (!this.areEqual(MapPrototypeGet(actual, key), value)) {
          return false;
        }
      } else {
        const sameValue = (other) => this.areEqual(MapPrototypeGet(actual, other), value);
        if (!isObject(key) || this.#takeEqual(others, key, sameValue) === -1) {
          return false;
        }
      }
    }
    return true;
  }

  /** Takes the first object that equals `expected` out of a list, and returns its index; -1 if there is none. */
  #takeEqual(objects, expected, fits) {
    for (let index = 0; index < objects.length; index++) {
      if (objects[index] !== undefined && this.areEqual(objects[index], expected) && fits(objects[index])) {
        objects[index] = undefined;
        return index;
      }
    }
    return -1;
  }

  #sameProperties(actual, expected) {
    const isList = ArrayIsArray(expected) || (ArrayBufferIsView(expected) && !core.isDataView(expected));
    const properties = propertiesOf(expected, isList);
    if (!this.#isPartial && properties.length !== propertiesOf(actual, isList).length) {
      return false;
    }
    for (let index = 0; index < properties.length; index++) {
      const name = properties[index];
      if (!ObjectPrototypePropertyIsEnumerable(actual, name) || !this.areEqual(actual[name], expected[name])) {
        return false;
      }
    }
    return true;
  }
}

/**
 * The path to the first property in which two values differ, such as `.items[3].name`, with both values there. Follows
 * lists and plain objects only. Undefined if the values themselves differ.
 */
export function firstDifference(actual, expected, areEqual) {
  let path = "";
  for (let depth = 0; depth < 20; depth++) {
    const name = differingName(actual, expected, areEqual);
    if (name === undefined) {
      break;
    }
    path += ArrayIsArray(expected) ? `[${name}]` : nameInPath(name);
    actual = actual[name];
    expected = expected[name];
  }
  return path === "" ? undefined : { path, actual, expected };
}

const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

function nameInPath(name) {
  return matches(IDENTIFIER, name) ? `.${name}` : `[${JSONStringify(name)}]`;
}

/** The name of the first property that both values have and in which they differ. */
function differingName(actual, expected, areEqual) {
  if (!isFollowed(actual) || !isFollowed(expected) || ArrayIsArray(actual) !== ArrayIsArray(expected)) {
    return undefined;
  }
  if (ArrayIsArray(expected) && actual.length !== expected.length) {
    return undefined;
  }
  const names = ObjectKeys(expected);
  return findInList(names, (name) => ObjectHasOwn(actual, name) && !areEqual(actual[name], expected[name]));
}

function isFollowed(value) {
  return isObject(value) && (ArrayIsArray(value) || ObjectPrototypeToString(value) === "[object Object]");
}
