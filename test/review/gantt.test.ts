import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bar, Picture } from '../../src/lifecycle/picture.ts';
import { mermaidGantt } from '../../src/review/gantt.ts';
import { parseGantt } from '../pictures/parse.ts';
import { hardPictures, pictures } from '../pictures/pictures.ts';

const bar = (label: string, fromSeconds: number, toSeconds: number, kind: Bar['kind']): Bar => ({
  label,
  fromSeconds,
  toSeconds,
  kind,
});
const mark = (label: string, at: number) => bar(label, at, at, 'mark');

test('a preStop of 60 s in a grace period of 30 s', () => {
  const gantt = mermaidGantt({
    title: 'Shutdown of `web`',
    origin: 'the pod is told to stop',
    sections: [
      {
        name: 'kubelet',
        bars: [
          bar('preStop 60 s', 0, 30, 'wait'),
          mark('SIGTERM', 30),
          bar('2 s left for the application', 30, 32, 'work'),
          mark('SIGKILL', 32),
          bar('the rest of preStop never runs', 32, 60, 'harm'),
        ],
      },
    ],
  });
  expect(gantt).toBe(`\`\`\`mermaid
---
config: {gantt: {useWidth: 720, leftPadding: 75, rightPadding: 75, fontSize: 13, sectionFontSize: 13, numberSectionStyles: 2}}
---
gantt
  title Shutdown of web
  dateFormat x
  axisFormat %s s
  tickInterval 10second
  todayMarker off
    the pod is told to stop :milestone, 0, 0s
  section kubelet
    preStop 60 s :done, 0, 30s
    SIGTERM :milestone, 30000, 0s
    2 s left for the application :30000, 2s
    SIGKILL :milestone, 32000, 0s
    the rest of preStop never runs :crit, 32000, 28s
\`\`\``);
});

test('requests that reach a container which has been told to stop', () => {
  const gantt = mermaidGantt({
    title: 'Shutdown of web',
    origin: 'the pod is told to stop',
    sections: [
      { name: 'kubelet', bars: [mark('SIGTERM', 0), bar('30 s left for the application', 0, 30, 'work')] },
      { name: 'traffic', bars: [bar('new requests reach a stopping container', 0, 5, 'harm')] },
    ],
  });
  expect(gantt).toBe(`\`\`\`mermaid
---
config: {gantt: {useWidth: 720, leftPadding: 75, rightPadding: 75, fontSize: 13, sectionFontSize: 13, numberSectionStyles: 2}}
---
gantt
  title Shutdown of web
  dateFormat x
  axisFormat %s s
  tickInterval 5second
  todayMarker off
    the pod is told to stop :milestone, 0, 0s
  section kubelet
    SIGTERM :milestone, 0, 0s
    30 s left for the application :0, 30s
  section traffic
    new requests reach a stopping container :crit, 0, 5s
\`\`\``);
});

test('a target that becomes healthy after the rollout has gone on', () => {
  const gantt = mermaidGantt({
    title: 'From Ready to the first request through the ALB',
    origin: 'the containers of a new pod have started',
    sections: [
      { name: 'pod', bars: [bar('not ready', 0, 10, 'wait'), mark('Ready', 10)] },
      {
        name: 'load balancer',
        bars: [bar('1 × 15 s health check', 10, 25, 'wait'), mark('target healthy', 25)],
      },
      { name: 'rollout', bars: [bar('an old pod is gone, the new one gets nothing', 10, 25, 'harm')] },
    ],
  });
  expect(gantt).toBe(`\`\`\`mermaid
---
config: {gantt: {useWidth: 720, leftPadding: 111, rightPadding: 75, fontSize: 13, sectionFontSize: 13, numberSectionStyles: 2}}
---
gantt
  title From Ready to the first request through the ALB
  dateFormat x
  axisFormat %s s
  tickInterval 5second
  todayMarker off
    the containers of a new pod have started :milestone, 0, 0s
  section pod
    not ready :done, 0, 10s
    Ready :milestone, 10000, 0s
  section load balancer
    1 × 15 s health check :done, 10000, 15s
    target healthy :milestone, 25000, 0s
  section rollout
    an old pod is gone, the new one gets nothing :crit, 10000, 15s
\`\`\``);
});

const kindTags: Readonly<Record<Bar['kind'], readonly string[]>> = {
  work: [],
  wait: ['done'],
  harm: ['crit'],
  mark: [],
};

