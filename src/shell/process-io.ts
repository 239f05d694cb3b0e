import { writeSync } from 'node:fs';
import { styleText } from 'node:util';
import type { Io } from './io.ts';

/** The real process. Writing is synchronous, so that nothing is lost when the process ends. */
export function processIo(process: NodeJS.Process): Io {
  const colours =
    process.stdout.isTTY === true && !process.env.NO_COLOR && !process.argv.includes('--no-color');
  return {
    cwd: process.cwd(),
    env: process.env,
    out: (text) => writeAll(1, text),
    err: (text) => writeAll(2, text),
    colours,
    clock: () => performance.now(),
    today: new Date().toISOString().slice(0, 10),
    paint: (style, text) => styleText(style, text, { validateStream: false }),
  };
}

/** A pipe may take a part, or nothing for a moment (EAGAIN); a reader that went away (EPIPE) ends it. */
function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
    }
  }
}
