import { cookies } from "next/headers";
import { versionResponse } from "@/lib/merchants/version";

export async function GET(request: Request): Promise<Response> {
  return versionResponse(null, request.headers, await cookies());
}
