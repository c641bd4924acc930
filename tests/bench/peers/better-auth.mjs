import { createServer } from "node:http";
import { createRequire } from "node:module";
import { apiKey } from "@better-auth/api-key";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { answer, HEADERS } from "./check.mjs";

// Uses the repository's own pg. The plugin's limit of ten requests per day is off; everything else
// is the default.
const { Pool } = createRequire(new URL("../../../package.json", import.meta.url))("pg");
const auth = betterAuth({
  baseURL: "http://127.0.0.1",
  secret: process.env.SECRET,
  telemetry: { enabled: false },
  logger: { disabled: true },
  database: new Pool({ connectionString: process.env.DATABASE_URL, max: 10 }),
  emailAndPassword: { enabled: true },
  plugins: [apiKey({ rateLimit: { enabled: false } })],
});
await (await getMigrations(auth.options)).runMigrations();
const { user } = await auth.api.signUpEmail({
  body: { name: "Bench", email: "bench@example.com", password: process.env.SECRET },
});
const { key } = await auth.api.createApiKey({ body: { userId: user.id } });

createServer((message, response) => {
  message.resume();
  message.on("end", async () => {
    const { valid } = await auth.api.verifyApiKey({ body: { key } });
    response.writeHead(valid ? 200 : 403, HEADERS).end(answer);
  });
}).listen(Number(process.env.PORT), "127.0.0.1");
