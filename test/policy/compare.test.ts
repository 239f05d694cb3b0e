import { describe, expect, test } from 'vitest';
import { prepareUnits } from '../../src/judging.ts';
import { compareUnit } from '../../src/policy/compare.ts';
import { defineRule, type Rule } from '../../src/policy/rule.ts';
import { rules as allRules } from '../../src/policy/rules/index.ts';
import type { Render, RenderedUnit } from '../../src/render/unit.ts';
import { createChecker } from '../../src/resources/check.ts';
import { findingOf } from '../../src/review/findings.ts';
import type { FileChange } from '../../src/text/change.ts';
import type { NotChecked } from '../../src/text/not-checked.ts';
import { manifestsOf } from '../resources/support.ts';
import { judgingOf } from './support.ts';

/** Speaks of every ConfigMap with `data.bad`: how bad is its value, how grave its `data.severity`. */
const bad = defineRule({
  id: 'bad',
  category: 'kubernetes',
  title: 'Bad',
  references: [],
  messages: {
    error: message('error'),
    warning: message('warning'),
  },
  badness: (data) => Number(data.bad),
  *check({ resource }) {
    const data = resource.manifest.value.data as Record<string, string> | undefined;
    if (data?.bad === undefined) return;
    yield {
      messageId: data.id ?? 'error',
      data: { bad: Number(data.bad) },
      at: { resource, path: ['data', 'bad'] },
    };
  },
});

function message(severity: 'error' | 'warning') {
  return {
    class: 'contradiction' as const,
    severity,
    title: () => 'bad',
    text: () => 'bad',
    why: () => '',
  };
}

const map = (name: string, data = ''): string =>
  `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {${data}}\n`;

type Sets = Readonly<
  Record<string, string | { text?: string; state: Render['state']; why?: Partial<NotChecked>[] }>
>;

/** A chart whose values sets render to these texts. */
function unitOf(sets: Sets | null, kind: RenderedUnit['kind'] = 'helm'): RenderedUnit | null {
  if (sets === null) return null;
  const renders = Object.entries(sets).map(([valuesSet, content]): Render => {
    const {
      text = '',
      state,
      why = [],
    } = typeof content === 'string' ? { text: content, state: 'ok' as const } : content;
    return {
      valuesSet,
      manifests: text === '' ? [] : manifestsOf({ 'deploy/web.yaml': text }),
      state,
      ignores: [],
      notChecked: why.map((entry) => ({ ...failure, ...entry })),
    };
  });
  return { id: 'helm:deploy', kind, path: 'deploy', namespace: null, renders };
}

const failure: NotChecked = {
  unit: 'helm:deploy',
  path: 'deploy/templates/a.yaml',
  reason: 'render-failed',
  detail: 'It stops.',
  line: 3,
};
const failed = (...why: Partial<NotChecked>[]) => ({
  state: 'failed' as const,
  why: why.length > 0 ? why : [{}],
});

async function judged(
  base: Sets | null,
  head: Sets,
  rules: readonly Rule[] = [bad],
  kind?: RenderedUnit['kind'],
) {
  const accepted = { supported: true, defaulted: null, decoding: [], errors: [], warnings: [] };
  const checker = createChecker(async (questions) => questions.map(() => accepted), '1.36');
  const pair = { id: 'helm:deploy', base: unitOf(base, kind), head: unitOf(head, kind) };
  const [unit] = await prepareUnits([pair], checker);
  const { findings } = compareUnit(rules, unit!.comparison, judgingOf());
  return { unit: unit!, findings };
}

async function statuses(base: Sets | null, head: Sets) {
  const { findings } = await judged(base, head);
  return findings.map(
    ({ status, severity, valuesSets, judgement, baseUnknown }) =>
      `${status}${baseUnknown ? '?' : ''} ${severity} ${judgement.diagnostic.at.resource.ref.name} ${judgement.diagnostic.data.bad} [${valuesSets.join(' ')}]`,
  );
}

const [web, sick, sicker] = [map('web'), map('web', 'bad: "1"'), map('web', 'bad: "2"')];

