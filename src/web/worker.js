// A service worker (w3.org/TR/service-workers): the application opens while its server cannot be reached. It keeps the
// page and the files that the page names, and nothing that a user has written. The page comes from the server whenever
// that answers; a file comes from what is kept, since its name says what is in it. It runs by itself, so it is no module.

"use strict";

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

// The executable says which page this worker came with: what each version keeps is its own.
const version = "source";
const { scope } = worker.registration;
const owner = `taskdock ${new URL(scope).pathname} `;
const kept_name = owner + version;
const away_after = 5000; // milliseconds until a server that does not answer is taken for away
const name_with_hash = /\.[0-9a-f]{16}\.[a-z]+$/;

/** Whether a text is the application's page, and not one of a site that is there now. @param {string} text */
const is_application = (text) => text.includes('<meta name="taskdock-signup"');

/** Keeps the page, and all files that it names. Throws if it cannot, or if the page is another one. */
async function keep_all() {
  const page = await fetch(scope, { cache: "no-cache" });
  const text = page.ok ? await page.clone().text() : "";
  if (!is_application(text)) throw new Error("There is another page now");
  const names = [...text.matchAll(/"\.\/([\w.-]+)"/g)].map(([, name = ""]) => name);
  const files = new Set(names.filter((name) => name_with_hash.test(name)).map((name) => new URL(name, scope).href));
  const kept = await caches.open(kept_name);
  await Promise.all([kept.put(scope, page), kept.addAll([...files])]);
}

/** Forgets what other versions have kept; with an empty `name`, what this one has, too. @param {string} name */
async function forget_all_but(name) {
  const names = await caches.keys();
  await Promise.all(names.filter((one) => one.startsWith(owner) && one !== name).map((one) => caches.delete(one)));
}

/** @param {string} address */
const kept_at = (address) => caches.match(address, { cacheName: kept_name });

/** The page from the server; or, if that is away, as it was kept. @param {FetchEvent} event */
async function open_page(event) {
  /** @type {Promise<never>} */
  const silence = new Promise((_, reject) => { setTimeout(() => reject(new Error("The server is silent")), away_after); });
  const asked = fetch(event.request);
  try {
    const answer = await Promise.race([asked, silence]);
    // A proxy says so of a server that is away.
    if ([502, 503, 504].includes(answer.status)) return await kept_at(scope) ?? answer;
    if (answer.ok) event.waitUntil(leave_unless_own(answer.clone()));
    return answer;
  } catch {
    return await kept_at(scope) ?? asked;
  }
}

/** Goes for good if `answer` is not the application's page: whoever has put it there does not know of this worker.
 * @param {Response} answer */
async function leave_unless_own(answer) {
  if (is_application(await answer.text())) return;
  await worker.registration.unregister();
  await forget_all_but("");
}

worker.addEventListener("install", (event) => {
  void worker.skipWaiting();
  event.waitUntil(keep_all());
});

worker.addEventListener("activate", (event) => event.waitUntil(forget_all_but(kept_name)));

worker.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (method !== "GET") return;
  if (mode === "navigate" && url.replace(/[?#].*$/, "") === scope) event.respondWith(open_page(event));
  else if (name_with_hash.test(url)) event.respondWith(kept_at(url).then((file) => file ?? fetch(event.request)));
});
