// Reminders as notifications of the browser, once somebody has asked for them.

import { html, useState } from "./preact.js";

export function Reminders() {
  const known = "Notification" in globalThis;
  const [allowed, set_allowed] = useState(known ? Notification.permission : "denied");
  const ask = async () => set_allowed(await Notification.requestPermission());
  return html`<section class="panel" aria-labelledby="p-reminders"><h2 id="p-reminders">Reminders</h2>
    ${allowed === "granted" ? html`<p>This browser notifies you of reminders while Taskdock is open in a tab.</p>`
      : allowed === "denied" ? html`<p class="quiet">This browser does not allow notifications here. Reminders are shown in the page.</p>`
      : html`<p class="quiet">Reminders are shown in the page. They can be notifications of your system as well.</p>
        <button type="button" class="button" onClick=${ask}>Notify me</button>`}
  </section>`;
}
