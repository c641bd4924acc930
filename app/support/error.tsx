"use client";

import { ErrorPage } from "@/components/shell/error-page";

export default function SupportError({ error }: { error: Error & { digest?: string } }) {
  return <ErrorPage reference={error.digest} support={false} />;
}
