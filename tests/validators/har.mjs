// Validates the HTTP archive on stdin against its schema.
import { readFileSync } from "node:fs";
import validate from "har-validator";

try {
  await validate.har(JSON.parse(readFileSync(0, "utf8")));
} catch (error) {
  console.error(error.message, JSON.stringify(error.errors, null, 2));
  process.exit(1);
}
