// Authorization servers for the tests, each a third-party package, behind one port of 127.0.0.1:
//
// - oidc-provider: code with PKCE, client credentials, refresh, device, implicit; its pages ask the user to sign in.
// - @node-oauth/oauth2-server below /password: the password grant.
// - oauth-sign below /oauth1: verifies the signatures of OAuth 1.0a requests.
//
// /api/… requires a token issued by one of them; POST /revoke-all revokes all tokens; /secrets lists every code,
// verifier, token and secret that was received or issued. The first line on stdout has the base URL and the private key
// of the RSA-SHA1 consumer of OAuth 1.0a. The process ends when its stdin closes.
import { createServer } from "node:http";
import { createVerify, generateKeyPairSync, randomBytes } from "node:crypto";
import OAuth2Server from "@node-oauth/oauth2-server";
import oauthSign from "oauth-sign";

// It prints the supported versions of node, and the settings that are for tests only.
console.warn = console.info = () => {};
const { Provider } = await import("oidc-provider");

/** In seconds; tests of expired tokens pass a short lifetime. */
const lifetime = Number(process.argv[2] ?? 3600);

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    response.writeHead(500, { "content-type": "text/plain" }).end(String(error.stack));
  });
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const base = `http://127.0.0.1:${server.address().port}`;

const secrets = { client_id: "app", client_secret: "app-s3cret" };
const provider = new Provider(base, {
  clients: [
    {
      ...secrets,
      application_type: "native",
      grant_types: [
        "authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code",
      ],
      redirect_uris: ["http://127.0.0.1/callback", "http://localhost/callback"],
      token_endpoint_auth_method: "client_secret_basic",
    },
    {
      client_id: "body",
      client_secret: "body-s3cret",
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: "client_secret_post",
    },
    {
      client_id: "public",
      application_type: "native",
      grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
      redirect_uris: ["http://127.0.0.1/callback"],
      token_endpoint_auth_method: "none",
    },
  ],
  scopes: ["openid", "offline_access", "read", "write"],
  features: {
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    devInteractions: { enabled: true },
    revocation: { enabled: true },
  },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  ttl: { AccessToken: lifetime, ClientCredentials: lifetime },
  cookies: { keys: [randomBytes(16).toString("hex")] },
});
const oidc = provider.callback();

/** Tokens of the password grant, in memory. */
const tokens = new Map();
const password = new OAuth2Server({
  accessTokenLifetime: lifetime,
  model: {
    getClient: (id, secret) => (id === "app" && (secret === null || secret === "app-s3cret") ? { id, grants: ["password", "refresh_token"] } : false),
    getUser: (username, pass) => (username === "ada" && pass === "love l4ce" ? { id: username } : false),
    saveToken: (token, client, user) => {
      const saved = { ...token, client, user };
      tokens.set(token.accessToken, saved);
      tokens.set(token.refreshToken, saved);
      return saved;
    },
    getAccessToken: (token) => tokens.get(token) ?? false,
    getRefreshToken: (token) => tokens.get(token) ?? false,
    revokeToken: (token) => tokens.delete(token.refreshToken),
    validateScope: (_user, _client, scope) => scope ?? ["read"],
  },
});

const keys = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

/** OAuth 1.0a: key → secret. */
const consumers = new Map([["consumer", "c0nsumer & secret"]]);
const temporary = new Map();
const credentials = new Map();

/** `kind=value` of every secret received or issued. */
const told = new Set();
const kinds = [
  "access_token", "client_secret", "code", "code_verifier", "device_code", "id_token", "oauth_token",
  "oauth_token_secret", "oauth_verifier", "password", "refresh_token",
];

function learn(...sources) {
  for (const source of sources) {
    for (const kind of kinds.filter((kind) => typeof source?.[kind] === "string")) {
      // The URL of the sign-in page contains it (RFC 5849 section 2.2): only an identifier until the user consents.
      if (temporary.has(source[kind])) {
        continue;
      }
      told.add(`${kind}=${source[kind]}`);
    }
  }
}

provider.on("grant.success", (context) => learn(context.oidc.params, context.oidc.body, context.body));
// A device code is issued long before a token.
provider.on("device_code.saved", (code) => learn({ device_code: code.jti }));

