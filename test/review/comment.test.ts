import { describe, expect, test } from 'vitest';
import { commentBody } from '../../src/review/comment.ts';
import { groupsOf } from '../../src/review/groups.ts';
import { summary } from '../../src/review/summary.ts';
import { noPaint, reviewText } from '../../src/review/text.ts';
import { finding, report } from './support.ts';

const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: null, name: 'search' };
const item = (ruleId: string, missing: string, without: string, more = {}) =>
  finding({
    ruleId,
    class: 'checklist',
    severity: 'info',
    fingerprint: ruleId,
    title: `\`search\` has no ${missing}`,
    item: { missing, without },
    fix: `Add a ${missing}.`,
    isNew: true,
    object,
    evidence: [{ text: 'Service `search`', path: 'deploy/web.yaml', line: 30 }],
    references: [{ title: ruleId, url: `https://example.org/${ruleId}` }],
    ...more,
  });
const delay = item('pre-stop-missing', 'preStop delay', 'requests come after SIGTERM');
const budget = item('budget-missing', 'disruption budget', 'a drain takes all 3 replicas');

describe('what belongs together', () => {
  const ids = (findings: ReturnType<typeof item>[]) =>
    groupsOf(findings).map((group) => group.map(({ ruleId }) => ruleId));

  test('the checklist of one object', () => {
    expect(ids([delay, finding(), budget])).toEqual([
      ['pre-stop-missing', 'budget-missing'],
      ['budget-blocks-drain'],
    ]);
  });
  test.each([
    ['of another object', { object: { ...object, name: 'api' } }],
    ['of another unit', { releases: [{ unit: 'raw:other', valuesSet: 'default' }] }],
    ['that other values sets show', { onlyWith: ['values-prod.yaml'] }],
    ['of another severity', { severity: 'warning' as const }],
  ])('not one %s', (_, change) => {
    expect(ids([delay, { ...budget, ...change }])).toEqual([['pre-stop-missing'], ['budget-missing']]);
  });
});

test('a checklist is one comment: what is missing, what happens without it, and the ways out', () => {
  expect(commentBody([delay, budget])).toBe(`ℹ️ **\`search\` is new, and lacks 2 protections**

| | what happens without it |
|---|---|
| preStop delay | requests come after SIGTERM |
| disruption budget | a drain takes all 3 replicas |

- Add a preStop delay.
- Add a disruption budget.

<details><summary>What was read · how to accept this · sources</summary>

- Service \`search\` (\`deploy/web.yaml:30\`)

To accept these 2 items: the annotation \`lifecycle-review/ignore: "pre-stop-missing: <why>; budget-missing: <why>"\` on the object.

[pre-stop-missing](https://example.org/pre-stop-missing) · [budget-missing](https://example.org/budget-missing)

</details>`);
});

test('one sentence about several objects is one comment, with every place', () => {
  const gone = (name: string, line: number) =>
    finding({
      title: 'Kubernetes 1.36 does not serve `batch/v1beta1` `CronJob`',
      fingerprint: name,
      object: { ...object, name },
      location: { ...finding().location!, startLine: line, endLine: line },
    });
  const [group, ...rest] = groupsOf([
    gone('a', 1),
    gone('b', 20),
    { ...gone('c', 40), fix: 'Another way out.' },
  ]);
  expect(rest).toHaveLength(1);
  expect(commentBody(group!).split('\n\n').slice(0, 4)).toEqual([
    '❌ **Kubernetes 1.36 does not serve `batch/v1beta1` `CronJob`, in 2 places**',
    'The budget keeps 3 of 3 pods. Drains wait.',
    'Write `maxUnavailable: 1`.',
    'The same is true of\n- `Deployment/b` (`deploy/web.yaml:20`)',
  ]);
});

describe('one line of a chart that several units are made of', () => {
  const of = (unit: string, name: string, more = {}) =>
    finding({
      title: `\`${name}\` has no readiness probe`,
      fingerprint: `${unit} ${name}`,
      object: { ...object, name },
      releases: [{ unit, valuesSet: 'default' }],
      ...more,
    });

  test('is one comment, with the units', () => {
    const [group, ...rest] = groupsOf([of('helm:a', 'web'), of('helm:b', 'api')]);
    expect(rest).toEqual([]);
    expect(commentBody(group!).split('\n\n').slice(0, 4)).toEqual([
      '❌ **`web` has no readiness probe, in 2 places**',
      'The budget keeps 3 of 3 pods. Drains wait.',
      'Write `maxUnavailable: 1`.',
      'The same is true of\n- `Deployment/api` (`helm:b`)',
    ]);
    expect(reviewText(report({ findings: [...group!] }), noPaint)).toContain(
      '\n  also Deployment/api in helm:b\n',
    );
  });

  test.each([
    ['one unit', of('helm:a', 'api')],
    ['another line', of('helm:b', 'api', { location: { ...finding().location!, startLine: 99 } })],
    ['another field', of('helm:b', 'api', { field: 'spec.maxUnavailable' })],
    ['another status', of('helm:b', 'api', { status: 'worsened' })],
  ])('is not what %s has', (_, other) => {
    expect(groupsOf([of('helm:a', 'web'), other])).toHaveLength(2);
  });
});

test('a single item is a comment like any other', () => {
  expect(commentBody([delay]).split('\n\n')[0]).toBe('ℹ️ **`search` has no preStop delay**');
});

test('a checklist is one note and one row', () => {
  const both = report({ findings: [delay, budget], conclusion: 'pass' });
  expect(
    summary(both, () => null)
      .split('\n\n')
      .slice(0, 2),
  ).toEqual([
    '**Pod lifecycle: 1 note**',
    '| | what | where |\n|---|---|---|\n| ℹ️ | `search` is new, and lacks 2 protections: preStop delay, disruption budget | `deploy/web.yaml:12` |',
  ]);
  expect(reviewText(both, noPaint)).toBe(`info \`search\` is new, and lacks 2 protections
  deploy/web.yaml:12:3 · Deployment/search
  - preStop delay: requests come after SIGTERM
    Add a preStop delay.
    pre-stop-missing
  - disruption budget: a drain takes all 3 replicas
    Add a disruption budget.
    budget-missing

Pod lifecycle: 1 note · 1 release unit, 2 renders, 1 workload
`);
});

test('a picture stands open above what is folded away', () => {
  const picture = {
    title: 'Shutdown of web',
    origin: 'the pod is told to stop',
    sections: [
      {
        name: 'kubelet',
        bars: [{ label: 'preStop 60 s', fromSeconds: 0, toSeconds: 30, kind: 'wait' as const }],
      },
    ],
  };
  const parts = commentBody([finding({ picture })], () => 'PICTURE').split('\n\n');
  expect(parts.slice(2, 5)).toEqual([
    'Write `maxUnavailable: 1`.',
    'PICTURE',
    '<details><summary>What was read · how to accept this · sources</summary>',
  ]);
});

test('a finding of base alone is accepted by annotation', () => {
  const location = { ...finding().location!, revision: 'base' as const };
  expect(commentBody([finding({ location })])).toContain(
    'To accept this: the annotation `lifecycle-review/ignore: "budget-blocks-drain: <why>"` on the object.',
  );
});