describe('one values set', () => {
  test.each<[string, Sets | null, Sets, string[]]>([
    ['new in this change', { default: web }, { default: sick }, ['introduced error web 1 [default]']],
    ['there before', { default: sick }, { default: sick }, ['existing error web 1 [default]']],
    ['worse than before', { default: sick }, { default: sicker }, ['worsened error web 2 [default]']],
    ['better than before', { default: sicker }, { default: sick }, ['existing error web 1 [default]']],
    ['fixed', { default: sick }, { default: web }, ['fixed error web 1 [default]']],
    ['its object deleted', { default: sick }, { default: map('other') }, []],
    ['its unit new', null, { default: sick }, ['introduced error web 1 [default]']],
    [
      'another message is another finding',
      { default: map('web', 'bad: "1", id: warning') },
      { default: sick },
      ['introduced error web 1 [default]', 'fixed warning web 1 [default]'],
    ],
    ['base failed', { default: failed() }, { default: sick }, ['introduced? error web 1 [default]']],
    ['head failed: nothing is fixed', { default: sick }, { default: failed() }, []],
    ['head partial: nothing is fixed', { default: sick }, { default: { text: web, state: 'partial' } }, []],
    [
      'base partial: what it shows is known, what it does not show is not',
      { default: { text: web, state: 'partial' } },
      { default: sick + map('other', 'bad: "1"') },
      ['introduced error web 1 [default]', 'introduced? error other 1 [default]'],
    ],
    [
      'an identity that stands twice: nothing is fixed',
      { default: sick + map('twin') + map('twin') },
      { default: web + map('twin') + map('twin') },
      [],
    ],
  ])('%s', async (_, base, head, expected) => {
    expect(await statuses(base, head)).toEqual(expected);
  });

  test('one rule speaks with another severity: graver is worse', async () => {
    const severity = (level: 'error' | 'warning'): Rule => ({ ...bad, messages: { error: message(level) } });
    const gentle = (await judged({ default: sick }, { default: sick }, [severity('warning')])).findings;
    expect(gentle.map(({ status, severity }) => [status, severity])).toEqual([['existing', 'warning']]);
  });

  test('an object that only changed its name keeps what it had', async () => {
    const job = (name: string, more = ''): string =>
      `apiVersion: v1\nkind: ReplicationController\nmetadata: {name: ${name}}\nspec: {template: {spec: {containers: [{name: a, image: "a:1"}]}}}\ndata: {${more}}\n`;
    expect(await statuses({ default: job('one', 'bad: "1"') }, { default: job('two', 'bad: "1"') })).toEqual([
      'existing error two 1 [default]',
    ]);
    expect(await statuses({ default: job('one', 'bad: "1"') }, { default: job('two') })).toEqual([
      'fixed error one 1 [default]',
    ]);
    expect(await statuses({ default: job('one') }, { default: job('two', 'bad: "1"') })).toEqual([
      'introduced error two 1 [default]',
    ]);
  });
});

