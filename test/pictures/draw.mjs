// Draws every picture as GitHub would, to build/pictures: `npm run pictures [-- <name>…]`. Needs Chromium (Debian's
// package, or CHROMIUM=<path>); MERMAID=<path of a mermaid.min.js> draws with another version.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { mermaidGantt } from '../../src/review/gantt.ts';
import { hardPictures, pictures } from './pictures.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const output = `${root}build/pictures`;
const library = process.env.MERMAID ?? `${root}node_modules/mermaid/dist/mermaid.min.js`;

/** The width of a comment, of a job summary and of a phone. */
const widths = [720, 960, 360];
/** GitHub's backgrounds, and the theme it asks Mermaid for. */
const modes = [
  { mode: 'light', theme: 'default', background: '#ffffff' },
  { mode: 'dark', theme: 'dark', background: '#0d1117' },
];

const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
);
if (executablePath === undefined) {
  console.error('No Chromium: install it (apt-get install chromium), or name it in CHROMIUM.');
  process.exit(2);
}

mkdirSync(output, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const wanted = process.argv.slice(2);
let failed = 0;
for (const [name, picture] of Object.entries({ ...pictures, ...hardPictures })) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const gantt = mermaidGantt(picture).split('\n').slice(1, -1).join('\n');
  for (const { mode, theme, background } of modes)
    for (const width of widths) {
      const error = await draw(gantt, {
        theme,
        background,
        width,
        path: `${output}/${name}-${width}-${mode}.png`,
      });
      if (error === null) continue;
      console.error(`${name}: ${error}`);
      failed += 1;
    }
}
await browser.close();
console.log(`${output}: ${failed === 0 ? 'all drawn' : `${failed} failed`}`);
process.exitCode = failed === 0 ? 0 : 1;

async function draw(gantt, { theme, background, width, path }) {
  const page = await browser.newPage({
    viewport: { width, height: 100 },
    deviceScaleFactor: width < 500 ? 3 : 1.5,
  });
  await page.setContent(
    `<!doctype html><meta charset="utf-8"><body style="margin:0;background:${background}">`,
  );
  await page.addScriptTag({ content: readFileSync(library, 'utf8') });
  const error = await page.evaluate(
    async ([text, theme]) => {
      const { mermaid, document } = globalThis;
      mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme });
      try {
        document.body.innerHTML = (await mermaid.render('picture', text)).svg;
        return null;
      } catch (error) {
        return String(error);
      }
    },
    [gantt, theme],
  );
  await page.screenshot({ path, fullPage: true });
  await page.close();
  return error;
}
