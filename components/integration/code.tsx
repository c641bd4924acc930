"use client";

import { Tabs } from "@base-ui/react/tabs";
import { Copy } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { copyText } from "@/components/ui/copy-text";
import { Icon } from "@/components/ui/icon";
import { toast } from "@/components/ui/toast";
import { CodeText } from "./code-text";

/** Code to copy and run. */
export const Code = ({ name, text, foot }: { name: string; text: string; foot?: ReactNode }) => (
  <div className="code-block">
    <div className="code-block__header">
      <span className="min-w-0 flex-1 font-label text-muted-foreground text-small">{name}</span>
      <CopyCode name={name} text={text} />
    </div>
    <CodeText name={name} text={text} />
    {foot && <Foot>{foot}</Foot>}
  </div>
);

/** The same program in several languages. */
export function CodeTabs({
  programs,
  foot,
}: {
  programs: readonly { language: string; text: string }[];
  foot: ReactNode;
}) {
  const [shown, setShown] = useState(programs[0]?.language ?? "");
  const text = programs.find(({ language }) => language === shown)?.text ?? "";
  return (
    <Tabs.Root value={shown} onValueChange={(value) => setShown(value as string)} className="code-block">
      <div className="code-block__header">
        <Tabs.List aria-label="Language" className="code-block__tabs" activateOnFocus>
          {programs.map(({ language }) => (
            <Tabs.Tab key={language} value={language} nativeButton render={<button type="button" />}>
              {language}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <CopyCode name={`the ${shown} program`} text={text} />
      </div>
      {programs.map(({ language, text }) => (
        <Tabs.Panel key={language} value={language}>
          <CodeText name={language} text={text} />
        </Tabs.Panel>
      ))}
      <Foot>{foot}</Foot>
    </Tabs.Root>
  );
}

const Foot = ({ children }: { children: ReactNode }) => (
  <p className="wrap-anywhere border-border border-t px-3.5 py-2.25 text-muted-foreground text-small sm:px-4">
    {children}
  </p>
);

function CopyCode({ name, text }: { name: string; text: string }) {
  const copy = async (button: HTMLElement) =>
    toast((await copyText(text, button)) ? "Copied" : "Not copied. Select it and copy it by hand.");
  return (
    <Button
      variant="ghost"
      size="row"
      className="flex-none"
      aria-label={`Copy: ${name}`}
      onClick={(event) => void copy(event.currentTarget)}
    >
      <Icon of={Copy} />
      <span className="max-sm:sr-only">Copy</span>
    </Button>
  );
}
