import { type ReactNode, useId } from "react";

/** One step of an integration: a name and one line about it, beside the instructions. */
export function Section({
  id,
  title,
  about,
  children,
}: {
  id: string;
  title: string;
  about: ReactNode;
  children: ReactNode;
}) {
  const heading = useId();
  return (
    <section id={id} aria-labelledby={heading} className="integration-section">
      <div>
        <h2 id={heading} className="type-heading">
          {title}
        </h2>
        <p className="mt-1 text-muted-foreground text-small">{about}</p>
      </div>
      <div className="grid min-w-0 content-start gap-3.5">{children}</div>
    </section>
  );
}
