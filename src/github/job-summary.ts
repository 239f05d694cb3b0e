import { cutMarkdown } from '../text/cut.ts';
import { wellFormed } from '../text/well-formed.ts';

/** The file system as far as it is needed here. */
export interface SummaryFile {
  /** Bytes; rejects where there is no file. */
  size(path: string): Promise<number>;
  append(path: string, text: string): Promise<void>;
}

export type JobSummaryOutcome =
  | { readonly written: true; readonly cut: boolean }
  | { readonly written: false; readonly reason: string };

/** GitHub drops the whole summary of a step that is longer. */
const mostBytes = 1024 * 1024;
const note = '*Cut here: GitHub takes no longer job summary. The report in JSON has the rest.*';

/** Adds Markdown to the job summary. `path` is GITHUB_STEP_SUMMARY; trouble is told, never thrown. */
export async function writeJobSummary(
  path: string | undefined,
  markdown: string,
  file: SummaryFile,
): Promise<JobSummaryOutcome> {
  if (!path) return { written: false, reason: 'No job summary: GITHUB_STEP_SUMMARY is not set.' };
  try {
    const limit = mostBytes - (await file.size(path).catch(() => 0));
    const whole = `${wellFormed(markdown).trimEnd()}\n`;
    if (limit < 2 * Buffer.byteLength(note))
      return { written: false, reason: 'No job summary: it is full already.' };
    const text = cutMarkdown(whole, { unit: 'bytes', limit, note });
    await file.append(path, text);
    return { written: true, cut: text !== whole };
  } catch (error) {
    return {
      written: false,
      reason: `No job summary: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
