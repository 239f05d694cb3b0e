import type { Finding, NotCheckedEntry, Report, WorkloadCard } from '../../src/review/report.ts';
import { code } from '../../src/text/escape.ts';

/** A finding with nothing special about it. */
export function finding(overrides: Partial<Finding> = {}): Finding {
  return {
    ruleId: 'budget-blocks-drain',
    messageId: 'blocks',
    class: 'contradiction',
    severity: 'error',
    status: 'introduced',
    fingerprint: '0123456789abcdef0123',
    title: 'No eviction is allowed',
    message: 'The budget keeps 3 of 3 pods.',
    why: 'Drains wait.',
    fix: 'Write `maxUnavailable: 1`.',
    item: null,
    isNew: false,
    cites: [],
    picture: null,
    object: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace: null, name: 'web' },
    container: null,
    field: 'spec.minAvailable',
    data: { healthy: 3 },
    evidence: [{ text: 'replicas: 3', path: 'deploy/web.yaml', line: 4 }],
    releases: [{ unit: 'raw:deploy', valuesSet: 'default' }],
    onlyWith: [],
    location: {
      path: 'deploy/web.yaml',
      startLine: 12,
      startColumn: 3,
      endLine: 12,
      endColumn: 18,
      revision: 'head',
      kind: 'manifest',
    },
    placement: { kind: 'inline', path: 'deploy/web.yaml', startLine: 12, endLine: 12, side: 'RIGHT' },
    patch: null,
    suppressed: null,
    references: [{ title: 'Budgets', url: 'https://example.org/budgets' }],
    ...overrides,
  };
}

export function card(overrides: Partial<WorkloadCard> = {}): WorkloadCard {
  return {
    object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: null, name: 'web' },
    unit: 'raw:deploy',
    valuesSets: ['default'],
    platform: { name: 'ec2', traits: [], evidence: [] },
    runtime: { name: 'unknown', evidence: [] },
    changed: [],
    timeline: {
      base: { gracePeriod: { atLeast: 30, atMost: 30, unit: 'seconds', from: 'default' } },
      head: { gracePeriod: { atLeast: 60, atMost: 60, unit: 'seconds', from: 'spec' } },
    },
    ...overrides,
  };
}

export function notChecked(overrides: Partial<NotCheckedEntry> = {}): NotCheckedEntry {
  return {
    unit: 'helm:charts/web',
    path: 'charts/web/Chart.yaml',
    line: null,
    reason: 'missing-dependency',
    detail: 'The dependency redis is not in the repository.',
    blocking: false,
    ...overrides,
  };
}

export function report(overrides: Partial<Report> = {}): Report {
  return {
    schemaVersion: 1,
    tool: { name: 'pod-lifecycle-review', version: '0.0.0' },
    comparison: { base: null, head: null, mergeBase: null },
    scope: 'changed',
    conclusion: 'fail',
    findings: [],
    workloads: [],
    notChecked: [],
    suppressions: [],
    stats: { files: 1, units: 1, renders: 2, objects: 3, workloads: 1, milliseconds: null },
    ...overrides,
  };
}

/** A report in which every text that comes from a change is this one. */
export function hostileReport(text: string): Report {
  const span = code(text);
  const object = { apiVersion: text, kind: text, namespace: text, name: text };
  const location = { ...finding().location!, path: text };
  const evidence = [{ text: `label ${span}`, path: text, line: 4 }];
  const releases = [{ unit: `helm:${text}`, valuesSet: text }];
  const words = {
    title: `${span} has ${span}`,
    message: `It is ${span}.`,
    why: `Because of ${span}.`,
    fix: `Write ${span}.`,
  };
  const placement = { ...finding().placement, path: `${text}/other` };
  const onlyWith = [text];
  const base = finding({
    ...words,
    object,
    container: text,
    location,
    evidence,
    releases,
    onlyWith,
    placement,
    picture: {
      title: `Shutdown of ${span}`,
      origin: 'the pod is told to stop',
      sections: [
        {
          name: 'kubelet',
          bars: [{ label: `preStop of ${span}`, fromSeconds: 0, toSeconds: 5, kind: 'harm' }],
        },
      ],
    },
  });
  const item: Finding = {
    ...base,
    class: 'checklist',
    severity: 'info',
    item: { missing: `delay of ${span}`, without: `${span} gets requests` },
  };
  return report({
    findings: [
      base,
      {
        ...base,
        location: null,
        placement: { kind: 'summary', path: null, startLine: null, endLine: null, side: null },
      },
      { ...base, status: 'fixed' },
      { ...base, status: 'existing' },
      { ...item, fingerprint: '1' },
      { ...item, fingerprint: '2' },
    ],
    suppressions: [
      {
        ruleId: `a ${text}`,
        path: text,
        line: 3,
        reason: `because ${text}`,
        owner: text,
        expires: '2027-01-31',
        state: 'unused',
        problem: null,
        added: true,
      },
    ],
    workloads: [card({ object }), card({ object, timeline: { ...card().timeline, base: null } })],
    notChecked: [
      notChecked({ unit: text, path: text, detail: text }),
      notChecked({ unit: text, path: null, detail: text }),
    ],
  });
}
