import { expect, test } from 'vitest';
import type { Environment } from '../../src/platform/environment.ts';
import { statedSeconds } from '../../src/platform/facts.ts';
import { deployment, environmentWith, shown, workloadIn } from './support.ts';

const shutdown = 'lifecycle-review/shutdown-seconds';
const template = 'spec.template.metadata.annotations';
const none = environmentWith({});

function statedIn(text: string, environment: Environment = none, what: 'shutdown' | 'startup' = 'shutdown') {
  const found = statedSeconds(workloadIn(text).workload, what, environment);
  return found && { seconds: found.seconds, evidence: shown([found.evidence])[0] };
}
const onTemplate = (value: unknown): string => deployment({ pod: { annotations: { [shutdown]: value } } });

test.each([
  ['30', 30],
  ['30s', 30],
  ['0', 0],
  ['007', 7],
  ['86400', 86400],
])('the annotation %j', (value, seconds) => {
  expect(statedIn(onTemplate(value))).toEqual({
    seconds,
    evidence: `annotation \`${shutdown}\` @ ${template}["${shutdown}"]`,
  });
});

test.each(['', 'soon', '-5', '1.5', '30 s', '1m', '30S', '1e3', '9999999999', `\${SECONDS}`, 30, null])(
  'the annotation %j says nothing',
  (value) => {
    expect(statedIn(onTemplate(value))).toBeNull();
  },
);

test('the object may say it, and the pod template wins', () => {
  expect(statedIn(deployment({ annotations: { [shutdown]: '40' } }))).toEqual({
    seconds: 40,
    evidence: `annotation \`${shutdown}\` @ metadata.annotations["${shutdown}"]`,
  });
  const both = deployment({ annotations: { [shutdown]: '40' }, pod: { annotations: { [shutdown]: '50' } } });
  expect(statedIn(both)?.seconds).toBe(50);
  const unread = deployment({ annotations: { [shutdown]: '40' }, pod: { annotations: { [shutdown]: 'x' } } });
  expect(statedIn(unread)?.seconds).toBe(40);
});

test('each fact has its own annotation', () => {
  expect(statedIn(onTemplate('40'), none, 'startup')).toBeNull();
  const startup = deployment({ annotations: { 'lifecycle-review/startup-seconds': '90s' } });
  expect(statedIn(startup, none, 'startup')?.seconds).toBe(90);
});

test('the configuration says it where no annotation does', () => {
  const statement = { match: {}, runtime: null, shutdownSeconds: null, startupSeconds: null };
  const environment = environmentWith({
    workloads: [
      { ...statement, match: { name: 'other' }, shutdownSeconds: 10 },
      { ...statement, shutdownSeconds: 0 },
      { ...statement, shutdownSeconds: 60, startupSeconds: 120 },
    ],
  });
  expect(statedIn(deployment(), environment)).toEqual({
    seconds: 0,
    evidence: 'configuration (`shutdown-seconds`)',
  });
  expect(statedIn(deployment(), environment, 'startup')).toBeNull();
  expect(statedIn(deployment({ name: 'other' }), environment)?.seconds).toBe(10);
  expect(statedIn(onTemplate('25'), environment)?.seconds).toBe(25);
  expect(statedIn(onTemplate('never'), environment)?.seconds).toBe(0);
});
