// The global, under a name that no cell can shadow.

/** The notebook's global, even if a cell reassigns `globalThis`. */
export const root = globalThis;