/** Mermaid reads every bar, and nothing else, with its times and its tags. */
async function expectDrawn(picture: Picture): Promise<void> {
  const { title, sections, tasks } = await parseGantt(mermaidGantt(picture));
  const bars = [mark(picture.origin, 0), ...picture.sections.flatMap((section) => section.bars)];
  expect(
    tasks.map(({ fromSeconds, toSeconds, tags }) => ({
      fromSeconds,
      toSeconds,
      tags: tags.filter((tag) => tag !== 'milestone'),
    })),
  ).toEqual(
    bars.map(({ fromSeconds, toSeconds, kind }) => ({ fromSeconds, toSeconds, tags: kindTags[kind] })),
  );
  const drawn = picture.sections.filter((section) => section.bars.length > 0);
  expect(new Set(sections).size).toBe(drawn.length);
  expect(tasks.slice(1).map(({ section }) => section)).toEqual(
    drawn.flatMap((section, index) => section.bars.map(() => sections[index])),
  );
  for (const text of [title, ...sections, ...tasks.map(({ label }) => label)])
    expect(text.trim()).toMatch(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}`:;#%<>"{}]+$/u);
}

describe('Mermaid reads every picture as it was meant', () => {
  test.each(Object.entries({ ...pictures, ...hardPictures }))('%s', async (_, picture) => {
    await expectDrawn(picture);
  });
});

test('no text breaks out of its place', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...[
        '`',
        '```',
        '~~~',
        '\n',
        '\r',
        '\u2028',
        ':',
        ';',
        '#',
        '#35;',
        '%%',
        '%%{init: {}}%%',
        '---',
        '<br>',
        '>',
      ],
      ...[
        '"',
        '{',
        '}',
        '5%',
        '\ufb02\u00b0\u00b060\u00b6\u00df',
        '</details>',
        '\u202e',
        '\ud800',
        '\\',
        ' ',
        '&lt;',
      ],
      ...[
        'section ',
        'title ',
        'click ',
        'call ',
        'href ',
        'gantt',
        'accTitle',
        'accDescr {',
        'todayMarker ',
        'x',
      ],
      ...[
        '2026-01-01',
        'dateFormat ',
        'vert, ',
        'crit, ',
        'after a',
        '0',
        '1',
        '__proto__',
        'constructor',
        '@a',
      ],
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
  const second = fc.integer({ min: -1000, max: 4_000_000 }).map((milliseconds) => milliseconds / 1000);
  const bars = fc
    .record({
      label: text,
      at: second,
      length: second,
      kind: fc.constantFrom('work', 'wait', 'harm', 'mark'),
    })
    .map(({ label, at, length, kind }) => bar(label, at, Math.max(at, length), kind as Bar['kind']));
  const picture = fc.record({
    title: text,
    origin: text,
    sections: fc.array(fc.record({ name: text, bars: fc.array(bars, { maxLength: 3 }) }), { maxLength: 3 }),
  });
  await fc.assert(fc.asyncProperty(picture, expectDrawn), { numRuns: 200 });
}, 30_000);

test('times that no axis shows are drawn at its ends', async () => {
  const odd = [
    [Number.NaN, Number.NaN],
    [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    [9e15, 1],
    [0.1234, 0.1239],
  ] as const;
  const bars = odd.map(([from, to]) => bar('odd', from, to, 'wait'));
  const { tasks } = await parseGantt(
    mermaidGantt({ title: 't', origin: 'o', sections: [{ name: 's', bars }] }),
  );
  expect(tasks.slice(1).map(({ fromSeconds, toSeconds }) => [fromSeconds, toSeconds])).toEqual([
    [0, 0],
    [-1e8, 1e8],
    [1e8, 1e8],
    [0.123, 0.124],
  ]);
});

function lines(picture: Partial<Picture>): readonly string[] {
  return mermaidGantt({ title: 't', origin: 'o', sections: [], ...picture }).split('\n');
}

test.each([
  [1, '1second'],
  [8, '1second'],
  [9, '2second'],
  [60, '10second'],
  [120, '15second'],
  [121, '20second'],
  [241, '1minute'],
  [3600, '10minute'],
  [14_400, '30minute'],
])('an axis of %d s has a figure every %s', (seconds, interval) => {
  const sections = [{ name: 's', bars: [bar('b', 0, seconds, 'work')] }];
  expect(lines({ sections })).toContain(`  tickInterval ${interval}`);
});

test('Mermaid chooses the figures of an axis that is longer', () => {
  const sections = [{ name: 's', bars: [bar('b', 0, 14_401, 'work')] }];
  expect(lines({ sections }).some((line) => line.includes('tickInterval'))).toBe(false);
});

test('words that fit neither in their bar nor beside it have room made for them', () => {
  const label = 'an old pod is gone, the new one gets nothing';
  const sections = [{ name: 's', bars: [bar(label, 30, 60, 'harm'), bar('all', 0, 100, 'work')] }];
  const drawn = lines({ sections });
  expect(drawn).toContain(`    ${label} :crit, 30000, 30s`);
  expect(drawn[2]).toContain('rightPadding: 175');
});

test('words that nothing makes room for are cut', () => {
  const [long, longer] = ['w'.repeat(48), 'w'.repeat(49)];
  const sections = [
    { name: 'a section with a long name', bars: [bar(long, 25, 60, 'harm'), bar(longer, 0, 100, 'work')] },
  ];
  const drawn = lines({ sections });
  expect(drawn).toContain('  section a section with a lo…');
  expect(drawn.filter((line) => line.includes('www'))).toEqual([
    `    ${'w'.repeat(38)}… :crit, 25000, 35s`,
    `    ${'w'.repeat(46)}… :0, 100s`,
  ]);
});

test.each([
  [13, []],
  [12, ['milestone']],
])('%d s of harm in an hour are seen', async (seconds, tags) => {
  const bars = [bar('all', 0, 3600, 'wait'), bar('short', 60, 60 + seconds, 'harm')];
  const { tasks } = await parseGantt(
    mermaidGantt({ title: 't', origin: 'o', sections: [{ name: 's', bars }] }),
  );
  expect(tasks[2]?.tags).toEqual(['crit', ...tags]);
});

test('sections of one name stay two, and a number is no first place', async () => {
  const section = (name: string) => ({ name, bars: [mark('m', 0)] });
  const sections = ['web', '2', 'web', '1'].map(section);
  const parsed = await parseGantt(mermaidGantt({ title: 't', origin: 'o', sections }));
  expect(parsed.sections).toEqual(['web', '(2)', 'web (2)', '(1)']);
});
