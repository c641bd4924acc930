"use client";

import { Fault } from "@/components/shell/fault";

export default function SupportError({ error }: { error: Error & { digest?: string } }) {
  return <Fault reference={error.digest} support={false} />;
}
