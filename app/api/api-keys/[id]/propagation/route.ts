import { fetchRoute } from "@/lib/actions/action";
import { progressOf } from "@/lib/api-keys/operations";

export async function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return fetchRoute(progressOf((await params).id))(request);
}
