import { isDatabaseUp } from "@/lib/dashboard/health";

export const dynamic = "force-dynamic";

export async function GET(): Promise<Response> {
  const answers = await isDatabaseUp();
  const headers = { "Cache-Control": "no-store", ...(!answers && { "Retry-After": "1" }) };
  const init = { status: answers ? 200 : 503, headers };
  return Response.json({ status: answers ? "ok" : "unavailable" }, init);
}