describe('several values sets', () => {
  const prod = 'values-prod.yaml';
  const ci = 'ci/kind-values.yaml';

  test.each<[string, Sets, Sets, string[]]>([
    [
      'the same in all is told once',
      { default: web, [prod]: web },
      { default: sick, [prod]: sick },
      ['introduced error web 1 [default values-prod.yaml]'],
    ],
    [
      'only the sets that show it are named',
      { default: web, [prod]: web },
      { default: web, [prod]: sick },
      ['introduced error web 1 [values-prod.yaml]'],
    ],
    [
      'the gravest status speaks',
      { default: sick, [prod]: web },
      { default: sick, [prod]: sick },
      ['introduced error web 1 [values-prod.yaml]'],
    ],
    [
      'the worst numbers speak',
      { default: web, [prod]: web },
      { default: sick, [prod]: sicker },
      ['introduced error web 2 [default values-prod.yaml]'],
    ],
    [
      'fixed in one and still there in the other is still there',
      { default: sick, [prod]: sick },
      { default: web, [prod]: sick },
      ['existing error web 1 [values-prod.yaml]'],
    ],
    [
      'what one set knows of base weighs more than what another cannot know',
      { default: failed(), [prod]: web },
      { default: sick, [prod]: sick },
      ['introduced error web 1 [values-prod.yaml]'],
    ],
    [
      'and so it does when base had it',
      { default: failed(), [prod]: sick },
      { default: sick, [prod]: sick },
      ['existing error web 1 [values-prod.yaml]'],
    ],
    [
      'a new set is held against all that base had',
      { default: web, 'values-a.yaml': sick },
      { default: web, 'values-a.yaml': sick, [prod]: sick },
      ['existing error web 1 [values-a.yaml values-prod.yaml]'],
    ],
    [
      'a new set that is worse than any of them',
      { default: sick, 'values-a.yaml': map('web', 'bad: "3"') },
      { default: sick, 'values-a.yaml': sick, [prod]: sicker },
      ['existing error web 2 [default values-a.yaml values-prod.yaml]'],
    ],
    [
      'a new set with something new',
      { default: web },
      { default: web, [prod]: sick },
      ['introduced error web 1 [values-prod.yaml]'],
    ],
    [
      'a new set where base is unknown',
      { default: failed() },
      { default: failed(), [prod]: sick },
      ['introduced? error web 1 [values-prod.yaml]'],
    ],
    ['a set that is gone', { default: web, [prod]: sick }, { default: web }, []],
    [
      'what only CI installs is one severity lower',
      { default: web, [ci]: web },
      { default: web, [ci]: sick },
      [`introduced warning web 1 [${ci}]`],
    ],
    [
      'but not where something else shows it',
      { default: web, [ci]: web, [prod]: web },
      { default: web, [ci]: sick, [prod]: sick },
      [`introduced error web 1 [${ci} values-prod.yaml]`],
    ],
    [
      'nor where a release adds it to other values',
      { [`values.yaml+${ci}`]: web },
      { [`values.yaml+${ci}`]: sick },
      [`introduced error web 1 [values.yaml+${ci}]`],
    ],
  ])('%s', async (_, base, head, expected) => {
    expect(await statuses(base, head)).toEqual(expected);
  });
});

describe('an unknown base', () => {
  const change = (added: number[]): FileChange => ({
    path: 'deploy/web.yaml',
    previousPath: null,
    status: 'modified',
    binary: false,
    hunks: [{ oldStart: 1, oldLines: 4, newStart: 1, newLines: 5, added, deleted: [] }],
  });

  test.each([
    ['on a line that this change adds', [5], 'introduced'],
    ['on another line', [4], 'existing'],
  ])('%s', async (_, added, status) => {
    const { findings } = await judged({ default: failed() }, { default: sick });
    const changes = new Map([['deploy/web.yaml', change(added)]]);
    expect(findingOf('helm:deploy', findings[0]!, changes)).toMatchObject({
      status,
      location: { startLine: 5 },
    });
  });
});

