// The global, under a name that no cell can take.

/** The notebook's global, whatever becomes of its name. */
export const root = globalThis;
