import type { Bar, Picture } from '../lifecycle/picture.ts';
import { fenced } from '../text/escape.ts';
import { drawingOf } from './drawing.ts';
import { fontSize, isMoment, type Layout, layoutOf, longestFor, tickOf, width } from './gantt-layout.ts';
import { ganttSections, ganttText } from './gantt-text.ts';

/**
 * A picture as a Mermaid Gantt chart, in the syntax that Mermaid 10, 11 (GitHub's) and 12 share. Times are in
 * milliseconds: with `dateFormat X` Mermaid takes a start for milliseconds and an end for seconds.
 */
export function mermaidGantt(picture: Picture): string {
  const drawing = drawingOf(picture);
  const names = ganttSections(drawing.sections.map(({ name }) => name));
  const layout = layoutOf(drawing, names);
  const tick = tickOf(layout);
  const lines = [
    '---',
    `config: {gantt: {useWidth: ${width}, leftPadding: ${layout.left}, rightPadding: ${layout.right}, fontSize: ${fontSize}, sectionFontSize: ${fontSize}, numberSectionStyles: 2}}`,
    '---',
    'gantt',
    `  title ${ganttText(drawing.title, 60)}`,
    '  dateFormat x',
    '  axisFormat %s s',
    ...(tick === null ? [] : [`  tickInterval ${tick}`]),
    '  todayMarker off',
    task(drawing.origin, layout),
    ...drawing.sections.flatMap(({ bars }, index) => [
      `  section ${names[index]}`,
      ...bars.map((bar) => task(bar, layout)),
    ]),
  ];
  return fenced(lines.join('\n'), 'mermaid');
}

/** Work has no tag: on a dark page the words beside an `active` bar are dark. */
const tags: Readonly<Record<Bar['kind'], readonly string[]>> = {
  work: [],
  wait: ['done'],
  harm: ['crit'],
  mark: [],
};

function task(bar: Bar, layout: Layout): string {
  const from = Math.round(bar.fromSeconds * 1000);
  const length = Math.round(bar.toSeconds * 1000) - from;
  const duration = length % 1000 === 0 ? `${length / 1000}s` : `${length}ms`;
  const moment = isMoment(bar, layout) ? ['milestone'] : [];
  const data = [...tags[bar.kind], ...moment, from, duration].join(', ');
  return `    ${ganttText(bar.label, longestFor(bar, layout))} :${data}`;
}
