// Where changes wait: in IndexedDB, so that they outlive the page and the browser.

/**
 * @typedef {import("./outbox_rules.js").Entry} Entry
 * @typedef {import("./outbox_rules.js").NewEntry} NewEntry
 * @typedef {import("./outbox_rules.js").Edits} Edits
 *
 * @typedef {object} OutboxStorage
 * @property {(user: string, decide: (entries: Entry[]) => Edits) => Promise<Entry[]>} change gives `decide` the
 *   entries of a user in their order, does what it returns in the same transaction, and returns what there is then.
 *   Added entries get numbers above all that were there before
 */

const store_name = "changes";

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const result_of = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** @param {string} name @returns {Promise<IDBDatabase>} */
function open_database(name) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    const store = request.result.createObjectStore(store_name, { keyPath: "number", autoIncrement: true });
    store.createIndex("user", "user");
  };
  return result_of(request);
}

/** @param {IDBObjectStore} store @param {Edits} edits */
function apply(store, { put = [], add = [], remove = [] }) {
  for (const entry of put) store.put(entry);
  for (const entry of add) store.add(entry);
  for (const number of remove) store.delete(number);
}

/**
 * The browser's database of that name. Where the browser has none, or refuses it, changes wait in the page's memory.
 * @param {string} name
 * @returns {OutboxStorage}
 */
export function browser_storage(name) {
  const memory = memory_storage();
  const opened = open_database(name).then((database) => {
    // A tab with a later version of the page wants to change the database.
    database.onversionchange = () => database.close();
    return database;
  }).catch(() => null);
  return {
    async change(user, decide) {
      const database = await opened;
      if (!database) return memory.change(user, decide);
      const transaction = database.transaction(store_name, "readwrite", { durability: "strict" });
      const done = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      const store = transaction.objectStore(store_name);
      const of_user = store.index("user");
      apply(store, decide(await result_of(of_user.getAll(user))));
      const entries = await result_of(of_user.getAll(user));
      await done;
      return entries;
    },
  };
}

/** The same in memory, for one page. @returns {OutboxStorage} */
export function memory_storage() {
  /** @type {Entry[]} */
  let kept = [];
  let last_number = 0;
  return {
    async change(user, decide) {
      const { put = [], add = [], remove = [] } = decide(structuredClone(kept.filter((entry) => entry.user === user)));
      const changed = new Map(put.map((entry) => [entry.number, entry]));
      kept = kept.filter(({ number }) => !remove.includes(number)).map((entry) => changed.get(entry.number) ?? entry);
      for (const entry of add) kept.push({ ...entry, number: ++last_number });
      return structuredClone(kept.filter((entry) => entry.user === user));
    },
  };
}
