import { staffRoute } from "@/lib/actions/action";
import { merchantSearch } from "@/lib/support/search";

/** A POST, so that the search text is in no URL. It only reads. */
export const POST = staffRoute(merchantSearch);
