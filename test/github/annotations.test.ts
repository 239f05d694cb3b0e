import * as core from '@actions/core';
import { afterEach, expect, test, vi } from 'vitest';
import { annotate, planAnnotations } from '../../src/github/annotations.ts';
import type { Finding } from '../../src/review/report.ts';

const finding = (changes: Partial<Finding> = {}): Finding => ({
  ruleId: 'pre-stop-exceeds-grace-period',
  messageId: 'exceeds',
  class: 'contradiction',
  severity: 'error',
  status: 'introduced',
  fingerprint: 'f',
  title: '**`web` has 2 s to stop**',
  message: 'The hook sleeps 60 s.',
  why: 'It is cut off at 30 s.',
  object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: null, name: 'web' },
  container: 'web',
  field: 'spec',
  fix: null,
  item: null,
  isNew: false,
  cites: [],
  picture: null,
  data: {},
  evidence: [],
  releases: [],
  onlyWith: [],
  location: {
    path: 'deploy.yaml',
    startLine: 3,
    startColumn: 1,
    endLine: 4,
    endColumn: 9,
    revision: 'head',
    kind: 'manifest',
  },
  placement: { kind: 'summary', path: null, startLine: null, endLine: null, side: null },
  patch: null,
  suppressed: null,
  references: [],
  ...changes,
});
const nowhere = { location: null };

afterEach(() => {
  vi.restoreAllMocks();
});

test('a finding becomes one annotation', () => {
  expect(planAnnotations([finding()])).toEqual({
    annotations: [
      {
        level: 'error',
        message: 'The hook sleeps 60 s.\nIt is cut off at 30 s.\n(pre-stop-exceeds-grace-period)',
        properties: { title: '`web` has 2 s to stop', file: 'deploy.yaml', startLine: 3, endLine: 4 },
      },
    ],
    left: { error: 0, warning: 0, notice: 0 },
  });
});

test.each([
  ['the cause in head', {}, { file: 'deploy.yaml', startLine: 3, endLine: 4 }],
  [
    'where the review would say it, when the cause is in the base',
    {
      location: { ...finding().location!, revision: 'base' as const },
      placement: {
        kind: 'inline' as const,
        path: 'x.yaml',
        startLine: 7,
        endLine: null,
        side: 'RIGHT' as const,
      },
    },
    { file: 'x.yaml', startLine: 7, endLine: 7 },
  ],
  [
    'nowhere, when that line is deleted',
    {
      ...nowhere,
      placement: { kind: 'inline' as const, path: 'x', startLine: 7, endLine: 7, side: 'LEFT' as const },
    },
    {},
  ],
  ['nowhere', nowhere, {}],
])('points to %s', (_, changes, place) => {
  const [annotation] = planAnnotations([finding(changes)]).annotations;
  expect(annotation!.properties).toEqual({ title: '`web` has 2 s to stop', ...place });
});

test('ten of each level, the rest is counted', () => {
  const many = (severity: Finding['severity'], number: number) =>
    Array.from({ length: number }, (_, index) => finding({ severity, message: `${severity} ${index}` }));
  const plan = planAnnotations([...many('error', 12), ...many('warning', 10), ...many('info', 11)]);
  expect(plan.left).toEqual({ error: 2, warning: 0, notice: 1 });
  expect(plan.annotations).toHaveLength(30);
  expect(plan.annotations[9]!.message).toMatch(/^error 9\n/);
});

test('@actions/core writes it as one command, whatever is in it', () => {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  const evil = finding({
    message: 'one\n::set-env name=A::b\r##[add-mask]c 100%',
    title: 'x,y::z\n::error::no',
    location: { ...finding().location!, path: 'a,line=9::b\n.yaml' },
  });
  annotate(planAnnotations([evil]), core);
  vi.restoreAllMocks();
  expect(written).toEqual([
    '::error title=x%2Cy%3A%3Az %3A%3Aerror%3A%3Ano,file=a%2Cline=9%3A%3Ab%0A.yaml,line=3,endLine=4::' +
      'one%0A: :set-env name=A::b%0A## [add-mask]c 100%25%0AIt is cut off at 30 s.%0A(pre-stop-exceeds-grace-period)\n',
  ]);
});
