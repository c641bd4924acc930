/*
 * What is pressed before React has taken over is kept, and pressed again when it has: the last button, or the form whose field was left with Enter.
 * It runs before anything is shown, so it is a script of a few lines in the page itself. Nothing is posted natively meanwhile.
 */
export const KEEP_EARLY_PRESS = `(()=>{
const d=document,w=window,alive=()=>w.cameAlive;
const keep=(b)=>{if(!b)return;w.earlyPress?.removeAttribute("aria-busy");w.earlyPress=b;b.setAttribute("aria-busy","true")};
const stop=(e)=>{e.preventDefault();e.stopImmediatePropagation()};
d.addEventListener("click",(e)=>{if(alive())return;const b=e.target.closest?.("button");if(b){stop(e);keep(b)}},true);
d.addEventListener("submit",(e)=>{if(alive())return;stop(e);keep(e.target.querySelector("[data-submit]"))},true);
d.addEventListener("keydown",(e)=>{if(alive()||e.key!=="Enter"||e.target.tagName!=="INPUT")return;stop(e);keep(e.target.form?.querySelector("[data-submit]"))},true);
})()`;

declare global {
  interface Window {
    earlyPress?: HTMLElement;
    /** Kept here and not in the page: an error page replaces all of it. */
    cameAlive?: boolean;
  }
}

/** React has taken over: from here on buttons answer by themselves, and the one that was pressed before is pressed now. */
export function comeAlive(): void {
  window.cameAlive = true;
  document.documentElement.dataset.alive = "";
  const pressed = window.earlyPress;
  delete window.earlyPress;
  pressed?.removeAttribute("aria-busy");
  if (pressed?.isConnected) pressed.click();
}
