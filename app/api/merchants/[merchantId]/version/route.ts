import { cookies } from "next/headers";
import { answerVersion } from "@/lib/merchants/version";

export async function GET(
  request: Request,
  { params }: { params: Promise<{ merchantId: string }> },
): Promise<Response> {
  return answerVersion((await params).merchantId, request.headers, await cookies());
}
