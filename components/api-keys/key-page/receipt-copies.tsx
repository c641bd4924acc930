"use client";

import { Download } from "lucide-react";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Icon } from "@/components/ui/icon";

/** Buttons that copy or download the receipt as text. */
export function ReceiptCopies({ text, number }: { text: string; number: number }) {
  const download = () => {
    const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    const link = Object.assign(document.createElement("a"), { href: url, download: `receipt-of-key-${number}.txt` });
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <div className="flex w-full flex-wrap gap-2 sm:w-auto">
      <div className="grid flex-1 sm:flex-none">
        <CopyButton text={text} label="Copy as text" done="Receipt copied" size="row">
          Copy as text
        </CopyButton>
      </div>
      <Button size="row" onClick={download}>
        <Icon of={Download} />
        Download
      </Button>
    </div>
  );
}
