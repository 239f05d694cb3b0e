import type { Bar, Picture } from '../lifecycle/picture.ts';

/** A picture that can be drawn as it stands. */
export interface Drawing {
  readonly title: string;
  /** The moment 0 as a bar of its own, above all sections. */
  readonly origin: Bar;
  /** None is empty. */
  readonly sections: Picture['sections'];
  /** Top to bottom, the origin first. */
  readonly bars: readonly Bar[];
  readonly firstSecond: number;
  readonly lastSecond: number;
}

/** With every time in whole milliseconds, none before its start. */
export function drawingOf(picture: Picture): Drawing {
  const origin: Bar = { label: picture.origin, fromSeconds: 0, toSeconds: 0, kind: 'mark' };
  const sections = picture.sections
    .filter(({ bars }) => bars.length > 0)
    .map(({ name, bars }) => ({ name, bars: bars.map(drawable) }));
  const bars = [origin, ...sections.flatMap((section) => section.bars)];
  return {
    title: picture.title,
    origin,
    sections,
    bars,
    firstSecond: Math.min(...bars.map(({ fromSeconds }) => fromSeconds)),
    lastSecond: Math.max(...bars.map(({ toSeconds }) => toSeconds)),
  };
}

function drawable(bar: Bar): Bar {
  const fromSeconds = onAxis(bar.fromSeconds);
  return { ...bar, fromSeconds, toSeconds: Math.max(fromSeconds, onAxis(bar.toSeconds)) };
}

/** About three years: an axis that shows more shows nothing else. */
const farthest = 1e8;

function onAxis(seconds: number): number {
  const near = Math.min(farthest, Math.max(-farthest, seconds));
  return Number.isNaN(near) ? 0 : Math.round(near * 1000) / 1000;
}

/** `0–30`; of a moment `30`. */
export function timesText({ fromSeconds, toSeconds }: Bar): string {
  return fromSeconds === toSeconds ? `${fromSeconds}` : `${fromSeconds}–${toSeconds}`;
}
