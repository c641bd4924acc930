import { ownSessionLeft } from "@/lib/identity/session/guards";

/** How long the session still lasts. This read does not extend it. */
export const GET = async (): Promise<Response> => answer(await ownSessionLeft());

/** "Stay logged in": extends the session. */
export const POST = async (): Promise<Response> => answer(await ownSessionLeft({ stay: true }));

const answer = (left: object | null) =>
  Response.json(left, { status: left ? 200 : 401, headers: { "Cache-Control": "no-store" } });
