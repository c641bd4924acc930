import { fetchRoute } from "@/lib/actions/action";
import { seenOf } from "@/lib/api-keys/operations";

export async function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return fetchRoute(seenOf((await params).id))(request);
}
