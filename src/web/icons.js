// The pictures of the application: lines on a field of 24 by 24, in the colour of the text beside them.

import { html } from "./preact.js";

const paths = {
  today: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M5 19l1.4-1.4M17.6 6.4 19 5",
  upcoming: "M5 5h14a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1M4 10h16M8 3v4M16 3v4",
  all: "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
  done: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8 12.5l2.8 2.8L16 9.5",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
  tag: "M4 4h7l9 9-7 7-9-9zM8 8h.01",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16.2 16.2 21 21",
  plus: "M12 5v14M5 12h14",
  account: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4 21c.5-4 3.6-6 8-6s7.500 2 8 6",
  menu: "M4 7h16M4 12h16M4 17h16",
  keys: "M4 6h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1M7 10h.01M11 10h.01M15 10h.01M17 14h.01M8 14h6M7 14h.01",
  leave: "M14 4h5a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1h-5M4 12h11M11 8l4 4-4 4",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4",
  repeat: "M5 11a6 6 0 0 1 6-5h7M15 3l3 3-3 3M19 13a6 6 0 0 1-6 5H6M9 21l-3-3 3-3",
  flag: "M6 21V4h12l-3 4 3 4H6",
  close: "M6 6l12 12M18 6 6 18",
  restore: "M4 5v5h5M4.500 10a8 8 0 1 1-.4 4",
  eye: "M2 12c2.500-4.500 6-7 10-7s7.500 2.500 10 7c-2.500 4.500-6 7-10 7s-7.500-2.500-10-7M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
  away: "M3 3l18 18M8.500 8A6 6 0 0 0 7 11a4 4 0 0 0 0 8h10M11 6.500A6 6 0 0 1 18 12a3.500 3.500 0 0 1 2.500 5.500",
  sort: "M7 5v14M4 16l3 3 3-3M17 19V5M14 8l3-3 3 3",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 8v4l3 2",
};

/** @param {{name: keyof typeof paths}} props */
export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${paths[name]} /></svg>`;
}
