/** A client that works during a rotation: it tries the old pair if the new one is not active. */
export const ROTATION_CLIENT = `
import { createHmac } from "node:crypto";

// The new pair first. Outside a rotation only the second one is set.
const { COUNTERSIGN_KEY_NEXT, COUNTERSIGN_SECRET_NEXT } = process.env;
const { COUNTERSIGN_KEY, COUNTERSIGN_SECRET } = process.env;
const pairs = [
  { key: COUNTERSIGN_KEY_NEXT, secret: COUNTERSIGN_SECRET_NEXT },
  { key: COUNTERSIGN_KEY, secret: COUNTERSIGN_SECRET },
].filter(({ key, secret }) => key && secret);
// Between two tries the new pair may have taken over, so it comes again.
const tries = pairs.length > 1 ? [...pairs, pairs[0]] : pairs;

const sign = (secret, body) =>
  createHmac("sha512", secret).update(body).digest("hex");

export async function send(url, data) {
  const body = JSON.stringify(data);
  let response;
  for (const { key, secret } of tries) {
    response = await fetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-Processing-Key": key,
        "X-Processing-Signature": sign(secret, body),
      },
      body,
    });
    if (response.status !== 403) return response;
    // Only a key that is not active is worth another try.
    const { code } = await response.clone().json().catch(() => ({}));
    if (code !== "bad_header_key") return response;
  }
  return response;
}`.trim();
