"use client";

import { Lock } from "lucide-react";
import { type ChangeEvent, useEffect, useRef, useState } from "react";
import { Icon } from "@/components/ui/icon";
import { OptionalSection } from "@/components/ui/optional-section";
import { TextField } from "@/components/ui/text-field";
import { utf8 } from "@/lib/platform/signing/mistakes/bytes";
import { Area } from "./area";
import { check, type CheckResult as Found } from "./check";
import { ResultPanel } from "./result-panel";

const NOTHING = { body: "", signature: "", secret: "", key: "", target: "" };
type Field = keyof typeof NOTHING;
type File = { name: string; bytes: Uint8Array };

/**
 * Says whether a signature is right, and if not, which mistake was made.
 *
 * Promise: the input stays in this page's memory. No field has a name, nothing is sent or stored,
 * and leaving the page clears it.
 */
export function Checker() {
  const [entered, setEntered] = useState(NOTHING);
  const [file, setFile] = useState<File | null>(null);
  const [found, setFound] = useState<Found | null>(null);
  const latest = useRef(0);

  useEffect(() => {
    const clear = () => {
      setEntered(NOTHING);
      setFile(null);
      setFound(null);
    };
    window.addEventListener("pagehide", clear);
    return () => window.removeEventListener("pagehide", clear);
  }, []);

  useEffect(() => {
    const turn = ++latest.current;
    const body = file ? file.bytes : utf8(entered.body);
    if (entered.secret === "" || entered.signature.trim() === "") return setFound(null);
    void check({ ...entered, body }, () => turn === latest.current).then((result) => result && setFound(result));
  }, [entered, file]);

  const enter = (field: Field) => (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
    setEntered({ ...entered, [field]: event.target.value });
  const choose = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const [chosen] = target.files ?? [];
    if (chosen) setFile({ name: chosen.name, bytes: new Uint8Array(await chosen.arrayBuffer()) });
  };
  const still = { spellCheck: false, autoComplete: "off" } as const;

  return (
    <form className="grid grid-cols-1 gap-4" onSubmit={(event) => event.preventDefault()}>
      {file ? (
        <p>
          The body is <b>{file.name}</b>, {file.bytes.length.toLocaleString("en")} bytes.{" "}
          <button type="button" className="text-link underline" onClick={() => setFile(null)}>
            Enter it as text
          </button>
        </p>
      ) : (
        <Area label="Body, exactly as sent" value={entered.body} onChange={enter("body")} {...still} />
      )}
      <Area label="X-Processing-Signature" value={entered.signature} onChange={enter("signature")} narrow {...still} />
      <TextField
        label="Secret key"
        type="password"
        className="font-mono"
        value={entered.secret}
        onChange={enter("secret")}
        {...still}
      />
      <p className="flex items-start gap-2 text-muted-foreground text-small">
        <Icon of={Lock} className="mt-0.5 shrink-0" />
        Computed in your browser. Nothing you enter here is sent or kept; leaving the page clears it.
      </p>
      <OptionalSection title="A file as the body, the API key, the URL">
        <div className="grid grid-cols-1 gap-4">
          <label className="grid grid-cols-1 justify-items-start gap-1.5 font-label text-label">
            Body from a file
            <input type="file" className="file-input" onChange={(event) => void choose(event)} />
          </label>
          <TextField label="API key" className="font-mono" value={entered.key} onChange={enter("key")} {...still} />
          <TextField
            label="URL of the request"
            className="font-mono"
            value={entered.target}
            onChange={enter("target")}
            {...still}
          />
        </div>
      </OptionalSection>
      <ResultPanel found={found} />
    </form>
  );
}