describe('a chart that no longer renders', () => {
  const broken = async (base: Sets | null, head: Sets) => {
    const { unit, findings } = await judged(base, head, allRules);
    return {
      findings: findings.map(
        ({ status, judgement, valuesSets }) =>
          `${status} ${judgement.rule.id}: ${judgement.diagnostic.data.words} [${valuesSets.join(' ')}]`,
      ),
      notChecked: unit.notChecked.map(({ detail, blocking }) => `${detail}${blocking ? ' blocking' : ''}`),
    };
  };
  const prod = 'values-prod.yaml';

  test('is told once, with its sets, at the template line', async () => {
    const { findings, unit } = await judged(
      { default: web, [prod]: web },
      { default: failed(), [prod]: failed() },
      allRules,
    );
    expect(findings.map((found) => findingOf('helm:deploy', found, new Map()))).toMatchObject([
      {
        ruleId: 'render-broken',
        status: 'introduced',
        severity: 'error',
        location: { path: 'deploy/templates/a.yaml', startLine: 3, revision: 'head', kind: 'template' },
        releases: [
          { unit: 'helm:deploy', valuesSet: 'default' },
          { unit: 'helm:deploy', valuesSet: prod },
        ],
      },
    ]);
    expect(unit.notChecked).toEqual([]);
  });

  test.each<[string, Sets | null, Sets, { findings: string[]; notChecked: string[] }]>([
    [
      'one set of several fails: said, not blocking',
      { default: web, [prod]: web },
      { default: web, [prod]: failed() },
      { findings: [], notChecked: ['It stops.'] },
    ],
    [
      'it failed before',
      { default: failed() },
      { default: failed() },
      { findings: [], notChecked: ['It stops.'] },
    ],
    [
      'it failed before, elsewhere',
      { default: failed({ path: 'b.yaml', detail: 'It stopped.' }) },
      { default: failed() },
      { findings: [], notChecked: ['It stops.'] },
    ],
    [
      'of two that fail the one that rendered before speaks',
      { default: failed({ detail: 'Old.' }), [prod]: web },
      { default: failed({ detail: 'Old.' }), [prod]: failed({ detail: 'New.' }) },
      { findings: [`introduced render-broken: New. [${prod}]`], notChecked: ['Old.'] },
    ],
    [
      'a new chart that fails blocks',
      null,
      { default: failed() },
      { findings: [], notChecked: ['It stops. blocking'] },
    ],
    [
      'a missing dependency never does',
      { default: web },
      { default: failed({ reason: 'missing-dependency' }) },
      { findings: [], notChecked: ['It stops.'] },
    ],
    [
      'nor does a limit',
      null,
      { default: failed({ reason: 'timed-out' }), [prod]: failed({ reason: 'too-large', detail: 'Large.' }) },
      { findings: [], notChecked: ['It stops.', 'Large.'] },
    ],
    [
      'the same trouble of several sets is said once',
      { default: failed(), [prod]: failed() },
      { default: failed(), [prod]: failed() },
      { findings: [], notChecked: ['It stops.'] },
    ],
  ])('%s', async (_, base, head, expected) => {
    expect(await broken(base, head)).toEqual(expected);
  });
});

describe('a file that no longer parses', () => {
  const parse = (path: string, line = 1): Partial<NotChecked> => ({
    path,
    line,
    reason: 'parse-failed',
    detail: path,
  });
  const file = 'deploy/web.yaml';
  const raw = async (base: Sets | null, head: Sets) => {
    const { unit, findings } = await judged(base, head, allRules, 'raw');
    return {
      findings: findings.map((found) => {
        const { ruleId, status, location } = findingOf('raw:deploy', found, new Map());
        return `${status} ${ruleId} ${location?.path}:${location?.startLine} ${location?.kind}`;
      }),
      notChecked: unit.notChecked.map(({ path, blocking }) => `${path}${blocking ? ' blocking' : ''}`),
    };
  };

  test.each<[string, Sets | null, Sets, { findings: string[]; notChecked: string[] }]>([
    [
      'base had objects of it',
      { default: web },
      { default: { state: 'failed', why: [parse(file, 3), parse(file, 9)] } },
      { findings: [`introduced render-broken ${file}:9 manifest`], notChecked: [] },
    ],
    [
      'base had objects of it beside what did not parse',
      { default: { text: web, state: 'partial', why: [parse(file)] } },
      { default: { text: web, state: 'partial', why: [parse(file)] } },
      { findings: [], notChecked: [file] },
    ],
    [
      'it is new',
      { default: web },
      { default: { text: web, state: 'partial', why: [parse('deploy/new.yaml')] } },
      { findings: [], notChecked: ['deploy/new.yaml blocking'] },
    ],
    [
      'its folder is new',
      null,
      { default: { state: 'failed', why: [parse(file)] } },
      { findings: [], notChecked: [`${file} blocking`] },
    ],
    [
      'base could not read it for another reason',
      { default: { state: 'failed', why: [{ ...parse(file), reason: 'too-large' }] } },
      { default: { state: 'failed', why: [parse(file)] } },
      { findings: [], notChecked: [file] },
    ],
  ])('%s', async (_, base, head, expected) => {
    expect(await raw(base, head)).toEqual(expected);
  });
});
