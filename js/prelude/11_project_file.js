// Files of the project, for `file` and `fetch`.
import { primordials } from "ext:core/mod.js";
import { op_project_url, op_read_file } from "ext:core/ops";
import { matches, splitText } from "ext:apinb/01_safe.js";

const { decodeURIComponent, ObjectHasOwn, StringPrototypeToLowerCase } = primordials;

/** Media types by extension. Others are unknown. */
const TYPES = {
  __proto__: null,
  avif: "image/avif",
  bmp: "image/bmp",
  css: "text/css",
  csv: "text/csv",
  gif: "image/gif",
  gz: "application/gzip",
  htm: "text/html",
  html: "text/html",
  ico: "image/x-icon",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript",
  json: "application/json",
  md: "text/markdown",
  mjs: "text/javascript",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  pdf: "application/pdf",
  png: "image/png",
  raml: "application/raml+yaml",
  svg: "image/svg+xml",
  tar: "application/x-tar",
  tif: "image/tiff",
  tiff: "image/tiff",
  tsv: "text/tab-separated-values",
  txt: "text/plain",
  wasm: "application/wasm",
  wav: "audio/wav",
  webm: "video/webm",
  webp: "image/webp",
  xml: "application/xml",
  yaml: "application/yaml",
  yml: "application/yaml",
  zip: "application/zip",
};

/** The media type of a file by its name; an empty text if it is unknown. */
function typeOf(name) {
  const parts = splitText(name, ".");
  const extension = StringPrototypeToLowerCase(parts[parts.length - 1]);
  return parts.length > 1 && ObjectHasOwn(TYPES, extension) ? TYPES[extension] : "";
}

/** Reads a file of the project: its name, its media type, its bytes, and when it was modified. */
export function readProjectFile(path) {
  const { bytes, modified } = op_read_file(path);
  const names = splitText(path, "/");
  const name = names[names.length - 1];
  return { __proto__: null, name, type: typeOf(name), bytes, modified };
}

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;

/**
 * The target of a relative URL: `{url}` beside a notebook from the web, `{path}` of a file beside any other. Undefined for
 * anything else.
 */
export function relativeTarget(input) {
  if (typeof input !== "string" || input === "" || matches(SCHEME, input) || (input[0] === "/" && input[1] === "/")) {
    return undefined;
  }
  const url = op_project_url(input);
  if (url !== null) {
    return { __proto__: null, url };
  }
  const path = splitText(splitText(input, "#")[0], "?")[0];
  try {
    return { __proto__: null, path: decodeURIComponent(path) };
  } catch {
    return { __proto__: null, path };
  }
}
