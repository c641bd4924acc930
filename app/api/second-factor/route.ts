import { cookies } from "next/headers";
import { answerSecondFactor } from "@/lib/identity/second-factor/answer-second-factor";

export async function GET(): Promise<Response> {
  return answerSecondFactor(await cookies());
}
