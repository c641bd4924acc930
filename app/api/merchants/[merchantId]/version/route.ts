import { cookies } from "next/headers";
import { versionResponse } from "@/lib/merchants/version";

export async function GET(
  request: Request,
  { params }: { params: Promise<{ merchantId: string }> },
): Promise<Response> {
  return versionResponse((await params).merchantId, request.headers, await cookies());
}
