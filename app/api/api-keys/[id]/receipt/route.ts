import { fetchRoute } from "@/lib/actions/action";
import { receiptOf } from "@/lib/api-keys/operations";

export async function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  return fetchRoute(receiptOf((await params).id))(request);
}
