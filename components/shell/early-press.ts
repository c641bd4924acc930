/*
 * A press before React has taken over is remembered and repeated afterwards: the last button, or
 * the form that was submitted with Enter. Until then nothing is posted natively. The script has
 * to run before anything is visible, so its few lines are inlined into the page.
 */
export const KEEP_EARLY_PRESS = `(()=>{
const d=document,w=window,hydrated=()=>w.hydrated;
const keep=(b)=>{if(!b)return;w.earlyPress?.removeAttribute("aria-busy");w.earlyPress=b;b.setAttribute("aria-busy","true")};
const stop=(e)=>{e.preventDefault();e.stopImmediatePropagation()};
d.addEventListener("click",(e)=>{if(hydrated())return;const b=e.target.closest?.("button");if(b){stop(e);keep(b)}},true);
d.addEventListener("submit",(e)=>{if(hydrated())return;stop(e);keep(e.target.querySelector("[data-submit]"))},true);
d.addEventListener("keydown",(e)=>{if(hydrated()||e.key!=="Enter"||e.target.tagName!=="INPUT")return;stop(e);keep(e.target.form?.querySelector("[data-submit]"))},true);
})()`;

declare global {
  interface Window {
    earlyPress?: HTMLElement;
    /** Kept on `window`, not in the document: an error page replaces the whole document. */
    hydrated?: boolean;
  }
}

/**
 * Called once React has taken over. Buttons now work by themselves; an earlier press is repeated.
 */
export function markHydrated(): void {
  window.hydrated = true;
  document.documentElement.dataset.hydrated = "";
  const pressed = window.earlyPress;
  delete window.earlyPress;
  pressed?.removeAttribute("aria-busy");
  if (pressed?.isConnected) pressed.click();
}
