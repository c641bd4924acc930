/**
 * Also copies over plain HTTP, where `navigator.clipboard` does not exist: the text goes into the
 * copy event, never into an element.
 */
export async function copyText(text: string, near: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByEvent(text, near);
  }
}

/** Browsers run the command only if something is selected, so `near` is selected for a moment. */
function copyByEvent(text: string, near: HTMLElement): boolean {
  let copied = false;
  const fill = (event: ClipboardEvent) => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    event.stopImmediatePropagation();
    copied = true;
  };
  const selection = getSelection();
  const before = selection?.rangeCount ? selection.getRangeAt(0) : null;
  document.addEventListener("copy", fill, true);
  selection?.selectAllChildren(near);
  document.execCommand("copy");
  document.removeEventListener("copy", fill, true);
  selection?.removeAllRanges();
  if (before) selection?.addRange(before);
  return copied;
}
