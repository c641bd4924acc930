import type { ReactNode } from "react";

/** A dead-end page: a title, an explanation, what to do. */
export const MessagePage = ({ title, children }: { title: string; children: ReactNode }) => (
  <div className="grid max-w-150 gap-3.5 py-2 sm:py-8">
    <h1 className="type-display">{title}</h1>
    {children}
  </div>
);

export const TextActionList = ({ children }: { children: ReactNode }) => (
  <div className="mt-2.5 flex flex-wrap gap-2">{children}</div>
);
