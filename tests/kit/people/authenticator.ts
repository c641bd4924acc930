import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** A passkey in software, with everything that a test may want to spoil. */
export type Authenticator = { id: string; key: KeyObject; cose: Buffer; counter: number };

export type Overrides = {
  origin?: string;
  rpId?: string;
  verified?: boolean;
  type?: string;
  counter?: number;
  key?: KeyObject;
  challenge?: string;
};

export function newAuthenticator(): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const point = [x, y].map((part) => Buffer.from(part, "base64url"));
  const cose = map([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, point[0] as Buffer],
    [-3, point[1] as Buffer],
  ]);
  return { id: randomBytes(16).toString("base64url"), key: privateKey, cose, counter: 0 };
}

/** What `navigator.credentials.create` resolves to in a browser. */
export function attest(device: Authenticator, challenge: string, overrides: Overrides = {}) {
  const id = Buffer.from(device.id, "base64url");
  const length = Buffer.alloc(2);
  length.writeUInt16BE(id.length);
  const data = Buffer.concat([
    authData(overrides, 0x40, overrides.counter ?? device.counter),
    Buffer.alloc(16),
    length,
    id,
    device.cose,
  ]);
  const attestationObject = map([
    ["fmt", "none"],
    ["attStmt", map([])],
    ["authData", data],
  ]);
  return answer(device, {
    clientDataJSON: clientData("webauthn.create", challenge, overrides),
    attestationObject: attestationObject.toString("base64url"),
  });
}

/** What `navigator.credentials.get` resolves to. The counter increases by one each time. */
export function assert(device: Authenticator, challenge: string, overrides: Overrides = {}) {
  const counter = overrides.counter ?? ++device.counter;
  const data = authData(overrides, 0, counter);
  const clientDataJSON = clientData("webauthn.get", challenge, overrides);
  const signed = Buffer.concat([data, createHash("sha256").update(Buffer.from(clientDataJSON, "base64url")).digest()]);
  const signature = sign("sha256", signed, overrides.key ?? device.key).toString("base64url");
  return answer(device, { clientDataJSON, authenticatorData: data.toString("base64url"), signature });
}

const answer = <R>({ id }: Authenticator, response: R) => ({
  id,
  rawId: id,
  type: "public-key" as const,
  clientExtensionResults: {},
  response,
});

function clientData(type: string, challenge: string, overrides: Overrides): string {
  const origin = overrides.origin ?? process.env.PUBLIC_ORIGIN;
  return Buffer.from(
    JSON.stringify({ type: overrides.type ?? type, challenge: overrides.challenge ?? challenge, origin }),
  ).toString("base64url");
}

/** Flags: user present (1), user verified (4). */
function authData({ rpId = "localhost", verified = true }: Overrides, flags: number, counter: number): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  return Buffer.concat([
    createHash("sha256").update(rpId).digest(),
    Buffer.from([flags | 1 | (verified ? 4 : 0)]),
    count,
  ]);
}

/** The part of CBOR (RFC 8949) that is needed here. A Buffer from `map` is used as it is. */
const encoded = new WeakSet<Buffer>();

function map(entries: [number | string, number | string | Buffer][]): Buffer {
  const made = Buffer.concat([Buffer.from([0xa0 | entries.length]), ...entries.flat().map(item)]);
  encoded.add(made);
  return made;
}

function item(value: number | string | Buffer): Buffer {
  if (typeof value === "number") return value >= 0 ? head(0, value) : head(0x20, -1 - value);
  if (typeof value === "string") return Buffer.concat([head(0x60, value.length), Buffer.from(value)]);
  return encoded.has(value) ? value : Buffer.concat([head(0x40, value.length), value]);
}

function head(kind: number, length: number): Buffer {
  if (length < 24) return Buffer.from([kind | length]);
  return length < 256 ? Buffer.from([kind | 24, length]) : Buffer.from([kind | 25, length >> 8, length & 255]);
}
