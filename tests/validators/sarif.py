"""Is the SARIF log on stdin true to its schema?"""
import json
import pathlib
import sys

import jsonschema

package = pathlib.Path(__file__).parent.parent / "node_modules/@microsoft/jest-sarif"
schema = json.loads((package / "lib/schemas/sarif-2.1.0-rtm.5.json").read_text())
formats = jsonschema.Draft4Validator.FORMAT_CHECKER
validator = jsonschema.Draft4Validator(schema, format_checker=formats)
log = json.load(sys.stdin)
errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(log)]
for run in log["runs"]:
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    prints = [tuple(result["partialFingerprints"].items()) for result in run["results"]]
    errors += [f"{result['ruleId']}: another index" for result in run["results"] if rules[result["ruleIndex"]] != result["ruleId"]]
    errors += [] if len(rules) == len(set(rules)) else ["a rule is there twice"]
    errors += [] if len(prints) == len(set(prints)) else ["two results have one fingerprint"]
if errors:
    sys.exit("\n".join(errors))
