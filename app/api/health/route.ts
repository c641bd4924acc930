import { connection } from "next/server";
import { databaseAnswers } from "@/lib/health";

export async function GET(): Promise<Response> {
  await connection();
  const [status, code] = (await databaseAnswers()) ? ["ok", 200] : ["unavailable", 503];
  return Response.json({ status }, { status: code as number, headers: { "Cache-Control": "no-store" } });
}
