import Fastify from "fastify";
import { answer, HEADERS, verified } from "./check.mjs";

const app = Fastify({ logger: false, bodyLimit: 2 * 1024 * 1024 });
app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
app.post("/api/v2/whoami", (request, reply) => {
  if (!verified(request.body, request.headers["x-processing-signature"])) return reply.code(403).send();
  return reply.headers(HEADERS).send(answer);
});
await app.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
