import { fetchRoute } from "@/lib/actions/action";
import { activationOf } from "@/lib/api-keys/operations";

export async function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return fetchRoute(activationOf((await params).id))(request);
}
