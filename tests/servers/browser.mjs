// A simulated user with a browser: opens a page, fills in its forms (any name signs in), consents, until it is
// redirected to another origin. `node browser.mjs URL`

/** The pages of the servers contain only forms, so a client with cookies is a sufficient browser. */
async function byForms(url) {
  const cookies = new Map();
  const home = new URL(url).origin;
  let request = { url: new URL(url), method: "GET", body: undefined };
  for (let step = 0; step < 20; step++) {
    const response = await fetch(request.url, {
      method: request.method,
      body: request.body,
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location !== null) {
      request = { url: new URL(location, request.url), method: "GET", body: undefined };
      continue;
    }
    const html = await response.text();
    const form = /<form[^>]*action="([^"]*)"[^>]*>(.*?)<\/form>/s.exec(html);
    if (form === null || request.url.origin !== home) {
      return;
    }
    const fields = new URLSearchParams();
    for (const [input] of form[2].matchAll(/<input[^>]*>/g)) {
      const attribute = (name) => new RegExp(`${name}="([^"]*)"`).exec(input)?.[1];
      fields.set(attribute("name"), attribute("value") ?? "ada");
    }
    request = { url: new URL(form[1], request.url), method: "POST", body: fields };
  }
}

await byForms(process.argv[2]);
