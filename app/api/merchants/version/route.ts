import { cookies } from "next/headers";
import { answerVersion } from "@/lib/merchants/version";

export async function GET(request: Request): Promise<Response> {
  return answerVersion(null, request.headers, await cookies());
}
