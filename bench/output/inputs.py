"""The same calls and assertions for apinb, hurl and newman: notebooks, Hurl files and Postman collections."""

import json
from dataclasses import dataclass
from pathlib import Path

DEFINITION = """\
openapi: 3.1.0
info: { title: Shop, version: "1" }
servers: [{ url: "%s" }]
paths:
  /items:
    get: { responses: { "200": { description: All items } } }
  /items/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
    get: { responses: { "200": { description: One item } } }
"""


def items(last=None):
    """200 items; the last one has another name if `last` is given."""
    found = [{"id": number, "name": f"item {number}"} for number in range(200)]
    if last is not None:
        found[-1]["name"] = last
    return found


@dataclass
class Check:
    """A call and its assertion: of one item and its name, or of the whole list if `number` is None."""

    label: str
    number: int | None
    expected: object


def one(number, wrong=False):
    return Check(f"Get item {number}", number, "something else" if wrong else f"item {number}")


def whole(wrong=False):
    return Check("List all items", None, items("something else" if wrong else None))


def notebook(title, checks):
    text = [f"---\ntitle: {title}\n---\n", "Sign in to the shop\n\n```js\nAPI.createClient('shop', 'shop.yaml')\n```\n"]
    for check in checks:
        if check.number is None:
            code = f"expected = {json.dumps(check.expected)}\nassert.deepEqual(shop.items.get().body, expected)"
        else:
            code = f"item = shop.items.id({check.number}).get().body\nassert.equal(item.name, '{check.expected}')"
        text.append(f"{check.label}\n\n```js\n{code}\n```\n")
    return "\n".join(text)


def hurl(url, checks):
    text = []
    for check in checks:
        if check.number is None:
            # Hurl prints the whole body if it differs from one in the file: the shortest assertion is compared.
            last = check.expected[-1]["name"]
            text.append(f'# {check.label}\nGET {url}/items\nHTTP 200\n[Asserts]\njsonpath "$[199].name" == "{last}"\n')
        else:
            path = f"{url}/items/{check.number}"
            text.append(
                f'# {check.label}\nGET {path}\nHTTP 200\n[Asserts]\njsonpath "$.name" == "{check.expected}"\n'
            )
    return "\n".join(text)


def postman(title, url, checks):
    def item(check):
        if check.number is None:
            path = "/items"
            test = f"pm.expect(pm.response.json()).to.eql({json.dumps(check.expected)})"
        else:
            path = f"/items/{check.number}"
            test = f"pm.expect(pm.response.json().name).to.equal({json.dumps(check.expected)})"
        script = [f"pm.test({json.dumps(check.label)}, () => {{ {test} }})"]
        return {
            "name": check.label,
            "event": [{"listen": "test", "script": {"type": "text/javascript", "exec": script}}],
            "request": {"method": "GET", "url": url + path},
        }

    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    return json.dumps({"info": {"name": title, "schema": schema}, "item": [item(check) for check in checks]})


def scenarios():
    """For each scenario its files: a name and the checks."""
    hundred = [one(number, wrong=number in (12, 31, 48, 77)) for number in range(98)]
    hundred.insert(60, whole(wrong=True))
    ten = []
    for number in range(10):
        checks = [one(10 * number + index, wrong=(number in (1, 4, 5, 8) and index == 3)) for index in range(5)]
        ten.append((f"book-{number}", checks))
    return {
        "green": [("green", [one(number) for number in range(9)])],
        "hundred": [("hundred", hundred)],
        "ten": ten,
    }


def write(folder: Path, url: str):
    """Writes the files of all scenarios, each scenario in its own folder."""
    for name, files in scenarios().items():
        target = folder / name
        target.mkdir()
        (target / "shop.yaml").write_text(DEFINITION % url)
        for stem, checks in files:
            (target / f"{stem}.md").write_text(notebook(stem, checks))
            (target / f"{stem}.hurl").write_text(hurl(url, checks))
            (target / f"{stem}.json").write_text(postman(stem, url, checks))
