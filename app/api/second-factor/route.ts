import { cookies } from "next/headers";
import { secondFactorResponse } from "@/lib/identity/second-factor/second-factor-response";

export async function GET(): Promise<Response> {
  return secondFactorResponse(await cookies());
}
