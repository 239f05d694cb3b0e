import type { Bar, Picture } from '../lifecycle/picture.ts';
import { plainLine } from '../text/escape.ts';
import { type Drawing, drawingOf, timesText } from './drawing.ts';

const columns = 80;
const barColumns = 32;

const strokes: Readonly<Record<Bar['kind'], string>> = { work: '=', wait: '-', harm: '#', mark: '*' };
const meanings: Readonly<Record<Bar['kind'], string>> = {
  work: 'as planned',
  wait: 'time passes',
  harm: 'harm',
  mark: 'a moment',
};

const kinds = ['work', 'wait', 'harm', 'mark'] as const;

/** A picture for a terminal, in lines of at most 80 columns; ASCII strokes are one column wide everywhere. */
export function pictureText(picture: Picture): readonly string[] {
  const drawing = drawingOf(picture);
  const times = Math.max(...drawing.bars.map((bar) => `${timesText(bar)} s`.length));
  return [
    ...wrapped(`${words(drawing.title)}, seconds after ${words(drawing.origin.label)}`, columns),
    ...drawing.sections.flatMap(({ name, bars }) => [
      ...wrapped(words(name), columns),
      ...bars.flatMap((bar) => barLines(bar, drawing, times)),
    ]),
    ...legend(drawing),
  ];
}

/** The stroke, its times and as many lines as the words take. */
function barLines(bar: Bar, drawing: Drawing, times: number): readonly string[] {
  const room = columns - barColumns - times - 6;
  const [first = '', ...rest] = wrapped(words(bar.label), room);
  const time = `${timesText(bar)} s`.padEnd(times);
  return [
    `  ${stroke(bar, drawing).padEnd(barColumns)}  ${time}  ${first}`,
    ...rest.map((line) => `${' '.repeat(barColumns + times + 6)}${line}`),
  ];
}

/** At least one column, however short. */
function stroke({ fromSeconds, toSeconds, kind }: Bar, { firstSecond, lastSecond }: Drawing): string {
  const scale = barColumns / Math.max(lastSecond - firstSecond, 1e-3);
  const from = Math.min(barColumns - 1, Math.round((fromSeconds - firstSecond) * scale));
  const to = Math.max(from + 1, Math.round((toSeconds - firstSecond) * scale));
  return ' '.repeat(from) + strokes[kind].repeat(to - from);
}

/** The strokes that were used, and what they mean. */
function legend({ sections }: Drawing): readonly string[] {
  const used = new Set(sections.flatMap(({ bars }) => bars.map(({ kind }) => kind)));
  const parts = kinds.filter((kind) => used.has(kind)).map((kind) => `${strokes[kind]} ${meanings[kind]}`);
  return parts.length === 0 ? [] : [`  ${parts.join('   ')}`];
}

/** On one line, code spans without their backticks; never empty. */
function words(text: string): string {
  return plainLine(text.replaceAll('`', '')) || '–';
}

function wrapped(text: string, longest: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).flatMap((each) => pieces(each, longest))) {
    const line = lines.at(-1);
    if (line !== undefined && size(`${line} ${word}`) <= longest) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function size(text: string): number {
  return [...text].length;
}

/** A word that is longer than a line, cut between characters. */
function pieces(word: string, longest: number): readonly string[] {
  return word.match(new RegExp(`.{1,${longest}}`, 'gsu')) ?? [word];
}
