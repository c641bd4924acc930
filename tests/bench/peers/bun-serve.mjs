import { answer, HEADERS, verified } from "./check.mjs";

/** The same check on Bun's own server. */
globalThis.Bun.serve({
  port: Number(process.env.PORT),
  hostname: "127.0.0.1",
  async fetch(request) {
    const body = await request.bytes();
    if (!verified(body, request.headers.get("x-processing-signature"))) return new Response(null, { status: 403 });
    return new Response(answer, { headers: HEADERS });
  },
});
