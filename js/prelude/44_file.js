// `file` and `save`: files of the project, and those that a notebook writes.
import { core, primordials } from "ext:core/mod.js";
import { op_excerpt, op_parse_csv, op_save_file } from "ext:core/ops";
import { iterable, owned, setField } from "ext:apinb/01_safe.js";
import { blobText, File, fileName } from "ext:apinb/00_web.js";
import { readProjectFile } from "ext:apinb/11_project_file.js";
import { rawBody } from "ext:apinb/11_send.js";
import { bytesOfBody, isMessage } from "ext:apinb/13_fetch.js";
import { brief } from "ext:apinb/14_result_text.js";
import { isResponse } from "ext:apinb/22_call.js";

const { Error, JSONParse, JSONStringify, StringPrototypeEndsWith, SyntaxError, TypeError, Uint8Array } = primordials;

/** The longest text of a value in a message. */
const LONGEST_VALUE = 100;

/** A file of the project. It can be sent as any other File. */
class ProjectFile extends File {
  /** The value of a JSON document. */
  async json() {
    const text = await owned(blobText(this));
    try {
      return JSONParse(text);
    } catch (error) {
      throw new SyntaxError(fileName(this) + " is not valid JSON: " + error.message);
    }
  }

  /**
   * The rows of a table, each as an object by the names of its first line. `options`: `delimiter`, and `header: false` for
   * a table without names, whose rows are lists.
   */
  async csv(options = {}) {
    const { delimiter = StringPrototypeEndsWith(fileName(this), ".tsv") ? "\t" : ",", header = true } = options;
    const text = await owned(blobText(this));
    let rows;
    try {
      rows = op_parse_csv(text, `${delimiter}`);
    } catch (error) {
      throw new Error(`${fileName(this)}: ${error.message}`);
    }
    if (!header || rows.length === 0) {
      return rows;
    }
    const names = rows[0];
    const objects = [];
    for (let index = 1; index < rows.length; index++) {
      const object = {};
      for (let at = 0; at < names.length; at++) {
        setField(object, names[at], rows[index][at]);
      }
      setField(objects, index - 1, object);
    }
    return objects;
  }
}

/** Reads a file of the project, by its path relative to the notebook. */
export function file(path) {
  if (typeof path !== "string" || path === "") {
    throw new TypeError(`file: expected the path of a file, got ${op_excerpt(brief(path), LONGEST_VALUE)}`);
  }
  const { name, type, bytes, modified } = readProjectFile(path);
  return new ProjectFile(iterable([bytes]), name, { __proto__: null, type, lastModified: modified });
}

/** The bytes of a value: text and binary data as they are, the body of a response, anything else as JSON. */
function contentOf(value) {
  if (isMessage(value)) {
    return bytesOfBody(value);
  }
  if (isResponse(value)) {
    return value.body === undefined ? new Uint8Array() : contentOf(value.body);
  }
  const raw = rawBody(value);
  if (raw !== undefined) {
    return raw.bytes;
  }
  const text = typeof value === "function" ? undefined : JSONStringify(value, undefined, 2);
  if (text === undefined) {
    throw new TypeError("save: expected text, data or a value for JSON, got " + op_excerpt(brief(value), LONGEST_VALUE));
  }
  return core.encode(`${text}\n`);
}

/** Writes a value to a file below the output folder, and returns the path of that file. */
export function save(path, value) {
  if (typeof path !== "string") {
    throw new TypeError(`save: expected a path and a value, got ${op_excerpt(brief(path), LONGEST_VALUE)}`);
  }
  return op_save_file(path, contentOf(value));
}
