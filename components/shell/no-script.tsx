/**
 * Asks for scripts if they are turned off. Keys, codes and secrets are handled in the browser, so
 * a page without scripts could do nothing.
 */
export const NoScript = () => (
  <noscript>
    <p className="border-warning-border border-b bg-warning-bg px-4 py-3 text-warning sm:px-6">
      Countersign needs JavaScript. Turn it on for this site in your browser, then reload this page.
    </p>
  </noscript>
);
