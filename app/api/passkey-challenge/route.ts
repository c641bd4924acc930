import { passkeyQuestion } from "@/lib/account/operations";
import { ownRoute, resultAsHttp } from "@/lib/action";
import { askAtLogin } from "@/lib/passkeys/ask";

export const dynamic = "force-dynamic";

/** The same answer to everyone: whoever stands at the login page is not known yet. */
export async function GET(request: Request): Promise<Response> {
  return resultAsHttp(await askAtLogin(request.headers.get("x-countersign-address")), 429);
}

export const POST = ownRoute(passkeyQuestion);
