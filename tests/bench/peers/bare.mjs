import { createServer } from "node:http";
import { answer, HEADERS, verified } from "./check.mjs";

// CHECK: "read" reads the body and replies; "hmac" also verifies it; "json" also parses it. Runs
// unchanged on Node and on Bun.
const judge = {
  read: () => true,
  hmac: (body, signature) => verified(body, signature),
  json: (body, signature) => verified(body, signature) && JSON.parse(body.toString("utf8")) !== undefined,
}[process.env.CHECK];

createServer((message, response) => {
  const chunks = [];
  message.on("data", (chunk) => chunks.push(chunk));
  message.on("end", () => {
    const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    if (!judge(body, message.headers["x-processing-signature"])) return response.writeHead(403).end();
    response.writeHead(200, HEADERS).end(answer);
  });
}).listen(Number(process.env.PORT), "127.0.0.1");

process.once("SIGTERM", () => process.exit(0));
