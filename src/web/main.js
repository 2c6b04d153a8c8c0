import { html, render } from "./preact.js";

const root = document.getElementById("app");
if (root) render(html`<main><h1>Taskdock</h1></main>`, root);
