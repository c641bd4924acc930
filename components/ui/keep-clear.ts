import { freePlace } from "./free-place";

const CONTROLS = "a[href], button, input, output, select, summary, textarea";
const MARGIN = 16;

/**
 * Keeps a fixed element where it covers no control, whatever is scrolled, opened or loaded
 * meanwhile: on a page near the bottom; above a dialog, whose buttons are at its end, near the top.
 * Returns the function that ends it.
 */
export function keepClear(element: HTMLElement): () => void {
  let frame = 0;
  const place = () => {
    const { left, right, height } = element.getBoundingClientRect();
    const dialog = document.querySelector("[role=dialog]");
    const taken = [...(dialog ?? document).querySelectorAll(CONTROLS)]
      .map((control) => control.getBoundingClientRect())
      .filter((box) => box.height > 0 && box.left < right && box.right > left);
    const from = dialog ? "top" : "bottom";
    element.style.top = `${freePlace(taken, { height, margin: MARGIN, windowHeight: innerHeight, from })}px`;
  };
  const placeSoon = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(place);
  };
  const changes = new MutationObserver(placeSoon);
  const sizes = new ResizeObserver(placeSoon);
  place();
  changes.observe(document.body, { childList: true, subtree: true });
  sizes.observe(document.body);
  addEventListener("scroll", placeSoon, { capture: true, passive: true });
  addEventListener("resize", placeSoon);
  return () => {
    cancelAnimationFrame(frame);
    changes.disconnect();
    sizes.disconnect();
    removeEventListener("scroll", placeSoon, { capture: true });
    removeEventListener("resize", placeSoon);
  };
}
