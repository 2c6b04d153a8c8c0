// Only the browser knows whether it came by TLS, and below which path this script is, so that the address is
// filled in here. An address with characters that mean something to a shell is not: the lines then keep their
// variable.
const address = new URL("..", document.currentScript.src).href.replace(/\/$/, "");
if (/^https?:\/\/[\w.:[\]-]+(\/[\w.~-]+)*$/.test(address)) {
  for (const place of document.querySelectorAll("[data-origin]")) place.textContent = address;
}

// navigator.clipboard exists only under TLS or on this machine; a selection can be copied anywhere.
async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(element);
    return document.execCommand("copy");
  }
}

for (const line of document.querySelectorAll("pre")) {
  const step = line.previousElementSibling;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy: ${step.textContent}`);
  const answer = document.createElement("span");
  answer.className = "answer";
  answer.setAttribute("role", "status");
  let timer;
  button.addEventListener("click", async () => {
    answer.textContent = await copy(line.firstElementChild) ? "Copied" : "Not copied";
    clearTimeout(timer);
    timer = setTimeout(() => { answer.textContent = ""; }, 2000);
  });
  step.after(answer, button);
}
