// CommonJS modules: `require`, `module` and `exports`, for files of the project and of packages.
import { core, primordials } from "ext:core/mod.js";
import { op_common_js_read, op_common_js_resolve, op_never } from "ext:core/ops";

const {
  JSONParse,
  ObjectDefineProperty,
  ReflectApply,
  SafeMap,
  MapPrototypeDelete,
  MapPrototypeGet,
  MapPrototypeSet,
  String,
  StringPrototypeLastIndexOf,
  StringPrototypeSlice,
  decodeURIComponent,
} = primordials;

/** The modules by their URLs. */
const modules = new SafeMap();

/** The path of a file at a URL, as far as modules need it: a name. */
function pathOf(url) {
  const path = StringPrototypeSlice(url, "file://".length);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The exports of the CommonJS module or JSON file at a URL. Runs it when it is first required. */
export function requireModule(url) {
  const known = MapPrototypeGet(modules, url);
  if (known !== undefined) {
    return known.exports;
  }
  const filename = pathOf(url);
  const code = op_common_js_read(url);
  const module = { exports: {}, id: filename, filename, loaded: false, children: [], paths: [] };
  MapPrototypeSet(modules, url, module);
  try {
    if (typeof code === "string") {
      module.exports = JSONParse(code);
    } else {
      const require = (specifier) => requireModule(op_common_js_resolve(String(specifier), url));
      const resolve = (specifier) => pathOf(op_common_js_resolve(String(specifier), url));
      ObjectDefineProperty(require, "resolve", { __proto__: null, value: resolve, writable: true, configurable: true });
      const folder = StringPrototypeSlice(filename, 0, StringPrototypeLastIndexOf(filename, "/"));
      ReflectApply(code, module.exports, [module.exports, require, module, filename, folder]);
    }
  } catch (error) {
    MapPrototypeDelete(modules, url);
    throw error;
  }
  module.loaded = true;
  return module.exports;
}

let isStarted = false;

/**
 * Before a cell: an operation that never ends is pending. Without one, deno_core reports a module that awaits something in
 * each turn of the event loop, also in those of other cells.
 */
export function startModules() {
  if (!isStarted) {
    isStarted = true;
    core.unrefOpPromise(op_never());
  }
}
