/** What a command gets: its words in order, its options, who runs it, how to ask and report. */
export type Call = {
  words: string[];
  options: Readonly<Record<string, string | boolean | undefined>>;
  operator: string;
  /**
   * Shows what will be done and asks for a yes, or for the merchant's name if one is given.
   * @throws Declined unless the operator confirms
   */
  confirm(about: string[], merchantName?: string): Promise<void>;
  /** Reports progress. */
  tell(line: string): void;
};

export type Command = {
  name: string;
  /** Such as ["MERCHANT", "EMAIL"]; every word is required. */
  words: string[];
  options: Record<string, { value?: string; needed?: true; about: string }>;
  summary: string;
  /** Lines of at most 100 columns. */
  details: string[];
  /** It changes nothing, so it asks nothing. */
  readOnly?: true;
  /** Runs the command and returns the lines to print. */
  run(call: Call): Promise<string[]>;
};
