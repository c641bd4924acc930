import { fetchRoute } from "@/lib/actions/action";
import { rotationOf } from "@/lib/api-keys/operations";

export async function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return fetchRoute(rotationOf((await params).id))(request);
}
