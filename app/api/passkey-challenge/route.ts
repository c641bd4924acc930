import { passkeyQuestion } from "@/lib/account/operations";
import { ownRoute } from "@/lib/action";
import { askAtLogin } from "@/lib/passkeys/ask";

export const dynamic = "force-dynamic";

/** The same answer to everyone: whoever stands at the login page is not known yet. */
export async function GET(request: Request): Promise<Response> {
  const asked = await askAtLogin(request.headers.get("x-countersign-address"));
  return Response.json(asked, { status: asked.ok ? 200 : 429, headers: { "Cache-Control": "no-store" } });
}

export const POST = ownRoute(passkeyQuestion);
