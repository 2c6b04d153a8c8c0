// The pages before somebody is logged in. They are real forms with the attributes that password managers look for.

import { can_sign_up, has_local_user, launch, log_in, sign_up } from "./account_actions.js";
import { Field, PasswordField, use_form } from "./fields.js";
import { html, useEffect } from "./preact.js";
import { say } from "./toasts.js";

function launch_or_say() {
  launch().catch((error) => say(error.message, { bad: true }));
}

/** @param {{signing_up: boolean}} props */
export function SignIn({ signing_up }) {
  const form = use_form(signing_up ? sign_up : log_in);
  useEffect(() => {
    form.clear();
    document.title = `${signing_up ? "Sign up" : "Log in"} · Taskdock`;
  }, [signing_up]);
  return html`<div class="door"><main>
    <p class="brand"><img src="./icon.svg" alt="" />Taskdock</p>
    <form key=${String(signing_up)} onSubmit=${form.submit} noValidate aria-labelledby="door">
      <h1 id="door" tabindex="-1">${signing_up ? "Sign up" : "Log in"}</h1>
      ${form.fault("") && html`<p class="alert" role="alert">${form.fault("")}</p>`}
      ${signing_up && html`<${Field} name="name" label="Name (optional)" autocomplete="name" form=${form}
        maxlength="100" />`}
      <${Field} name="email" label="Email" type="email" autocomplete=${signing_up ? "email" : "username"} form=${form}
        required />
      <${PasswordField} name="password" label="Password" form=${form} required
        autocomplete=${signing_up ? "new-password" : "current-password"}
        hint=${signing_up ? "8 characters or more" : null} />
      <button class="button first" aria-disabled=${form.busy}>${signing_up ? "Sign up" : "Log in"}</button>
    </form>
    ${has_local_user() && html`<p class="other"><button type="button" class="button" onClick=${launch_or_say}>
      Continue as the user of this computer</button></p>`}
    ${signing_up ? html`<p class="other">You have an account? <a href="#/login">Log in</a></p>`
      : can_sign_up() ? html`<p class="other">New here? <a href="#/signup">Sign up</a></p>`
      : html`<p class="other">This server takes no new accounts.</p>`}
  </main></div>`;
}
