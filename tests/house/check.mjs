// Reads the sources and says where they break the rules of map.json: which room (a folder of src/) may
// include which other room, which library is known where, how long a file may be, which names are none,
// and which tests would not be run.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const isSource = (path) => /\.(cpp|h|cpp\.in)$/.test(path);
const isText = (path) => isSource(path) || /\.(mjs|ts|js|css|html|sql|cmake|sh)$|CMakeLists\.txt$/.test(path);

/** The files below `directory` by their path from there; not those of packages or of a build. */
async function filesBelow(directory, prefix = "") {
  const entries = await readdir(join(directory, prefix), { withFileTypes: true });
  const lists = await Promise.all(entries.map((entry) => {
    const path = prefix + entry.name;
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : filesBelow(directory, `${path}/`);
    return [path];
  }));
  return lists.flat().sort();
}

/** What `text` includes: `{ path, isOurs }`, where ours are those in quotes. */
function includesOf(text) {
  return [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]/gm)]
    .map(([, mark, path]) => ({ path, isOurs: mark === '"' }));
}

/** The longest of `names` that is `path` or a folder around it. */
function enclosing(names, path) {
  return names.filter((name) => path === name || path.startsWith(name.endsWith("/") ? name : `${name}/`))
    .sort((one, other) => other.length - one.length)[0];
}

/**
 * The places in `root`, a directory with src/ and tests/, that break the rules of `map`: one sentence
 * each, that begins with the path of the file; none if all is well.
 */
export async function findViolations(root, map) {
  const found = [];
  const rooms = Object.keys(map.rooms);
  const users = new Map(Object.keys(map.libraries).map((library) => [library, []]));

  for (const top of ["src", "tests"]) {
    for (const path of (await filesBelow(join(root, top))).filter(isText)) {
      const name = `${top}/${path}`;
      const text = await readFile(join(root, name), "utf8");
      const lines = text.split("\n").length - 1;
      const limit = map.max_lines[top];
      if (lines > limit) found.push(`${name} has more than ${limit} lines`);
      for (const [pattern, instead] of Object.entries(map.forbidden_names)) {
        const names = new Set(isSource(path) ? text.match(new RegExp(pattern, "g")) : []);
        for (const each of names) found.push(`${name} has the name ${each}; write ${instead}`);
      }
      // CTest takes what is in front of a semicolon for the whole name, finds no such case, and passes.
      for (const [, words] of text.matchAll(/^TEST_CASE\w*\(([^{}]*;[^{}]*)\) \{$/gm)) {
        found.push(`${name} has a case that CTest does not run, with a semicolon in its name: ${words.replace(/\s+/g, " ")}`);
      }
      if (top !== "src" || !isSource(path)) continue;

      const room = enclosing(rooms, path);
      if (!room) {
        found.push(`${name} is in no room of the map`);
        continue;
      }
      for (const { path: included, isOurs } of includesOf(text)) {
        if (isOurs) {
          const other = enclosing(rooms, included);
          if (!other) found.push(`${name} includes "${included}"; write its path from src/`);
          else if (other !== room && !map.rooms[room].includes(other)) {
            found.push(`${name} includes "${included}"; ${room} may not know ${other}`);
          }
          continue;
        }
        const library = enclosing(Object.keys(map.libraries), included);
        if (!library) continue;
        users.get(library).push(name);
        if (!map.libraries[library].rooms.includes(room)) {
          found.push(`${name} includes <${included}>, which only ${map.libraries[library].rooms.join(" and ")} may`);
        }
      }
    }
  }
  for (const [library, files] of users) {
    const limit = map.libraries[library].max_files ?? Infinity;
    const count = new Set(files).size;
    if (count > limit) found.push(`${files.join(", ")}: ${library} is for at most ${limit} files`);
  }
  return found.sort();
}