async function answer(request, response) {
  const url = new URL(request.url, base);
  const path = url.pathname;
  if (path === "/secrets") {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify([...told]));
  } else if (path === "/password/token") {
    const message = new OAuth2Server.Request({ headers: request.headers, method: request.method, query: {}, body: Object.fromEntries(new URLSearchParams(await text(request))) });
    const result = new OAuth2Server.Response({});
    await password.token(message, result).catch(() => {});
    learn(message.body, result.body);
    response.writeHead(result.status ?? 500, { "content-type": "application/json", ...result.headers }).end(JSON.stringify(result.body));
  } else if (path.startsWith("/oauth1/")) {
    await oauth1(path.slice("/oauth1".length), url, request, response);
  } else if (path === "/revoke-all") {
    for (const token of seen.splice(0)) {
      await token.destroy();
    }
    response.writeHead(204).end();
  } else if (path.startsWith("/api/")) {
    await api(url, request, response);
  } else {
    oidc(request, response);
  }
}

/** The tokens that /revoke-all revokes. */
const seen = [];
for (const kind of ["access_token", "refresh_token"]) {
  provider.on(`${kind}.saved`, (token) => seen.push(token));
}

async function api(url, request, response) {
  const [, token] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "") ?? [];
  const ours = tokens.get(token);
  const known = (ours !== undefined && ours.accessTokenExpiresAt > new Date())
    || (token !== undefined && ((await provider.AccessToken.find(token)) ?? (await provider.ClientCredentials.find(token))) !== undefined);
  const body = known ? { path: url.pathname } : { error: "invalid_token" };
  response.writeHead(known ? 200 : 401, { "content-type": "application/json", ...(known ? {} : { "www-authenticate": "Bearer" }) });
  response.end(JSON.stringify(body));
}

async function oauth1(path, url, request, response) {
  const say = (status, fields) => {
    learn(fields);
    response.writeHead(status, { "content-type": "application/x-www-form-urlencoded" });
    response.end(new URLSearchParams(fields).toString());
  };
  if (path === "/authorize") {
    const token = temporary.get(url.searchParams.get("oauth_token"));
    token.verifier = randomBytes(8).toString("hex");
    const back = new URL(token.callback);
    back.searchParams.set("oauth_token", url.searchParams.get("oauth_token"));
    back.searchParams.set("oauth_verifier", token.verifier);
    return response.writeHead(302, { location: back.href }).end();
  }
  const body = await text(request);
  const header = Object.fromEntries([...(request.headers.authorization ?? "").matchAll(/(oauth_\w+)="([^"]*)"/g)]
    .map(([, name, value]) => [name, decodeURIComponent(value)]));
  const token = temporary.get(header.oauth_token) ?? credentials.get(header.oauth_token);
  const { oauth_signature: signature, ...protocol } = header;
  learn(protocol);
  const form = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ? body : "";
  const parameters = {};
  for (const [name, value] of [...url.searchParams, ...new URLSearchParams(form), ...Object.entries(protocol)]) {
    parameters[name] = name in parameters ? [parameters[name], value].flat() : value;
  }
  const secret = consumers.get(header.oauth_consumer_key);
  const place = `${base}${url.pathname}`;
  let fits = false;
  if (header.oauth_signature_method === "RSA-SHA1") {
    const verify = createVerify("RSA-SHA1").update(oauthSign.generateBase(request.method, place, parameters));
    fits = verify.verify(keys.publicKey, signature, "base64");
  } else {
    const expected = oauthSign.sign(header.oauth_signature_method, request.method, place, parameters, secret, token?.secret ?? "");
    fits = signature === expected;
  }
  if (secret === undefined || !fits) {
    return say(401, { oauth_problem: "signature_invalid" });
  }
  switch (path) {
    case "/request": {
      const made = randomBytes(8).toString("hex");
      temporary.set(made, { secret: randomBytes(8).toString("hex"), callback: header.oauth_callback });
      return say(200, { oauth_token: made, oauth_token_secret: temporary.get(made).secret, oauth_callback_confirmed: "true" });
    }
    case "/token": {
      if (!temporary.delete(header.oauth_token) || token.verifier !== header.oauth_verifier) {
        return say(401, { oauth_problem: "token_rejected" });
      }
      const made = randomBytes(8).toString("hex");
      credentials.set(made, { secret: randomBytes(8).toString("hex") });
      return say(200, { oauth_token: made, oauth_token_secret: credentials.get(made).secret });
    }
    default:
      return credentials.has(header.oauth_token) ? say(200, { signed: "true", path }) : say(401, { oauth_problem: "token_rejected" });
  }
}

async function text(request) {
  let body = "";
  for await (const chunk of request) {
    body += chunk;
  }
  return body;
}

process.stdout.write(`${JSON.stringify({ url: base, privateKey: keys.privateKey })}\n`);
process.stdin.on("end", () => process.exit()).resume();
