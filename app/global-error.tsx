"use client";

import "./globals.css";

/** Replaces the whole document. It imports no component, because every page carries its code. */
export default function GlobalError({ error: { digest = "none" } }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <title>This page could not be shown · Countersign</title>
        <main id="content" className="mx-auto grid w-full max-w-150 gap-3.5 px-4 py-8">
          <h1 className="type-display">This page could not be shown</h1>
          <p className="text-muted-foreground">
            Something failed on our side. Reload to try again. If it fails again, give Support this reference.
          </p>
          <p className="font-mono text-label">{digest}</p>
          <button
            type="button"
            onClick={() => location.reload()}
            className="h-11 rounded-control border border-border-strong bg-surface px-3.5 font-label sm:justify-self-start"
          >
            Reload
          </button>
        </main>
      </body>
    </html>
  );
}
