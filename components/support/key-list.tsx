import { Pager } from "@/components/ui/pager";
import type { SupportKeyPage } from "@/lib/support/keys";
import type { SupportMerchant } from "@/lib/support/merchant";
import { KeySheet } from "./key-sheet";

/**
 * The keys of a merchant, each with its history. On the first page, the first key's history is
 * open.
 */
export function KeyList({
  merchant,
  page: { keys, older, newest },
}: {
  merchant: SupportMerchant;
  page: SupportKeyPage;
}) {
  const here = `/support/merchants/${merchant.id}`;
  if (keys.length === 0)
    return (
      <p className="text-muted-foreground">{newest ? "No API key was generated yet." : "There are no older keys."}</p>
    );
  return (
    <>
      <div className="grid gap-4">
        {keys.map((key, index) => (
          <KeySheet key={key.id} of={key} isOpen={index === 0 && newest} desk={here} />
        ))}
      </div>
      <div className="[&>div]:border-0 [&>div]:px-0">
        <Pager
          heading="merchant"
          newest={newest ? undefined : here}
          older={older === null ? undefined : `${here}?before=${older}`}
        >
          {keys.length === 1 ? "1 key" : `${keys.length} keys`},{" "}
          {newest ? "the active one first, then newest first" : "newest first"}
        </Pager>
      </div>
    </>
  );
}
