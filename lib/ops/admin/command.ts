/** What a command is given: its words in order, its options, who runs it, and a way to ask before it acts. */
export type Call = {
  words: string[];
  options: Readonly<Record<string, string | boolean | undefined>>;
  operator: string;
  /** Shows what is about to be done, and asks for the merchant's name where there is one. @throws Declined unless the answer is yes */
  confirm(about: string[], merchantName?: string): Promise<void>;
  /** Says how far it is. */
  tell(line: string): void;
};

export type Command = {
  name: string;
  /** As in "MERCHANT EMAIL": one word each, none may be left out. */
  words: string[];
  options: Record<string, { value?: string; needed?: true; about: string }>;
  summary: string;
  details: string[];
  /** Does it, and answers with what is to be told. */
  run(call: Call): Promise<string[]>;
};
