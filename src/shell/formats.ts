import { inFull } from '../review/in-full.ts';
import { pictureTable } from '../review/picture-table.ts';
import type { Report } from '../review/report.ts';
import { jobSummary, noLinks } from '../review/summary.ts';
import { noPaint, reviewText } from '../review/text.ts';
import { counts } from '../review/verdict.ts';
import type { Io } from './io.ts';
import { UsageError } from './usage-error.ts';

/** The forms in which a report is written today. */
const formats = ['text', 'markdown', 'json'] as const;
type Format = (typeof formats)[number];

/** One form of the report and the file it goes to; null is standard output. */
export interface Output {
  readonly format: Format;
  readonly file: string | null;
}

/** Reads `--format FORMAT` and `--format FORMAT=FILE`; text on standard output when nothing is asked for. */
export function readOutputs(words: readonly string[]): readonly Output[] {
  const outputs = words.map((word) => {
    const [name = '', ...rest] = word.split('=');
    const format = formats.find((each) => each === name);
    if (format === undefined) throw new UsageError(`--format takes ${formats.join(', ')}, not "${name}"`);
    const file = rest.join('=');
    if (rest.length > 0 && file === '') throw new UsageError(`--format ${name}= names no file`);
    return { format, file: rest.length === 0 ? null : file };
  });
  const toStdout = outputs.filter(({ file }) => file === null);
  if (toStdout.length > 1)
    throw new UsageError('only one --format can go to standard output; write FORMAT=FILE');
  return outputs.length === 0 ? [{ format: 'text', file: null }] : outputs;
}

export function write(report: Report, { format, file }: Output, io: Io): string {
  if (format === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  if (format === 'markdown') {
    const full = inFull(report.findings.filter(counts), noLinks, pictureTable);
    return `${[jobSummary(report, noLinks, null), ...full].join('\n\n')}\n`;
  }
  return reviewText(report, io.colours && file === null ? io.paint : noPaint);
}
