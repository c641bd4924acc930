import { type NextRequest, NextResponse } from "next/server";
import { isActionBody } from "@/lib/actions/input";
import { cookieNames } from "@/lib/identity/session/cookies";
import { sessionIdOf } from "@/lib/identity/session/token";
import { LOGGED_OUT } from "@/lib/words/logged-out";

/**
 * Next runs this only for requests that the server in front has not marked as reads, because it
 * costs time on each page. The server removes the mark from a client's headers, and sets the
 * headers of every response.
 */
export const config = {
  matcher: [{ source: "/(.*)", missing: [{ type: "header", key: "x-countersign-read" }] }],
};

/**
 * A second line of defence, never the deciding check. A POST without a signed, unexpired session
 * cookie is refused before Next decodes its body, because most critical holes of React and Next
 * were unauthenticated POSTs. lib/actions/member-action checks session, role and 2FA every time.
 */
export async function proxy(request: NextRequest): Promise<Response> {
  return (await refusalOf(request)) ?? NextResponse.next();
}

const UNREADABLE = "This request cannot be read, and nothing was changed. Reload the page and try again.";

async function refusalOf(request: NextRequest): Promise<Response | null> {
  if (!["GET", "HEAD", "POST"].includes(request.method))
    return plain(405, "Method not allowed", { Allow: "GET, HEAD, POST" });
  if (request.method !== "POST" || request.nextUrl.pathname.startsWith("/api/auth/")) return null;
  if (!sessionIdOf(request.cookies.get(cookieNames().session)?.value)) return plain(401, LOGGED_OUT);
  return (await isReadable(request)) ? null : plain(400, UNREADABLE);
}

/**
 * False for a request that no page of ours sends: React's decoder would answer it with an error
 * of its own and status 500.
 */
async function isReadable(request: NextRequest): Promise<boolean> {
  if (!request.headers.has("next-action")) return !isForm(request);
  return request.headers.get("content-type") === "text/plain;charset=UTF-8" && isActionBody(await request.text());
}

/**
 * Next treats a form that is posted to a page as an action's. Routes read their bodies
 * themselves.
 */
const isForm = ({ headers, nextUrl }: NextRequest): boolean =>
  !nextUrl.pathname.startsWith("/api/") &&
  /^(?:multipart\/form-data|application\/x-www-form-urlencoded)/i.test(headers.get("content-type") ?? "");

/**
 * Without a charset: Next passes the text of a refused action to the client only if the type is
 * exactly this.
 */
function plain(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(text, {
    status,
    headers: { "Content-Type": "text/plain", "Cache-Control": "no-store", ...headers },
  });
}
