// The application opens while its server cannot be reached: worker.js keeps what it is made of.

import { has_local_user } from "./account_actions.js";

let begun = false;

/**
 * Has the browser start the worker once the page is complete, if it has workers: for pages by plain HTTP from afar it
 * has none. It is called when somebody is logged in: others need nothing of it. A server with a local user is started by
 * a program of this computer, at another port each time, so that what is kept for it would not be found again.
 */
export function keep_page() {
  const { serviceWorker } = navigator;
  if (begun || !serviceWorker || has_local_user()) return;
  begun = true;
  // No hash is in its name: the browser looks for the next version at the same address. (And so it is not written as
  // a reference to a file beside this one.)
  const address = new URL("worker.js", document.baseURI).href;
  // The page's policy lets nothing but this become the address of a script.
  const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("taskdock-worker", {
    createScriptURL: () => address,
  });
  const start = () => serviceWorker.register(policy?.createScriptURL("") ?? address).catch(() => {});
  if (document.readyState === "complete") void start();
  else addEventListener("load", start, { once: true });
}
