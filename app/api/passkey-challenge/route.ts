import { ownRoute, resultAsHttp } from "@/lib/actions/action";
import { passkeyQuestion } from "@/lib/identity/account/operations";
import { loginChallenge } from "@/lib/identity/second-factor/passkeys/issue-challenge";

export const dynamic = "force-dynamic";

/** The same response for everyone, because the login page does not know the user yet. */
export async function GET(request: Request): Promise<Response> {
  return resultAsHttp(await loginChallenge(request.headers.get("x-countersign-address")), 429);
}

export const POST = ownRoute(passkeyQuestion);
