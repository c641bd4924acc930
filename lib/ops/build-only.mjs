import "./node-version.mjs";
import { buildPages, bundle } from "./build.mjs";
import { generate, install } from "./install.mjs";
import { main, step } from "./output.mjs";

// npm run build: builds everything that npm run migrate, dashboard, gateway and worker need, for
// machines that run these one by one.
await main(async () => {
  await step("Packages", install);
  await step("Prisma client", generate);
  await step("Servers", () => bundle());
  await step("Pages", () => buildPages());
});
