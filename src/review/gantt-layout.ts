import type { Bar } from '../lifecycle/picture.ts';
import type { Drawing } from './drawing.ts';

/** In pixels before the chart is fitted to its place: fixed, so that a phone shows the same chart smaller. */
export const width = 720;
export const fontSize = 13;

/** Of a wide font: Mermaid measures the real one when it draws. */
const characterWidth = 7;
/** Half of the diamond of a moment. */
const markWidth = 10;
const thinnestBar = 2;
const longestLabel = 48;

export interface Layout {
  readonly firstSecond: number;
  readonly lastSecond: number;
  /** Room for the names of the sections. */
  readonly left: number;
  /** Room for words that begin beside a late bar. */
  readonly right: number;
}

/** As much room at the right as the labels need to be read whole, and no more. */
export function layoutOf({ bars, firstSecond, lastSecond }: Drawing, sections: readonly string[]): Layout {
  const left = Math.max(75, ...sections.map((name) => Math.ceil(20 + name.length * characterWidth)));
  const layouts = [75, 125, 175, 225, 275].map((right) => ({ firstSecond, lastSecond, left, right }));
  const cut = (layout: Layout) =>
    bars.reduce((sum, bar) => sum + Math.max(0, bar.label.length - longestFor(bar, layout)), 0);
  return layouts.reduce((best, layout) => (cut(layout) < cut(best) ? layout : best));
}

/**
 * How long a label can be. Mermaid writes it in the bar, else after it where one and a half left paddings stay free,
 * else before it, even where that is outside the picture.
 */
export function longestFor(bar: Bar, layout: Layout): number {
  const half = isMoment(bar, layout) ? markWidth : 0;
  const from = pixelsTo(bar.fromSeconds, layout) - half;
  const to = pixelsTo(bar.toSeconds, layout) + half;
  const pixels = Math.max(to - from, width - 1.5 * layout.left - to, from);
  return Math.min(longestLabel, Math.floor(pixels / characterWidth));
}

/** Also what is too short to be seen as a bar: Mermaid would draw nothing. */
export function isMoment({ fromSeconds, toSeconds }: Bar, layout: Layout): boolean {
  return pixelsTo(toSeconds, layout) - pixelsTo(fromSeconds, layout) < thinnestBar;
}

function pixelsTo(seconds: number, { firstSecond, lastSecond, left, right }: Layout): number {
  const span = lastSecond - firstSecond;
  return (width - left - right) * (span === 0 ? 0.5 : (seconds - firstSecond) / span);
}

/** As d3 counts them from the full minute or hour: steps that divide it. */
const steps: readonly (readonly [seconds: number, interval: string])[] = [
  ...[1, 2, 5, 10, 15, 20, 30].map((n) => [n, `${n}second`] as const),
  ...[1, 2, 5, 10, 15, 20, 30].map((n) => [60 * n, `${n}minute`] as const),
];

/** The distance between two figures of the axis, at most eight of them; null where Mermaid finds its own. */
export function tickOf({ firstSecond, lastSecond }: Layout): string | null {
  return steps.find(([seconds]) => (lastSecond - firstSecond) / seconds <= 8)?.[1] ?? null;
}
