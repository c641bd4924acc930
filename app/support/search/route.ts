import { staffRoute } from "@/lib/actions/action";
import { merchantSearch } from "@/lib/support/search";

/** A POST because of what is searched for: it stands in no address. It reads, and changes nothing. */
export const POST = staffRoute(merchantSearch);
