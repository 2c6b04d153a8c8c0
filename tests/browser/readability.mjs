// What holds of every page: its text stands out, and nothing of it is beside the screen.

import assert from "node:assert/strict";

// WCAG 2.2, 1.4.3: what body text must have.
const readableContrast = 4.5;

/** Fails if there are fewer than `least` texts, or one of those shown has too little contrast (WCAG 2.2). */
export async function checkContrast(page, least) {
  const found = await page.evaluate(() => {
    const numbersIn = (color) => color.match(/[\d.]+/g).map(Number);
    const mix = ([red, green, blue, alpha = 1], back) =>
      [red, green, blue].map((channel, index) => channel * alpha + back[index] * (1 - alpha));
    const luminance = (color) => {
      const [red, green, blue] = color.map((channel) => {
        const value = channel / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    // Behind the root is the canvas, whose colour follows the root's colour scheme.
    const { colorScheme } = getComputedStyle(document.documentElement);
    const prefersDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const isDark = colorScheme.includes("dark") && (prefersDark || !colorScheme.includes("light"));
    const canvas = isDark ? [18, 18, 18] : [255, 255, 255];
    /** Asks for each element once: most have the same ones around them. */
    const kept = (compute) => {
      const known = new Map();
      return (element) => {
        if (!known.has(element)) known.set(element, compute(element));
        return known.get(element);
      };
    };
    const behind = kept((element) => (element
      ? mix(numbersIn(getComputedStyle(element).backgroundColor), behind(element.parentElement)) : canvas));
    const opacityOf = kept((element) => (element
      ? Number(getComputedStyle(element).opacity) * opacityOf(element.parentElement) : 1));
    const hasText = (element) => [...element.childNodes].some((node) =>
      node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== "");

    return [...document.querySelectorAll("body *")]
      .filter((element) => hasText(element) && element.getClientRects().length > 0)
      .map((element) => {
        const back = behind(element);
        const [red, green, blue, alpha = 1] = numbersIn(getComputedStyle(element).color);
        const text = mix([red, green, blue, alpha * opacityOf(element)], back);
        const [dark, light] = [text, back].map(luminance).sort((a, b) => a - b);
        return {
          text: element.textContent.trim().slice(0, 40),
          element: `${element.tagName}.${element.className}`,
          colors: `${text.map(Math.round)} on ${back.map(Math.round)}`,
          contrast: (light + 0.05) / (dark + 0.05),
        };
      });
  });
  assert.ok(found.length >= least, `${found.length} texts`);
  assert.deepEqual(found.filter(({ contrast }) => contrast < readableContrast), []);
}

/** Fails unless the page's background is dark or light, as `colorScheme` says. */
export async function checkPaper(page, colorScheme) {
  const brightness = await page.evaluate(() => {
    const colorOf = (element) => getComputedStyle(element).backgroundColor.match(/[\d.]+/g).map(Number);
    const [body, root] = [document.body, document.documentElement].map(colorOf);
    return Math.max(...(body[3] === 0 ? root : body).slice(0, 3));
  });
  assert.ok(colorScheme === "dark" ? brightness < 64 : brightness > 192, `${brightness}`);
}

/** Fails if the page has to be scrolled sideways; what scrolls within its own box is not counted. */
export async function checkWidth(page) {
  const { width, scrollWidth, beside } = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const scrolls = (element) => element && element !== document.body
      && (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
    const beside = [...document.querySelectorAll("body *")]
      .filter((element) => {
        const { left, right } = element.getBoundingClientRect();
        return right > width + 1 && left < right && !scrolls(element.parentElement);
      })
      .map((element) => `${element.tagName}.${element.className}`);
    return { width, scrollWidth: document.documentElement.scrollWidth, beside };
  });
  assert.deepEqual(beside, []);
  assert.ok(scrollWidth <= width, `${scrollWidth} of ${width}`);
}
