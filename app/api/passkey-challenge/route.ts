import { ownRoute, resultAsHttp } from "@/lib/actions/action";
import { passkeyQuestion } from "@/lib/identity/account/operations";
import { askAtLogin } from "@/lib/identity/second-factor/passkeys/ask";

export const dynamic = "force-dynamic";

/** The same answer to everyone: whoever stands at the login page is not known yet. */
export async function GET(request: Request): Promise<Response> {
  return resultAsHttp(await askAtLogin(request.headers.get("x-countersign-address")), 429);
}

export const POST = ownRoute(passkeyQuestion);
