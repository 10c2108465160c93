// Whether the notebook reads the status of a response of 400 or more, for `--fail-on-status`. The engine gives such a
// response a number, `unread`; for all other responses it is null.
import { op_status_read } from "ext:core/ops";

let byNotebook = true;

/** Reports that the notebook has read the status of the response with this number. */
export function statusRead(unread) {
  if (byNotebook && typeof unread === "number") {
    op_status_read(unread);
  }
}

/** The result of `action`, which reads responses for apinb and not for the notebook. */
export function readByApinb(action) {
  byNotebook = false;
  try {
    return action();
  } finally {
    byNotebook = true;
  }
}
