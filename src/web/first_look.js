// Says which picture of the application is seen until it draws itself: that of somebody who is logged in, or that of
// nobody. It runs before the first paint, which modules do not; so it is none, and declares nothing outside its block.

{
  const scope = new URL("..", document.baseURI).pathname;
  let is_user = document.querySelector('meta[name="taskdock-local-user"]')?.getAttribute("content") === "yes";
  try {
    is_user ||= "user" in JSON.parse(localStorage.getItem(`taskdock-session:${scope}`) ?? "{}");
  } catch {
    // The browser keeps nothing, or something else: then nobody is logged in.
  }
  const [, name = ""] = location.hash.split("/");
  document.documentElement.classList.add(is_user ? "user" : "nobody");
  // There nothing can be added.
  if (["done", "trash", "account"].includes(name)) document.documentElement.classList.add("no-add");
}
